"""Which rows a list is of, and in what order: by an index where one serves, by a scan for all else."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from apps.sync.demo.collation import sort_key, worded
from apps.sync.demo.filters import RANGE, Condition, several
from apps.sync.demo.rows import Index, Row
from apps.sync.demo.scope import Scope
from apps.sync.demo.store import DocType

# The indexes that are kept; the sync asks for pages in these orders.
KEPT: Final = (("modified", "name"), ("creation", "name"), ("name",), ("parent", "idx"))
# By which columns it asks for certain values, and the index for each. (A real site has none for customers; it
# scans the table, but not in Python.)
SOUGHT: Final = {"name": ("name",), "parent": ("parent", "idx"), "customer": ("customer", "name")}


@dataclass(frozen=True)
class Part:
    """One column of an order."""

    column: str
    down: bool = False


Order = tuple[Part, ...]


@dataclass(frozen=True)
class Filters:
    """All conditions of ``every`` hold, and one of ``either`` if there are any: one flat group."""

    every: tuple[Condition, ...] = ()
    either: tuple[Condition, ...] = ()

    def within(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Those of the rows that they leave."""
        for condition in self.every:
            rows = condition.within(rows)
        if self.either:
            rows = (row for row in rows if any(one.test(row[one.field]) for one in self.either))
        return iter(rows)

    def without(self, used: Sequence[Condition]) -> "Filters":
        """What is left to check when an index has seen to these."""
        return Filters(tuple(one for one in self.every if one not in used), self.either)


def ordering(scope: Scope, order_by: str, labels: Collection[str] = ()) -> Order:
    """An ``order_by``, read; ``labels`` are the names that the list gives to its columns."""
    parts = []
    for part in filter(None, map(str.strip, order_by.split(","))):
        words = part.rsplit(None, 1)
        way = words[1].lower() if len(words) > 1 and words[1].lower() in {"asc", "desc"} else ""
        parts.append(Part(scope.sorted_by(words[0] if way else part, labels), down=way == "desc"))
    return tuple(parts)


def chosen(doctype: DocType, filters: Filters, order: Order) -> Iterable[Row]:
    """The rows that the filters leave, in order."""
    named = next((one for one in filters.every if _is_named(doctype, one)), None)
    if named:
        index = doctype.rows.index(*SOUGHT[named.field])
        values = several(named.wanted) if named.operator == "in" else [named.wanted]
        rows = filters.without([named]).within(index.equal(map(worded, values)))
        return (
            rows if _columns(order) == SOUGHT[named.field] and _down(order) is False else ordered(rows, order)
        )
    kept = next((one for one in KEPT if one[: len(order)] == _columns(order)), None)
    if kept and order and _down(order) is not None and set(kept) <= set(doctype.columns):
        index, span, left = _spanned(doctype, kept, filters)
        return left.within(index.within(span[::-1] if _down(order) else span))
    return ordered(unordered(doctype, filters), order)


def unordered(doctype: DocType, filters: Filters) -> Iterator[Row]:
    """The rows that the filters leave."""
    ranged = {one.field for one in filters.every if one.operator in RANGE and one.wanted not in (None, "")}
    kept = next((one for one in KEPT if one[0] in ranged and one[0] in doctype.columns), None)
    if kept is None:
        doctype.rows.index("name")  # rows that were set as plain dicts become records
        return filters.within(list(doctype.rows.values()))
    index, span, left = _spanned(doctype, kept, filters)
    return left.within(index.within(span))


def how_many(doctype: DocType, filters: Filters) -> int:
    """How many rows the filters leave, without looking at any where the index knows."""
    if not filters.every and not filters.either:
        return len(doctype.rows)
    if filters.every and not filters.either:
        kept = next((one for one in KEPT if one[0] == filters.every[0].field), None)
        if kept and set(kept) <= set(doctype.columns):
            _, span, left = _spanned(doctype, kept, filters)
            if not left.every:
                return len(span)
    return sum(1 for _ in chosen(doctype, filters, ()))


def ordered(rows: Iterable[Row], order: Order) -> list[Row]:
    """In the order asked for; without one, in none that a client could rely on (API.md, trap 1)."""
    if not order:
        return sorted(rows, key=lambda row: _anyhow(str(row["name"])))
    done = list(rows)
    for part in reversed(order):
        column = part.column
        done.sort(key=lambda row: sort_key(row[column]), reverse=part.down)
    return done


def _anyhow(name: str) -> bytes:
    return hashlib.md5(name.encode(), usedforsecurity=False).digest()


def _spanned(doctype: DocType, kept: tuple[str, ...], filters: Filters) -> tuple[Index, range, Filters]:
    """The part of an index that the conditions on its first column leave, and what is left to check."""
    index = doctype.rows.index(*kept)
    used = [
        one
        for one in filters.every
        if one.field == kept[0] and one.operator in RANGE and one.wanted not in (None, "")
    ]
    return index, index.span((one.operator, worded(one.wanted)) for one in used), filters.without(used)


def _is_named(doctype: DocType, one: Condition) -> bool:
    has_index = one.field in SOUGHT and set(SOUGHT[one.field]) <= set(doctype.columns)
    return has_index and (one.operator == "in" or (one.operator == "=" and bool(one.wanted)))


def _columns(order: Order) -> tuple[str, ...]:
    return tuple(part.column for part in order)


def _down(order: Order) -> bool | None:
    """Whether an order goes down, or None when it goes both ways."""
    ways = {part.down for part in order}
    return ways.pop() if len(ways) == 1 else None
