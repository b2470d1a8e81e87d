"""Who buys, how they are reached, and their loyalty, as ERPNext knows it."""

from apps.customers.models.contacts import (
    Address,
    AddressLink,
    Contact,
    ContactEmail,
    ContactLink,
    ContactPhone,
)
from apps.customers.models.loyalty import LoyaltyEntry, LoyaltyProgram, LoyaltyTier
from apps.customers.models.people import Customer, CustomerGroup, Territory

__all__ = [
    "Address",
    "AddressLink",
    "Contact",
    "ContactEmail",
    "ContactLink",
    "ContactPhone",
    "Customer",
    "CustomerGroup",
    "LoyaltyEntry",
    "LoyaltyProgram",
    "LoyaltyTier",
    "Territory",
]
