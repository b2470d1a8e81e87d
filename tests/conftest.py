"""What every test stands on: the real PostgreSQL and the real Redis, clean at the start of each test."""

from collections.abc import Iterator
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
from tests.cleaning import Beginnings, clean_by
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory
from tests.leaving import leave
from tests.template import template


def pytest_configure(config: pytest.Config) -> None:
    """Start the services once; of several xdist workers one does it, the others wait for it."""
    start_services(read_environment())
    celery_app.set_default()


@pytest.fixture(autouse=True)
def _clean_cache() -> None:
    """Forget what the last test cached."""
    forget_cached()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any
) -> None:
    """Copy the test database from one that is migrated already."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Remember what the database began with: tests that commit are cleaned up by it."""
    with django_db_blocker.unblock():
        clean_by(Beginnings())
    yield
    with django_db_blocker.unblock():
        leave()


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
