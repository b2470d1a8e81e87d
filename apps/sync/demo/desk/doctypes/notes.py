"""Delivery Notes: goods that leave before they are billed, by themselves or for an order (API.md 7)."""

from typing import ClassVar

from apps.sync.demo.desk import buyers, lines, orders, returns, sales, stock
from apps.sync.demo.desk.controllers import Controller
from apps.sync.demo.desk.doctypes.orders import SalesOrderItem
from apps.sync.demo.desk.document import SUBMITTED, Document
from apps.sync.demo.desk.work import Work

OUT = -1


class DeliveryNote(Controller):
    series = "MAT-DN-.YYYY.-"
    is_submittable = True
    required = ("customer", "posting_date", "company", "currency", "selling_price_list", "items")
    links: ClassVar = {
        "customer": "Customer",
        "customer_group": "Customer Group",
        "territory": "Territory",
        "customer_address": "Address",
        "contact_person": "Contact",
        "selling_price_list": "Price List",
        "set_warehouse": "Warehouse",
        "return_against": "Delivery Note",
        "amended_from": "Delivery Note",
    }
    defaults: ClassVar = sales.DEFAULTS | {"naming_series": series, "po_no": ""}
    free_after_submit = frozenset({"letter_head", "group_same_items", "select_print_heading", "instructions"})

    def validate(self, work: Work, document: Document) -> None:
        sales.date(work, document)
        sales.fill(work, document)
        sales.price(work, document)
        buyers.check_addresses(work, document)
        returns.check(work, document)
        if document.docstatus == SUBMITTED:
            sales.check_rates(work, document)
            lines.check_expiry(work, document)
        document["status"] = orders.note_status_of(document)

    def on_submit(self, work: Work, document: Document) -> None:
        stock.submit(work, document, sign=OUT)
        orders.follow(work, document)

    def on_cancel(self, work: Work, document: Document) -> None:
        document["status"] = "Cancelled"
        work.put(document.doctype, document.name, status="Cancelled")
        stock.cancel(work, document, sign=OUT)
        orders.follow(work, document)


class NoteLine(SalesOrderItem):
    labels: ClassVar = {"uom": "UOM"}
    links: ClassVar = {
        **SalesOrderItem.links,
        "batch_no": "Batch",
        "serial_and_batch_bundle": "Serial and Batch Bundle",
        "against_sales_order": "Sales Order",
        "against_sales_invoice": "Sales Invoice",
    }
