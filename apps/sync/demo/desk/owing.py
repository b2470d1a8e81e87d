"""What is owed on an invoice, and the status that follows from it (API.md 7, FIELDS.md)."""

from decimal import Decimal
from typing import Final

from apps.sync.demo.desk import refusals, sheets
from apps.sync.demo.desk.document import CANCELLED, DRAFT, SUBMITTED, Document
from apps.sync.demo.desk.figures import ZERO, exact, told
from apps.sync.demo.desk.work import Work

INVOICE: Final = "Sales Invoice"
OPEN: Final = ("Unpaid", "Partly Paid")


def status_of(work: Work, invoice: Document) -> str:
    """The status of an invoice as it now is, by what is owed on it, since when, and what came back."""
    if invoice.docstatus != SUBMITTED:
        return {DRAFT: "Draft", CANCELLED: "Cancelled"}[invoice.docstatus]
    if invoice["consolidated_invoice"]:
        return "Consolidated"
    owed = exact(invoice["outstanding_amount"])
    if is_overdue(work, invoice):
        return "Overdue"
    if 0 < owed < sheets.owed(invoice):
        return "Partly Paid"
    if owed > 0:
        return "Unpaid"
    if invoice["is_return"]:
        return "Return"
    return "Credit Note Issued" if came_back(work, invoice) else "Paid"


def came_back(work: Work, invoice: Document) -> bool:
    """Whether there is a submitted return of it."""
    returns = work.having(invoice.doctype, "return_against", invoice.name)
    return any(row["is_return"] and row["docstatus"] == SUBMITTED for row in returns)


def is_overdue(work: Work, invoice: Document) -> bool:
    """Whether less has been paid than was due before today."""
    owed, today = exact(invoice["outstanding_amount"]), work.today.isoformat()
    schedule = invoice.tables.get("payment_schedule", [])
    if owed <= 0:
        return False
    if invoice["is_pos"] or not schedule:
        return (invoice["due_date"] or today) < today
    due = sum((exact(row["payment_amount"]) for row in schedule if row["due_date"] < today), ZERO)
    return sheets.owed(invoice) - owed < due


def pay(work: Work, name: str, amount: Decimal) -> None:
    """Money has come for an invoice, or less again: only ``on_change`` tells of it (API.md 9)."""
    invoice = work.load(INVOICE, name)
    if invoice is None:
        return
    invoice["outstanding_amount"] = told(exact(invoice["outstanding_amount"]) - amount)
    invoice["status"] = status_of(work, invoice)
    owed = {field: invoice[field] for field in ("outstanding_amount", "status")}
    work.touch(INVOICE, name, **owed)
    stored = work.load(INVOICE, name)
    if stored is not None:
        work.tell(stored, "on_change")


def unlink(work: Work, invoice: Document) -> None:
    """A cancelled invoice gives back what was paid for it: its payments stay, for nothing in particular."""
    for row in work.having("Payment Entry Reference", "reference_name", invoice.name):
        payment = work.row("Payment Entry", row["parent"])
        if payment is None or payment["docstatus"] != SUBMITTED:
            continue
        allocated = exact(payment["total_allocated_amount"]) - exact(row["allocated_amount"])
        amounts = {
            "total_allocated_amount": told(allocated),
            "base_total_allocated_amount": told(allocated),
            "unallocated_amount": told(exact(payment["paid_amount"]) - allocated),
        }
        work.take("Payment Entry Reference", row["name"])
        work.touch("Payment Entry", payment["name"], **amounts)
        work.say(f"Payment Entries {refusals.link('Payment Entry', payment['name'])} are un-linked")


def turn_overdue(work: Work) -> list[str]:
    """The job of every night: what is unpaid and past its day is overdue, by SQL, so no stamp moves.

    Returns the names of the invoices that it changed.
    """
    opened = [row["name"] for status in OPEN for row in work.having(INVOICE, "status", status)]
    invoices = [invoice for name in opened if (invoice := work.load(INVOICE, name))]
    turned = [one.name for one in invoices if one.docstatus == SUBMITTED and is_overdue(work, one)]
    for name in turned:
        work.put(INVOICE, name, status="Overdue")
    return turned
