"""A payload into what is sent, an answer back into the same words, and what differs between the two."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from apps.core.errors import FieldError
from apps.core.money import decimal_of
from apps.core.outgoing import reference_for
from apps.sync.engine import values
from apps.sync.engine.declarations import Column
from apps.sync.errors import PayloadRefusedError
from apps.sync.push.declarations import REFERENCE, Content, Kind, Table
from apps.sync.push.shop import Shop

Reader = Callable[[Any], Any]


def prepare(kind: Kind, payload: Mapping[str, Any], *, reference: str, shop: Shop) -> Content:
    """What a payload says, complete and checked. Raises PayloadRefusedError, with every complaint."""
    wrong: list[FieldError] = []
    content = _read(kind, payload, wrong)
    if kind.is_referenced:
        content[REFERENCE] = reference
    elif not wrong and reference != reference_of(kind, content):
        key = ", ".join(f"“{name}”" for name in kind.known_by[1:])
        said = f"(or {key}) was changed: that is about another document, so another message; discard this one"
        wrong.append(FieldError(kind.known_by[0], "another-document", said))
    wrong += [] if wrong else kind.rule(content, shop)
    if wrong:
        raise PayloadRefusedError(wrong)
    return content


def as_said(kind: Kind, payload: Mapping[str, Any]) -> Content:
    """What a payload says, unchecked; what cannot be read is not there."""
    wrong: list[FieldError] = []
    content = _read(kind, payload, wrong)
    return {name: value for name, value in content.items() if name not in {error.field for error in wrong}}


def arranged(kind: Kind, payload: Mapping[str, Any]) -> dict[str, Any]:
    """A payload in the order in which a kind says things, for eyes: JSON in the database has none."""
    said = _in_order((*kind.needed, *kind.usual), payload)
    for name, table in kind.tables.items():
        rows = said.get(name)
        if isinstance(rows, list):
            said[name] = [
                _in_order(table.says or table.columns, row) if isinstance(row, dict) else row for row in rows
            ]
    return said


def _in_order(names: Iterable[str], said: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: said[name] for name in names if name in said}
    return known | {name: value for name, value in said.items() if name not in known}


def reference_of(kind: Kind, content: Content) -> str:
    """The reference of a document that is known by what it says; to be used by whoever queues it."""
    return reference_for(kind.key, *(_told_as_text(content[name]) for name in kind.known_by))


def awaited_by(kind: Kind, payload: Mapping[str, Any]) -> list[str]:
    """The references of the messages that must have gone before what this payload says can go."""
    content = as_said(kind, payload)
    said = (
        (one.kind, _told_as_text(row[one.by])) for one in kind.awaits for row in content.get(one.table, ())
    )
    return list(dict.fromkeys(reference_for(other, name) for other, name in said if name))


def _told_as_text(value: Any) -> str:
    return str(value) if value else ""


# --- out of JSON -------------------------------------------------------------------------------------------
def _read(kind: Kind, payload: Mapping[str, Any], wrong: list[FieldError]) -> Content:
    sayable = (*kind.needed, *kind.usual)
    wrong += [
        FieldError(name, "unknown", f"nothing called “{name}” can be said of it")
        for name in payload
        if name not in sayable
    ]
    content: Content = dict(kind.fixed)
    for name in sayable:
        said = payload.get(name)
        if name in kind.needed and _is_nothing(said):
            wrong.append(FieldError(name, "missing", "has to be said"))
        elif name in kind.tables:
            content[name] = _read_rows(kind, name, said or [], wrong)
        elif name in kind.left_open and _is_nothing(said):
            content[name] = None
        else:
            value = said if name in payload else kind.usual.get(name)
            content[name] = _read_one(kind.columns[name], value, name, wrong)
    return content


def _is_nothing(said: Any) -> bool:
    return not said.strip() if isinstance(said, str) else said is None or said == []


def _read_rows(kind: Kind, name: str, said: Any, wrong: list[FieldError]) -> list[Content]:
    columns = kind.tables[name].columns
    if not isinstance(said, list) or not all(isinstance(row, dict) for row in said):
        wrong.append(FieldError(name, "not-rows", "is not a list of rows"))
        return []
    found = []
    for number, row in enumerate(said, start=1):
        place = f"{name}[{number}]"
        wrong += [
            FieldError(f"{place}.{key}", "unknown", f"nothing called “{key}” can be said of a row")
            for key in row
            if key not in columns
        ]
        found.append(
            {key: _read_one(column, row.get(key), f"{place}.{key}", wrong) for key, column in columns.items()}
        )
    return found


def _read_one(column: Column, said: Any, place: str, wrong: list[FieldError]) -> Any:
    try:
        return READ[column.read](said)
    except ValueError as why:
        wrong.append(FieldError(place, "unreadable", str(why)))
        return None


def _text(said: Any) -> str:
    return values.text(said).strip()


def _long_text(said: Any) -> str:
    return values.long_text(said).strip()


def _number(said: Any) -> Decimal:
    """As exact as it was said, or not at all: ERPNext reads a number as a float and keeps nine places."""
    if said is None or isinstance(said, bool):
        raise ValueError(f"is {said!r}, not a number")
    exact = decimal_of(said)
    if values.number(said) != exact:
        raise ValueError("has more than nine places behind the point, which is what ERPNext keeps")
    if values.number(float(exact)) != exact:
        raise ValueError("has more digits than ERPNext keeps")
    return exact


def _check(said: Any) -> bool:
    if not isinstance(said, bool):
        raise ValueError(f"is {said!r}, neither true nor false")  # noqa: TRY004 - as the other readers
    return said


def _day(said: Any) -> date | None:
    return said if isinstance(said, date) else values.day(said)


def _needed_day(said: Any) -> date:
    return said if isinstance(said, date) else values.needed_day(said)


READ: Final[Mapping[Reader, Reader]] = {
    values.text: _text,
    values.long_text: _long_text,
    values.number: _number,
    values.whole: values.whole,
    values.check: _check,
    values.unchecked: _check,
    values.day: _day,
    values.needed_day: _needed_day,
}


# --- into ERPNext's words, and back ------------------------------------------------------------------------
def body_of(kind: Kind, content: Content) -> dict[str, Any]:
    """The document as ERPNext is told of it."""
    body = {
        column.sources[0]: WRITTEN[column.read](content[name])
        for name, column in kind.columns.items()
        if not _is_left_open(kind, name, content)
    }
    for name, table in kind.tables.items():
        body[table.field] = [_told_of(row, table) for row in content[name]]
    return body | dict(kind.adds)


def _told_of(row: Content, table: Table) -> dict[str, Any]:
    told = {column.sources[0]: WRITTEN[column.read](row[name]) for name, column in table.columns.items()}
    return told | dict(table.adds(row))


def _is_left_open(kind: Kind, name: str, content: Content) -> bool:
    return name in kind.left_open and content[name] is None


def _nothing_for_empty(value: str) -> str | None:
    return value or None


WRITTEN: Final[Mapping[Reader, Reader]] = {
    values.text: _nothing_for_empty,
    values.long_text: _nothing_for_empty,
    values.number: lambda value: value,
    values.whole: lambda value: value,
    values.check: int,
    values.unchecked: lambda value: int(not value),
    values.day: lambda value: value.isoformat() if value else None,
    values.needed_day: lambda value: value.isoformat(),
}


def content_of(kind: Kind, document: Mapping[str, Any]) -> Content:
    """What a document of ERPNext says, in the same words. What cannot be read stands as it came."""
    content = {name: _understood(column, document) for name, column in kind.columns.items()}
    for name, table in kind.tables.items():
        rows = document.get(table.field) or []
        content[name] = [
            {target: _understood(column, row) for target, column in table.columns.items()} for row in rows
        ]
    return content


def _understood(column: Column, document: Mapping[str, Any]) -> Any:
    said = document.get(column.sources[0])
    try:
        return column.read(said)
    except ValueError:
        return said


def differing(kind: Kind, wanted: Content, document: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What is to be said and what a document says, where the two differ."""
    found = content_of(kind, document)
    return {
        name: (wanted[name], found[name])
        for name in (*kind.columns, *kind.tables)
        if wanted[name] != found[name] and not _is_left_open(kind, name, wanted)
    }


def told_apart(wrong: Mapping[str, tuple[Any, Any]]) -> Iterator[tuple[str, Any, Any]]:
    """What differs, each with its place: of tables just the columns of the rows that are otherwise."""
    for name, (was, now) in wrong.items():
        if not (isinstance(was, list) and isinstance(now, list)):
            yield name, was, now
            continue
        for number, (one, other) in enumerate(zip(was, now, strict=False), start=1):
            places = (key for key in one if one[key] != other.get(key))
            yield from ((f"{name}[{number}].{key}", one[key], other.get(key)) for key in places)
        if len(was) != len(now):
            yield name, f"{len(was)} rows", f"{len(now)} rows"
