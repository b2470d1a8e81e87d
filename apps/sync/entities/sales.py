"""Sales invoices with their lines: the shop's orders."""

from datetime import datetime
from typing import Final

from apps.catalog.models import Product
from apps.core.clock import erp_moment
from apps.customers.models import Customer
from apps.orders.models import Order, OrderLine
from apps.orders.states import OrderDocument, OrderSource, OrderStatus
from apps.sync.engine.declarations import (
    Children,
    DayTotals,
    Entity,
    Reference,
    Source,
    check,
    day,
    derived,
    long_text,
    number,
    text,
    whole,
)
from apps.sync.engine.values import clock_time, needed_day, unchecked

DRAFT, SUBMITTED, CANCELLED = 0, 1, 2

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
}


def status_of(docstatus: object, status: object) -> str:
    """Where an invoice stands in our words; the document's own state goes before the status text."""
    if docstatus == DRAFT:
        return OrderStatus.DRAFT.value
    if docstatus == CANCELLED:
        return OrderStatus.CANCELLED.value
    return STATUSES.get(str(status), OrderStatus.UNKNOWN).value


def docstatus_of(docstatus: object) -> int:
    """Draft, submitted or cancelled."""
    if docstatus not in (DRAFT, SUBMITTED, CANCELLED):
        raise ValueError(f"is {docstatus!r}, neither 0, 1 nor 2")
    return int(str(docstatus))


def source_of(is_pos: object) -> str:
    """The door a sale came by, as far as the invoice itself tells."""
    return (OrderSource.POS if is_pos else OrderSource.ERP).value


def placed_at(posting_date: object, posting_time: object) -> datetime:
    """The business moment; ``creation`` is only when it was typed."""
    return erp_moment(needed_day(posting_date), clock_time(posting_time))


LINES = Children(
    doctype="Sales Invoice Item",
    model=OrderLine,
    parent="order",
    columns=(
        text("item_code", "item_code"),
        text("item_name", "item_name"),
        long_text("description_source", "description"),
        text("item_group_name", "item_group"),
        text("brand_name", "brand"),
        long_text("image_path", "image"),
        text("barcode", "barcode"),
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
        text("batch_number", "batch_no"),
        text("batch_bundle_name", "serial_and_batch_bundle"),
        check("has_batch_fields", "use_serial_batch_fields"),
        number("incoming_rate", "incoming_rate"),
        text("sales_order_name", "sales_order"),
        text("sales_order_row", "so_detail"),
        text("delivery_note_name", "delivery_note"),
        text("delivery_note_row", "dn_detail"),
        text("returns_row", "sales_invoice_item"),
    ),
    references=(Reference("product_id", by="item_code", to=Product),),
)

SALES = Entity(
    name="sales",
    title="Sales",
    after=("items", "customers"),
    sources=(
        Source(
            doctype="Sales Invoice",
            model=Order,
            fixed={"document": OrderDocument.INVOICE.value},
            company_field="company",
            gone_values={"status": OrderStatus.CANCELLED.value},
            drifts=("docstatus", "status", "outstanding_amount", "customer", "is_consolidated"),
            totals=DayTotals(
                day="posting_date",
                day_column="posted_on",
                amount="base_grand_total",
                amount_column="base_grand_total",
                docstatus_column="erp_docstatus",
            ),
            columns=(
                derived("status", "docstatus", "status", by=status_of),
                derived("source", "is_pos", by=source_of),
                derived("placed_at", "posting_date", "posting_time", by=placed_at),
                text("erp_status", "status"),
                derived("erp_docstatus", "docstatus", by=docstatus_of),
                text("naming_series", "naming_series"),
                text("company", "company"),
                text("customer_erp_name", "customer"),
                text("customer_name", "customer_name"),
                text("customer_group_name", "customer_group"),
                text("territory_name", "territory"),
                derived("posted_on", "posting_date", by=needed_day),
                derived("posted_time", "posting_time", by=clock_time),
                day("due_on", "due_date"),
                check("is_return", "is_return"),
                text("return_of_name", "return_against"),
                text("amends_name", "amended_from"),
                check("is_pos", "is_pos"),
                text("pos_profile_name", "pos_profile"),
                check("is_consolidated", "is_consolidated"),
                check("moves_stock", "update_stock"),
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
                derived("rounds_total", "disable_rounded_total", by=unchecked),
                number("rounding_adjustment", "rounding_adjustment"),
                number("rounded_total", "rounded_total"),
                number("outstanding", "outstanding_amount"),
                number("paid", "paid_amount"),
                number("change", "change_amount"),
                number("written_off", "write_off_amount"),
                text("discount_on", "apply_discount_on"),
                number("discount_percentage", "additional_discount_percentage"),
                number("discount_amount", "discount_amount"),
                check("redeems_points", "redeem_loyalty_points"),
                whole("points_redeemed", "loyalty_points"),
                number("points_value", "loyalty_amount"),
                text("loyalty_program_name", "loyalty_program"),
                text("price_list_name", "selling_price_list"),
                check("ignores_price_rules", "ignore_pricing_rule"),
                text("warehouse_name", "set_warehouse"),
                text("address_name", "customer_address"),
                text("contact_name", "contact_person"),
                long_text("contact_mobile", "contact_mobile"),
                text("contact_email", "contact_email"),
                text("po_number", "po_no"),
                long_text("remarks", "remarks"),
            ),
            references=(
                Reference("customer_id", by="customer_erp_name", to=Customer),
                Reference("return_of_id", by="return_of_name", to=Order),
                Reference("amends_id", by="amends_name", to=Order),
            ),
            children=(LINES,),
        ),
    ),
)
