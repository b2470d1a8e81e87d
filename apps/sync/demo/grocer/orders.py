"""Sales Orders from the day they are taken to the day they are delivered, billed, closed or forgotten."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from apps.sync.demo.grocer.invoices import Invoices
from apps.sync.demo.grocer.rows import Books, pounds, stamp
from apps.sync.demo.grocer.sheet import Sheet, write
from apps.sync.demo.grocer.stock import Shelf

FATES: Final = {
    "Completed": 60,
    "To Bill": 8,
    "To Deliver": 5,
    "On Hold": 4,
    "Closed": 8,
    "Cancelled": 7,
    "": 8,
}
STANDING: Final = {
    "Completed": ("Fully Delivered", "Fully Billed", 100.0, 100.0),
    "To Bill": ("Fully Delivered", "Not Billed", 100.0, 0.0),
    "To Deliver": ("Not Delivered", "Fully Billed", 0.0, 100.0),
    "Closed": ("Closed", "Closed", 0.0, 0.0),
}
OPEN: Final = "To Deliver and Bill"
NOTHING_DONE: Final = ("Not Delivered", "Not Billed", 0.0, 0.0)


@dataclass
class Taken:
    """An order, and what becomes of it."""

    sheet: Sheet
    fate: str


class Orders:
    """The order book."""

    def __init__(self, books: Books, shelf: Shelf, invoices: Invoices) -> None:
        self.books, self.shelf, self.invoices = books, shelf, invoices
        self.due: dict[date, list[Taken]] = defaultdict(list)

    def take(self, basket: Sheet, *, is_draft: bool = False) -> None:
        """Write an order; two or three days later comes its fate, when there still is such a day."""
        fate = self.books.chance.choices(list(FATES), list(FATES.values()))[0]
        day = basket.at.date() + timedelta(days=self.books.chance.randrange(1, 4))
        for line in basket.lines:
            line.links = {"delivery_date": day.isoformat(), "transaction_date": basket.at.date().isoformat()}
        sheet = replace(basket, doctype="Sales Order")
        values = self._standing("Draft" if is_draft else OPEN)
        write(
            self.books,
            sheet,
            docstatus=int(not is_draft),
            **values,
            delivery_date=day.isoformat(),
            order_type="Sales",
        )
        if is_draft:
            return
        for line in sheet.lines:
            self.shelf.reserved[line.good.code] += line.units
        self.due[day].append(Taken(sheet, fate))

    def fulfil(self, day: date) -> None:
        """Do what is due this day."""
        for taken in self.due.pop(day, []):
            if taken.fate in {"Completed", "To Bill", "To Deliver"}:
                self._hand_over(taken, day)
            elif taken.fate:
                self._set(taken, taken.fate, day)

    def _hand_over(self, taken: Taken, day: date) -> None:
        """Deliver, bill or both; what is not there stays ordered."""
        lines = []
        for line in taken.sheet.lines:
            picked = self.shelf.pick(line.good, line.units, day)
            if picked is None:
                return
            origin: dict[str, str | None] = {"sales_order": taken.sheet.name, "so_detail": line.key}
            lines.append(replace(line, picked=picked, key="", links=origin))
        if any(self._twice(lines)):
            return
        sheet = replace(
            taken.sheet,
            doctype="Sales Invoice",
            at=self.books.moment(day, 20, spread=0.1),
            lines=lines,
            name="",
        )
        if taken.fate == "To Bill":
            self._note(sheet, taken)
        else:
            self.invoices.on_account(sheet, update_stock=taken.fate == "Completed")
        self._set(taken, taken.fate, day)

    @staticmethod
    def _twice(lines: list[Any]) -> list[str]:
        """Goods on two lines: a gift beside what is paid, which would be picked from one batch twice."""
        codes = [line.good.code for line in lines]
        return [code for code in set(codes) if codes.count(code) > 1]

    def _note(self, sheet: Sheet, taken: Taken) -> None:
        """Deliver without a bill."""
        note = replace(sheet, doctype="Delivery Note", name=self.books.number("MAT-DN", sheet.at.date()))
        for line in note.lines:
            line.links = {"against_sales_order": taken.sheet.name, "so_detail": line.links["so_detail"]}
            line.key = self.books.key()
            self.shelf.move(line.good, line.picked, sign=-1, at=note.at)
            voucher = ("Delivery Note", note.name, line.key)
            bundle = self.shelf.bundle(line.good, line.picked, sign=-1, at=note.at, voucher=voucher)
            line.links["serial_and_batch_bundle"] = bundle
        write(self.books, note, docstatus=1, status="To Bill", per_billed=0.0)

    def _set(self, taken: Taken, status: str, day: date) -> None:
        row = self.books.row("Sales Order", taken.sheet.name)
        row |= self._standing(status) | {"modified": stamp(self.books.moment(day, 20.1, spread=0.1))}
        is_billed, is_delivered = row["per_billed"] > 0, row["per_delivered"] > 0
        if status == "Cancelled":
            row["docstatus"] = 2
        for line in taken.sheet.lines:
            child = self.books.row("Sales Order Item", line.key)
            child["docstatus"] = row["docstatus"]
            child["delivered_qty"] = child["qty"] if is_delivered else 0.0
            child["billed_amt"] = pounds(line.amount) if is_billed else 0.0
            if status in {"Completed", "To Bill", "Closed", "Cancelled"}:
                self.shelf.reserved[line.good.code] -= line.units

    @staticmethod
    def _standing(status: str) -> dict[str, Any]:
        delivered, billed, per_delivered, per_billed = STANDING.get(status, NOTHING_DONE)
        return {
            "status": status,
            "delivery_status": delivered,
            "billing_status": billed,
            "per_delivered": per_delivered,
            "per_billed": per_billed,
        }
