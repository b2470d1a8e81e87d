"""What a document of a sale takes from its customer, and what it may not be given of others'."""

from collections.abc import Iterable
from typing import Final

from apps.sync.demo.desk import partners, refusals
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.sheets import note
from apps.sync.demo.desk.work import Work
from apps.sync.demo.store import Row

COPIED: Final = ("customer_name", "tax_id")  # filled where nothing was sent
FOLLOWED: Final = ("customer_group", "territory")
# Addresses on a document: what people call them, and the field that shows what they say.
ADDRESSES: Final = {
    "customer_address": ("Billing Address", "address_display"),
    "shipping_address_name": ("Shipping Address", "shipping_address"),
}


def fill(work: Work, document: Document) -> None:
    """Name, group, price list, addresses and contact of the customer. Raises RefusalError."""
    customer = work.row("Customer", document["customer"])
    if customer is None:
        return
    partners.check_enabled("Customer", customer)
    note(document.head, **{field: document[field] or customer[field] for field in COPIED})
    note(document.head, **{field: customer[field] or document[field] for field in FOLLOWED})
    note(document.head, language=document["language"] or customer["language"] or "en")
    note(document.head, title=document["title"] or document["customer_name"])
    document["selling_price_list"] = document["selling_price_list"] or _price_list(work, customer)
    _fill_addresses(work, document, customer)
    _fill_contact(work, document, customer)


def check_addresses(work: Work, document: Document) -> None:
    """That nothing is sent to where another customer lives. Raises RefusalError."""
    for field, (label, _) in ADDRESSES.items():
        if document[field] and document[field] not in _linked(work, "Address", document["customer"]):
            raise refusals.by_erpnext(f"{label} does not belong to the {document['customer_name']}")


def shown(address: Row) -> str:
    """An address as the site's template lays it out."""
    where = f"{address['address_line1']}<br>\n"
    if address["address_line2"]:
        where += f"{address['address_line2']}<br>"
    where += f"{address['city']}<br>\n"
    for field in ("county", "state", "pincode"):
        where += f"{address[field]}<br>" if address[field] else ""
    return f"{where}{address['country']}<br>\n<br>\n"


def _price_list(work: Work, customer: Row) -> str:
    group = work.row("Customer Group", customer["customer_group"]) or {}
    own = customer["default_price_list"] or group.get("default_price_list")
    return str(own or work.setting("Selling Settings", "selling_price_list"))


def _fill_addresses(work: Work, document: Document, customer: Row) -> None:
    """The primary address, else any; goods go elsewhere only where there is an address for that."""
    if not document["customer_address"] and document.is_new:
        names = _linked(work, "Address", customer["name"])
        addresses = [row for name in names if (row := work.row("Address", name)) and not row["disabled"]]
        document["customer_address"] = _first(addresses, "is_primary_address")
        shipping = [row for row in addresses if row["is_shipping_address"] or _is_shipping(row)]
        document["shipping_address_name"] = document["shipping_address_name"] or _first(
            shipping, "is_shipping_address"
        )
    for field, (_, display) in ADDRESSES.items():
        address = work.row("Address", document[field])
        note(document.head, **{display: shown(address) if address else None})


def _fill_contact(work: Work, document: Document, customer: Row) -> None:
    if not document["contact_person"] and document.is_new:
        names = _linked(work, "Contact", customer["name"])
        contacts = [row for name in names if (row := work.row("Contact", name))]
        document["contact_person"] = _first(contacts, "is_primary_contact")
    partners.show_contact(work, document)


def _linked(work: Work, doctype: str, customer: str) -> list[str]:
    """The addresses or contacts of a customer, in the order in which they were made."""
    links = work.having("Dynamic Link", "link_name", customer)
    links = [one for one in links if (one["link_doctype"], one["parenttype"]) == ("Customer", doctype)]
    return [one["parent"] for one in sorted(links, key=lambda one: one["creation"] or "")]


def _first(rows: Iterable[Row], flag: str) -> str | None:
    """The flagged one, else the first."""
    return next((row["name"] for row in sorted(rows, key=lambda row: not row[flag])), None)


def _is_shipping(address: Row) -> bool:
    return bool(address["address_type"] == "Shipping")
