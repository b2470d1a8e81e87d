"""How far Sales Orders are delivered and billed, by the invoices that name them (API.md 7)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from apps.sync.demo.desk.document import CANCELLED, DRAFT, SUBMITTED, Document
from apps.sync.demo.desk.figures import ZERO, exact, rounded, told
from apps.sync.demo.desk.work import Work
from apps.sync.demo.store import Row

ORDER: Final = "Sales Order"
LINE: Final = "Sales Order Item"
HELD: Final = ("On Hold", "Closed")  # until people say otherwise
HUNDRED: Final = Decimal(100)
# By what has been delivered and billed of it.
STATUSES: Final = {
    (False, False): "To Deliver and Bill",
    (False, True): "To Deliver",
    (True, False): "To Bill",
    (True, True): "Completed",
}


def follow(work: Work, invoice: Document) -> None:
    """Move the orders that an invoice names, once it has been submitted or cancelled."""
    named = {line["sales_order"]: None for line in invoice.tables["items"] if line.get("sales_order")}
    for name in named:
        order = work.load(ORDER, name)
        if order is not None and order.docstatus == SUBMITTED:
            _recount(work, order)


def status_of(order: Document) -> str:
    """The status of an order by how far it is."""
    if order.docstatus != SUBMITTED:
        return {DRAFT: "Draft", CANCELLED: "Cancelled"}[order.docstatus]
    if order["status"] in HELD:
        return str(order["status"])
    is_delivered = order["per_delivered"] >= HUNDRED or bool(order["skip_delivery_note"])
    return STATUSES[is_delivered, order["per_billed"] >= HUNDRED]


def _recount(work: Work, order: Document) -> None:
    lines = order.tables["items"]
    for line in lines:
        billed, delivered = _done(work, line)
        line |= {"billed_amt": told(billed), "delivered_qty": told(delivered)}
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
