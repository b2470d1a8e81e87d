"""The spans of time that a ``timespan`` filter names, as frappe counts them; weeks begin on Sunday."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

TIME_ZONE: Final = "Europe/London"
MONTHS: Final = {"month": 1, "quarter": 3, "6 months": 6, "year": 12}
Span = tuple[date, date]


def now() -> datetime:
    """The site's wall clock."""
    return datetime.now(ZoneInfo(TIME_ZONE)).replace(tzinfo=None)


def span(words: str, *, today: date) -> Span | None:
    """First and last day of a span; None for words that name none."""
    words = words.strip().lower()
    if words in NEAR:
        days = NEAR[words]
        return today + timedelta(days), today + timedelta(days)
    which, _, unit = words.partition(" ")
    steps = {"last": -1, "this": 0, "next": 1}.get(which)
    if steps is None:
        return None
    number = unit.removesuffix(" days")
    if number.isdecimal() and steps:
        return _days(today, steps * int(number))
    return UNITS[unit](today, steps) if unit in UNITS else None


def _days(today: date, days: int) -> Span:
    return (today + timedelta(days), today) if days < 0 else (today, today + timedelta(days))


def _week(today: date, steps: int) -> Span:
    first = today - timedelta((today.weekday() + 1) % 7) + timedelta(weeks=steps)
    return first, first + timedelta(6)


def _months(months: int) -> Callable[[date, int], Span]:
    def of(today: date, steps: int) -> Span:
        at = (today.year * 12 + today.month - 1) // months * months + steps * months
        return _first(at), _first(at + months) - timedelta(1)

    return of


def _first(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


NEAR: Final = {"yesterday": -1, "today": 0, "tomorrow": 1}
UNITS: Final[dict[str, Callable[[date, int], Span]]] = {
    "week": _week,
    **{unit: _months(months) for unit, months in MONTHS.items()},
}
