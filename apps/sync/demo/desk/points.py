"""What an invoice does to its customer's loyalty points (API.md 12).

They are earned and redeemed when it is submitted and gone when it is cancelled; a return has those of the
original written anew. ERPNext takes entries away by SQL: no trace of them is kept.
"""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from apps.sync.demo.desk import refusals, sheets
from apps.sync.demo.desk.document import DRAFT, SUBMITTED, Document
from apps.sync.demo.desk.figures import ZERO, exact, told
from apps.sync.demo.desk.lifecycle import Life
from apps.sync.demo.desk.work import Work
from apps.sync.demo.loyalty import Holder, entries, held, tier_of
from apps.sync.demo.store import Row

ENTRY: Final = "Loyalty Point Entry"
PROGRAM: Final = "Loyalty Program"


# --- at each step of an invoice's life ---------------------------------------------------------------------
def check(work: Work, document: Document) -> None:
    """Name the customer's program, and what the points to be redeemed are worth.

    Raises RefusalError where there are too few, or they are worth more than is owed.
    """
    if document.is_new or document.docstatus == DRAFT:  # whatever is sent of it (WRITING.md 6)
        customer = work.row("Customer", document["customer"])
        document["loyalty_program"] = customer["loyalty_program"] if customer else None
    if _redeems(document):
        _check_redeemed(work, document, _program(work, document["loyalty_program"]))


def submitted(work: Work, document: Document) -> None:
    """Write the entries of an invoice. Raises RefusalError for a return of what has brought spent points."""
    if document["loyalty_program"] and not document["is_consolidated"]:
        if not document["is_return"]:
            _earn(work, document)
        elif document["return_against"]:
            _earn_again(work, document)
    if _redeems(document):
        _redeem(work, document)


def cancelled(work: Work, document: Document) -> None:
    """Take the entries of an invoice away. Raises RefusalError when its points have been spent."""
    if document["loyalty_program"] and not document["is_consolidated"]:
        if not document["is_return"]:
            _take(work, document)
        elif document["return_against"]:
            _earn_again(work, document)


# --- earned ------------------------------------------------------------------------------------------------
def _earn(work: Work, document: Document) -> None:
    """One entry for what was spent, even where that brings nothing or less, and the tier that follows."""
    program = _program(work, document["loyalty_program"])
    day = str(document["posting_date"])
    if not (program["from_date"] or "") <= day <= (program["to_date"] or day):
        return
    # ERPNext takes whole pounds only from what is redeemed: 1.88 leaves 1 out
    spent = exact(document["grand_total"]) - int(document["loyalty_amount"])
    eligible = spent - _returned(work, document)
    before = held(work.store, _holder(document), on=day, with_expired=True)
    tier = _tier(work, program, before.spent + spent)
    points = int(eligible / (exact(tier["collection_factor"]) or 1))
    _write(
        work,
        document,
        loyalty_program_tier=tier["tier_name"],
        loyalty_points=points,
        purchase_amount=told(eligible),
        expiry_date=str(date.fromisoformat(day) + timedelta(days=program["expiry_duration"])),
    )
    _set_tier(work, document, program)


def _earn_again(work: Work, back: Document) -> None:
    """A return, or its cancellation: the entries of the original go, redemptions too, and it earns anew."""
    original = work.load(back.doctype, back["return_against"])
    if original is not None:
        original["loyalty_program"] = original["loyalty_program"] or back["loyalty_program"]
        _take(work, original)
        _earn(work, original)


def _returned(work: Work, document: Document) -> Decimal:
    """What has been taken back of an invoice."""
    returns = work.having(document.doctype, "return_against", document.name)
    amounts = (
        exact(row["grand_total"]) for row in returns if row["is_return"] and row["docstatus"] == SUBMITTED
    )
    return abs(sum(amounts, ZERO))


def _take(work: Work, document: Document) -> None:
    own = [
        row for row in work.having(ENTRY, "invoice", document.name) if row["invoice_type"] == document.doctype
    ]
    spent_by = [
        row["invoice"] for entry in own for row in work.having(ENTRY, "redeem_against", entry["name"])
    ]
    if spent_by:
        raise refusals.by_erpnext(
            f"{document.doctype} can't be cancelled since the Loyalty Points earned has been redeemed. "
            f"First cancel the {document.doctype} No {', '.join(spent_by)}"
        )
    for entry in own:
        work.take(ENTRY, entry["name"])
    if own:
        _set_tier(work, document, _program(work, document["loyalty_program"]))


# --- redeemed ----------------------------------------------------------------------------------------------
def _redeems(document: Document) -> bool:
    wants = document["redeem_loyalty_points"] and document["loyalty_points"]
    return bool(wants and document["loyalty_program"] and not document["is_consolidated"])


def _check_redeemed(work: Work, document: Document, program: Row) -> None:
    if program["company"] != document["company"]:
        raise refusals.by_erpnext("The Loyalty Program isn't valid for the selected company")
    till = document.doctype == "POS Invoice"
    now = held(work.store, _holder(document), on=str(work.today if till else document["posting_date"]))
    if document["loyalty_points"] > now.points:
        raise refusals.by_erpnext("You don't have enough Loyalty Points to redeem")
    worth = document["loyalty_points"] * exact(program["conversion_factor"])
    if worth > sheets.owed(document):
        raise refusals.by_erpnext("You can't redeem Loyalty Points having more value than the Total Amount.")
    document["loyalty_amount"] = document["loyalty_amount"] or told(worth)
    document["loyalty_redemption_account"] = program["expense_account"]
    document["loyalty_redemption_cost_center"] = program["cost_center"]


def _redeem(work: Work, document: Document) -> None:
    """Take points from the entries that expire first, of invoices of the same kind."""
    left, taken = document["loyalty_points"], _taken(work, document)
    for entry in _open(work, document):
        # what was taken is negative, and ERPNext takes it off: the more was redeemed, the more there is left
        available = entry["loyalty_points"] - taken[entry["name"]]
        redeemed = min(available, left)
        _write(
            work,
            document,
            loyalty_program_tier=entry["loyalty_program_tier"],
            loyalty_points=-redeemed,
            purchase_amount=document["grand_total"],
            expiry_date=entry["expiry_date"],
            redeem_against=entry["name"],
        )
        left -= redeemed
        if left < 1:
            return


def _open(work: Work, document: Document) -> list[Row]:
    day = str(document["posting_date"])
    earned = [
        row
        for row in entries(work.store, _holder(document))
        if row["loyalty_points"] > 0 and row["expiry_date"] >= day
        if row["invoice_type"] == document.doctype and row["invoice"] != document.name
    ]
    return sorted(earned, key=lambda row: (row["expiry_date"], row["name"]))


def _taken(work: Work, document: Document) -> dict[str, int]:
    taken: dict[str, int] = defaultdict(int)
    for row in entries(work.store, _holder(document)):
        if row["loyalty_points"] < 0:
            taken[row["redeem_against"]] += row["loyalty_points"]
    return taken


# --- the program and its tiers -----------------------------------------------------------------------------
def _holder(document: Document) -> Holder:
    return Holder(document["customer"], document["loyalty_program"], document["company"])


def _program(work: Work, name: str) -> Row:
    program = work.row(PROGRAM, name)
    if program is None:
        raise refusals.links_missing([f"{PROGRAM}: {name}"])
    return program


def _tier(work: Work, program: Row, spent: Decimal) -> Row:
    rules = list(
        work.store.rows_of(PROGRAM, program["name"], "Loyalty Program Collection", "collection_rules")
    )
    return tier_of(rules, spent) or {"tier_name": None, "collection_factor": 1.0}


def _set_tier(work: Work, document: Document, program: Row) -> None:
    """The customer's tier as of today: written even where it stays, so ``modified`` moves (API.md 7)."""
    now = held(work.store, _holder(document), on=str(work.today), with_expired=True)
    tier = _tier(work, program, now.spent)
    work.touch("Customer", document["customer"], loyalty_program_tier=tier["tier_name"])


def _write(work: Work, document: Document, **values: Any) -> None:
    known = {
        "loyalty_program": document["loyalty_program"],
        "customer": document["customer"],
        "invoice_type": document.doctype,
        "invoice": document.name,
        "posting_date": document["posting_date"],
        "company": document["company"],
    }
    Life(work).insert(ENTRY, known | values, as_system=True)
