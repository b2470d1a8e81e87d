"""Sales Invoices: drafted, submitted with or without stock, paid back, cancelled, amended (WRITING.md 6)."""

from datetime import date
from typing import ClassVar, Final

from apps.sync.demo.desk import (
    buyers,
    lines,
    orders,
    owing,
    paying,
    points,
    refusals,
    returns,
    sales,
    stock,
)
from apps.sync.demo.desk.controllers import Controller
from apps.sync.demo.desk.doctypes import prices
from apps.sync.demo.desk.document import SUBMITTED, Document
from apps.sync.demo.desk.figures import told
from apps.sync.demo.desk.work import Work
from apps.sync.demo.envelopes import RefusalError, broken

OUT: Final = -1


class SalesInvoice(Controller):
    series = "ACC-SINV-.YYYY.-"
    is_submittable = True
    required = (
        "customer", "posting_date", "company", "currency", "selling_price_list", "debit_to", "items",
    )  # fmt: skip
    labels: ClassVar = {"set_warehouse": "Source Warehouse", "debit_to": "Debit To"}
    links: ClassVar = {
        "customer": "Customer",
        "customer_address": "Address",
        "shipping_address_name": "Address",
        "contact_person": "Contact",
        "customer_group": "Customer Group",
        "territory": "Territory",
        "selling_price_list": "Price List",
        "set_warehouse": "Warehouse",
        "loyalty_program": "Loyalty Program",
        "pos_profile": "POS Profile",
        "return_against": "Sales Invoice",
        "amended_from": "Sales Invoice",
    }
    choices: ClassVar = {"apply_discount_on": ("", "Grand Total", "Net Total"), "is_opening": ("No", "Yes")}
    defaults: ClassVar = sales.INVOICED | {
        "naming_series": series,
        "update_outstanding_for_self": 1,
        "po_no": "",
        "against_income_account": "Sales - CG",
    }
    free_after_submit = frozenset({"letter_head", "group_same_items", "select_print_heading", "language"})

    def before_insert(self, work: Work, document: Document) -> None:
        """ERPNext stumbles over these instead of refusing; both are final (WRITING.md, trap 8)."""
        if document["customer"] and work.row("Customer", document["customer"]) is None:
            raise _stumbled("AttributeError", "'NoneType' object has no attribute 'payment_terms'")
        if not document.tables["items"]:
            raise _stumbled("TypeError", "unsupported operand type(s) for -: 'NoneType' and 'float'")

    def validate(self, work: Work, document: Document) -> None:
        sales.date(work, document)
        sales.fill(work, document)
        _date_payment(document)
        returns.announce(work, document)
        sales.price(work, document)
        paying.take(work, document)
        returns.check(work, document)
        buyers.check_addresses(work, document)
        prices.insert_missing(work, document)
        sales.schedule(work, document)
        points.check(work, document)
        if document.docstatus == SUBMITTED:
            _prepare_submit(work, document)
        if not document.is_new or document["amended_from"]:
            document["status"] = "Draft" if document.is_new else owing.status_of(work, document)

    def on_submit(self, work: Work, document: Document) -> None:
        """Books follow in the stored row alone: the answer shows it as it was before (WRITING.md, trap 2)."""
        if document["update_stock"]:
            stock.submit(work, document, sign=OUT)
        _book(work, document)
        orders.follow(work, document)
        returns.settle(work, document, sign=1)
        points.submitted(work, document)

    def on_cancel(self, work: Work, document: Document) -> None:
        document["status"] = "Cancelled"
        work.put(document.doctype, document.name, status="Cancelled")
        if document["update_stock"]:
            stock.cancel(work, document, sign=OUT)
        orders.follow(work, document)
        returns.settle(work, document, sign=-1)
        owing.unlink(work, document)
        points.cancelled(work, document)


class SalesInvoiceItem(Controller):
    required = ("item_name", "uom")
    labels: ClassVar = {"item_code": "Item", "uom": "UOM", "stock_uom": "Stock UOM"}
    links: ClassVar = {
        "item_code": "Item",
        "item_group": "Item Group",
        "brand": "Brand",
        "uom": "UOM",
        "stock_uom": "UOM",
        "warehouse": "Warehouse",
        "target_warehouse": "Warehouse",
        "batch_no": "Batch",
        "serial_and_batch_bundle": "Serial and Batch Bundle",
        "sales_order": "Sales Order",
        "delivery_note": "Delivery Note",
    }


class TaxRow(Controller):
    required = ("charge_type", "account_head", "description")
    choices: ClassVar = {
        "charge_type": (
            "",
            "Actual",
            "On Net Total",
            "On Previous Row Amount",
            "On Previous Row Total",
            "On Item Quantity",
        )
    }


# --- when it is to be paid --------------------------------------------------------------------------------
def _date_payment(document: Document) -> None:
    if not document["customer"]:  # whose terms would set the day
        raise refusals.by_erpnext("Due Date is mandatory")
    document["due_date"] = document["due_date"] or document["posting_date"]
    if date.fromisoformat(document["due_date"]) < date.fromisoformat(document["posting_date"]):
        raise refusals.by_erpnext("Due Date cannot be before Posting / Supplier Invoice Date")


# --- submitted --------------------------------------------------------------------------------------------
def _prepare_submit(work: Work, document: Document) -> None:
    sales.check_rates(work, document)
    document["remarks"] = document["remarks"] or "No Remarks"
    if document["update_stock"]:
        lines.check_expiry(work, document)


def _book(work: Work, document: Document) -> None:
    """What is owed from now on, and the status that follows; a return may lower its original's instead."""
    lowers = document["is_return"] and document["return_against"] and not document["is_pos"]
    stored = work.load(document.doctype, document.name)
    if stored is None:
        return
    is_elsewhere = lowers and not document["update_outstanding_for_self"]
    owed = stored["outstanding_amount"] = 0.0 if is_elsewhere else told(paying.left(document))
    status = owing.status_of(work, stored)
    work.touch(document.doctype, document.name, outstanding_amount=owed, status=status)


def _stumbled(exc_type: str, said: str) -> RefusalError:
    return broken(exc_type, f"{exc_type}: {said}", extra=refusals.BY_ERPNEXT)
