"""Lists, read by key: `(modified, name)`, never by offset (API.md 4: rows that move would be skipped).

Each page starts at the instant where the last one ended (``modified >= T``) and drops what was had of that
instant; when one instant fills a whole page, it is stepped through by name and then left behind.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

import orjson

from apps.sync.erpnext.client import Client
from apps.sync.errors import ErpGarbledError, ErpRefusedError

Doc = dict[str, Any]
Filter = list[object]
ORDER: Final = "modified asc, name asc"
NAMES_A_REQUEST: Final = 200


@dataclass(frozen=True)
class Query:
    """What is asked of one DocType."""

    doctype: str
    fields: tuple[str, ...]
    filters: tuple[tuple[str, str, object], ...] = ()
    page_size: int = 500


@dataclass
class Page:
    """Some documents, with the rows of their tables by child DocType."""

    docs: list[Doc]
    children: dict[str, list[Doc]] = field(default_factory=dict)


def pages_from(erp: Client, query: Query, *, start: str) -> Iterator[list[Doc]]:
    """All documents saved at ``start`` or later, page by page, in the order of their stamps."""
    filters: list[Filter] = [["modified", ">=", start]] if start else []
    had: set[str] = set()  # names of the instant at which the last page ended
    while True:
        found = _list(erp, query, filters)
        fresh = [doc for doc in found if doc["name"] not in had or doc["modified"] != filters[0][2]]
        if fresh:
            yield fresh
        stepping = filters[:1] != [] and filters[0][1] == "="
        if len(found) < query.page_size and not stepping:
            return
        filters, had = _after(found, filters, stepping=stepping, page_size=query.page_size)


def _after(
    found: list[Doc], filters: list[Filter], *, stepping: bool, page_size: int
) -> tuple[list[Filter], set[str]]:
    """Where the next page begins, and what of it has been seen."""
    if stepping and len(found) < page_size:
        return [["modified", ">", filters[0][2]]], set()  # the instant is done
    last = found[-1]
    if found[0]["modified"] == last["modified"]:  # one instant, a page of it or more
        return [["modified", "=", last["modified"]], ["name", ">", last["name"]]], set()
    instant = {doc["name"] for doc in found if doc["modified"] == last["modified"]}
    return [["modified", ">=", last["modified"]]], instant


def documents_named(erp: Client, query: Query, names: Sequence[str]) -> Iterator[list[Doc]]:
    """The documents of these names that still exist."""
    for start in range(0, len(names), NAMES_A_REQUEST):
        chosen = list(names[start : start + NAMES_A_REQUEST])
        found = _get_list(erp, query, [["name", "in", chosen]], limit=0, order_by="name asc")
        if found:
            yield found


def documents_where(erp: Client, query: Query, field: str, values: Sequence[str]) -> Iterator[list[Doc]]:
    """The documents with one of these values in a field."""
    for start in range(0, len(values), NAMES_A_REQUEST):
        chosen = list(values[start : start + NAMES_A_REQUEST])
        found = _get_list(erp, query, [[field, "in", chosen]], limit=0, order_by="name asc")
        if found:
            yield found


def names_of(
    erp: Client, query: Query, *, fields: Sequence[str] = ("name", "creation")
) -> Iterator[list[Doc]]:
    """Every document with these few fields, by name: a complete list, page by page."""
    last, asked = "", Query(query.doctype, tuple(fields))
    while True:
        filters: list[Filter] = [list(one) for one in query.filters]
        if last:
            filters.append(["name", ">", last])
        found = _get_list(erp, asked, filters, limit=5000, order_by="name asc")
        if found:
            yield found
        if len(found) < 5000:
            return
        last = found[-1]["name"]


def children_of(erp: Client, query: Query, *, parent_doctype: str, parents: Sequence[str]) -> list[Doc]:
    """The rows of one table of many documents, in one request whatever their number.

    By POST: the names would not fit into an address. ``parent`` is what the right to read is checked against.
    """
    filters: list[Filter] = [["parent", "in", list(parents)], ["parenttype", "=", parent_doctype]]
    return _get_list(
        erp, query, filters, limit=0, order_by="parent asc, idx asc", extra={"parent": parent_doctype}
    )


def count(erp: Client, query: Query, *, start: str) -> int:
    """How many documents a walk from ``start`` will meet, for a progress bar: it checks no permissions."""
    filters = [["modified", ">=", start]] if start else []
    chosen = orjson.dumps([*filters, *map(list, query.filters)]).decode()
    return int(erp.get("/api/method/frappe.client.get_count", {"doctype": query.doctype, "filters": chosen}))


def has_field(erp: Client, doctype: str, name: str) -> bool:
    """Whether the site has this (custom) field: one that is missing would fail every request that names it.

    By trying it: the list of custom fields is for System Managers, this needs no right but to read.
    """
    try:
        _get_list(erp, Query(doctype, ("name", name)), [], limit=1, order_by=ORDER)
    except ErpRefusedError as why:
        if why.exc_type == "DataError":
            return False
        raise
    return True


def _list(erp: Client, query: Query, filters: list[Filter]) -> list[Doc]:
    params: Mapping[str, str | int] = {
        "fields": orjson.dumps(query.fields).decode(),
        "filters": orjson.dumps([*filters, *map(list, query.filters)]).decode(),
        "order_by": ORDER,
        "limit_page_length": query.page_size,
    }
    return _documents(erp.get(f"/api/resource/{quote(query.doctype)}", params))


def _get_list(
    erp: Client,
    query: Query,
    filters: list[Filter],
    *,
    limit: int,
    order_by: str,
    extra: Mapping[str, object] | None = None,
) -> list[Doc]:
    asked = {
        "doctype": query.doctype,
        "fields": query.fields,
        "filters": filters,
        "order_by": order_by,
        "limit_page_length": limit,
    }
    return _documents(erp.post("/api/method/frappe.client.get_list", asked | dict(extra or {})))


def _documents(answer: Any) -> list[Doc]:
    if isinstance(answer, list) and all(isinstance(doc, dict) and "name" in doc for doc in answer):
        return answer
    raise ErpGarbledError("ERPNext's answer is no list of records.")
