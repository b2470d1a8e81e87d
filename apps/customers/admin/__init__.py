"""Who buys, as staff see it: one file a matter."""

from apps.customers.admin.contacts import AddressAdmin, ContactAdmin
from apps.customers.admin.customers import CustomerAdmin
from apps.customers.admin.groups import CustomerGroupAdmin, TerritoryAdmin
from apps.customers.admin.loyalty import LoyaltyEntryAdmin, LoyaltyProgramAdmin

__all__ = [
    "AddressAdmin",
    "ContactAdmin",
    "CustomerAdmin",
    "CustomerGroupAdmin",
    "LoyaltyEntryAdmin",
    "LoyaltyProgramAdmin",
    "TerritoryAdmin",
]
