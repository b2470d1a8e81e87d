"""What selling does at the grocer: prices and rules, shelves and batches, returns, orders and numbers."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
import requests

from apps.sync.demo.grocer import stocked
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import Site
from tests.sync.demo.counter import SIGNED, Counter

INVOICE, ORDER, NOTE, RULE = "Sales Invoice", "Sales Order", "Delivery Note", "Pricing Rule"
KEFIR, RICE, DRINK, POMEGRANATE = "GRO-0005", "GRO-0008", "GRO-0017", "GRO-0002"
BATCH = "B004-00018"  # of the kefir, with a price of its own
TODAY = datetime(2026, 11, 25, 10, 0)  # noqa: DTZ001 - the site's wall clock
RETURN = "erpnext.accounts.doctype.sales_invoice.sales_invoice.make_sales_return"


@pytest.fixture
def counter() -> Iterator[Counter]:
    with DemoServer(Site(stocked(scale=0, today=date(2026, 11, 25)))) as erp:
        erp.site.store.now = lambda: TODAY
        yield Counter(erp)


def sell(counter: Counter, code: str, qty: float = 1, **values: Any) -> dict[str, Any]:
    """A sale of one thing, read back; ``line`` holds more of its line."""
    line = {"item_code": code, "qty": qty} | values.pop("line", {})
    return counter.insert(INVOICE, **({"customer": "Imran Khan", "items": [line]} | values))


def refused(counter: Counter, code: str, qty: float = 1, **values: Any) -> str:
    given = {"customer": "Imran Khan", "items": [{"item_code": code, "qty": qty}]} | values
    return counter.refused("POST", f"resource/{INVOICE}", **given)


def rule(counter: Counter, **values: Any) -> str:
    """A rule of today, by its name."""
    kind = {"title": "Of today", "selling": 1, "valid_from": "2026-11-25", "discount_percentage": 10}
    return str(counter.insert(RULE, **kind | values)["name"])


def in_bin(counter: Counter, code: str) -> dict[str, Any]:
    [found] = counter.rows("Bin", item_code=code)
    return found


def rate_of(sale: dict[str, Any]) -> tuple[float, float]:
    return sale["items"][0]["price_list_rate"], sale["items"][0]["rate"]


# --- prices ------------------------------------------------------------------------------------------------
def test_the_newest_price_of_the_day_counts_and_a_batch_has_its_own(counter: Counter) -> None:
    past = {"set_posting_time": 1, "posting_date": "2026-08-01"}
    assert rate_of(sell(counter, POMEGRANATE)) == (1.25, 1.25)
    assert rate_of(sell(counter, KEFIR, **past)) == (1.98, 1.98)
    assert rate_of(sell(counter, KEFIR, line={"batch_no": BATCH})) == (1.1, 1.1)


def test_customers_have_their_list_and_their_own_prices(counter: Counter) -> None:
    deli = {"customer": "Green Deli Ltd"}
    sale = sell(counter, RICE, **deli)
    assert (sale["selling_price_list"], rate_of(sale)) == ("Wholesale", (2.58, 2.58))
    own = sell(counter, "GRO-0007", **deli, selling_price_list="Standard Selling")
    assert rate_of(own) == (4.76, 4.76)


def test_a_case_counts_its_units(counter: Counter) -> None:
    unit = {"uom": "Case", "conversion_factor": 6}
    sale = sell(counter, "COLA#330", 2, line=unit, ignore_pricing_rule=1)
    [line] = sale["items"]
    assert (line["stock_qty"], line["price_list_rate"], line["amount"]) == (12.0, 5.1, 10.2)
    assert line["stock_uom_rate"] == 0.85


def test_a_box_is_sold_at_exactly_its_price(counter: Counter) -> None:
    lines = [{"item_code": RICE, "qty": 3, "rate": 1.43, "price_list_rate": 1.43} for _ in range(7)]
    exact = {"ignore_pricing_rule": 1, "disable_rounded_total": 1, "discount_amount": 0.03}
    sale = counter.insert(INVOICE, customer="Imran Khan", items=lines, **exact)
    assert (sale["total"], sale["grand_total"], sale["rounded_total"]) == (30.03, 30.0, 0.0)
    assert round(sum(line["net_amount"] for line in sale["items"]), 2) == sale["net_total"] == 30.0
    assert sale["in_words"] == "GBP Thirty only."


# --- rules -------------------------------------------------------------------------------------------------
def test_a_rule_takes_its_part_off_whatever_rate_was_sent(counter: Counter) -> None:
    sale = sell(counter, DRINK, 3, line={"rate": 1.0})
    assert rate_of(sale) == (1.2, 1.08)
    assert sale["items"][0]["pricing_rules"] == '[\n "PRLE-0001"\n]'
    assert [row["pricing_rule"] for row in sale["pricing_rules"]] == ["PRLE-0001"]
    ours = sell(counter, DRINK, 3, line={"rate": 1.0}, ignore_pricing_rule=1)
    assert (rate_of(ours), ours["pricing_rules"]) == ((1.2, 1.0), [])


@pytest.mark.parametrize(("qty", "rate"), [(1, 2.95), (2, 2.65), (10, 2.65), (11, 2.95)])
def test_a_rule_asks_for_its_quantity(counter: Counter, qty: int, rate: float) -> None:
    assert sell(counter, RICE, qty)["items"][0]["rate"] == rate


@pytest.mark.parametrize(
    ("day", "rate"), [("2026-11-30", 2.0), ("2026-12-01", 1.0), ("2026-12-03", 1.0), ("2026-12-04", 2.0)]
)
def test_a_rule_holds_on_its_first_and_its_last_day(counter: Counter, day: str, rate: float) -> None:
    off = {"rate_or_discount": "Discount Amount", "discount_amount": 1.0}
    dates = {"valid_from": "2026-12-01", "valid_upto": "2026-12-03"}
    rule(counter, items=[{"item_code": POMEGRANATE}], **off, **dates)
    sale = {"set_posting_time": 1, "posting_date": day, "line": {"price_list_rate": 2.0}}
    assert sell(counter, POMEGRANATE, **sale)["items"][0]["rate"] == rate


def test_a_rule_for_a_group_is_for_all_that_belong_to_it(counter: Counter) -> None:
    rule(counter, apply_on="Item Group", item_groups=[{"item_group": "Food"}], priority="20")
    assert rate_of(sell(counter, POMEGRANATE)) == (1.25, 1.12)
    trade = sell(counter, "GRO-0018", customer="Green Deli Ltd")  # a café, and so of Trade
    assert rate_of(trade) == (1.66, 1.53)
    assert rate_of(sell(counter, "GRO-0018")) == (1.9, 1.9)


def test_a_set_rate_takes_the_place_of_the_listed_one(counter: Counter) -> None:
    rule(counter, items=[{"item_code": POMEGRANATE}], rate_or_discount="Rate", rate=0.99)
    assert rate_of(sell(counter, POMEGRANATE)) == (0.99, 0.99)


def test_the_highest_priority_wins_among_item_group_and_brand(counter: Counter) -> None:
    first = rule(counter, items=[{"item_code": "GRO-0006"}], priority="11", discount_percentage=15)
    rule(counter, apply_on="Item Group", item_groups=[{"item_group": "Bakery"}], priority="12")
    brand = {"apply_on": "Brand", "brands": [{"brand": "Al Noor"}], "discount_percentage": 50}
    assert rate_of(sell(counter, "GRO-0006")) == (6.5, 5.85)
    rule(counter, **brand, priority="13")
    assert rate_of(sell(counter, "GRO-0006")) == (6.5, 3.25)
    counter.change(RULE, first, priority="14")
    assert rate_of(sell(counter, "GRO-0006")) == (6.5, 5.52)


def test_two_rules_of_one_claim_stop_the_sale_but_for_one_that_ignores_rules(counter: Counter) -> None:
    coupon = {"coupon_code_based": 1}
    rule(counter, apply_on="Item Group", item_groups=[{"item_group": "Fruit"}])
    rule(counter, apply_on="Item Group", item_groups=[{"item_group": "Fresh Produce"}], **coupon)
    told = refused(counter, POMEGRANATE)
    assert told == (
        "Multiple Price Rules exists with same criteria, please resolve conflict by assigning priority. "
        "Price Rules: PRLE-0016\nPRLE-0015"
    )
    assert rate_of(sell(counter, POMEGRANATE, ignore_pricing_rule=1)) == (1.25, 1.25)


def test_a_rule_that_needs_a_coupon_changes_nothing_by_itself(counter: Counter) -> None:
    name = rule(counter, items=[{"item_code": POMEGRANATE}], coupon_code_based=1)
    sale = sell(counter, POMEGRANATE)
    assert (rate_of(sale), sale["pricing_rules"][0]["pricing_rule"]) == ((1.25, 1.25), name)


def test_what_is_given_away_is_a_line_of_its_own_in_whole_numbers(counter: Counter) -> None:
    gift = {"price_or_product_discount": "Product", "same_item": 1, "free_qty": 1, "min_qty": 2}
    recursive = {"is_recursive": 1, "recurse_for": 2}
    name = rule(counter, items=[{"item_code": POMEGRANATE}], **gift, **recursive)
    told = refused(counter, POMEGRANATE, 5)
    assert told.startswith("Row 2: Quantity (2.5) cannot be a fraction.")
    counter.change(RULE, name, round_free_qty=1)
    sale = sell(counter, POMEGRANATE, 5)
    free = sale["items"][1]
    assert (free["qty"], free["rate"], free["is_free_item"], free["pricing_rules"]) == (2.0, 0.0, 1, name)
    assert (sale["total"], sale["total_qty"]) == (6.25, 7.0)
    changed = counter.change(INVOICE, sale["name"], items=[sale["items"][0] | {"qty": 3}, free])
    assert [line["qty"] for line in changed["items"]] == [3.0, 1.0]


def test_a_rule_for_whole_sales_puts_its_discount_in_the_place_of_ours(counter: Counter) -> None:
    sale = sell(counter, "GRO-0019", 4, discount_amount=0.03)
    assert (sale["additional_discount_percentage"], sale["discount_amount"]) == (5.0, 1.28)
    assert (sale["total"], sale["grand_total"], sale["rounded_total"]) == (25.6, 24.32, 24.0)
    small = sell(counter, "GRO-0019", 3, discount_amount=0.03)
    assert (small["discount_amount"], small["grand_total"]) == (0.03, 19.17)


def test_a_sale_for_less_than_nothing_is_refused(counter: Counter) -> None:
    rule(counter, items=[{"item_code": POMEGRANATE}], discount_percentage=120)
    told = refused(counter, POMEGRANATE)
    assert told == "Incorrect value:Grand Total (Company Currency) must be >= 0.0"


# --- shelves -----------------------------------------------------------------------------------------------
def test_a_draft_moves_nothing_and_gives_its_number_back(counter: Counter) -> None:
    before = [
        dict(in_bin(counter, KEFIR)),
        counter.read("Batch", BATCH),
        counter.read("Customer", "Ming Wong"),
    ]
    sale = sell(counter, KEFIR, 5, customer="Ming Wong", update_stock=1)
    after = [
        dict(in_bin(counter, KEFIR)),
        counter.read("Batch", BATCH),
        counter.read("Customer", "Ming Wong"),
    ]
    assert (sale["status"], before) == ("Draft", after)
    assert counter.ask("DELETE", f"resource/{INVOICE}/{sale['name']}").status_code == 202
    assert sell(counter, RICE)["name"] == sale["name"]


def test_a_sale_takes_the_oldest_batch_and_all_books_agree(counter: Counter) -> None:
    sale = sell(counter, KEFIR, 5, update_stock=1, docstatus=1)
    [line] = sale["items"]
    assert (line.get("batch_no"), bool(line["serial_and_batch_bundle"])) == (None, True)
    [entry] = counter.read("Serial and Batch Bundle", line["serial_and_batch_bundle"])["entries"]
    assert (entry["batch_no"], entry["qty"]) == (BATCH, -5.0)
    assert counter.read("Batch", BATCH)["batch_qty"] == in_bin(counter, KEFIR)["actual_qty"] == 7.0
    [booked] = counter.rows("Stock Ledger Entry", voucher_no=sale["name"])
    assert (booked["actual_qty"], booked["qty_after_transaction"]) == (-5.0, 7.0)
    counter.cancel(INVOICE, sale["name"])
    assert counter.read("Batch", BATCH)["batch_qty"] == in_bin(counter, KEFIR)["actual_qty"] == 12.0


def test_cancelling_keeps_the_figures_and_forgets_the_batches(counter: Counter) -> None:
    sale = sell(counter, KEFIR, 5, line={"batch_no": BATCH}, update_stock=1, docstatus=1)
    gone = counter.cancel(INVOICE, sale["name"])
    [line] = gone["items"]
    assert (gone["status"], gone["grand_total"]) == ("Cancelled", 5.5)
    assert not {"batch_no", "serial_and_batch_bundle"} & line.keys()
    amended = sell(counter, KEFIR, 4, amended_from=sale["name"])
    assert (amended["name"], amended["set_posting_time"]) == (f"{sale['name']}-1", 1)


def test_too_much_is_refused_and_nothing_of_it_stays(counter: Counter) -> None:
    stock = {"update_stock": 1, "docstatus": 1}
    count = len(counter.rows(INVOICE))
    assert "<strong>1.0</strong> units of" in refused(counter, POMEGRANATE, 5, **stock)
    assert refused(counter, KEFIR, 13, **stock) == f"Serial No / Batch No are mandatory for Item {KEFIR}"
    assert (len(counter.rows(INVOICE)), in_bin(counter, KEFIR)["actual_qty"]) == (count, 12.0)


def test_a_submit_inside_the_post_answers_with_what_was_before(counter: Counter) -> None:
    given = {"customer": "Imran Khan", "docstatus": 1, "items": [{"item_code": RICE, "qty": 1}]}
    told = counter.ask("POST", f"resource/{INVOICE}", **given).json()["data"]
    assert (told["docstatus"], told["status"], told["outstanding_amount"]) == (1, "Draft", 0.0)
    read = counter.read(INVOICE, told["name"])
    assert (read["status"], read["outstanding_amount"], read["modified"] > told["modified"]) == (
        "Unpaid",
        3.0,
        True,
    )


# --- what comes back ---------------------------------------------------------------------------------------
def return_of(counter: Counter, sale: dict[str, Any]) -> dict[str, Any]:
    """The body that ERPNext makes of a sale, to be sent as it is."""
    answer = requests.get(
        f"{counter.erp.url}/api/method/{RETURN}",
        params={"source_name": sale["name"]},
        headers=SIGNED,
        timeout=10,
    )
    body: dict[str, Any] = answer.json()["message"]
    assert body.pop("doctype") == INVOICE
    return body


def test_the_body_of_a_return_turns_everything_round(counter: Counter) -> None:
    sale = sell(counter, KEFIR, 5, discount_amount=1.0, update_stock=1, docstatus=1)
    body = return_of(counter, sale)
    assert (body["is_return"], body["return_against"], body["discount_amount"]) == (1, sale["name"], -1.0)
    back = counter.insert(INVOICE, **body | {"docstatus": 1})
    assert (back["grand_total"], back["status"]) == (-sale["grand_total"], "Return")
    [entry] = counter.read("Serial and Batch Bundle", back["items"][0]["serial_and_batch_bundle"])["entries"]
    assert (entry["batch_no"], entry["qty"]) == (BATCH, 5.0)
    assert counter.read("Batch", BATCH)["batch_qty"] == in_bin(counter, KEFIR)["actual_qty"] == 12.0


def test_no_more_comes_back_than_went(counter: Counter) -> None:
    sale = sell(counter, RICE, 3, update_stock=1, docstatus=1)
    body = return_of(counter, sale)
    body["items"][0] |= {"qty": -4, "stock_qty": -4}
    told = counter.refused("POST", f"resource/{INVOICE}", **body)
    assert told == f"Row # 1: Cannot return more than 3.0 for Item {RICE}"


def test_a_credit_note_leaves_its_sale_alone_and_money_back_does_not(counter: Counter) -> None:
    cash = {"is_pos": 1, "payments": [{"mode_of_payment": "Cash", "amount": 6}]}
    for paid, status in ((cash, "Credit Note Issued"), ({}, "Unpaid")):
        sale = sell(counter, RICE, 2, docstatus=1, ignore_pricing_rule=1, **paid)
        counter.insert(INVOICE, **return_of(counter, sale) | {"docstatus": 1})
        after = counter.read(INVOICE, sale["name"])
        assert (after["status"], after["modified"] > sale["modified"]) == (status, bool(paid))


def test_a_credit_note_can_lower_what_is_owed_on_its_sale(counter: Counter) -> None:
    sale = sell(counter, RICE, 2, docstatus=1, ignore_pricing_rule=1, disable_rounded_total=1)
    body = return_of(counter, sale) | {"docstatus": 1, "update_outstanding_for_self": 0}
    body["items"][0] |= {"qty": -1, "stock_qty": -1}
    back = counter.insert(INVOICE, **body)
    after = counter.read(INVOICE, sale["name"])
    assert (back["outstanding_amount"], after["outstanding_amount"]) == (0.0, 2.95)
    assert (after["status"], after["modified"] > sale["modified"]) == ("Partly Paid", True)
    counter.cancel(INVOICE, back["name"])
    assert counter.read(INVOICE, sale["name"])["outstanding_amount"] == 5.9


def test_a_sale_that_came_back_cannot_be_cancelled(counter: Counter) -> None:
    sale = sell(counter, RICE, 2, docstatus=1)
    back = counter.insert(INVOICE, **return_of(counter, sale) | {"docstatus": 1})
    told = counter.refused("PUT", f"resource/{INVOICE}/{sale['name']}", docstatus=2)
    assert told.startswith(f"Cannot delete or cancel because {INVOICE} ")
    counter.cancel(INVOICE, back["name"])
    assert counter.cancel(INVOICE, sale["name"])["status"] == "Cancelled"


# --- orders ------------------------------------------------------------------------------------------------
def test_an_order_is_kept_on_the_shelf_until_invoices_deliver_and_bill_it(counter: Counter) -> None:
    line = {"item_code": RICE, "qty": 4}
    given = {"customer": "Imran Khan", "delivery_date": "2026-11-27", "docstatus": 1}
    order = counter.insert(ORDER, items=[line], **given)
    assert (order["status"], in_bin(counter, RICE)["reserved_qty"]) == ("To Deliver and Bill", 4.0)
    origin = {"sales_order": order["name"], "so_detail": order["items"][0]["name"]}
    half = sell(counter, RICE, 2, line=origin, update_stock=1, docstatus=1)
    moved = counter.read(ORDER, order["name"])
    assert (moved["per_billed"], moved["billing_status"], moved["delivery_status"]) == (
        50.0,
        "Partly Billed",
        "Partly Delivered",
    )
    assert (moved["status"], moved["modified"] > order["modified"]) == ("To Deliver and Bill", True)
    assert in_bin(counter, RICE)["reserved_qty"] == 2.0
    sell(counter, RICE, 2, line=origin, docstatus=1)
    assert counter.read(ORDER, order["name"])["status"] == "To Deliver"
    counter.cancel(INVOICE, half["name"])
    back = counter.read(ORDER, order["name"])
    assert (back["per_billed"], back["per_delivered"], back["status"]) == (50.0, 0.0, "To Deliver and Bill")
    assert in_bin(counter, RICE)["reserved_qty"] == 4.0


def test_an_order_needs_its_day_and_lets_go_when_it_is_cancelled(counter: Counter) -> None:
    given = {"customer": "Imran Khan", "items": [{"item_code": RICE, "qty": 4}]}
    assert counter.refused("POST", f"resource/{ORDER}", **given) == "Please enter Delivery Date"
    order = counter.insert(ORDER, **given, delivery_date="2026-11-27", docstatus=1)
    assert counter.cancel(ORDER, order["name"])["status"] == "Cancelled"
    assert in_bin(counter, RICE)["reserved_qty"] == 0.0


def test_a_note_delivers_an_order_and_its_invoice_bills_both(counter: Counter) -> None:
    customer = {"customer": "Imran Khan", "docstatus": 1}
    order = counter.insert(
        ORDER, items=[{"item_code": KEFIR, "qty": 4}], delivery_date="2026-11-27", **customer
    )
    origin = {"so_detail": order["items"][0]["name"]}
    line = {"item_code": KEFIR, "qty": 4} | origin
    note = counter.insert(NOTE, items=[line | {"against_sales_order": order["name"]}], **customer)
    assert (note["status"], in_bin(counter, KEFIR)["actual_qty"]) == ("To Bill", 8.0)
    assert counter.read(ORDER, order["name"])["status"] == "To Bill"
    billed = origin | {"delivery_note": note["name"], "dn_detail": note["items"][0]["name"]}
    sell(counter, KEFIR, 4, line=billed | {"sales_order": order["name"]}, docstatus=1)
    assert counter.read(NOTE, note["name"])["status"] == "Completed"
    assert counter.read(ORDER, order["name"])["status"] == "Completed"
    assert in_bin(counter, KEFIR)["actual_qty"] == 8.0
