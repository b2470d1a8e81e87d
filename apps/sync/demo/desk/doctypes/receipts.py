"""Purchase Receipts: what came, from whom and at what cost, and what is taken in silence."""

from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar, Final

from apps.sync.demo.collation import collated
from apps.sync.demo.desk import (
    exchange,
    lines,
    refusals,
    returns,
    rules,
    sellers,
    sheets,
    stock,
)
from apps.sync.demo.desk.controllers import Controller
from apps.sync.demo.desk.doctypes import prices
from apps.sync.demo.desk.document import CANCELLED, SUBMITTED, Document
from apps.sync.demo.desk.figures import ZERO, exact, rounded, told
from apps.sync.demo.desk.lines import BUYING
from apps.sync.demo.desk.work import Work
from apps.sync.demo.envelopes import broken
from apps.sync.demo.store import Row

RECEIPT: Final = "Purchase Receipt"
LINE: Final = "Purchase Receipt Item"
HUNDRED: Final = Decimal(100)


class PurchaseReceipt(Controller):
    series = "MAT-PRE-.YYYY.-"
    is_submittable = True
    required = ("supplier", "posting_date", "posting_time", "company", "currency", "items")
    links: ClassVar = {
        "supplier": "Supplier",
        "return_against": RECEIPT,
        "amended_from": RECEIPT,
        "buying_price_list": "Price List",
        "set_warehouse": "Warehouse",
        "rejected_warehouse": "Warehouse",
        "contact_person": "Contact",
        "supplier_address": "Address",
    }
    defaults: ClassVar = {
        "naming_series": "MAT-PRE-.YYYY.-",
        "conversion_rate": 0.0,
        "plc_conversion_rate": 1.0,
        "apply_discount_on": "Grand Total",
        "tax_category": "",
        "status": "Draft",
    }
    free_after_submit = frozenset({"title", "letter_head", "select_print_heading", "group_same_items"})

    def validate(self, work: Work, document: Document) -> None:
        if not document.tables["items"]:  # ERPNext stumbles here instead of refusing (WRITING.md, trap 8)
            stumble = "TypeError: bad operand type for abs(): 'NoneType'"
            raise broken("TypeError", stumble, extra=refusals.BY_ERPNEXT)
        _date(work, document)
        sellers.fill(work, document)
        exchange.fill(work, document)
        for line in document.tables["items"]:
            _forget_foreign_batch(work, line)
        lines.fill(work, document, BUYING)
        _price(work, document)
        for line in document.tables["items"]:
            _receive(work, document, line)
        returns.check_lines(work, document)
        if document.docstatus == SUBMITTED:
            lines.check_expiry(work, document)
        document["status"] = _status(document)

    def on_update(self, work: Work, document: Document) -> None:
        prices.insert_missing(work, document)

    def on_submit(self, work: Work, document: Document) -> None:
        work.touch(RECEIPT, document.name)  # once more, unseen by whoever submits: how much is billed
        stock.submit(work, document, sign=1)
        _tell_of_nothing_to_book(work, document)
        _follow(work, document)

    def on_cancel(self, work: Work, document: Document) -> None:
        document["status"] = "Cancelled"
        work.put(RECEIPT, document.name, status="Cancelled")
        stock.cancel(work, document, sign=1)
        _follow(work, document)


class ReceiptLine(Controller):
    labels: ClassVar = {"warehouse": "Accepted Warehouse", "uom": "UOM"}
    required = ("item_code", "item_name", "description", "uom", "stock_uom", "received_qty", "qty")
    links: ClassVar = {
        "item_code": "Item",
        "uom": "UOM",
        "warehouse": "Warehouse",
        "rejected_warehouse": "Warehouse",
        "batch_no": "Batch",
        "serial_and_batch_bundle": "Serial and Batch Bundle",
        "rejected_serial_and_batch_bundle": "Serial and Batch Bundle",
    }
    defaults: ClassVar = {"apply_tds": 1}


# --- the head ----------------------------------------------------------------------------------------------
def _date(work: Work, document: Document) -> None:
    """Now, unless a day is set and not merely sent (WRITING.md, trap 5); never one to come."""
    if not document["set_posting_time"] or not document["posting_date"]:
        document["posting_date"] = work.today.isoformat()
    if not document["set_posting_time"] or not document["posting_time"]:
        document["posting_time"] = work.store.now().time().isoformat(timespec="microseconds")
    if str(document["posting_date"]) > work.today.isoformat():
        raise refusals.by_erpnext("Posting Date cannot be future date")


def _price(work: Work, document: Document) -> None:
    """Rules, rates, taxes and totals, once the lines are filled in. Raises RefusalError."""
    rules.act_on_lines(work, document, BUYING)
    lines.check(work, document)
    sheets.add_up(work, document)
    for line in document.tables["items"]:  # where goods come in ERPNext rounds what sales tell in full
        line["discount_amount"] = told(rounded(exact(line["discount_amount"])))
    if not document["ignore_pricing_rule"]:
        rules.act_on_whole(work, document, BUYING)
    sheets.check_total(document)
    sheets.say_in_words(work, document)
    net, base = document["net_total"], document["base_net_total"]
    document.head |= {"tax_withholding_net_total": net, "base_tax_withholding_net_total": base}
    weights = (exact(line["total_weight"]) for line in document.tables["items"])
    document["total_net_weight"] = told(sum(weights, ZERO))


def _status(document: Document) -> str:
    if document.docstatus != SUBMITTED:
        return "Cancelled" if document.docstatus == CANCELLED else "Draft"
    if exact(document["per_returned"]) >= HUNDRED:
        return "Return Issued"
    is_settled = exact(document["per_billed"]) >= HUNDRED
    is_worthless = not document["grand_total"] and not document["is_return"]
    return "Completed" if is_settled or is_worthless else "To Bill"


# --- lines -------------------------------------------------------------------------------------------------
def _forget_foreign_batch(work: Work, line: Row) -> None:
    """A batch of another item is no refusal: it is left out, and a new one made (WRITING.md, trap 4)."""
    batch = work.row("Batch", line["batch_no"])
    if batch is not None and collated(batch["item"]) != collated(line["item_code"]):
        line["batch_no"] = None


def _receive(work: Work, document: Document, line: Row) -> None:
    """What came of a line, what of it was kept, what a unit of it cost, and when it was wanted."""
    line["received_stock_qty"] = told(exact(line["received_qty"]) * exact(line["conversion_factor"]))
    whole = exact(line["qty"]) + exact(line["rejected_qty"])
    line["received_qty"] = line["received_qty"] or told(whole)
    if exact(line["received_qty"]) != whole:
        raise refusals.by_erpnext(
            f"Row #{line['idx']}: Received Qty must be equal to Accepted + Rejected Qty "
            f"for Item {line['item_code']}",
            "QtyMismatchError",
            module="erpnext.controllers.buying_controller",
            title="Mismatch",
        )
    _check_rejected(document, line)
    line["valuation_rate"] = (
        told(exact(line["base_net_amount"]) / exact(line["stock_qty"])) if line["stock_qty"] else 0.0
    )
    item = work.row("Item", line["item_code"]) or {}
    if item.get("lead_time_days") and not line["schedule_date"]:
        day = date.fromisoformat(str(document["posting_date"])) + timedelta(days=item["lead_time_days"])
        line["schedule_date"] = day.isoformat()


def _check_rejected(document: Document, line: Row) -> None:
    if not line["rejected_qty"]:
        return
    line["rejected_warehouse"] = line["rejected_warehouse"] or document["rejected_warehouse"]
    if not line["rejected_warehouse"]:
        raise refusals.by_erpnext(
            f"Row #{line['idx']}: Rejected Warehouse is mandatory for the rejected Item {line['item_code']}"
        )
    if line["rejected_warehouse"] == line["warehouse"]:
        raise refusals.by_erpnext(
            f"Row #{line['idx']}: Accepted Warehouse and Rejected Warehouse cannot be same"
        )


# --- what follows ------------------------------------------------------------------------------------------
def _tell_of_nothing_to_book(work: Work, document: Document) -> None:
    worthless = (line["warehouse"] for line in document.tables["items"] if not line["valuation_rate"])
    names = "\n".join(dict.fromkeys(worthless))
    if names:
        work.say(f"No accounting entries for the following warehouses: \n{names}")


def _follow(work: Work, document: Document) -> None:
    """Items know what was paid for them last; a receipt knows what of it went back."""
    if not document["is_return"]:
        for item in dict.fromkeys(line["item_code"] for line in document.tables["items"]):
            work.touch("Item", item, last_purchase_rate=_paid_last(work, item))
    elif document["return_against"]:
        _note_returned(work, document["return_against"])


def _paid_last(work: Work, item: str) -> float:
    """Per stock unit, by the newest receipt that stands."""
    rows = [row for row in work.having(LINE, "item_code", item) if row["docstatus"] == SUBMITTED]
    received = [(work.row(RECEIPT, row["parent"]) or {}, row) for row in rows]
    standing = [(head, row) for head, row in received if head and not head["is_return"]]
    if not standing:
        return 0.0
    _, row = max(standing, key=lambda one: (one[0]["posting_date"], one[0]["creation"], one[1]["idx"]))
    return told(exact(row["base_net_rate"]) / (exact(row["conversion_factor"]) or 1))


def _note_returned(work: Work, name: str) -> None:
    """How much of a receipt has gone back; lines that a return does not name do not count."""
    receipt = work.load(RECEIPT, name)
    if receipt is None:
        return
    rows = receipt.tables["items"]
    gone = [returns.sent_back(work, RECEIPT, row) for row in rows]
    if not any(gone) and not receipt["per_returned"]:
        return
    for row, quantity in zip(rows, gone, strict=True):
        work.put(LINE, row["name"], returned_qty=told(quantity / (exact(row["conversion_factor"]) or 1)))
    whole = sum((exact(row["stock_qty"]) for row in rows), ZERO)
    receipt["per_returned"] = told(sum(gone, ZERO) / whole * HUNDRED)
    work.touch(RECEIPT, name, per_returned=receipt["per_returned"], status=_status(receipt))
