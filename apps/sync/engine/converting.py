"""Documents into rows: pure, and one bad document never costs another its place.

A page is read column by column; if anything does not fit, document by document, to find which and where.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import itemgetter
from typing import Any, Final, NamedTuple

from apps.core.mirror import NAME_LENGTH, STAMP_LENGTH
from apps.sync.engine import values
from apps.sync.engine.declarations import Mapped, Reader, Source
from apps.sync.erpnext import Page
from apps.sync.errors import UnreadableError

Doc = dict[str, Any]
Tables = dict[str, list[Doc]]
Values = tuple[Any, ...]
IDENTITY: Final = ("name", "creation", "modified")
IN_ORDER: Final = itemgetter(0, 1)  # by position, and by row name where two share one
MISFIT: Final = (KeyError, TypeError, ValueError, OverflowError)


class Row(NamedTuple):
    """A document as our columns; ``children`` are the rows of its tables by child DocType."""

    name: str
    creation: str
    modified: str
    values: Values
    children: dict[str, list[Values]]
    doc: Doc
    tables: Tables

    @property
    def document(self) -> Doc:
        """As it came, should the database refuse it."""
        return self.doc | self.tables


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
    try:
        return Converted(_at_once(source, page), [])
    except MISFIT:
        return _one_by_one(source, page)


def _one_by_one(source: Source, page: Page) -> Converted:
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


# --- column by column --------------------------------------------------------------------------------------
def _at_once(source: Source, page: Page) -> list[Row]:
    """All documents of a page. Raises one of MISFIT when any cannot be read, whichever it is."""
    if not page.docs:
        return []
    lines = _by_parent(page)
    children = {table: _lines_at_once(table, page.children[table.doctype]) for table in source.children}
    columns = _columns(page.docs, (*IDENTITY, *source.fields))
    identities = zip(*(values.read_all(values.needed_text, columns[key]) for key in IDENTITY), strict=True)
    rows = {
        doc["name"]: Row(
            name,
            creation,
            modified,
            read,
            {table.doctype: of_parents[doc["name"]] for table, of_parents in children.items()},
            doc,
            {doctype: of_parents[doc["name"]] for doctype, of_parents in lines.items()},
        )
        for doc, (name, creation, modified), read in zip(
            page.docs, identities, _read_columns(source, columns), strict=False
        )
    }
    return list(rows.values())


def _lines_at_once(table: Mapped, lines: list[Doc]) -> defaultdict[str, list[Values]]:
    found: defaultdict[str, list[Values]] = defaultdict(list)
    if not lines:
        return found
    columns = _columns(lines, ("idx", "name", "parent", *table.fields))
    positions = values.read_all(values.whole, columns["idx"])
    names = values.read_all(values.needed_text, columns["name"])
    read = _read_columns(table, columns)
    for parent, position, name, row in zip(columns["parent"], positions, names, read, strict=False):
        found[parent].append((position, name, *row))
    for rows in found.values():
        rows.sort(key=IN_ORDER)
    return found


def _columns(docs: list[Doc], fields: Sequence[str]) -> dict[str, Sequence[Any]]:
    """What the documents hold, by field. Raises KeyError when one lacks a field."""
    return dict(zip(fields, zip(*map(itemgetter(*fields), docs), strict=True), strict=True))


def _read_columns(mapped: Mapped, columns: dict[str, Sequence[Any]]) -> Iterator[Values]:
    """Rows as ``targets`` orders them; without end when there is no column, or none that ERPNext fills."""
    found: list[Iterable[Any]] = [
        values.read_all(column.read, *(columns[field] for field in column.sources))
        if column.sources
        else repeat(column.read())
        for column in (*mapped.plain, *mapped.made)
    ]
    found += [found[at] for at in mapped.twins]
    return zip(*found, strict=False) if found else repeat(())


# --- document by document ----------------------------------------------------------------------------------
def _parked(doc: Doc, tables: Tables, why: UnreadableError) -> Parked:
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


def _row(source: Source, doc: Doc, tables: Tables) -> Row:
    name, creation, modified = (_read(doc, key, values.needed_text) for key in IDENTITY)
    children = {
        table.doctype: sorted((_line(table, line) for line in tables[table.doctype]), key=IN_ORDER)
        for table in source.children
    }
    return Row(name, creation, modified, _values(source, doc), children, doc, tables)


def _line(table: Mapped, line: Doc) -> Values:
    """Position and row name stand first."""
    try:
        position, name = _read(line, "idx", values.whole), _read(line, "name", values.needed_text)
        return (position, name, *_values(table, line))
    except UnreadableError as why:
        raise UnreadableError(f"{table.doctype} {line.get('idx')}: {why.field}", why.reason) from why


def _values(mapped: Mapped, doc: Doc) -> Values:
    try:
        found = [read(doc[field]) for field, read in mapped.readers]
        found += [column.read(*[doc[field] for field in column.sources]) for column in mapped.made]
    except MISFIT:
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
