"""Money that comes for the grocer's invoices: what is owed then, which status, and who hears of it."""

from collections.abc import Iterator
from typing import Any

import pytest

from apps.sync.demo.desk import owing
from apps.sync.demo.desk.doctypes import CONTROLLERS
from apps.sync.demo.desk.work import Work
from apps.sync.demo.users import User
from tests.sync.demo.counter import INVOICE, Counter, grocer

BUYER = "Green Deli Ltd"


@pytest.fixture
def counter() -> Iterator[Counter]:
    with grocer() as counter:
        yield counter


@pytest.fixture
def owed(counter: Counter) -> dict[str, Any]:
    """An invoice over 30 pounds, to be paid by Christmas."""
    return counter.sell(BUYER, 30, due_date="2026-12-25")


def paid(counter: Counter, invoice: dict[str, Any], amount: float, **values: Any) -> dict[str, Any]:
    return counter.insert("Payment Entry", **payment(invoice, amount) | {"docstatus": 1} | values)


def payment(invoice: dict[str, Any], amount: float) -> dict[str, Any]:
    reference = {"reference_doctype": INVOICE, "reference_name": invoice["name"], "allocated_amount": amount}
    return {
        "party": BUYER,
        "paid_to": "Main Bank - CG",
        "mode_of_payment": "Credit Card",
        "paid_amount": amount,
        "references": [reference],
    }


def standing(counter: Counter, invoice: dict[str, Any]) -> tuple[float, str]:
    now = counter.read(INVOICE, invoice["name"])
    return now["outstanding_amount"], now["status"]


def test_an_invoice_is_paid_in_parts_and_owed_again_when_they_are_cancelled(
    counter: Counter, owed: dict[str, Any]
) -> None:
    assert standing(counter, owed) == (30.0, "Unpaid")
    paid(counter, owed, 10.1)
    assert standing(counter, owed) == (19.9, "Partly Paid")
    rest = paid(counter, owed, 19.9)
    assert standing(counter, owed) == (0.0, "Paid")
    assert counter.cancel("Payment Entry", rest["name"])["status"] == "Cancelled"
    assert standing(counter, owed) == (19.9, "Partly Paid")


def test_a_payment_moves_the_stamp_of_its_invoice_and_is_told_as_a_change_only(
    counter: Counter, owed: dict[str, Any]
) -> None:
    counter.happened.clear()
    payment = paid(counter, owed, 30)
    told = [(event.doctype, event.what) for event in counter.happened if event.doctype == INVOICE]
    assert told == [(INVOICE, "on_change")]
    moved = counter.read(INVOICE, owed["name"])["modified"]
    assert moved > owed["modified"]
    counter.cancel("Payment Entry", payment["name"])
    assert counter.read(INVOICE, owed["name"])["modified"] > moved


def test_a_payment_says_what_it_was_for_and_what_is_left_of_it(
    counter: Counter, owed: dict[str, Any]
) -> None:
    entry = paid(counter, owed, 30, paid_amount=50)
    assert (entry["name"], entry["status"]) == ("ACC-PAY-2026-00001", "Submitted")
    assert (entry["total_allocated_amount"], entry["unallocated_amount"]) == (30.0, 20.0)
    [reference] = entry["references"]
    assert (reference["total_amount"], reference["outstanding_amount"]) == (30.0, 30.0)
    assert reference["due_date"] == "2026-12-25"


def test_an_invoice_that_is_cancelled_leaves_its_payment_for_nothing_in_particular(
    counter: Counter, owed: dict[str, Any]
) -> None:
    entry = paid(counter, owed, 30)
    assert counter.cancel(INVOICE, owed["name"])["status"] == "Cancelled"
    left = counter.read("Payment Entry", entry["name"])
    assert (left["docstatus"], left["references"]) == (1, [])
    assert (left["total_allocated_amount"], left["unallocated_amount"]) == (0.0, 30.0)
    assert left["modified"] > entry["modified"]


def test_a_draft_of_a_payment_pays_nothing(counter: Counter, owed: dict[str, Any]) -> None:
    draft = paid(counter, owed, 30, docstatus=0)
    assert standing(counter, owed) == (30.0, "Unpaid")
    counter.submit("Payment Entry", draft["name"])
    assert standing(counter, owed) == (0.0, "Paid")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"amount": 30.01}, "Row #1: Allocated Amount cannot be greater than outstanding amount."),
        ({"party": "Imran Khan"}, "Sales Invoice {name} is not associated with Customer Imran Khan"),
        ({"party": ""}, "Party is mandatory"),
        ({"paid_to": ""}, "Error: Value missing for Payment Entry: Account Paid To"),
    ],
)
def test_a_payment_that_does_not_fit_is_refused_and_pays_nothing(
    counter: Counter, owed: dict[str, Any], wrong: dict[str, Any], told: str
) -> None:
    given = payment(owed, wrong.pop("amount", 10)) | wrong | {"docstatus": 1}
    said = counter.refused("POST", "resource/Payment Entry", **given)
    assert said == told.format(name=owed["name"])
    assert standing(counter, owed) == (30.0, "Unpaid")
    assert counter.rows("Payment Entry") == counter.rows("Payment Entry Reference") == []


def test_a_paid_invoice_and_a_draft_take_no_payment(counter: Counter, owed: dict[str, Any]) -> None:
    paid(counter, owed, 30)
    draft = counter.sell(BUYER, 30, docstatus=0)
    told = [
        counter.refused("POST", "resource/Payment Entry", **payment(one, 10), docstatus=1)
        for one in (owed, draft)
    ]
    assert told == [
        f"Sales Invoice {owed['name']} has already been fully paid.",
        f"Sales Invoice {draft['name']} must be submitted",
    ]


def test_what_is_late_turns_overdue_in_the_night_and_no_stamp_moves(
    counter: Counter, owed: dict[str, Any]
) -> None:
    late = counter.sell(BUYER, 40, due_date="2026-11-30")
    partly = counter.sell(BUYER, 50, due_date="2026-11-30")
    paid(counter, partly, 20)
    settled = counter.sell(BUYER, 60, due_date="2026-11-30")
    paid(counter, settled, 60)
    before = {row["name"]: row["modified"] for row in counter.rows(INVOICE)}
    counter.happened.clear()
    counter.wait_until("2026-11-30")
    assert turned_overdue(counter) == []
    counter.wait_until("2026-12-01")
    assert turned_overdue(counter) == [late["name"], partly["name"]]
    assert turned_overdue(counter) == []
    standings = [standing(counter, one)[1] for one in (owed, late, partly, settled)]
    assert standings == ["Unpaid", "Overdue", "Overdue", "Paid"]
    assert {row["name"]: row["modified"] for row in counter.rows(INVOICE)} == before
    assert counter.happened == []


def turned_overdue(counter: Counter) -> list[str]:
    with counter.store.lock:
        return owing.turn_overdue(Work(counter.store, User("Administrator", ""), CONTROLLERS))


def test_an_overdue_invoice_is_paid_as_any_other(counter: Counter) -> None:
    late = counter.sell(BUYER, 40, due_date="2026-11-30")
    counter.wait_until("2026-12-01")
    turned_overdue(counter)
    paid(counter, late, 10)
    assert standing(counter, late) == (30.0, "Overdue")
    payment = paid(counter, late, 30)
    assert standing(counter, late) == (0.0, "Paid")
    counter.cancel("Payment Entry", payment["name"])
    assert standing(counter, late) == (30.0, "Overdue")
