"""What the demo site holds: rows by DocType, as a database would have them."""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Self

from apps.sync.demo import schema
from apps.sync.demo.collation import collated, worded
from apps.sync.demo.rows import Row, Rows
from apps.sync.demo.schema import TABLES

__all__ = ["TABLES", "DocType", "Row", "Store", "collated"]


@dataclass
class DocType:
    """The rows of one DocType by their collated name: two names that differ by case only cannot both be."""

    name: str
    columns: tuple[str, ...]
    rows: dict[str, Row] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.kinds = schema.kinds(self.name)
        self.blanks = schema.blanks(self.name, self.columns)
        self.rows: Rows = Rows(self.rows, self.blanks)

    def grow(self, columns: Iterable[str]) -> None:
        """Have these columns too."""
        new = tuple(one for one in columns if one not in self.blanks)
        self.columns += new
        self.blanks |= schema.blanks(self.name, new)

    @property
    def is_table(self) -> bool:
        """Whether its rows live inside documents of other DocTypes."""
        return "parenttype" in self.columns


class Store:
    """All rows of a site. One lock: a request sees a whole state, never half a change."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.doctypes: dict[str, DocType] = {}

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

    def document(self, doctype: str, name: str) -> Row | None:
        """One document whole, as it is read alone: nulls left out, its tables inside."""
        found = self.doctypes[doctype].rows.get(collated(name)) if doctype in self.doctypes else None
        if found is None:
            return None
        tables = {
            field: [self._alone(table, row) for row in self.rows_of(doctype, found["name"], table, field)]
            for field, table in TABLES.get(doctype, {}).items()
        }
        return self._alone(doctype, found) | tables

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

    def _alone(self, doctype: str, row: Row) -> Row:
        return {key: value for key, value in row.items() if value is not None} | {"doctype": doctype}
