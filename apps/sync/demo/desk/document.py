"""A document in somebody's hands: its head, the rows of its tables, and how it is stored as yet."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from apps.sync.demo.schema import TABLES
from apps.sync.demo.store import Row

DRAFT, SUBMITTED, CANCELLED = 0, 1, 2


@dataclass
class Document:
    """One document while it is written.

    ``sent`` is what the caller gave of it, as it came; ``sent_rows`` the same of each new row, by its name.
    """

    doctype: str
    head: Row
    tables: dict[str, list[Row]]
    was: "Document | None" = None
    sent: Mapping[str, Any] = field(default_factory=dict)
    sent_rows: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.head["name"])

    @property
    def docstatus(self) -> int:
        return int(self.head["docstatus"])

    @property
    def is_new(self) -> bool:
        return self.was is None

    def __getitem__(self, field_name: str) -> Any:
        return self.head.get(field_name)

    def __setitem__(self, field_name: str, value: Any) -> None:
        self.head[field_name] = value

    def has_changed(self, field_name: str) -> bool:
        """Whether it will be stored with another value than it has been."""
        return self.was is None or self.was[field_name] != self[field_name]

    def is_given(self, row: Row, field_name: str) -> bool:
        """Whether a row came with this value; what a column begins with is none."""
        sent = self.sent_rows.get(row["name"])
        return sent is None or sent.get(field_name) is not None

    def each_row(self) -> Iterator[tuple[str, str, Row]]:
        """Every row of every table: the table's field, its DocType, the row."""
        for table_field, doctype in TABLES.get(self.doctype, {}).items():
            for row in self.tables.get(table_field, ()):
                yield table_field, doctype, row

    def copy(self) -> "Document":
        """The same in other hands: what is changed there is not changed here."""
        return Document(self.doctype, dict(self.head), deepcopy(self.tables))

    def told(self) -> Row:
        """The answer to whoever wrote it: nulls left out, rows not yet read back marked as such."""
        whole = self.whole()
        for table_field in TABLES.get(self.doctype, {}):
            whole[table_field] = [_filled(row) for row in whole[table_field]]
        return _filled(whole)

    def whole(self) -> Row:
        """All of it, nulls included, as a webhook is told of it."""
        tables: dict[str, list[Row]] = {field_name: [] for field_name in TABLES.get(self.doctype, {})}
        for table_field, doctype, row in self.each_row():
            tables[table_field].append(row | {"doctype": doctype} | self._unsaved(row))
        return self.head | {"doctype": self.doctype} | tables

    def _unsaved(self, row: Row) -> Row:
        """frappe forgets to unmark new rows of a document that it has just stored."""
        known = {old["name"] for _, _, old in self.was.each_row()} if self.was else set()
        return {} if row["name"] in known else {"__unsaved": 1}


def _filled(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None}
