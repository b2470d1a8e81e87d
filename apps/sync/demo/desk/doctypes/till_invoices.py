"""Sales at the till screen: paid at once, and without stock until their shift closes (WRITING.md 9)."""

from decimal import Decimal
from typing import Any, ClassVar, Final

from apps.sync.demo.collation import collated
from apps.sync.demo.desk import (
    bundles,
    buyers,
    ledger,
    owing,
    paying,
    points,
    refusals,
    returns,
    sales,
    sheets,
)
from apps.sync.demo.desk.controllers import Controller
from apps.sync.demo.desk.document import SUBMITTED, Document
from apps.sync.demo.desk.figures import ZERO, exact
from apps.sync.demo.desk.ledger import Movement
from apps.sync.demo.desk.work import Work
from apps.sync.demo.envelopes import RefusalError, broken
from apps.sync.demo.store import Row

TILL: Final = "POS Invoice"
LINE: Final = "POS Invoice Item"
MODULE: Final = "erpnext.accounts.doctype.pos_invoice.pos_invoice"


class PosInvoice(Controller):
    series = "ACC-PSINV-.YYYY.-"
    is_submittable = True
    required = ("customer", "pos_profile", "items", "company", "currency", "selling_price_list", "debit_to")
    links: ClassVar = {
        "customer": "Customer",
        "pos_profile": "POS Profile",
        "selling_price_list": "Price List",
        "set_warehouse": "Warehouse",
        "customer_address": "Address",
        "contact_person": "Contact",
        "loyalty_program": "Loyalty Program",
        "consolidated_invoice": "Sales Invoice",
        "return_against": TILL,
        "amended_from": TILL,
    }
    defaults: ClassVar = sales.INVOICED | {"naming_series": series, "is_pos": 1}

    def validate(self, work: Work, document: Document) -> None:
        if document.is_new and document.docstatus == SUBMITTED:
            raise unpaid_as_yet()
        _place(work, document)
        sales.fill(work, document)
        for line in document.tables["items"]:
            line["grant_commission"] = 0  # whatever its item says
        sales.price(work, document)
        if not document.tables.get("payments"):
            raise refusals.by_erpnext("At least one mode of payment is required for POS invoice.")
        paying.take(work, document)
        returns.check(work, document)
        buyers.check_addresses(work, document)
        if document.docstatus == SUBMITTED:
            _check_sold(work, document)
            document["remarks"] = document["remarks"] or "No Remarks"
        points.check(work, document)
        document["status"] = owing.status_of(work, document)

    def on_submit(self, work: Work, document: Document) -> None:
        points.submitted(work, document)
        set_aside(work, document)
        returns.settle(work, document, sign=1)

    def before_cancel(self, work: Work, document: Document) -> None:
        merged = work.row(owing.INVOICE, document["consolidated_invoice"])
        if merged is not None and merged["docstatus"] == SUBMITTED:
            closing = work.having("POS Invoice Reference", "pos_invoice", document.name)[0]["parent"]
            raise refusals.by_erpnext(
                f"You need to cancel POS Closing Entry {closing} to be able to cancel this document.",
                title="Not Allowed",
            )

    def on_cancel(self, work: Work, document: Document) -> None:
        points.cancelled(work, document)
        document["status"] = "Cancelled"
        work.put(TILL, document.name, status="Cancelled")
        for line in document.tables["items"]:
            _let_go(work, line)
        returns.settle(work, document, sign=-1)


class PosInvoiceItem(Controller):
    links: ClassVar = {
        "item_code": "Item",
        "uom": "UOM",
        "warehouse": "Warehouse",
        "batch_no": "Batch",
        "serial_and_batch_bundle": "Serial and Batch Bundle",
    }


def unpaid_as_yet() -> RefusalError:
    """ERPNext compares what is paid with the total before it has added it up: draft first, then submit."""
    said = "TypeError: '<' not supported between instances of 'NoneType' and 'float'"
    return broken("TypeError", said, extra=refusals.BY_ERPNEXT)


# --- the till ----------------------------------------------------------------------------------------------
def _place(work: Work, document: Document) -> None:
    """Which till it is sold at, out of which shelf and when. Raises RefusalError."""
    if not document["is_pos"]:
        raise refusals.by_erpnext(
            "POS Invoice should have the field <strong>Include Payment</strong> checked."
        )
    profile = _profile(work, document)
    _check_shift(work, profile)
    sales.date(work, document)
    document.head |= {
        "due_date": document["due_date"] or document["posting_date"],
        "pos_profile": profile["name"],
        "update_stock": document["update_stock"] or profile["update_stock"],
        "set_warehouse": document["set_warehouse"] or profile["warehouse"],
        "selling_price_list": document["selling_price_list"] or profile["selling_price_list"],
    }


def _profile(work: Work, document: Document) -> Row:
    """The till that was named, or the one that there is."""
    named = work.row("POS Profile", document["pos_profile"])
    tills = [row for row in work.rows("POS Profile").values() if not row["disabled"]]
    found = named or next(iter(tills), None)
    if found is None:
        raise refusals.by_erpnext("No POS Profile found. Please create a New POS Profile first")
    return found


def _check_shift(work: Work, profile: Row) -> None:
    shifts = work.having("POS Opening Entry", "pos_profile", profile["name"])
    if not any(shift["status"] == "Open" for shift in shifts):
        raise refusals.by_erpnext(
            f"No open POS Opening Entry found for POS Profile <strong>{profile['name']}</strong>.",
            title="POS Opening Entry Missing",
        )


# --- what is sold ------------------------------------------------------------------------------------------
def _check_sold(work: Work, document: Document) -> None:
    """That all is paid and there. Raises RefusalError."""
    sales.check_rates(work, document)
    if document["is_return"]:
        return
    profile = work.row("POS Profile", document["pos_profile"]) or {}
    if exact(document["paid_amount"]) < sheets.owed(document) and not profile["allow_partial_payment"]:
        raise refusals.by_erpnext(
            "Partial Payment in POS Transactions are not allowed.",
            "PartialPaymentValidationError",
            module=MODULE,
        )
    for line in document.tables["items"]:
        item = work.row("Item", line["item_code"])
        if item is not None and item["is_stock_item"]:
            _check_there(work, line)


def _check_there(work: Work, line: Row) -> None:
    code, warehouse = f"<strong>{line['item_code']}</strong>", f"<strong>{line['warehouse']}</strong>"
    if line["batch_no"]:
        left = bundles.held(work, line["batch_no"], line["warehouse"])
        missing = exact(line["stock_qty"]) - left
        if missing > 0:
            raise _unavailable(
                f"Row #{line['idx']}: Batch No. <strong>{line['batch_no']}</strong> of item "
                f"<strong>{line['item_name']}</strong> has less than required stock available, "
                f"<strong>{float(missing)}</strong> more required"
            )
        return
    left = _unsold(work, line["item_code"], line["warehouse"])
    if left <= 0:
        raise _unavailable(
            f"Row #{line['idx']}: Item Code: {code} is not available under warehouse {warehouse}."
        )
    if left < exact(line["stock_qty"]):
        raise _unavailable(
            f"Row #{line['idx']}: Stock quantity not enough for Item Code: {code} under warehouse "
            f"{warehouse}. Available quantity {float(left)}."
        )


def _unavailable(shown: str) -> RefusalError:
    return refusals.by_erpnext(shown, title="Item Unavailable")


def _unsold(work: Work, item: str, warehouse: str) -> Decimal:
    """What the bin holds, less what the open shifts have sold of it."""
    there = ledger.bin_of(work, item, warehouse) or {"actual_qty": 0.0}
    sold = (
        exact(line["stock_qty"])
        for line in work.having(LINE, "item_code", item)
        if line["docstatus"] == SUBMITTED
        and collated(line["warehouse"]) == collated(warehouse)
        and not (work.row(TILL, line["parent"]) or {"consolidated_invoice": ""})["consolidated_invoice"]
    )
    return exact(there["actual_qty"]) - sum(sold, ZERO)


# --- batches -----------------------------------------------------------------------------------------------
def set_aside(work: Work, document: Document) -> None:
    """Bundles of the batches that were named; what these say they hold moves when the shift closes."""
    for line in document.tables["items"]:
        item = work.row("Item", line["item_code"])
        if item is None or not item["has_batch_no"] or not line["batch_no"]:
            continue
        move = Movement(document, line, item, line["warehouse"], -exact(line["stock_qty"]))
        bundle = bundles.make(work, move, [(line["batch_no"], abs(move.quantity))])
        _note(work, line, serial_and_batch_bundle=bundle.name, use_serial_batch_fields=1)


def _let_go(work: Work, line: Row) -> None:
    if line["serial_and_batch_bundle"]:
        bundles.withdraw(work, line["serial_and_batch_bundle"])
        _note(work, line, serial_and_batch_bundle=None, batch_no=None)


def _note(work: Work, line: Row, **values: Any) -> None:
    line |= values
    work.put(LINE, line["name"], **values)
