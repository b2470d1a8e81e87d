"""Lists: fields, filters, order and pages, evaluated over the store as frappe and MariaDB do (API.md 4)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import Any, Final

from apps.sync.demo.choosing import Filters, chosen, how_many, ordering
from apps.sync.demo.envelopes import broken, field_not_permitted, invalid, no_parent
from apps.sync.demo.filters import conditions
from apps.sync.demo.rows import Row
from apps.sync.demo.schema import TABLES
from apps.sync.demo.store import DocType, Store

PAGE: Final = 20  # what a request without a limit gets, silently


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
    doctype = store.table(asked.doctype)
    columns = _columns(doctype, asked)
    rows = chosen(doctype, _filters(doctype, asked), ordering(doctype, asked.order_by))
    return _projected(_paged(rows, asked), columns)


def counted(store: Store, asked: Asked) -> int:
    """How many rows the filters leave."""
    doctype = store.table(asked.doctype)
    return how_many(doctype, _filters(doctype, asked))


def _projected(rows: Iterable[Row], columns: list[str]) -> list[Row]:
    if len(columns) == 1:
        return [{columns[0]: row[columns[0]]} for row in rows]
    pick = itemgetter(*columns)
    return [dict(zip(columns, pick(row), strict=True)) for row in rows]


def _filters(doctype: DocType, asked: Asked) -> Filters:
    if doctype.is_table and not asked.parent:
        raise no_parent()
    return Filters(tuple(conditions(doctype, asked.filters)), tuple(conditions(doctype, asked.or_filters)))


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


def _paged(rows: Iterable[Row], asked: Asked) -> Iterable[Row]:
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
        return islice(rows, start, None)
    return islice(rows, start, start + int(limit))
