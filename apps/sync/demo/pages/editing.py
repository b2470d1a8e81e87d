"""Edits by hand: a few fields of a few DocTypes, saved by way of the desk as a PUT would be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from apps.sync.demo.alive.hand import CLERK
from apps.sync.demo.desk.desk import Desk
from apps.sync.demo.pages.records import label
from apps.sync.demo.store import Row, Store, collated

TEXT, CHECK, NUMBER = "text", "checkbox", "number"
EDITABLE: Final[Mapping[str, Mapping[str, str]]] = {
    "Item": {"item_name": TEXT, "disabled": CHECK},
    "Customer": {"customer_name": TEXT, "disabled": CHECK},
    "Item Price": {"price_list_rate": NUMBER},
}


@dataclass(frozen=True)
class Input:
    """One field of the form."""

    name: str
    label: str
    kind: str
    value: Any


def inputs(store: Store, doctype: str, name: str, *, typed: Mapping[str, str]) -> list[Input]:
    """What may be edited of a document here, which is nothing of most; with what was typed, if anything."""
    fields = EDITABLE.get(doctype, {})
    with store.lock:
        row: Row = store.table(doctype).rows.get(collated(name), {})
        stored = {field: row[field] for field in fields}
    values = {field: _sent(typed, field, kind) for field, kind in fields.items()} if typed else stored
    return [Input(field, label(field), kind, values[field]) for field, kind in fields.items()]


def save(desk: Desk, doctype: str, name: str, form: Mapping[str, str]) -> None:
    """Save what the form sent; a box that is not ticked sends nothing. Raises RefusalError."""
    given = {field: _sent(form, field, kind) for field, kind in EDITABLE.get(doctype, {}).items()}
    desk.change(CLERK, doctype, name, given | {"modified": form.get("modified", "")})


def _sent(form: Mapping[str, str], field: str, kind: str) -> str | int:
    return int(field in form) if kind == CHECK else form.get(field, "")
