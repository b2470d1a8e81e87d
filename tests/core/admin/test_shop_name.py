"""The shop's own name and whom to tell: where people see them."""

import pytest
from django.db import connection
from django.test import RequestFactory

from apps.core import options
from apps.core.actors import COMMAND
from apps.core.admin import error_pages
from apps.core.options import reading

pytestmark = pytest.mark.django_db
NAME = "Ayşe's <Good> Food"
SHOWN = "Ayşe&#x27;s &lt;Good&gt; Food"


@pytest.fixture(autouse=True)
def _ours():
    options.save({"shop.name": NAME, "shop.support_contact": "the IT desk, 020 7946 0000"}, actor=COMMAND)


def test_menu_titles_and_sign_in_page_have_it(desk, client):
    page = desk.get("/admin/notifications/").content.decode()
    assert f"· {SHOWN}</title>" in page
    assert f"<span>{SHOWN}</span>" in page
    door = client.get("/admin/login/").content.decode()
    assert f"<span>{SHOWN}</span>" in door
    assert f"· {SHOWN}</title>" in door


def test_error_pages_say_whom_to_tell(desk, clerks_desk):
    assert "the IT desk, 020 7946 0000" in desk.get("/admin/nowhere/").content.decode()
    assert "the IT desk, 020 7946 0000" in clerks_desk.get("/admin/settings/").content.decode()


def test_the_page_for_what_broke_asks_no_database(django_assert_num_queries):
    assert options.shop.name == NAME  # this process has seen it
    with django_assert_num_queries(0):
        page = error_pages.server_error(RequestFactory().get("/")).content.decode()
    assert "tell <bdi>the IT desk, 020 7946 0000</bdi>" in page
    assert f"· {SHOWN}</title>" in page
    reading.forget()
    with django_assert_num_queries(0):
        page = error_pages.server_error(RequestFactory().get("/")).content.decode()
    assert "whoever runs Larder" in page
    assert connection.is_usable()
