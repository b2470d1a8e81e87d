"""The bell, To Do by keyboard, and the words of messages, in a browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from apps.accounts.models import User
from apps.accounts.permissions import Role
from apps.approvals import registry, services
from apps.approvals.models import Item
from apps.approvals.registry import ItemKind
from apps.approvals.states import Risk
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.notifications.notices import TEST
from tests.browser.conftest import LOOKS, open_context, sign_in
from tests.factories.accounts import PASSWORD, StaffFactory
from tests.factories.approvals import proposal
from tests.factories.notifications import told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def boss(transactional_db: None) -> User:
    return StaffFactory(role=Role.SUPER_ADMIN, language="en")


@pytest.fixture
def page(boss: User, live_server: Any, chromium: Browser) -> Iterator[Page]:
    context = open_context(chromium, LOOKS[0])
    page = context.new_page()
    sign_in(page, live_server.url, email=boss.email, password=PASSWORD)
    yield page
    context.close()


@pytest.fixture
def items(boss: User) -> Iterator[list[Item]]:
    """Two of low risk and one of high, the oldest first."""
    kind = ItemKind(
        key="browser.price",
        title="Price",
        permission_key="products.approve",
        apply=lambda item, actor: None,
        in_bulk=True,
    )
    registry.register(kind)
    clerk = Actor.of(StaffFactory(role=Role.CLERK, full_name="Carla Nunes"))
    yield [
        services.ask(
            proposal(kind=kind.key, title=name, risk=risk, subject=Subject("test.product", name, name)),
            actor=clerk,
        )
        for name, risk in (("Milk", Risk.LOW), ("Gin", Risk.HIGH), ("Tea", Risk.LOW))
    ]
    registry.forget(kind.key)


def test_the_bell_shows_the_latest_and_the_title_counts(page: Page, live_server: Any, boss: User):
    told(boss, title="First")
    told(boss, title="Second")
    page.goto(f"{live_server.url}/admin/todo/")
    expect(page).to_have_title("(2) To Do · Larder")
    bell = page.locator("[data-bell]")
    bell.focus()
    page.keyboard.press("Enter")
    latest = page.locator("#bell-latest .lr-inbox-title")
    expect(latest).to_have_text(["Second", "First"])
    page.get_by_role("button", name="Mark all as read").click()
    expect(page).to_have_title("To Do · Larder")
    expect(page.locator("#bell-count [data-unread]")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#bell-panel")).to_be_hidden()
    expect(bell).to_be_focused()


def test_the_count_beside_the_bell_is_asked_for_and_stays_there(page: Page, live_server: Any, boss: User):
    page.goto(f"{live_server.url}/admin/todo/")
    expect(page).to_have_title("To Do · Larder")
    told(boss)
    count = page.locator("#bell-count")
    count.evaluate("badge => { badge.setAttribute('hx-trigger', 'ask'); htmx.process(badge) }")
    count.evaluate("badge => htmx.ajax('GET', badge.getAttribute('hx-get'), badge)")
    expect(page).to_have_title("(1) To Do · Larder")
    assert page.locator("#bell-count").get_attribute("hx-target") == "this"


def test_to_do_is_worked_through_by_keyboard(page: Page, live_server: Any, items: list[Item]):
    page.goto(f"{live_server.url}/admin/todo/")
    for key in ("j", "j", "k"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.textContent").strip().startswith("Milk")
    page.keyboard.press("x")
    counter = page.locator("[data-counts]")
    expect(counter).to_have_text("Look at the selected and accept… (1)")
    page.keyboard.press("a")
    page.wait_for_url(f"**/todo/{items[0].pk}/#accept")
    page.get_by_role("button", name="Accept item").click()
    expect(page.get_by_text("“Milk” was accepted.")).to_be_visible()
    assert Item.objects.get(pk=items[0].pk).state == "accepted"


def test_letters_that_are_typed_into_a_field_decide_nothing(page: Page, live_server: Any, items: list[Item]):
    page.goto(f"{live_server.url}/admin/todo/")
    page.get_by_label("Search To Do").fill("")
    page.get_by_label("Search To Do").press_sequentially("ajax r")
    assert page.url.endswith("/admin/todo/")
    expect(page.get_by_label("Search To Do")).to_have_value("ajax r")


def test_several_are_looked_at_before_they_are_accepted(page: Page, live_server: Any, items: list[Item]):
    page.goto(f"{live_server.url}/admin/todo/")
    for name in ("Milk", "Tea"):
        page.get_by_label(f"Select “{name}”").check()
    page.locator("[data-counts]").click()
    expect(page.locator(".lr-together-row")).to_have_count(2)
    page.get_by_role("button", name="Accept 2 items").click()
    expect(page.get_by_text("2 items were accepted.")).to_be_visible()
    assert list(Item.objects.open().values_list("title", flat=True)) == ["Gin"]


def test_the_words_of_a_message_are_shown_as_they_are_typed(page: Page, live_server: Any):
    page.goto(f"{live_server.url}/admin/messages/texts/{TEST.key}/en/")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("A test for Ada")
    page.get_by_label("Title").fill("Hello {name}, <b>you</b>")
    expect(preview).to_contain_text("Hello Ada, <b>you</b>")
    page.get_by_label("Title").fill("Hello {nobody}")
    expect(preview).to_contain_text("{nobody} stands for nothing here")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".lr-field-wrong")).to_contain_text("{nobody} stands for nothing here")
    expect(page.get_by_label("Title")).to_have_value("Hello {nobody}")
