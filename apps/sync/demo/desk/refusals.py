"""How ERPNext refuses what is written: each refusal with the class and the words that were observed."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from apps.sync.demo.envelopes import Body, RefusalError, broken, invalid, shown_as

FRAPPE = "frappe.exceptions"
SITE = "https://erp.example"  # how the site calls itself in messages
BY_ERPNEXT: Body = {"_exc_source": "erpnext (app)"}


def by_erpnext(
    shown: str, exc_type: str = "ValidationError", *, module: str = FRAPPE, title: str = "Message"
) -> RefusalError:
    """A rule of ERPNext's own, as apart from one of frappe's."""
    exception = f"{module}.{exc_type}: {shown}"
    return RefusalError(417, exc_type, exception=exception, shown=shown, title=title, extra=BY_ERPNEXT)


def by_frappe(
    shown: str, exc_type: str = "ValidationError", *, module: str = FRAPPE, title: str = "Message"
) -> RefusalError:
    """A rule that frappe has for every DocType."""
    return RefusalError(417, exc_type, exception=f"{module}.{exc_type}: {shown}", shown=shown, title=title)


def mandatory(doctype: str, name: str, missing: Sequence[tuple[str, str]]) -> RefusalError:
    """Fields without a value: pairs of field and message; a message each, none of them said to be raised."""
    fields = ", ".join(field for field, _ in missing)
    messages = [shown_as(message, raised=False) for _, message in missing]
    return RefusalError(
        417,
        "MandatoryError",
        exception=f"{FRAPPE}.MandatoryError: [{doctype}, {name}]: {fields}",
        messages=messages,
    )


def links_missing(found: Iterable[str]) -> RefusalError:
    """Links that lead nowhere, each as ``Item Group: Nope`` or ``Row #1: Item Code: NOPE``."""
    return by_frappe(f"Could not find {', '.join(found)}", "LinkValidationError")


def duplicate(doctype: str, name: str) -> RefusalError:
    """The primary key is taken."""
    entry = f"IntegrityError(1062, \"Duplicate entry '{name}' for key 'PRIMARY'\")"
    shown = f"{doctype} <strong>{name}</strong> already exists"
    return RefusalError(
        409,
        "DuplicateEntryError",
        exception=f"{FRAPPE}.DuplicateEntryError: ('{doctype}', '{name}', {entry})",
        messages=[{"message": shown, "title": "Duplicate Name", "indicator": "red"}],
    )


def taken(doctype: str, name: str, *, column: str, value: str, label: str) -> RefusalError:
    """A unique field has this value already; the name is the one that the refused document would have had."""
    entry = f"IntegrityError(1062, \"Duplicate entry '{value}' for key '{column}'\")"
    return RefusalError(
        417,
        "UniqueValidationError",
        exception=f"{FRAPPE}.UniqueValidationError: ('{doctype}', '{name}', {entry})",
        shown=f"{label} must be unique",
        raised=False,
    )


def bad_name() -> RefusalError:
    """Signs that no name may have."""
    shown = "Name cannot contain special characters like '<', '>'"
    return RefusalError(409, "NameError", exception=f"{FRAPPE}.NameError: {shown}", shown=shown)


def no_name() -> RefusalError:
    """A DocType whose documents are named by whoever makes them."""
    return by_frappe("Please set the document name")


def too_long(where: str, label: str, value: str) -> RefusalError:
    """More than the 140 signs that a Data field or a link holds."""
    exc_type = "CharacterLengthExceededError"
    shown = (
        f"{where}'<strong>{label}</strong>' ({value}) will get truncated, as max characters allowed is 140"
    )
    return by_frappe(shown, exc_type, title="Value too big")


def no_choice(where: str, label: str, value: str, choices: Sequence[str]) -> RefusalError:
    """Something that a Select field does not offer."""
    offered = ", ".join(f'"{choice}"' for choice in choices)
    return by_frappe(f'{where} {label} cannot be "{value}". It should be one of {offered}')


def bad_date(doctype: str, column: str, value: Any, kind: str) -> RefusalError:
    """A text that is no date, which MariaDB refuses to store."""
    where = f"`_sitedb`.`tab{doctype}`.`{column}` at row 1"
    return broken(
        "OperationalError",
        f"pymysql.err.OperationalError: (1292, \"Incorrect {kind} value: '{value}' for column {where}\")",
    )


def no_column(column: str, statement: str) -> RefusalError:
    """A column that the cached definition has and the table has not (WRITING.md, trap 1)."""
    said = f"(1054, \"Unknown column '{column}' in '{statement}'\")"
    return broken("OperationalError", f"pymysql.err.OperationalError: {said}")


def stale(stored: str, now: str) -> RefusalError:
    """Somebody else has saved the document since it was read; what was read, nobody is told."""
    shown = (
        f"Error: Document has been modified after you have opened it ({stored}, {now}). "
        "Please refresh to get the latest document."
    )
    return by_frappe(shown, "TimestampMismatchError")


def not_after_submit(where: str, label: str, *, was: Any, now: Any) -> RefusalError:
    """A field of a submitted document that may not change."""
    shown = (
        f"{where} Not allowed to change <strong>{label}</strong> after submission "
        f"from <strong>{was}</strong> to <strong>{now}</strong>"
    )
    return by_frappe(shown, "UpdateAfterSubmitError", title="Cannot Update After Submit")


def cancelled() -> RefusalError:
    """A cancelled document is as it is; this one comes without words for people."""
    exception = f"{FRAPPE}.ValidationError: Cannot edit cancelled document"
    return RefusalError(417, "ValidationError", exception=exception)


def no_such_step(was: int, now: int) -> RefusalError:
    """A docstatus that does not follow on another."""
    words = ("Draft", "Submitted", "Cancelled")
    if not 0 <= now < len(words):
        return invalid("Invalid docstatus")
    said = f"Cannot change docstatus from {was} ({words[was]}) to {now} ({words[now]})"
    return RefusalError(
        417, "DocstatusTransitionError", exception=f"{FRAPPE}.DocstatusTransitionError: {said}"
    )


def linked(doctype: str, name: str, by: tuple[str, str], *, may_be_disabled: bool = False) -> RefusalError:
    """What a document names can be neither deleted nor cancelled."""
    first = (
        f"Cannot delete or cancel because {doctype} {_anchor(doctype, name)} is linked with "
        f"{by[0]} {_anchor(*by)} "
    )
    if not may_be_disabled:
        return by_frappe(first, "LinkExistsError")
    second = f"You can disable this {doctype} instead of deleting it."
    return RefusalError(
        417,
        "LinkExistsError",
        exception=f"{FRAPPE}.LinkExistsError: {second}",
        messages=[shown_as(first), shown_as(second)],
    )


def is_submitted(doctype: str, name: str) -> RefusalError:
    """A submitted document has to be cancelled before it can be deleted."""
    manual = "https://docs.erpnext.com//docs/user/manual/en/setting-up/articles/delete-submitted-document"
    return by_frappe(
        f"{doctype} {name}: Submitted Record cannot be deleted. "
        f"You must <a href='{manual}' target='_blank'> Cancel </a> it first."
    )


def may_not_delete(user: str, doctype: str, name: str) -> RefusalError:
    """A user without a role that deletes."""
    first = f"User <strong>{user}</strong> does not have access to this document: {doctype} - {name}"
    second = f"User not allowed to delete {doctype}: {name}"
    return RefusalError(
        403,
        "PermissionError",
        exception=f"{FRAPPE}.PermissionError: {second}",
        messages=[shown_as(first, raised=False), shown_as(second)],
    )


def link(doctype: str, name: str) -> str:
    """Where people may look at a document, as messages link it."""
    slug = doctype.lower().replace(" ", "-")
    return f'<a href="{SITE}/app/{slug}/{quote(name)}">{name}</a>'


def _anchor(doctype: str, name: str) -> str:
    return f'<a href="/app/Form/{doctype}/{name}">{name}</a>'
