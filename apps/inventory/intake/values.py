"""One column at a time: what its cells are worth, in the way that the column as a whole is written."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Generic, NamedTuple, TypeVar

from apps.inventory.intake import dates, numbers
from apps.inventory.intake.cells import Cell, Faulty, Flaw, UnreadableError, plain, shown
from apps.inventory.intake.dates import Day, Order
from apps.inventory.intake.fields import Field
from apps.inventory.intake.numbers import COMMA, POINT
from apps.inventory.intake.vocabulary import is_nothing

Taken = TypeVar("Taken")
HUNDRED: Final = Decimal(100)
LAST_SERIAL: Final = Decimal(99_999)


class Rule(NamedTuple):
    """What a number of a column may be."""

    places: int
    most: Decimal


RULES: Final = {
    Field.BUY_PRICE: Rule(6, Decimal(9_999_999)),
    Field.SELL_PRICE: Rule(2, Decimal(9_999_999)),
    Field.QUANTITY: Rule(3, Decimal(999_999)),
    Field.VAT_RATE: Rule(3, HUNDRED),
}


class Texts(Generic[Taken]):
    """The texts of a column, each taken apart once, however often it stands there."""

    def __init__(self, cells: Iterable[Cell], read: Callable[[str], Taken], *, unread: str) -> None:
        self._unread = unread
        self._taken: dict[str, Taken | UnreadableError] = {}
        for cell in cells:
            if isinstance(cell, str) and cell not in self._taken and not is_nothing(cell):
                self._taken[cell] = _tried(cell, read)

    def readable(self) -> list[Taken]:
        """What could be taken apart."""
        return [one for one in self._taken.values() if not isinstance(one, UnreadableError)]

    def of(self, text: str) -> Taken:
        """A text taken apart. Raises UnreadableError."""
        taken = self._taken.get(text, UnreadableError(self._unread))
        if isinstance(taken, UnreadableError):
            raise UnreadableError(taken.code, **taken.facts)
        return taken


def _tried(text: str, read: Callable[[str], Taken]) -> Taken | UnreadableError:
    try:
        return read(text)
    except UnreadableError as why:
        return UnreadableError(why.code, **why.facts)  # anew: a caught one keeps every frame it came through


def sound(cell: Cell) -> Cell:
    """A cell that has a value. Raises UnreadableError for one that shows an error instead."""
    if isinstance(cell, Faulty):
        raise UnreadableError("error-cell" if cell.kind is Flaw.ERROR else "no-value", value=cell.text)
    return cell


class NumberColumn:
    """A column of numbers, by its own evidence for what its signs mean."""

    def __init__(self, field: Field, cells: Iterable[Cell]) -> None:
        held = list(cells)
        self.field = field
        self._texts = Texts(held, numbers.figure, unread="not-a-number")
        self.style = numbers.style_of(self._texts.readable())
        self.money = sorted({one.money for one in self._texts.readable()} - {""})
        self.doubtful = next((cell for cell in held if self._is_doubtful(cell)), None)
        self.fallback = POINT
        self.are_shares = field is Field.VAT_RATE and self._are_shares(held)

    def _is_doubtful(self, cell: Cell) -> bool:
        if not isinstance(cell, str) or self.style.sign or self.style.is_mixed:
            return False
        try:
            return self._texts.of(cell).is_ambiguous
        except UnreadableError:
            return False

    def _are_shares(self, cells: list[Cell]) -> bool:
        """Whether rates are written as 0.2: none is one or more, and at least one is more than nothing."""
        bare = [one.under(self.sign) for one in self._texts.readable() if not one.is_percent]
        bare += [cell for cell in cells if isinstance(cell, Decimal)]
        return any(bare) and all(value < 1 for value in bare)

    @property
    def sign(self) -> str:
        """The decimal sign under which ambiguous numbers are read."""
        return self.style.sign or self.fallback

    def both(self, text: str) -> dict[str, str | int]:
        """The two things that an ambiguous text can be."""
        one = self._texts.of(text)
        return {"value": text, "one": plain(one.under(POINT)), "other": plain(one.under(COMMA))}

    def value(self, cell: Cell) -> Decimal:
        """What a filled cell is worth, whatever its size. Raises UnreadableError."""
        cell = sound(cell)
        if isinstance(cell, Decimal):
            return self._rate(cell, is_percent=False)
        if isinstance(cell, date):
            raise UnreadableError("a-date", value=cell.isoformat())
        one = self._texts.of(cell) if isinstance(cell, str) else None
        if one is None or (one.is_percent and self.field is not Field.VAT_RATE):
            raise UnreadableError("not-a-number")
        if one.is_ambiguous and self.style.is_mixed:
            raise UnreadableError("ambiguous-number", **self.both(str(cell)))
        return self._rate(one.under(self.sign), is_percent=one.is_percent)

    def readable_value(self, cell: Cell) -> Decimal | None:
        """What a cell is worth, None for one that cannot be read."""
        try:
            return None if cell == "" else self.value(cell)
        except UnreadableError:
            return None

    def _rate(self, value: Decimal, *, is_percent: bool) -> Decimal:
        """A share of one becomes a percentage, where all the column is written so."""
        if self.field is not Field.VAT_RATE or is_percent:
            return value
        if self.are_shares:
            return value * HUNDRED
        if 0 < value < 1:
            raise UnreadableError("vat-unclear", value=plain(value))
        return value

    def within(self, value: Decimal) -> Decimal:
        """The value, if it is one that the column may have. Raises UnreadableError."""
        rule = RULES[self.field]
        if value < 0:
            raise UnreadableError("negative", value=plain(value))
        if self.field is Field.QUANTITY and value == 0:
            raise UnreadableError("not-above-zero", value=plain(value))
        if value > rule.most:
            raise UnreadableError("too-large", value=plain(value), most=plain(rule.most))
        return value

    def rounded(self, value: Decimal) -> Decimal:
        """The value with no more places than the column has."""
        return value.quantize(Decimal(1).scaleb(-RULES[self.field].places), rounding=ROUND_HALF_UP)


class DateColumn:
    """A column of dates, by its own evidence for what comes first."""

    def __init__(self, cells: Iterable[Cell], *, since_1904: bool) -> None:
        held = list(cells)
        self._since_1904 = since_1904
        self._texts = Texts(held, dates.day, unread="not-a-date")
        self.order: Order = dates.order_of(self._texts.readable())
        self.doubtful = next((cell for cell in held if self._is_doubtful(cell)), None)

    def _is_doubtful(self, cell: Cell) -> bool:
        if not isinstance(cell, str) or self.order.first or self.order.is_mixed:
            return False
        try:
            return self._texts.of(cell).is_ambiguous
        except UnreadableError:
            return False

    def both(self, text: str) -> dict[str, str | int]:
        """The two dates that an ambiguous text can be."""
        one = self._texts.of(text)
        return {"value": text, "one": one.under("day").isoformat(), "other": one.under("month").isoformat()}

    def value(self, cell: Cell) -> date:
        """The date of a filled cell. Raises UnreadableError."""
        cell = sound(cell)
        if isinstance(cell, Decimal):
            return self._counted(cell)
        if isinstance(cell, date):
            return self._typed(cell)
        one: Day = self._texts.of(str(cell))
        if one.is_ambiguous and self.order.is_mixed:
            raise UnreadableError("ambiguous-date", **self.both(str(cell)))
        return one.under(self.order.first or "day")

    def _counted(self, cell: Decimal) -> date:
        """A number: the spreadsheet's own of a day, or year, month and day in one."""
        if cell > LAST_SERIAL:
            return dates.day(plain(cell)).under("day")
        return dates.serial(cell, since_1904=self._since_1904).under("day")

    def _typed(self, cell: date) -> date:
        if not dates.FIRST_YEAR <= cell.year <= dates.LAST_YEAR:
            raise UnreadableError("date-out-of-range", value=cell.isoformat())
        return cell


BARCODE: Final = re.compile(r"[0-9A-Za-z]{4,40}")
GTIN: Final = frozenset({8, 12, 13, 14})


def barcode(cell: Cell) -> str:
    """The signs of a barcode. Raises UnreadableError."""
    text = re.sub(r"[\s\-]", "", shown(sound(cell))).translate(numbers.DIGITS)
    if numbers.SHORTENED.fullmatch(text) and not text.isdigit() and "+" in text:
        raise UnreadableError("shortened-number")
    if not BARCODE.fullmatch(text):
        raise UnreadableError("not-a-barcode")
    return text


def has_wrong_check_digit(code: str) -> bool:
    """Whether a barcode of a known length is mistyped, by its last digit."""
    if len(code) not in GTIN or not code.isdigit():
        return False
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(code)))
    return weighed % 10 != 0
