"""First step: whose invoice it is, and its file. Below it what is under way."""

from collections.abc import Sequence
from typing import IO, Any, ClassVar, Final, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apps.core.access import may
from apps.core.actors import Actor, Person
from apps.core.admin.pages import StaffPage, staff_page
from apps.core.clock import shop_day
from apps.core.errors import DomainError, InvalidInputError
from apps.inventory import services
from apps.inventory.errors import DuplicateInvoiceError
from apps.inventory.intake.limits import MOST_BYTES, MOST_ROWS, UnfitError
from apps.inventory.intake.refusals import refusal
from apps.inventory.models import InvoiceUpload, Supplier
from apps.inventory.pages.base import APPROVE, CREATE, link_of, steps
from apps.inventory.states import OPEN, UploadState

LISTED: Final = 20
UNDER_WAY: Final = (*OPEN, UploadState.PENDING, UploadState.REJECTED)
SHOWS: Final[dict[str, Promise]] = {"mine": _("Mine"), "all": _("All"), "done": _("Done")}


class StartForm(forms.Form):
    """What is said of the file beside it."""

    supplier = forms.CharField(label=_("Supplier"), max_length=200)
    number = forms.CharField(label=_("Invoice number"), max_length=64)
    dated = forms.DateField(label=_("Invoice date"))
    duplicate_reason = forms.CharField(label=_("Why it is uploaded twice"), max_length=500, required=False)

    def __init__(self, *args: Any, names: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = names

    def clean_supplier(self) -> int:
        """Whom the typed name means: the very one, or the only one that has it in his name."""
        typed = " ".join(self.cleaned_data["supplier"].split()).casefold()
        exact = [pk for name, pk in self.names.items() if name.casefold() == typed]
        found = exact or [pk for name, pk in self.names.items() if typed in name.casefold()]
        if len(found) != 1:
            none = _("No supplier is called so. Choose one of the list.")
            raise forms.ValidationError(_("Several are called so. Choose one.") if found else none)
        return found[0]


@staff_page
class Upload(StaffPage):
    """Upload invoice."""

    title = _("Upload invoice")
    permission_key = CREATE
    route = "inventory/upload/"
    url_name = "inventory_upload"
    template_name = "inventory/upload/file.html"
    parts: ClassVar = {
        "up-fields": "inventory/upload/fields.html",
        "up-uploads": "inventory/upload/uploads.html",
    }

    @property
    def person(self) -> Person:
        return cast("Person", self.request.user)

    @property
    def show(self) -> str:
        asked = self.request.GET.get("show", "")
        return asked if asked in SHOWS else "mine"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        names = kwargs.pop("names", None) or supplier_names()
        form = kwargs.pop("form", None) or StartForm(names=names, initial=self._initial(names))
        return super().get_context_data(**kwargs) | {
            "lead": _("A supplier's invoice becomes batches and prices: file, columns, match, confirm."),
            "form": form,
            "suppliers": names,
            "swap": bool(self.part),
            "today": shop_day(timezone.now()),
            "may_approve": may(self.request.user, APPROVE),
            "steps": list(steps("file")),
            "most_bytes": MOST_BYTES,
            "most_megabytes": MOST_BYTES // 1024 // 1024,
            "most_rows": MOST_ROWS,
            "uploads": uploads(self.show, Actor.of(self.person)),
            "show": self.show,
            "shows": SHOWS,
        }

    def _initial(self, names: dict[str, int]) -> dict[str, Any]:
        asked = self.request.GET.get("supplier", "")
        given = {"dated": shop_day(timezone.now())}
        chosen = [name for name, pk in names.items() if str(pk) == asked]
        return given | {"supplier": chosen[0]} if chosen else given

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the file as a draft and go on to its columns; refused, all that was typed stays."""
        names = supplier_names()
        form = StartForm(request.POST, names=names)
        said: dict[str, Any] = {}
        if form.is_valid():
            try:
                return self._go_on(self._started(form))
            except DuplicateInvoiceError as why:
                said = {"duplicate": self._duplicate(form, why)}
            except DomainError as why:
                said = _at_its_field(form, why)
        return self.render_to_response(self.get_context_data(form=form, names=names, **said))

    def _started(self, form: StartForm) -> InvoiceUpload:
        typed = form.cleaned_data
        reason = typed["duplicate_reason"] if may(self.request.user, APPROVE) else ""
        file = sent_file(self.request)
        return services.start_upload(
            cast("IO[bytes]", file),
            supplier_id=typed["supplier"],
            number=typed["number"],
            dated=typed["dated"],
            file_name=file.name or "",
            duplicate_reason=reason,
            actor=Actor.of(self.person),
        )

    def _go_on(self, upload: InvoiceUpload) -> HttpResponse:
        link = link_of(upload, "columns")
        if self.part:
            return HttpResponse(headers={"HX-Redirect": link})
        return redirect(link)

    def _duplicate(self, form: StartForm, why: DuplicateInvoiceError) -> dict[str, Any]:
        form.add_error("number", str(why))
        return {"link": reverse("admin:inventory_invoice", kwargs={"upload_id": why.upload_id})}


def _at_its_field(form: StartForm, why: DomainError) -> dict[str, Any]:
    """A refusal where it belongs: at the date, the number, the supplier, else at the file."""
    if why.code == "invoice-date":
        form.add_error("dated", str(why))
    elif why.code.startswith("invoice-number"):
        form.add_error("number", str(why))
    elif why.code == "supplier-unfit":
        form.add_error("supplier", str(why))
    else:
        return {"file_refusal": str(why)}
    return {}


def sent_file(request: HttpRequest) -> "UploadedFile[bytes]":
    """The file that was sent. Raises InvalidInputError; FileRefusedError of one that was cut off."""
    file = request.FILES.get("file")
    if getattr(request, "too_large", ()):
        raise refusal(UnfitError("too-many-bytes", megabytes=f"> {MOST_BYTES // 1024 // 1024}"))
    if file is None:
        raise InvalidInputError(_t("Choose the file of the invoice."), code="no-file")
    return file


def supplier_names() -> dict[str, int]:
    """Every supplier that may deliver, by what he is called; two of one name are told apart."""
    rows = list(Supplier.objects.present().filter(is_active=True).order_by("pk"))
    called = [str(supplier) for supplier in rows]
    names = {
        name if called.count(name) == 1 else f"{name} ({row.erp_name})": row.pk
        for name, row in zip(called, rows, strict=True)
    }
    return dict(sorted(names.items(), key=lambda pair: pair[0].casefold()))


def uploads(show: str, actor: Actor) -> Sequence[InvoiceUpload]:
    """Invoices that are under way, one's own or everybody's; or the last that are done."""
    rows = InvoiceUpload.objects.select_related("supplier").order_by("-moved_at", "-pk")
    if show == "done":
        return list(rows.filter(state__in=[UploadState.CONFIRMED, UploadState.UNDONE])[:LISTED])
    rows = rows.filter(state__in=UNDER_WAY)
    if show == "mine":
        rows = rows.filter(maker_kind=actor.kind, maker_id=actor.id)
    return list(rows[:LISTED])
