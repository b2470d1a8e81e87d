"""The least valid customer, in good standing."""

from itertools import count
from typing import Any

from apps.customers.models import Customer
from tests.factories.mirror import document

numbers = count(1)


def make_customer(erp_name: str = "", **given: Any) -> Customer:
    """A customer; his id in ERPNext is made up unless one is given."""
    name = erp_name or f"CUST-{next(numbers):05d}"
    usual = {"name": f"Customer {name}", "is_active": True}
    return Customer.objects.create(**document(Customer, name) | usual | given)
