"""Documents into rows: pure, and one bad document never costs the others anything."""

from collections import defaultdict
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final

from apps.core.mirror import NAME_LENGTH, STAMP_LENGTH
from apps.sync.engine import values
from apps.sync.engine.declarations import Mapped, Reader, Source
from apps.sync.erpnext import Page
from apps.sync.errors import UnreadableError

Doc = dict[str, Any]
IDENTITY: Final = ("name", "creation", "modified")
IN_ORDER: Final = itemgetter(0, 1)  # by position, and by row name where two share one


@dataclass(frozen=True)
class Row:
    """A document as our columns; ``children`` are the rows of its tables by child DocType."""

    name: str
    creation: str
    modified: str
    values: tuple[Any, ...]
    children: dict[str, list[tuple[Any, ...]]]
    document: Doc = field(repr=False)  # as it came, should the database refuse it


@dataclass(frozen=True)
class Parked:
    """A document that could not be read, why, and at which of its fields."""

    name: str
    modified: str
    field: str
    reason: str
    document: Doc


@dataclass(frozen=True)
class Converted:
    """Documents as rows, and what of them must be parked."""

    rows: list[Row]
    parked: list[Parked]

    def __len__(self) -> int:
        return len(self.rows) + len(self.parked)

    def __add__(self, other: "Converted") -> "Converted":
        return Converted([*self.rows, *other.rows], [*self.parked, *other.parked])


def convert(source: Source, page: Page) -> Converted:
    """The documents of a page as rows, as far as they can be read."""
    lines = _by_parent(page)
    rows: dict[str, Row] = {}
    parked: list[Parked] = []
    for doc in page.docs:
        tables = {doctype: of_parents[doc["name"]] for doctype, of_parents in lines.items()}
        try:
            rows[doc["name"]] = _row(source, doc, tables)
        except UnreadableError as why:
            parked.append(_parked(doc, tables, why))
    return Converted(list(rows.values()), parked)


def _parked(doc: Doc, tables: dict[str, list[Doc]], why: UnreadableError) -> Parked:
    return Parked(
        name=str(doc["name"])[:NAME_LENGTH],
        modified=str(doc.get("modified") or "")[:STAMP_LENGTH],
        field=why.field,
        reason=why.reason,
        document=doc | tables,
    )


def _by_parent(page: Page) -> dict[str, defaultdict[str, list[Doc]]]:
    grouped: dict[str, defaultdict[str, list[Doc]]] = {}
    for doctype, docs in page.children.items():
        of_parents: defaultdict[str, list[Doc]] = defaultdict(list)
        for doc in docs:
            of_parents[doc["parent"]].append(doc)
        grouped[doctype] = of_parents
    return grouped


def _row(source: Source, doc: Doc, tables: dict[str, list[Doc]]) -> Row:
    name, creation, modified = (_read(doc, key, values.needed_text) for key in IDENTITY)
    children = {
        table.doctype: sorted((_line(table, line) for line in tables[table.doctype]), key=IN_ORDER)
        for table in source.children
    }
    return Row(name, creation, modified, _values(source, doc), children, doc | tables)


def _line(table: Mapped, line: Doc) -> tuple[Any, ...]:
    """Position and row name stand first."""
    try:
        position, name = _read(line, "idx", values.whole), _read(line, "name", values.needed_text)
        return (position, name, *_values(table, line))
    except UnreadableError as why:
        raise UnreadableError(f"{table.doctype} {line.get('idx')}: {why.field}", why.reason) from why


def _values(mapped: Mapped, doc: Doc) -> tuple[Any, ...]:
    try:
        found = [read(doc[field]) for field, read in mapped.readers]
        found += [column.read(*[doc[field] for field in column.sources]) for column in mapped.made]
    except (KeyError, TypeError, ValueError, OverflowError):
        raise _unreadable(mapped, doc) from None
    return (*found, *[found[at] for at in mapped.twins])


def _unreadable(mapped: Mapped, doc: Doc) -> UnreadableError:
    """Which field it was: found column by column, and only for a document that failed."""
    for column in mapped.columns:
        try:
            column.read(*[doc[field] for field in column.sources])
        except KeyError as why:
            return UnreadableError(str(why.args[0]), "ERPNext did not send it")
        except (TypeError, ValueError, OverflowError) as why:
            return UnreadableError(" + ".join(column.sources), str(why))
    raise AssertionError("every column could be read the second time")


def _read(doc: Doc, key: str, reader: Reader) -> Any:
    try:
        return reader(doc.get(key))
    except (TypeError, ValueError, OverflowError) as why:
        raise UnreadableError(key, str(why)) from why
