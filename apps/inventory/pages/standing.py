"""Where an invoice stands: its state, what came of it, its journal, its lines; and what can be done now."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.core.access import may
from apps.core.admin.chips import Tone
from apps.core.admin.pages import require, staff_page
from apps.core.admin.refusals import said
from apps.inventory import reports, services
from apps.inventory.faces import receipt_face
from apps.inventory.models import InvoiceUpload, UploadLine
from apps.inventory.pages.base import APPROVE, CREATE, InvoicePage, step_of
from apps.inventory.pages.faces import UPLOADS
from apps.inventory.pages.matching import SIZE, Narrowed
from apps.inventory.pages.rows import rows_of
from apps.inventory.services.invoices.margins import summed
from apps.inventory.states import OPEN, UploadState

BATCHES_SHOWN: Final = 100


@staff_page
class Standing(InvoicePage):
    """An invoice."""

    title = _("Supplier invoice")
    permission_key = "batches.view"
    route = "inventory/upload/<int:upload_id>/"
    url_name = "inventory_invoice"
    template_name = "inventory/upload/standing.html"
    parts: ClassVar = {"up-lines": "inventory/upload/lines.html"}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What is under way is taken up where it was left, by whoever may go on with it."""
        if self.upload.state in OPEN and may(request.user, CREATE):
            return self.to_step(step_of(self.upload))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = list(self.upload.lines.select_related("product").by_certainty())
        narrowed = Narrowed.of(self.request.GET)
        found = reports.page_of(lines, page=narrowed.page, size=SIZE)
        batches = self.upload.batches.select_related("product", "batch", "receipt")
        return super().get_context_data(**kwargs) | {
            "sums": summed(lines),
            "same_files": reports.same_files(self.upload),
            "journal": list(_journal(self.upload)),
            "batches": list(batches.order_by("line__position", "pk")[:BATCHES_SHOWN]),
            "batch_link": reverse("admin:inventory_localbatch_changelist"),
            "found": found,
            "lines": rows_of(found.rows, may_change=False),
            "narrowed": narrowed,
            "may_change": False,
            "may_correct": self.may_change,
            "may_create": may(self.request.user, CREATE),
            "parked": sum(line.is_parked for line in lines),
            **self._open_questions(lines),
            **self._in_erpnext(),
        }

    def _in_erpnext(self) -> dict[str, Any]:
        """What ERPNext has of it, and what it was never told."""
        found = reports.in_erpnext(self.upload)
        return {
            "erp": found if found and found.is_anything else None,
            "receipts": [(one, receipt_face(one)) for one in found.receipts] if found else (),
            "may_tell": self.may_approve,
            "may_see_outbox": may(self.request.user, "sync.view"),
        }

    def _open_questions(self, lines: Sequence[UploadLine]) -> dict[str, Any]:
        """Who has to decide of what waits, and what ERPNext would be told; what keeps from undoing."""
        if self.upload.state == UploadState.PENDING:
            receipt = reports.receipt_facts(lines) if self.may_approve else None
            return {"waiting": reports.waiting_item(self.upload), "receipt": receipt}
        if self.upload.state == UploadState.CONFIRMED and self.may_approve:
            return {"blockers": services.blockers(self.upload)}
        return {}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Mend, take back, discard, undo or tell ERPNext, as ``do`` says."""
        act = ACTS.get(request.POST.get("do", ""))
        require(request.user, APPROVE if act in {_undo, _tell} else CREATE)
        if act is None:
            raise BadRequest("“do” names nothing that can be done to an invoice")
        with said(request):
            messages.success(request, act(self))
        self.upload.refresh_from_db()
        if self.upload.state == UploadState.DISCARDED:
            return redirect("admin:inventory_upload")
        return self.to_step()


# --- acts ---------------------------------------------------------------------------------------------------
def _reopen(page: Standing) -> str:
    services.reopen_upload(page.upload.pk, actor=page.actor)
    return _t("Its lines can be changed again; hand it in once it is mended.")


def _take_back(page: Standing) -> str:
    services.take_back(page.upload.pk, actor=page.actor)
    return _t("It is taken back from To Do; its lines can be changed again.")


def _discard(page: Standing) -> str:
    services.discard_upload(page.upload.pk, actor=page.actor)
    return _t("Invoice %(number)s is discarded; its number is free again.") % {"number": page.upload.number}


def _undo(page: Standing) -> str:
    services.undo_upload(page.upload.pk, reason=page.request.POST.get("reason", "")[:1000], actor=page.actor)
    return _t("Invoice %(number)s is undone; its number is free again.") % {"number": page.upload.number}


def _tell(page: Standing) -> str:
    number = services.tell_later(page.upload.pk, actor=page.actor)
    return ngettext("%(number)d message goes to ERPNext.", "%(number)d messages go to ERPNext.", number) % {
        "number": number
    }


ACTS: Final[Mapping[str, Callable[[Standing], str]]] = {
    "reopen": _reopen,
    "take_back": _take_back,
    "discard": _discard,
    "undo": _undo,
    "tell": _tell,
}


def _journal(upload: InvoiceUpload) -> Iterator[dict[str, Any]]:
    """Its steps, the latest first."""
    for move in sorted(upload.journal.all(), key=lambda move: move.pk, reverse=True):
        chip = UPLOADS[move.now]
        yield {
            "what": chip.word if move.was else _t("Uploaded"),
            "who": move.actor_label,
            "at": move.at,
            "note": move.reason,
            "icon": chip.mark if move.was else "upload_file",
            "tone": chip.tone if move.was else Tone.QUIET,
        }
