"""Batches that invoices made here: not stock, until ERPNext has them (docs/adr/0241)."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core import figures
from apps.core.admin import filters
from apps.core.admin.base import ReadOnlyAdmin
from apps.core.admin.chips import Chip, Tone, chip_for
from apps.core.admin.columns import Kind, Words, column
from apps.core.admin.links import profile_link
from apps.core.admin.profile import Facts, Notice, Shown
from apps.core.admin.rows import Elsewhere, Segment
from apps.core.templatetags import larder as say
from apps.inventory.admin.batch_lists import found_in_erpnext, segments
from apps.inventory.faces import standing_notice
from apps.inventory.models import LocalBatch


@admin.register(LocalBatch)
class LocalBatchAdmin(ReadOnlyAdmin):
    """The newest first. Invoices make them, ERPNext takes them over: nobody changes them by hand."""

    permission_category = "batches"
    list_display = (
        "number",
        "standing",
        "product",
        "supplier",
        "size",
        "cost",
        "expires",
        "invoice",
    )
    list_extra = ("received_on", "made_at", "receipt", "batch", "joined_at", "is_contested")
    list_filter = (
        filters.choice("state", _("State")),
        filters.related("supplier", _("Supplier")),
        filters.days("received_on", _("Invoice date")),
        filters.coming("expires_on", _("Expires")),
        filters.record("product", _("Product")),
        filters.record("upload", _("Invoice")),
    )
    list_select_related = ("product", "supplier", "upload__supplier", "batch", "receipt", "line")
    on_phone = ("standing", "product", "size")
    search_fields = ("number",)
    search_help_text = _("Batch number, product, code or barcode")
    ordering = ("-id",)
    sortable_by = ()
    list_icon = "inventory_2"
    empty_title = _("Nothing awaits ERPNext")
    empty_text = _("A confirmed supplier invoice makes its batches here; each leaves once ERPNext has it.")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("Batch"), ("product", "supplier", "size", "cost")),
        Facts(_("Where it comes from"), ("invoice", "row", "made_at")),
        Facts(_("Days"), ("received_on", "expires")),
        Facts(_("ERPNext"), ("receipt", "batch", "joined_at")),
    )

    @column(_("State"), kind=Kind.CHIP)
    def standing(self, local: LocalBatch) -> Chip:
        return chip_for(local, "standing")

    @column(_("Quantity"), kind=Kind.QUANTITY)
    def size(self, local: LocalBatch) -> Any:
        return local.quantity

    @column(_("Expires"), kind=Kind.DAY)
    def expires(self, local: LocalBatch) -> Any:
        return local.expires_on

    @column(_("Unit cost"), kind=Kind.MONEY)
    def cost(self, local: LocalBatch) -> Any:
        return local.unit_cost

    @column(_("Invoice"))
    def invoice(self, local: LocalBatch) -> Shown:
        return profile_link(local.upload, local.upload.number)

    @column(_("Row of the file"))
    def row(self, local: LocalBatch) -> str:
        return str(local.line or "")

    def segments(self, request: HttpRequest) -> Sequence[Segment]:
        return segments(LocalBatch)

    def elsewhere(self, request: HttpRequest, words: str) -> Elsewhere | None:
        return found_in_erpnext(words)

    def profile_chips(self, record: LocalBatch) -> Sequence[Chip]:
        return [self.standing(record)]

    def notice(self, record: LocalBatch) -> Notice | None:
        if record.is_contested:
            said = _now(
                "ERPNext has a batch of this number, of another item. Rename that one there; this one joins "
                "the batch that has its number and its item."
            )
            return Notice(Chip(_now("Contested"), Tone.ACT, "error"), said)
        return standing_notice(record)

    def key_figures(self, record: LocalBatch) -> Sequence[tuple[Words, Shown]]:
        quantity = f"{figures.quantity_text(record.quantity)} {record.product.stock_unit}".strip()
        return (
            (_("Quantity"), quantity),
            (_("Cost per stock unit"), say.money(record.unit_cost)),
            (_("Expires"), say.day(record.expires_on)),
        )
