"""Customers and suppliers, with the contacts and addresses that belong to them."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from apps.sync.demo.desk import filling, naming
from apps.sync.demo.desk.controllers import Controller
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.work import Work
from apps.sync.demo.schema import TABLES
from apps.sync.demo.store import Row

PARTY_TYPES: Final = ("Company", "Individual", "Partnership")


class Party(Controller):
    """A customer or supplier: named by what it is called, with a contact of its own when it is new."""

    doctype: ClassVar[str]
    shown: ClassVar[str]  # the field with what people call it
    primary: ClassVar[str]  # the field that names its contact
    may_be_disabled = True

    def autoname(self, work: Work, document: Document) -> str:
        """By its name, the next of that name with a number; without one by its series."""
        shown = str(document[self.shown] or "").strip()
        if not shown:
            return naming.from_series(work, self.series, document)
        name, number = shown, 0
        while work.row(self.doctype, name) is not None:
            number += 1
            name = f"{shown} - {number}"
        return name

    def validate(self, work: Work, document: Document) -> None:
        """Phone and e-mail mirror the primary contact; once there is one, what is sent of them is lost."""
        if not document.is_new:
            document.head |= _mirrored(work, document[self.primary], document.was)

    def after_insert(self, work: Work, document: Document) -> None:
        if document["mobile_no"] or document["email_id"]:
            contact = _contact_of(work, document, self.shown)
            document[self.primary] = contact.name
            work.put(self.doctype, document.name, **{self.primary: contact.name})

    def on_trash(self, work: Work, document: Document) -> None:
        """A contact or address that is nobody else's goes along."""
        for link in work.having("Dynamic Link", "link_name", document.name):
            if link["link_doctype"] != self.doctype:
                continue
            links = work.store.rows_of(link["parenttype"], link["parent"], "Dynamic Link", "links")
            if len(list(links)) == 1:
                _take_whole(work, link["parenttype"], link["parent"])
            work.take("Dynamic Link", link["name"])

    def after_rename(self, work: Work, old: str, new: str, *, merges: bool) -> None:
        row = work.row(self.doctype, new)
        if row is not None and not merges:
            work.put(self.doctype, new, **{self.shown: new})


class Customer(Party):
    doctype = "Customer"
    shown = "customer_name"
    primary = "customer_primary_contact"
    series = "CUST-.YYYY.-"
    required = ("customer_name",)
    choices: ClassVar = {"customer_type": PARTY_TYPES}
    defaults: ClassVar = {"customer_type": "Company", "naming_series": "CUST-.YYYY.-", "language": "en"}
    links: ClassVar = {
        "customer_group": "Customer Group",
        "territory": "Territory",
        "loyalty_program": "Loyalty Program",
        "default_price_list": "Price List",
        "customer_primary_contact": "Contact",
        "customer_primary_address": "Address",
        "custom_nationality": "Country",
    }


class Supplier(Party):
    doctype = "Supplier"
    shown = "supplier_name"
    primary = "supplier_primary_contact"
    series = "SUP-.YYYY.-"
    required = ("supplier_name",)
    choices: ClassVar = {"supplier_type": PARTY_TYPES, "hold_type": ("All", "Invoices", "Payments")}
    defaults: ClassVar = {
        "supplier_type": "Company",
        "naming_series": "SUP-.YYYY.-",
        "represents_company": "",
    }
    links: ClassVar = {
        "supplier_group": "Supplier Group",
        "country": "Country",
        "supplier_primary_contact": "Contact",
        "supplier_primary_address": "Address",
    }


def _mirrored(work: Work, contact: Any, was: Document | None) -> Mapping[str, Any]:
    """What a party shows of its contact; without one, what it has shown."""
    row: Row | None = work.row("Contact", contact)
    if row is None:
        return {field: was[field] for field in ("mobile_no", "email_id")} if was else {}
    return {"mobile_no": row["mobile_no"], "email_id": row["email_id"]}


def _contact_of(work: Work, document: Document, shown: str) -> Document:
    """Make the contact of a new party, as ERPNext does from phone and e-mail."""
    name = naming.unique(work, "Contact", f"{document[shown]}-{document.name}", sign="-")
    given = {
        "first_name": document[shown],
        "is_primary_contact": 1,
        "links": [{"link_doctype": document.doctype, "link_name": document.name}],
        "phone_nos": [{"phone": document["mobile_no"], "is_primary_mobile_no": 1}]
        if document["mobile_no"]
        else [],
        "email_ids": [{"email_id": document["email_id"], "is_primary": 1}] if document["email_id"] else [],
    }
    contact = filling.new(work, "Contact", given)
    contact["name"] = name
    Contact().validate(work, contact)
    filling.seal(contact)
    work.write(contact)
    return contact


def _take_whole(work: Work, doctype: str, name: str) -> None:
    for field, table in TABLES[doctype].items():
        for row in list(work.store.rows_of(doctype, name, table, field)):
            work.take(table, row["name"])
    work.take(doctype, name)


class Contact(Controller):
    """What a party shows changes only when that party is saved again (API.md 7)."""

    defaults: ClassVar = {"status": "Passive"}

    def autoname(self, work: Work, document: Document) -> str:
        parts = [document["first_name"], document["last_name"]]
        own = " ".join(str(part) for part in parts if part) or "Contact"
        links = document.tables.get("links", [])
        return naming.unique(work, "Contact", f"{own}-{links[0]['link_name']}" if links else own, sign="-")

    def validate(self, work: Work, document: Document) -> None:
        parts = [document[field] for field in ("first_name", "middle_name", "last_name")]
        document["full_name"] = " ".join(str(part) for part in parts if part) or document["company_name"]
        phones, emails = document.tables.get("phone_nos", []), document.tables.get("email_ids", [])
        document["mobile_no"] = _primary(phones, "is_primary_mobile_no", "phone")
        document["phone"] = _primary(phones, "is_primary_phone", "phone")
        document["email_id"] = _primary(emails, "is_primary", "email_id")
        for link in document.tables.get("links", []):
            link["link_title"] = link["link_title"] or link["link_name"]


def _primary(rows: list[Row], flag: str, field: str) -> str:
    return next((str(row[field]) for row in rows if row[flag]), "")


class Address(Controller):
    required = ("address_type", "address_line1", "city", "country")
    labels: ClassVar = {"address_line1": "Address Line 1", "city": "City/Town"}
    links: ClassVar = {"country": "Country"}
    choices: ClassVar = {
        "address_type": (
            "Billing", "Shipping", "Office", "Personal", "Plant", "Postal", "Shop", "Subsidiary",
            "Warehouse", "Current", "Permanent", "Other",
        )
    }  # fmt: skip
    defaults: ClassVar = {"address_type": "Billing"}

    def before_insert(self, work: Work, document: Document) -> None:
        links = document.tables.get("links", [])
        if not document["address_title"] and links:
            document["address_title"] = links[0]["link_name"]

    def autoname(self, work: Work, document: Document) -> str:
        """By title and kind; the same again is another address (WRITING.md 9)."""
        wanted = f"{document['address_title']}-{document['address_type']}"
        return naming.unique(work, "Address", wanted, sign="-")

    def validate(self, work: Work, document: Document) -> None:
        for link in document.tables.get("links", []):
            link["link_title"] = link["link_title"] or link["link_name"]


class DynamicLink(Controller):
    """Which document a contact or an address belongs to; what it may name depends on its row."""


class LoyaltyPointEntry(Controller):
    links: ClassVar = {
        "customer": "Customer",
        "loyalty_program": "Loyalty Program",
        "redeem_against": "Loyalty Point Entry",
    }
