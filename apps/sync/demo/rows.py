"""Rows that tell their table when they change, and the sorted indexes that rely on it.

Whoever holds the store may set rows as plain dicts and change any of them in place. Plain ones become
records of their table when it is next read; from then on what is changed is the record in the table, and a
reference to the plain dict is a copy. Each change is noted by key: an index takes the row out of its old
place and puts it into its new one when it is next asked, which costs a row and not a table.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, SupportsIndex

from apps.sync.demo.collation import worded

Row = dict[str, Any]
Entry = tuple[Any, ...]  # the indexed values, and last the key of the row
FEW: Final = 500  # changed rows beyond which merging them is cheaper than moving each
NUMBERS: Final = frozenset({"idx", "docstatus", "lft", "rgt"})


class Record(Row):
    """One row, which notes in its table that it has changed; what it lacks is blank."""

    __slots__ = ("key", "rows")

    def __init__(self, values: Mapping[str, Any], rows: "Rows", key: str) -> None:
        super().__init__(values)
        self.rows, self.key = rows, key

    def __missing__(self, column: str) -> Any:
        return self.rows.blanks[column]

    def __setitem__(self, column: str, value: Any) -> None:
        super().__setitem__(column, value)
        self.rows.note(self.key)

    def __delitem__(self, column: str) -> None:
        super().__delitem__(column)
        self.rows.note(self.key)

    def update(self, *args: Any, **values: Any) -> None:
        super().update(*args, **values)
        self.rows.note(self.key)

    def __ior__(self, other: Any) -> "Record":  # type: ignore[override,misc]
        self.update(other)
        return self

    def setdefault(self, column: str, default: Any = None) -> Any:
        if column not in self:
            self[column] = default
        return self[column]

    def pop(self, column: str, *default: Any) -> Any:
        self.rows.note(self.key)
        return super().pop(column, *default)

    def __reduce_ex__(self, _: SupportsIndex) -> tuple[Any, ...]:
        return dict, (dict(self),)  # a copy belongs to no table


class Rows(dict[str, Row]):
    """The rows of a table by key."""

    def __init__(self, rows: Mapping[str, Row], blanks: Mapping[str, Any]) -> None:
        super().__init__()
        self.blanks = blanks
        self.plain: set[str] = set()  # keys of rows that do not tell us yet
        self.indexes: dict[tuple[str, ...], Index] = {}
        self.update(rows)

    def note(self, key: str) -> None:
        """This row is not what it was."""
        for index in self.indexes.values():
            index.touched.add(key)

    def record(self, key: str, values: Mapping[str, Any]) -> Record:
        """Set a row that tells of its changes from the start."""
        record = self[key] = Record(values, self, key)
        return record

    def index(self, *columns: str) -> "Index":
        """The rows by these columns, made when it is first asked for."""
        self._adopt()
        found = self.indexes.get(columns)
        if found is None:
            found = self.indexes[columns] = Index(self, columns)
        found.refresh()
        return found

    def _adopt(self) -> None:
        for key in self.plain & self.keys():
            super().__setitem__(key, Record(self[key], self, key))
            self.note(key)
        self.plain.clear()

    def __setitem__(self, key: str, row: Row) -> None:
        super().__setitem__(key, row)
        if not isinstance(row, Record) or row.rows is not self or row.key != key:
            self.plain.add(key)
        self.note(key)

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        self.note(key)

    def pop(self, key: str, *default: Any) -> Any:
        self.note(key)
        return super().pop(key, *default)

    def popitem(self) -> tuple[str, Row]:
        key, row = super().popitem()
        self.note(key)
        return key, row

    def setdefault(self, key: str, default: Row | None = None) -> Row:
        if key not in self:
            self[key] = default or {}
        return self[key]

    def clear(self) -> None:
        super().clear()
        self.indexes.clear()
        self.plain.clear()

    def update(self, *args: Any, **rows: Row) -> None:
        for key, row in dict(*args, **rows).items():
            self[key] = row

    def __ior__(self, other: Any) -> "Rows":  # type: ignore[override,misc]
        self.update(other)
        return self


class Index:
    """The keys of a table's rows, sorted by some of their columns."""

    def __init__(self, rows: Rows, columns: tuple[str, ...]) -> None:
        self.rows = rows
        self.touched: set[str] = set(rows)
        self._entry = _entry_by(columns)
        self._entries: list[Entry] = []
        self._placed: dict[str, Entry] = {}

    def refresh(self) -> None:
        """Take in what has changed since it was last asked."""
        if len(self.touched) > FEW:
            self._merge()
        else:
            for key in self.touched:
                self._move(key)
        self.touched.clear()

    def _merge(self) -> None:
        """Take the touched rows out and put them back at once; sorting is quick, for the rest is in order."""
        old = {self._placed.pop(key) for key in self.touched if key in self._placed}
        new = {key: self._entry(key, self.rows[key]) for key in self.touched if key in self.rows}
        self._placed |= new
        self._entries = sorted([*(entry for entry in self._entries if entry not in old), *new.values()])

    def _move(self, key: str) -> None:
        old, row = self._placed.pop(key, None), self.rows.get(key)
        if old is not None:
            del self._entries[bisect_left(self._entries, old)]
        if row is not None:
            self._placed[key] = self._entry(key, row)
            insort(self._entries, self._placed[key])

    def span(self, bounds: Iterable[tuple[str, str]]) -> range:
        """Where the rows are whose first column keeps these bounds: pairs of an operator and a value."""
        low, high = 0, len(self._entries)
        for operator, value in bounds:
            first, behind = self._at(value)
            match operator:
                case "=":
                    low, high = max(low, first), min(high, behind)
                case ">":
                    low = max(low, behind)
                case ">=":
                    low = max(low, first)
                case "<":
                    high = min(high, first)
                case "<=":
                    high = min(high, behind)
        return range(low, max(low, high))

    def _at(self, value: str) -> tuple[int, int]:
        first = bisect_left(self._entries, (value,))
        if first == len(self._entries) or self._entries[first][0] != value:
            return first, first
        return first, bisect_right(self._entries, value, lo=first, key=lambda entry: entry[0])

    def within(self, span: range) -> Iterator[Row]:
        """The rows of a span, in its direction."""
        entries, rows = self._entries, self.rows
        return (rows[entries[at][-1]] for at in span)

    def equal(self, values: Iterable[str]) -> Iterator[Row]:
        """The rows whose first column is one of these, in the order of the index."""
        for value in sorted(set(values)):
            yield from self.within(range(*self._at(value)))


def _entry_by(columns: tuple[str, ...]) -> Callable[[str, Row], Entry]:
    """Text in all columns but those of numbers, so that no two entries are of kinds that do not compare."""

    def entry(key: str, row: Row) -> Entry:
        values = [_number(row[one]) if one in NUMBERS else worded(row[one]) for one in columns]
        return (*values, key)

    return entry


def _number(value: Any) -> float:
    return value if isinstance(value, int | float) else 0
