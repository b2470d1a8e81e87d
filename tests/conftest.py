"""What every test stands on: the real PostgreSQL and the real Redis, clean at the start of each test."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from apps.accounts.models import User
from apps.accounts.permissions import Role
from apps.core.options import reading
from config.celery import app as celery_app
from config.environment import read_environment
from config.start import start_services
from tests.caches import forget_cached
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory


def pytest_configure(config: pytest.Config) -> None:
    """Start the services once; of several xdist workers one does it, the others wait for it."""
    start_services(read_environment())
    celery_app.set_default()


@pytest.fixture(autouse=True)
def _clean_cache() -> None:
    """Forget what the last test cached."""
    forget_cached()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Let tests that commit be cleaned up by TRUNCATE, which the audit trail refuses otherwise."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditentry DISABLE TRIGGER core_auditentry_keep_all")


@pytest.fixture(autouse=True)
def _options_as_declared() -> None:
    """Forget the settings that the last test saved and rolled back."""
    reading.hold({})


@pytest.fixture
def manager(db: None) -> User:
    """Someone who may do everything."""
    return StaffFactory(full_name="Ada Boss", role=Role.SUPER_ADMIN)


@pytest.fixture
def desk(manager: User) -> Client:
    """His browser."""
    return signed_in(manager)


@pytest.fixture
def clerks_desk(db: None) -> Client:
    """The browser of a clerk."""
    return signed_in(StaffFactory(full_name="Grace Clerk", role=Role.CLERK))
