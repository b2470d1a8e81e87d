"""Stock in the made-up shop: what comes in and goes out is in bins, batches, bundles and ledger alike."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import requests

from apps.sync.demo import DEMO_KEY, DEMO_SECRET
from apps.sync.demo.desk import ledger
from apps.sync.demo.desk.doctypes import CONTROLLERS
from apps.sync.demo.desk.work import Work
from apps.sync.demo.grocer import stocked
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import Site
from apps.sync.demo.store import Row

TODAY = date(2026, 11, 25)
NOON = datetime(2026, 11, 25, 12)  # noqa: DTZ001 - the site's wall clock
STORES = "Stores - CG"
BATCH_QTY = "method/erpnext.stock.doctype.batch.batch.get_batch_qty"
BALANCE = "method/erpnext.stock.utils.get_stock_balance"


class Shop:
    """The shop over its API, and what its database then holds."""

    def __init__(self, erp: DemoServer) -> None:
        self.erp, self.store = erp, erp.site.store
        self.store.now = lambda: NOON

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None, **params: Any) -> Any:
        return requests.request(
            method,
            f"{self.erp.url}/api/{path}",
            params=params,
            data=json.dumps(body) if body else None,
            headers={"Authorization": f"token {DEMO_KEY}:{DEMO_SECRET}"},
            timeout=10,
        )

    def make(self, doctype: str, **values: Any) -> Row:
        made = self.call("POST", f"resource/{doctype}", values)
        assert made.status_code == 200, made.text
        return self.stored(doctype, made.json()["data"]["name"])

    def refused(self, doctype: str, **values: Any) -> str:
        """The reason why a document is not taken; that nothing of it stays is checked each time."""
        before = self.everything()
        answer = self.call("POST", f"resource/{doctype}", values)
        assert answer.status_code == 417, answer.text
        assert self.everything() == before
        return str(json.loads(json.loads(answer.json()["_server_messages"])[-1])["message"])

    def receive(self, *lines: Mapping[str, Any], **values: Any) -> Row:
        given: dict[str, Any] = {"supplier": self.supplier, "docstatus": 1, "items": lines}
        return self.make("Purchase Receipt", **given | values)

    def cancel(self, doctype: str, name: str) -> Any:
        return self.call("PUT", f"resource/{doctype}/{name}", {"docstatus": 2})

    def stored(self, doctype: str, name: str) -> Row:
        found = self.store.document(doctype, name, nulls=True)
        assert found is not None, (doctype, name)
        return found

    def rows(self, doctype: str, **wanted: Any) -> list[Row]:
        found = self.store.table(doctype).rows.values()
        return [row for row in found if all(row[field] == value for field, value in wanted.items())]

    def everything(self) -> Any:
        """Every row that says anything of stock."""
        kept = ("Bin", "Batch", "Item", "Purchase Receipt", "Purchase Receipt Item")
        moved = (ledger.LEDGER, "Serial and Batch Bundle", "Serial and Batch Entry")
        return {
            one: {key: dict(row) for key, row in self.store.table(one).rows.items()} for one in kept + moved
        }

    def item(self, *, in_batches: bool) -> Row:
        """A good of which there is enough to send some back."""
        return next(
            item
            for item in self.rows(
                "Item", has_batch_no=int(in_batches), disabled=0, is_stock_item=1, stock_uom="Nos"
            )
            if any(
                row["actual_qty"] >= 5 for row in self.rows("Bin", item_code=item["name"], warehouse=STORES)
            )
        )

    def bin(self, item: str, warehouse: str = STORES) -> Row:
        (found,) = self.rows("Bin", item_code=item, warehouse=warehouse)
        return dict(found)

    def held(self, item: str) -> dict[tuple[str, str], float]:
        """By the grouped call of WRITING.md 9: every batch of an item and where it is."""
        names = [row["name"] for row in self.rows("Batch", item=item)]
        answer = self.call(
            "GET",
            "resource/Serial and Batch Entry",
            parent="Serial and Batch Bundle",
            fields='["batch_no","warehouse","sum(qty) as qty"]',
            filters=json.dumps([["docstatus", "=", 1], ["batch_no", "in", names]]),
            group_by="batch_no, warehouse",
            limit_page_length=0,
        )
        found = {(row["batch_no"], row["warehouse"]): row["qty"] for row in answer.json()["data"]}
        return {where: quantity for where, quantity in found.items() if quantity}

    @property
    def supplier(self) -> str:
        return str(self.rows("Supplier", disabled=0)[0]["name"])


@pytest.fixture
def shop() -> Iterator[Shop]:
    with DemoServer(Site(stocked(scale=0, today=TODAY))) as erp:
        yield Shop(erp)


# --- in ----------------------------------------------------------------------------------------------------
def test_a_delivery_is_in_bin_batch_bundle_and_ledger_alike(shop: Shop) -> None:
    item = shop.item(in_batches=True)["name"]
    before, held = shop.bin(item), shop.held(item)
    receipt = shop.receive(
        {
            "item_code": item,
            "qty": 2,
            "uom": "Case",
            "conversion_factor": 12,
            "rate": 30.5,
            "warehouse": STORES,
        }
    )
    (line,), after = receipt["items"], shop.bin(item)
    assert after["actual_qty"] == before["actual_qty"] + 24
    assert after["projected_qty"] == before["projected_qty"] + 24
    assert Decimal(str(after["stock_value"])) == Decimal(str(before["stock_value"])) + 61
    (batch,) = shop.rows("Batch", reference_name=receipt["name"])
    assert (batch["item"], batch["batch_qty"], batch["manufacturing_date"]) == (item, 24.0, "2026-11-25")
    assert shop.held(item) == held | {(batch["name"], STORES): 24.0}
    bundle = shop.stored("Serial and Batch Bundle", line["serial_and_batch_bundle"])
    assert (bundle["voucher_no"], bundle["voucher_detail_no"]) == (receipt["name"], line["name"])
    assert (bundle["total_qty"], bundle["avg_rate"], bundle["docstatus"]) == (24.0, 2.541666667, 1)
    (entry,) = shop.rows(ledger.LEDGER, voucher_no=receipt["name"])
    assert (entry["actual_qty"], entry["qty_after_transaction"]) == (24.0, after["actual_qty"])
    assert (entry["stock_value"], entry["stock_value_difference"]) == (after["stock_value"], 61.0)


def test_what_erpnext_says_of_its_stock_is_what_was_received(shop: Shop) -> None:
    item = shop.item(in_batches=True)["name"]
    said = shop.call("GET", BALANCE, item_code=item, warehouse=STORES).json()["message"]
    shop.make("Batch", item=item, batch_id="OURS-1", expiry_date="2027-01-31")
    shop.receive({"item_code": item, "qty": 7, "rate": 1, "warehouse": STORES, "batch_no": "ours-1"})
    assert shop.call("GET", BALANCE, item_code=item, warehouse=STORES).json()["message"] == said + 7
    told = shop.call("GET", BATCH_QTY, batch_no="OURS-1").json()["message"]
    assert told == [{"batch_no": "OURS-1", "warehouse": STORES, "qty": 7.0, "expiry_date": "2027-01-31"}]


def test_an_item_remembers_what_was_paid_last_and_is_stamped(shop: Shop) -> None:
    item = shop.item(in_batches=False)
    was = dict(item)
    line = {"item_code": item["name"], "qty": 1, "uom": "Case", "conversion_factor": 4, "rate": 9}
    receipt = shop.receive(line)
    now = shop.stored("Item", item["name"])
    assert (now["last_purchase_rate"], now["modified"] > was["modified"]) == (2.25, True)
    shop.cancel("Purchase Receipt", receipt["name"])
    paid = shop.rows("Purchase Receipt Item", item_code=item["name"], docstatus=1)
    last = max(paid, key=lambda row: shop.stored("Purchase Receipt", row["parent"])["posting_date"])
    before = last["base_net_rate"] / last["conversion_factor"]
    assert shop.stored("Item", item["name"])["last_purchase_rate"] == before


def test_rejected_goods_lie_in_a_warehouse_of_their_own(shop: Shop) -> None:
    item = shop.item(in_batches=True)["name"]
    before = shop.bin(item)["actual_qty"]
    line = {
        "item_code": item,
        "received_qty": 10,
        "qty": 8,
        "rejected_qty": 2,
        "rate": 1,
        "warehouse": STORES,
    }
    receipt = shop.receive(line | {"rejected_warehouse": "Goods In Transit - CG"})
    assert shop.bin(item)["actual_qty"] == before + 8
    away = shop.bin(item, "Goods In Transit - CG")
    assert (away["actual_qty"], away["stock_value"]) == (2.0, 0.0)
    shop.cancel("Purchase Receipt", receipt["name"])
    assert (shop.bin(item)["actual_qty"], shop.bin(item, "Goods In Transit - CG")["actual_qty"]) == (
        before,
        0.0,
    )


def test_a_delivery_booked_for_an_earlier_day_stands_before_what_came_since(shop: Shop) -> None:
    item = shop.item(in_batches=False)["name"]
    there = shop.bin(item)["actual_qty"]
    line = {"item_code": item, "rate": 1, "warehouse": STORES}
    shop.receive(line | {"qty": 5})
    shop.receive(line | {"qty": 3}, set_posting_time=1, posting_date="2026-11-20", posting_time="09:00:00")
    entries = sorted(shop.rows(ledger.LEDGER, item_code=item), key=lambda row: row["posting_datetime"])
    assert [(row["actual_qty"], row["qty_after_transaction"]) for row in entries] == [
        (3, there + 3),
        (5, there + 8),
    ]
    assert shop.bin(item)["actual_qty"] == there + 8


# --- back --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("in_batches", [True, False])
def test_cancelling_a_delivery_takes_everything_back(shop: Shop, in_batches: bool) -> None:
    item = shop.item(in_batches=in_batches)["name"]
    before, held = shop.bin(item), shop.held(item)
    receipt = shop.receive({"item_code": item, "qty": 6, "rate": 0.7, "warehouse": STORES})
    assert shop.cancel("Purchase Receipt", receipt["name"]).json()["data"]["status"] == "Cancelled"
    after = shop.bin(item)
    assert {field: after[field] for field in ("actual_qty", "projected_qty", "stock_value")} == {
        field: before[field] for field in ("actual_qty", "projected_qty", "stock_value")
    }
    assert shop.held(item) == held
    (line,) = shop.stored("Purchase Receipt", receipt["name"])["items"]
    assert (line["serial_and_batch_bundle"], line["batch_no"]) == (None, None)
    entries = shop.rows(ledger.LEDGER, voucher_no=receipt["name"])
    assert [(row["actual_qty"], row["is_cancelled"]) for row in entries] == [(6.0, 1), (-6.0, 1)]
    for bundle in shop.rows("Serial and Batch Bundle", voucher_no=receipt["name"]):
        assert (bundle["docstatus"], bundle["is_cancelled"]) == (2, 1)
        assert {row["docstatus"] for row in shop.rows("Serial and Batch Entry", parent=bundle["name"])} == {2}


def test_deliveries_from_before_there_was_a_ledger_can_be_cancelled_too(shop: Shop) -> None:
    newest = max(shop.rows("Purchase Receipt", docstatus=1), key=lambda row: row["creation"])
    lines = shop.stored("Purchase Receipt", newest["name"])["items"]
    before = {line["item_code"]: shop.bin(line["item_code"], line["warehouse"]) for line in lines}
    assert shop.cancel("Purchase Receipt", newest["name"]).status_code == 200
    for line in lines:
        was, now = before[line["item_code"]], shop.bin(line["item_code"], line["warehouse"])
        assert now["actual_qty"] == was["actual_qty"] - line["stock_qty"]


def test_what_is_sent_back_leaves_from_the_batch_that_had_come(shop: Shop) -> None:
    item = shop.item(in_batches=True)["name"]
    receipt = shop.receive({"item_code": item, "qty": 6, "rate": 2, "warehouse": STORES})
    (line,), (batch,) = receipt["items"], shop.rows("Batch", reference_name=receipt["name"])
    back = {
        "item_code": item,
        "qty": -2,
        "rate": 2,
        "warehouse": STORES,
        "purchase_receipt_item": line["name"],
    }
    shop.receive(back, is_return=1, return_against=receipt["name"])
    assert shop.held(item)[batch["name"], STORES] == 4.0
    stored = shop.stored("Purchase Receipt", receipt["name"])
    assert (stored["items"][0]["returned_qty"], stored["per_returned"], stored["status"]) == (
        2.0,
        33.333333333,
        "To Bill",
    )
    why = shop.refused(
        "Purchase Receipt",
        supplier=shop.supplier,
        is_return=1,
        return_against=receipt["name"],
        items=[back | {"qty": -5}],
    )
    assert why == f"Row # 1: Cannot return more than 4.0 for Item {item}"
    shop.receive(back | {"qty": -4}, is_return=1, return_against=receipt["name"])
    assert shop.stored("Purchase Receipt", receipt["name"])["status"] == "Return Issued"


# --- out ---------------------------------------------------------------------------------------------------
def test_the_oldest_batch_goes_first_and_none_that_has_expired(shop: Shop) -> None:
    item = shop.item(in_batches=True)["name"]
    line = {"item_code": item, "qty": 3, "rate": 1, "warehouse": "Shop Floor - CG"}
    for batch, expiry in {"OLD": "2026-11-25", "MID": "2026-12-24", "NEW": "2026-12-24"}.items():
        shop.make("Batch", item=item, batch_id=batch, expiry_date=expiry)
        shop.receive(line | {"batch_no": batch})
    shop.store.now = lambda: datetime(2026, 11, 26, 12)  # noqa: DTZ001 - the site's wall clock
    gone = shop.receive(line | {"qty": -4}, is_return=1)["items"][0]["serial_and_batch_bundle"]
    entries = shop.stored("Serial and Batch Bundle", gone)["entries"]
    assert [(row["batch_no"], row["qty"], row["is_outward"]) for row in entries] == [
        ("MID", -3.0, 1),
        ("NEW", -1.0, 1),
    ]
    assert [shop.stored("Batch", name)["batch_qty"] for name in ("OLD", "MID", "NEW")] == [3.0, 0.0, 2.0]
    given = {"supplier": shop.supplier, "docstatus": 1, "is_return": 1, "items": [line | {"qty": -3}]}
    assert shop.refused("Purchase Receipt", **given) == f"Serial No / Batch No are mandatory for Item {item}"


def test_goods_without_batches_leave_at_what_the_oldest_had_cost(shop: Shop) -> None:
    item = shop.item(in_batches=False)["name"]
    line = {"item_code": item, "warehouse": "Shop Floor - CG"}
    shop.receive(line | {"qty": 10, "rate": 1})
    shop.receive(line | {"qty": 10, "rate": 3})
    shop.receive(line | {"qty": -12, "rate": 1}, is_return=1)
    left = shop.bin(item, "Shop Floor - CG")
    assert (left["actual_qty"], left["stock_value"], left["valuation_rate"]) == (8.0, 24.0, 3.0)
    entry = max(shop.rows(ledger.LEDGER, item_code=item), key=lambda row: row["creation"])
    assert (entry["stock_value_difference"], entry["stock_queue"]) == (-16.0, "[[8.0, 3.0]]")


def test_more_than_is_there_goes_nowhere(shop: Shop) -> None:
    item = shop.item(in_batches=False)
    line = {"item_code": item["name"], "qty": -3, "rate": 1, "warehouse": "Shop Floor - CG"}
    why = shop.refused("Purchase Receipt", supplier=shop.supplier, docstatus=1, is_return=1, items=[line])
    assert why.startswith("<strong>3.0</strong> units of ")
    assert f">Item {item['name']}: {item['item_name']}</a> needed in " in why
    shop.call("PUT", "resource/Stock Settings/Stock Settings", {"allow_negative_stock": 1})
    shop.receive(line, is_return=1)
    assert shop.bin(item["name"], "Shop Floor - CG")["actual_qty"] == -3.0


def test_a_refused_line_takes_the_whole_delivery_with_it(shop: Shop) -> None:
    item = shop.item(in_batches=True)["name"]
    lines = [
        {"item_code": item, "qty": 1, "rate": 1, "warehouse": one} for one in (STORES, "All Warehouses - CG")
    ]
    why = shop.refused("Purchase Receipt", supplier=shop.supplier, docstatus=1, items=lines)
    assert why == "Group node warehouse is not allowed to select for transactions"


# --- bundles and bins --------------------------------------------------------------------------------------
def test_a_bundle_holds_batches_of_its_item_once_each_and_goes_with_its_document(shop: Shop) -> None:
    item, other = shop.item(in_batches=True)["name"], shop.item(in_batches=False)["name"]
    shop.make("Batch", item=item, batch_id="ONE")
    common = {
        "warehouse": STORES,
        "type_of_transaction": "Inward",
        "voucher_type": "Purchase Receipt",
        "company": "Corner Grocer Ltd",
    }
    given = common | {"item_code": item, "entries": [{"batch_no": "ONE", "qty": 2}]}
    twice = [{"batch_no": "ONE", "qty": 2}, {"batch_no": "one", "qty": 1}]
    assert (
        shop.refused("Serial and Batch Bundle", **given | {"entries": twice})
        == "Duplicate Batch No ONE found"
    )
    why = shop.refused("Serial and Batch Bundle", **given | {"item_code": other})
    assert why == f"The Item {other} does not have Serial No or Batch No"
    bundle = shop.make("Serial and Batch Bundle", **given)
    assert ("ONE", STORES) not in shop.held(item)
    receipt = shop.receive(
        {
            "item_code": item,
            "qty": 2,
            "rate": 1,
            "warehouse": STORES,
            "serial_and_batch_bundle": bundle["name"],
        }
    )
    assert shop.held(item)["ONE", STORES] == 2.0
    assert shop.cancel("Serial and Batch Bundle", bundle["name"]).status_code == 417
    assert shop.cancel("Purchase Receipt", receipt["name"]).status_code == 200
    assert ("ONE", STORES) not in shop.held(item)


def test_disabled_and_expired_batches_say_they_hold_nothing_once_they_move(shop: Shop) -> None:
    item = shop.item(in_batches=True)["name"]
    shop.make("Batch", item=item, batch_id="SHUT", expiry_date="2027-01-31")
    line = {"item_code": item, "qty": 4, "rate": 1, "warehouse": STORES, "batch_no": "SHUT"}
    shop.receive(line)
    shop.call("PUT", "resource/Batch/SHUT", {"disabled": 1})
    assert shop.stored("Batch", "SHUT")["batch_qty"] == 4.0
    shop.receive(line)
    assert (shop.stored("Batch", "SHUT")["batch_qty"], shop.held(item)["SHUT", STORES]) == (0.0, 8.0)


def test_merged_items_lie_in_one_bin(shop: Shop) -> None:
    first, second = (
        shop.make("Item", item_code=code, item_group="All Item Groups")["name"] for code in ("A", "B")
    )
    shop.receive({"item_code": first, "qty": 2, "rate": 1, "warehouse": STORES})
    shop.receive({"item_code": second, "qty": 3, "rate": 2, "warehouse": STORES})
    asked = {"doctype": "Item", "old_name": first, "new_name": second, "merge": 1}
    assert shop.call("POST", "method/frappe.client.rename_doc", asked).status_code == 200
    assert (shop.bin(second)["actual_qty"], shop.bin(second)["stock_value"]) == (5.0, 8.0)
    shop.receive({"item_code": second, "qty": 1, "rate": 2, "warehouse": STORES})
    assert (shop.bin(second)["actual_qty"], shop.bin(second)["stock_value"]) == (6.0, 10.0)


def test_entries_get_their_numbers_within_the_hour(shop: Shop) -> None:
    receipt = shop.receive({"item_code": shop.item(in_batches=False)["name"], "qty": 1, "rate": 1})
    (entry,) = shop.rows(ledger.LEDGER, voucher_no=receipt["name"])
    assert (len(entry["name"]), entry["to_rename"]) == (10, 1)
    ledger.name_entries(Work(shop.store, shop.erp.site.users[DEMO_KEY], CONTROLLERS))
    (entry,) = shop.rows(ledger.LEDGER, voucher_no=receipt["name"])
    assert (entry["name"], entry["to_rename"]) == ("MAT-SLE-2026-00001", 0)
