"""Who sits before the pages of invoices."""

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.accounts.permissions import Role
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory


@pytest.fixture
def clerk() -> User:
    return StaffFactory(role=Role.CLERK, email="carla@example.com")


@pytest.fixture
def admin() -> User:
    return StaffFactory(role=Role.ADMIN, email="ada@example.com")


@pytest.fixture
def desk(clerk: User) -> Client:
    """Of a clerk."""
    return signed_in(clerk)


@pytest.fixture
def office(admin: User) -> Client:
    """Of somebody who may approve."""
    return signed_in(admin)
