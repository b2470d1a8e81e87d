"""Drift: what ERPNext changes in a document without saving it (API.md, trap 6), read beside ours."""

from collections.abc import Sequence
from typing import Any

from apps.sync.engine import tables
from apps.sync.engine.declarations import Children, Mapped, Source
from apps.sync.engine.reading import ROW_FIELDS
from apps.sync.erpnext import Client, Query, children_of

Doc = dict[str, Any]


def fields_of(source: Source) -> tuple[str, ...]:
    """What the daily compare reads of a document besides its name and stamps."""
    return source.drifts


def differing(source: Source, docs: Sequence[Doc], erp: Client) -> list[str]:
    """The names of those that are here and not as ERPNext shows them in this list."""
    found = {*_documents(source, docs)}
    for table in source.children:
        if table.drifts:
            found |= _lines(source, table, [doc["name"] for doc in docs], erp)
    return sorted(found)


def _documents(source: Source, docs: Sequence[Doc]) -> set[str]:
    columns = _columns(source, source.drifts)
    here = tables.values_present(source, ("erp_modified", *columns), [doc["name"] for doc in docs])
    return {
        doc["name"]
        for doc in docs
        if doc["name"] in here and here[doc["name"]] != (doc["modified"], *_read(source, columns, doc))
    }


def _lines(source: Source, table: Children, names: Sequence[str], erp: Client) -> set[str]:
    columns = _columns(table, table.drifts)
    here = tables.lines_present(source, table, columns, names)
    if not here:
        return set()
    query = Query(table.doctype, (*ROW_FIELDS, *table.drifts))
    there: dict[str, dict[str, tuple[Any, ...]]] = {}
    for line in children_of(erp, query, parent_doctype=source.doctype, parents=sorted(here)):
        there.setdefault(line["parent"], {})[line["name"]] = _read(table, columns, line)
    return {name for name, lines in here.items() if lines != there.get(name, {})}


def _columns(mapped: Mapped, fields: Sequence[str]) -> tuple[str, ...]:
    """Our columns that are made of these fields and no others."""
    drifting = set(fields)
    return tuple(
        column.target for column in mapped.columns if column.sources and drifting.issuperset(column.sources)
    )


def _read(mapped: Mapped, columns: Sequence[str], doc: Doc) -> tuple[Any, ...]:
    """Our values of these columns; what cannot be read differs, and is parked when it is read as a whole."""
    made = {column.target: column for column in mapped.columns}
    try:
        return tuple(made[name].read(*[doc[field] for field in made[name].sources]) for name in columns)
    except (KeyError, TypeError, ValueError, OverflowError):
        return ()
