"""From what was sent to a document in hand: fields fitted to their columns, rows given their places."""

from collections.abc import Mapping
from typing import Any, Final

from apps.sync.demo.desk.controllers import controller_of
from apps.sync.demo.desk.document import DRAFT, Document
from apps.sync.demo.desk.values import fitted
from apps.sync.demo.desk.work import Work
from apps.sync.demo.schema import TABLES
from apps.sync.demo.store import Row

# What frappe decides itself, whatever is sent of it.
OWN: Final = frozenset(
    {"name", "owner", "creation", "modified", "modified_by", "docstatus", "idx", "doctype"}
)
INSIDE: Final = frozenset({"parent", "parenttype", "parentfield"})


def new(work: Work, doctype: str, given: Mapping[str, Any]) -> Document:
    """A document that is not stored yet, with its defaults; it has no name unless one was sent."""
    table = work.store.table(doctype)
    defaults = controller_of(work, doctype).defaults
    at = work.stamp()
    head = {
        **table.blanks,
        **{field: value for field, value in defaults.items() if field in table.columns},
        **_sent(work, doctype, given),
        "name": given.get("name"),
        **_stamps(work, at),
        "docstatus": DRAFT,
        "idx": 0,
    }
    document = Document(doctype, head, {}, sent=given)
    for field in TABLES.get(doctype, {}):
        place_rows(work, document, field, given.get(field) or [])
    return document


def changed(work: Work, stored: Document, given: Mapping[str, Any]) -> Document:
    """A stored document with what was sent of it; a table that was sent replaces the one that is there."""
    document = stored.copy()
    document.was, document.sent = stored, given
    document.head |= _sent(work, stored.doctype, given)
    document.head |= {"modified": work.stamp(), "modified_by": work.user.name}
    for field in TABLES.get(stored.doctype, {}):
        if isinstance(given.get(field), list):
            place_rows(work, document, field, given[field])
    return document


def place_rows(work: Work, document: Document, field: str, given: list[Any]) -> None:
    """Make these the rows of a table: one that names a row of this document changes it, others are new."""
    old = {row["name"]: row for row in document.tables.get(field, [])}
    document.tables[field] = [_row(work, document, field, one, old.get(one.get("name"))) for one in given]
    renumber(document)


def add_row(work: Work, document: Document, field: str, **values: Any) -> Row:
    """One more row at the end of a table."""
    row = _row(work, document, field, values, None)
    document.tables.setdefault(field, []).append(row)
    renumber(document)
    return row


def renumber(document: Document) -> None:
    """Rows stand in their order, from 1."""
    for rows in document.tables.values():
        for place, row in enumerate(rows, start=1):
            row["idx"] = place


def seal(document: Document) -> None:
    """Give the rows what they share with their document: name, state and the time of saving."""
    for field, _, row in document.each_row():
        row |= {"parent": document.name, "parenttype": document.doctype, "parentfield": field}
        row |= {name: document.head[name] for name in ("docstatus", "modified", "modified_by")}


def _row(
    work: Work,
    document: Document,
    field: str,
    given: Mapping[str, Any],
    old: Row | None,
) -> Row:
    doctype = TABLES[document.doctype][field]
    sent = _sent(work, doctype, given)
    if old is not None:
        return old | sent
    table, defaults = work.store.table(doctype), controller_of(work, doctype).defaults
    known = {name: value for name, value in defaults.items() if name in table.columns}
    stamps = _stamps(work, document.head["modified"])
    row = {**table.blanks, **known, **sent, "name": work.key(doctype), **stamps, "docstatus": DRAFT}
    document.sent_rows[row["name"]] = given
    return row


def _sent(work: Work, doctype: str, given: Mapping[str, Any]) -> Row:
    told = {name: value for name, value in given.items() if name not in OWN | INSIDE}
    return fitted(work.store.table(doctype), told)


def _stamps(work: Work, at: str) -> Row:
    by = work.user.name
    return {"owner": by, "creation": at, "modified": at, "modified_by": by}
