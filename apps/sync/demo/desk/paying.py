"""What is paid as it is sold: by which mode, to which account, what is given back, and what is owed then."""

from decimal import Decimal
from typing import Final

from apps.sync.demo.desk import refusals, sheets
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.figures import ZERO, exact, told
from apps.sync.demo.desk.work import Work

TILL: Final = "POS Invoice"
CASH: Final = "Cash"
# The modes of payment for which the company has an account: what kind it is, and which.
MODES: Final = {CASH: (CASH, "Cash - CG"), "Credit Card": ("Bank", "Main Bank - CG")}


def take(work: Work, document: Document) -> None:
    """Book the payments of a sale at the till, and work out change and debt. Raises RefusalError."""
    if not document["is_pos"]:
        if not document["is_return"]:
            document.tables["payments"] = []
        return
    _book(document)
    points = exact(document["loyalty_amount"]) if document["redeem_loyalty_points"] else ZERO
    paid = _sum(document) + points
    sheets.note(
        document.head,
        paid_amount=told(paid),
        change_amount=told(_change(document, paid)),
        account_for_change_amount=document["account_for_change_amount"] or MODES[CASH][1],
    )
    for field in ("paid_amount", "change_amount"):
        document[f"base_{field}"] = document[field]
    if document.doctype != TILL:  # which never says that anything is owed
        document["outstanding_amount"] = told(sheets.owed(document) - paid + exact(document["change_amount"]))
        _write_off(work, document)


def left(document: Document) -> Decimal:
    """What is owed on a submitted invoice once its own payments and points are booked."""
    paid = _sum(document) - exact(document["change_amount"]) if document["is_pos"] else ZERO
    points = exact(document["loyalty_amount"]) if document["redeem_loyalty_points"] else ZERO
    return sheets.owed(document) - paid - points - exact(document["write_off_amount"])


def _book(document: Document) -> None:
    for row in document.tables.get("payments", []):
        if row["mode_of_payment"] not in MODES:
            raise refusals.by_erpnext(
                f"Please set default Cash or Bank account in Mode of Payment {row['mode_of_payment']}",
                title="Missing Account",
            )
        row["type"], account = MODES[row["mode_of_payment"]]
        row["account"] = row["account"] or account
        row["base_amount"] = row["amount"]
        wrong = {0: exact(row["amount"]) < 0, 1: exact(row["amount"]) > 0}[int(bool(document["is_return"]))]
        if wrong:
            sign = "negative" if document["is_return"] else "positive"
            raise refusals.by_erpnext(f"Row #{row['idx']} (Payment Table): Amount must be {sign}")


def _sum(document: Document) -> Decimal:
    return sum((exact(row["amount"]) for row in document.tables.get("payments", [])), ZERO)


def _change(document: Document, paid: Decimal) -> Decimal:
    """What is given back; an invoice gives back only of cash, the till screen of anything."""
    is_cash = any(row["type"] == CASH for row in document.tables.get("payments", []))
    may_give = document.doctype == TILL or is_cash
    return max(paid - sheets.owed(document), ZERO) if may_give and not document["is_return"] else ZERO


def _write_off(work: Work, document: Document) -> None:
    """What a merged invoice is short of by its till's few pence is not asked for."""
    profile = work.row("POS Profile", document["pos_profile"]) or {}
    limit, owed = exact(profile.get("write_off_limit")), exact(document["outstanding_amount"])
    if document["is_consolidated"] and limit and abs(owed) <= limit:
        document["write_off_outstanding_amount_automatically"] = 1
    if document["write_off_outstanding_amount_automatically"]:
        document["write_off_amount"] = document["base_write_off_amount"] = told(owed)
        document["outstanding_amount"] = 0.0
