"""Have ERPNext hold one document that says what it is to say: look, then create, or change what differs.

Nothing is sent again unseen. An answer that was lost is waited for and looked up; a change always carries the
``modified`` that was read, so one that arrives late, when another has been made since, is refused by ERPNext.
"""

from collections.abc import Iterable
from typing import Any, Final

from apps.core.errors import FieldError
from apps.sync.erpnext import Client
from apps.sync.erpnext.documents import counted, document, named
from apps.sync.erpnext.lists import Doc
from apps.sync.errors import (
    ErpAmbiguousError,
    ErpContestedError,
    ErpRefusedError,
    ErpUncertainError,
    PayloadRefusedError,
)
from apps.sync.push import Kind
from apps.sync.push.contents import body_of, differing
from apps.sync.push.declarations import REFERENCE, Content

SETTLING = 3.0  # seconds; a write whose answer was lost may still be running
LOOKS: Final = 3
TRIES: Final = 4  # to change what somebody else keeps saving
STALE: Final = "TimestampMismatchError"
TAKEN: Final = frozenset({"UniqueValidationError", "DuplicateEntryError", "ItemPriceDuplicateItem"})


def deliver(erp: Client, kind: Kind, content: Content, *, erp_name: str = "") -> Doc:
    """The document as ERPNext stores it; ``erp_name`` is what it was called.

    Raises an ErpError, PayloadRefusedError where what it stands on is otherwise there by now.
    """
    found = look(erp, kind, content, erp_name=erp_name)
    if found is None or differing(kind, content, found):
        _check_premises(erp, kind, content)
    return _created(erp, kind, content) if found is None else _changed(erp, kind, content, found)


def _check_premises(erp: Client, kind: Kind, content: Content) -> None:
    for premise in kind.premises:
        there = document(erp, premise.doctype, str(content[premise.by])) or {}
        wrong = [
            FieldError(column, "outdated", f"is {there.get(field) or 'nothing'} in ERPNext by now")
            for field, column in premise.says.items()
            if there.get(field) != content[column]
        ]
        if wrong:
            raise PayloadRefusedError(wrong)


def look(erp: Client, kind: Kind, content: Content, *, erp_name: str = "") -> Doc | None:
    """The document by its key, if ERPNext has it. Raises an ErpError."""
    key = kind.known_by or (REFERENCE,)
    told = _told(kind, content, (name for name in key if content[name]))
    filters = [(field, "=", value) for field, value in told.items()]
    names = named(erp, kind.doctype, filters)
    read = [doc for name in names if (doc := document(erp, kind.doctype, name))]
    found = [doc for doc in read if not differing(kind, content, doc).keys() & set(key)]
    if not found and counted(erp, kind.doctype, filters) != len(names):
        raise ErpContestedError(
            f"ERPNext has a “{kind.doctype}” of this key and does not list it to us: User Permissions may "
            "narrow what our user sees."
        )
    return _the_one(kind, content, found, erp_name=erp_name)


def _the_one(kind: Kind, content: Content, found: list[Doc], *, erp_name: str) -> Doc | None:
    """ERPNext takes two prices of one beginning when their ends differ: the one that is nearest is meant."""
    ours = [doc for doc in found if doc["name"] == erp_name]
    if ours or len(found) < 2:
        return next(iter(ours or found), None)
    nearest, next_best, *_ = sorted(found, key=lambda doc: len(differing(kind, content, doc)))
    if len(differing(kind, content, nearest)) == len(differing(kind, content, next_best)):
        names = ", ".join(sorted(str(doc["name"]) for doc in found))
        raise ErpAmbiguousError(
            f"ERPNext has {len(found)} documents of this key, {names}: remove all but one."
        )
    return nearest


def _created(erp: Client, kind: Kind, content: Content) -> Doc:
    try:
        return erp.create(kind.doctype, body_of(kind, content))
    except ErpUncertainError:
        found = _looked_up(erp, kind, content)
        if found is None:
            raise
    except ErpRefusedError as why:
        if why.exc_type not in TAKEN:
            raise
        found = look(erp, kind, content)
        if found is None:
            said = "ERPNext says that it has this document already, and does not show it to us."
            raise ErpContestedError(f"{said} {why.said}") from why
    return _changed(erp, kind, content, found)


def _looked_up(erp: Client, kind: Kind, content: Content) -> Doc | None:
    for _ in range(LOOKS):
        erp.wait(SETTLING)
        found = look(erp, kind, content)
        if found is not None:
            return found
    return None


def _changed(erp: Client, kind: Kind, content: Content, found: Doc) -> Doc:
    for _ in range(TRIES):
        wrong = differing(kind, content, found)
        if not wrong:
            return found
        told = _told(kind, content, wrong) | {"modified": found["modified"]}
        try:
            return erp.update(kind.doctype, found["name"], told)
        except ErpUncertainError:
            erp.wait(SETTLING)
        except ErpRefusedError as why:
            if why.exc_type != STALE:
                raise
        found = _read_again(erp, kind, found)
    raise ErpContestedError(f"“{found['name']}” was changed by somebody else each time that we wrote it.")


def _read_again(erp: Client, kind: Kind, found: Doc) -> Doc:
    now = document(erp, kind.doctype, found["name"])
    if now is None:
        raise ErpContestedError(f"“{found['name']}” went from ERPNext while we wrote it.")
    return now


def _told(kind: Kind, content: Content, names: Iterable[str]) -> dict[str, Any]:
    """These of our columns and tables, in ERPNext's words."""
    body = body_of(kind, content)
    fields = [
        kind.tables[name].field if name in kind.tables else kind.columns[name].sources[0] for name in names
    ]
    return {field: body[field] for field in fields}
