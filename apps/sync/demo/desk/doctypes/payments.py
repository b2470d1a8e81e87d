"""Money that comes for invoices: what a Payment Entry does to what is owed on them (API.md 7)."""

from typing import ClassVar, Final

from apps.sync.demo.desk import owing, refusals, sheets
from apps.sync.demo.desk.controllers import Controller
from apps.sync.demo.desk.document import CANCELLED, DRAFT, SUBMITTED, Document
from apps.sync.demo.desk.figures import ZERO, exact, told
from apps.sync.demo.desk.work import Work
from apps.sync.demo.store import Row

STATUSES: Final = {DRAFT: "Draft", SUBMITTED: "Submitted", CANCELLED: "Cancelled"}
DEBTORS: Final = "Debtors - CG"


class PaymentEntry(Controller):
    """Money from a customer, allocated to invoices; ERPNext's other kinds of payment are not played."""

    series = "ACC-PAY-.YYYY.-"
    is_submittable = True
    required = ("payment_type", "posting_date", "company", "paid_from", "paid_to", "paid_amount")
    labels: ClassVar = {"paid_from": "Account Paid From", "paid_to": "Account Paid To"}
    choices: ClassVar = {"payment_type": ("Receive",), "party_type": ("Customer",)}
    links: ClassVar = {"party": "Customer", "mode_of_payment": "Mode of Payment"}
    defaults: ClassVar = {
        "naming_series": series,
        "payment_type": "Receive",
        "party_type": "Customer",
        "paid_from_account_currency": "GBP",
        "paid_to_account_currency": "GBP",
        "source_exchange_rate": 1.0,
        "target_exchange_rate": 1.0,
    }

    def validate(self, work: Work, document: Document) -> None:
        _fill(work, document)
        for row in document.tables.get("references", []):
            _check(work, document, row)
        _add_up(document)
        document["status"] = STATUSES[document.docstatus]

    def on_submit(self, work: Work, document: Document) -> None:
        for row in document.tables.get("references", []):
            owing.pay(work, row["reference_name"], exact(row["allocated_amount"]))

    def on_cancel(self, work: Work, document: Document) -> None:
        document["status"] = STATUSES[document.docstatus]
        work.put("Payment Entry", document.name, status=document["status"])
        for row in document.tables.get("references", []):
            owing.pay(work, row["reference_name"], -exact(row["allocated_amount"]))


class PaymentReference(Controller):
    required = ("reference_doctype", "reference_name")
    labels: ClassVar = {"reference_doctype": "Type", "reference_name": "Name"}
    choices: ClassVar = {"reference_doctype": (owing.INVOICE,)}


def _fill(work: Work, document: Document) -> None:
    document["posting_date"] = document["posting_date"] or work.today.isoformat()
    document["company"] = document["company"] or work.setting("Global Defaults", "default_company")
    document["paid_from"] = document["paid_from"] or DEBTORS
    customer = work.row("Customer", document["party"])
    if customer is None:
        raise refusals.by_erpnext("Party is mandatory")
    document["party_name"] = document["title"] = customer["customer_name"]


def _check(work: Work, document: Document, row: Row) -> None:
    """What an invoice may be paid: it is submitted, this customer's, and so much is owed on it."""
    invoice = work.load(owing.INVOICE, row["reference_name"])
    if invoice is None:
        raise refusals.links_missing([f"Row #{row['idx']}: Name: {row['reference_name']}"])
    called = f"{owing.INVOICE} {invoice.name}"
    if invoice["customer"] != document["party"]:
        raise refusals.by_erpnext(f"{called} is not associated with Customer {document['party']}")
    if invoice.docstatus != SUBMITTED:
        raise refusals.by_erpnext(f"{called} must be submitted")
    owed, allocated = exact(invoice["outstanding_amount"]), exact(row["allocated_amount"])
    if owed <= 0:
        raise refusals.by_erpnext(f"{called} has already been fully paid.")
    if allocated > owed:
        raise refusals.by_erpnext(
            f"Row #{row['idx']}: Allocated Amount cannot be greater than outstanding amount."
        )
    row |= {
        "due_date": invoice["due_date"],
        "total_amount": told(sheets.owed(invoice)),
        "outstanding_amount": told(owed),
        "exchange_rate": 1.0,
        "account": document["paid_from"],
    }


def _add_up(document: Document) -> None:
    document["received_amount"] = document["received_amount"] or document["paid_amount"]
    rows = document.tables.get("references", [])
    allocated = sum((exact(row["allocated_amount"]) for row in rows), ZERO)
    document["total_allocated_amount"] = told(allocated)
    document["unallocated_amount"] = told(exact(document["paid_amount"]) - allocated)
    for field in ("paid_amount", "received_amount", "total_allocated_amount"):
        document[f"base_{field}"] = document[field]
