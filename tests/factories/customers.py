"""The least valid customer in good standing, with what can belong to him."""

from datetime import date
from itertools import count
from typing import Any, Final

from apps.customers.models import (
    Address,
    AddressLink,
    Contact,
    ContactLink,
    Customer,
    CustomerGroup,
    LoyaltyEntry,
    LoyaltyProgram,
    LoyaltyTier,
    Territory,
)
from tests.factories.mirror import blank_columns, document

numbers = count(1)
POSTED: Final = date(2026, 2, 2)
NEVER: Final = date(2199, 1, 1)


def make_customer(erp_name: str = "", **given: Any) -> Customer:
    """A customer; his id in ERPNext is made up unless one is given."""
    name = erp_name or f"CUST-{next(numbers):05d}"
    usual = {"name": f"Customer {name}", "is_active": True}
    return Customer.objects.create(**document(Customer, name) | usual | given)


def make_group(name: str = "Retail", **given: Any) -> CustomerGroup:
    return CustomerGroup.objects.create(**document(CustomerGroup, name) | {"name": name} | given)


def make_territory(name: str = "Camden", **given: Any) -> Territory:
    return Territory.objects.create(**document(Territory, name) | {"name": name} | given)


def make_contact(*parties: Customer | str, **given: Any) -> Contact:
    """A contact of these customers; a text names a supplier."""
    name = f"CONT-{next(numbers)}"
    contact = Contact.objects.create(**document(Contact, name) | {"full_name": f"Contact {name}"} | given)
    for position, party in enumerate(parties, start=1):
        ContactLink.objects.create(**_link(party, position=position), contact=contact)
    return contact


def make_address(*parties: Customer | str, **given: Any) -> Address:
    """An address of these customers; a text names a supplier."""
    name = f"ADDR-{next(numbers)}"
    usual = {"line1": f"{next(numbers)} High Street", "city": "London", "is_active": True}
    address = Address.objects.create(**document(Address, name) | usual | given)
    for position, party in enumerate(parties, start=1):
        AddressLink.objects.create(**_link(party, position=position), address=address)
    return address


def _link(party: Customer | str, *, position: int) -> dict[str, Any]:
    row = {"erp_row": f"LINK-{next(numbers)}", "position": position}
    if isinstance(party, str):
        return row | {"party_kind": "Supplier", "party_name": party}
    theirs = {"party_name": party.erp_name, "customer_erp_name": party.erp_name, "customer": party}
    return row | {"party_kind": "Customer"} | theirs


def make_program(name: str = "Corner Club", *, tiers: tuple[str, ...] = (), **given: Any) -> LoyaltyProgram:
    """A program in force."""
    program = LoyaltyProgram.objects.create(**document(LoyaltyProgram, name) | {"name": name} | given)
    for position, tier in enumerate(tiers, start=1):
        row = {"erp_row": f"{name}-{tier}", "position": position, "name": tier}
        LoyaltyTier.objects.create(**blank_columns(LoyaltyTier) | row, program=program)
    return program


def make_entry(
    customer: Customer, program: LoyaltyProgram, *, points: int = 10, **given: Any
) -> LoyaltyEntry:
    """Points that never expire."""
    usual = {
        "customer": customer,
        "customer_erp_name": customer.erp_name,
        "program": program,
        "program_name": program.erp_name,
        "points": points,
        "posted_on": POSTED,
        "expires_on": NEVER,
    }
    return LoyaltyEntry.objects.create(**document(LoyaltyEntry, f"LPE-{next(numbers)}") | usual | given)
