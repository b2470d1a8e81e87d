"""A dead ERPNext is said on every page that may show what it knows, to whom that concerns."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.permissions import Role
from apps.sync.services import connection
from tests.factories.accounts import StaffFactory

pytestmark = pytest.mark.django_db(transaction=True)
SAID = "ERPNext has not answered since"
LINK = "See the sync"


def page_of(role: Role, url_name: str) -> str:
    client = Client()
    client.force_login(StaffFactory(role=role))
    return client.get(reverse(url_name)).content.decode()


def test_it_is_said_at_once_and_no_more_once_it_answers():
    assert SAID not in page_of(Role.ADMIN, "admin:catalog_product_changelist")
    connection.note("erpnext-unreachable", "It is down.")
    assert SAID in page_of(Role.ADMIN, "admin:catalog_product_changelist")
    connection.note("", "")
    assert SAID not in page_of(Role.ADMIN, "admin:catalog_product_changelist")


def test_who_may_see_the_sync_is_led_there():
    connection.note("erpnext-unreachable", "It is down.")
    assert LINK in page_of(Role.ADMIN, "admin:orders_order_changelist")
    clerks = page_of(Role.CLERK, "admin:orders_order_changelist")
    assert SAID in clerks
    assert LINK not in clerks


def test_a_driver_has_his_round_to_think_of():
    connection.note("erpnext-unreachable", "It is down.")
    assert SAID not in page_of(Role.DRIVER, "admin:notifications")


def test_a_refused_key_is_said_in_its_own_words():
    connection.note("erpnext-credentials", "The key is wrong.")
    assert "ERPNext has refused our key since" in page_of(Role.ADMIN, "admin:catalog_product_changelist")


def test_the_overview_says_it_once_with_what_to_do():
    connection.note("erpnext-unreachable", "It is down.")
    html = page_of(Role.ADMIN, "admin:sync")
    assert html.count(SAID) == 1
    assert "It is down." in html
    assert "the clock tries again by itself" in html


def test_what_we_stumble_over_ourselves_says_nothing_of_erpnext():
    connection.note("erpnext-unreachable", "It is down.")
    connection.note("unexpected", "Larder stumbled.")
    connection.note("interrupted", "It was stopped.")
    assert connection.current().problem == "It is down."
    connection.note("erpnext-permission", "It answered, and refused one list.")
    assert connection.current().reach == "well"
