"""The menu: one table, shown by right, with the open page marked."""

import re
from pathlib import Path

import pytest
from django.test import RequestFactory
from django.utils.functional import Promise

from apps.accounts.permissions import CATALOGUE, Role
from apps.core.admin.pages import registered_pages
from config import menu
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory


def shown(rf: RequestFactory, role: Role, path: str = "/admin/") -> dict[str, bool]:
    """The titles that a role sees, and whether each is marked as open."""
    request = rf.get(path)
    request.user = StaffFactory(role=role)
    return {
        str(item["title"]): item["active"] for group in menu.navigation(request) for item in group["items"]
    }


def test_every_key_in_the_table_exists():
    entries = [entry for group in menu.MENU for entry in group.entries]
    assert {entry.key for entry in entries if entry.key} <= CATALOGUE.keys
    assert {f"menu:{entry.page}" for entry in entries if entry.page} <= CATALOGUE.keys


def test_no_title_is_stored_data():
    titles = [entry.title for group in menu.MENU for entry in group.entries]
    assert all(isinstance(title, Promise) for title in titles)


def test_no_icon_is_two_things():
    seen: dict[str, str] = {}
    for entry in (entry for group in menu.MENU for entry in group.entries):
        assert seen.setdefault(entry.icon, str(entry.title)) == str(entry.title)


@pytest.mark.django_db
def test_a_clerk_sees_no_settings_and_each_address_typed_by_hand_says_what_he_lacks(rf: RequestFactory):
    """Every page below Settings in the menu, and every page of ours under its address: found, not listed."""
    clerk = StaffFactory(role=Role.CLERK)
    desk = signed_in(clerk)
    group = next(group for group in menu.MENU if str(group.title) == "Settings")
    by_menu = {menu._link(entry.url_name): entry.key for entry in group.entries if menu._link(entry.url_name)}
    by_route = {
        f"/admin/{page.route}": page.permission_key
        for page in registered_pages()
        if page.route.startswith("settings/") and "<" not in page.route and page.permission_key
    }
    assert {
        "/admin/settings/",
        "/admin/settings/system/",
        "/admin/settings/sync/intervals/",
    } <= by_route.keys()
    for address, key in (by_menu | by_route).items():
        refused = desk.get(address)
        assert refused.status_code == 403, address
        assert key in refused.content.decode(), address
    request = rf.get("/admin/")
    request.user = clerk
    assert "Settings" not in {str(shown["title"]) for shown in menu.navigation(request)}


@pytest.mark.django_db
def test_a_driver_sees_no_settings_and_a_super_admin_does(rf: RequestFactory):
    assert {"All settings", "Staff", "Role permissions"} <= set(shown(rf, Role.SUPER_ADMIN))
    assert {"All settings", "Staff", "Customers", "Orders"}.isdisjoint(shown(rf, Role.DRIVER))


@pytest.mark.django_db
def test_a_clerk_sees_what_he_works_with_and_no_settings(rf: RequestFactory):
    seen = set(shown(rf, Role.CLERK))
    assert {"Customers", "Products", "Orders", "Calendar"} <= seen
    assert {"All settings", "Audit"}.isdisjoint(seen)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/admin/", "Dashboard"),
        ("/admin/orders/calendar/", "Calendar"),
        ("/admin/orders/order/", "Orders"),
        ("/admin/orders/order/7/change/", "Orders"),
        ("/admin/settings/roles/", "Role permissions"),
        ("/admin/settings/", "All settings"),
    ],
)
def test_exactly_one_entry_is_open(rf: RequestFactory, path: str, title: str):
    assert [name for name, active in shown(rf, Role.SUPER_ADMIN, path).items() if active] == [title]


@pytest.mark.django_db
def test_an_entry_whose_page_has_not_arrived_is_left_out(rf: RequestFactory, monkeypatch):
    ghost = menu.Entry(menu.MENU[0].entries[0].title, "x", "admin:no_such_page", "", "")
    monkeypatch.setattr(menu, "MENU", (menu.Group("", (ghost,)),))
    assert shown(rf, Role.SUPER_ADMIN) == {}


@pytest.mark.django_db
def test_hiding_an_entry_opens_and_closes_nothing(rf: RequestFactory, client):
    person = StaffFactory(role=Role.CLERK)
    person.rights.create(key="menu:orders", source="deny")
    client.force_login(person)
    assert "/admin/orders/calendar/" not in menu_links(client.get("/admin/").content.decode())
    assert client.get("/admin/orders/calendar/").status_code == 200


def menu_links(html: str) -> list[str]:
    return re.findall(r'href="([^"]+)" class="lr-nav-item"', html)


def test_the_sidebar_prints_titles_escaped():
    template = Path("templates/admin/nav_sidebar.html").read_text(encoding="utf-8")
    assert "safe" not in template
