"""Deliveries, batches and bundles are taken and refused as a real ERPNext did: recordings replayed."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import pytest

from apps.sync.demo.server import DemoServer
from apps.sync.demo.store import Row, Store
from tests.sync.demo.writing import VOLATILE, Replay, chapter
from tests.sync.recorded import Exchange

NIGHT = "2026-11-23 00:15"
ITEMS: dict[str, dict[str, Any]] = {
    "GRO-0003": {
        "item_name": "Medjool Pomegranate",
        "description": "Medjool Pomegranate",
        "brand": "Al Noor",
        "item_group": "Fruit",
        "image": "https://img.example/products/3.jpg",
        "lead_time_days": 3,
    },
    "GRO-0006": {
        "item_name": "Strawberries 400g",
        "description": "Strawberries 400g",
        "item_group": "Fruit",
        "lead_time_days": 2,
    },
    "GRO-0047": {"disabled": 1},
    "LARDER-T1": {"item_name": "Larder Test 1"},
}
# Sent twice, says the number that the next receipt got; the recording holds one answer of two.
UNTOLD = {
    'reference "" twice (2)',
    'free goods: {"is_free_item": 1, "rate": 0, "allow_zero_valuation_rate": 1}',
}
# Deleted at the end of the chapter; and one of forty lines, whose request was not recorded.
ELSEWHERE = {"MAT-PRE-2026-00113", "MAT-PRE-2026-00139"}
PRICES = {"GRO-0003": 3.83, "GRO-0006": 7.43, "GRO-0034": 5.66}


@pytest.fixture
def replay(erp: DemoServer) -> Replay:
    """The recorded site on the night of the recordings, before anything was received that night."""
    store = erp.site.store
    store.now = lambda: datetime(2026, 11, 23, 0, 30)  # noqa: DTZ001 - the site's wall clock
    for doctype in ("Purchase Receipt", "Purchase Receipt Item"):
        rows = store.doctypes[doctype].rows
        for key in [key for key, row in rows.items() if row["creation"] > NIGHT]:
            del rows[key]
    ours = {"fieldname": "custom_larder_ref", "label": "Larder reference", "unique": 1}
    store.put("Custom Field", name="Purchase Receipt-custom_larder_ref", dt="Purchase Receipt", **ours)
    store.put("Custom Field", name="Batch-larder_ref", dt="Batch", fieldname="larder_ref")
    store.doctypes["Batch"].grow(["larder_ref"])
    replay = Replay(erp)
    for unit, is_whole in {"Nos": 1, "Case": 1, "Kg": 0}.items():
        replay.given("UOM", unit, uom_name=unit, must_be_whole_number=is_whole, enabled=1)
    _give_items(replay)
    return replay


def _give_items(replay: Replay) -> None:
    """What the answers show of items that no recording holds."""
    plain: dict[str, Any] = {"is_stock_item": 1, "stock_uom": "Nos", "end_of_life": "2099-12-31"}
    for code, values in ITEMS.items():
        replay.given(
            "Item", code, **plain | {"item_name": code, "description": code, "valuation_method": ""} | values
        )
    for code, rate in PRICES.items():
        price: dict[str, Any] = {
            "item_code": code,
            "price_list": "Standard Buying",
            "uom": "Nos",
            "currency": "GBP",
            "buying": 1,
        }
        replay.given("Item Price", f"price-{code}", **price, price_list_rate=rate, valid_from="2026-01-01")
    medjool: dict[str, Any] = {"parenttype": "Item", "parent": "GRO-0003"}
    replay.given(
        "Item Barcode", "5000000001118", **medjool, parentfield="barcodes", idx=1, barcode="5000000001118"
    )
    supplier: dict[str, Any] = {
        "default_supplier": "Ocean & Sons (Fish) Ltd",
        "default_warehouse": "Stores - CG",
    }
    replay.given("Item Default", "medjool-default", **medjool, parentfield="item_defaults", idx=1, **supplier)


def test_a_night_of_deliveries_is_taken_and_refused_as_recorded(replay: Replay) -> None:
    """And what is stored by then is what the recorded site held, in every column of every receipt."""
    _play(replay)
    theirs, mine = Store.recorded(), replay.erp.site.store
    recorded = [row for row in theirs.doctypes["Purchase Receipt"].rows.values() if row["creation"] > NIGHT]
    assert len(recorded) == 23
    for receipt in recorded:
        if receipt["name"] not in ELSEWHERE:
            stored = mine.document("Purchase Receipt", receipt["name"], nulls=True)
            assert stored is not None, receipt["name"]
            assert _lasting(stored, receipt) == _lasting(receipt, receipt)
            for line in theirs.rows_of("Purchase Receipt", receipt["name"], "Purchase Receipt Item", "items"):
                assert _lasting(stored["items"][line["idx"] - 1], line) == _lasting(line, line)


def _play(replay: Replay) -> None:
    """But for the name of who keeps a batch: of two it is the one that the database happens to find first."""
    for exchange in _story(replay):
        is_kept_by_two = exchange["note"] == "delete batch after its receipt was cancelled"
        replay.play(exchange, but={"message"} if is_kept_by_two else ())


def _lasting(row: Row, columns: Iterable[str]) -> Row:
    """What is the same each time: no moments, and no names that are drawn by lot."""
    return {column: row[column] for column in columns if column not in VOLATILE | {"serial_and_batch_bundle"}}


def _story(replay: Replay) -> Iterator[Exchange]:
    """The chapters as they were tried: batches, receipts, and two bundles in the midst of them."""
    batches, bundles, receipts = (
        chapter(f"write_{one}") for one in ("batch", "serial_and_batch_bundle", "purchase_receipt")
    )
    yield from batches[:23]
    for exchange in receipts:
        note = exchange["note"]
        _prepare(replay, note)
        if note in UNTOLD:
            yield exchange
        if note == "line pointing at that bundle, submitted in the POST":
            yield bundles[0]
        if note == "bundle quantity differs from the line":
            yield from bundles[1:]
        yield exchange
    yield from batches[23:]


def _prepare(replay: Replay, note: str) -> None:
    """What was done on the recorded site between two receipts, and is in no recording."""
    changed = replay.erp.site.store.settings.setdefault("Stock Settings", {})
    if "automatic price insertion is on" in note:
        changed["auto_insert_price_list_rate_if_missing"] = 1
    elif "updating of existing prices on" in note:
        changed["update_existing_price_list_rate"] = 1
    elif note == "received and rejected quantities":
        changed.clear()
    elif note == "line pointing at that bundle, submitted in the POST":
        for batch in ("Acme-010-L0-a", "Acme-010-L0-b"):
            replay.given("Batch", batch, batch_id=batch, item="FETA+PDO")
    elif note == "cancel a receipt whose batch was sold meanwhile":
        sold: dict[str, Any] = {
            "batch_no": "Acme-009-L0",
            "warehouse": "Cold Store - CG",
            "qty": -20.0,
            "docstatus": 1,
        }
        replay.given("Serial and Batch Entry", "sold", **sold)
