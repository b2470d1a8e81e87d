"""What is owed on an invoice, and the status that follows from it (API.md 7, FIELDS.md)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from apps.sync.demo.desk.document import CANCELLED, DRAFT, SUBMITTED, Document
from apps.sync.demo.desk.values import exact
from apps.sync.demo.desk.work import Work
from apps.sync.demo.store import Row

INVOICE: Final = "Sales Invoice"
SCHEDULE: Final = ("Payment Schedule", "payment_schedule")
OPEN: Final = ("Unpaid", "Partly Paid")


def status_of(work: Work, invoice: Document) -> str:
    """The status of a Sales Invoice as it now is, by what is owed on it, since when, and what came back."""
    if invoice.docstatus != SUBMITTED:
        return {DRAFT: "Draft", CANCELLED: "Cancelled"}[invoice.docstatus]
    owed, total = exact(invoice["outstanding_amount"]), total_of(invoice.head)
    if is_overdue(work, invoice.head, invoice.tables.get("payment_schedule", [])):
        return "Overdue"
    if 0 < owed < total:
        return "Partly Paid"
    if owed > 0:
        return "Unpaid"
    if invoice["is_return"]:
        return "Return"
    return "Credit Note Issued" if came_back(work, invoice) else "Paid"


def total_of(invoice: Row) -> Decimal:
    """What was to be paid: whole pounds, unless rounding is off."""
    return exact(invoice["grand_total"] if invoice["disable_rounded_total"] else invoice["rounded_total"])


def came_back(work: Work, invoice: Document) -> bool:
    """Whether there is a submitted return of it."""
    returns = work.having(invoice.doctype, "return_against", invoice.name)
    return any(row["is_return"] and row["docstatus"] == SUBMITTED for row in returns)


def is_overdue(work: Work, invoice: Row, schedule: Iterable[Row]) -> bool:
    """Whether less has been paid than was due before today."""
    owed, today = exact(invoice["outstanding_amount"]), work.today.isoformat()
    schedule = list(schedule)
    if owed <= 0:
        return False
    if invoice["is_pos"] or not schedule:
        return (invoice["due_date"] or today) < today
    due = sum((exact(row["payment_amount"]) for row in schedule if row["due_date"] < today), Decimal())
    return total_of(invoice) - owed < due


def pay(work: Work, name: str, amount: Decimal) -> None:
    """Money has come for an invoice, or less again: only ``on_change`` tells of it (API.md 9)."""
    invoice = work.load(INVOICE, name)
    if invoice is None:
        return
    invoice["outstanding_amount"] = float(exact(invoice["outstanding_amount"]) - amount)
    invoice["status"] = status_of(work, invoice)
    owed = {field: invoice[field] for field in ("outstanding_amount", "status")}
    work.touch(INVOICE, name, **owed)
    stored = work.load(INVOICE, name)
    if stored is not None:
        work.tell(stored, "on_change")


def turn_overdue(work: Work) -> list[str]:
    """The job of every night: what is unpaid and past its day is overdue, by SQL, so no stamp moves.

    Returns the names of the invoices that it changed.
    """
    turned = []
    for status in OPEN:
        for invoice in work.having(INVOICE, "status", status):
            if invoice["docstatus"] != SUBMITTED:
                continue
            schedule = list(work.store.rows_of(INVOICE, invoice["name"], *SCHEDULE))
            if (invoice["is_pos"] or schedule) and is_overdue(work, invoice, schedule):
                turned.append(str(invoice["name"]))
    for name in turned:
        work.put(INVOICE, name, status="Overdue")
    return turned
