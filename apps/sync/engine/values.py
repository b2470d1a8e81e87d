"""ERPNext's values into ours. What does not fit raises ValueError with the reason; nothing is bent."""

import html
import re
from collections.abc import Callable, Sequence
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from types import NoneType
from typing import Any, Final

import nh3

from apps.core.mirror import NAME_LENGTH
from apps.core.money import decimal_of

NINE_PLACES: Final = Decimal("1e-9")
TOO_MUCH: Final = Decimal(10) ** 12  # of the column's twenty-one digits nine are behind the point
MOST: Final = 2**31
CLOCK: Final = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,6}))?")


def text(value: Any) -> str:
    """A name, link or short text; null and "" are the same "not set" (docs/adr/0101)."""
    if type(value) is str and len(value) <= NAME_LENGTH and "\x00" not in value:
        return value
    words = long_text(value)
    if len(words) > NAME_LENGTH:
        raise ValueError(f"is {len(words)} characters long; {NAME_LENGTH} fit")
    return words


def long_text(value: Any) -> str:
    """A text of any length."""
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # names that ERPNext counts up itself come as numbers
    if not isinstance(value, str):
        raise ValueError(f"is {_kind(value)}, not text")  # noqa: TRY004 - one kind of refusal for a value
    if "\x00" in value:
        raise ValueError("holds a NUL character, which PostgreSQL cannot store")
    return value


def needed_text(value: Any) -> str:
    """A text that must be there."""
    words = text(value)
    if not words:
        raise ValueError("is empty")
    return words


def safe_html(value: Any) -> str:
    """A description that may be shown as it is: harmless tags stay, all else goes (spec/00 rule 17)."""
    words = long_text(value)
    return nh3.clean(words) if "<" in words or "&" in words else html.escape(words, quote=False)


def number(value: Any) -> Decimal:
    """Money, a quantity or a percentage at ERPNext's nine places, without a float's tail."""
    if value is None or isinstance(value, bool):
        raise ValueError(f"is {_kind(value)}, not a number")
    exact = decimal_of(value)
    if exact.copy_abs() >= TOO_MUCH:
        raise ValueError("has more than twelve digits before the point")
    return exact.quantize(NINE_PLACES, rounding=ROUND_HALF_UP) + 0  # there is no zero below zero


def whole(value: Any) -> int:
    """A count."""
    exact = number(value)
    if exact != int(exact) or abs(exact) >= MOST:
        raise ValueError(f"is {value}, not a whole number that fits")
    return int(exact)


def check(value: Any) -> bool:
    """A check box."""
    if value not in (0, 1):
        raise ValueError(f"is {value!r}, neither 0 nor 1")
    return bool(value)


def unchecked(value: Any) -> bool:
    """The opposite of a check box that ERPNext words the other way round ("disabled")."""
    return not check(value)


def docstatus(value: Any) -> int:
    """Draft, submitted or cancelled."""
    if value not in (0, 1, 2):
        raise ValueError(f"is {value!r}, neither 0, 1 nor 2")
    return int(value)


def day(value: Any) -> date | None:
    """A date of the site's zone, or none."""
    if value in (None, ""):
        return None
    return needed_day(value)


def needed_day(value: Any) -> date:
    """A date that must be there."""
    if not isinstance(value, str):
        raise ValueError(f"is {_kind(value)}, not a date")  # noqa: TRY004
    return _day(value)


@lru_cache(maxsize=10_000)  # thirty years of them
def _day(words: str) -> date:
    return date.fromisoformat(words)


def clock_time(value: Any) -> time:
    """A time of day. ERPNext pads none of its parts: "8:42:30", "23:25:45.093545", "23:23:5.73704"."""
    parts = CLOCK.fullmatch(value) if isinstance(value, str) else None
    if parts is None:
        raise ValueError(f"is {value!r}, not a time")
    hour, minute, second, fraction = parts.groups(default="0")
    return time(int(hour), int(minute), int(second), int(fraction.ljust(6, "0")))


# --- a column at once --------------------------------------------------------------------------------------
def read_all(reader: Callable[..., Any], *columns: Sequence[Any]) -> Sequence[Any]:
    """What ``reader`` makes of each row of these columns. Raises as it does for the first misfit.

    Most are texts, numbers and check boxes, which are looked at as a whole, at a fraction of the cost.
    """
    as_a_whole = WHOLESALE.get(reader)
    found = as_a_whole(columns[0]) if as_a_whole else None
    return list(map(reader, *columns)) if found is None else found


def _texts(column: Sequence[Any]) -> Sequence[str] | None:
    """The column, if it holds nothing but text that fits and what is not set; None: look at each."""
    words = _long_texts(column)
    return words if words is not None and max(map(len, words)) <= NAME_LENGTH else None


def _long_texts(column: Sequence[Any]) -> Sequence[str] | None:
    kinds = set(map(type, column))
    if not kinds <= {str, NoneType}:
        return None
    words = column if kinds == {str} else [value or "" for value in column]
    return None if "\x00" in "".join(words) else words


def _needed_texts(column: Sequence[Any]) -> Sequence[str] | None:
    words = _texts(column)
    return words if words is not None and all(words) else None


def _numbers(column: Sequence[Any]) -> Sequence[Decimal] | None:
    return list(map(KNOWN.__getitem__, column)) if set(map(type, column)) <= {int, float} else None


def _wholes(column: Sequence[Any]) -> Sequence[int] | None:
    fits = set(map(type, column)) == {int} and min(column) > -MOST and max(column) < MOST
    return column if fits else None


def _checks(column: Sequence[Any]) -> Sequence[bool] | None:
    return list(map(bool, column)) if set(column) <= {0, 1} else None


class _Known(dict[float, Decimal]):
    """Numbers as they have been read: a shop's repeat."""

    def __missing__(self, value: float) -> Decimal:
        if len(self) >= MOST_KNOWN:
            self.clear()
        found = self[value] = number(value)
        return found


MOST_KNOWN: Final = 100_000
KNOWN: Final = _Known()
WHOLESALE: Final[dict[Callable[..., Any], Callable[[Sequence[Any]], Sequence[Any] | None]]] = {
    text: _texts,
    long_text: _long_texts,
    needed_text: _needed_texts,
    number: _numbers,
    whole: _wholes,
    check: _checks,
}


def _kind(value: Any) -> str:
    return "missing" if value is None else f"a {type(value).__name__}"
