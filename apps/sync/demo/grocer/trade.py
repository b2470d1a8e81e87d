"""A year of the shop: who comes when, what is put into the basket, and what became of it."""

from bisect import bisect_right
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Final

from apps.sync.demo.grocer.catalogue import Good
from apps.sync.demo.grocer.invoices import Invoices
from apps.sync.demo.grocer.orders import Orders
from apps.sync.demo.grocer.people import Person
from apps.sync.demo.grocer.prices import wholesale
from apps.sync.demo.grocer.rows import Books
from apps.sync.demo.grocer.rules import Rules
from apps.sync.demo.grocer.sheet import Line, Sheet
from apps.sync.demo.grocer.stock import FRESH, Picked, Shelf
from apps.sync.demo.grocer.till import closed_shift, open_shift

WEEK: Final = (0.8, 0.85, 0.9, 1.0, 1.25, 1.75, 0.55)  # Monday to Sunday
HOURS: Final = {8: 5, 9: 7, 10: 7, 11: 8, 12: 11, 13: 9, 14: 6, 15: 7, 16: 9, 17: 13, 18: 11, 19: 7}
BASKET: Final = {1: 19, 2: 23, 3: 20, 4: 14, 5: 9, 6: 7, 8: 5, 10: 3}
PAIR: Final = 2
REGULAR: Final = 0.6  # so often it is one of a seventh of the people
LINES_EACH: Final = 3.4
DECEMBER: Final = 12


def wanted_daily(books: Books, goods: list[Good], *, invoices: int) -> dict[str, float]:
    """How many of each good are wanted a day: what is fresh and what is cheap the most."""
    sold = [good for good in goods if good.is_stock and good.is_sold]
    weights = [_wanted(good) * (0.3 + 1.4 * books.chance.random()) ** 1.5 for good in sold]
    whole = sum(weights)
    return {
        good.code: invoices * LINES_EACH / 365 * 2 * weight / whole
        for good, weight in zip(sold, weights, strict=True)
    }


def _wanted(good: Good) -> float:
    is_fresh = good.unit == "Kg" or 0 < good.life < FRESH
    return (2.5 if is_fresh else 1.0) * 400 / (good.price + 200)


class Year:
    """The shop from day to day."""

    def __init__(
        self,
        books: Books,
        goods: list[Good],
        people: list[Person],
        *,
        shelf: Shelf,
        rules: Rules,
        invoices: Invoices,
    ) -> None:
        self.books, self.shelf, self.rules, self.invoices = books, shelf, rules, invoices
        self.chance = books.chance
        self.goods = shelf.goods
        self.popular = list(accumulate(shelf.demand[good.code] for good in self.goods))
        self.delivery = next(good for good in goods if not good.is_stock)
        self.walk_in, *rest = people
        self.shoppers = [person for person in rest if not person.is_trade and person.is_open]
        self.firms = [person for person in rest if person.is_trade and person.is_open]
        self.orders = Orders(books, shelf, invoices)

    def pass_by(self, *, invoices: int) -> None:
        """Live through the year; the last evening is the one before today."""
        days = [self.books.first_day + timedelta(days=n) for n in range(365)]
        weights = list(accumulate(self._busy(day) for day in days))
        self._stock_up()
        done = 0
        for day, weight in zip(days, weights, strict=True):
            due = round(invoices * weight / weights[-1])
            self._receive(day)
            for at in sorted(self._moment(day) for _ in range(due - done)):
                self._sell(at)
            self.orders.fulfil(day)
            self._afterwards(day, sold=due - done, of=invoices)
            done = due
        self._last_evening()

    def _busy(self, day: date) -> float:
        growth = 0.75 + 0.5 * (day - self.books.first_day).days / 365
        return WEEK[day.weekday()] * growth * (1.3 if day.month == DECEMBER else 1.0)

    def _moment(self, day: date) -> datetime:
        hour = self.chance.choices(list(HOURS), list(HOURS.values()))[0]
        return self.books.moment(day, hour, spread=1)

    # --- goods in ------------------------------------------------------------------------------------------
    def _stock_up(self) -> None:
        for place, supplier in enumerate(self.shelf.by_supplier):
            day = self.books.first_day - timedelta(days=3 - place % 3)
            self.shelf.deliver(supplier, day, days=14)

    def _receive(self, day: date) -> None:
        if day.weekday() == 0:
            self.shelf.write_off(day)
        for place, (supplier, goods) in enumerate(self.shelf.by_supplier.items()):
            weeks = 1 if any(0 < good.life < FRESH for good in goods) else 2
            week = day.toordinal() // 7 + place
            if day.weekday() != place % (len(WEEK) - 1) or week % weeks:
                continue
            if week % 52 == 1:  # mistyped, and typed once more
                self.shelf.deliver(supplier, day, days=7 * weeks, state="Cancelled")
            self.shelf.deliver(supplier, day, days=7 * weeks)

    # --- goods out -----------------------------------------------------------------------------------------
    def _sell(self, at: datetime) -> None:
        dice = self.chance.random()
        if dice < 0.1 and self.firms:
            self._sell_to_firm(at)
        elif dice < 0.16:
            self._take_order(at)
        else:
            self._sell_at_till(at)

    def _sell_at_till(self, at: datetime) -> None:
        person = self.walk_in if self.chance.random() < 0.3 else self._someone(self.shoppers, at)
        sheet = self._sheet(person, at)
        if sheet is None:
            return
        dice = self.chance.random()
        if dice < 0.015:
            self._correct(sheet)
        else:
            self.invoices.at_till(sheet)

    def _correct(self, sheet: Sheet) -> None:
        """Cancel, and most often amend, a sale; now and then the amendment is wrong too."""
        self.invoices.cancelled(sheet)
        for again in range(1, self.chance.choice((1, 2, 2, 2, 3))):
            is_last = again == PAIR or self.chance.random() < 0.7
            sheet = self.invoices.amended(sheet, again=again)
            if is_last:
                self.invoices.at_till(sheet)
                return
            self.invoices.cancelled(sheet)

    def _sell_to_firm(self, at: datetime) -> None:
        firm = self._someone(self.firms, at)
        sheet = self._sheet(firm, at, cases=firm.price_list is not None)
        if sheet:
            sheet.has_vat = self.chance.random() < 0.5
            sheet.is_rounded = self.chance.random() < 0.9
            self.invoices.on_account(sheet)

    def _take_order(self, at: datetime) -> None:
        person = self._someone(
            self.shoppers if self.chance.random() < 0.7 else self.firms or self.shoppers, at
        )
        sheet = self._sheet(person, at)
        if sheet:
            sheet.percent = 0
            fee = self.delivery.price
            sheet.lines.append(Line(self.delivery, 1000, fee, fee))
            self.orders.take(sheet)

    def _someone(self, people: list[Person], at: datetime) -> Person:
        """One of the people who were known by then, the regulars more often."""
        for _ in range(20):
            known = len(people) // 7 if self.chance.random() < REGULAR else len(people)
            person = people[int(max(known, 1) * self.chance.random())]
            if person.since < at.date():
                return person
        return people[0] if people[0].since < at.date() else self.walk_in

    def _sheet(self, person: Person, at: datetime, *, cases: bool = False) -> Sheet | None:
        lines: list[Line] = []
        for _ in range(self.chance.choices(list(BASKET), list(BASKET.values()))[0]):
            good = self.goods[bisect_right(self.popular, self.chance.random() * self.popular[-1] * 0.999999)]
            if all(line.good is not good for line in lines):
                lines += self._lines(good, person, at.date(), cases=cases)
        if not lines:
            return None
        sheet = Sheet("Sales Invoice", person, at, lines)
        sheet.price_list = "Wholesale" if cases else "Standard Selling"
        whole = self.rules.met_by_basket(sheet.total, group=person.group, day=at.date())
        sheet.percent = whole.percent if whole and not cases else 0
        return sheet

    def _lines(self, good: Good, person: Person, day: date, *, cases: bool) -> list[Line]:
        """A line, and what is free beside it; none when there is too little."""
        by_case = (
            cases and good.unit == "Nos" and good.price * good.case < 9000 and self.chance.random() < 0.4
        )
        factor = good.case if by_case else 1
        quantity = self._quantity(good) if not cases or by_case else self._quantity(good) * 2
        listed = (wholesale(good) if cases else good.price_on(day)) * factor
        line = Line(good, quantity, listed, listed, factor)
        free = [] if cases else self._ruled(line, person, day)
        for each in (line, *free):
            picked = self.shelf.pick(good, line.units + sum(f.units for f in free if f.good is good), day)
            if picked is None:
                return []
            picked = self.shelf.pick(each.good, each.units, day)
            if picked is None:
                return []
            each.picked = picked
        return [line] if not free else self._apart(line, free[0], day)

    def _apart(self, line: Line, free: Line, day: date) -> list[Line]:
        """What is given away comes off the shelf after what is paid: not out of the same batch twice."""
        if line.good is free.good:
            whole = self.shelf.pick(line.good, line.units + free.units, day) or []
            line.picked, free.picked = _split(whole, line.units)
        return [line, free]

    def _ruled(self, line: Line, person: Person, day: date) -> list[Line]:
        """Let the rule that counts change the rate, or give something beside it."""
        rule = self.rules.met_by(line.good, line.quantity, group=person.group, day=day)
        if rule is None:
            return []
        line.rule = rule.name
        if rule.free:
            good, quantity = self.rules.free_of(rule, line.good, line.quantity)
            return [Line(good, quantity, 0, 0, rule=rule.name, is_free=True)]
        line.percent = rule.percent
        line.rate = rule.rate or round(line.listed * (100 - rule.percent) / 100) - rule.off
        if rule.rate:
            line.listed = rule.rate
        return []

    def _quantity(self, good: Good) -> int:
        if good.unit == "Kg":
            return self.chance.choice((250, 350, 500, 640, 750, 1000, 1250))
        return self.chance.choice((1, 1, 1, 2, 2, 3, 4)) * 1000

    # --- the evening ---------------------------------------------------------------------------------------
    def _afterwards(self, day: date, *, sold: int, of: int) -> None:
        for _ in range(sold):
            if self.chance.random() < (0.03 if of > 100 else 0.1):
                self.invoices.taken_back(day)
        if (self.books.today - day).days in {9, 2}:
            sheets = self._baskets(day, 8 if of > 100 else 2)
            closed_shift(self.books, self.invoices, day, sheets)

    def _baskets(self, day: date, count: int) -> list[Sheet]:
        """Sales of one evening, each of what is left after the others."""
        taken: set[str] = set()
        sheets = []
        people = self.chance.sample(self.shoppers, min(len(self.shoppers), max(count * 2 // 3, 1)))
        for n in range(count):
            sheet = self._sheet(
                people[n % len(people)], self.books.moment(day, 19.9 + n * 0.01, spread=0.005)
            )
            if sheet and taken.isdisjoint(line.good.code for line in sheet.lines):
                sheet.percent = 0
                sheets.append(sheet)
                taken |= {line.good.code for line in sheet.lines}
        return sheets

    def _last_evening(self) -> None:
        """What is begun and not done: sales at the screen and elsewhere, a delivery half typed."""
        day, is_kiosk = self.books.today - timedelta(days=1), len(self.goods) < 40
        open_shift(self.books, self.invoices, self._baskets(day, 2 if is_kiosk else 4))
        for sheet in self._baskets(day, 1 if is_kiosk else 2):
            self.orders.take(sheet, is_draft=True)
        for sheet in self._baskets(day, 1 if is_kiosk else 5):
            self.invoices.drafted(sheet)
        for supplier in list(self.shelf.by_supplier)[:3]:
            self.shelf.deliver(supplier, day, days=21, state="Draft")


def _split(picked: Picked, first: int) -> tuple[Picked, Picked]:
    """Two parts of what was picked, the first of them so much."""
    parts: tuple[Picked, Picked] = ([], [])
    for lot, held in picked:
        now = min(held, first)
        first -= now
        if now:
            parts[0].append((lot, now))
        if held > now:
            parts[1].append((lot, held - now))
    return parts
