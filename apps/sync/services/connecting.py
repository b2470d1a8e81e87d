"""Prepare an ERPNext for Larder: the reference fields and the webhooks, each looked for before it is made.

``changes`` says what is lacking; ``make`` makes one of them, and looks it up where its answer was lost.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings

from apps.core import options
from apps.core.actors import Actor
from apps.core.options import value_of
from apps.sync.entities import ENTITIES
from apps.sync.erpnext import Client, facts
from apps.sync.erpnext.lists import Doc, Query, has_field, names_of
from apps.sync.erpnext.roles import writers_of
from apps.sync.errors import ErpPermissionError, ErpRefusedError, ErpUncertainError
from apps.sync.options import ShopOptions
from apps.sync.services.checking import REFERENCED

SETTLING: Final = 3.0  # seconds; a write whose answer was lost may still be running
LOOKS: Final = 3
INSERT_AFTER: Final = {"Sales Invoice": "customer", "Purchase Receipt": "supplier", "Pricing Rule": "title"}
SUBMITTABLE: Final = frozenset(
    {"Sales Invoice", "Sales Order", "POS Invoice", "Purchase Receipt", "Delivery Note"}
)
# ERPNext writes these by SQL, or by the thousand: a webhook would be silent, or a flood
UNTOLD: Final = frozenset({"Bin", "Loyalty Point Entry", "Serial and Batch Bundle", "Serial and Batch Entry"})
HOOK: Final = ("name", "webhook_doctype", "webhook_docevent", "request_url", "enabled", "webhook_secret")
NATIONALITY_OF: Final = "Customer"
WORDS: Final = frozenset({"Link", "Data", "Select", "Autocomplete", "Small Text", "Read Only"})


@dataclass(frozen=True)
class Change:
    """One thing to create, or to set right where ``name`` says what is there already."""

    what: str
    doctype: str
    values: Mapping[str, Any]
    by_hand: str  # for whoever may, in ERPNext itself
    name: str = ""
    own_name: str = ""  # what it is called once it is made


@dataclass(frozen=True)
class Made:
    """What came of a change; ``said`` explains where it did not come about."""

    change: Change
    is_done: bool
    said: str = ""


@dataclass(frozen=True)
class Plan:
    """What is there, what is lacking, and what only a person can do."""

    there: tuple[str, ...]
    changes: tuple[Change, ...]
    by_hand: tuple[str, ...]


def plan(erp: Client, *, webhook_url: str = "") -> Plan:
    """Look at the site. Raises an ErpError."""
    there: list[str] = []
    lacking: list[Change] = []
    by_hand: list[str] = []
    for found in (*_references(erp), *_webhooks(erp, webhook_url)):
        match found:
            case Change():
                lacking.append(found)
            case _Manual(said):
                by_hand.append(said)
            case _:
                there.append(found)
    return Plan(tuple(there), tuple(lacking), tuple(by_hand))


@dataclass(frozen=True)
class _Manual:
    said: str


Found = Change | _Manual | str


# --- reference fields --------------------------------------------------------------------------------------
def _references(erp: Client) -> Iterator[Found]:
    known = facts.custom_fields(erp, REFERENCED)
    for doctype in REFERENCED:
        change = _reference(doctype)
        if known is None:
            yield _unseen(erp, doctype, change)
            continue
        own = [row for row in known if (row["dt"], row["fieldname"]) == (doctype, facts.REFERENCE)]
        yield _set_right(change, own[0]) if own else change


def _reference(doctype: str) -> Change:
    """Data and nothing else: a unique field of another type breaks its DocType (WRITING.md, trap 1).

    Not read-only, so that staff can blank the copy that Amend makes.
    """
    values = {
        "dt": doctype,
        "fieldname": facts.REFERENCE,
        "label": "Larder reference",
        "fieldtype": "Data",
        "unique": 1,
        "no_copy": 1,
        "read_only": 0,
        "allow_on_submit": int(doctype in SUBMITTABLE),
        "insert_after": INSERT_AFTER[doctype],
    }
    submit = ", “Allow on Submit”" if doctype in SUBMITTABLE else ""
    return Change(
        what=f"the field {facts.REFERENCE} on {doctype}",
        doctype="Custom Field",
        values=values,
        by_hand=f"As a System Manager: Customize Form → {doctype}, add a row: label “Larder reference”, "
        f"type Data, name {facts.REFERENCE}; tick “Unique”, “No Copy”{submit}, and not “Read Only”.",
        own_name=f"{doctype}-{facts.REFERENCE}",
    )


def _unseen(erp: Client, doctype: str, change: Change) -> Found:
    """Without the right to see custom fields there is none to make one."""
    try:
        has = has_field(erp, doctype, facts.REFERENCE)
    except ErpRefusedError:
        has = False
    if has:
        return f"{change.what} (whether it is unique, only a System Manager sees)"
    return _Manual(change.by_hand)


def _set_right(change: Change, row: Doc) -> Found:
    if row["fieldtype"] != "Data":
        return _Manual(
            f"{change.what} is of type {row['fieldtype']}: as a System Manager, delete it. {change.by_hand}"
        )
    wrong = {
        name: change.values[name]
        for name in ("unique", "no_copy", "read_only", "allow_on_submit")
        if row[name] != change.values[name]
    }
    if not wrong:
        return change.what
    named = ", ".join(f"{name} {value}" for name, value in wrong.items())
    return Change(f"{change.what}: {named}", change.doctype, wrong, change.by_hand, name=row["name"])


# --- webhooks ----------------------------------------------------------------------------------------------
def _webhooks(erp: Client, url: str) -> Iterator[Found]:
    secret: str = settings.ERPNEXT.webhook_secret
    if not url:
        return
    if not secret:
        yield _Manual("Set ERPNEXT_WEBHOOK_SECRET: Larder refuses webhooks that are not signed with it.")
        return
    known = _known_webhooks(erp)
    for doctype in told_doctypes():
        for event in events_of(doctype):
            change = _webhook(doctype, event, url=url, secret=secret)
            if known is None:
                yield _Manual(change.by_hand)
                continue
            row = known.get(change.own_name)
            yield _hook_set_right(change, row) if row else change


def told_doctypes() -> list[str]:
    """The DocTypes that we sync and that a webhook can tell of."""
    every = dict.fromkeys(source.doctype for entity in ENTITIES for source in entity.sources)
    return [doctype for doctype in every if doctype not in UNTOLD]


def events_of(doctype: str) -> tuple[str, ...]:
    """A payment fires ``on_change`` only, which other documents do not have (API.md 9)."""
    return ("on_update", "on_change", "on_trash") if doctype in SUBMITTABLE else ("on_update", "on_trash")


def _known_webhooks(erp: Client) -> dict[str, Doc] | None:
    """None where we may not see them: then there is no right to make one either."""
    try:
        return {
            row["name"]: row for rows in names_of(erp, Query("Webhook", HOOK), fields=HOOK) for row in rows
        }
    except ErpPermissionError:
        return None


def _webhook(doctype: str, event: str, *, url: str, secret: str) -> Change:
    """Nothing in a delivery says which event of which DocType it is: the address does."""
    address = f"{url}{'&' if '?' in url else '?'}{urlencode({'doctype': doctype, 'event': event})}"
    name = f"larder-{doctype.lower().replace(' ', '-')}-{event}"
    values = {
        "name": name,
        "webhook_doctype": doctype,
        "webhook_docevent": event,
        "enabled": 1,
        "request_url": address,
        "request_method": "POST",
        "request_structure": "Form URL-Encoded",  # only means “pick fields”: the body is JSON
        "timeout": 5,
        "enable_security": 1,
        "webhook_secret": secret,
        "webhook_headers": [{"key": "Content-Type", "value": "application/json"}],
        "webhook_data": [{"fieldname": key, "key": key} for key in ("name", "modified")],
    }
    return Change(
        what=f"the webhook {name}",
        doctype="Webhook",
        values=values,
        by_hand=f"As a System Manager: Webhook → New: {doctype}, {event}, POST to {address}, header "
        "“Content-Type: application/json”, data name and modified, security on, with the secret of "
        "ERPNEXT_WEBHOOK_SECRET.",
        own_name=name,
    )


def _hook_set_right(change: Change, row: Doc) -> Found:
    is_right = row["request_url"] == change.values["request_url"] and row["enabled"] and row["webhook_secret"]
    if is_right:
        return f"{change.what} (its secret cannot be read back)"
    values = {key: value for key, value in change.values.items() if key != "name"}
    return Change(f"{change.what}, as it should be", change.doctype, values, change.by_hand, name=row["name"])


# --- making ------------------------------------------------------------------------------------------------
def make(erp: Client, change: Change) -> Made:
    """Make one change; a refusal is told, a lost answer looked up. Raises ErpUnreachableError."""
    try:
        if change.name:
            erp.update(change.doctype, change.name, change.values)
        else:
            erp.create(change.doctype, change.values)
    except ErpUncertainError:
        return _looked_up(erp, change)
    except ErpPermissionError:
        said = f"Our user may not: it needs the role {writers_of(change.doctype)}. By hand: {change.by_hand}"
        return Made(change, is_done=False, said=said)
    except ErpRefusedError as why:
        if not change.name and _is_there(erp, change):  # somebody else was quicker
            return Made(change, is_done=True)
        return Made(change, is_done=False, said=f"{why} By hand: {change.by_hand}")
    return Made(change, is_done=True)


def _looked_up(erp: Client, change: Change) -> Made:
    for _ in range(LOOKS):
        erp.wait(SETTLING)
        if _is_there(erp, change):
            return Made(change, is_done=True, said="Its answer was lost; it is there.")
    said = "The answer was lost, and it is not there: run “manage.py sync connect” once more."
    return Made(change, is_done=False, said=said)


def _is_there(erp: Client, change: Change) -> bool:
    """Whether ERPNext has it with the values that can be read back."""
    name = change.name or change.own_name
    readable = CHECKED[change.doctype]
    query = Query(change.doctype, ("name", *readable), (("name", "=", name),))
    rows = [row for rows in names_of(erp, query, fields=readable) for row in rows]
    return bool(rows) and all(
        rows[0][field] == change.values[field] for field in readable if field in change.values
    )


CHECKED: Final = {
    "Custom Field": ("fieldtype", "unique", "no_copy", "read_only", "allow_on_submit"),
    "Webhook": ("request_url", "enabled"),
}


# --- nationality -------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Nationality:
    """The field for it that Larder reads, whether the site has that, and which others it may mean."""

    reads: str
    has_it: bool
    others: tuple[str, ...]


def nationality(erp: Client, *, field: str = "") -> Nationality:
    """Which field of a customer holds the nationality; ``field`` is one to look at. Raises an ErpError."""
    reads = value_of(ShopOptions.nationality_field)
    rows = facts.custom_fields(erp, (NATIONALITY_OF,)) or []
    known = {row["fieldname"]: row for row in rows if row["dt"] == NATIONALITY_OF}
    alike = {name for name, row in known.items() if _sounds_like_it(row) and _holds_words(row)}
    if field and has_field(erp, NATIONALITY_OF, field) and _holds_words(known.get(field)):
        alike.add(field)
    return Nationality(reads, has_field(erp, NATIONALITY_OF, reads), tuple(sorted(alike - {reads})))


def choose_nationality(field: str, *, actor: Actor) -> None:
    """Read it from this field from now on. Raises InvalidInputError, also where the environment decides."""
    options.save({ShopOptions.nationality_field.key: field}, actor=actor)


def _sounds_like_it(row: Doc) -> bool:
    return "nation" in f"{row['fieldname']} {row['label']}".lower()


def _holds_words(row: Doc | None) -> bool:
    """What is no custom field that we see is taken as it is called."""
    return row is None or row["fieldtype"] in WORDS
