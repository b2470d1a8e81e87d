"""Lists: fields, filters, order and pages, evaluated over the store as frappe and MariaDB do (API.md 4)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from apps.sync.demo.choosing import Filters, Order, Part, chosen, how_many, ordered, ordering, unordered
from apps.sync.demo.envelopes import broken, no_parent
from apps.sync.demo.fields import Shown, grouped, projected, shown
from apps.sync.demo.filters import conditions
from apps.sync.demo.rows import Row
from apps.sync.demo.scope import Scope
from apps.sync.demo.store import Store

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
    group_by: str = ""
    as_dict: bool = True

    @classmethod
    def of(cls, doctype: str, given: dict[str, Any]) -> "Asked":
        """Out of a query string or a JSON body; text that should be JSON is read as such."""
        return cls(
            doctype=doctype,
            fields=_fields(given.get("fields")),
            filters=_json(given.get("filters")),
            or_filters=_json(given.get("or_filters")),
            order_by=str(given.get("order_by") or ""),
            start=given.get("limit_start", 0),
            limit=given.get("limit_page_length", given.get("limit", PAGE)),
            parent=str(given.get("parent") or ""),
            as_dict=str(given.get("as_dict", "true")).lower() not in {"false", "0"},
            group_by=str(given.get("group_by") or ""),
        )


def listed(store: Store, asked: Asked) -> list[Row]:
    """The rows of a list. Raises RefusalError."""
    scope = Scope(store, store.table(asked.doctype))
    columns = shown(scope, asked.fields)
    filters = _filters(scope, asked)
    by = [scope.sorted_by(each, ()) for each in asked.group_by.split(",") if each.strip()]
    # what is selected goes before what is joined: such a name is not ambiguous
    selected = {one.label for one in columns if one.renamed or one.label == one.key}
    order = ordering(scope, asked.order_by, selected)
    if by or any(one.function for one in columns):
        sums = grouped(_found(scope, filters), columns, by)
        whole = ordered(sums, order) if order else sums
        return projected(_paged(whole, asked), [Shown(one.label, one.label) for one in columns])
    if scope.joins:
        whole = ordered(_found(scope, filters), _unlabelled(order, columns))
        return projected(_paged(whole, asked), columns)
    return projected(_paged(chosen(scope.doctype, filters, _unlabelled(order, columns)), asked), columns)


def counted(store: Store, asked: Asked) -> int:
    """How many rows the filters leave."""
    scope = Scope(store, store.table(asked.doctype))
    filters = _filters(scope, asked)
    if scope.joins:
        return len({row["name"] for row in _found(scope, filters)})
    return how_many(scope.doctype, filters)


def _found(scope: Scope, filters: Filters) -> Iterable[Row]:
    """The rows that the filters leave, with what is joined to them."""
    if not scope.joins:
        return unordered(scope.doctype, filters)
    own = Filters(tuple(one for one in filters.every if one.field not in scope.used))
    return filters.without(own.every).within(scope.spread(unordered(scope.doctype, own)))


def _unlabelled(order: Order, columns: list[Shown]) -> Order:
    """An order by the columns themselves where it goes by the names that the list gives them."""
    keys = {one.label: one.key for one in columns if one.renamed}
    return tuple(Part(keys.get(part.column, part.column), down=part.down) for part in order)


def _filters(scope: Scope, asked: Asked) -> Filters:
    if scope.doctype.is_table and not asked.parent:
        raise no_parent()
    return Filters(tuple(conditions(scope, asked.filters)), tuple(conditions(scope, asked.or_filters)))


def _fields(value: Any) -> Any:
    """A JSON list, or plain text with commas."""
    return _json(value) if isinstance(value, str) and value.lstrip().startswith(("[", '"')) else value


def _json(value: Any) -> Any:
    if not isinstance(value, str) or not value:
        return value
    try:
        return json.loads(value)
    except ValueError as why:
        raise broken("JSONDecodeError", f"json.decoder.JSONDecodeError: {why}") from why


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
