"""Lists, read by key: `(modified, name)`, never by offset (API.md 4: rows that move would be skipped).

Each page starts at the instant where the last one ended (``modified >= T``) and drops what was had of that
instant; when one instant fills a whole page, it is stepped through by name and then left behind. How many
rows a page has is ERPNext's to say: it shrinks while the site labours (``Helping``).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final
from urllib.parse import quote, urlencode

import orjson

from apps.sync.erpnext.client import Client
from apps.sync.erpnext.fields import field_named_in
from apps.sync.errors import ErpFieldError, ErpGarbledError, ErpLeftOutError, ErpRefusedError

Doc = dict[str, Any]
Filter = list[object]
Portion = Callable[[Sequence[str], bool], list[Doc]]  # these values; whether fewer can be asked for
ORDER: Final = "modified asc, name asc"
NAMES_A_REQUEST: Final = 200
PARENTS_A_REQUEST: Final = 500
NAMES_A_PAGE: Final = 5000
LONGEST_ADDRESS: Final = 3500  # a bare server takes a request line of 4,094 bytes
GET_LIST: Final = "/api/method/frappe.client.get_list"


@dataclass(frozen=True)
class Query:
    """What is asked of one DocType."""

    doctype: str
    fields: tuple[str, ...]
    filters: tuple[tuple[str, str, object], ...] = ()
    page_size: int = 500


@dataclass
class Page:
    """Some documents, with the rows of their tables by child DocType. ``is_last``: no page follows."""

    docs: list[Doc]
    children: dict[str, list[Doc]] = field(default_factory=dict)
    is_last: bool = False


def pages_from(erp: Client, query: Query, *, start: str) -> Iterator[Page]:
    """All documents saved at ``start`` or later, page by page, in the order of their stamps."""
    filters: list[Filter] = [["modified", ">=", start]] if start else []
    had: set[str] = set()  # names of the instant at which the last page ended
    helping = erp.helping(query.doctype, most=query.page_size)
    while True:
        found, asked = helping.of(erp, partial(_page, erp, query, filters))
        fresh = [doc for doc in found if doc["name"] not in had or doc["modified"] != filters[0][2]]
        stepping = filters[:1] != [] and filters[0][1] == "="
        is_last = len(found) < asked and not stepping
        if fresh:
            yield Page(fresh, is_last=is_last)
        if is_last:
            return
        filters, had = _after(found, filters, had, stepping=stepping, asked=asked)


def _after(
    found: list[Doc], filters: list[Filter], had: set[str], *, stepping: bool, asked: int
) -> tuple[list[Filter], set[str]]:
    """Where the next page begins, and what of it has been seen."""
    if stepping and len(found) < asked:
        return [["modified", ">", filters[0][2]]], set()  # the instant is done
    last = found[-1]
    if stepping and filters[1][2] == last["name"]:
        raise _standing_still(last)
    if found[0]["modified"] == last["modified"]:  # one instant, a page of it or more
        known = had if filters and filters[0][2] == last["modified"] else set[str]()
        return [["modified", "=", last["modified"]], ["name", ">", last["name"]]], known
    instant = {doc["name"] for doc in found if doc["modified"] == last["modified"]}
    return [["modified", ">=", last["modified"]]], instant


def names_of(
    erp: Client,
    query: Query,
    *,
    fields: Sequence[str] = ("name", "creation"),
    filters: Sequence[tuple[str, str, object]] = (),
) -> Iterator[list[Doc]]:
    """Every document with these few fields, by name: a complete list, page by page, or an error.

    Which name comes after which is the server's to say: its order is not Python's.
    """
    columns = tuple(dict.fromkeys(("name", *fields)))
    listed = Query(query.doctype, columns, (*query.filters, *filters))
    after: list[Filter] = []
    helping = erp.helping(query.doctype, most=NAMES_A_PAGE)
    while True:
        found, asked = helping.of(erp, partial(_page, erp, listed, after, order_by="name asc"))
        if found:
            yield found
        if len(found) < asked:
            return
        if after and after[0][2] == found[-1]["name"]:
            raise _standing_still(found[-1])
        after = [["name", ">", found[-1]["name"]]]


def documents_named(erp: Client, query: Query, names: Sequence[str]) -> Iterator[list[Doc]]:
    """The documents of these names that still exist."""
    return documents_where(erp, query, "name", names)


def documents_where(erp: Client, query: Query, field: str, values: Sequence[str]) -> Iterator[list[Doc]]:
    """The documents with one of these values in a field."""

    def chosen(some: Sequence[str], spare: bool) -> list[Doc]:
        filters: list[Filter] = [*map(list, query.filters), [field, "in", list(some)]]
        return _get_list(erp, query, filters, limit=0, order_by="name asc", shrinks=spare)

    return _in_portions(erp, query.doctype, values, most=NAMES_A_REQUEST, ask=chosen)


def children_of(erp: Client, query: Query, *, parent_doctype: str, parents: Sequence[str]) -> list[Doc]:
    """The rows of one table of many documents, some hundred documents a request.

    By POST: the names would not fit into an address. ``parent`` is what the right to read is checked against.
    """

    def chosen(some: Sequence[str], spare: bool) -> list[Doc]:
        filters: list[Filter] = [
            *map(list, query.filters),
            ["parent", "in", list(some)],
            ["parenttype", "=", parent_doctype],
        ]
        extra = {"parent": parent_doctype}
        return _get_list(
            erp, query, filters, limit=0, order_by="parent asc, idx asc", extra=extra, shrinks=spare
        )

    portions = _in_portions(erp, query.doctype, parents, most=PARENTS_A_REQUEST, ask=chosen)
    return [row for rows in portions for row in rows]


def _in_portions(
    erp: Client, doctype: str, values: Sequence[str], *, most: int, ask: Portion
) -> Iterator[list[Doc]]:
    helping, at = erp.helping(doctype, most=most), 0
    while at < len(values):
        found, asked = helping.of(erp, partial(_portion, ask, values[at : at + helping.most]))
        at += asked
        if found:
            yield found


def _portion(ask: Portion, values: Sequence[str], *, size: int, shrinks: bool) -> list[Doc]:
    return ask(values[:size], shrinks)


def count(erp: Client, query: Query, *, start: str) -> int:
    """How many documents a walk from ``start`` will meet, for a progress bar: it checks no permissions."""
    filters = [["modified", ">=", start]] if start else []
    chosen = orjson.dumps([*filters, *map(list, query.filters)]).decode()
    said = erp.get("/api/method/frappe.client.get_count", {"doctype": query.doctype, "filters": chosen})
    if not isinstance(said, int):
        raise ErpGarbledError(f"ERPNext's count of “{query.doctype}” is no number.")
    return said


def first_of(erp: Client, query: Query, *, parent: str = "") -> list[Doc]:
    """One document, whichever: proves that this list with these fields can be read."""
    extra = {"parent": parent} if parent else None
    return _get_list(erp, query, list(map(list, query.filters)), limit=1, order_by=ORDER, extra=extra)


def has_field(erp: Client, doctype: str, name: str, *, parent: str = "") -> bool:
    """Whether the site has this (custom) field: one that is missing would fail every request that names it.

    By trying it: the list of custom fields is for System Managers, this needs no right but to read.
    """
    try:
        first_of(erp, Query(doctype, ("name", name)), parent=parent)
    except ErpFieldError:
        return False
    return True


def lacking(erp: Client, query: Query, why: ErpRefusedError, *, custom: Sequence[str]) -> frozenset[str]:
    """Which of the custom fields the site is without, after it refused them: one more request for each.

    Raises ``why`` again when it was not for any of them.
    """
    found = frozenset(name for name in custom if not has_field(erp, query.doctype, name))
    if not found:
        raise why
    return found


def _page(
    erp: Client,
    query: Query,
    filters: list[Filter],
    *,
    size: int,
    shrinks: bool,
    order_by: str = ORDER,
) -> list[Doc]:
    """One page: asked for in the address, or in a body where it would be too long for that."""
    every = [*filters, *map(list, query.filters)]
    params: Mapping[str, str | int] = {
        "fields": orjson.dumps(query.fields).decode(),
        "filters": orjson.dumps(every).decode(),
        "order_by": order_by,
        "limit_page_length": size,
    }
    path = f"/api/resource/{quote(query.doctype)}"
    if len(path) + len(urlencode(params)) > LONGEST_ADDRESS:
        return _get_list(erp, query, every, limit=size, order_by=order_by, shrinks=shrinks)
    return _documents(query, lambda: erp.get(path, params, shrinks=shrinks))


def _get_list(
    erp: Client,
    query: Query,
    filters: list[Filter],
    *,
    limit: int,
    order_by: str,
    extra: Mapping[str, object] | None = None,
    shrinks: bool = False,
) -> list[Doc]:
    asked = {
        "doctype": query.doctype,
        "fields": query.fields,
        "filters": filters,
        "order_by": order_by,
        "limit_page_length": limit,
    }
    return _documents(query, lambda: erp.post(GET_LIST, asked | dict(extra or {}), shrinks=shrinks))


def _documents(query: Query, ask: Callable[[], Any]) -> list[Doc]:
    """The rows of an answer, each with all fields, none twice. Raises ErpFieldError, ErpGarbledError."""
    try:
        found = ask()
    except ErpRefusedError as why:
        if why.exc_type == "DataError":
            raise ErpFieldError(query.doctype, field_named_in(why, query.fields), why) from why
        raise
    if not isinstance(found, list) or not all(isinstance(doc, dict) for doc in found):
        raise ErpGarbledError("ERPNext's answer is no list of records.")
    wanted = frozenset(query.fields)
    for doc in found:
        if not wanted <= doc.keys():
            raise ErpLeftOutError(query.doctype, wanted - doc.keys())
    if "name" in wanted and len({doc["name"] for doc in found}) < len(found):
        raise ErpGarbledError(f"ERPNext lists a record of “{query.doctype}” twice on one page.")
    return found


def _standing_still(last: Doc) -> ErpGarbledError:
    return ErpGarbledError(f"ERPNext's list does not go on behind “{last['name']}”.")
