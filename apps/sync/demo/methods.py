"""The methods of ``/api/method`` that read."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

import orjson

from apps.sync.demo import stock
from apps.sync.demo.desk import returns
from apps.sync.demo.envelopes import invalid
from apps.sync.demo.loyalty import program_with_points
from apps.sync.demo.queries import Asked, counted
from apps.sync.demo.singles import SINGLES, check_known
from apps.sync.demo.spans import TIME_ZONE
from apps.sync.demo.store import Store
from apps.sync.demo.users import User

Given = Mapping[str, Any]
VERSIONS: Final = {  # of the site that the recordings are from
    "frappe": {"title": "Frappe Framework", "version": "15.72.4", "branch": "version-15"},
    "erpnext": {"title": "ERPNext", "version": "15.71.1", "branch": "version-15"},
}
LOYALTY: Final = "erpnext.accounts.doctype.loyalty_program.loyalty_program"


class Readable(Protocol):
    """A site, as the methods see it."""

    store: Store

    def document(self, doctype: str, name: str, user: User, *, nulls: bool = False) -> dict[str, Any]: ...
    def list(self, doctype: str, given: dict[str, Any], user: User) -> list[Any]: ...


def unknown(method: str) -> Exception:
    """What is said to a method that is none."""
    app = method.partition(".")[0]
    if app in {"frappe", "erpnext"}:
        return invalid(f"Failed to get method for command {method}")
    return invalid(f"Failed to get method for command {method} with App {app} is not installed")


def _doctype(site: Readable, given: Given) -> str:
    doctype = str(given.get("doctype", ""))
    check_known(site.store, doctype)
    return doctype


def _get_list(site: Readable, given: dict[str, Any], user: User) -> Any:
    return site.list(_doctype(site, given), given, user)


def _get_count(site: Readable, given: dict[str, Any], _: User) -> Any:
    """Rows by filter; it checks no permissions (API.md, trap 11)."""
    return counted(site.store, Asked.of(_doctype(site, given), given))


def _get(site: Readable, given: dict[str, Any], user: User) -> Any:
    """A document with its nulls, by name or as the first that filters leave."""
    doctype, name = _doctype(site, given), str(given.get("name") or "")
    if not name and given.get("filters"):
        found = site.list(doctype, {"filters": given["filters"], "limit": 1}, user)
        name = found[0]["name"] if found else ""
    return site.document(doctype, name or doctype, user, nulls=True)


def _get_value(site: Readable, given: dict[str, Any], user: User) -> Any:
    """Some fields of one document; nothing at all where there is none."""
    doctype, fields = _doctype(site, given), _fields(given.get("fieldname"))
    if doctype in SINGLES:
        whole = site.document(doctype, doctype, user, nulls=True)
        return {field: whole.get(field) for field in fields}
    asked = {
        "fields": fields,
        "filters": _filters(given.get("filters")),
        "limit": 1,
        "order_by": "modified desc",
    }
    found = site.list(doctype, asked | {"parent": given.get("parent")}, user)
    return found[0] if found else {}


def _get_single_value(site: Readable, given: dict[str, Any], user: User) -> Any:
    doctype = _doctype(site, given)
    return site.document(doctype, doctype, user, nulls=True).get(str(given.get("field", "")))


def _fields(value: Any) -> list[str]:
    if isinstance(value, str):
        return list(orjson.loads(value)) if value.startswith("[") else [value]
    return list(value or ["name"])


def _filters(value: Any) -> Any:
    """Filters, or the name of a document."""
    if isinstance(value, str) and not value.lstrip().startswith(("[", "{")):
        return [["name", "=", value]]
    return value


def _reportview(site: Readable, given: dict[str, Any], user: User) -> Any:
    """The desk's own list: keys once, then values; it alone knows ``start`` and ``page_length``."""
    paged = {"limit_start": given.get("start", 0), "limit_page_length": given.get("page_length", 20)}
    rows = site.list(_doctype(site, given), {**given, **paged, "as_dict": True}, user)
    if not rows:
        return []
    return {"keys": list(rows[0]), "values": [list(row.values()) for row in rows], "user_info": {}}


def _loyalty(site: Readable, given: dict[str, Any], user: User) -> Any:
    program = site.document("Loyalty Program", str(given.get("loyalty_program", "")), user, nulls=True)
    return program_with_points(
        site.store, program, customer=str(given.get("customer", "")), company=str(given.get("company") or "")
    )


def _batch_qty(site: Readable, given: dict[str, Any], _: User) -> Any:
    asked = stock.BatchesAsked(*(str(given.get(one) or "") for one in ("batch_no", "warehouse", "item_code")))
    return stock.batch_quantities(site.store, asked)


def _stock_balance(site: Readable, given: dict[str, Any], _: User) -> Any:
    return stock.balance(site.store, str(given.get("item_code", "")), str(given.get("warehouse", "")))


def _sales_return(site: Readable, given: dict[str, Any], user: User) -> Any:
    """A return of a whole invoice, to be looked through and sent; nothing is stored yet."""
    original = site.document("Sales Invoice", str(given.get("source_name", "")), user, nulls=True)
    fields = site.store.table("Custom Field").rows.values()
    once = (row["fieldname"] for row in fields if row["dt"] == "Sales Invoice" and row["no_copy"])
    return returns.body_of(original, own=frozenset(once))


Method = Callable[[Any, dict[str, Any], User], Any]
METHODS: Final[Mapping[str, Method]] = {
    "frappe.auth.get_logged_user": lambda _, __, user: user.name,
    "frappe.client.get_time_zone": lambda _, __, ___: {"time_zone": TIME_ZONE},
    "frappe.utils.change_log.get_versions": lambda _, __, ___: VERSIONS,
    "frappe.client.get_list": _get_list,
    "frappe.client.get_count": _get_count,
    "frappe.client.get": _get,
    "frappe.client.get_value": _get_value,
    "frappe.client.get_single_value": _get_single_value,
    "frappe.desk.reportview.get": _reportview,
    f"{LOYALTY}.get_loyalty_program_details_with_points": _loyalty,
    "erpnext.accounts.doctype.sales_invoice.sales_invoice.make_sales_return": _sales_return,
    "erpnext.stock.doctype.batch.batch.get_batch_qty": _batch_qty,
    "erpnext.stock.utils.get_stock_balance": _stock_balance,
}
