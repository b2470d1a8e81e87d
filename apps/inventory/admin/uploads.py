"""Suppliers' invoices as they were uploaded: where each stands, what it says, what became of it."""

from collections.abc import Sequence
from typing import Any, ClassVar, Final, cast

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core.admin import filters
from apps.core.admin.base import ReadOnlyAdmin
from apps.core.admin.chips import Chip, Tone, chip_for
from apps.core.admin.columns import Kind, Words, column
from apps.core.admin.history import ICONS as WHO
from apps.core.admin.history import SHOWN, Happening, happening
from apps.core.admin.links import list_link, profile_link
from apps.core.admin.profile import ASIDE, Facts, Notice, Shown, Table
from apps.core.models import AuditEntry
from apps.core.templatetags import larder as say
from apps.inventory.invoice_pages import page_of, page_to_upload
from apps.inventory.models import InvoiceUpload, LocalBatch
from apps.inventory.querysets import UploadQuerySet
from apps.inventory.states import Decision, UploadState

LINES_SHOWN: Final = 50
UNTOLD: Final = Q(pk__in=InvoiceUpload.objects.untold().values("pk"))
# What the journal tells itself, with where from and where to.
STEPS: Final = frozenset(
    f"invoice.{step}"
    for step in (
        "uploaded", "handed_in", "confirmed", "accepted", "rejected", "reopened", "discarded", "undone"
    )
)  # fmt: skip
TONES: Final = {UploadState.CONFIRMED: "well", UploadState.REJECTED: "act"}


@admin.register(InvoiceUpload)
class InvoiceUploadAdmin(ReadOnlyAdmin):
    """The newest first. They are worked on upon their own page; here they are found and read."""

    permission_category = "batches"
    list_display = (
        "title",
        "state",
        "supplier",
        "dated",
        "rows",
        "total",
        "sequence",
        "maker",
        "created_at",
    )
    list_extra = ("file_name", "moved_at", "confirmed_at")
    list_filter = (
        filters.choice("state", _("State")),
        filters.yes_no(
            "untold", _("ERPNext"), yes=UNTOLD, words=(_("Never told"), _("Told, or needs not be"))
        ),
        filters.related("supplier", _("Supplier")),
        filters.days("dated", _("Invoice date")),
        filters.days("created_at", _("Uploaded")),
    )
    list_select_related = ("supplier",)
    on_phone = ("state", "supplier", "total")
    search_fields = ("number", "file_name")
    search_help_text = _("Invoice number or file")
    ordering = ("-id",)
    sortable_by = ()
    list_icon = "upload_file"
    empty_title = _("No invoice was uploaded yet")
    empty_text = _("Upload a supplier's invoice to make its batches and prices.")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("Invoice"), ("supplier", "number", "dated", "stem", "duplicate_reason")),
        Facts(_("File"), ("file_name", "rows", "maker", "created_at")),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[InvoiceUpload]:
        return cast("UploadQuerySet", super().get_queryset(request)).with_total()

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponseBase:
        """Beside the list it is read; as a page it is the one on which it is worked on."""
        self.require(request, "view")
        is_beside = request.headers.get("HX-Target") == ASIDE or request.method != "GET"
        address = "" if is_beside or not object_id.isdecimal() else page_of(int(object_id))
        if address:
            return redirect(address)
        return super().change_view(request, object_id, form_url, extra_context)

    def empty_action(self, request: HttpRequest) -> tuple[str, str]:
        address = page_to_upload()
        is_offered = address and self.holds(request, "create")
        return (address, _now("Upload invoice")) if is_offered else ("", "")

    @column(_("Invoice"))
    def title(self, upload: InvoiceUpload) -> str:
        return upload.number

    @column(_("Lines"), kind=Kind.COUNT)
    def rows(self, upload: InvoiceUpload) -> int | None:
        """Of the file; none before its columns are chosen."""
        return upload.line_count or None

    @column(_("Without VAT"), kind=Kind.MONEY)
    def total(self, upload: Any) -> Any:
        return upload.total

    @column(_("Batches"))
    def stem(self, upload: InvoiceUpload) -> Shown:
        """What its batch numbers begin with, and the way to them."""
        return list_link(LocalBatch, upload.batch_stem, upload=upload.pk) if upload.batch_stem else ""

    @column(_("Upload no."), kind=Kind.COUNT)
    def sequence(self, upload: InvoiceUpload) -> int | None:
        return upload.sequence

    @column(_("Uploaded by"))
    def maker(self, upload: InvoiceUpload) -> str:
        return upload.maker_label

    def profile_title(self, record: InvoiceUpload) -> str:
        return str(record)

    def profile_chips(self, record: InvoiceUpload) -> Sequence[Chip]:
        return [chip_for(record, "state")]

    def notice(self, record: InvoiceUpload) -> Notice | None:
        """Why it was turned down, or not matched, where that has to be mended."""
        if record.is_given_up:
            return Notice(Chip("", Tone.ACT, "search_off"), _now("Not matched: %s") % record.match_failure)
        if record.state != UploadState.REJECTED or not record.reason:
            return None
        return Notice(Chip("", Tone.LOOK, "block"), _now("Rejected: %s") % record.reason)

    def key_figures(self, record: Any) -> Sequence[tuple[Words, Shown]]:
        return (
            (_("Without VAT"), say.money(record.total)),
            (_("Lines"), say.count(self.rows(record))),
            (_("Dated"), say.day(record.dated)),
        )

    def tables(self, record: InvoiceUpload, request: HttpRequest) -> Sequence[Table]:
        return (lines_of(record),)

    def happenings(self, record: InvoiceUpload) -> list[Happening]:
        """Its journal, among what else was done to it."""
        return sorted([*acts_on(record), *steps_of(record)], key=lambda happening: happening.at, reverse=True)


def acts_on(upload: InvoiceUpload) -> list[Happening]:
    """What was done to it besides its steps."""
    entries = AuditEntry.objects.about(kind=upload._meta.label_lower, subject_id=str(upload.pk))
    latest = entries.exclude(action__in=STEPS).order_by("-id")[:SHOWN]
    return [happening(entry, InvoiceUpload) for entry in latest]


def steps_of(upload: InvoiceUpload) -> list[Happening]:
    """Where it went from step to step."""
    return [
        Happening(
            _now("Uploaded") if not step.was else step.get_now_display(),
            step.at,
            who=step.actor_label,
            note=step.reason,
            icon=WHO.get(step.actor_kind, "radio_button_unchecked"),
            tone=TONES.get(UploadState(step.now), "quiet"),
        )
        for step in upload.journal.all()
    ]


def lines_of(upload: InvoiceUpload) -> Table:
    """What it says, in the order of the file."""
    found = list(upload.lines.select_related("product").order_by("position")[: LINES_SHOWN + 1])
    rows = [
        (
            say.code(line.row),
            line.name,
            profile_link(line.product) if line.product else Chip(Decision(line.decision).label, Tone.QUIET),
            say.quantity(line.stock_quantity),
            say.money(line.unit_cost),
        )
        for line in found[:LINES_SHOWN]
    ]
    heads = (
        (_("Row"), False),
        (_("Name"), False),
        (_("Becomes"), False),
        (_("Stock units"), True),
        (_("Cost of one"), True),
    )
    more = _("Only the first 50 are shown.") if len(found) > LINES_SHOWN else ""
    return Table(_("Lines"), heads, rows, _("Its rows are not read yet: its columns come first."), more=more)
