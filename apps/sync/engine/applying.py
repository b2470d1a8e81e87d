"""A page is a promise kept: what it holds is here, and the cursor behind it, or nothing of it is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import DataError, IntegrityError, transaction

from apps.sync.engine import tables
from apps.sync.engine.converting import Parked, Row, convert
from apps.sync.engine.declarations import Children, Mapped, Reference, Source
from apps.sync.engine.tables import Key, Values
from apps.sync.erpnext import Page

HEAD: Final = ("erp_modified", "gone_at")  # beside the declared columns, part of what can differ


@dataclass(frozen=True)
class Stamp:
    """Which run writes, and when."""

    run_id: int
    at: datetime


@dataclass(frozen=True)
class Applied:
    """What became of a page."""

    tally: Counter[str]
    parked: list[Parked]


def apply(source: Source, page: Page, *, stamp: Stamp) -> Applied:
    """Write a page as a set, inside the caller's transaction."""
    rows, parked = convert(source, page)
    tally, refused = _written(source, rows, stamp)
    return Applied(
        tally=tally + Counter(read=len(page.docs), quarantined=len(parked) + len(refused)),
        parked=[*parked, *refused],
    )


def _written(source: Source, rows: list[Row], stamp: Stamp) -> tuple[Counter[str], list[Parked]]:
    """Write rows; when the database refuses the set, halve it until the row that it means is found."""
    if not rows:
        return Counter(), []
    try:
        with transaction.atomic():
            return _Writing(source, rows, stamp).write(), []
    except (DataError, IntegrityError) as why:
        if len(rows) == 1:
            return Counter(), [_refused(rows[0], why)]
    half = len(rows) // 2
    first, first_refused = _written(source, rows[:half], stamp)
    second, second_refused = _written(source, rows[half:], stamp)
    return first + second, [*first_refused, *second_refused]


def _refused(row: Row, why: Exception) -> Parked:
    return Parked(
        name=row.name, modified=row.modified, field="", reason=str(why).strip(), document=row.document
    )


class _Writing:
    """One set of rows on its way into the tables of its source."""

    def __init__(self, source: Source, rows: list[Row], stamp: Stamp) -> None:
        self.source = source
        self.stamp = stamp
        self.columns = (*HEAD, *source.targets, *_keys(source))
        self.rows: dict[Key, tuple[Row, Values]] = {
            (row.name, row.creation): (row, (row.modified, None, *row.values, *keys))
            for row, keys in zip(rows, self._resolved(source, [row.values for row in rows]), strict=True)
        }
        self.lines = {table: self._lines_of(table, rows) for table in source.children}
        names = [row.name for row in rows]
        self.here = tables.documents_here(source, self.columns, names)

    def write(self) -> Counter[str]:
        replaced = {table: self._differing_lines(table) for table in self.source.children}
        touched = set().union(*replaced.values()) if replaced else set()
        changed = [key for key, (_, row) in self.rows.items() if key in touched or self._differs(key, row)]
        self._retire_namesakes()
        ids = self._upsert(changed)
        for table, keys in replaced.items():
            self._replace(table, keys, ids)
        created = sum(key not in self.here for key in changed)
        return Counter(
            created=created, updated=len(changed) - created, unchanged=len(self.rows) - len(changed)
        )

    def _differs(self, key: Key, values: Values) -> bool:
        return key not in self.here or self.here[key][1] != values

    def _differing_lines(self, table: Children) -> set[Key]:
        """The documents whose rows of this table are not, one for one, what is here."""
        columns = (*table.targets, *_keys(table))
        known = {self.here[key][0]: key for key in self.rows if key in self.here}
        rows_here = tables.rows_here(table, columns, list(known)) if known else {}
        of_known = {key: rows_here.get(parent, []) for parent, key in known.items()}
        return {key for key, rows in self.lines[table].items() if rows != of_known.get(key, [])}

    def _retire_namesakes(self) -> None:
        """A name is one document's at a time: another creation under it means the older one is gone."""
        now_called = dict(self.rows.keys())
        stale = [
            row_id
            for (name, creation), (row_id, values) in self.here.items()
            if creation != now_called[name] and values[HEAD.index("gone_at")] is None
        ]
        if stale:
            tables.retire(self.source, stale)

    def _upsert(self, changed: Sequence[Key]) -> dict[Key, int]:
        if not changed:
            return {}
        fixed = tuple(self.source.fixed.values())
        mark = (self.stamp.at, self.stamp.run_id)
        columns = (*self.source.fixed, "erp_name", "erp_creation", *self.columns, "read_at", "read_by")
        write = tables.upsert if self.here else tables.insert  # a first pull need not look for what differs
        return write(self.source, columns, [(*fixed, *key, *self.rows[key][1], *mark) for key in changed])

    def _replace(self, table: Children, keys: set[Key], ids: dict[Key, int]) -> None:
        if not keys:
            return
        columns = (*table.targets, *_keys(table))
        rows = [(ids[key], *line) for key in keys for line in self.lines[table][key]]
        known = [ids[key] for key in keys if key in self.here]
        tables.replace_rows(table, columns, rows, of_parents=known)

    def _lines_of(self, table: Children, rows: list[Row]) -> dict[Key, list[Values]]:
        """The rows of a table by document, their references resolved together."""
        flat = [line for row in rows for line in row.children[table.doctype]]
        keys = iter(self._resolved(table, [line[2:] for line in flat]))
        return {
            (row.name, row.creation): [(*line, *next(keys)) for line in row.children[table.doctype]]
            for row in rows
        }

    def _resolved(self, mapped: Mapped, rows: Sequence[Values]) -> list[Values]:
        """For each row the ids of what it refers to; None for what is not here yet."""
        found: list[list[Any]] = []
        for reference in mapped.references:
            at = mapped.targets.index(reference.by)
            ids = tables.ids_named(reference, (row[at] for row in rows), fixed=self._same_kind(reference))
            found.append([ids.get(row[at]) for row in rows])
        return list(zip(*found, strict=True)) if found else [()] * len(rows)

    def _same_kind(self, reference: Reference) -> dict[str, str]:
        return dict(self.source.fixed) if reference.to is self.source.model else {}


def _keys(mapped: Mapped) -> tuple[str, ...]:
    return tuple(reference.column for reference in mapped.references)
