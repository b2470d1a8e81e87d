"""What the site's DocTypes are made of: their tables, and the kinds of their columns."""

import json
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

RECORDINGS: Final = Path(__file__).parent / "recordings"
STANDARD: Final = ("name", "owner", "creation", "modified", "modified_by", "docstatus", "idx")
INSIDE: Final = ("parent", "parentfield", "parenttype")  # and what rows of tables have besides

# The tables inside each DocType, by the field that holds them.
TABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "Item Group": {"taxes": "Item Tax", "item_group_defaults": "Item Default"},
    "Item": {
        "barcodes": "Item Barcode",
        "reorder_levels": "Item Reorder",
        "uoms": "UOM Conversion Detail",
        "attributes": "Item Variant Attribute",
        "item_defaults": "Item Default",
        "supplier_items": "Item Supplier",
        "customer_items": "Item Customer Detail",
        "taxes": "Item Tax",
    },
    "Customer": {
        "companies": "Allowed To Transact With",
        "credit_limits": "Customer Credit Limit",
        "accounts": "Party Account",
        "sales_team": "Sales Team",
        "portal_users": "Portal User",
    },
    "Sales Invoice": {
        "items": "Sales Invoice Item",
        "pricing_rules": "Pricing Rule Detail",
        "packed_items": "Packed Item",
        "timesheets": "Sales Invoice Timesheet",
        "taxes": "Sales Taxes and Charges",
        "advances": "Sales Invoice Advance",
        "payments": "Sales Invoice Payment",
        "payment_schedule": "Payment Schedule",
        "sales_team": "Sales Team",
    },
}


class Kind(StrEnum):
    """What a column holds, as far as a filter and a blank need to know."""

    INT = "int"
    FLOAT = "float"
    DATE = "date"
    MOMENT = "moment"
    TEXT = "text"


LOOKS: Final = {
    Kind.DATE: re.compile(r"\d{4}-\d\d-\d\d"),
    Kind.MOMENT: re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?"),
}
STANDARD_KINDS: Final[Mapping[str, Kind]] = {
    "creation": Kind.MOMENT,
    "modified": Kind.MOMENT,
    "docstatus": Kind.INT,
    "idx": Kind.INT,
}
BLANKS: Final[Mapping[Kind, Any]] = {Kind.INT: 0, Kind.FLOAT: 0.0}


@cache
def recordings() -> list[dict[str, Any]]:
    """What a real ERPNext sent: each with its ``doctype``, ``fields`` and ``rows``."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(RECORDINGS.glob("*.json"))]


@cache
def kinds(doctype: str) -> Mapping[str, Kind]:
    """The kinds of a DocType's columns, as its recorded values show them."""
    for recording in recordings():
        if recording["doctype"] == doctype:
            columns = zip(*recording["rows"], strict=True)
            found = {name: _kind(values) for name, values in zip(recording["fields"], columns, strict=True)}
            return found | STANDARD_KINDS
    return STANDARD_KINDS


def blanks(doctype: str, columns: Iterable[str]) -> dict[str, Any]:
    """A row with nothing in it: numbers and checks are 0, for such columns are never null; all else is."""
    known = kinds(doctype)
    return {column: BLANKS.get(known.get(column, Kind.TEXT)) for column in columns}


def _kind(values: Iterable[Any]) -> Kind:
    filled = [value for value in values if value not in (None, "")]
    if any(isinstance(value, float) for value in filled):
        return Kind.FLOAT
    if any(isinstance(value, int) for value in filled):
        return Kind.INT
    texts = [value for value in filled if isinstance(value, str)]
    fits = (kind for kind, looks in LOOKS.items() if texts and all(map(looks.fullmatch, texts)))
    return next(fits, Kind.TEXT)
