"""Desks that several of these tests sit at."""

import pytest
from django.test import Client

from apps.accounts.permissions import Role
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory


@pytest.fixture
def admins_desk(db: None) -> Client:
    return signed_in(StaffFactory(full_name="Bea Admin", role=Role.ADMIN))
