"""Prices and price lists as they are written: the recorded writes replayed, and what else follows."""

from datetime import datetime, timedelta

import pytest

from apps.sync.demo.server import DemoServer
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
