"""The methods of ``/api/method`` that write; each is one of the desk's verbs under frappe's name for it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson

from apps.sync.demo.desk.desk import Desk
from apps.sync.demo.desk.document import CANCELLED, SUBMITTED
from apps.sync.demo.envelopes import Answer, Body
from apps.sync.demo.singles import check_known
from apps.sync.demo.users import User

Given = Mapping[str, Any]
Call = Callable[[Desk, Given, User], Body]


def _insert(desk: Desk, given: Given, user: User) -> Body:
    doc = _doc(desk, given)
    return _message(desk.insert(user, doc["doctype"], doc))


def _save(desk: Desk, given: Given, user: User) -> Body:
    return _stored(desk, _doc(desk, given), user)


def _submit(desk: Desk, given: Given, user: User) -> Body:
    return _stored(desk, {**_doc(desk, given), "docstatus": SUBMITTED}, user)


def _stored(desk: Desk, doc: Given, user: User) -> Body:
    """What has no name yet is new."""
    if not doc.get("name"):
        return _message(desk.insert(user, doc["doctype"], doc))
    return _message(desk.change(user, doc["doctype"], str(doc["name"]), doc))


def _cancel(desk: Desk, given: Given, user: User) -> Body:
    return _message(desk.change(user, *_named(desk, given), {"docstatus": CANCELLED}))


def _delete(desk: Desk, given: Given, user: User) -> Body:
    answer = desk.delete(user, *_named(desk, given))
    return {key: value for key, value in _body(answer).items() if key != "data"}


def _set_value(desk: Desk, given: Given, user: User) -> Body:
    field = _read(given.get("fieldname"))
    values = field if isinstance(field, dict) else {str(field): given.get("value")}
    return _message(desk.change(user, *_named(desk, given), values))


def _rename(desk: Desk, given: Given, user: User) -> Body:
    merge = str(given.get("merge", "")).lower() in {"1", "true"}
    old, new = str(given.get("old_name", "")), str(given.get("new_name", ""))
    name, messages = desk.rename(user, _doctype(desk, given), old, new, merge=merge)
    return {"message": name} | messages


def _message(answer: Answer) -> Body:
    body = _body(answer)
    return {"message": body["data"]} | {key: value for key, value in body.items() if key != "data"}


def _body(answer: Answer) -> Body:
    return answer.body if isinstance(answer.body, dict) else {}


def _doc(desk: Desk, given: Given) -> Mapping[str, Any]:
    """A document as it was sent, of a DocType that the site has. Raises RefusalError."""
    doc = _read(given.get("doc"))
    sent = doc if isinstance(doc, dict) else {}
    return {**sent, "doctype": _doctype(desk, sent)}


def _named(desk: Desk, given: Given) -> tuple[str, str]:
    return _doctype(desk, given), str(given.get("name", ""))


def _doctype(desk: Desk, given: Given) -> str:
    doctype = str(given.get("doctype", ""))
    check_known(desk.store, doctype)
    return doctype


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
