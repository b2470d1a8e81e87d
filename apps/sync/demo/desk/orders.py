"""How far orders are delivered and billed, by the notes and invoices that name them (API.md 7)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from apps.sync.demo.desk import ledger
from apps.sync.demo.desk.document import CANCELLED, DRAFT, SUBMITTED, Document
from apps.sync.demo.desk.figures import ZERO, exact, rounded, told
from apps.sync.demo.desk.work import Work
from apps.sync.demo.store import Row

ORDER: Final = "Sales Order"
LINE: Final = "Sales Order Item"
NOTE: Final = "Delivery Note"
HELD: Final = ("On Hold", "Closed")  # until people say otherwise
HUNDRED: Final = Decimal(100)
# By what has been delivered and billed of it.
STATUSES: Final = {
    (False, False): "To Deliver and Bill",
    (False, True): "To Deliver",
    (True, False): "To Bill",
    (True, True): "Completed",
}


def follow(work: Work, document: Document) -> None:
    """Move the orders and notes that a document names, once it has been submitted or cancelled."""
    for order in _named(work, document, ORDER, "sales_order", "against_sales_order"):
        _recount(work, order)
    for delivered in _named(work, document, NOTE, "delivery_note"):
        _rebill(work, delivered)


def status_of(order: Document) -> str:
    """The status of an order by how far it is."""
    if order.docstatus != SUBMITTED:
        return {DRAFT: "Draft", CANCELLED: "Cancelled"}[order.docstatus]
    if order["status"] in HELD:
        return str(order["status"])
    is_delivered = order["per_delivered"] >= HUNDRED or bool(order["skip_delivery_note"])
    return STATUSES[is_delivered, order["per_billed"] >= HUNDRED]


def note_status_of(note: Document) -> str:
    """The status of a Delivery Note by what of it is billed."""
    if note.docstatus != SUBMITTED:
        return {DRAFT: "Draft", CANCELLED: "Cancelled"}[note.docstatus]
    if note["is_return"]:
        return "Return"
    return "Completed" if note["per_billed"] >= HUNDRED else "To Bill"


def open_of(line: Row) -> Decimal:
    """How much of an ordered line is still to be delivered, in stock units."""
    return max(exact(line["qty"]) - exact(line["delivered_qty"]), ZERO) * exact(line["conversion_factor"])


def reserve(work: Work, line: Row, quantity: Decimal) -> None:
    """Keep more, or less, of a shelf for orders: there is less of it to promise then."""
    item = work.row("Item", line["item_code"])
    if not quantity or item is None or not item["is_stock_item"]:
        return
    there = ledger.bin_for(work, item, line["warehouse"])
    work.touch(
        "Bin",
        there["name"],
        reserved_qty=told(exact(there["reserved_qty"]) + quantity),
        projected_qty=told(exact(there["projected_qty"]) - quantity),
    )


def _named(work: Work, document: Document, doctype: str, *columns: str) -> list[Document]:
    """The submitted documents that the lines name in one of these columns."""
    names = {line.get(column): None for line in document.tables["items"] for column in columns}
    found = (work.load(doctype, name) for name in names if name)
    return [one for one in found if one is not None and one.docstatus == SUBMITTED]


def _rebill(work: Work, note: Document) -> None:
    lines = note.tables["items"]
    for line in lines:
        invoiced = _submitted(work.having("Sales Invoice Item", "dn_detail", line["name"]))
        line["billed_amt"] = told(sum((exact(row["amount"]) for row in invoiced), ZERO))
        work.touch("Delivery Note Item", line["name"], billed_amt=line["billed_amt"])
    note["per_billed"] = _share(lines, of="amount", done="billed_amt")
    work.touch(NOTE, note.name, per_billed=note["per_billed"], status=note_status_of(note))


def _recount(work: Work, order: Document) -> None:
    lines = order.tables["items"]
    for line in lines:
        billed, delivered = _done(work, line)
        kept = open_of(line)
        line |= {"billed_amt": told(billed), "delivered_qty": told(delivered)}
        reserve(work, line, open_of(line) - kept)
        work.touch(LINE, line["name"], billed_amt=line["billed_amt"], delivered_qty=line["delivered_qty"])
    order["per_billed"] = _share(lines, of="amount", done="billed_amt")
    order["per_delivered"] = _share(lines, of="qty", done="delivered_qty")
    work.touch(
        ORDER,
        order.name,
        per_billed=order["per_billed"],
        per_delivered=order["per_delivered"],
        billing_status=_step(order["per_billed"], "Billed"),
        delivery_status=_step(order["per_delivered"], "Delivered"),
        status=status_of(order),
    )


def _done(work: Work, line: Row) -> tuple[Decimal, Decimal]:
    """What submitted invoices bill of a line, and what they or delivery notes deliver."""
    invoiced = _submitted(work.having("Sales Invoice Item", "so_detail", line["name"]))
    billed = sum((exact(row["amount"]) for row in invoiced), ZERO)
    moving = [row for row in invoiced if (work.row("Sales Invoice", row["parent"]) or {}).get("update_stock")]
    noted = _submitted(work.having("Delivery Note Item", "so_detail", line["name"]))
    return billed, sum((exact(row["qty"]) for row in [*moving, *noted]), ZERO)


def _submitted(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row["docstatus"] == SUBMITTED]


def _share(lines: Iterable[Row], *, of: str, done: str) -> float:
    """How much in a hundred; what is done beyond what was ordered counts as ordered."""
    pairs = [(exact(line[of]), exact(line[done])) for line in lines]
    whole = sum((all_of for all_of, _ in pairs), ZERO)
    reached = sum((min(all_of, part) for all_of, part in pairs), ZERO)
    return told(rounded(reached / whole * HUNDRED, 6)) if whole else 0.0


def _step(percent: float, verb: str) -> str:
    return f"{'Fully' if percent >= HUNDRED else 'Partly' if percent else 'Not'} {verb}"
