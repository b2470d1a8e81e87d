"""Prices and price lists as they are written: the recorded writes replayed, and what else follows."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from apps.sync.demo import DEMO_SECRET
from apps.sync.demo.grocer import stocked
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import Site
from apps.sync.demo.users import User
from tests.sync.demo.writing import Desk, Replay, chapter, with_units


@pytest.fixture
def replay(erp: DemoServer) -> Replay:
    """The recorded site on the night of the recordings, with what its prices name."""
    erp.site.store.now = lambda: datetime(2026, 11, 23, 0, 30)  # noqa: DTZ001 - the site's wall clock
    replay = Replay(with_units(erp))
    replay.given("Item", "GRO-0047", like="GRO-0046", item_name="Sourdough 800g", disabled=1, brand="Al Noor")
    replay.given("Batch", "Acme-009-L0", item="FETA+PDO")
    return replay


def test_prices_are_made_changed_and_refused_as_recorded(replay: Replay) -> None:
    replay.given("Item", "GRO-0047", item_description="Sourdough 800g", description="Sourdough 800g")
    for exchange in chapter("write_item_price"):
        replay.play(exchange)


@pytest.fixture
def desk(erp: DemoServer) -> Desk:
    desk = Desk(with_units(erp))
    desk.clock(datetime(2026, 11, 23, 9, 30, 15, 250000))  # noqa: DTZ001 - the site's wall clock
    return desk


def stamps(desk: Desk, price_list: str) -> set[str]:
    return {one["modified"] for one in desk.list("Item Price", "name", "modified", price_list=price_list)}


def test_saving_a_list_stamps_all_its_prices_alike_by_the_databases_clock(desk: Desk) -> None:
    desk.erp.site.store.database_ahead = timedelta(hours=-1)
    others = stamps(desk, "Standard Buying")
    desk.put("Price List", "Standard Selling", enabled=1)
    assert stamps(desk, "Standard Selling") == {"2026-11-23 08:30:15"}
    assert stamps(desk, "Standard Buying") == others
    assert desk.get("Price List", "Standard Selling")["modified"] == "2026-11-23 09:30:15.250000"


def test_prices_follow_their_list_in_direction_and_currency(desk: Desk) -> None:
    desk.put("Price List", "Wholesale", currency="EUR", buying=1, selling=1)
    prices = desk.list("Item Price", "currency", "buying", "selling", price_list="Wholesale")
    assert len(prices) == 7
    assert {tuple(one.values()) for one in prices} == {("EUR", 1, 1)}


def test_a_list_is_for_buying_or_selling_and_in_the_shops_currency(desk: Desk) -> None:
    refused = desk.post("Price List", price_list_name="Trade", status=417)
    assert "Price List must be applicable for Buying or Selling" in refused["exception"]
    made = desk.post("Price List", price_list_name="Trade", selling=1)
    assert (made["name"], made["currency"], made["enabled"]) == ("Trade", "GBP", 1)


def test_a_disabled_list_takes_no_prices(desk: Desk) -> None:
    desk.put("Price List", "Wholesale", enabled=0)
    given = {"item_code": "GRO-0032", "price_list_rate": 1}
    refused = desk.post("Item Price", price_list="Wholesale", status=417, **given)
    assert "does not exist or is disabled" in refused["exception"]


def test_a_renamed_list_keeps_its_prices_without_a_new_stamp(desk: Desk) -> None:
    before = desk.list("Item Price", "name", "modified", price_list="Wholesale")
    desk.rename("Price List", "Wholesale", "Trade")
    assert desk.list("Item Price", "name", "modified", price_list="Trade") == before
    assert desk.list("Item Price", "name", price_list="Wholesale") == []


def test_a_list_with_prices_is_kept(desk: Desk) -> None:
    refused = desk.delete("Price List", "Wholesale", status=417)
    assert refused["exc_type"] == "LinkExistsError"
    assert len(desk.list("Item Price", "name", price_list="Wholesale")) == 7


def test_a_price_leaves_its_item_alone_and_an_edited_item_the_stamps_of_its_prices(desk: Desk) -> None:
    item = desk.get("Item", "GRO-0032")
    name = desk.post("Item Price", item_code="GRO-0032", price_list="Wholesale", price_list_rate=9)["name"]
    assert desk.get("Item", "GRO-0032") == item
    price = desk.get("Item Price", name)
    desk.put("Item", "GRO-0032", item_name="Labneh", brand="Al Noor")
    copied = {"item_name": "Labneh", "brand": "Al Noor"}
    assert desk.get("Item Price", name) == price | copied


def test_a_price_in_another_spelling_is_the_same_price(desk: Desk) -> None:
    given = {"item_code": "GRO-0032", "price_list": "standard selling", "price_list_rate": 9, "uom": "nos"}
    made = desk.post("Item Price", **given)
    assert (made["price_list"], made["uom"]) == ("Standard Selling", "Nos")
    assert desk.post("Item Price", status=417, **given)["exc_type"] == "ItemPriceDuplicateItem"


def test_a_standard_rate_becomes_the_first_price_of_a_new_item(desk: Desk) -> None:
    code = desk.post("Item", item_code="PLUM", item_group="Fruit", stock_uom="Nos", standard_rate=1.2)["name"]
    desk.put("Item", code, standard_rate=1.5)
    assert desk.list("Item Price", "price_list", "price_list_rate", item_code="PLUM") == [
        {"price_list": "Standard Selling", "price_list_rate": 1.2}
    ]


# --- prices that trade makes, at the made-up grocer --------------------------------------------------------
SUPPLIER = "Bramble Farm Produce"
KIWI = "GRO-0001"  # bought at 0.96, sold at 1.50, in boxes of 8
BOUGHT, SOLD = "Standard Buying", "Standard Selling"
INSERTS: dict[str, Any] = {"auto_insert_price_list_rate_if_missing": 1}
UPDATES = INSERTS | {"update_existing_price_list_rate": 1}


@pytest.fixture
def grocer() -> Iterator[Desk]:
    with DemoServer(Site(stocked(scale=0, today=date(2026, 11, 23)))) as erp:
        desk = Desk(erp)
        desk.clock(datetime(2026, 11, 23, 9, 30, 15))  # noqa: DTZ001 - the site's wall clock
        desk.post("Item", item_code="PLUM", item_group="Fruit", stock_uom="Nos")
        yield desk


def switch(desk: Desk, **values: Any) -> None:
    desk.put("Stock Settings", "Stock Settings", **values)


def bought(desk: Desk, *, item: str = "PLUM", **line: Any) -> list[str]:
    """Draft a receipt of one line; what people are told."""
    given = {"supplier": SUPPLIER, "items": [{"item_code": item, "qty": 8, **line}]}
    answer = desk.call("POST", "resource/Purchase Receipt", given)
    return [json.loads(one)["message"] for one in json.loads(answer.get("_server_messages", "[]"))]


def prices(desk: Desk, item: str, price_list: str) -> list[dict[str, Any]]:
    fields = ("uom", "price_list_rate", "valid_from", "supplier")
    return desk.list("Item Price", *fields, item_code=item, price_list=price_list)


def test_trade_makes_no_prices_unless_the_settings_say_so(grocer: Desk) -> None:
    assert bought(grocer, rate=1.5) == []
    assert prices(grocer, "PLUM", BOUGHT) == []


def test_a_draft_makes_the_price_that_lacks_per_stock_unit_and_once(grocer: Desk) -> None:
    switch(grocer, **INSERTS)
    assert bought(grocer, rate=10, uom="Case", conversion_factor=6) == [
        "Item Price added for PLUM in Price List Standard Buying"
    ]
    made = {"uom": "Nos", "price_list_rate": 1.666666667, "valid_from": "2026-11-23", "supplier": None}
    assert prices(grocer, "PLUM", BOUGHT) == [made]
    assert bought(grocer, rate=2) == []
    assert prices(grocer, "PLUM", BOUGHT) == [made]


def test_a_sale_makes_a_selling_price(grocer: Desk) -> None:
    switch(grocer, **INSERTS)
    line = {"item_code": "PLUM", "qty": 1, "rate": 2.34}
    made = grocer.post("Sales Invoice", customer="Walk-in Customer", items=[line])
    assert made["items"][0]["price_list_rate"] == 0.0  # it is there for the next one
    assert [one["price_list_rate"] for one in prices(grocer, "PLUM", SOLD)] == [2.34]


def test_an_item_that_is_priced_gets_no_price_by_the_case(grocer: Desk) -> None:
    before = prices(grocer, KIWI, BOUGHT)
    switch(grocer, **INSERTS)
    assert bought(grocer, item=KIWI, rate=9, uom="Box", conversion_factor=8) == []
    assert prices(grocer, KIWI, BOUGHT) == before


def test_a_price_that_is_there_is_overwritten_by_another_setting_and_keeps_its_day(grocer: Desk) -> None:
    (before,) = grocer.list("Item Price", "*", item_code=KIWI, price_list=BOUGHT)
    switch(grocer, **UPDATES)
    told = f"Item Price updated for {KIWI} in Price List Standard Buying"
    assert bought(grocer, item=KIWI, rate=9, uom="Box", conversion_factor=8) == [told]
    (after,) = grocer.list("Item Price", "*", item_code=KIWI, price_list=BOUGHT)
    moved = {"modified": after["modified"], "modified_by": "sync.admin@grocer.example"}
    assert after == before | moved | {"price_list_rate": 1.125}
    assert after["modified"] > before["modified"]
    assert bought(grocer, item=KIWI, rate=9, uom="Box", conversion_factor=8) == []


def test_a_line_without_a_rate_makes_and_changes_no_price(grocer: Desk) -> None:
    before = prices(grocer, KIWI, BOUGHT)
    switch(grocer, **UPDATES)
    assert bought(grocer) == []
    assert bought(grocer, item=KIWI) == []
    assert (prices(grocer, "PLUM", BOUGHT), prices(grocer, KIWI, BOUGHT)) == ([], before)


def test_prices_may_follow_the_list_rate_of_a_line_instead_of_its_rate(grocer: Desk) -> None:
    switch(grocer, update_price_list_based_on="Price List Rate", **INSERTS)
    bought(grocer, rate=1.5, price_list_rate=2)
    assert [one["price_list_rate"] for one in prices(grocer, "PLUM", BOUGHT)] == [2]


def test_who_may_not_write_prices_makes_none(grocer: Desk) -> None:
    switch(grocer, **INSERTS)
    user = User("buyer@grocer.example", DEMO_SECRET, roles=frozenset({"Purchase User"}))
    grocer.erp.site.users["buyer"] = user
    assert bought(Desk(grocer.erp, key="buyer"), rate=1.5) == []
    assert prices(grocer, "PLUM", BOUGHT) == []


def test_a_refused_document_leaves_no_price_behind(grocer: Desk) -> None:
    switch(grocer, **INSERTS)
    lines = [{"item_code": "PLUM", "qty": 1, "rate": 1.5}, {"item_code": "PLUM", "qty": 0.5, "rate": 1.5}]
    grocer.post("Purchase Receipt", supplier=SUPPLIER, items=lines, status=417)
    assert prices(grocer, "PLUM", BOUGHT) == []
