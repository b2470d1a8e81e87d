"""Purchase receipts: what suppliers delivered."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar, Final

from django.contrib import admin
from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.access import may
from apps.core.admin import filters
from apps.core.admin.chips import Chip
from apps.core.admin.columns import Kind, Words, column
from apps.core.admin.links import profile_link, rest_link
from apps.core.admin.mirrored import MirroredAdmin
from apps.core.admin.profile import Facts, Shown, Table
from apps.core.admin.standing import IN_ERPNEXT, today
from apps.core.templatetags import larder as say
from apps.inventory.faces import batch_face, receipt_face
from apps.inventory.models import Batch, Receipt, Supplier
from apps.inventory.states import SUBMITTED

LINES_SHOWN: Final = 200
BATCHES_SHOWN: Final = 10
COUNTING: Final = Q(erp_docstatus=SUBMITTED, gone_at=None)


@admin.register(Receipt)
class ReceiptAdmin(MirroredAdmin):
    """Deliveries, the newest first."""

    permission_category = "batches"
    erp_doctype = "Purchase Receipt"
    list_display = (
        "number",
        "status",
        "supplier",
        "posted_on",
        "delivery_note",
        "total_quantity",
        "amount",
        "billed",
    )
    list_extra = ("net", "returned", "return_of_name", "company", "read_at")
    list_totals: ClassVar[dict[str, Any]] = {"amount": Sum("base_grand_total", filter=COUNTING)}
    totals_note = _("submitted, in shop currency")
    list_filter = (
        filters.related("supplier", _("Supplier")),
        filters.days("posted_on", _("Received")),
        filters.yes_no("counts", _("Status"), yes=COUNTING, words=(_("Submitted"), _("Draft or cancelled"))),
        filters.yes_no(
            "returns", _("Returns"), yes=Q(is_return=True), words=(_("Returns only"), _("Without returns"))
        ),
        IN_ERPNEXT,
    )
    list_select_related = ("supplier",)
    on_phone = ("status", "supplier", "amount")
    search_fields = ("erp_name",)
    search_help_text = _("Receipt, supplier or delivery note")
    ordering = ("-posted_on", "-id")
    sortable_by = ("posted_on",)
    list_icon = "archive"
    empty_text = _("Receipts come from ERPNext. “Sync everything” under Settings › Sync brings them in.")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("Delivery"), ("supplier", "posted_on", "delivery_note", "return_of_name", "remarks")),
        Facts(_("Amount"), ("amount", "net", "currency", "billed", "returned")),
        Facts(_("In ERPNext"), ("erp_status", "company", "amends_name")),
    )

    @column(_("Receipt"))
    def number(self, receipt: Receipt) -> str:
        return receipt.erp_name

    @column(_("Status"), kind=Kind.CHIP)
    def status(self, receipt: Receipt) -> Chip:
        return receipt_face(receipt)

    @column(_("Supplier"))
    def supplier(self, receipt: Receipt) -> Supplier | str:
        return receipt.supplier or receipt.supplier_name or receipt.supplier_erp_name

    @column(_("Amount"), kind=Kind.MONEY)
    def amount(self, receipt: Receipt) -> Any:
        return receipt.grand_total

    @column(_("Net amount"), kind=Kind.MONEY)
    def net(self, receipt: Receipt) -> Any:
        return receipt.net_total

    @column(_("Billed"), kind=Kind.PERCENT)
    def billed(self, receipt: Receipt) -> Decimal:
        return receipt.billed_percent / 100

    @column(_("Returned"), kind=Kind.PERCENT)
    def returned(self, receipt: Receipt) -> Decimal:
        return receipt.returned_percent / 100

    def profile_chips(self, record: Receipt) -> Sequence[Chip]:
        return [self.status(record)]

    def key_figures(self, record: Receipt) -> Sequence[tuple[Words, Shown]]:
        return (
            (_("Amount"), say.money(record.grand_total, record.currency)),
            (_("Received"), say.day(record.posted_on)),
            (_("Billed"), say.percent(self.billed(record))),
        )

    def tables(self, record: Receipt, request: HttpRequest) -> Sequence[Table]:
        return (
            receipt_lines(record, links=may(request.user, "products.view")),
            batches_table(_("Batches"), record.batches.order_by("-id"), receipt=record.pk),
        )


def receipt_lines(receipt: Receipt, *, links: bool) -> Table:
    """What came, what of it was sent back at the door, and what a stock unit cost in the end."""
    lines = list(receipt.lines.select_related("product")[: LINES_SHOWN + 1])
    rows = [
        (
            profile_link(line.product if links else None, line.item_name or line.item_code),
            say.quantity(line.quantity),
            line.unit,
            say.money(line.rate, receipt.currency),
            say.money(line.valuation_rate or None),
            say.money(line.amount, receipt.currency),
        )
        for line in lines[:LINES_SHOWN]
    ]
    heads = (
        (_("Line"), False),
        (_("Accepted"), True),
        (_("Unit"), False),
        (_("Price"), True),
        (_("Cost per stock unit"), True),
        (_("Amount"), True),
    )
    foot = [(_("Total of lines"), "", "", "", "", say.money(receipt.total, receipt.currency))]
    more = _("Only the first 200 lines are shown.") if len(lines) > LINES_SHOWN else ""
    return Table(_("Lines"), heads, rows, _("No lines came with it."), foot, more)


def batches_table(title: Words, batches: QuerySet[Batch], **narrowed: Any) -> Table:
    """Some batches, with the way to all of them."""
    found = list(batches.select_related("product")[: BATCHES_SHOWN + 1])
    rows = [
        (
            profile_link(batch),
            str(batch.product or batch.item_name),
            batch_face(batch, on=today()),
            say.day(batch.expires_on),
            say.quantity(batch.quantity),
        )
        for batch in found[:BATCHES_SHOWN]
    ]
    heads = (
        (_("Batch"), False),
        (_("Product"), False),
        (_("Status"), False),
        (_("Expires"), False),
        (_("Left"), True),
    )
    more = rest_link(Batch, is_cut=len(found) > BATCHES_SHOWN, **narrowed)
    return Table(title, heads, rows, _("There are none."), more=more)
