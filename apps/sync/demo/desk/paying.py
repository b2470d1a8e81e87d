"""What is paid as it is sold: by which mode, to which account, what is given back, and what is owed then."""

from decimal import Decimal
from typing import Final

from apps.sync.demo.desk import refusals, sheets
from apps.sync.demo.desk.document import DRAFT, Document
from apps.sync.demo.desk.figures import ZERO, exact, told
from apps.sync.demo.desk.work import Work

TILL: Final = "POS Invoice"
CASH: Final = "Cash"
# The modes of payment for which the company has an account: what kind it is, and which.
MODES: Final = {CASH: (CASH, "Cash - CG"), "Credit Card": ("Bank", "Main Bank - CG")}


def take(work: Work, document: Document) -> None:
    """Book the payments that are in a sale, and work out change and debt. Raises RefusalError."""
    if document["is_pos"]:
        _book(document)
    elif not document["is_return"]:
        document.tables["payments"] = []
    paid = _sum(document) + _points(document)
    _both(document, paid_amount=paid, change_amount=_change(document, paid))
    if document["is_pos"]:
        account = document["account_for_change_amount"] or MODES[CASH][1]
        sheets.note(document.head, account_for_change_amount=account)
    if document.doctype != TILL:  # which never says that anything is owed
        _write_off(work, document, sheets.owed(document) - paid + exact(document["change_amount"]))


def left(document: Document) -> Decimal:
    """What is owed on a submitted invoice once its own payments and points are booked."""
    paid = _sum(document) + _points(document) - exact(document["change_amount"])
    return sheets.owed(document) - paid - exact(document["write_off_amount"])


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
    """What is given back: of cash, or at the till screen of anything, but not before the second save."""
    if document.doctype == TILL:
        may_give = not document.is_new  # when a new one is looked at, its payments have not been added up
    else:
        may_give = any(row["type"] == CASH for row in document.tables["payments"])
    over = paid - sheets.owed(document)
    return max(over, ZERO) if may_give and not document["is_return"] else ZERO


def _write_off(work: Work, document: Document, owed: Decimal) -> None:
    """What a merged invoice is short of by a few pence is not asked for; only drafts tell what is owed."""
    profile = work.row("POS Profile", document["pos_profile"]) or {}
    limit = exact(profile.get("write_off_limit"))
    if document["is_consolidated"] and abs(owed) <= limit:
        document["write_off_outstanding_amount_automatically"] = 1
    if document["write_off_outstanding_amount_automatically"]:
        _both(document, write_off_amount=owed)
    if document.docstatus == DRAFT:
        document["outstanding_amount"] = told(owed - exact(document["write_off_amount"]))


def _points(document: Document) -> Decimal:
    return exact(document["loyalty_amount"]) if document["redeem_loyalty_points"] else ZERO


def _both(document: Document, **amounts: Decimal) -> None:
    """Amounts in both currencies, which are one here."""
    for field, amount in amounts.items():
        sheets.note(document.head, **{field: told(amount), f"base_{field}": told(amount)})
