"""What tests themselves stand on: a database put back as it was, and left by everybody in the end."""

import psycopg
import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import TransactionTestCase

from apps.accounts.models import RoleGrant, User
from apps.core.actors import COMMAND
from apps.core.audit import Subject, record
from apps.core.models import AuditEntry
from tests import leaving
from tests.factories.accounts import StaffFactory


def seeds() -> list[tuple[object, ...]]:
    return sorted(RoleGrant.objects.values_list("pk", "role__name", "key", "reach"))


@pytest.mark.django_db(transaction=True)
def test_what_was_committed_goes_and_what_was_there_comes_back_under_the_same_keys():
    before, roles = seeds(), sorted(Group.objects.values_list("pk", "name"))
    StaffFactory(role="Clerk")
    record(actor=COMMAND, action="x.made", subject=Subject("x", "1", "x"))
    RoleGrant.objects.filter(key="orders.view").delete()
    Group.objects.create(name="Butcher")
    TransactionTestCase._fixture_teardown(None)
    assert (seeds(), sorted(Group.objects.values_list("pk", "name"))) == (before, roles)
    assert (User.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_whoever_stays_connected_is_named(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        given = connection.get_connection_params()
        here = {name: given[name] for name in ("dbname", "host", "port", "user") if given.get(name)}
        connection.close()
        with psycopg.connect(**here, application_name="left behind"), connection._nodb_cursor() as cursor:
            left = leaving._left(cursor, here["dbname"], patience=0)
    assert "left behind" in [application for _pid, application, *_rest in left]
