"""What the demo site holds: rows by DocType, as a database would have them."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Self

from apps.sync.demo import schema
from apps.sync.demo.collation import collated, worded
from apps.sync.demo.rows import Row, Rows
from apps.sync.demo.schema import TABLES, Kind
from apps.sync.demo.spans import now

__all__ = ["TABLES", "DocType", "Row", "Store", "collated"]


class DocType:
    """The rows of one DocType by their collated name: two names that differ by case only cannot both be."""

    def __init__(self, name: str, columns: tuple[str, ...], rows: Mapping[str, Row] | None = None) -> None:
        self.name = name
        self.columns = columns
        self.kinds = schema.kinds(name)
        self.blanks = schema.blanks(name, columns)
        self.rows = Rows(rows or {}, self.blanks)
        self.phantom = ""  # a column of its cached definition that it has not (WRITING.md, trap 1)

    def grow(self, columns: Iterable[str]) -> None:
        """Have these columns too."""
        new = tuple(one for one in columns if one not in self.blanks)
        self.columns += new
        self.blanks |= schema.blanks(self.name, new)

    def add(self, column: str, kind: Kind) -> None:
        """Have one column more, of this kind."""
        self.kinds = {**self.kinds, column: kind}
        self.columns += (column,)
        self.blanks[column] = schema.BLANKS.get(kind)

    def lose(self, *columns: str) -> None:
        """Be without these columns, as a site of another version or without a custom field is."""
        self.columns = tuple(name for name in self.columns if name not in columns)
        for name in columns:
            self.blanks.pop(name, None)

    @property
    def is_table(self) -> bool:
        """Whether its rows live inside documents of other DocTypes."""
        return "parenttype" in self.columns


@dataclass
class Late:
    """A row that is written and not yet committed."""

    doctype: str
    values: dict[str, Any]
    requests: int


class Store:
    """All rows of a site. One lock: a request sees a whole state, never half a change."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.doctypes: dict[str, DocType] = {}
        self.late: list[Late] = []
        self.now: Callable[[], datetime] = now  # the site's wall clock; tests may set it
        self.database_ahead = timedelta()  # of that clock: the database may run in another zone
        self.stamped: datetime | None = None  # the last stamp that was given to something written
        self.series: dict[str, int] = {}  # by prefix, the last number that was given out
        self.settings: dict[str, dict[str, Any]] = {}  # what was changed in the settings, by their DocType
        self.secrets: dict[str, str] = {}  # of webhooks, by name; nobody may read them back
        self.dice = Random(1)  # noqa: S311 - names of rows, no secrets

    @classmethod
    def recorded(cls) -> Self:
        """The records of a real ERPNext, as it sent them."""
        store = cls()
        for recording in schema.recordings():
            doctype = DocType(recording["doctype"], tuple(recording["fields"]))
            store.doctypes[doctype.name] = doctype
            for values in recording["rows"]:
                row = dict(zip(recording["fields"], values, strict=True))
                doctype.rows[collated(row["name"])] = row
        return store

    def knows(self, doctype: str) -> bool:
        """Whether the site has this DocType, rows or none."""
        return doctype in self.doctypes or doctype in schema.TABLES.keys() | schema.INNER | schema.PLAIN

    def table(self, doctype: str) -> DocType:
        """A DocType with its rows; one of which nothing is here yet has none."""
        return self.doctypes.get(doctype) or DocType(doctype, schema.standard(doctype))

    def document(self, doctype: str, name: str, *, nulls: bool = False) -> Row | None:
        """One document whole, as it is read alone: its tables inside, nulls left out unless asked for."""
        found = self.doctypes[doctype].rows.get(collated(name)) if doctype in self.doctypes else None
        if found is None:
            return None
        tables = {
            field: [
                _alone(table, row, nulls=nulls) for row in self.rows_of(doctype, found["name"], table, field)
            ]
            for field, table in TABLES.get(doctype, {}).items()
        }
        return _alone(doctype, found, nulls=nulls) | tables

    def rows_of(self, doctype: str, name: str, table: str, field: str) -> Iterator[Row]:
        """The rows of one table of a document, in their order."""
        if table not in self.doctypes:
            return iter(())
        rows = self.doctypes[table].rows.index("parent", "idx").equal([worded(name)])
        whose = (doctype, name, field)
        return iter([row for row in rows if (row["parenttype"], row["parent"], row["parentfield"]) == whose])

    def put(self, doctype: str, **values: Any) -> Row:
        """Add a row, or change the one of this name; what is not given stays, or is blank.

        A column that nobody knew is added, as a custom field is.
        """
        with self.lock:
            table = self.doctypes.setdefault(doctype, self.table(doctype))
            table.grow(values)
            key = collated(values["name"])
            return table.rows.record(key, {**table.blanks, **table.rows.get(key, {}), **values})

    def remove(self, doctype: str, name: str) -> None:
        """Take a row away, and what lives inside it."""
        with self.lock:
            del self.doctypes[doctype].rows[collated(name)]
            for table in set(TABLES.get(doctype, {}).values()) & set(self.doctypes):
                rows = self.doctypes[table].rows
                own = rows.index("parent", "idx").equal([worded(name)])
                for key in [collated(row["name"]) for row in own if row["parenttype"] == doctype]:
                    rows.pop(key, None)

    def put_late(self, doctype: str, *, after_requests: int, **values: Any) -> None:
        """Put a row that is seen only after so many more requests, as one whose transaction is still open."""
        with self.lock:
            self.late.append(Late(doctype, values, after_requests))

    def arrive(self) -> None:
        """One more request has come: what waited for it is seen from now on."""
        with self.lock:
            for one in self.late:
                one.requests -= 1
            ready = [one for one in self.late if one.requests < 0]
            self.late = [one for one in self.late if one.requests >= 0]
            for one in ready:
                self.put(one.doctype, **one.values)


def _alone(doctype: str, row: Row, *, nulls: bool) -> Row:
    return {key: value for key, value in row.items() if nulls or value is not None} | {"doctype": doctype}
