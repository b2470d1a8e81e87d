"""Every page of the menu as staff see it: nothing fails, nothing overflows, everyone can use it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Group
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from apps.accounts.models import RoleGrant
from apps.accounts.permissions import Role
from apps.orders.models import Order
from tests.browser.conftest import LOOKS, Look, open_context, sign_in
from tests.factories.accounts import PASSWORD, StaffFactory
from tests.factories.catalog import make_product
from tests.factories.customers import make_customer
from tests.factories.orders import make_order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Wolfeschlegelsteinhausenbergerdorff & Daughters, Purveyors of Unreasonably Fine Vegetables"
GRAVE = ("serious", "critical")


@pytest.fixture
def shop(transactional_db: None) -> None:
    """A little of everything, with names that are too long."""
    customers = [make_customer(name=name) for name in ("Ada", LONG)]
    make_product()
    for number in range(12):
        placed = timezone.now() - timedelta(hours=5 * number + 1)
        make_order(placed_at=placed, customer=customers[number % 2], base_grand_total=1234.5 * number)


@pytest.fixture
def page(shop: None, live_server: Any, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Signed in as a Super Admin, in the look that the test asks for."""
    look: Look = getattr(request, "param", LOOKS[0])
    person = StaffFactory(role=Role.SUPER_ADMIN, language=look.language, theme=look.theme)
    context = open_context(chromium, look)
    page = context.new_page()
    page.trouble = []  # type: ignore[attr-defined]
    page.on("console", lambda said: said.type == "error" and page.trouble.append(said.text))  # type: ignore[attr-defined]
    page.on("pageerror", lambda why: page.trouble.append(str(why)))  # type: ignore[attr-defined]
    page.on("response", lambda got: got.status >= 400 and page.trouble.append(f"{got.status} {got.url}"))  # type: ignore[attr-defined]
    page.on("request", lambda sent: _foreign(sent.url, live_server.url) and page.trouble.append(sent.url))  # type: ignore[attr-defined]
    sign_in(page, live_server.url, email=person.email, password=PASSWORD)
    yield page
    context.close()


def _foreign(url: str, ours: str) -> bool:
    return not url.startswith((ours, "data:", "blob:"))


def addresses(page: Page) -> list[str]:
    """Where the menu leads, and one profile of each list."""
    links = page.locator("#nav-sidebar-apps a").evaluate_all("all => all.map(link => link.href)")
    order = Order.objects.first()
    assert order is not None
    root = links[0].removesuffix("/admin/")
    return [*links, f"{root}/admin/orders/order/{order.pk}/change/", f"{root}/admin/password_change/"]


def grave_violations(page: Page) -> list[str]:
    """What axe finds that keeps somebody from using the page."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("page", LOOKS, indirect=True, ids=str)
def test_every_page_of_the_menu_is_sound(page: Page):
    wrong: dict[str, list[str]] = {}
    for address in addresses(page):
        page.trouble.clear()  # type: ignore[attr-defined]
        page.goto(address)
        page.wait_for_load_state("networkidle")
        found = [*page.trouble, *grave_violations(page)]  # type: ignore[attr-defined]
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if beyond > 0:
            found.append(f"{beyond} px wider than the window")
        if found:
            wrong[page.url] = found
    assert wrong == {}


def test_the_palette_opens_finds_and_goes_by_keyboard_alone(page: Page):
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.type("calen")
    expect(page.locator("#palette-results .lr-palette-line").first).to_contain_text("Calendar")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/orders/calendar/")


def test_escape_closes_the_palette_and_gives_the_focus_back(page: Page):
    opener = page.locator(".lr-find")
    opener.focus()
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    expect(opener).to_be_focused()


def test_arrow_keys_move_through_the_matrix(page: Page, live_server: Any):
    page.goto(f"{live_server.url}/admin/settings/roles/")
    cells = page.locator("td[data-cell]")
    cells.nth(0).focus()
    page.keyboard.press("ArrowRight")
    expect(cells.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(cells.nth(6)).to_be_focused()  # five roles: the second cell of the next line
    page.keyboard.press("Home")
    expect(cells.nth(5)).to_be_focused()


def test_a_role_is_changed_undone_reviewed_and_saved_by_keyboard_alone(page: Page, live_server: Any):
    page.goto(f"{live_server.url}/admin/settings/roles/")
    driver = Group.objects.get(name=Role.DRIVER).pk
    cell = page.locator(f"td[data-role='{driver}'][data-key='deliveries.view']")
    cell.focus()
    page.keyboard.press("Space")  # the own → no
    expect(cell).to_have_attribute("data-now", "")
    page.keyboard.press("Enter")  # → everything
    page.keyboard.press("Space")  # → the day's
    expect(cell).to_have_attribute("data-now", "day")
    expect(cell).to_have_class("la-pending")
    expect(page.locator("[data-sum]")).to_have_text("1 change is not saved yet.")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator("[data-sum]")).to_have_text("2 changes are not saved yet.")
    page.keyboard.press("Control+z")
    expect(page.locator("[data-sum]")).to_have_text("1 change is not saved yet.")
    save = page.locator("[data-save]")
    save.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-review-card]")).to_contain_text("Deliveries: View")
    expect(cell).to_have_class("la-pending")
    page.keyboard.press("Tab")
    save.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".lr-messages")).to_contain_text("Saved for whoever joins: Driver.")
    expect(cell).to_have_attribute("data-was", "day")
    assert RoleGrant.objects.get(role=driver, key="deliveries.view").reach == "day"


def test_a_change_after_the_review_is_reviewed_again_before_it_is_saved(page: Page, live_server: Any):
    page.goto(f"{live_server.url}/admin/settings/roles/")
    cells = page.locator(f"td[data-role='{Group.objects.get(name=Role.CLERK).pk}']")
    cells.nth(0).click()
    page.locator("[data-save]").click()
    expect(page.locator("[data-review-card]")).to_be_visible()
    cells.nth(1).click()
    expect(page.locator("[data-review-card]")).to_have_count(0)
    expect(page.locator("[data-save]")).to_have_text("Review changes")
    page.locator("[data-save]").click()
    expect(page.locator("[data-review-card] .la-shift")).to_have_count(2)


def test_a_persons_rights_are_set_by_keyboard_and_the_menu_viewed_as_his(page: Page, live_server: Any):
    clerk = StaffFactory(role=Role.CLERK, full_name=LONG)
    page.goto(f"{live_server.url}/admin/settings/staff/{clerk.pk}/rights/")
    page.locator("select[name='own menu:orders']").focus()
    page.keyboard.press("End")  # denied
    expect(page.locator("[data-sum]")).to_have_text("1 change is not saved yet.")
    for wait_for in ("[data-review-card]", ".lr-messages"):
        page.locator("[data-save]").focus()
        page.keyboard.press("Enter")
        expect(page.locator(wait_for)).to_be_visible()
    assert grave_violations(page) == []
    page.locator("form[action*=view-as] button").click()
    expect(page.locator(".lr-nav-item", has_text="Calendar")).to_have_count(0)
    expect(page.locator(".lr-away")).to_contain_text("Only the menu")
    page.locator(".lr-away button").click()
    expect(page.locator(".lr-nav-item", has_text="Calendar")).to_have_count(1)


@pytest.mark.parametrize("page", LOOKS, indirect=True, ids=str)
def test_the_pages_behind_the_matrix_are_sound(page: Page, live_server: Any):
    clerk = StaffFactory(role=Role.CLERK, full_name=LONG)
    clerk.rights.create(key="orders.view", source="deny")
    role = Group.objects.get(name=Role.CLERK).pk
    wrong: dict[str, list[str]] = {}
    for path in (
        f"roles/{role}/",
        "roles/add/",
        f"staff/{clerk.pk}/rights/",
        f"staff/{clerk.pk}/rights/?show=otherwise",
        f"staff/why/?person={clerk.pk}&key=orders.view",
    ):
        page.trouble.clear()  # type: ignore[attr-defined]
        page.goto(f"{live_server.url}/admin/settings/{path}")
        page.wait_for_load_state("networkidle")
        found = [*page.trouble, *grave_violations(page)]  # type: ignore[attr-defined]
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if found or beyond > 0:
            wrong[path] = [*found, f"{beyond} px wider than the window"]
    assert wrong == {}


@pytest.mark.parametrize("page", [Look(1440, "light", "ar")], indirect=True, ids=str)
def test_right_to_left_the_left_arrow_goes_on(page: Page, live_server: Any):
    page.goto(f"{live_server.url}/admin/settings/roles/")
    cells = page.locator("td[data-cell]")
    cells.nth(0).focus()
    page.keyboard.press("ArrowLeft")
    expect(cells.nth(1)).to_be_focused()


def test_the_theme_changes_at_once_and_is_kept_with_the_account(page: Page, live_server: Any):
    page.locator(".lr-person > summary").click()
    with page.expect_response("**/admin/preferences/"):
        page.locator(".lr-switch button").nth(1).click()
    expect(page.locator("html")).to_have_class("dark")
    page.locator(".lr-switch button").nth(0).click()
    expect(page.locator("html")).to_have_class("light")
    with page.expect_response("**/admin/preferences/"):
        page.locator(".lr-switch button").nth(1).click()
    page.evaluate("localStorage.clear()")
    page.goto(f"{live_server.url}/admin/")
    expect(page.locator("html")).to_have_class("dark")


def test_the_weeks_of_the_calendar_change_in_place(page: Page, live_server: Any):
    page.goto(f"{live_server.url}/admin/orders/calendar/")
    before = page.locator(".lr-board-span").inner_text()
    page.locator(".lr-board-steps a").first.click()
    expect(page.locator(".lr-board-span")).not_to_have_text(before)
    assert "?week=" in page.url
    assert page.locator("#board .lr-board-bar").count() == 1


@pytest.mark.parametrize("page", [Look(390, "light", "en")], indirect=True, ids=str)
def test_on_a_phone_the_menu_opens_and_escape_closes_it(page: Page):
    page.locator(".lr-header .lr-only-narrow").first.click()
    expect(page.locator("#nav-sidebar")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator("#nav-sidebar")).to_be_hidden()
