"""Have ERPNext hold one document that says what it is to say: look, then create, or change what differs.

Nothing is sent again unseen. An answer that was lost is waited for and looked up; a change always carries the
``modified`` that was read, so one that arrives late, when another has been made since, is refused by ERPNext.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from apps.core.errors import FieldError
from apps.sync.erpnext import Client
from apps.sync.erpnext.documents import counted, document, named
from apps.sync.erpnext.facts import REFERENCE as OURS
from apps.sync.erpnext.lists import Doc
from apps.sync.errors import (
    DocumentTakenError,
    ErpAmbiguousError,
    ErpContestedError,
    ErpRefusedError,
    ErpUncertainError,
)
from apps.sync.push import Kind
from apps.sync.push.contents import body_of, differing
from apps.sync.push.declarations import REFERENCE, Content
from apps.sync.services.premises import check_premises

SETTLING = 3.0  # seconds; a write whose answer was lost may still be running
LOOKS: Final = 3
TRIES: Final = 4  # to change what somebody else keeps saving
DRAFT, SUBMITTED, CANCELLED = 0, 1, 2
DELETED = -1  # stands for the docstatus of what is not there any more
SAME_LETTERS: Final = "ERPNext takes capitals and small letters for the same name"
STALE: Final = "TimestampMismatchError"
TAKEN: Final = frozenset({"UniqueValidationError", "DuplicateEntryError", "ItemPriceDuplicateItem"})


def deliver(
    erp: Client, kind: Kind, content: Content, *, erp_name: str = "", may_be_ours: bool = True
) -> Doc:
    """The document as ERPNext stores it; ``erp_name`` is what it was called.

    Where a person has taken it over (``is_theirs``) it is answered as it stands. Raises an ErpError,
    PayloadRefusedError where what it stands on is otherwise there by now, DocumentTakenError where what is
    there is another's; ``may_be_ours``: it has been tried before.
    """
    found = look(erp, kind, content, erp_name=erp_name)
    if found is None and erp_name and kind.is_handed_over:
        return _by_name(erp, kind, erp_name)
    if found is not None:
        if is_theirs(kind, found):
            return found
        _check_taken(kind, content, found, may_be_ours=may_be_ours)
    if found is None or differing(kind, content, found):
        check_premises(erp, kind, content)
    if found is None:
        return _created(erp, kind, content, may_be_ours=may_be_ours)
    return _changed(erp, kind, content, found)


# --- whose it is -------------------------------------------------------------------------------------------
def is_theirs(kind: Kind, found: Mapping[str, Any]) -> bool:
    """Whether a person has had the last word about a draft of ours: submitted, cancelled, deleted it."""
    return kind.is_handed_over and (is_gone(found) or found["docstatus"] != DRAFT or not found.get(OURS))


def is_gone(found: Mapping[str, Any]) -> bool:
    """Whether this stands for a document that was deleted in ERPNext."""
    return found.get("docstatus") == DELETED


def _by_name(erp: Client, kind: Kind, name: str) -> Doc:
    """What became of a document that does not bear our reference any more: it is not made a second time."""
    return document(erp, kind.doctype, name) or {"name": name, "docstatus": DELETED}


def _check_taken(kind: Kind, content: Content, found: Doc, *, may_be_ours: bool) -> None:
    """That what is there does not say otherwise. Raises DocumentTakenError."""
    wrong = differing(kind, content, found)
    never = [
        _taken(name, wrong[name][1], "another one bears the name")
        for name in kind.never_changed
        if name in wrong
    ]
    asked = () if may_be_ours else kind.asked_about
    first = [
        _taken(name, wrong[name][1], "sent again, it is changed there") for name in asked if name in wrong
    ]
    if never or first:
        raise DocumentTakenError([*never, *first], document=found)


def _taken(name: str, there: Any, then: str) -> FieldError:
    return FieldError(name, "taken", f"is {there or 'nothing'} in ERPNext already: {then}")


def look(erp: Client, kind: Kind, content: Content, *, erp_name: str = "") -> Doc | None:
    """The document by its key, if ERPNext has it. Raises an ErpError."""
    key = kind.known_by or (REFERENCE,)
    told = _told(kind, content, (name for name in key if content[name]))
    filters = [(field, "=", value) for field, value in told.items()]
    names = named(erp, kind.doctype, filters)
    read = [doc for name in names if (doc := document(erp, kind.doctype, name))]
    found = [doc for doc in read if not differing(kind, content, doc).keys() & set(key)]
    _check_letters(kind, content, read if not found else [])
    if not found and counted(erp, kind.doctype, filters) != len(names):
        raise ErpContestedError(
            f"ERPNext has a “{kind.doctype}” of this key and does not list it to us: User Permissions may "
            "narrow what our user sees."
        )
    return _the_one(kind, content, found, erp_name=erp_name)


def _check_letters(kind: Kind, content: Content, read: list[Doc]) -> None:
    """ERPNext tells names apart by their letters alone: one in capitals is taken by one in small letters."""
    for doc in read:
        for name in kind.known_by[:1]:
            if str(doc["name"]).casefold() == str(content[name]).casefold():
                raise DocumentTakenError([_taken(name, doc["name"], SAME_LETTERS)], document=doc)


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


def _created(erp: Client, kind: Kind, content: Content, *, may_be_ours: bool) -> Doc:
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
        _check_taken(kind, content, found, may_be_ours=may_be_ours)
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
        wrong = {} if is_theirs(kind, found) else differing(kind, content, found)
        if not wrong:
            return found
        told = _told(kind, content, wrong) | dict(kind.adds) | {"modified": found["modified"]}
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
    if now is None and kind.is_handed_over:
        return _by_name(erp, kind, found["name"])
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
