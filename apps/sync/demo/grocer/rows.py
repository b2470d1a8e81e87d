"""How a row comes to be: every column that a real ERPNext sends, and only what is known of it filled in."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Final

from apps.sync.demo.schema import SHIPPED
from apps.sync.demo.store import Row, Store, collated

COMPANY: Final = "Corner Grocer Ltd"
OFFICE: Final = "Administrator"
BUYER: Final = "buyer@grocer.example"
TILL: Final = "till1@grocer.example"
SIGNS: Final = "0123456789abcdefghijklmnopqrstuv"


def pounds(pence: int) -> float:
    """An amount as ERPNext sends it; within the grocer's books it is whole pence."""
    return pence / 100


def amount(thousandths: int) -> float:
    """A quantity as ERPNext sends it; within the books it is whole thousandths of the unit."""
    return thousandths / 1000


def stamp(at: datetime) -> str:
    return at.isoformat(sep=" ", timespec="microseconds")


def clock(at: datetime) -> str:
    """A time as ERPNext writes it: the hour without a leading nought."""
    return f"{at.hour}:{at:%M:%S}"


@dataclass(frozen=True)
class Inside:
    """Where the row of a table lives."""

    doctype: str
    name: str
    field: str


class Books:
    """The rows that have been written so far, and the dice by which the rest is decided."""

    def __init__(self, *, seed: int, today: date) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - the same data set each time, no secret
        self.today = today
        self.first_day = today - timedelta(days=365)
        self.store = _without_rows()
        self.numbers: Counter[str] = Counter()

    def key(self, length: int = 10) -> str:
        """A name such as ERPNext gives to what nobody calls by a name."""
        return "".join(self.chance.choices(SIGNS, k=length))

    def number(self, series: str, day: date) -> str:
        """The next name of a series: ACC-SINV-2026-00001 and so on, anew each year."""
        prefix = f"{series}-{day.year}"
        self.numbers[prefix] += 1
        return f"{prefix}-{self.numbers[prefix]:05d}"

    def moment(self, day: date, hour: float, *, spread: float = 0.0) -> datetime:
        """A moment of this day, up to ``spread`` hours after ``hour``."""
        seconds = (hour + self.chance.random() * spread) * 3600
        return datetime.combine(day, time()) + timedelta(seconds=round(seconds, 6))

    def add(
        self,
        doctype: str,
        name: str,
        *,
        at: datetime,
        by: str = OFFICE,
        inside: Inside | None = None,
        **values: Any,
    ) -> Row:
        """Write a row: what is not given is as in every recorded row, or empty."""
        known = {"name": name, "owner": by, "modified_by": by, "creation": stamp(at), "modified": stamp(at)}
        if inside:
            known |= {"parenttype": inside.doctype, "parent": inside.name, "parentfield": inside.field}
        row = _blanks()[doctype] | known | values
        self.store.doctypes[doctype].rows[collated(name)] = row
        return row

    def row(self, doctype: str, name: str) -> Row:
        return self.store.doctypes[doctype].rows[collated(name)]

    def remove(self, doctype: str, name: str) -> None:
        """Take a row away without a trace, as a plain SQL deletion does."""
        del self.store.doctypes[doctype].rows[collated(name)]


def _unconnected() -> Store:
    """The recorded site as it was before Larder asked for a field of its own."""
    store = Store.recorded()
    store.doctypes["Purchase Receipt"].lose("custom_larder_ref")
    return store


def _without_rows() -> Store:
    store = _unconnected()
    for doctype in store.doctypes.values():
        if doctype.name not in SHIPPED:
            doctype.rows.clear()
    return store


@cache
def _recorded() -> Store:
    return _unconnected()


@cache
def _blanks() -> Mapping[str, Row]:
    """By DocType a row with every column: what all recorded rows share, or what empty is for its type."""
    return {
        doctype.name: doctype.blanks
        | {column: _blank([row[column] for row in doctype.rows.values()]) for column in doctype.columns}
        if doctype.rows
        else doctype.blanks
        for doctype in _recorded().doctypes.values()
    }


def _blank(values: list[Any]) -> Any:
    if all(value == values[0] for value in values):
        return values[0] if values else None
    numbers = [value for value in values if isinstance(value, int | float)]
    if numbers:
        return 0.0 if any(isinstance(value, float) for value in numbers) else 0
    return None if None in values else ""
