"""Who looks at the pages."""

import pytest
from django.test import Client

from apps.accounts.permissions import Role
from tests.factories.accounts import StaffFactory


@pytest.fixture
def boss(db: None) -> Client:
    """A Super Admin's browser."""
    client = Client()
    client.force_login(StaffFactory(role=Role.SUPER_ADMIN))
    return client


@pytest.fixture
def clerk(db: None) -> Client:
    client = Client()
    client.force_login(StaffFactory(role=Role.CLERK))
    return client


@pytest.fixture
def driver(db: None) -> Client:
    client = Client()
    client.force_login(StaffFactory(role=Role.DRIVER))
    return client
