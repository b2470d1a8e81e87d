"""What was sold, read from ERPNext."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.core import figures
from apps.core.access import may
from apps.core.admin import chips, filters
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.columns import Kind, Words, column
from apps.core.admin.mirrored import MirroredAdmin
from apps.core.admin.profile import Facts, Shown, Table
from apps.core.templatetags import larder as say
from apps.orders.models import Order
from apps.orders.querysets import REVENUE
from apps.orders.states import OrderDocument, OrderSource, OrderStatus

LINES_SHOWN = 200

chips.register(
    "orders.Order.status",
    {
        OrderStatus.DRAFT: Chip(_("Draft"), Tone.QUIET, "edit_note"),
        OrderStatus.OPEN: Chip(_("Open"), Tone.RUNNING, "schedule"),
        OrderStatus.TO_DELIVER: Chip(_("To deliver"), Tone.RUNNING, "local_shipping"),
        OrderStatus.DELIVERED: Chip(_("Delivered"), Tone.WELL, "task_alt"),
        OrderStatus.COMPLETED: Chip(_("Completed"), Tone.WELL),
        OrderStatus.RETURNED: Chip(_("Returned"), Tone.LOOK, "undo"),
        OrderStatus.CANCELLED: Chip(_("Cancelled"), Tone.QUIET, "block"),
        OrderStatus.UNKNOWN: Chip(_("Unknown"), Tone.LOOK, "help"),
    },
)
chips.register(
    "orders.Order.source",
    {
        OrderSource.ERP: Chip(_("ERPNext"), Tone.QUIET, "domain"),
        OrderSource.POS: Chip(_("Till"), Tone.QUIET, "point_of_sale"),
    },
)

DOCTYPES = {
    OrderDocument.INVOICE: "Sales Invoice",
    OrderDocument.ORDER: "Sales Order",
    OrderDocument.POS: "POS Invoice",
}


@admin.register(Order)
class OrderAdmin(MirroredAdmin):
    """Sales, newest first."""

    permission_category = "orders"
    erp_doctype = "Sales Invoice"
    list_display = ("number", "status", "customer_name", "placed_at", "source", "amount", "outstanding")
    list_extra = (
        "erp_status",
        "due_on",
        "territory_name",
        "total_quantity",
        "po_number",
        "warehouse_name",
        "read_at",
    )
    list_totals: ClassVar[dict[str, Any]] = {"amount": Sum("base_grand_total", filter=REVENUE)}
    totals_note = _("submitted, in shop currency")
    list_filter = (
        filters.choice("status", _("Status")),
        filters.choice("source", _("Source")),
        filters.choice("document", _("Document")),
        filters.days("placed_at", _("Placed")),
        filters.yes_no(
            "returns", _("Returns"), yes=Q(is_return=True), words=(_("Returns only"), _("Without returns"))
        ),
        filters.yes_no("present", _("In ERPNext"), yes=Q(gone_at=None), words=(_("Still there"), _("Gone"))),
    )
    on_phone = ("status", "customer_name", "amount")
    search_fields = ("erp_name",)
    search_help_text = _("Order number, customer or their order number")
    ordering = ("-placed_at", "-id")
    sortable_by = ("placed_at",)  # what an index can sort at a million rows
    list_icon = "receipt_long"
    empty_text = _("Orders come from ERPNext. “Sync everything” under Settings › Sync brings them in.")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(
            _("Sale"),
            ("placed_at", "source", "customer_link", "territory_name", "po_number", "return_of", "remarks"),
        ),
        Facts(
            _("Payment"),
            ("due_on", "paid_amount", "outstanding", "points_redeemed", "price_list_name", "currency"),
        ),
        Facts(_("Reached by"), ("contact_name", "contact_mobile", "contact_email", "address_name")),
        Facts(
            _("In ERPNext"), ("erp_status", "company", "naming_series", "warehouse_name", "pos_profile_name")
        ),
    )

    def doctype_of(self, record: Order) -> str:
        return DOCTYPES[OrderDocument(record.document)]

    @column(_("Order"))
    def number(self, order: Order) -> str:
        return order.erp_name

    @column(_("Placed"), order="placed_at", kind=Kind.MOMENT)
    def placed_at(self, order: Order) -> Any:
        return order.placed_at

    @column(_("Customer"))
    def customer_name(self, order: Order) -> str:
        return order.customer_name or order.customer_erp_name

    @column(_("Customer"))
    def customer_link(self, order: Order) -> Any:
        if order.customer_id is None:
            return self.customer_name(order)
        link = reverse("admin:customers_customer_change", args=[order.customer_id])
        return format_html('<a class="lr-link" href="{}"><bdi>{}</bdi></a>', link, self.customer_name(order))

    @column(_("Amount"), kind=Kind.MONEY)
    def amount(self, order: Order) -> Any:
        """The exact total, as revenue counts it; what the customer was asked for may be rounded."""
        return order.grand_total

    @column(_("Outstanding"), kind=Kind.MONEY)
    def outstanding(self, order: Order) -> Any:
        """What is still owed; ERPNext leaves the figure standing on what it has cancelled."""
        return order.outstanding if order.counts_as_revenue and order.outstanding else None

    @column(_("Paid"), kind=Kind.MONEY)
    def paid_amount(self, order: Order) -> Any:
        return order.paid

    def profile_chips(self, record: Order) -> Sequence[Chip]:
        return [
            chips.chip_for(record, "status"),
            chips.chip_for(record, "source"),
            *super().profile_chips(record),
        ]

    def key_figures(self, record: Order) -> Sequence[tuple[Words, Shown]]:
        return (
            (_("Amount"), say.money(self.amount(record), record.currency)),
            (_("Outstanding"), say.money(self.outstanding(record), record.currency)),
            (_("Quantity"), say.quantity(record.total_quantity)),
        )

    def tables(self, record: Order, request: HttpRequest) -> Sequence[Table]:
        return (order_lines(record, links=may(request.user, "products.view")),)


def order_lines(order: Order, *, links: bool) -> Table:
    """The lines as they were sold, with the sums under them."""
    lines = list(order.lines.all()[: LINES_SHOWN + 1])
    rows = [
        (
            _line_name(line, links=links),
            say.quantity(line.quantity),
            line.unit,
            say.money(line.rate, order.currency),
            say.money(line.amount, order.currency),
        )
        for line in lines[:LINES_SHOWN]
    ]
    heads = (
        (_("Line"), False),
        (_("Quantity"), True),
        (_("Unit"), False),
        (_("Price"), True),
        (_("Amount"), True),
    )
    foot = [(words, "", "", "", say.money(amount, order.currency)) for words, amount in _sums(order)]
    more = _("Only the first 200 lines are shown.") if len(lines) > LINES_SHOWN else ""
    return Table(_("Lines"), heads, rows, _("No lines came with it."), foot, more)


def _sums(order: Order) -> list[tuple[Words, Decimal]]:
    """From the lines to what was asked for; what adds nothing is left out."""
    on_the_way = [
        (_("Discount on the whole"), -order.discount_amount),
        (_("Taxes and charges"), order.tax_total),
    ]
    rounding = [(_("Rounding"), order.rounding_adjustment), (_("Owed"), order.owed)]
    return [
        (_("Total of lines"), order.total),
        *(step for step in on_the_way if step[1]),
        (_("Total"), order.grand_total),
        *(rounding if order.owed != order.grand_total else ()),
    ]


def _line_name(line: Any, *, links: bool) -> Shown:
    name = line.item_name or line.item_code or figures.NONE
    if line.product_id is None or not links:
        return format_html("<bdi>{}</bdi>", name)
    link = reverse("admin:catalog_product_change", args=[line.product_id])
    return format_html('<a class="lr-link" href="{}"><bdi>{}</bdi></a>', link, name)
