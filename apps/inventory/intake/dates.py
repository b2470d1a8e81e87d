"""Dates as suppliers write them: ISO, day or month first, by the month's name, as a spreadsheet's own number.

As with numbers, 03/04/2027 is read both ways, and the column's other dates tell which (docs/adr/0231).
"""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from apps.inventory.intake.cells import UnreadableError, one_line
from apps.inventory.intake.numbers import DIGITS
from apps.inventory.intake.vocabulary import month_of

LONGEST: Final = 40
FIRST_YEAR, LAST_YEAR = 2000, 2099
EPOCH: Final = date(1899, 12, 30)  # as it is after February 1900, which had a day too many
EPOCH_1904: Final = date(1904, 1, 1)
SERIAL: Final = re.compile(r"[2-7]\d{4}(?:\.\d+)?")
TIME: Final = re.compile(r"(?:[T ]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?: ?[AaPp][Mm])?Z?)$")
ISO: Final = re.compile(r"(\d{4})([-/. ])(\d{1,2})\2(\d{1,2})\.?")
COMPACT: Final = re.compile(r"(20\d\d)(\d\d)(\d\d)")
NUMERIC: Final = re.compile(r"(\d{1,2})([-/. ]) ?(\d{1,2})\2 ?(\d{4}|\d{2})\.?")
MONTH: Final = re.compile(r"(\d{1,2})[-/.](\d{4})|(\d{4})[-/.](\d{1,2})")
OF: Final = re.compile(r"\b(?:de|del|do|of)\b", re.IGNORECASE)
BETWEEN: Final = r"[ .,/-]*"
DAY_FIRST: Final = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th|er|º)?{BETWEEN}([^\W\d_][^\d_]*?){BETWEEN}(\d{{4}}|\d{{2}})"
)
MONTH_FIRST: Final = re.compile(rf"([^\W\d_]+)\.?{BETWEEN}(\d{{1,2}})(?:st|nd|rd|th)?,? +(\d{{4}})")
MONTH_NAMED: Final = re.compile(rf"([^\W\d_][^\d_]*?){BETWEEN}(\d{{4}})")
Parts = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Day:
    """A date as it is written, with both orders of its day and month where it does not tell."""

    day_first: date | None
    month_first: date | None
    has_dots: bool = False  # nobody writes the month first with them

    @property
    def is_ambiguous(self) -> bool:
        """Whether it is one date or another."""
        return None not in (self.day_first, self.month_first) and self.day_first != self.month_first

    @property
    def order(self) -> str:
        """The only order under which it is a date; "" where it does not tell."""
        if self.month_first is None:
            return "day"
        return "month" if self.day_first is None else ""

    def under(self, order: str) -> date:
        """The date, in that order where it matters."""
        first, second = self.day_first, self.month_first
        taken = (second if order == "month" else first) if self.is_ambiguous else first or second
        assert taken is not None  # noqa: S101  none is made without one
        return taken


@dataclass(frozen=True, slots=True)
class Order:
    """What a column's dates begin with."""

    first: str = ""  # "day", "month"; "" where the column does not tell, or tells both
    is_mixed: bool = False


def day(text: str) -> Day:
    """A text as a date. Raises UnreadableError."""
    written = one_line(text.translate(DIGITS))
    if len(written) > LONGEST:
        raise UnreadableError("not-a-date")
    written = TIME.sub("", written).strip(" ,")
    if found := NUMERIC.fullmatch(written):
        return _either(found)
    certain = _certain(written)
    if certain is None:
        raise UnreadableError("not-a-date")
    return Day(certain, certain)


def serial(number: Decimal, *, since_1904: bool) -> Day:
    """A spreadsheet's own number of a day. Raises UnreadableError."""
    if not number.is_finite() or not 1 <= number < 100_000:
        raise UnreadableError("not-a-date")
    counted = _within((EPOCH_1904 if since_1904 else EPOCH) + timedelta(days=int(number)))
    return Day(counted, counted)


def order_of(days: Iterable[Day]) -> Order:
    """What the dates of a column begin with."""
    orders = {one.order for one in days if one.day_first != one.month_first} - {""}
    if len(orders) > 1:
        return Order(is_mixed=True)
    return Order(orders.pop()) if orders else Order()


def _either(found: re.Match[str]) -> Day:
    one, other, year = int(found[1]), int(found[3]), _year(found[4])
    day_first, month_first = _date((year, other, one)), _date((year, one, other))
    if day_first is None and month_first is None:
        raise UnreadableError("not-a-date")
    for taken in (day_first, month_first):
        if taken:
            _within(taken)
    has_dots = found[2] == "."
    return Day(day_first, None if has_dots and day_first else month_first, has_dots)


def _certain(text: str) -> date | None:
    """A date whose parts cannot be taken for one another."""
    if SERIAL.fullmatch(text):
        return _within(EPOCH + timedelta(days=int(Decimal(text))))
    parts = _by_digits(text) or _by_name(one_line(OF.sub(" ", text)))
    if parts is None:
        return None
    found = _date(parts)
    return _within(found) if found else None


def _by_digits(text: str) -> Parts | None:
    if found := ISO.fullmatch(text):
        return int(found[1]), int(found[3]), int(found[4])
    if found := COMPACT.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := MONTH.fullmatch(text):
        return _end_of(int(found[2] or found[3]), int(found[1] or found[4]))
    return None


def _by_name(text: str) -> Parts | None:
    if found := DAY_FIRST.fullmatch(text):
        month = month_of(found[2])
        return (_year(found[3]), month, int(found[1])) if month else None
    if found := MONTH_FIRST.fullmatch(text):
        month = month_of(found[1])
        return (int(found[3]), month, int(found[2])) if month else None
    if found := MONTH_NAMED.fullmatch(text):
        month = month_of(found[1])
        return _end_of(int(found[2]), month) if month else None
    return None


def _end_of(year: int, month: int) -> Parts | None:
    """What is best before a month is good until its last day."""
    if not (1 <= month <= 12 and 1 <= year <= 9999):
        return None
    return year, month, monthrange(year, month)[1]


def _year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


def _date(parts: Parts) -> date | None:
    try:
        return date(*parts)
    except ValueError:
        return None


def _within(found: date) -> date:
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise UnreadableError("date-out-of-range", value=found.isoformat())
    return found
