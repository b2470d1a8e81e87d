"""Sales Orders: what is promised and kept on the shelf, until invoices deliver and bill it (API.md 7)."""

from typing import ClassVar

from apps.sync.demo.desk import buyers, orders, refusals, sales, stock
from apps.sync.demo.desk.controllers import Controller
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.figures import exact, rounded, told
from apps.sync.demo.desk.work import Work
from apps.sync.demo.store import Row


class SalesOrder(Controller):
    series = "SAL-ORD-.YYYY.-"
    is_submittable = True
    required = (
        "customer", "order_type", "transaction_date", "company", "currency", "selling_price_list", "items",
    )  # fmt: skip
    links: ClassVar = {
        "customer": "Customer",
        "customer_address": "Address",
        "shipping_address_name": "Address",
        "contact_person": "Contact",
        "customer_group": "Customer Group",
        "territory": "Territory",
        "selling_price_list": "Price List",
        "set_warehouse": "Warehouse",
        "amended_from": "Sales Order",
    }
    choices: ClassVar = {"order_type": ("", "Sales", "Maintenance", "Shopping Cart")}
    defaults: ClassVar = sales.DEFAULTS | {
        "naming_series": series,
        "title": "{customer_name}",
        "order_type": "Sales",
        "delivery_status": "Not Delivered",
        "billing_status": "Not Billed",
    }
    free_after_submit = frozenset({"letter_head", "group_same_items", "select_print_heading", "po_no"})

    def validate(self, work: Work, document: Document) -> None:
        document["transaction_date"] = document["transaction_date"] or work.today.isoformat()
        sales.fill(work, document)
        _promise(document)
        sales.price(work, document)
        buyers.check_addresses(work, document)
        for line in document.tables["items"]:
            _fill(work, document, line)
        sales.schedule(work, document)
        document["status"] = orders.status_of(document)

    def on_submit(self, work: Work, document: Document) -> None:
        sales.check_rates(work, document)
        for line in document.tables["items"]:
            orders.reserve(work, line, exact(line["stock_qty"]))

    def on_cancel(self, work: Work, document: Document) -> None:
        document["status"] = "Cancelled"
        work.put(document.doctype, document.name, status="Cancelled")
        for line in document.tables["items"]:
            orders.reserve(work, line, -orders.open_of(line))


class SalesOrderItem(Controller):
    required = ("item_code", "item_name", "uom")
    labels: ClassVar = {"uom": "UOM", "warehouse": "Delivery Warehouse"}
    links: ClassVar = {
        "item_code": "Item",
        "item_group": "Item Group",
        "brand": "Brand",
        "uom": "UOM",
        "stock_uom": "UOM",
        "warehouse": "Warehouse",
    }


def _promise(document: Document) -> None:
    """The day of the whole is that of each line without one, or the last of theirs. Raises RefusalError."""
    days = [line["delivery_date"] for line in document.tables["items"] if line["delivery_date"]]
    document["delivery_date"] = document["delivery_date"] or max(days, default=None)
    if not document["delivery_date"] and not document["skip_delivery_note"]:
        raise refusals.by_erpnext("Please enter Delivery Date")
    if document["delivery_date"] and document["delivery_date"] < document["transaction_date"]:
        raise refusals.by_erpnext(
            "Expected Delivery Date should be after Sales Order Date", title="Invalid Delivery Date"
        )


def _fill(work: Work, document: Document, line: Row) -> None:
    item = work.row("Item", line["item_code"]) or {"is_stock_item": 0}
    cost = stock.cost(work, line["item_code"], line["warehouse"])
    profit = exact(line["base_net_amount"]) - cost * exact(line["stock_qty"])
    line |= {
        "delivery_date": line["delivery_date"] or document["delivery_date"],
        "transaction_date": document["transaction_date"],
        "is_stock_item": item["is_stock_item"],
        "valuation_rate": told(cost),
        "gross_profit": told(rounded(profit)),
    }
