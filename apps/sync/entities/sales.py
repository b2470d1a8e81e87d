"""Invoices, sales orders and till invoices with their lines: the shop's orders (spec/03)."""

from collections.abc import Mapping
from datetime import datetime, time
from decimal import Decimal
from typing import Final

from apps.catalog.models import Product
from apps.core.clock import erp_moment
from apps.customers.models import Customer
from apps.orders.models import Order, OrderLine
from apps.orders.services import orders_synced
from apps.orders.states import OrderDocument, OrderSource, OrderStatus
from apps.sync.engine.declarations import (
    Children,
    Column,
    DayTotals,
    Entity,
    Reference,
    Source,
    Touch,
    always,
    check,
    day,
    derived,
    long_text,
    number,
    text,
    whole,
)
from apps.sync.engine.values import clock_time, docstatus, needed_day, unchecked
from apps.sync.erpnext.facts import REFERENCE

DRAFT, CANCELLED = 0, 2

# spec/03's table. ERPNext says "… and Discounted" of an invoice whose debt was sold to a bank.
STATUSES: Final = {
    "Submitted": OrderStatus.DELIVERED,
    "Unpaid": OrderStatus.DELIVERED,
    "Partly Paid": OrderStatus.DELIVERED,
    "Overdue": OrderStatus.DELIVERED,
    "Unpaid and Discounted": OrderStatus.DELIVERED,
    "Partly Paid and Discounted": OrderStatus.DELIVERED,
    "Overdue and Discounted": OrderStatus.DELIVERED,
    "Paid": OrderStatus.COMPLETED,
    "Credit Note Issued": OrderStatus.COMPLETED,
    "Return": OrderStatus.RETURNED,
    "Consolidated": OrderStatus.COMPLETED,  # a till invoice whose shift is closed
}


ORDER_STATUSES: Final = {
    "To Pay": OrderStatus.OPEN,
    "On Hold": OrderStatus.TO_DELIVER,
    "To Deliver": OrderStatus.TO_DELIVER,
    "To Deliver and Bill": OrderStatus.TO_DELIVER,
    "To Bill": OrderStatus.DELIVERED,
    "Completed": OrderStatus.COMPLETED,
    "Closed": OrderStatus.COMPLETED,
}


def status_of(state: object, status: object) -> str:
    """Where an invoice stands in our words; the document's own state goes before the status text."""
    return _status(state, status, STATUSES)


def order_status_of(state: object, status: object) -> str:
    """Where a sales order stands in our words."""
    return _status(state, status, ORDER_STATUSES)


def _status(state: object, status: object, words: Mapping[str, OrderStatus]) -> str:
    if state == DRAFT:
        return OrderStatus.DRAFT.value
    if state == CANCELLED:
        return OrderStatus.CANCELLED.value
    return words.get(str(status), OrderStatus.UNKNOWN).value


def source_of(is_pos: object) -> str:
    """The door a sale came by, as far as the invoice itself tells."""
    return (OrderSource.POS if is_pos else OrderSource.ERP).value


def placed_at(posting_date: object, posting_time: object) -> datetime:
    """The business moment; ``creation`` is only when it was typed."""
    return erp_moment(needed_day(posting_date), clock_time(posting_time))


def ordered_at(transaction_date: object, creation: object) -> datetime:
    """A sales order has a day and no time: it was placed when it was typed, if that was the same day."""
    day_ordered, typed = needed_day(transaction_date), datetime.fromisoformat(str(creation))
    return erp_moment(day_ordered, typed.time() if typed.date() == day_ordered else time.min)


# --- lines -------------------------------------------------------------------------------------------------
LINE: Final = (
    text("item_code", "item_code"),
    text("item_name", "item_name"),
    long_text("description_source", "description"),
    text("item_group_name", "item_group"),
    text("brand_name", "brand"),
    long_text("image_path", "image"),
    number("quantity", "qty"),
    text("unit", "uom"),
    number("unit_factor", "conversion_factor"),
    number("stock_quantity", "stock_qty"),
    text("stock_unit", "stock_uom"),
    number("price_list_rate", "price_list_rate"),
    text("margin_kind", "margin_type"),
    number("margin", "margin_rate_or_amount"),
    number("rate_with_margin", "rate_with_margin"),
    number("discount_percentage", "discount_percentage"),
    number("discount_amount", "discount_amount"),
    number("rate", "rate"),
    number("amount", "amount"),
    number("net_rate", "net_rate"),
    number("net_amount", "net_amount"),
    number("base_amount", "base_amount"),
    number("base_net_amount", "base_net_amount"),
    number("shared_discount", "distributed_discount_amount"),
    long_text("price_rules", "pricing_rules"),
    check("is_free", "is_free_item"),
    text("warehouse_name", "warehouse"),
    number("delivered_quantity", "delivered_qty"),
)
OF_INVOICES: Final = (
    text("barcode", "barcode"),
    text("batch_number", "batch_no"),
    text("batch_bundle_name", "serial_and_batch_bundle"),
    check("has_batch_fields", "use_serial_batch_fields"),
    text("sales_order_name", "sales_order"),
    text("sales_order_row", "so_detail"),
    text("delivery_note_name", "delivery_note"),
    text("delivery_note_row", "dn_detail"),
)
NO_ORDER: Final = (
    *(always(column, Decimal(0)) for column in ("billed_amount", "returned_quantity", "picked_quantity")),
    always("delivery_on", None),
)
OF_ORDERS: Final = (
    number("billed_amount", "billed_amt"),
    number("returned_quantity", "returned_qty"),
    number("picked_quantity", "picked_qty"),
    day("delivery_on", "delivery_date"),
    *(
        always(column, "")
        for column in (
            "barcode",
            "batch_number",
            "batch_bundle_name",
            "sales_order_name",
            "sales_order_row",
            "delivery_note_name",
            "delivery_note_row",
            "returns_row",
        )
    ),
    always("has_batch_fields", False),
    always("incoming_rate", Decimal(0)),
)


def _lines(doctype: str, *own: Column) -> Children:
    return Children(
        doctype=doctype,
        model=OrderLine,
        parent="order",
        drifts=("item_code",),
        columns=(*LINE, *own),
        references=(Reference("product_id", by="item_code", to=Product),),
    )


# --- documents ---------------------------------------------------------------------------------------------
DOCUMENT: Final = (
    text("erp_status", "status"),
    derived("erp_docstatus", "docstatus", by=docstatus),
    text("naming_series", "naming_series"),
    text("company", "company"),
    text("customer_erp_name", "customer"),
    text("customer_name", "customer_name"),
    text("customer_group_name", "customer_group"),
    text("territory_name", "territory"),
    text("amends_name", "amended_from"),
    text("currency", "currency"),
    number("conversion_rate", "conversion_rate"),
    number("total_quantity", "total_qty"),
    number("total", "total"),
    number("net_total", "net_total"),
    number("tax_total", "total_taxes_and_charges"),
    number("grand_total", "grand_total"),
    number("base_total", "base_total"),
    number("base_net_total", "base_net_total"),
    number("base_tax_total", "base_total_taxes_and_charges"),
    number("base_grand_total", "base_grand_total"),
    number("rounding_adjustment", "rounding_adjustment"),
    number("rounded_total", "rounded_total"),
    text("discount_on", "apply_discount_on"),
    number("discount_percentage", "additional_discount_percentage"),
    number("discount_amount", "discount_amount"),
    whole("points_redeemed", "loyalty_points"),
    number("points_value", "loyalty_amount"),
    text("price_list_name", "selling_price_list"),
    check("ignores_price_rules", "ignore_pricing_rule"),
    text("warehouse_name", "set_warehouse"),
    text("address_name", "customer_address"),
    text("contact_name", "contact_person"),
    long_text("contact_mobile", "contact_mobile"),
    text("contact_email", "contact_email"),
    text("po_number", "po_no"),
)
INVOICE: Final = (
    *DOCUMENT,
    derived("status", "docstatus", "status", by=status_of),
    derived("placed_at", "posting_date", "posting_time", by=placed_at),
    derived("posted_on", "posting_date", by=needed_day),
    derived("posted_time", "posting_time", by=clock_time),
    day("due_on", "due_date"),
    check("is_return", "is_return"),
    text("return_of_name", "return_against"),
    check("is_pos", "is_pos"),
    text("pos_profile_name", "pos_profile"),
    check("moves_stock", "update_stock"),
    number("outstanding", "outstanding_amount"),
    number("paid", "paid_amount"),
    number("change", "change_amount"),
    number("written_off", "write_off_amount"),
    check("redeems_points", "redeem_loyalty_points"),
    text("loyalty_program_name", "loyalty_program"),
    long_text("remarks", "remarks"),
    *(always(column, "") for column in ("order_kind", "delivery_status", "billing_status")),
    *(always(column, Decimal(0)) for column in ("delivered_percent", "billed_percent", "picked_percent")),
    always("delivery_on", None),
)
ROUNDS: Final = derived("rounds_total", "disable_rounded_total", by=unchecked)
ORDER: Final = (
    *DOCUMENT,
    ROUNDS,
    derived("status", "docstatus", "status", by=order_status_of),
    always("source", OrderSource.ERP.value),
    derived("placed_at", "transaction_date", "creation", by=ordered_at),
    derived("posted_on", "transaction_date", by=needed_day),
    always("posted_time", time.min),
    text("order_kind", "order_type"),
    day("delivery_on", "delivery_date"),
    text("delivery_status", "delivery_status"),
    text("billing_status", "billing_status"),
    number("delivered_percent", "per_delivered"),
    number("billed_percent", "per_billed"),
    number("picked_percent", "per_picked"),
    always("due_on", None),
    *(
        always(column, False)
        for column in ("is_return", "is_pos", "moves_stock", "redeems_points", "is_consolidated")
    ),
    *(
        always(column, "")
        for column in (
            "return_of_name",
            "pos_profile_name",
            "loyalty_program_name",
            "remarks",
            "consolidated_name",
            "larder_reference",
        )
    ),
    *(always(column, Decimal(0)) for column in ("outstanding", "paid", "change", "written_off")),
)
# What an invoice changes elsewhere without a stamp: its customer's loyalty entries (API.md 12).
LEDGER: Final = Touch("loyalty", "Loyalty Point Entry", field="customer", by="customer_erp_name")


def _document(doctype: str, *, kind: OrderDocument, own: tuple[Column, ...], lines: Children) -> Source:
    return Source(
        doctype=doctype,
        model=Order,
        fixed={"document": kind.value},
        company_field="company",
        optional=kind == OrderDocument.POS,
        custom_fields=(REFERENCE,) if kind == OrderDocument.INVOICE else (),
        gone_values={"status": OrderStatus.CANCELLED.value},
        drifts=("docstatus", "status", "customer", *(_DRIFTING[kind])),
        totals=None if kind == OrderDocument.ORDER else TOTALS,
        touches=() if kind == OrderDocument.ORDER else (LEDGER,),
        wrote=(orders_synced,),
        columns=own,
        references=(
            Reference("customer_id", by="customer_erp_name", to=Customer),
            Reference("return_of_id", by="return_of_name", to=Order),
            Reference("amends_id", by="amends_name", to=Order),
        ),
        children=(lines,),
    )


_DRIFTING: Final = {
    OrderDocument.INVOICE: ("outstanding_amount", "return_against", "is_consolidated"),
    OrderDocument.POS: ("outstanding_amount", "consolidated_invoice"),
    OrderDocument.ORDER: ("per_delivered", "per_billed", "delivery_status", "billing_status"),
}
TOTALS: Final = DayTotals(
    day="posting_date",
    day_column="posted_on",
    amount="base_grand_total",
    amount_column="base_grand_total",
    docstatus_column="erp_docstatus",
)
INVOICES: Final = _document(
    "Sales Invoice",
    kind=OrderDocument.INVOICE,
    own=(
        *INVOICE,
        ROUNDS,
        derived("source", "is_pos", by=source_of),
        check("is_consolidated", "is_consolidated"),
        always("consolidated_name", ""),
        text("larder_reference", REFERENCE),
    ),
    lines=_lines(
        "Sales Invoice Item",
        *OF_INVOICES,
        *NO_ORDER,
        number("incoming_rate", "incoming_rate"),
        text("returns_row", "sales_invoice_item"),
    ),
)
TILL: Final = _document(
    "POS Invoice",
    kind=OrderDocument.POS,
    own=(
        *INVOICE,
        derived("rounds_total", "rounded_total", by=bool),  # a till invoice has no switch for it
        always("source", OrderSource.POS.value),
        always("is_consolidated", False),
        text("consolidated_name", "consolidated_invoice"),
        always("larder_reference", ""),
    ),
    lines=_lines(
        "POS Invoice Item",
        *OF_INVOICES,
        *NO_ORDER,
        always("incoming_rate", Decimal(0)),
        text("returns_row", "pos_invoice_item"),
    ),
)
ORDERS: Final = _document(
    "Sales Order",
    kind=OrderDocument.ORDER,
    own=ORDER,
    lines=_lines("Sales Order Item", *OF_ORDERS),
)
SALES = Entity(name="sales", title="Sales", sources=(ORDERS, INVOICES, TILL))
