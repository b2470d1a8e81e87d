"""What the names in a query mean: columns of the DocType, of the tables inside it, or of what it links to."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from apps.sync.demo.collation import worded
from apps.sync.demo.envelopes import broken, field_not_permitted
from apps.sync.demo.rows import Row
from apps.sync.demo.schema import LINKS, TABLES, Kind
from apps.sync.demo.store import DocType, Store

QUALIFIED: Final = re.compile(r"`?tab([^`.]+)`?\.`?(\w+)`?")


@dataclass(frozen=True)
class Join:
    """A table beside the rows of the query: by a link that leads to it, or as rows inside the documents."""

    table: DocType
    field: str = ""  # the one field of the parent that holds it, if named
    link: str = ""


class Scope:
    """The names that one query may use, and the joins that it needs for those it used."""

    def __init__(self, store: Store, doctype: DocType) -> None:
        self.store = store
        self.doctype = doctype
        self.joins: dict[str, Join] = {}
        self.used: dict[str, tuple[str, str]] = {}  # key of a joined column: its join and its column

    def key(self, text: str) -> str:
        """How a row of the query holds what a name means. Raises RefusalError."""
        text = text.strip()
        if text.strip("`") in self.doctype.columns:
            return text.strip("`")
        qualified = QUALIFIED.fullmatch(text)
        if qualified:
            return self.column(qualified[1], qualified[2])
        field, _, column = text.partition(".")
        if column and field in TABLES.get(self.doctype.name, {}):
            return self._joined(Join(self.store.table(TABLES[self.doctype.name][field]), field=field), column)
        if column and field in self.doctype.columns and field in LINKS:
            return self._joined(Join(self.store.table(LINKS[field]), link=field), column)
        raise field_not_permitted(text)

    def column(self, doctype: str, column: str) -> str:
        """The key of a column of a DocType that is named with it."""
        if doctype in ("", self.doctype.name):
            if column not in self.doctype.columns:
                raise field_not_permitted(column)
            return column
        table = self.store.table(doctype)
        if not self.store.knows(doctype) or not table.is_table:
            raise field_not_permitted(f"`tab{doctype}`.{column}")
        fields = [name for name, inner in TABLES.get(self.doctype.name, {}).items() if inner == doctype]
        return self._joined(Join(table, field=fields[0] if fields else ""), column)

    def kind(self, key: str) -> Kind:
        """The kind of a column, by its key."""
        if key in self.used:
            join, column = self.used[key]
            return self.joins[join].table.kinds.get(column, Kind.TEXT)
        return self.doctype.kinds.get(key, Kind.TEXT)

    def sorted_by(self, text: str, labels: Iterable[str]) -> str:
        """The key of a column to order or group by; an unqualified one may be of several tables."""
        plain = text.strip("` ")
        if plain in labels:
            return plain
        others = [join.table for join in self.joins.values()]
        if (
            "." not in text
            and any(plain in table.columns for table in others)
            and plain in self.doctype.columns
        ):
            raise broken(
                "OperationalError",
                f"pymysql.err.OperationalError: (1052, \"Column '{plain}' in ORDER BY is ambiguous\")",
            )
        if "." not in text and plain not in self.doctype.columns:
            raise broken(
                "OperationalError",
                f"pymysql.err.OperationalError: (1054, \"Unknown column '{plain}' in 'ORDER BY'\")",
            )
        return self.key(text)

    def _joined(self, join: Join, column: str) -> str:
        if column not in join.table.columns:
            raise field_not_permitted(column)
        name = f"{join.link}>{join.table.name}" if join.link else join.table.name
        self.joins.setdefault(name, join)
        key = f"{name}.{column}"
        self.used[key] = (name, column)
        return key

    def spread(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows with what is joined to each: once for every combination, once with nulls where none is."""
        columns = {
            name: [(key, column) for key, (join, column) in self.used.items() if join == name]
            for name in self.joins
        }
        for row in rows:
            beside = [self._beside(row, join) or [None] for join in self.joins.values()]
            for combination in product(*beside):
                joined = dict(row)
                for name, other in zip(self.joins, combination, strict=True):
                    joined |= {key: other and other[column] for key, column in columns[name]}
                yield joined

    def _beside(self, row: Row, join: Join) -> Sequence[Row | None]:
        if join.link:
            return list(join.table.rows.index("name").equal([worded(row[join.link])]))
        inside = join.table.rows.index("parent", "idx").equal([worded(row["name"])])
        return [
            one
            for one in inside
            if one["parenttype"] == self.doctype.name and join.field in ("", one["parentfield"])
        ]
