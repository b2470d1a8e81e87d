"""What the demo site holds: rows by DocType, as a database would have them."""

import json
import threading
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, Self

Row = dict[str, Any]
RECORDINGS: Final = Path(__file__).parent / "recordings"

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


@lru_cache(maxsize=500_000)
def collated(text: object) -> str:
    """A text as MariaDB's utf8mb4_unicode_ci compares it: neither case nor accents count."""
    plain = unicodedata.normalize("NFKD", str(text)).casefold()
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


@dataclass
class DocType:
    """The rows of one DocType by their collated name: two names that differ by case only cannot both be."""

    name: str
    columns: tuple[str, ...]
    rows: dict[str, Row] = field(default_factory=dict)

    @property
    def is_table(self) -> bool:
        """Whether its rows live inside documents of other DocTypes."""
        return "parenttype" in self.columns


class Store:
    """All rows of a site. One lock: a request sees a whole state, never half a change."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.doctypes: dict[str, DocType] = {}

    @classmethod
    def recorded(cls) -> Self:
        """The records of a real ERPNext, as it sent them."""
        store = cls()
        for recording in _recordings():
            doctype = DocType(recording["doctype"], tuple(recording["fields"]))
            store.doctypes[doctype.name] = doctype
            for values in recording["rows"]:
                row = dict(zip(recording["fields"], values, strict=True))
                doctype.rows[collated(row["name"])] = row
        return store

    def knows(self, doctype: str) -> bool:
        """Whether the site has this DocType, rows or none."""
        return doctype in self.doctypes or any(doctype in tables.values() for tables in TABLES.values())

    def document(self, doctype: str, name: str) -> Row | None:
        """One document whole, as it is read alone: nulls left out, its tables inside."""
        found = self.doctypes[doctype].rows.get(collated(name)) if doctype in self.doctypes else None
        if found is None:
            return None
        tables = {
            field: [self._alone(table, row) for row in self.rows_of(doctype, found["name"], table, field)]
            for field, table in TABLES.get(doctype, {}).items()
        }
        return self._alone(doctype, found) | tables

    def rows_of(self, doctype: str, name: str, table: str, field: str) -> Iterator[Row]:
        """The rows of one table of a document, in their order."""
        rows = self.doctypes[table].rows.values() if table in self.doctypes else ()
        own = (
            row
            for row in rows
            if (row["parenttype"], row["parent"], row["parentfield"]) == (doctype, name, field)
        )
        return iter(sorted(own, key=lambda row: row["idx"]))

    def put(self, doctype: str, **values: Any) -> Row:
        """Add a row, or change the one of this name; what is not given stays, or is as in the first row."""
        with self.lock:
            table = self.doctypes[doctype]
            key = collated(values["name"])
            base = table.rows.get(key) or next(iter(table.rows.values()))
            table.rows[key] = base | values
            return table.rows[key]

    def remove(self, doctype: str, name: str) -> None:
        """Take a row away, and what lives inside it."""
        with self.lock:
            del self.doctypes[doctype].rows[collated(name)]
            for table in set(TABLES.get(doctype, {}).values()) & set(self.doctypes):
                rows = self.doctypes[table].rows
                for key in [key for key, row in rows.items() if row["parent"] == name]:
                    del rows[key]

    def _alone(self, doctype: str, row: Row) -> Row:
        return {key: value for key, value in row.items() if value is not None} | {"doctype": doctype}


@cache
def _recordings() -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(RECORDINGS.glob("*.json"))]
