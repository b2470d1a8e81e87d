"""Whatever is bought, sold, sent back and cancelled, and whatever is refused: the books balance."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from random import Random
from typing import Any

import pytest

from apps.sync.demo import DEMO_KEY
from apps.sync.demo.desk.desk import Desk
from apps.sync.demo.desk.ledger import LEDGER
from apps.sync.demo.envelopes import RefusalError
from apps.sync.demo.grocer import stocked
from apps.sync.demo.site import Site
from apps.sync.demo.store import Row

TODAY = date(2026, 11, 25)
DEEDS = 150
RECEIPT, INVOICE = "Purchase Receipt", "Sales Invoice"
Where = tuple[str, str]  # item and warehouse


class Trader:
    """Does one thing after the other to the stock, by dice."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        site = Site(stocked(scale=0, today=TODAY))
        self.store, self.user = site.store, site.users[DEMO_KEY]
        self.store.now = lambda: datetime(2026, 11, 25, 12)  # noqa: DTZ001 - the site's wall clock
        self.desk = Desk(self.store, told=lambda _: None)

    def any(self, doctype: str, fits: Callable[[Row], Any]) -> Row:
        return self.dice.choice([row for row in self.store.table(doctype).rows.values() if fits(row)])

    def lines(self, **values: Any) -> list[Row]:
        def is_traded(row: Row) -> bool:
            return bool(row["is_stock_item"] and not row["disabled"] and not row["has_variants"])

        return [
            {"item_code": self.any("Item", is_traded)["name"], "qty": self.dice.randint(1, 6), **values}
            for _ in range(self.dice.randint(1, 4))
        ]

    def buy(self) -> None:
        supplier = self.any("Supplier", lambda row: not row["disabled"])["name"]
        day = {"set_posting_time": 1, "posting_date": f"2026-11-{self.dice.randint(15, 25)}"}
        lines = self.lines(rate=self.dice.randint(30, 500) / 100)
        self.desk.insert(self.user, RECEIPT, {"supplier": supplier, "docstatus": 1, "items": lines, **day})

    def sell(self) -> None:
        customer = self.any("Customer", lambda row: not row["disabled"])["name"]
        given = {"customer": customer, "update_stock": 1, "docstatus": 1, "items": self.lines()}
        self.desk.insert(self.user, INVOICE, given)

    def send_back(self) -> None:
        receipt = self.any(RECEIPT, lambda row: row["docstatus"] == 1 and not row["is_return"])
        line = next(self.store.rows_of(RECEIPT, receipt["name"], f"{RECEIPT} Item", "items"))
        back = {
            field: line[field] for field in ("item_code", "rate", "uom", "conversion_factor", "warehouse")
        }
        back |= {"qty": -1, "purchase_receipt_item": line["name"]}
        given = {"is_return": 1, "return_against": receipt["name"], "docstatus": 1, "items": [back]}
        self.desk.insert(self.user, RECEIPT, given | {"supplier": receipt["supplier"]})

    def cancel_purchase(self) -> None:
        name = self.any(RECEIPT, lambda row: row["docstatus"] == 1)["name"]
        self.desk.change(self.user, RECEIPT, name, {"docstatus": 2})

    def cancel_sale(self) -> None:
        name = self.any(INVOICE, lambda row: row["docstatus"] == 1 and row["update_stock"])["name"]
        self.desk.change(self.user, INVOICE, name, {"docstatus": 2})

    # --- the books -----------------------------------------------------------------------------------------
    def in_bins(self) -> dict[Where, Row]:
        return {(row["item_code"], row["warehouse"]): row for row in self.store.table("Bin").rows.values()}

    def in_batches(self) -> dict[Where, float]:
        items = {row["name"]: row["item"] for row in self.store.table("Batch").rows.values()}
        found: defaultdict[Where, float] = defaultdict(float)
        for row in self.store.table("Serial and Batch Entry").rows.values():
            if row["docstatus"] == 1:
                found[items[row["batch_no"]], row["warehouse"]] += row["qty"]
        return found

    def last_entries(self) -> dict[Where, Row]:
        rows = [row for row in self.store.table(LEDGER).rows.values() if not row["is_cancelled"]]
        rows.sort(key=lambda row: (row["posting_datetime"], row["creation"]))
        return {(row["item_code"], row["warehouse"]): row for row in rows}


@pytest.mark.parametrize("seed", range(4))
def test_bins_batches_and_ledger_agree_after_any_trade(seed: int) -> None:
    trader = Trader(seed)
    deeds = [trader.buy, trader.sell, trader.send_back, trader.cancel_purchase, trader.cancel_sale]
    done = refused = 0
    for deed in trader.dice.choices(deeds, [4, 6, 1, 1, 2], k=DEEDS):
        try:
            deed()
            done += 1
        except RefusalError:
            refused += 1
    assert done > refused > 0
    bins = trader.in_bins()
    assert len(bins) == len(trader.store.table("Bin").rows)
    assert [row["name"] for row in bins.values() if row["actual_qty"] < 0 or row["stock_value"] < 0] == []
    for where, quantity in trader.in_batches().items():
        assert bins[where]["actual_qty"] == pytest.approx(quantity), where
    for where, entry in trader.last_entries().items():
        told = (entry["qty_after_transaction"], entry["stock_value"], entry["valuation_rate"])
        assert told == tuple(bins[where][one] for one in ("actual_qty", "stock_value", "valuation_rate"))
