"""What a person does to a whole document at the desk: submits, cancels, renames, merges or deletes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from apps.sync.demo.alive.hand import CLERK
from apps.sync.demo.desk.desk import Desk
from apps.sync.demo.desk.document import CANCELLED, DRAFT, SUBMITTED
from apps.sync.demo.store import Row, Store, collated

Form = Mapping[str, str]


class UnknownActError(Exception):
    """Nothing of this kind is done to documents of this kind, or not as this one stands."""


@dataclass(frozen=True)
class Act:
    """One button of a document; ``said`` is noted once it is done, ``does`` answers its name by then."""

    label: str
    said: str
    does: Callable[[Desk, str, str, Form], str]
    at: int | None = None  # the docstatus in which it is offered; None: in any but submitted
    asks: str = ""  # what has to be typed first
    is_grave: bool = False


def _submit(desk: Desk, doctype: str, name: str, form: Form) -> str:
    return _moved(desk, doctype, name, form, SUBMITTED)


def _cancel(desk: Desk, doctype: str, name: str, form: Form) -> str:
    return _moved(desk, doctype, name, form, CANCELLED)


def _moved(desk: Desk, doctype: str, name: str, form: Form, docstatus: int) -> str:
    """With the stamp of what was looked at: what somebody has saved since is refused, as at any desk."""
    desk.change(CLERK, doctype, name, {"docstatus": docstatus, "modified": form.get("modified", "")})
    return name


def _delete(desk: Desk, doctype: str, name: str, _: Form) -> str:
    desk.delete(CLERK, doctype, name)
    return name


def _rename(desk: Desk, doctype: str, name: str, form: Form) -> str:
    return desk.rename(CLERK, doctype, name, form.get("called", "").strip())[0]


def _merge(desk: Desk, doctype: str, name: str, form: Form) -> str:
    return desk.rename(CLERK, doctype, name, form.get("called", "").strip(), merge=True)[0]


SUBMIT: Final = Act("Submit", "was submitted", _submit, at=DRAFT)
CANCEL: Final = Act("Cancel", "was cancelled", _cancel, at=SUBMITTED, is_grave=True)
DELETE: Final = Act("Delete", "was deleted", _delete, is_grave=True)
RENAME: Final = Act("Rename", "was renamed; it is called now", _rename, asks="New name")
MERGE: Final = Act("Merge", "was merged; what is left is", _merge, asks="Merge into", is_grave=True)
ACTS: Final[Mapping[str, Mapping[str, Act]]] = {
    "Purchase Receipt": {"submit": SUBMIT, "cancel": CANCEL, "delete": DELETE},
    "Batch": {"delete": DELETE},
    "Item Price": {"delete": DELETE},
    "Item": {"rename": RENAME, "merge": MERGE, "delete": DELETE},
}


def acts(store: Store, doctype: str, name: str) -> dict[str, Act]:
    """What can be done to a document as it stands."""
    with store.lock:
        row: Row = store.table(doctype).rows.get(collated(name), {})
    status: Any = row.get("docstatus", DRAFT)
    return {
        key: act
        for key, act in ACTS.get(doctype, {}).items()
        if (status != SUBMITTED if act.at is None else status == act.at)
    }


def do(store: Store, desk: Desk, doctype: str, name: str, form: Form) -> tuple[Act, str]:
    """Do what a button says; what was done, and how the document is called by then.

    Raises RefusalError, UnknownActError.
    """
    act = acts(store, doctype, name).get(form.get("do", ""))
    if act is None:
        raise UnknownActError
    return act, act.does(desk, doctype, name, form)
