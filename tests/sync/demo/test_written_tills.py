"""The till screen takes, refuses and merges what a real one did: the recorded writes replayed."""

from datetime import datetime
from typing import Any, Final

import pytest

from apps.sync.demo.server import DemoServer
from apps.sync.demo.store import Store
from tests.sync.demo.writing import Replay, chapter
from tests.sync.recorded import Exchange

TILL: Final = (
    "POS Profile",
    "POS Payment Method",
    "POS Invoice",
    "POS Invoice Item",
    "POS Closing Entry",
    "POS Closing Entry Detail",
    "POS Invoice Reference",
)
POMEGRANATE: Final = {"item_name": "Medjool Pomegranate", "image": "https://img.example/products/3.jpg"}
GOODS: Final[dict[str, tuple[float, float, dict[str, Any]]]] = {
    "GRO-0003": (4.75, 84.0, POMEGRANATE | {"description": "Medjool Pomegranate"}),
    "GRO-0006": (12.15, 269.0, {"brand": None}),
    "GRO-0007": (4.15, 149.0, {"item_name": "Avocado Ripe & Ready"}),
    "GRO-0009": (0.93, 50.0, {}),
    "GRO-0061": (2.8, 50.0, {}),
}  # what each costs, how much there is, and what else the answers tell of it
BARCODES: Final = {"GRO-0003": "5000000001118", "GRO-0007": "5000000002597", "FETA+PDO": "INT00030"}

NEVER_THE_SAME: Final = frozenset(
    {"name", "creation", "modified", "parent", "posting_time", "serial_and_batch_bundle", "pos_invoice_item"}
)


@pytest.fixture
def replay(erp: DemoServer) -> Replay:
    """The recorded site on the night of the recordings, before it had a till, with what was sold at it."""
    store = erp.site.store
    store.now = lambda: datetime(2026, 11, 23, 0, 25)  # noqa: DTZ001 - the site's wall clock
    for doctype in TILL:
        store.doctypes[doctype].rows.clear()
    for name in ("Emily Smith-Shipping", "Emily Smith-Shipping-1"):  # made later in that night
        store.remove("Address", name)
    replay = Replay(erp)
    replay.given("UOM", "Nos", uom_name="Nos", must_be_whole_number=1, enabled=1)
    for code, (rate, there, told) in GOODS.items():
        _give(replay, code, rate, there, told)
    _give_feta(replay)
    return replay


def _give(replay: Replay, code: str, rate: float, there: float, told: dict[str, Any]) -> None:
    replay.given("Item", code, like="GRO-0012", **told)
    price = {"item_code": code, "price_list": "Standard Selling", "price_list_rate": rate, "uom": "Nos"}
    replay.given("Item Price", f"{code} listed", **price, valid_from="2026-01-01")
    worth = {"valuation_rate": 3.83, "stock_value": there * 3.83}
    replay.given("Bin", f"{code} there", item_code=code, warehouse="Stores - CG", actual_qty=there, **worth)
    _give_barcode(replay, code)


def _give_feta(replay: Replay) -> None:
    """A batch of twelve that came in at 2.54 each."""
    replay.given("Batch", "B030-00018", like="B030-00017", batch_id="B030-00018", expiry_date="2027-01-15")
    inside = {"parent": "received", "parenttype": "Serial and Batch Bundle", "parentfield": "entries"}
    entry = {"batch_no": "B030-00018", "qty": 12.0, "warehouse": "Stores - CG", "docstatus": 1}
    replay.given("Serial and Batch Entry", "received", **entry, **inside, stock_value_difference=30.5)
    replay.given("Bin", "c7e0gv7lqh", actual_qty=306.0)
    _give_barcode(replay, "FETA+PDO")


def _give_barcode(replay: Replay, code: str) -> None:
    if code in BARCODES:
        inside = {"parent": code, "parenttype": "Item", "parentfield": "barcodes", "idx": 1}
        replay.given("Item Barcode", BARCODES[code], barcode=BARCODES[code], **inside)


def test_a_shift_opens_sells_and_closes_as_recorded(replay: Replay) -> None:
    _play(replay)


def test_the_merged_invoice_is_stored_as_recorded(replay: Replay) -> None:
    """But for times and for names that are drawn by lot."""
    recorded = Store.recorded()
    _play(replay)
    store = replay.erp.site.store
    merged = store.doctypes["POS Invoice"].rows["acc-psinv-2026-00001"]["consolidated_invoice"]
    assert _plain(store, merged) == _plain(recorded, "ACC-SINV-2026-00307")


def _plain(store: Store, name: str) -> dict[str, Any]:
    """An invoice without what is never the same twice."""
    document = store.document("Sales Invoice", name) or {}
    for line in document["items"]:
        line["has_bundle"] = bool(line.get("serial_and_batch_bundle"))
    return _without(document)


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without(each) for key, each in value.items() if key not in NEVER_THE_SAME}
    return [_without(each) for each in value] if isinstance(value, list) else value


def _play(replay: Replay) -> None:
    """The chapter, but for the name of a bundle, which is drawn by lot; whether it is there is seen later."""
    for exchange in chapter("write_pos"):
        _prepare(replay, exchange)
        replay.play(exchange, but={"serial_and_batch_bundle"} if exchange["note"] == "submit (2)" else ())


def _prepare(replay: Replay, exchange: Exchange) -> None:
    """What was sold and submitted between two of the recorded writes."""
    if exchange["note"] == "POS Invoice draft (1)":
        _sell(replay, 2, "Emily Smith", "GRO-0003", 1, paid=5, submits=False)
    if exchange["note"] == "submit (2)":
        _submit(replay, "ACC-PSINV-2026-00003")
    if "Closing" in exchange["note"]:
        _sell(replay, 5, "Anjali Shah", "GRO-0009", 3, paid=60)
        _sell(replay, 6, "Olivia Begum", "GRO-0061", 2, paid=60)


def _sell(
    replay: Replay, number: int, customer: str, item: str, quantity: int, *, paid: int, submits: bool = True
) -> None:
    body = {
        "customer": customer,
        "pos_profile": "Front till",
        "items": [{"item_code": item, "qty": quantity}],
        "payments": [{"mode_of_payment": "Cash", "amount": paid}],
    }
    answer = _send(replay, "POST", "", body)
    assert answer["name"] == f"ACC-PSINV-2026-{number:05d}"
    if submits:
        _submit(replay, answer["name"])


def _submit(replay: Replay, name: str) -> None:
    _send(replay, "PUT", f"/{name}", {"docstatus": 1})


def _send(replay: Replay, method: str, name: str, body: dict[str, Any]) -> dict[str, Any]:
    request = {"method": method, "path": f"/api/resource/POS%20Invoice{name}", "body": body}
    answer = replay.send({"request": request})
    assert answer.status_code == 200, answer.text[:600]
    data: dict[str, Any] = answer.json()["data"]
    return data
