from datetime import date
from decimal import Decimal

import pytest
import time_machine

from apps.core.templatetags import larder as say
from apps.inventory.services import recount
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory
from tests.factories.catalog import make_part, make_product
from tests.factories.customers import make_contact
from tests.factories.inventory import (
    make_batch,
    make_bundle,
    make_delivery,
    make_level,
    make_receipt,
    make_receipt_line,
    make_supplier,
    make_warehouse,
)

BATCHES = "/admin/inventory/batch/"
LEVELS = "/admin/inventory/stocklevel/"
RECEIPTS = "/admin/inventory/receipt/"
SUPPLIERS = "/admin/inventory/supplier/"
WAREHOUSES = "/admin/inventory/warehouse/"
PRODUCTS = "/admin/catalog/product/"
TODAY = "2026-06-15 12:00"


def shown(client, url, **query):
    return [str(record) for record in client.get(url, query).context["listing"].cl.result_list]


def cells(client, url, **query):
    rows = client.get(url, query).context["listing"].rows
    return [{cell.column.name: cell.shown for cell in row.cells} for row in rows]


def profile(client, url, record):
    return client.get(f"{url}{record.pk}/change/").context["profile"]


@pytest.fixture
def batches(db):
    """Of milk: one used up, one expired, one that expires this week; of bread: one that never does."""
    milk, bread = make_product("MLK-1", name_en="Oat milk"), make_product("BRD-1", name_en="Rye bread")
    farm = make_supplier("Bramble Farm")
    receipt = make_receipt("PRE-1", supplier=farm)
    days = {"USED-1": None, "OLD-1": date(2026, 6, 14), "SOON-1": date(2026, 6, 20)}
    made = {name: make_batch(name, product=milk, expires_on=day) for name, day in days.items()}
    made["BREAD-1"] = make_batch("BREAD-1", product=bread)
    for batch in made.values():
        make_delivery(receipt, (batch, "5"), rate="2")
    make_bundle((made["USED-1"], "-5"), voucher_type="Sales Invoice", voucher_name="SINV-1")
    recount(batch.pk for batch in made.values())
    return made


@time_machine.travel(TODAY)
def test_a_batch_says_whether_something_is_left_that_may_be_sold(batches, desk):
    said = [row["status"] for row in cells(desk, BATCHES)]
    words = ("Active", "Active", "Expired", "Depleted")  # the newest first
    assert [word in chip for word, chip in zip(words, said, strict=True)] == [True] * 4


@pytest.mark.parametrize(
    ("words", "found"),
    [("old-1", ["OLD-1"]), ("rye", ["BREAD-1"]), ("mlk-1", ["SOON-1", "OLD-1", "USED-1"]), ("zzz", [])],
)
def test_batches_are_found_by_number_or_product(words, found, batches, desk):
    assert shown(desk, BATCHES, q=words) == found


@time_machine.travel(TODAY)
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"on_hand": "yes", "o": "expires_on"}, ["OLD-1", "SOON-1", "BREAD-1"]),
        ({"on_hand": "no"}, ["USED-1"]),
        ({"expires_on": "7d"}, ["SOON-1"]),
        ({"expires_on": "past"}, ["OLD-1"]),
    ],
)
def test_batches_are_narrowed_by_what_is_left_and_expiry(query, found, batches, desk):
    assert shown(desk, BATCHES, **query) == found


def test_a_batch_shows_where_it_lies_what_moved_it_and_what_it_cost(batches, desk):
    page = profile(desk, BATCHES, batches["USED-1"])
    lies, moved = page.tables
    assert lies.rows == []
    assert [(row[-1], "PRE-1" in row[0], RECEIPTS in row[0]) for row in moved.rows] == [
        (say.quantity(-5), False, False),
        (say.quantity(5), True, True),
    ]
    assert page.key_figures[:2] == [("Left", "0"), ("Cost per stock unit", say.money(2))]
    whole = profile(desk, BATCHES, batches["OLD-1"])
    assert whole.tables[0].rows == [("<bdi>Stores</bdi>", say.quantity(5))]


def test_only_the_latest_movements_stand_on_a_batch(desk):
    batch = make_batch()
    for number in range(21):
        make_bundle((batch, str(number)), on=date(2026, 1, 1 + number))
    moved = profile(desk, BATCHES, batch).tables[1]
    assert [row[-1] for row in moved.rows] == [say.quantity(number) for number in range(20, 0, -1)]
    assert moved.more == "Only the latest 20 are shown."


@time_machine.travel(TODAY)
def test_a_product_shows_its_stock_and_its_batches_in_the_order_they_go_out(batches, desk):
    milk = batches["OLD-1"].product
    make_level(milk, make_warehouse(), actual="10", reserved=Decimal(3), unit="Nos")
    panels = {name: html for name, _title, html in profile(desk, PRODUCTS, milk).panels}
    assert [">10<" in panels["stock"], ">3<" in panels["stock"], ">7<" in panels["stock"]] == [True] * 3
    on_hand = panels["batches"]
    assert on_hand.index("OLD-1") < on_hand.index("SOON-1")
    assert "USED-1" not in on_hand


@pytest.fixture
def levels(db):
    milk, bread = make_product("MLK-1", name_en="Oat milk"), make_product("BRD-1", name_en="Rye bread")
    stores, cold = make_warehouse("Stores"), make_warehouse("Cold")
    make_level(milk, cold, actual="4", reserved=Decimal(4), value=Decimal(8))
    make_level(bread, stores, actual="6", value=Decimal(12))
    make_level(milk, stores, actual="0")
    make_level(bread, cold, actual="-1", value=Decimal(-2))
    return stores


def test_stock_stands_warehouse_by_warehouse_by_item_code(levels, desk):
    rows = desk.get(LEVELS).context["listing"].cl.result_list
    assert [(level.warehouse_name, level.item_code) for level in rows] == [
        ("Stores", "BRD-1"),
        ("Stores", "MLK-1"),
        ("Cold", "BRD-1"),
        ("Cold", "MLK-1"),
    ]
    said = [row["status"] for row in cells(desk, LEVELS)]
    words = ("In stock", "None", "Below zero", "All reserved")
    assert [word in chip for word, chip in zip(words, said, strict=True)] == [True] * 4


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "oat"}, ["0", "4"]),
        ({"held": "yes"}, ["6", "-1", "4"]),
        ({"held": "no"}, ["0"]),
        ({"short": "no"}, ["6"]),
    ],
)
def test_stock_is_narrowed_by_product_and_what_is_there(query, found, levels, desk):
    rows = desk.get(LEVELS, query).context["listing"].cl.result_list
    assert [f"{level.actual:.0f}" for level in rows] == found


def test_the_value_of_what_is_listed_stands_under_it(levels, desk):
    def total(**query):
        return [cell.shown for cell in desk.get(LEVELS, query).context["listing"].totals if cell.shown]

    assert total() == [say.money(18)]
    assert total(warehouse=levels.pk) == [say.money(12)]


def test_a_warehouse_says_what_is_in_it_and_leads_there(levels, desk):
    products, value = profile(desk, WAREHOUSES, levels).key_figures
    assert (">1<" in products[1], f"{LEVELS}?warehouse={levels.pk}&amp;held=yes" in products[1]) == (
        True,
        True,
    )
    assert value == ("Stock value", say.money(12))


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"erp_docstatus": 0, "erp_status": "Draft"}, "Draft"),
        ({"erp_docstatus": 2}, "Cancelled"),
        ({"is_return": True}, "Return"),
        ({"erp_status": "Completed"}, "Completed"),
        ({"erp_status": "To Bill"}, "To Bill"),
    ],
)
def test_a_receipt_says_where_it_stands(given, word, desk):
    make_receipt(**given)
    assert word in cells(desk, RECEIPTS)[0]["status"]


def test_a_receipt_is_found_by_its_number_the_suppliers_own_or_his_name(desk):
    make_receipt("MAT-PRE-7", supplier=make_supplier("Bramble Farm"), delivery_note="DN/99-1")
    make_receipt("MAT-PRE-8")
    for words in ("pre-7", "dn/99", "bramble"):
        assert shown(desk, RECEIPTS, q=words) == ["MAT-PRE-7"]


def test_only_submitted_receipts_are_added_up(desk):
    make_receipt(base_grand_total=Decimal(10))
    make_receipt(base_grand_total=Decimal(99), erp_docstatus=0)
    totals = desk.get(RECEIPTS).context["listing"].totals
    assert [cell.shown for cell in totals if cell.shown] == [say.money(10)]


def test_a_receipt_shows_its_lines_and_the_batches_that_came_of_them(batches, desk):
    batches["OLD-1"].refresh_from_db()
    receipt = batches["OLD-1"].receipt
    product = batches["OLD-1"].product
    make_receipt_line(receipt, product=product, item_name="Milk as delivered", amount=Decimal(10))
    lines, came = profile(desk, RECEIPTS, receipt).tables
    assert [("Milk as delivered" in row[0], row[-1]) for row in lines.rows] == [(True, say.money(10, "GBP"))]
    assert len(came.rows) == 4


@time_machine.travel(TODAY)
def test_a_supplier_shows_deliveries_batches_part_numbers_and_contacts(batches, desk):
    batches["OLD-1"].refresh_from_db()
    farm = batches["OLD-1"].supplier
    farm.receipts.update(base_grand_total=Decimal(40))
    make_part(make_product(name_en="Oat milk"), "F-77", supplier_name="Bramble Farm")
    make_contact("Bramble Farm", full_name="Jo Farmer")
    page = profile(desk, SUPPLIERS, farm)
    assert page.key_figures == [
        ("Last delivery", say.day(date(2026, 2, 2))),
        ("Delivered in 365 days", say.money(40)),
        ("Will not sell in time", say.money(None)),
    ]
    invoices, deliveries, on_hand, parts, contacts = page.tables
    assert invoices.rows == []
    assert ["PRE-1" in row[0] for row in deliveries.rows] == [True]
    assert ["OLD-1" in on_hand.rows[0][0], len(on_hand.rows)] == [True, 3]
    assert [("Oat milk" in row[0], row[1]) for row in parts.rows] == [(True, say.code("F-77"))]
    assert f"{PRODUCTS}?supplier=Bramble+Farm" in parts.more
    assert ["Jo Farmer" in row[0] for row in contacts.rows] == [True]


def test_a_supplier_shows_no_more_than_the_person_may_see(db):
    person = StaffFactory()
    person.rights.create(key="suppliers.view", source="allow")
    farm = make_supplier()
    make_receipt(supplier=farm)
    assert profile(signed_in(person), SUPPLIERS, farm).tables == []


@pytest.mark.parametrize(
    ("given", "word"),
    [({"is_on_hold": True}, "On hold"), ({"is_frozen": True}, "Frozen"), ({"is_active": False}, "Disabled")],
)
def test_the_status_says_why_a_supplier_cannot_deliver(given, word, desk):
    make_supplier(**given)
    assert word in cells(desk, SUPPLIERS)[0]["status"]


def test_suppliers_are_found_by_any_word_of_their_name(desk):
    make_supplier("Bramble Farm Produce")
    make_supplier("Northern Dairy")
    assert shown(desk, SUPPLIERS, q="farm bram") == ["Bramble Farm Produce"]
