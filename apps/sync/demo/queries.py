"""Lists: fields, filters, order and pages, evaluated over the store as frappe and MariaDB do (API.md 4)."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from apps.sync.demo.envelopes import broken, field_not_permitted, invalid, no_parent
from apps.sync.demo.store import TABLES, DocType, Row, Store, collated

SECOND: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
SECONDS_LONG: Final = len("2026-11-05 10:00:00")
PAGE: Final = 20  # what a request without a limit gets, silently
OPERATORS: Final = (
    "between, descendants of (inclusive), descendants of, not ancestors of, timespan, =, not like, is, next, "
    "in, >=, fiscal year, <=, ancestors of, previous, not descendants of, !=, <, not in, >, like"
)
Condition = Callable[[Row], bool]


@dataclass(frozen=True)
class Asked:
    """The arguments of a list, still as they came."""

    doctype: str
    fields: Any = None
    filters: Any = None
    or_filters: Any = None
    order_by: str = ""
    start: Any = 0
    limit: Any = PAGE
    parent: str = ""

    @classmethod
    def of(cls, doctype: str, given: dict[str, Any]) -> "Asked":
        """Out of a query string or a JSON body; text that should be JSON is read as such."""
        return cls(
            doctype=doctype,
            fields=_json(given.get("fields")),
            filters=_json(given.get("filters")),
            or_filters=_json(given.get("or_filters")),
            order_by=str(given.get("order_by") or ""),
            start=given.get("limit_start", 0),
            limit=given.get("limit_page_length", given.get("limit", PAGE)),
            parent=str(given.get("parent") or ""),
        )


def listed(store: Store, asked: Asked) -> list[Row]:
    """The rows of a list. Raises RefusalError."""
    doctype = store.doctypes.get(asked.doctype) or DocType(asked.doctype, ("name",))
    columns = _columns(doctype, asked)
    rows = _ordered(doctype, _chosen(store, doctype, asked), asked.order_by)
    return [{column: row[column] for column in columns} for row in _paged(rows, asked)]


def counted(store: Store, asked: Asked) -> int:
    """How many rows the filters leave."""
    doctype = store.doctypes.get(asked.doctype) or DocType(asked.doctype, ("name",))
    return sum(1 for _ in _chosen(store, doctype, asked))


def _json(value: Any) -> Any:
    if not isinstance(value, str) or not value:
        return value
    try:
        return json.loads(value)
    except ValueError as why:
        raise broken("JSONDecodeError", f"json.decoder.JSONDecodeError: {why}") from why


def _columns(doctype: DocType, asked: Asked) -> list[str]:
    wanted = asked.fields or ["name"]
    if "*" in wanted:
        return list(doctype.columns)
    tables = TABLES.get(doctype.name, {})
    named = [field for field in wanted if field not in tables]  # a table in the fields is dropped unsaid
    for field in named:
        if field.partition(".")[0] in tables:
            raise _joined(asked)
        _known(doctype, field)
    return named


def _joined(asked: Asked) -> Exception:
    if asked.order_by and "`" not in asked.order_by:
        column = asked.order_by.split()[0]
        return broken(
            "OperationalError",
            f"pymysql.err.OperationalError: (1052, \"Column '{column}' in ORDER BY is ambiguous\")",
        )
    return invalid("The demo ERPNext does not join tables: list them by themselves.")


def _known(doctype: DocType, field: str) -> str:
    if field not in doctype.columns:
        raise field_not_permitted(field)
    return field


def _chosen(store: Store, doctype: DocType, asked: Asked) -> Iterable[Row]:
    if doctype.is_table and not asked.parent:
        raise no_parent()
    every = [_condition(doctype, each) for each in _triples(asked.filters)]
    either = [_condition(doctype, each) for each in _triples(asked.or_filters)]
    return (
        row
        for row in list(doctype.rows.values())
        if all(holds(row) for holds in every) and (not either or any(holds(row) for holds in either))
    )


def _triples(filters: Any) -> list[tuple[str, str, Any]]:
    """Filters of every form that frappe takes, as (field, operator, value)."""
    if not filters:
        return []
    if isinstance(filters, dict):
        return [
            (field, *value) if isinstance(value, list) else (field, "=", value)
            for field, value in filters.items()
        ]
    return [tuple(each[-3:]) if len(each) > 2 else (each[0], "=", each[1]) for each in filters]


def _condition(doctype: DocType, triple: tuple[str, str, Any]) -> Condition:
    field, operator, wanted = _known(doctype, triple[0]), str(triple[1]).lower(), triple[2]
    if operator not in TESTS.keys() | {"in", "not in"}:
        raise invalid(f"Operator must be one of {OPERATORS}")
    if operator in {"in", "not in"}:
        return _among(field, wanted, inside=operator == "in")
    test = TESTS[operator]
    return lambda row: test(row[field], wanted)


def _among(field: str, wanted: Any, *, inside: bool) -> Condition:
    """Membership by a set: a list of children names five hundred parents."""
    texts = {collated(each) for each in _several(wanted)}
    return lambda row: (collated(row[field] if row[field] is not None else "") in texts) == inside


def _comparable(value: Any, other: Any) -> tuple[Any, Any]:
    """Both sides as MariaDB compares them: numbers as numbers, all else as collated text."""
    if isinstance(value, int | float):
        try:
            return float(value), float(other or 0)
        except (TypeError, ValueError):
            return float(value), 0.0
    return _worded(value), _worded(other)


def _worded(value: Any) -> str:
    """Collated text; a moment in full, for MariaDB compares moments and not how they are written."""
    words = collated(value if value is not None else "")
    return f"{words}.000000" if len(words) == SECONDS_LONG and SECOND.fullmatch(words) else words


def _equals(value: Any, wanted: Any) -> bool:
    mine, theirs = _comparable(value, wanted)
    return bool(mine == theirs)


def _several(wanted: Any) -> list[Any]:
    return wanted if isinstance(wanted, list) else [each.strip() for each in str(wanted).split(",")]


def _compare(by: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda value, wanted: value is not None and by(*_comparable(value, wanted))


def _alike(value: Any, wanted: Any) -> bool:
    pattern = re.escape(collated(wanted)).replace("%", ".*").replace("_", ".")
    return re.fullmatch(pattern, collated(value or ""), re.DOTALL) is not None


def _between(value: Any, wanted: Any) -> bool:
    low, high = (str(each) for each in _several(wanted))
    day = len("2026-11-05")
    high = f"{high} 23:59:59.999999" if len(high) == day and len(str(value)) > day else high
    return value is not None and low <= str(value) <= high


def _is(value: Any, wanted: Any) -> bool:
    return (value in (None, "")) == (str(wanted).lower() == "not set")


TESTS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": _equals,
    "!=": lambda value, wanted: not _equals(value, wanted),
    ">": _compare(lambda mine, theirs: mine > theirs),
    "<": _compare(lambda mine, theirs: mine < theirs),
    ">=": _compare(lambda mine, theirs: mine >= theirs),
    "<=": _compare(lambda mine, theirs: mine <= theirs),
    "like": _alike,
    "not like": lambda value, wanted: not _alike(value, wanted),
    "between": _between,
    "is": _is,
}


def _ordered(doctype: DocType, rows: Iterable[Row], order_by: str) -> list[Row]:
    """In the order asked for; without one, in none that a client could rely on (API.md, trap 1)."""
    if not order_by:
        return sorted(rows, key=lambda row: hashlib.md5(row["name"].encode(), usedforsecurity=False).digest())
    ordered = list(rows)
    for part in reversed(order_by.split(",")):
        words = part.split()
        field = words[0].strip("`").rpartition(".")[2].strip("`")
        if field not in doctype.columns:
            raise broken(
                "OperationalError",
                f"pymysql.err.OperationalError: (1054, \"Unknown column '{field}' in 'ORDER BY'\")",
            )
        ordered.sort(key=_sort_key(field), reverse=words[-1].lower() == "desc")
    return ordered


def _sort_key(field: str) -> Callable[[Row], tuple[bool, Any]]:
    def key(row: Row) -> tuple[bool, Any]:
        value = row[field]
        return value is not None, value if isinstance(value, int | float) else collated(value or "")

    return key


def _paged(rows: list[Row], asked: Asked) -> list[Row]:
    start = int(str(asked.start) or 0)
    limit = str(asked.limit)
    if limit.startswith("-"):
        raise broken(
            "ProgrammingError",
            'pymysql.err.ProgrammingError: (1064, "You have an error in your SQL syntax; check the manual '
            "that corresponds to your MariaDB server version for the right syntax to use near "
            f"'{limit} offset {start}' at line 6\")",
        )
    if not limit.isdecimal() or int(limit) == 0:  # what is no number is no limit either
        return rows[start:]
    return rows[start : start + int(limit)]
