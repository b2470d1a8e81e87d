"""What the pages of one invoice have in common: the invoice, its steps, who may change it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Final, cast

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apps.core.access import may
from apps.core.actors import Actor, Person
from apps.core.admin.pages import Crumb, StaffPage, require
from apps.inventory import services
from apps.inventory.models import InvoiceUpload
from apps.inventory.pages import faces  # noqa: F401 - says what the chips look like
from apps.inventory.states import OPEN, UploadState

CREATE: Final = "batches.create"
APPROVE: Final = "batches.approve"
STEPS: Final[dict[str, Promise]] = {
    "file": _("File"),
    "columns": _("Columns"),
    "match": _("Match"),
    "confirm": _("Confirm"),
}
PAGES: Final = {
    "file": "admin:inventory_upload",
    "columns": "admin:inventory_invoice_columns",
    "match": "admin:inventory_invoice_match",
    "confirm": "admin:inventory_invoice_confirm",
}


@dataclass(frozen=True)
class Step:
    """One step of the way, as ``larder/parts/steps.html`` shows it."""

    title: Promise
    state: str  # done, now or ahead
    link: str = ""


def step_of(upload: InvoiceUpload) -> str:
    """Where an open invoice is taken up again."""
    if not upload.line_count:
        return "columns"
    return "match"


def link_of(upload: InvoiceUpload, step: str = "") -> str:
    """The page of a step; without one, where the invoice stands."""
    name = PAGES[step] if step else "admin:inventory_invoice"
    return reverse(name, kwargs={"upload_id": upload.pk})


def steps(now: str, upload: InvoiceUpload | None = None) -> Iterator[Step]:
    """The four steps; those behind can be gone back to."""
    names = list(STEPS)
    for place, (name, title) in enumerate(STEPS.items()):
        is_done = place < names.index(now)
        link = link_of(upload, name) if upload and is_done and name != "file" else ""
        yield Step(title, "done" if is_done else "now" if name == now else "ahead", link)


class InvoicePage(StaffPage):
    """A page of one invoice."""

    permission_key = CREATE
    step: ClassVar[str] = ""

    @cached_property
    def upload(self) -> InvoiceUpload:
        found = InvoiceUpload.objects.select_related("supplier").prefetch_related("journal")
        return get_object_or_404(found, pk=self.kwargs["upload_id"])

    @property
    def actor(self) -> Actor:
        return Actor.of(cast("Person", self.request.user))

    @cached_property
    def is_own(self) -> bool:
        return services.is_own(self.upload, self.actor)

    @property
    def may_discard(self) -> bool:
        """Whether it is this person's to give up, and nothing has come of it yet."""
        is_open = self.upload.state in {*OPEN, UploadState.REJECTED}
        return is_open and may(self.request.user, CREATE) and services.may_discard(self.upload, self.actor)

    @property
    def may_approve(self) -> bool:
        return may(self.request.user, APPROVE)

    @property
    def may_change(self) -> bool:
        """Whether its lines are open to this person: while it waits, to whoever decides of it."""
        if self.upload.state == UploadState.PENDING:
            return self.may_approve and not self.is_own
        return self.upload.state in OPEN

    def check_change(self) -> None:
        """Of what waits for approval only whoever approves may change a line; the verb asks for the rest."""
        if self.upload.state == UploadState.PENDING:
            require(self.request.user, APPROVE)

    def to_step(self, step: str = "") -> HttpResponse:
        """On to a step, or to where the invoice stands."""
        return redirect(link_of(self.upload, step))

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(_("Upload invoice"), reverse("admin:inventory_upload"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        upload = self.upload
        return super().get_context_data(**kwargs) | {
            "title": _t("Invoice %(number)s") % {"number": upload.number},
            "lead": f"{upload.supplier} · {upload.file_name}",
            "upload": upload,
            "steps": list(steps(self.step, upload)) if self.step else [],
            "may_change": self.may_change,
            "may_approve": self.may_approve,
            "may_discard": self.may_discard,
            "is_own": self.is_own,
        }
