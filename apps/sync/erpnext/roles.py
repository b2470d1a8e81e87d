"""Which role of ERPNext's standard set gives which right (API.md 2, WRITING.md 10); a site may differ."""

from typing import Final

ADMINISTRATION: Final = "System Manager"
SALES_OR_STOCK: Final = "Sales User, Stock User or Accounts User"

READERS: Final = {
    "Item": "Sales User, Stock User, Purchase User or Item Manager",
    "Item Group": "Sales User, Stock User, Purchase User or Item Manager",
    "Brand": "Item Manager or Sales User",
    "Price List": "Sales Master Manager or Purchase Master Manager",
    "Item Price": "Sales Master Manager or Purchase Master Manager",
    "Customer": SALES_OR_STOCK,
    "Customer Group": SALES_OR_STOCK,
    "Territory": SALES_OR_STOCK,
    "Supplier": "Purchase User, Accounts User or Stock User",
    "Sales Invoice": "Accounts User or Accounts Manager",
    "POS Invoice": "Accounts User or Accounts Manager",
    "Loyalty Point Entry": "Accounts User, Accounts Manager or Auditor",
    "Loyalty Program": ADMINISTRATION,
    "Deleted Document": ADMINISTRATION,
    "Custom Field": ADMINISTRATION,
    "Webhook": ADMINISTRATION,
    "Sales Order": SALES_OR_STOCK,
    "Delivery Note": SALES_OR_STOCK,
    "Batch": "Item Manager",
    "Warehouse": "Stock User",
    "Bin": "Stock User",
    "Stock Ledger Entry": "Stock User",
    "Serial and Batch Bundle": "Stock User",
    "Purchase Receipt": "Stock User or Purchase User",
    "Pricing Rule": "Sales Manager, Accounts Manager or System Manager",
}
WRITERS: Final = {
    "Sales Invoice": "Accounts User",
    "Purchase Receipt": "Stock User or Purchase User",
    "Batch": "Item Manager",
    "Item Price": "Sales Master Manager or Purchase Master Manager",
    "Pricing Rule": "Sales Manager, Accounts Manager or System Manager",
    "Custom Field": ADMINISTRATION,
    "Webhook": ADMINISTRATION,
}


def readers_of(doctype: str) -> str:
    """The roles that read a DocType, in words."""
    return READERS.get(doctype, "a role that may read it")


def writers_of(doctype: str) -> str:
    """The roles that may create documents of a DocType, in words."""
    return WRITERS.get(doctype, "a role that may create it")
