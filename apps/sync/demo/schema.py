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
_SOLD: Final = {
    "pricing_rules": "Pricing Rule Detail",
    "packed_items": "Packed Item",
    "taxes": "Sales Taxes and Charges",
    "sales_team": "Sales Team",
}
_BILLED: Final = _SOLD | {
    "timesheets": "Sales Invoice Timesheet",
    "advances": "Sales Invoice Advance",
    "payments": "Sales Invoice Payment",
    "payment_schedule": "Payment Schedule",
}
_PARTY: Final[Mapping[str, str]] = {
    "companies": "Allowed To Transact With",
    "accounts": "Party Account",
    "portal_users": "Portal User",
}
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
    "Customer": {**_PARTY, "credit_limits": "Customer Credit Limit", "sales_team": "Sales Team"},
    "Customer Group": {"accounts": "Party Account", "credit_limits": "Customer Credit Limit"},
    "Supplier": _PARTY,
    "Supplier Group": {"accounts": "Party Account"},
    "Territory": {"targets": "Target Detail"},
    "Address": {"links": "Dynamic Link"},
    "Contact": {"links": "Dynamic Link", "email_ids": "Contact Email", "phone_nos": "Contact Phone"},
    "Loyalty Program": {"collection_rules": "Loyalty Program Collection"},
    "Price List": {"countries": "Price List Country"},
    "Pricing Rule": {
        "items": "Pricing Rule Item Code",
        "item_groups": "Pricing Rule Item Group",
        "brands": "Pricing Rule Brand",
    },
    "Sales Invoice": {"items": "Sales Invoice Item", **_BILLED},
    "POS Invoice": {"items": "POS Invoice Item", **_BILLED},
    "Sales Order": {"items": "Sales Order Item", **_SOLD, "payment_schedule": "Payment Schedule"},
    "Delivery Note": {"items": "Delivery Note Item", **_SOLD},
    "Purchase Receipt": {
        "items": "Purchase Receipt Item",
        "pricing_rules": "Pricing Rule Detail",
        "supplied_items": "Purchase Receipt Item Supplied",
        "taxes": "Purchase Taxes and Charges",
    },
    "Serial and Batch Bundle": {"entries": "Serial and Batch Entry"},
    "POS Profile": {
        "applicable_for_users": "POS Profile User",
        "payments": "POS Payment Method",
        "item_groups": "POS Item Group",
        "customer_groups": "POS Customer Group",
    },
    "POS Opening Entry": {"balance_details": "POS Opening Entry Detail"},
    "POS Closing Entry": {
        "pos_transactions": "POS Invoice Reference",
        "payment_reconciliation": "POS Closing Entry Detail",
        "taxes": "POS Closing Entry Taxes",
    },
    "POS Invoice Merge Log": {"pos_invoices": "POS Invoice Reference"},
    "Payment Entry": {"references": "Payment Entry Reference"},
    "Webhook": {"webhook_data": "Webhook Data", "webhook_headers": "Webhook Header"},
}
INNER: Final = frozenset(table for tables in TABLES.values() for table in tables.values())
PLAIN: Final = frozenset({"Company", "Currency", "Mode of Payment", "User"})
SHIPPED: Final = frozenset({"Country"})  # what every site has, whoever it belongs to

# What the link fields lead to, as far as a hop or a tree filter may go through them.
LINKS: Final[Mapping[str, str]] = {
    "item_group": "Item Group",
    "parent_item_group": "Item Group",
    "customer_group": "Customer Group",
    "parent_customer_group": "Customer Group",
    "supplier_group": "Supplier Group",
    "parent_supplier_group": "Supplier Group",
    "territory": "Territory",
    "parent_territory": "Territory",
    "warehouse": "Warehouse",
    "parent_warehouse": "Warehouse",
    "set_warehouse": "Warehouse",
    "brand": "Brand",
    "item": "Item",
    "item_code": "Item",
    "variant_of": "Item",
    "customer": "Customer",
    "supplier": "Supplier",
    "price_list": "Price List",
    "loyalty_program": "Loyalty Program",
    "batch_no": "Batch",
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
    """The kinds of a DocType's columns, as its recorded values show them, or as they are told beside them."""
    for recording in recordings():
        if recording["doctype"] == doctype:
            columns = list(zip(*recording["rows"], strict=True))
            found = {name: _kind(values) for name, values in zip(recording["fields"], columns, strict=False)}
            told = {name: Kind(kind) for name, kind in recording.get("kinds", {}).items()}
            return {**found, **told, **STANDARD_KINDS}
    return STANDARD_KINDS


def standard(doctype: str) -> tuple[str, ...]:
    """The columns that a DocType has of which nothing was recorded."""
    return STANDARD + INSIDE if doctype in INNER else STANDARD


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
