"""The stock ledger: an entry for each movement, and the bins that sum them up (API.md 13).

What a shelf held before its first entry here is taken from its bin: a made-up shop has bins and no ledger.
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from apps.sync.demo.collation import collated
from apps.sync.demo.desk import naming, refusals, shortages
from apps.sync.demo.desk.document import SUBMITTED, Document
from apps.sync.demo.desk.figures import COLUMN, ZERO, exact, rounded, told
from apps.sync.demo.desk.lifecycle import Life
from apps.sync.demo.desk.work import Work
from apps.sync.demo.store import Row

LEDGER: Final = "Stock Ledger Entry"
SERIES: Final = "MAT-SLE-.YYYY.-"
SUMMED: Final = ("actual_qty", "reserved_qty", "ordered_qty", "projected_qty", "stock_value")
TIME_LONG: Final = len("10:00:00")
Layers = tuple[tuple[Decimal, Decimal], ...]  # quantities and their rates, the oldest first


@dataclass(frozen=True)
class Movement:
    """What one line of a document moves, in stock units: into its warehouse where it is positive."""

    document: Document
    line: Row
    item: Row
    warehouse: str
    quantity: Decimal
    rate: Decimal = ZERO  # what a unit costs that comes in
    worth: Decimal = ZERO  # of batches, which are worth what they cost; signed as the quantity
    bundle: str | None = None
    picks: bool = False  # nobody had named the batches

    @property
    def at(self) -> str:
        """When it is booked; its document may have a day of its own."""
        clock, point, fraction = str(self.document["posting_time"]).partition(".")
        return f"{self.document['posting_date']} {clock.zfill(TIME_LONG)}{point}{fraction}"


@dataclass(frozen=True)
class Balance:
    """What there is of an item in a warehouse, what it is worth, and at which costs it came in."""

    quantity: Decimal
    value: Decimal
    rate: Decimal  # of a unit; where nothing is left, of the last one
    layers: Layers = ()

    def moved(self, quantity: Decimal, rate: Decimal) -> "Balance":
        """After so much more at this rate, or so much less at what it cost."""
        if quantity > 0:
            return self._now(quantity, quantity * rate, (*self.layers, (quantity, rate)))
        cost, left = self.taken(-quantity)
        return self._now(quantity, -cost, left)

    def taken(self, quantity: Decimal) -> tuple[Decimal, Layers]:
        """What so much costs, the oldest first (FIFO), and the layers that are left."""
        wanted, cost, layers = quantity, ZERO, list(self.layers)
        while wanted and layers:
            held, price = layers.pop(0)
            part = min(held, wanted)
            wanted, cost = wanted - part, cost + part * price
            if held > part:
                layers.insert(0, (held - part, price))
        return cost + wanted * self.rate, tuple(layers)

    def _now(self, quantity: Decimal, change: Decimal, layers: Layers) -> "Balance":
        held, value = self.quantity + quantity, self.value + change
        if not held:
            return Balance(held, ZERO, self.rate)
        return Balance(held, rounded(value), value / held, layers)

    def with_batches(self, quantity: Decimal, worth: Decimal) -> "Balance":
        """After batches have come or gone, which are worth what they cost each."""
        held, value = self.quantity + quantity, rounded(self.value + worth)
        return Balance(held, value if held else ZERO, value / held if held else self.rate)


class Shelf:
    """One item in one warehouse: its bin, and its entries in the order in which they are booked."""

    def __init__(self, work: Work, item: str, warehouse: str) -> None:
        self.work, self.item, self.warehouse = work, item, warehouse
        self.entries = self._entries()
        self.opening = self._opening()

    def _entries(self) -> list[Row]:
        rows = [row for row in self.work.having(LEDGER, "item_code", self.item) if not row["is_cancelled"]]
        here = (row for row in rows if collated(row["warehouse"]) == collated(self.warehouse))
        return sorted(here, key=lambda row: (row["posting_datetime"], row["creation"]))

    def _opening(self) -> Balance:
        """What its bin held before the entries that there are."""
        found = bin_of(self.work, self.item, self.warehouse)
        if found is None:
            return Balance(ZERO, ZERO, ZERO)
        quantity = exact(found["actual_qty"]) - sum(exact(row["actual_qty"]) for row in self.entries)
        value = exact(found["stock_value"]) - sum(
            exact(row["stock_value_difference"]) for row in self.entries
        )
        rate = value / quantity if quantity else exact(found["valuation_rate"])
        return Balance(quantity, value, rate, ((quantity, rate),) if quantity > 0 else ())

    def balance(self, before: str = "9999") -> Balance:
        """What there is, or was at a moment."""
        found = self.opening
        for row in self.entries:
            if row["posting_datetime"] >= before:
                break
            found = after(found, row)
        return found

    def open_without(self, move: Movement) -> None:
        """Take out of the opening what had been booked before there was a ledger here."""
        worth = move.worth or move.quantity * move.rate
        found = self.opening.with_batches(-move.quantity, -worth)
        layers = ((found.quantity, found.rate),) if found.quantity > 0 else ()
        self.opening = Balance(found.quantity, found.value, found.rate, layers)

    def settle(self, move: Movement, *, goes: bool) -> None:
        """Work out anew what is booked from a movement on, and the bin. Raises RefusalError."""
        found, behind = self.opening, []
        for row in self._entries():
            before, found = found, after(found, row)
            if row["posting_datetime"] >= move.at:
                behind.append(found.quantity)
                self.work.put(LEDGER, row["name"], **_standing(row, before, found))
        # the first shortage is told of, though it may be worse by what is booked later
        missing = next((-quantity for quantity in [*behind, found.quantity] if quantity < 0), ZERO)
        if goes and missing > 0 and not _may_be_negative(self.work, move.item):
            raise shortages.not_enough(move.item, move.warehouse, missing=missing, of=move.document)
        self._fill(move, found)

    def _fill(self, move: Movement, found: Balance) -> None:
        there = bin_for(self.work, move.item, self.warehouse)
        promised = exact(there["projected_qty"]) - exact(there["actual_qty"])
        self.work.touch(
            "Bin",
            there["name"],
            actual_qty=told(found.quantity),
            projected_qty=told(found.quantity + promised),
            stock_value=told(found.value),
            valuation_rate=told(found.rate),
        )


def after(before: Balance, entry: Row) -> Balance:
    """The balance behind an entry."""
    quantity = exact(entry["actual_qty"])
    if entry["has_batch_no"]:
        return before.with_batches(quantity, exact(entry["stock_value_difference"]))
    return before.moved(quantity, exact(entry["incoming_rate"]))


def bin_of(work: Work, item: str, warehouse: str) -> Row | None:
    """The row that says how much of an item a warehouse holds; one that never moved has none."""
    rows = work.having("Bin", "item_code", item)
    return next((row for row in rows if collated(row["warehouse"]) == collated(warehouse)), None)


def bin_for(work: Work, item: Row, warehouse: str) -> Row:
    """The bin of an item in a warehouse, which is made when it is first needed."""
    there = bin_of(work, item["name"], warehouse)
    if there is not None:
        return there
    given = {"item_code": item["name"], "warehouse": warehouse, "stock_uom": item["stock_uom"]}
    return Life(work).insert("Bin", given, as_system=True).head


def post(work: Work, move: Movement) -> None:
    """Book a movement: an entry, those booked after it, and the bin. Raises RefusalError."""
    _check_warehouse(work, move.warehouse)
    shelf = Shelf(work, move.item["name"], move.warehouse)
    _insert(
        work,
        move,
        actual_qty=told(move.quantity),
        incoming_rate=told(_rate(shelf, move)),
        stock_value_difference=told(rounded(move.worth)),
        serial_and_batch_bundle=move.bundle,
        auto_created_serial_and_batch_bundle=int(move.picks),
        recalculate_rate=int(bool(move.document["is_return"])),
    )
    shelf.settle(move, goes=move.quantity < 0)


def reverse(work: Work, move: Movement) -> None:
    """Take a movement back: neither its entry nor the opposite one counts any more. Raises RefusalError."""
    shelf = Shelf(work, move.item["name"], move.warehouse)
    mine = [row for row in shelf.entries if _is_of(row, move)]
    if not mine:
        shelf.open_without(move)
    for row in mine:
        work.touch(LEDGER, row["name"], is_cancelled=1, serial_and_batch_bundle=None)
    rate = mine[0]["incoming_rate"] if mine else told(move.rate)
    _insert(work, move, actual_qty=-told(move.quantity), incoming_rate=rate, is_cancelled=1)
    shelf.settle(move, goes=move.quantity > 0)


def join_bins(work: Work, item: str) -> None:
    """Make one of the bins of an item that two had before they were merged, or their warehouses were."""
    bins: dict[str, list[Row]] = {}
    for row in work.having("Bin", "item_code", item):
        bins.setdefault(collated(row["warehouse"]), []).append(row)
    for first, *others in bins.values():
        if not others:
            continue
        sums = {
            column: told(sum((exact(row[column]) for row in (first, *others)), ZERO)) for column in SUMMED
        }
        rate = exact(sums["stock_value"]) / (exact(sums["actual_qty"]) or 1)
        work.touch("Bin", first["name"], **sums, valuation_rate=told(rate))
        for row in others:
            work.take("Bin", row["name"])


def name_entries(work: Work) -> None:
    """Give new entries the numbers of their series, as ERPNext does once an hour."""
    for row in sorted(work.having(LEDGER, "to_rename", 1), key=lambda one: str(one["creation"])):
        name = naming.from_series(work, SERIES, Document(LEDGER, dict(row), {}))
        work.take(LEDGER, row["name"])
        work.put(LEDGER, name, **dict(row) | {"to_rename": 0, "modified": work.stamp()})


def _rate(shelf: Shelf, move: Movement) -> Decimal:
    """What a unit costs that comes in; of what goes out, what it has cost."""
    if move.quantity > 0 or move.bundle:
        return move.rate
    cost, _ = shelf.balance(move.at).taken(-move.quantity)
    return cost / -move.quantity


def _insert(work: Work, move: Movement, **values: Any) -> None:
    given = {
        "item_code": move.item["name"],
        "warehouse": move.warehouse,
        "posting_date": move.document["posting_date"],
        "posting_time": move.document["posting_time"],
        "posting_datetime": move.at,
        "voucher_type": move.document.doctype,
        "voucher_no": move.document.name,
        "voucher_detail_no": move.line["name"],
        "company": move.document["company"],
        "fiscal_year": str(move.document["posting_date"])[:4],
        "stock_uom": move.item["stock_uom"],
        "has_batch_no": move.item["has_batch_no"],
        "to_rename": 1,
        "docstatus": SUBMITTED,
    }
    Life(work).insert(LEDGER, given | values, as_system=True)


def _standing(row: Row, before: Balance, found: Balance) -> Row:
    """What an entry says of the shelf behind it."""
    layers = [[told(quantity), told(rounded(rate, COLUMN))] for quantity, rate in found.layers]
    return {
        "qty_after_transaction": told(found.quantity),
        "stock_value": told(found.value),
        "stock_value_difference": told(found.value - before.value),
        "valuation_rate": told(found.rate),
        "stock_queue": "[]" if row["has_batch_no"] else json.dumps(layers),
    }


def _is_of(row: Row, move: Movement) -> bool:
    voucher = (move.document.doctype, move.document.name, move.line["name"])
    return (row["voucher_type"], row["voucher_no"], row["voucher_detail_no"]) == voucher


def _check_warehouse(work: Work, name: str) -> None:
    warehouse = work.row("Warehouse", name) or {}
    if warehouse.get("is_group"):
        raise refusals.by_erpnext("Group node warehouse is not allowed to select for transactions")
    if warehouse.get("disabled"):
        raise refusals.by_erpnext(f"Disabled Warehouse {name} cannot be used for this transaction.")


def _may_be_negative(work: Work, item: Row) -> bool:
    return bool(item["allow_negative_stock"] or work.setting("Stock Settings", "allow_negative_stock"))
