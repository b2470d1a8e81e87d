"""A page is a promise kept: what it holds is here, and the cursor behind it, or nothing of it is."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import DataError, IntegrityError

from apps.core.locks import retry_deadlocks
from apps.core.mirror import Renamed, Written
from apps.sync.engine import explaining, marking, tables
from apps.sync.engine.converting import Parked, Row
from apps.sync.engine.declarations import Children, Entity, Gone, Mapped, Reference, Source
from apps.sync.engine.explaining import Changed
from apps.sync.engine.settling import Unsettled
from apps.sync.engine.tables import Key, Values

HEAD: Final = ("erp_modified", "gone_at")  # beside the declared columns, part of what can differ
GONE_AT: Final = HEAD.index("gone_at")


@dataclass(frozen=True)
class Stamp:
    """Which run writes, when, and what it must know of the other entities."""

    run_id: int
    at: datetime
    every: tuple[Entity, ...] = ()
    leaves_marks: bool = False  # a first pull does not: what it touches elsewhere is read whole anyway


@dataclass(frozen=True)
class Move:
    """A row of ours whose document ERPNext calls otherwise now."""

    row: int
    was: str
    key: Key


@dataclass
class Applied:
    """What became of some rows."""

    tally: Counter[str] = field(default_factory=Counter)
    parked: list[Parked] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    unsettled: Unsettled = field(default_factory=Unsettled)

    def __add__(self, other: "Applied") -> "Applied":
        return Applied(
            self.tally + other.tally,
            [*self.parked, *other.parked],
            [*self.changed, *other.changed],
            [*self.created, *other.created],
            Unsettled(
                self.unsettled.arrived | other.unsettled.arrived,
                self.unsettled.waiting | other.unsettled.waiting,
            ),
        )


def apply(
    source: Source, rows: list[Row], *, moves: Sequence[Move] = (), stamp: Stamp, are_new: bool = False
) -> Applied:
    """Write rows as a set, inside the caller's transaction.

    When the database refuses the set, it is halved until the row that it means is found. ``are_new``: none of
    them can be here, so it is not looked whether they are; if one is after all, the database refuses the set.
    """
    if not rows:
        return Applied()
    try:
        return retry_deadlocks(lambda: _Writing(source, rows, moves, stamp, are_new=are_new).write())
    except (DataError, IntegrityError) as why:
        if are_new:
            return apply(source, rows, moves=moves, stamp=stamp)
        if len(rows) == 1:
            return Applied(parked=[_refused(rows[0], why)])
    half = len(rows) // 2
    return apply(source, rows[:half], moves=moves, stamp=stamp) + apply(
        source, rows[half:], moves=moves, stamp=stamp
    )


def let_go(source: Source, rows: Sequence[tuple[int, str]], *, stamp: Stamp) -> None:
    """Do with rows (id and name) whose documents are gone what their source says, and tell of it."""
    ids = [row for row, _ in rows]
    if source.gone == Gone.DELETE:
        tables.delete(source, ids)
        _tell(source, Written(model=source.model, deleted=tuple(ids)))
        return
    tables.retire(source, ids, run_id=stamp.run_id, at=stamp.at)
    gone = [Changed(row, name, {"gone_at": [None, stamp.at.isoformat()]}) for row, name in rows]
    explaining.keep(source.model, gone, run_id=stamp.run_id, at=stamp.at)
    _tell(source, Written(model=source.model, retired=tuple(ids)))


def _refused(row: Row, why: Exception) -> Parked:
    return Parked(
        name=row.name, modified=row.modified, field="", reason=str(why).strip(), document=row.document
    )


def _tell(source: Source, written: Written) -> None:
    for listener in source.wrote:
        listener(written)


class _Writing:
    """One set of rows on its way into the tables of its source."""

    def __init__(
        self, source: Source, rows: list[Row], moves: Sequence[Move], stamp: Stamp, *, are_new: bool
    ) -> None:
        self.source = source
        self.stamp = stamp
        self.unsettled = Unsettled()
        self.columns = (*HEAD, *source.targets, *_keys(source))
        keys = {(row.name, row.creation) for row in rows}
        self.moves = {move.key: move for move in moves if move.key in keys}
        self._rename()
        self.rows: dict[Key, tuple[Row, Values]] = {
            (row.name, row.creation): (row, (row.modified, None, *row.values, *keys))
            for row, keys in zip(rows, self._resolved(source, [row.values for row in rows]), strict=True)
        }
        self.lines = {table: self._lines_of(table, rows) for table in source.children}
        self.here = {} if are_new else tables.documents_here(source, self.columns, list(self.rows))
        self.lines_here = {table: self._lines_we_have(table) for table in source.children}

    def write(self) -> Applied:
        replaced = {table: self._differing_lines(table) for table in self.source.children}
        touched = set().union(*replaced.values()) if replaced else set()
        changed = [key for key, (_, row) in self.rows.items() if key in touched or self._differs(key, row)]
        self._retire_namesakes()
        ids = self._upsert(changed)
        for table, keys in replaced.items():
            self._replace(table, keys, ids)
        found = self._explained(changed, replaced)
        explaining.keep(self.source.model, found, run_id=self.stamp.run_id, at=self.stamp.at)
        self._tell_of(changed, ids)
        if self.moves or self._new(changed):
            self.unsettled.arrived.add(self.source.model)
        return Applied(
            tally=self._counted(changed),
            changed=found,
            created=[key[0] for key in self._new(changed)],
            unsettled=self.unsettled,
        )

    def _new(self, changed: Iterable[Key]) -> list[Key]:
        return [key for key in changed if key not in self.here]

    def _counted(self, changed: Sequence[Key]) -> Counter[str]:
        created = len(self._new(changed))
        return Counter(
            created=created,
            updated=len(changed) - created,
            unchanged=len(self.rows) - len(changed),
            renamed=len(self.moves),
        )

    def _rename(self) -> None:
        if not self.moves:
            return
        moved = [(move.row, move.key[0]) for move in self.moves.values()]
        tables.rename(self.source, moved, at=self.stamp.at)
        for link in marking.links_to(self.source, self.stamp.every):
            tables.follow(link.reference, link.model, moved)

    def _differs(self, key: Key, values: Values) -> bool:
        return key not in self.here or self.here[key][1] != values

    def _lines_we_have(self, table: Children) -> dict[Key, list[Values]]:
        known = {self.here[key][0]: key for key in self.rows if key in self.here}
        if not known:
            return {}
        rows = tables.rows_here(table, (*table.targets, *_keys(table)), list(known))
        return {known[parent]: lines for parent, lines in rows.items()}

    def _differing_lines(self, table: Children) -> set[Key]:
        """The documents whose rows of this table are not, one for one, what is here."""
        here = self.lines_here[table]
        return {key for key, rows in self.lines[table].items() if rows != here.get(key, [])}

    def _retire_namesakes(self) -> None:
        """A name is one document's at a time: another creation under it means the older one is gone."""
        now_called = dict(self.rows.keys())
        stale = [
            (row_id, name)
            for (name, creation), (row_id, values) in self.here.items()
            if creation != now_called[name] and values[GONE_AT] is None
        ]
        if stale:
            let_go(self.source, stale, stamp=self.stamp)

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

    def _explained(self, changed: Sequence[Key], replaced: dict[Children, set[Key]]) -> list[Changed]:
        """Field by field, for what was here before; a stamp alone explains nothing."""
        known = [key for key in changed if key in self.here]
        return [Changed(self.here[key][0], key[0], self._differences(key, replaced)) for key in known]

    def _differences(self, key: Key, replaced: dict[Children, set[Key]]) -> dict[str, Any]:
        columns = self.source.targets[: len(self.source.targets) - len(self.source.twins)]
        shown = slice(len(HEAD), len(HEAD) + len(columns))
        was, now = self.here[key][1], self.rows[key][1]
        found: dict[str, Any] = explaining.of_columns(columns, was[shown], now[shown])
        if key in self.moves:
            found["erp_name"] = [self.moves[key].was, key[0]]
        elif was[GONE_AT] is not None:
            found["gone_at"] = [was[GONE_AT].isoformat(), None]
        for table, keys in replaced.items():
            if key in keys:
                found[table.doctype] = self._line_differences(table, key)
        return found

    def _line_differences(self, table: Children, key: Key) -> list[dict[str, Any]]:
        width = 2 + len(table.targets)
        was = [line[:width] for line in self.lines_here[table].get(key, [])]
        return explaining.of_lines(table.targets, was, [line[:width] for line in self.lines[table][key]])

    def _tell_of(self, changed: Sequence[Key], ids: dict[Key, int]) -> None:
        if not changed:
            return
        new = set(self._new(changed))
        written = Written(
            model=self.source.model,
            created=tuple(ids[key] for key in changed if key in new),
            changed=tuple(ids[key] for key in changed if key not in new),
            renamed=tuple(Renamed(move.row, move.was, key[0]) for key, move in self.moves.items()),
        )
        _tell(self.source, written)
        if self.stamp.leaves_marks and self.source.touches:
            at = {touch.by: self.columns.index(touch.by) for touch in self.source.touches}
            rows = [
                *(self.rows[key][1] for key in changed),
                *(self.here[key][1] for key in changed if key not in new),
            ]
            marking.mark_touched(self.source, [{by: row[place] for by, place in at.items()} for row in rows])

    def _lines_of(self, table: Children, rows: list[Row]) -> dict[Key, list[Values]]:
        """The rows of a table by document, their references resolved together."""
        flat = [line for row in rows for line in row.children[table.doctype]]
        keys = iter(self._resolved(table, [line[2:] for line in flat]))
        return {
            (row.name, row.creation): [(*line, *next(keys)) for line in row.children[table.doctype]]
            for row in rows
        }

    def _resolved(self, mapped: Source | Children, rows: Sequence[Values]) -> list[Values]:
        """For each row the ids of what it refers to; None for what is not here yet."""
        found: list[list[Any]] = []
        for reference in mapped.references:
            at = mapped.targets.index(reference.by)
            names = {row[at] for row in rows if row[at]}
            ids = tables.ids_named(reference, names, fixed=self._same_kind(reference))
            if len(ids) < len(names):
                self.unsettled.waiting.add((mapped.model, reference.column))
            found.append([ids.get(row[at]) for row in rows])
        return list(zip(*found, strict=True)) if found else [()] * len(rows)

    def _same_kind(self, reference: Reference) -> dict[str, str]:
        return dict(self.source.fixed) if reference.to is self.source.model else {}


def _keys(mapped: Mapped) -> tuple[str, ...]:
    return tuple(reference.column for reference in mapped.references)
