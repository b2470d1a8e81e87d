"""Staff pages: a key checked on the server, parts for htmx, one name each."""

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from apps.core.admin import pages
from apps.core.admin.pages import MissingRight, StaffPage, registered_pages, staff_page
from tests.factories.accounts import StaffFactory

CALENDAR = "/admin/orders/calendar/"


def test_every_page_names_a_key_or_is_known_to_be_everybodys():
    everybodys = {page.url_name for page in registered_pages() if not page.permission_key}
    assert everybodys <= {
        "app_sign_in_end",  # one's own; the verb asks for users.edit where it is another's
        "my_profile",
        "notification_mark",
        "notification_open",
        "notifications",
        "notifications_count",
        "notifications_latest",
        "notifications_read",
        "preferences",
        "second_factor",
        "staff_photo",
        "view_as",  # the way back to one's own menu; starting it asks for the right itself
    }


def test_a_page_refuses_whoever_lacks_its_key_and_says_which(driver: Client):
    answer = driver.get(CALENDAR)
    assert answer.status_code == 403
    html = answer.content.decode()
    assert "orders.view" in html
    assert "Super Admin" in html  # who can give it


@pytest.mark.parametrize("page", ["", "columns/", "export/"])
def test_a_list_refuses_whoever_lacks_its_key_and_says_which(driver: Client, page: str):
    ask = driver.post if page else driver.get
    answer = ask(f"/admin/orders/order/{page}")
    assert answer.status_code == 403
    assert f"orders.{'export' if page == 'export/' else 'view'}" in answer.content.decode()


@pytest.mark.parametrize("page", ["/admin/notifications/", "/admin/todo/"])
def test_a_page_that_cannot_be_found_again_is_said_on_a_page(boss: Client, page: str):
    answer = boss.get(page, {"cursor": "of another list"})
    assert answer.status_code == 400
    assert f'href="{page}"' in answer.content.decode()


def test_a_nul_is_refused_before_any_page_reads_it(boss: Client):
    for answer in (boss.get(CALENDAR, {"week": "\x00"}), boss.post("/admin/todo/", {"item": "\x00"})):
        assert answer.status_code == 400
        assert "Nothing was changed" in answer.content.decode()


def test_the_key_is_asked_before_anything_is_read(db: None, rf: RequestFactory, django_assert_num_queries):
    @staff_page
    class Closed(StaffPage):
        title, permission_key, route, url_name = "Closed", "users.delete", "closed/", "test_closed"
        template_name = "nowhere.html"

    request = rf.get("/admin/closed/")
    request.user = StaffFactory()
    try:
        with django_assert_num_queries(1), pytest.raises(MissingRight, match=r"users\.delete"):  # his rights
            Closed.as_view()(request)
    finally:
        pages._pages.pop("test_closed")


def test_two_pages_of_one_name_are_refused():
    class Twin(StaffPage):
        title, permission_key, route, url_name = "Twin", "orders.view", "twin/", "orders_calendar"

    with pytest.raises(ValueError, match="orders_calendar"):
        staff_page(Twin)


def test_htmx_gets_only_the_part_it_will_replace(boss: Client):
    part = boss.get(CALENDAR, headers={"HX-Request": "true", "HX-Target": "board"}).content.decode()
    whole = boss.get(CALENDAR).content.decode()
    assert "<html" not in part
    assert "lr-board-bar" in part
    assert "<html" in whole
    assert "lr-board-bar" in whole


def test_htmx_loads_the_page_again_once_the_session_has_ended(client: Client):
    answer = client.get(CALENDAR, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert (answer["HX-Refresh"], answer["Cache-Control"]) == ("true", "no-store")
    assert client.get(CALENDAR).status_code == 302  # which then leads to the sign-in page


def test_a_part_that_a_page_does_not_have_is_the_whole_page(boss: Client):
    answer = boss.get(CALENDAR, headers={"HX-Request": "true", "HX-Target": "elsewhere"})
    assert "<html" in answer.content.decode()


def test_caches_keep_part_and_page_apart(boss: Client):
    assert {"HX-Request", "HX-Target"} <= {name.strip() for name in boss.get(CALENDAR)["Vary"].split(",")}


def test_a_page_knows_its_address():
    assert registered_pages()
    assert reverse("admin:orders_calendar") == CALENDAR
