"""Sales invoices as they are written: the recorded chapter replayed, whole and in its order."""

import json
import re
from datetime import datetime
from typing import Final

import pytest

from apps.sync.demo.server import DemoServer
from apps.sync.demo.store import Store
from tests.sync.demo.writing import Replay, chapter
from tests.sync.recorded import Exchange

NUMBER: Final = re.compile(r"ACC-SINV-2026-(\d{5})(?!-)")
RULES: Final = chapter("write_pricing_rule")  # made and changed between the sales, replayed on their own too
LAST: Final = 400  # the recorded site went on to sell
LISTED: Final = {"GRO-0003": 4.75, "GRO-0006": 12.15, "GRO-0007": 4.15, "GRO-0009": 0.93}
POMEGRANATE: Final = {
    "item_name": "Medjool Pomegranate",
    "description": "Medjool Pomegranate",
    "item_group": "Fruit",
    "brand": "Al Noor",
    "image": "https://img.example/products/3.jpg",
}
STRAWBERRIES: Final = {
    "item_name": "Strawberries 400g",
    "description": "Strawberries 400g",
    "item_group": "Fruit",
    "brand": None,
}


@pytest.fixture
def replay(erp: DemoServer) -> Replay:
    """The recorded site on the night of the recordings, with what its sales name."""
    store = erp.site.store
    store.now = lambda: datetime(2026, 11, 23, 0, 22, 39, 886990)  # noqa: DTZ001 - the site's wall clock
    store.series["PRLE-"] = 29
    replay = Replay(erp)
    for unit in ("Nos", "Case"):
        replay.given("UOM", unit, uom_name=unit, must_be_whole_number=1, enabled=1)
    for name in [row["name"] for row in store.doctypes["Address"].rows.values() if _is_later(row)]:
        store.remove("Address", name)
    _give_reference(replay)
    _give_goods(replay)
    _give_batches(replay)
    return replay


def _is_later(row: dict[str, str]) -> bool:
    """Made in the same night after the sales: there was no shipping address yet."""
    return row["creation"] > "2026-11-23"


def _give_reference(replay: Replay) -> None:
    field = {"fieldname": "custom_larder_ref", "label": "Larder reference", "unique": 1, "no_copy": 1}
    for doctype in ("Sales Invoice", "Pricing Rule"):
        replay.given("Custom Field", f"{doctype}-custom_larder_ref", dt=doctype, **field)
        replay.erp.site.store.doctypes[doctype].grow(["custom_larder_ref"])


def _give_goods(replay: Replay) -> None:
    """Goods of which the recordings hold no record, as the answers show them."""
    told = {"GRO-0003": POMEGRANATE, "GRO-0006": STRAWBERRIES}
    for code, rate in LISTED.items():
        replay.given("Item", code, like="GRO-0012", **told.get(code, {}))
        price = {"item_code": code, "price_list": "Standard Selling", "price_list_rate": rate, "uom": "Nos"}
        replay.given("Item Price", f"{code} listed", **price, valid_from="2026-01-01")
        there = {"item_code": code, "warehouse": "Stores - CG", "stock_uom": "Nos", "actual_qty": 272.0}
        replay.given("Bin", f"{code} there", **there, valuation_rate=7.43, stock_value=272 * 7.43)
    replay.given("Bin", "GRO-0003 there", actual_qty=90.0, valuation_rate=3.83, stock_value=90 * 3.83)
    inside = {"parent": "GRO-0003", "parenttype": "Item", "parentfield": "barcodes", "idx": 1}
    replay.given("Item Barcode", "pomegranate", barcode="5000000001118", **inside)
    replay.given("Item", "GRO-0047", like="GRO-0046", disabled=1)
    replay.given("Item", "LARDER-T1", like="GRO-0012", item_name="LARDER-T1")


def _give_batches(replay: Replay) -> None:
    """24 of our batch in the cold store, a price for it alone, one of another item, an expired one."""
    replay.given("Batch", "Acme-009-L0", like="B030-00017", batch_id="Acme-009-L0", expiry_date="2027-01-15")
    replay.given("Batch", "Acme-009-L1", like="B030-00017", item="GRO-0032", batch_id="Acme-009-L1")
    replay.given("Batch", "B030-00001", like="B030-00012", batch_id="B030-00001", expiry_date="2026-02-01")
    inside = {"parent": "received", "parenttype": "Serial and Batch Bundle", "parentfield": "entries"}
    entry = {"batch_no": "Acme-009-L0", "qty": 24.0, "warehouse": "Cold Store - CG", "docstatus": 1}
    replay.given("Serial and Batch Entry", "received", **entry, **inside, stock_value_difference=61.0)
    there = {"item_code": "FETA+PDO", "warehouse": "Cold Store - CG", "actual_qty": 24.0, "stock_uom": "Nos"}
    replay.given("Bin", "cold feta", **there, valuation_rate=2.541666667, stock_value=61.0)
    price = {
        "item_code": "FETA+PDO",
        "price_list": "Standard Selling",
        "uom": "Nos",
        "valid_from": "2026-11-23",
    }
    replay.given("Item Price", "feta of a batch", **price, price_list_rate=1.0, batch_no="Acme-009-L0")


def test_sales_are_made_changed_and_refused_as_recorded(replay: Replay) -> None:
    for exchange in chapter("write_sales_invoice"):
        _prepare(replay, exchange)
        replay.play(exchange)


def _prepare(replay: Replay, exchange: Exchange) -> None:
    """What else was done between two of the recorded sales."""
    store, note = replay.erp.site.store, exchange["note"]
    _line_up(store, exchange)
    if "automatic price insertion" in note:
        store.settings["Stock Settings"] = {"auto_insert_price_list_rate_if_missing": 1}
    if "of distinct priority" in note:
        for rule in RULES[:19]:
            replay.send(rule)
    if "of equal priority" in note:
        for rule in RULES[22:24]:
            replay.send(rule)
    if "allow_on_submit" in note:
        store.doctypes["Custom Field"].rows["sales invoice-custom_larder_ref"]["allow_on_submit"] = 1


def _line_up(store: Store, exchange: Exchange) -> None:
    """The number that the series had come to: some of the sales were left out of the recording."""
    if exchange["request"]["method"] == "POST":
        body = exchange["response"]["body"]
        named = NUMBER.search(json.dumps(body.get("data", {}).get("name") or body.get("exception", "")))
        before = int(named[1]) - 1 if named else LAST
        store.series["ACC-SINV-2026-"] = before
