"""What frappe checks of every document before it is stored."""

from collections.abc import Iterator
from typing import Any, Final

from apps.sync.demo.desk import refusals
from apps.sync.demo.desk.controllers import LONG_TEXTS, Controller, controller_of
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.work import Work
from apps.sync.demo.schema import TABLES, Kind
from apps.sync.demo.singles import SINGLES
from apps.sync.demo.store import Row

LONGEST: Final = 140
# What a site has thousands of and a demo none: a link to it may name anything.
UNLISTED: Final = frozenset({"Account", "Cost Center", "User", "Print Heading", "Payment Terms Template"})
Part = tuple[str, Controller, Row, str]  # DocType, its controller, values, and where that is in the document


def parts(work: Work, document: Document) -> Iterator[Part]:
    """The head, then every row, with the words by which a refusal says where."""
    yield document.doctype, controller_of(work, document.doctype), document.head, ""
    for _, doctype, row in document.each_row():
        yield doctype, controller_of(work, doctype), row, f"Row #{row['idx']}: "


def links(work: Work, document: Document) -> None:
    """That each link leads somewhere, and is spelt as what it leads to. Raises RefusalError.

    What is stored already was checked when it came: the recorded site holds but a part of what it names.
    """
    missing, stored = [], _stored_rows(document)
    for _, controller, values, where in parts(work, document):
        for field, target in controller.links.items():
            if not values.get(field) or not _is_kept(work, target):
                continue
            if values[field] == stored.get(values["name"], {}).get(field):
                continue
            found = work.row(target, values[field])
            if found is None:
                missing.append(f"{where}{controller.label(field)}: {values[field]}")
            else:
                values[field] = found["name"]
    if missing:
        raise refusals.links_missing(missing)


def _stored_rows(document: Document) -> dict[str, Row]:
    """The head and the rows of a document as they are stored, by name."""
    if document.was is None:
        return {}
    rows = {row["name"]: row for _, _, row in document.was.each_row()}
    return rows | {document.was.name: document.was.head}


def _is_kept(work: Work, doctype: str) -> bool:
    return doctype not in UNLISTED and doctype not in SINGLES and bool(work.rows(doctype))


def mandatory(work: Work, document: Document) -> None:
    """That nothing required is empty; a 0 is a value, unless the field is a link. Raises RefusalError."""
    missing = [
        (field, _missing(document, doctype, controller.label(field), field, where))
        for doctype, controller, values, where in parts(work, document)
        for field in controller.required
        if values.get(field) in (None, "") and not document.tables.get(field)
    ]
    if missing:
        raise refusals.mandatory(document.doctype, document.name, missing)


def _missing(document: Document, doctype: str, label: str, field: str, where: str) -> str:
    if field in TABLES.get(doctype, {}):
        return f"Error: Data missing in table: {label}"
    place = f"{document.doctype} {where.removesuffix(': ')}: {label}" if where else f"{doctype}: {label}"
    return f"Error: Value missing for {place}"


def choices(work: Work, document: Document) -> None:
    """That what is chosen is offered. Raises RefusalError."""
    for _, controller, values, where in parts(work, document):
        for field, offered in controller.choices.items():
            value = values.get(field)
            if value not in (None, "") and str(value) not in offered:
                raise refusals.no_choice(where.strip(), controller.label(field), str(value), offered)


def lengths(work: Work, document: Document) -> None:
    """That no field of 140 signs is to hold more. Raises RefusalError."""
    for doctype, controller, values, where in parts(work, document):
        kinds = work.store.table(doctype).kinds
        for field, value in values.items():
            is_short = kinds.get(field, Kind.TEXT) == Kind.TEXT and field not in LONG_TEXTS
            if is_short and isinstance(value, str) and len(value) > LONGEST:
                place = f"{doctype}, Row {values['idx']}" if where else f"{doctype} {document.name}"
                raise refusals.too_long(f"{place}: ", controller.label(field), value)


def dates(document: Document) -> None:
    """That a time of validity ends no earlier than it begins. Raises RefusalError."""
    start, end = document["valid_from"], document["valid_upto"]
    if start and end and str(end) < str(start):
        shown = "<strong>Valid Upto</strong> must be after <strong>Valid From</strong>"
        raise refusals.by_erpnext(shown, "InvalidDates")


def unique(work: Work, document: Document) -> None:
    """That no other document has the value of a unique custom field; "" is nothing. Raises RefusalError."""
    for field, label in unique_fields(work, document.doctype):
        value = document[field]
        if value == "":
            document[field] = value = None
        if value is None or not document.has_changed(field):
            continue
        others = [one for one in work.having(document.doctype, field, value) if one["name"] != document.name]
        if others:
            raise refusals.taken(document.doctype, document.name, column=field, value=str(value), label=label)


def unique_fields(work: Work, doctype: str) -> list[tuple[str, str]]:
    """The unique custom fields of a DocType with their labels."""
    fields = work.having("Custom Field", "dt", doctype)
    return [(one["fieldname"], one["label"]) for one in fields if one.get("unique")]


def after_submit(work: Work, document: Document) -> None:
    """That a submitted document changes only where it may. Raises RefusalError."""
    was = document.was
    if was is None:
        return
    _sizes(work, document, was)
    for doctype, controller, values, where in parts(work, document):
        old = was.head if not where else _row_of(was, doctype, values)
        free = controller.free_after_submit | _free_custom_fields(work, doctype)
        for field, value in values.items():
            if field in free or field in BOOKKEEPING or _same(value, old.get(field)):
                continue
            place = "" if not where else where.strip()
            label = controller.label(field)
            custom = [one["label"] for one in _custom(work, doctype) if one["fieldname"] == field]
            raise refusals.not_after_submit(
                place, custom[0] if custom else label, was=old.get(field), now=value
            )


def _sizes(work: Work, document: Document, was: Document) -> None:
    """That no table has more or fewer rows than it had."""
    controller = controller_of(work, document.doctype)
    for field, rows in document.tables.items():
        before, now = len(was.tables[field]), len(rows)
        if before != now and field not in controller.free_after_submit:
            raise refusals.not_after_submit("", controller.label(field), was=before, now=now)


BOOKKEEPING: Final = frozenset({"name", "creation", "modified", "modified_by", "owner", "docstatus", "idx"})


def _same(one: Any, other: Any) -> bool:
    return one == other or (one in (None, "") and other in (None, ""))


def _row_of(document: Document, doctype: str, row: Row) -> Row:
    return next(
        (one for _, table, one in document.each_row() if table == doctype and one["name"] == row["name"]), {}
    )


def _custom(work: Work, doctype: str) -> list[Row]:
    return work.having("Custom Field", "dt", doctype)


def _free_custom_fields(work: Work, doctype: str) -> frozenset[str]:
    return frozenset(one["fieldname"] for one in _custom(work, doctype) if one.get("allow_on_submit"))
