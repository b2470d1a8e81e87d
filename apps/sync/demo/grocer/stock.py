"""What lies where: deliveries, batches, the bundles that move them, and the bins that sum it all up."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from apps.sync.demo.grocer.catalogue import Good
from apps.sync.demo.grocer.rows import BUYER, COMPANY, TILL, Books, Inside, amount, clock, pounds, stamp
from apps.sync.demo.store import Row

FRESH: Final = 30  # who delivers what keeps for less comes each week
NEVER: Final = date(9999, 12, 31)
WAREHOUSES: Final = {
    "All Warehouses": (1, 14),
    "Stores": (2, 3),
    "Work In Progress": (4, 5),
    "Finished Goods": (6, 7),
    "Goods In Transit": (8, 9),
    "Shop Floor": (10, 11),
    "Cold Store": (12, 13),
}


@dataclass
class Lot:
    """A batch, or all there is of a good that is not kept in batches; quantities in thousandths."""

    name: str
    cost: int
    expires: date
    held: int = 0
    moved_on: date = date.min
    row: Row | None = None


Picked = list[tuple[Lot, int]]


class Shelf:
    """The stock, moved by one document after the other."""

    def __init__(self, books: Books, goods: list[Good], *, demand: dict[str, float]) -> None:
        self.books = books
        self.goods = [good for good in goods if good.is_stock and good.is_sold]
        self.demand = demand  # how many of a good are wanted a day
        self.lots: dict[str, list[Lot]] = defaultdict(list)
        self.reserved: Counter[str] = Counter()
        self.received: dict[str, datetime] = {}
        self.touched: dict[str, datetime] = {}
        self.batches: Counter[str] = Counter()
        self.by_supplier: dict[str, list[Good]] = defaultdict(list)
        for good in self.goods:
            self.by_supplier[good.supplier].append(good)
        for place, (name, (left, right)) in enumerate(WAREHOUSES.items()):
            _warehouse(books, name, left, right, place)

    # --- out and back in -----------------------------------------------------------------------------------
    def pick(self, good: Good, wanted: int, day: date) -> Picked | None:
        """What would be taken, the first to expire first and never what has expired; None: too little."""
        if not good.is_stock:
            return []
        picked: Picked = []
        for lot in self.lots[good.code]:
            if lot.held > 0 and lot.expires >= day and wanted:
                picked.append((lot, min(lot.held, wanted)))
                wanted -= picked[-1][1]
        return None if wanted else picked

    def move(self, good: Good, picked: Picked, *, sign: int, at: datetime) -> None:
        """Take away, or with ``sign`` 1 put back, what was picked."""
        for lot, held in picked:
            lot.held += sign * held
            lot.moved_on = at.date()
            if lot.row:
                lot.row["modified"] = max(lot.row["modified"], stamp(at))
        if picked:
            self.touched[good.code] = at

    def bundle(
        self,
        good: Good,
        picked: Picked,
        *,
        sign: int,
        at: datetime,
        voucher: tuple[str, str, str],
        by: str = TILL,
    ) -> str | None:
        """The document that says which batches moved; None for a good that has none."""
        if not good.life or not picked:
            return None
        name, total = self.books.key(20), sum(held for _, held in picked)
        value = sum(_worth(lot, held) for lot, held in picked)
        self.books.add(
            "Serial and Batch Bundle",
            name,
            at=at,
            by=by,
            docstatus=1,
            item_code=good.code,
            item_name=good.name,
            item_group=good.group,
            warehouse=good.warehouse,
            has_batch_no=1,
            type_of_transaction="Inward" if sign > 0 else "Outward",
            total_qty=amount(sign * total),
            avg_rate=pounds(round(value * 1000 / total)),
            total_amount=pounds(sign * value),
            voucher_type=voucher[0],
            voucher_no=voucher[1],
            voucher_detail_no=voucher[2],
            posting_date=at.date().isoformat(),
            posting_time=clock(at),
        )
        for idx, (lot, held) in enumerate(picked, start=1):
            self._entry(name, idx, lot, sign * held, good.warehouse, at=at, by=by)
        return name

    def _entry(
        self, bundle: str, idx: int, lot: Lot, held: int, warehouse: str, *, at: datetime, by: str
    ) -> None:
        where = Inside("Serial and Batch Bundle", bundle, "entries")
        self.books.add(
            "Serial and Batch Entry",
            self.books.key(),
            at=at,
            by=by,
            inside=where,
            docstatus=1,
            idx=idx,
            batch_no=lot.name,
            qty=amount(held),
            warehouse=warehouse,
            incoming_rate=pounds(lot.cost),
            stock_value_difference=pounds(_worth(lot, held)),
            is_outward=int(held < 0),
        )

    def write_off(self, day: date) -> None:
        """Throw away what expired a fortnight ago and more; a stock entry that nobody here reads moves it."""
        for good in self.goods:
            for lot in self.lots[good.code]:
                if lot.held > 0 and lot.expires < day - timedelta(days=14):
                    at = self.books.moment(day, 7.2, spread=0.5)
                    voucher = ("Stock Entry", self.books.number("MAT-STE", day), self.books.key())
                    gone = [(lot, lot.held)]
                    self.bundle(good, gone, sign=-1, at=at, voucher=voucher, by=BUYER)
                    self.move(good, gone, sign=-1, at=at)

    # --- in ------------------------------------------------------------------------------------------------
    def deliver(self, supplier: str, day: date, *, days: int, state: str = "") -> None:
        """A delivery that fills up what this supplier brings, for so many days."""
        wanted = [(good, self._short(good, day, days)) for good in self.by_supplier[supplier]]
        wanted = [(good, cases) for good, cases in wanted if cases]
        if wanted:
            Receipt(self, supplier, self.books.moment(day, 6.5, spread=2), wanted, state=state).write()

    def _short(self, good: Good, day: date, days: int) -> int:
        """How many cases are wanted."""
        there = sum(
            lot.held for lot in self.lots[good.code] if lot.expires >= day + timedelta(days=days // 2)
        )
        lasting = min(days, good.life or days) * (1.4 if good.life and good.life < FRESH else 2.0)
        return max(-(-round(self.demand[good.code] * lasting * 1000 + 3000 - there) // (good.case * 1000)), 0)

    def into(self, good: Good, held: int, cost: int, *, receipt: str, at: datetime) -> Lot:
        """The lot that a line of a receipt goes into; a new batch for what is kept in batches."""
        if not good.life:
            lots = self.lots[good.code]
            if not lots:
                lots.append(Lot("", cost, NEVER))
            return lots[0]
        self.batches[good.code] += 1
        lot = Lot(f"{good.series}-{self.batches[good.code]:05d}", cost, at.date() + timedelta(days=good.life))
        lot.row = self.books.add(
            "Batch",
            lot.name,
            at=at,
            by=BUYER,
            batch_id=lot.name,
            item=good.code,
            item_name=good.name,
            stock_uom=good.unit,
            manufacturing_date=at.date().isoformat(),
            expiry_date=lot.expires.isoformat(),
            reference_doctype="Purchase Receipt",
            reference_name=receipt,
        )
        self.lots[good.code].append(lot)
        self.lots[good.code].sort(key=lambda each: each.expires)
        return lot

    # --- the end of the year -------------------------------------------------------------------------------
    def close(self) -> None:
        """Write the bins, the quantities of the batches and what was paid last for each item."""
        for place, good in enumerate(self.goods):
            self._recall(good, place)
            self._bin(good)
            if good.code in self.received:
                item = self.books.row("Item", good.code)
                item["modified"] = max(item["modified"], stamp(self.received[good.code]))

    def _recall(self, good: Good, place: int) -> None:
        """Settle ``batch_qty``; of every fortieth good somebody has disabled the newest batch."""
        for lot in self.lots[good.code]:
            if lot.row is None:
                continue
            lot.row["disabled"] = int(place % 40 == 11 and lot is self.lots[good.code][-1])
            is_known = not lot.row["disabled"] and lot.moved_on <= lot.expires
            lot.row["batch_qty"] = amount(lot.held) if is_known else 0.0

    def _bin(self, good: Good) -> None:
        held = sum(lot.held for lot in self.lots[good.code])
        value = sum(_worth(lot, lot.held) for lot in self.lots[good.code])
        if good.code not in self.touched:
            return
        row = self.books.add(
            "Bin",
            self.books.key(),
            at=good.at,
            by=BUYER,
            item_code=good.code,
            warehouse=good.warehouse,
            stock_uom=good.unit,
            actual_qty=amount(held),
            reserved_qty=amount(self.reserved[good.code]),
            projected_qty=amount(held - self.reserved[good.code]),
            valuation_rate=pounds(round(value * 1000 / held)) if held else pounds(good.cost),
            stock_value=pounds(value),
        )
        row["modified"] = stamp(self.touched[good.code])


def _worth(lot: Lot, held: int) -> int:
    return round(lot.cost * held / 1000)


def _warehouse(books: Books, name: str, left: int, right: int, place: int) -> None:
    parent = None if place == 0 else "All Warehouses - CG"
    books.add(
        "Warehouse",
        f"{name} - CG",
        at=books.moment(books.first_day - timedelta(days=41), 9.1) + timedelta(seconds=place),
        warehouse_name=name,
        is_group=int(place == 0),
        parent_warehouse=parent,
        old_parent=parent or "",
        company=COMPANY,
        warehouse_type="Transit" if name == "Goods In Transit" else None,
        lft=left,
        rgt=right,
    )


class Receipt:
    """A delivery and what comes with it; ``state`` is what became of it when that is not the usual."""

    def __init__(
        self, shelf: Shelf, supplier: str, at: datetime, wanted: list[tuple[Good, int]], *, state: str
    ) -> None:
        self.shelf, self.books, self.supplier, self.at = shelf, shelf.books, supplier, at
        self.wanted, self.state = wanted, state
        self.name = self.books.number("MAT-PRE", at.date())
        self.docstatus = {"Draft": 0, "Cancelled": 2}.get(state, 1)

    def write(self) -> None:
        total = [self._line(idx, good, cases) for idx, (good, cases) in enumerate(self.wanted, start=1)]
        self._head(sum(quantity for quantity, _ in total), sum(pence for _, pence in total))

    def _head(self, quantity: int, total: int) -> None:
        rounded = round(total / 100) * 100
        age = (self.books.today - self.at.date()).days
        values: Row = dict.fromkeys(("total", "net_total", "grand_total"), pounds(total))
        values |= {f"base_{field}": value for field, value in values.items()}
        values |= {"rounded_total": pounds(rounded), "rounding_adjustment": pounds(rounded - total)}
        self.books.add(
            "Purchase Receipt",
            self.name,
            at=self.at,
            by=BUYER,
            docstatus=self.docstatus,
            title=self.supplier,
            supplier=self.supplier,
            supplier_name=self.supplier,
            supplier_delivery_note=f"DN{self.at:%y%j}-{len(self.supplier)}",
            posting_date=self.at.date().isoformat(),
            posting_time=clock(self.at),
            set_posting_time=1,
            contact_person=f"{self.supplier}-{self.supplier}",
            total_qty=amount(quantity),
            **values,
            status=self.state or ("Completed" if age > 30 else "To Bill"),
            per_billed=100.0 if age > 30 and not self.state else 0.0,
        )

    def _line(self, idx: int, good: Good, cases: int) -> tuple[int, int]:
        """Write a line, by the case where the good comes in such; returns its quantity and amount."""
        by_case = good.unit == "Nos" and idx % 4 == 0
        factor = good.case if by_case else 1
        quantity = cases * 1000 if by_case else cases * good.case * 1000
        cost = good.cost * (96 + self.books.chance.randrange(9)) // 100
        rate, key = cost * factor, self.books.key()
        units, bundle = quantity * factor, None
        if self.docstatus == 1:
            lot = self.shelf.into(good, units, cost, receipt=self.name, at=self.at)
            self.shelf.move(good, [(lot, units)], sign=1, at=self.at)
            voucher = ("Purchase Receipt", self.name, key)
            bundle = self.shelf.bundle(good, [(lot, units)], sign=1, at=self.at, voucher=voucher, by=BUYER)
            self.shelf.received[good.code] = self.at
        prices = dict.fromkeys(("price_list_rate", "rate", "net_rate"), pounds(rate))
        pence = rate * quantity // 1000
        money: dict[str, Any] = prices | dict.fromkeys(("amount", "net_amount"), pounds(pence))
        money |= {f"base_{field}": value for field, value in money.items()}
        self.books.add(
            "Purchase Receipt Item",
            key,
            at=self.at,
            by=BUYER,
            inside=Inside("Purchase Receipt", self.name, "items"),
            docstatus=self.docstatus,
            idx=idx,
            item_code=good.code,
            item_name=good.name,
            description=good.description,
            image=good.image or "",
            item_group=good.group,
            brand=good.brand,
            qty=amount(quantity),
            received_qty=amount(quantity),
            uom=good.case_unit if by_case else good.unit,
            stock_uom=good.unit,
            conversion_factor=float(factor),
            stock_qty=amount(units),
            received_stock_qty=amount(units),
            stock_uom_rate=pounds(cost),
            valuation_rate=pounds(cost),
            warehouse=good.warehouse,
            serial_and_batch_bundle=bundle,
            **money,
        )
        return quantity, pence
