"""The till screen around its sales: profiles, shifts that open and close, and what a closed shift merges."""

from collections.abc import Iterable
from typing import Any, ClassVar, Final

from apps.sync.demo.desk import merging, owing, refusals
from apps.sync.demo.desk.controllers import Controller
from apps.sync.demo.desk.doctypes import till_invoices
from apps.sync.demo.desk.document import CANCELLED, SUBMITTED, Document
from apps.sync.demo.desk.figures import exact, told
from apps.sync.demo.desk.lifecycle import Life
from apps.sync.demo.desk.work import Work
from apps.sync.demo.store import Row

CLOSING: Final = "POS Closing Entry"
LOG: Final = "POS Invoice Merge Log"
OPENING: Final = "POS Opening Entry"


class PosProfile(Controller):
    """A till: where its goods come from, and how one may pay at it. Its name is given by hand."""

    may_be_disabled = True
    required = ("company", "warehouse", "currency", "write_off_account", "write_off_cost_center", "payments")
    labels: ClassVar = {"payments": "Payment Methods"}
    links: ClassVar = {
        "company": "Company",
        "warehouse": "Warehouse",
        "selling_price_list": "Price List",
        "currency": "Currency",
    }
    defaults: ClassVar = {
        "country": "United Kingdom",
        "update_stock": 1,
        "write_off_limit": 1.0,
        "apply_discount_on": "Grand Total",
    }

    def autoname(self, work: Work, document: Document) -> str:
        raise refusals.no_name()


class PosPaymentMethod(Controller):
    required = ("mode_of_payment",)
    links: ClassVar = {"mode_of_payment": "Mode of Payment"}


class PosOpening(Controller):
    """A shift that has begun: open until a closing names it."""

    series = "POS-OPE-.YYYY.-"
    is_submittable = True
    required = ("period_start_date", "posting_date", "company", "pos_profile", "user", "balance_details")
    labels: ClassVar = {"user": "Cashier", "balance_details": "Opening Balance Details"}
    links: ClassVar = {"company": "Company", "pos_profile": "POS Profile"}

    def validate(self, work: Work, document: Document) -> None:
        document["status"] = "Open" if document.docstatus == SUBMITTED else "Draft"

    def on_submit(self, work: Work, document: Document) -> None:
        work.touch(OPENING, document.name)

    def on_cancel(self, work: Work, document: Document) -> None:
        document["status"] = "Cancelled"
        work.put(OPENING, document.name, status="Cancelled")


class PosClosing(Controller):
    """The end of a shift, which makes Sales Invoices of its till invoices and so moves their stock."""

    series = "POS-CLO-.YYYY.-"
    is_submittable = True
    required = ("period_start_date", "period_end_date", "posting_date", "company", "pos_profile", "user",
                "pos_opening_entry")  # fmt: skip
    labels: ClassVar = {"user": "Cashier", "pos_opening_entry": "POS Opening Entry"}
    links: ClassVar = {
        "company": "Company",
        "pos_profile": "POS Profile",
        "pos_opening_entry": OPENING,
    }

    def validate(self, work: Work, document: Document) -> None:
        opening = work.row(OPENING, document["pos_opening_entry"])
        if opening is not None and opening["status"] != "Open":
            raise refusals.by_erpnext(
                "Selected POS Opening Entry should be open.", title="Invalid Opening Entry"
            )
        for row in document.tables.get("pos_transactions", []):
            _check_sale(work, document, row)
        for row in document.tables.get("payment_reconciliation", []):
            row["difference"] = told(exact(row["closing_amount"]) - exact(row["expected_amount"]))
        clock = work.store.now().time().isoformat(timespec="microseconds")
        document.head |= {"posting_time": document["posting_time"] or clock, "status": "Draft"}

    def on_submit(self, work: Work, document: Document) -> None:
        logs = [_log(work, document, sales) for sales in _by_customer(document)]
        _show_logs(document, logs)
        _set(work, document, status="Submitted")
        _set_opening(work, document, status="Closed", pos_closing_entry=document.name)

    def on_cancel(self, work: Work, document: Document) -> None:
        for log in work.having(LOG, "pos_closing_entry", document.name):
            Life(work).change(LOG, log["name"], {"docstatus": CANCELLED})
        _set(work, document, status="Cancelled")
        _set_opening(work, document, status="Open", pos_closing_entry=None)


class PosReference(Controller):
    required = ("pos_invoice",)
    labels: ClassVar = {"pos_invoice": "POS Invoice"}
    links: ClassVar = {"customer": "Customer"}


class PosMergeLog(Controller):
    """What a closing made of one customer's till invoices."""

    is_submittable = True
    required = ("posting_date", "pos_invoices")
    links: ClassVar = {"customer": "Customer"}

    def on_submit(self, work: Work, document: Document) -> None:
        sold = _sales(work, document)
        sales, returns = ([one for one in sold if bool(one["is_return"]) is back] for back in (False, True))
        note = merging.merged(work, returns) if returns else None
        invoice = merging.merged(work, sales) if sales else None
        work.put(LOG, document.name, consolidated_invoice=invoice, consolidated_credit_note=note)
        for sale in sold:
            merging.mark(work, sale, merged_into=note if sale["is_return"] else invoice)

    def on_cancel(self, work: Work, document: Document) -> None:
        sold = _sales(work, document)
        for sale in sold:
            merging.mark(work, sale, merged_into=None)
        for name in (document["consolidated_invoice"], document["consolidated_credit_note"]):
            if name:
                Life(work).change(owing.INVOICE, name, {"docstatus": CANCELLED})
        for sale in sold:
            till_invoices.set_aside(work, sale)


def _check_sale(work: Work, closing: Document, row: Row) -> None:
    """That a till invoice can be merged: submitted, of this till and this cashier, and not merged yet."""
    sale = work.row(merging.TILL, row["pos_invoice"]) or {}
    wrong = [
        text
        for holds, text in (
            (not sale.get("consolidated_invoice"), "POS Invoice is already consolidated"),
            (sale.get("pos_profile") == closing["pos_profile"],
             f"POS Profile doesn't match <strong>{closing['pos_profile']}</strong>"),
            (sale.get("docstatus") == SUBMITTED, "POS Invoice is not submitted"),
            (sale.get("owner") == closing["user"],
             f"POS Invoice isn't created by user <strong>{closing['owner']}</strong>"),
        )
        if not holds
    ]  # fmt: skip
    if wrong and closing.docstatus != CANCELLED:
        raise refusals.by_erpnext(f"Row #{row['idx']}: {wrong[0]}", title="Invalid POS Invoices")


def _by_customer(closing: Document) -> Iterable[list[Row]]:
    """The shift's sales, customer by customer in the order in which they first came."""
    found: dict[str, list[Row]] = {}
    for row in closing.tables.get("pos_transactions", []):
        found.setdefault(row["customer"], []).append(row)
    return found.values()


def _log(work: Work, closing: Document, sales: list[Row]) -> Document:
    given = {
        "posting_date": closing["posting_date"],
        "posting_time": closing["posting_time"],
        "merge_invoices_based_on": "Customer",
        "pos_closing_entry": closing.name,
        "customer": sales[0]["customer"],
        "pos_invoices": [{**row, "name": None} for row in sales],
        "docstatus": SUBMITTED,
    }
    return Life(work).insert(LOG, given, as_system=True)


def _show_logs(closing: Document, logs: Iterable[Document]) -> None:
    """ERPNext answers with the rows that it has handed on; those that it stored are the closing's own."""
    handed = {row["pos_invoice"]: row for log in logs for row in log.tables["pos_invoices"]}
    closing.tables["pos_transactions"] = [
        handed[row["pos_invoice"]] | {"idx": row["idx"]} for row in closing.tables.get("pos_transactions", [])
    ]


def _sales(work: Work, log: Document) -> list[Document]:
    found = (work.load(merging.TILL, row["pos_invoice"]) for row in log.tables["pos_invoices"])
    return [sale for sale in found if sale is not None]


def _set(work: Work, closing: Document, **values: Any) -> None:
    """Written beside the closing itself, which so has another stamp than its rows."""
    values |= {"error_message": "", "modified": work.stamp()}
    closing.head |= values
    work.put(CLOSING, closing.name, **values)


def _set_opening(work: Work, closing: Document, **values: Any) -> None:
    work.touch(OPENING, closing["pos_opening_entry"], **values)
