"""The demo's documents as people read them: which there are, the newest of each kind, and each one whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from apps.sync.demo.alive.breaking import SOUND
from apps.sync.demo.desk.doctypes import CONTROLLERS
from apps.sync.demo.desk.document import CANCELLED, DRAFT, SUBMITTED
from apps.sync.demo.schema import INNER, INSIDE, LINKS, PLAIN, STANDARD, TABLES
from apps.sync.demo.store import Row, Store, collated

SHOWN: Final = 50
STATES: Final[Mapping[int, tuple[str, str]]] = {
    DRAFT: ("Draft", "look"),
    SUBMITTED: ("Submitted", "well"),
    CANCELLED: ("Cancelled", "act"),
}
TITLES: Final = ("item_name", "customer_name", "supplier_name", "title", "item_code", "customer", "item")
# What people look for first in a table of lines.
FIRST: Final = ("item_code", "item_name", "qty", "uom", "rate", "amount", "warehouse", "batch_no")
ROW_KEYS: Final = frozenset({*STANDARD, *INSIDE, "doctype"})
NOTHING: Final = (None, "")


@dataclass(frozen=True)
class Chip:
    """A state in a word; ``tone`` is well, look or act."""

    text: str
    tone: str = ""


@dataclass(frozen=True)
class Cell:
    """A value as text, and where it leads."""

    text: str
    link: str = ""


@dataclass(frozen=True)
class Amount:
    """How many records of a DocType there are."""

    doctype: str
    link: str
    count: str


@dataclass(frozen=True)
class Entry:
    """One document in a list."""

    name: str
    link: str
    title: str
    modified: str
    chips: list[Chip]


@dataclass(frozen=True)
class Table:
    """The rows of one table inside a document."""

    label: str
    columns: list[str]
    rows: list[list[Cell]]


@dataclass(frozen=True)
class Sheet:
    """One document, ready to be read."""

    doctype: str
    name: str
    title: str
    modified: str
    chips: list[Chip]
    fields: list[tuple[str, Cell]] = field(default_factory=list)
    zeros: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


def address(doctype: str, name: str = "") -> str:
    """Where a DocType, or one document, stands, as in ERPNext's desk."""
    slug = f"/app/{quote(_slug(doctype))}"
    return f"{slug}/{quote(name, safe='')}" if name else slug


def doctype_at(store: Store, slug: str) -> str | None:
    """The DocType that an address names; what only lives inside documents has none."""
    return next((name for name in _doctypes(store) if _slug(name) == slug.lower()), None)


def amounts(store: Store) -> list[Amount]:
    """How many there are, of every DocType of which there is something."""
    with store.lock:
        counts = [(name, len(store.table(name).rows)) for name in _doctypes(store)]
    return [Amount(name, address(name), f"{count:,}") for name, count in counts if count]


def newest(store: Store, doctype: str) -> list[Entry]:
    """What was saved last, the newest first."""
    with store.lock:
        index = store.table(doctype).rows.index("modified", "name")
        rows = [dict(row) for row in index.within(index.span(())[::-1][:SHOWN])]
    return [_entry(doctype, row) for row in rows]


def sheet(store: Store, doctype: str, name: str) -> Sheet | None:
    """One document whole; None where there is none of this name."""
    with store.lock:
        document = store.document(doctype, name)
        if document is None:
            return None
        tables = TABLES.get(doctype, {})
        told = {key: value for key, value in document.items() if key not in tables and key != "doctype"}
        entry = _entry(doctype, told)
        return Sheet(
            doctype,
            entry.name,
            entry.title,
            entry.modified,
            entry.chips,
            [(label(key), _cell(store, key, value)) for key, value in told.items() if _says(value)],
            [label(key) for key, value in told.items() if value == 0],
            [_table(store, key, document[key]) for key in tables if document.get(key)],
        )


def linked(store: Store, doctype: str, name: str) -> str:
    """Where a document stands; empty when it is not there, or not any more."""
    with store.lock:
        is_there = bool(doctype) and collated(name) in store.table(doctype).rows
    return address(doctype, name) if is_there else ""


def label(column: str) -> str:
    """What people call a column."""
    return column.removeprefix("custom_").replace("_", " ").capitalize()


def _slug(doctype: str) -> str:
    return doctype.lower().replace(" ", "-")


def _doctypes(store: Store) -> list[str]:
    return sorted((store.doctypes.keys() | TABLES.keys() | PLAIN) - INNER)


def _entry(doctype: str, row: Row) -> Entry:
    name = str(row["name"])
    titles = (str(row[column]) for column in TITLES if row.get(column) not in NOTHING)
    title = next((title for title in titles if title != name), "")
    return Entry(name, address(doctype, name), title, str(row.get("modified") or ""), _chips(doctype, row))


def _chips(doctype: str, row: Row) -> list[Chip]:
    chips = []
    controller = CONTROLLERS.get(doctype)
    if controller and controller.is_submittable:
        chips.append(Chip(*STATES[row["docstatus"]]))
    if row.get("status") not in (*NOTHING, *(chip.text for chip in chips)):
        chips.append(Chip(str(row["status"])))
    disabled = row.get("disabled") or 0
    if disabled not in SOUND:
        chips.append(Chip(f"Spoiled: disabled is {disabled}", "act"))
    elif disabled:
        chips.append(Chip("Disabled", "look"))
    return chips


def _table(store: Store, key: str, rows: list[Row]) -> Table:
    said = dict.fromkeys(column for row in rows for column, value in row.items() if _says(value))
    told = [column for column in said if column not in ROW_KEYS]
    columns = sorted(told, key=lambda column: FIRST.index(column) if column in FIRST else len(FIRST))
    cells = [[_cell(store, column, row.get(column)) for column in columns] for row in rows]
    return Table(label(key), [label(column) for column in columns], cells)


def _cell(store: Store, column: str, value: Any) -> Cell:
    text = "" if value is None else str(value)
    return Cell(text, linked(store, LINKS.get(column, ""), text))


def _says(value: Any) -> bool:
    return value not in NOTHING and value != 0
