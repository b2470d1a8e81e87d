"""The methods of ``/api/method`` that write; each is one of the desk's verbs under frappe's name for it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson

from apps.sync.demo.desk.desk import Desk
from apps.sync.demo.desk.document import CANCELLED, SUBMITTED
from apps.sync.demo.envelopes import Answer, Body
from apps.sync.demo.users import User

Given = Mapping[str, Any]
Call = Callable[[Desk, Given, User], Body]


def _insert(desk: Desk, given: Given, user: User) -> Body:
    doc = _doc(given)
    return _message(desk.insert(user, str(doc.get("doctype", "")), doc))


def _save(desk: Desk, given: Given, user: User) -> Body:
    doc = _doc(given)
    return _message(desk.change(user, str(doc.get("doctype", "")), str(doc.get("name", "")), doc))


def _submit(desk: Desk, given: Given, user: User) -> Body:
    doc = {**_doc(given), "docstatus": SUBMITTED}
    return _message(desk.change(user, str(doc.get("doctype", "")), str(doc.get("name", "")), doc))


def _cancel(desk: Desk, given: Given, user: User) -> Body:
    return _message(desk.change(user, *_named(given), {"docstatus": CANCELLED}))


def _delete(desk: Desk, given: Given, user: User) -> Body:
    answer = desk.delete(user, *_named(given))
    return {key: value for key, value in _body(answer).items() if key != "data"}


def _set_value(desk: Desk, given: Given, user: User) -> Body:
    field = _read(given.get("fieldname"))
    values = field if isinstance(field, dict) else {str(field): given.get("value")}
    return _message(desk.change(user, *_named(given), values))


def _rename(desk: Desk, given: Given, user: User) -> Body:
    merge = str(given.get("merge", "")).lower() in {"1", "true"}
    old, new = str(given.get("old_name", "")), str(given.get("new_name", ""))
    name, messages = desk.rename(user, str(given.get("doctype", "")), old, new, merge=merge)
    return {"message": name} | messages


def _message(answer: Answer) -> Body:
    body = _body(answer)
    return {"message": body["data"]} | {key: value for key, value in body.items() if key != "data"}


def _body(answer: Answer) -> Body:
    return answer.body if isinstance(answer.body, dict) else {}


def _doc(given: Given) -> Mapping[str, Any]:
    doc = _read(given.get("doc"))
    return doc if isinstance(doc, dict) else {}


def _named(given: Given) -> tuple[str, str]:
    return str(given.get("doctype", "")), str(given.get("name", ""))


def _read(value: Any) -> Any:
    """An argument that travels as JSON or as text."""
    is_json = isinstance(value, str) and value.lstrip().startswith("{")
    return orjson.loads(value) if is_json else value


WRITING: Final[Mapping[str, Call]] = {
    "frappe.client.insert": _insert,
    "frappe.client.save": _save,
    "frappe.client.submit": _submit,
    "frappe.client.cancel": _cancel,
    "frappe.client.delete": _delete,
    "frappe.client.set_value": _set_value,
    "frappe.client.rename_doc": _rename,
    "frappe.rename_doc": _rename,
}
