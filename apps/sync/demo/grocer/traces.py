"""What ERPNext keeps beside the shop's records: custom fields, and what was deleted."""

from datetime import timedelta
from typing import Final

from apps.sync.demo.grocer.rows import OFFICE, Books
from apps.sync.demo.store import Row

FIELDS: Final = (
    ("Customer", "custom_nationality", "Nationality", "Link", "Country"),
    ("Customer", "custom_marketing_opt_in", "Marketing opt in", "Check", None),
    ("Customer", "custom_date_of_birth", "Date of birth", "Date", None),
    ("Item", "custom_storage_temp", "Storage temperature", "Select", "Ambient\nChilled\nFrozen"),
)
DELETED: Final = (
    ("Item", "TEST-ITEM"),
    ("Customer", "Test Customer"),
    ("Customer", "Emily Smyth"),
    ("Item Price", "0a1b2c3d4e"),
    ("Pricing Rule", "PRLE-9001"),
    ("Brand", "Old Brand"),
    ("Sales Invoice", "ACC-SINV-DRAFT-00001"),
    ("Address", "Test Customer-Billing"),
)


def traced(books: Books) -> None:
    """Write them; none of the deleted names is in use again."""
    for place, (doctype, field, label, kind, options) in enumerate(FIELDS):
        at = books.moment(books.first_day - timedelta(days=42), 9) + timedelta(minutes=place)
        said: Row = {"dt": doctype, "fieldname": field, "label": label, "fieldtype": kind, "options": options}
        books.add("Custom Field", f"{doctype}-{field}", at=at, **said)
    for place, (doctype, name) in enumerate(DELETED):
        at = books.moment(books.today - timedelta(days=7 + place * 39), 11, spread=5)
        told: Row = {"deleted_doctype": doctype, "deleted_name": name, "restored": 0}
        books.add("Deleted Document", books.key(), at=at, by=OFFICE, modified_by=None, **told)
