"""A shift at the grocer's till: paid at once, points at once, stock when it closes, and all of it undone."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sync.demo.counter import INVOICE, Counter, grocer

TILL = "POS Invoice"
CASHIER = "sync.admin@grocer.example"
MEMBER = "François Moreau"
STRANGER = "Imran Khan"
SHELF = "Stores - CG"
DRY = "COLA#330"  # kept without batches
FRESH, BATCH = "GRO-0006", "B005-00013"  # good for today


@pytest.fixture
def counter() -> Iterator[Counter]:
    with grocer() as counter:
        yield counter


@pytest.fixture
def shift(counter: Counter) -> dict[str, Any]:
    return counter.insert("POS Opening Entry", **opening())


def opening() -> dict[str, Any]:
    """A shift that begins with fifty pounds in the drawer."""
    return {
        "company": "Corner Grocer Ltd",
        "pos_profile": "Front till",
        "user": CASHIER,
        "period_start_date": "2026-11-25 08:00:00",
        "posting_date": "2026-11-25",
        "balance_details": [{"mode_of_payment": "Cash", "opening_amount": 50}],
        "docstatus": 1,
    }


def sell(
    counter: Counter, customer: str, *lines: dict[str, Any], paid: float, **values: Any
) -> dict[str, Any]:
    draft = counter.insert(TILL, **sale(customer, *lines, paid=paid) | values)
    return counter.submit(TILL, draft["name"])


def sale(customer: str, *lines: dict[str, Any], paid: float) -> dict[str, Any]:
    return {
        "customer": customer,
        "pos_profile": "Front till",
        "ignore_pricing_rule": 1,
        "items": list(lines),
        "payments": [{"mode_of_payment": "Cash", "amount": paid}],
    }


def line(item: str, quantity: float, rate: float, **values: Any) -> dict[str, Any]:
    return {"item_code": item, "qty": quantity, "rate": rate, "price_list_rate": rate, **values}


def close(counter: Counter, shift: dict[str, Any], *sales: dict[str, Any]) -> dict[str, Any]:
    return counter.insert("POS Closing Entry", **closing(shift, *sales))


def closing(shift: dict[str, Any], *sales: dict[str, Any]) -> dict[str, Any]:
    """What ends a shift with these sales."""
    told = ("posting_date", "grand_total", "customer")
    sold = [{"pos_invoice": one["name"]} | {field: one[field] for field in told} for one in sales]
    same = {field: shift[field] for field in ("company", "pos_profile", "user", "period_start_date")}
    return same | {
        "pos_opening_entry": shift["name"],
        "period_end_date": "2026-11-25 10:00:00",
        "posting_date": "2026-11-25",
        "pos_transactions": sold,
        "docstatus": 1,
    }


def in_stock(counter: Counter, item: str) -> float:
    [there] = counter.rows("Bin", item_code=item, warehouse=SHELF)
    return float(there["actual_qty"])


def test_a_sale_at_the_till_is_paid_with_change_and_brings_points_at_once(
    counter: Counter, shift: dict[str, Any]
) -> None:
    before = in_stock(counter, DRY)
    sold = sell(counter, MEMBER, line(DRY, 2, 10.2), paid=50)
    assert (sold["status"], sold["grand_total"], sold["rounded_total"]) == ("Paid", 20.4, 20.0)
    assert (sold["paid_amount"], sold["change_amount"], sold["outstanding_amount"]) == (50.0, 30.0, 0.0)
    [entry] = counter.rows("Loyalty Point Entry", invoice=sold["name"])
    assert (entry["invoice_type"], entry["loyalty_points"]) == (TILL, 40)
    assert counter.points(MEMBER, "Corner Club") == 40
    assert in_stock(counter, DRY) == before


def test_a_closed_shift_becomes_one_invoice_a_customer_and_moves_the_stock(
    counter: Counter, shift: dict[str, Any]
) -> None:
    there = in_stock(counter, DRY)
    first = sell(counter, MEMBER, line(DRY, 2, 10.2), paid=20)
    other = sell(counter, STRANGER, line(DRY, 1, 5), paid=5)
    second = sell(counter, MEMBER, line(DRY, 1, 10.2), line("GRO-0013", 1, 3), paid=13)
    close(counter, shift, first, other, second)
    now = [counter.read(TILL, one["name"]) for one in (first, other, second)]
    assert [one["status"] for one in now] == ["Consolidated"] * 3
    assert all(
        one["modified"] > old["modified"] for one, old in zip(now, (first, other, second), strict=True)
    )
    assert now[0]["consolidated_invoice"] == now[2]["consolidated_invoice"] != now[1]["consolidated_invoice"]
    merged = counter.read(INVOICE, now[0]["consolidated_invoice"])
    assert (merged["is_consolidated"], merged["status"], merged["outstanding_amount"]) == (1, "Paid", 0.0)
    assert (merged["grand_total"], merged["rounded_total"], merged["paid_amount"]) == (33.6, 33.0, 33.0)
    assert [(row["item_code"], row["qty"], row["amount"]) for row in merged["items"]] == [
        (DRY, 3.0, 30.6),
        ("GRO-0013", 1.0, 3.0),
    ]
    assert in_stock(counter, DRY) == there - 4
    assert counter.read("POS Opening Entry", shift["name"])["status"] == "Closed"


def test_points_of_a_closed_shift_stay_those_of_its_till_invoices(
    counter: Counter, shift: dict[str, Any]
) -> None:
    sold = sell(counter, MEMBER, line(DRY, 2, 10.2), paid=20)
    entries = counter.rows("Loyalty Point Entry")
    close(counter, shift, sold)
    assert counter.rows("Loyalty Point Entry") == entries
    assert counter.points(MEMBER, "Corner Club") == 40


def test_a_batch_is_set_aside_when_it_is_sold_and_gone_when_the_shift_closes(
    counter: Counter, shift: dict[str, Any]
) -> None:
    before, there = counter.read("Batch", BATCH), in_stock(counter, FRESH)
    sold = sell(counter, STRANGER, line(FRESH, 2, 5, batch_no=BATCH), paid=10)
    assert counter.read("Batch", BATCH) == before
    bundle = counter.read("Serial and Batch Bundle", sold["items"][0]["serial_and_batch_bundle"])
    assert (bundle["voucher_type"], bundle["total_qty"]) == (TILL, -2.0)
    close(counter, shift, sold)
    merged = counter.read(TILL, sold["name"])["consolidated_invoice"]
    moved = counter.read("Serial and Batch Bundle", bundle["name"])
    assert (moved["voucher_type"], moved["voucher_no"]) == (INVOICE, merged)
    assert counter.read("Batch", BATCH)["batch_qty"] == before["batch_qty"] - 2
    assert in_stock(counter, FRESH) == there - 2


def test_a_cancelled_closing_opens_the_shift_again_and_puts_the_goods_back(
    counter: Counter, shift: dict[str, Any]
) -> None:
    before, held = in_stock(counter, FRESH), counter.read("Batch", BATCH)["batch_qty"]
    sold = sell(counter, MEMBER, line(FRESH, 2, 5, batch_no=BATCH), paid=10)
    closing = close(counter, shift, sold)
    merged = counter.read(TILL, sold["name"])["consolidated_invoice"]
    counter.cancel("POS Closing Entry", closing["name"])
    assert counter.read(INVOICE, merged)["status"] == "Cancelled"
    again = counter.read(TILL, sold["name"])
    assert (again["status"], again.get("consolidated_invoice")) == ("Paid", None)
    assert (in_stock(counter, FRESH), counter.read("Batch", BATCH)["batch_qty"]) == (before, held)
    assert counter.read("POS Opening Entry", shift["name"])["status"] == "Open"
    assert counter.points(MEMBER, "Corner Club") == 20
    second = close(counter, shift, again)
    assert second["status"] == "Submitted"
    assert in_stock(counter, FRESH) == before - 2


def test_what_a_shift_has_merged_cannot_be_cancelled_alone(counter: Counter, shift: dict[str, Any]) -> None:
    sold = sell(counter, STRANGER, line(DRY, 1, 5), paid=5)
    closing = close(counter, shift, sold)
    told = counter.refused("PUT", f"resource/{TILL}/{sold['name']}", docstatus=2)
    assert told == (
        f"You need to cancel POS Closing Entry {closing['name']} to be able to cancel this document."
    )


def test_a_sale_that_is_cancelled_in_its_shift_takes_points_and_batch_back(
    counter: Counter, shift: dict[str, Any]
) -> None:
    sold = sell(counter, MEMBER, line(FRESH, 2, 5, batch_no=BATCH), paid=10)
    assert counter.points(MEMBER, "Corner Club") == 20
    assert counter.cancel(TILL, sold["name"])["status"] == "Cancelled"
    assert counter.points(MEMBER, "Corner Club") == 0
    bundle = counter.read("Serial and Batch Bundle", sold["items"][0]["serial_and_batch_bundle"])
    assert (bundle["docstatus"], bundle["is_cancelled"]) == (2, 1)


def test_what_came_back_in_a_shift_becomes_a_credit_note(counter: Counter, shift: dict[str, Any]) -> None:
    before = in_stock(counter, DRY)
    sold = sell(counter, MEMBER, line(DRY, 3, 10), paid=30)
    origin = {"is_return": 1, "return_against": sold["name"]}
    back = line(DRY, -1, 10, pos_invoice_item=sold["items"][0]["name"])
    returned = sell(counter, MEMBER, back, paid=-10, **origin)
    assert (returned["status"], counter.read(TILL, sold["name"])["status"]) == (
        "Return",
        "Credit Note Issued",
    )
    assert counter.points(MEMBER, "Corner Club") == 40
    close(counter, shift, counter.read(TILL, sold["name"]), returned)
    note = counter.read(INVOICE, counter.read(TILL, returned["name"])["consolidated_invoice"])
    assert (note["is_return"], note["grand_total"], note["paid_amount"]) == (1, -10.0, -10.0)
    assert in_stock(counter, DRY) == before - 2


SHORT = (
    "Row #1: Stock quantity not enough for Item Code: <strong>COLA#330</strong> under warehouse "
    "<strong>Stores - CG</strong>. Available quantity 26.0."
)


@pytest.mark.parametrize(
    ("quantity", "paid", "told"),
    [(1, 9, "Partial Payment in POS Transactions are not allowed."), (27, 270, SHORT)],
)
def test_a_sale_that_is_not_paid_or_not_there_stays_a_draft(
    counter: Counter, shift: dict[str, Any], quantity: int, paid: float, told: str
) -> None:
    draft = counter.insert(TILL, **sale(MEMBER, line(DRY, quantity, 10), paid=paid))
    assert counter.refused("PUT", f"resource/{TILL}/{draft['name']}", docstatus=1) == told
    assert counter.read(TILL, draft["name"]) == draft
    assert counter.rows("Loyalty Point Entry", invoice=draft["name"]) == []


def test_what_an_open_shift_has_sold_is_not_sold_again(counter: Counter, shift: dict[str, Any]) -> None:
    sell(counter, STRANGER, line(DRY, 20, 1), paid=20)
    assert in_stock(counter, DRY) == 26
    draft = counter.insert(TILL, **sale(MEMBER, line(DRY, 7, 1), paid=7))
    said = counter.refused("PUT", f"resource/{TILL}/{draft['name']}", docstatus=1)
    assert said.endswith("Available quantity 6.0.")
    sell(counter, MEMBER, line(DRY, 6, 1), paid=6)


def test_nothing_is_sold_before_the_shift_opens(counter: Counter) -> None:
    told = counter.refused("POST", f"resource/{TILL}", **sale(MEMBER, line(DRY, 1, 10), paid=10))
    assert told == "No open POS Opening Entry found for POS Profile <strong>Front till</strong>."


def test_a_shift_closes_once_and_merges_a_sale_once(counter: Counter, shift: dict[str, Any]) -> None:
    sold = sell(counter, STRANGER, line(DRY, 1, 5), paid=5)
    close(counter, shift, sold)
    given = closing(shift, sold)
    said = counter.refused("POST", "resource/POS Closing Entry", **given)
    assert said == "Selected POS Opening Entry should be open."
    again = counter.insert("POS Opening Entry", **opening())
    said = counter.refused(
        "POST", "resource/POS Closing Entry", **given | {"pos_opening_entry": again["name"]}
    )
    assert said == "Row #1: POS Invoice is already consolidated"
