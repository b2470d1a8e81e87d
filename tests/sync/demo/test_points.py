"""What invoices do to the points of customers at the grocer: earned, redeemed, gone without a trace."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sync.demo.counter import INVOICE, Counter, grocer

ENTRY = "Loyalty Point Entry"
MEMBER = "François Moreau"  # of the Corner Club, who has not bought anything yet
GOOD = {"item_code": "GRO-0001", "qty": 1}


@pytest.fixture
def counter() -> Iterator[Counter]:
    with grocer() as counter:
        yield counter


def sell(counter: Counter, amount: float, **values: Any) -> dict[str, Any]:
    return counter.sell(**{"customer": MEMBER, "amount": amount} | values)


def points_of(counter: Counter, invoice: str) -> list[int]:
    return [row["loyalty_points"] for row in counter.rows(ENTRY, invoice=invoice)]


def balance(counter: Counter, on: str = "2026-11-25") -> float:
    """What the ERP tells; it must be what the entries say."""
    told = counter.points(MEMBER, "Corner Club")
    good = [
        row for row in counter.rows(ENTRY, customer=MEMBER) if row["posting_date"] <= on <= row["expiry_date"]
    ]
    assert told == sum(row["loyalty_points"] for row in good)
    return told


def test_a_sale_brings_points_by_the_tier_and_writes_it_to_the_customer(counter: Counter) -> None:
    before = counter.read("Customer", MEMBER)["modified"]
    sale = sell(counter, 30.4)
    [entry] = counter.rows(ENTRY, invoice=sale["name"])
    assert {
        field: entry[field] for field in ("loyalty_points", "purchase_amount", "loyalty_program_tier")
    } == {
        "loyalty_points": 60,
        "purchase_amount": 30.4,
        "loyalty_program_tier": "Silver",
    }
    assert (entry["posting_date"], entry["expiry_date"]) == ("2026-11-25", "2027-05-24")
    member = counter.read("Customer", MEMBER)
    assert (member["loyalty_program_tier"], member["modified"] > before) == ("Silver", True)
    assert balance(counter) == 60


def test_a_draft_brings_nothing_and_a_stranger_neither(counter: Counter) -> None:
    sale = sell(counter, 30, docstatus=0)
    stranger = sell(counter, 30, customer="Imran Khan")
    assert points_of(counter, sale["name"]) == points_of(counter, stranger["name"]) == []
    assert stranger.get("loyalty_program") is None


def test_points_cannot_be_switched_off_by_leaving_the_program_out(counter: Counter) -> None:
    sale = sell(counter, 30, docstatus=0, loyalty_program="")
    cleared = counter.change(INVOICE, sale["name"], loyalty_program=None)
    assert (sale["loyalty_program"], cleared["loyalty_program"]) == ("Corner Club", "Corner Club")


def test_a_sale_of_another_day_brings_its_points_on_that_day(counter: Counter) -> None:
    sale = sell(counter, 30, set_posting_time=1, posting_date="2026-12-05", due_date="2026-12-05")
    assert points_of(counter, sale["name"]) == [60]
    assert balance(counter) == 0
    counter.wait_until("2026-12-05")
    assert balance(counter, on="2026-12-05") == 60


def test_points_that_are_redeemed_come_off_the_entry_that_brought_them(counter: Counter) -> None:
    first = sell(counter, 100)
    assert balance(counter) == 200
    second = sell(counter, 20, redeem_loyalty_points=1, loyalty_points=150)
    earned, redeemed = counter.rows(ENTRY, invoice=second["name"])
    [origin] = counter.rows(ENTRY, invoice=first["name"])
    # a pound of the 1.50 is taken off what is counted: ERPNext counts whole pounds
    assert (earned["loyalty_points"], earned["purchase_amount"]) == (38, 19.0)
    assert {field: redeemed[field] for field in ("loyalty_points", "purchase_amount", "redeem_against")} == {
        "loyalty_points": -150,
        "purchase_amount": 20.0,
        "redeem_against": origin["name"],
    }
    assert redeemed["expiry_date"] == origin["expiry_date"]
    assert second["loyalty_amount"] == 1.5
    assert balance(counter) == 88


def test_the_oldest_entry_is_redeemed_again_beyond_its_points(counter: Counter) -> None:
    first, second = sell(counter, 20), sell(counter, 60)
    for _ in range(2):
        sell(counter, 5, redeem_loyalty_points=1, loyalty_points=40)
    oldest = counter.rows(ENTRY, invoice=first["name"])[0]["name"]
    assert [row["loyalty_points"] for row in counter.rows(ENTRY, redeem_against=oldest)] == [-40, -40]
    assert points_of(counter, second["name"]) == [120]
    assert balance(counter) == 40 + 120 + 10 + 10 - 80


@pytest.mark.parametrize(
    ("amount", "points", "told"),
    [
        (30, 201, "You don't have enough Loyalty Points to redeem"),
        (1, 150, "You can't redeem Loyalty Points having more value than the Total Amount."),
    ],
)
def test_who_redeems_too_much_is_refused_and_nothing_is_written(
    counter: Counter, amount: float, points: int, told: str
) -> None:
    sell(counter, 100)
    before = counter.rows(ENTRY), counter.rows(INVOICE)
    given = {"customer": MEMBER, "redeem_loyalty_points": 1, "loyalty_points": points, "docstatus": 1}
    line = {"item_code": "GRO-0001", "qty": 1, "rate": amount, "price_list_rate": amount}
    said = counter.refused(
        "POST",
        "resource/Sales Invoice",
        **given,
        items=[line],
        ignore_pricing_rule=1,
        disable_rounded_total=1,
    )
    assert said == told
    assert (counter.rows(ENTRY), counter.rows(INVOICE)) == before


def test_a_cancelled_sale_takes_its_points_along_without_a_trace(counter: Counter) -> None:
    sell(counter, 100)
    sale = sell(counter, 30, redeem_loyalty_points=1, loyalty_points=100)
    assert balance(counter) == 200 + 58 - 100
    traces = len(counter.rows("Deleted Document"))
    counter.happened.clear()
    counter.cancel(INVOICE, sale["name"])
    assert points_of(counter, sale["name"]) == []
    assert balance(counter) == 200
    assert len(counter.rows("Deleted Document")) == traces
    assert {event.doctype for event in counter.happened} == {INVOICE}


def test_a_sale_whose_points_were_spent_can_neither_be_cancelled_nor_come_back(counter: Counter) -> None:
    first = sell(counter, 100)
    second = sell(counter, 30, redeem_loyalty_points=1, loyalty_points=100)
    before = counter.rows(ENTRY)
    told = (
        "Sales Invoice can't be cancelled since the Loyalty Points earned has been redeemed. "
        f"First cancel the Sales Invoice No {second['name']}"
    )
    path = f"resource/Sales Invoice/{first['name']}"
    assert counter.refused("PUT", path, docstatus=2) == told
    line = {"item_code": "GRO-0001", "qty": -1, "rate": 10, "sales_invoice_item": first["items"][0]["name"]}
    back = {"customer": MEMBER, "is_return": 1, "return_against": first["name"], "docstatus": 1}
    assert counter.refused("POST", "resource/Sales Invoice", **back, items=[line]) == told
    assert counter.rows(ENTRY) == before
    counter.cancel(INVOICE, second["name"])
    counter.cancel(INVOICE, first["name"])
    assert balance(counter) == 0


def test_a_return_has_the_entry_of_the_sale_written_anew_with_less(counter: Counter) -> None:
    sale = sell(counter, 100)
    [before] = counter.rows(ENTRY, invoice=sale["name"])
    back = counter.take_back(sale, 40)
    [after] = counter.rows(ENTRY, invoice=sale["name"])
    assert (after["loyalty_points"], after["purchase_amount"]) == (120, 60.0)
    assert after["name"] != before["name"]
    assert after["modified"] > before["modified"]
    assert balance(counter) == 120
    counter.cancel(INVOICE, back["name"])
    assert points_of(counter, sale["name"]) == [200]
    assert balance(counter) == 200


def test_a_return_loses_what_the_sale_had_redeemed(counter: Counter) -> None:
    sell(counter, 100)
    sale = sell(counter, 30, redeem_loyalty_points=1, loyalty_points=100)
    assert points_of(counter, sale["name"]) == [58, -100]
    counter.take_back(sale, 10)
    assert points_of(counter, sale["name"]) == [38]
    assert balance(counter) == 238
