"""What a list does in a browser beyond its links: panel, selection, menus, dense rows, chips, dialogs."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from apps.accounts.permissions import Role
from tests.browser.conftest import LOOKS, Look, open_context, sign_in
from tests.factories.accounts import PASSWORD, StaffFactory
from tests.factories.customers import make_customer
from tests.factories.orders import make_order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG_AMOUNT = 1_234_567


@pytest.fixture
def page(transactional_db: None, live_server: Any, chromium: Browser, request: Any) -> Iterator[Page]:
    """A Super Admin's browser; the shop has two colleagues and an order of two long lines."""
    look: Look = getattr(request, "param", LOOKS[0])
    boss = StaffFactory(role=Role.SUPER_ADMIN, language=look.language, theme=look.theme)
    for name in ("Carla Nunes", "Deniz Aydın"):
        StaffFactory(role=Role.CLERK, full_name=name)
    order = make_order("SINV-1", customer=make_customer(name="Ada"), lines=2, placed_at=_an_hour_ago())
    order.lines.update(rate=LONG_AMOUNT, amount=LONG_AMOUNT, item_name="Vegetables of unreasonable finesse")
    context = open_context(chromium, look)
    page = context.new_page()
    sign_in(page, live_server.url, email=boss.email, password=PASSWORD)
    yield page
    context.close()


def _an_hour_ago() -> Any:
    return timezone.now() - timedelta(hours=1)


def test_a_row_opens_beside_the_list_and_escape_gives_the_focus_back(page: Page, live_server: Any):
    page.goto(f"{live_server.url}/admin/orders/order/")
    row = page.locator("a[data-profile]").first
    row.click()
    expect(page.locator("#ll-aside .ll-aside-title")).to_have_text("SINV-1")
    assert page.url.endswith("/admin/orders/order/")
    page.keyboard.press("Escape")
    expect(page.locator("#ll-aside")).to_be_hidden()
    expect(row).to_be_focused()


def test_ticking_rows_raises_the_bar_and_its_dialog_names_them(page: Page, live_server: Any):
    page.goto(f"{live_server.url}/admin/accounts/user/")
    bar = page.locator("[data-selection-bar]")
    expect(bar).to_be_hidden()
    for name in ("Carla Nunes", "Deniz Aydın"):
        page.get_by_label(f"Select {name}").check()
    expect(bar.locator("[data-selected-count]")).to_have_text("2")
    bar.locator("button[name=action]").first.click()
    expect(page.locator(".ll-dialog-preview li")).to_have_text(["Carla Nunes", "Deniz Aydın"])
    page.keyboard.press("Escape")
    expect(page.locator(".ll-dialog")).to_be_hidden()
    bar.locator("[data-select-none]").click()
    expect(bar).to_be_hidden()


def test_a_rows_menu_is_never_cut_off_and_escape_closes_it(page: Page, live_server: Any):
    page.goto(f"{live_server.url}/admin/accounts/user/")
    menu = page.locator(".ll-more details").last
    menu.locator("summary").click()
    expect(menu.locator(".ll-menu-item").first).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


def test_dense_rows_are_remembered(page: Page, live_server: Any):
    page.goto(f"{live_server.url}/admin/orders/order/")
    row = page.locator(".ll-row").first
    tall = row.bounding_box()
    page.locator("[data-dense]").click()
    page.reload()
    expect(page.locator("body")).to_have_class(re.compile(r"\bll-dense\b"))
    dense = row.bounding_box()
    assert tall is not None
    assert dense is not None
    assert dense["height"] < tall["height"]


def test_a_filter_becomes_a_chip_that_takes_it_off_again(page: Page, live_server: Any):
    page.goto(f"{live_server.url}/admin/orders/order/")
    page.locator(".ll-sheet > summary").click()
    page.get_by_label("Completed").check()
    page.locator(".ll-sheet-foot button[type=submit]").click()
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    page.locator(".ll-chip").click()
    expect(page.locator(".ll-row")).to_have_count(1)


@pytest.mark.parametrize("page", [Look(390, "light", "en"), Look(390, "dark", "ar")], indirect=True, ids=str)
def test_on_a_phone_rows_begin_at_once_and_no_amount_is_cut_off(page: Page, live_server: Any):
    page.goto(f"{live_server.url}/admin/orders/order/")
    first = page.locator(".ll-row").first.bounding_box()
    assert first is not None
    assert first["y"] < 200
    page.locator("a[data-profile]").first.click()
    for amount in page.locator(".ll-lines tbody td:last-child").all():
        expect(amount).to_be_in_viewport(ratio=1)
