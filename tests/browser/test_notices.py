"""The bell, To Do by keyboard, and the words of messages, in a browser."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from playwright.sync_api import Browser, Page, expect

from apps.accounts.models import User
from apps.accounts.permissions import Role
from apps.approvals import registry, services
from apps.approvals.models import Item
from apps.approvals.registry import Format, ItemKind
from apps.approvals.states import Risk
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.models import AuditEntry
from apps.notifications.notices import TEST
from tests.browser.conftest import LOOKS, Look, open_context, sign_in
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


class PriceForm(forms.Form):
    price = forms.DecimalField(max_digits=6, decimal_places=2, min_value=0)


@pytest.fixture
def priced(boss: User) -> Iterator[Item]:
    """A clerk's price, of a kind that can be corrected."""
    kind = ItemKind(
        key="browser.editable",
        title="Price",
        permission_key="products.approve",
        apply=lambda item, actor: None,
        edit_form=PriceForm,
        labels={"price": "Price"},
        formats={"price": Format.MONEY},
    )
    registry.register(kind)
    clerk = Actor.of(StaffFactory(role=Role.CLERK, full_name="Carla Nunes"))
    worth = {"value": Decimal("120"), "margin": Decimal("12.5")}
    yield services.ask(proposal(kind=kind.key, **worth), actor=clerk)
    registry.forget(kind.key)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_what_is_wrong_in_a_correction_is_said_and_the_right_one_kept_beside_what_was_asked(
    look: Look, boss: User, priced: Item, live_server: Any, chromium: Browser
):
    context = open_context(chromium, look)
    page = context.new_page()
    sign_in(page, live_server.url, email=boss.email, password=PASSWORD)
    page.goto(f"{live_server.url}/admin/todo/")
    row = page.locator(".lr-inbox-row")
    for said in ("just now", "£120.00", "12.5%"):
        expect(row.get_by_text(said).locator("visible=true")).to_have_count(1)
    row.locator("a").click()
    page.get_by_role("button", name="Edit and accept…").click()
    field = page.locator("#edit [name=price]")
    expect(field).to_have_value("1.20")
    field.fill("-1")
    page.locator("#edit [type=submit]").click()
    expect(page.locator("#edit .lr-field-error")).to_be_visible()
    expect(field).to_have_value("-1")
    assert Item.objects.get(pk=priced.pk).state == "open"
    field.fill("1.15")
    page.locator("#edit [type=submit]").click()
    page.wait_for_url("**/todo/")
    page.goto(f"{live_server.url}{priced.get_absolute_url()}")
    expect(page.locator(".lr-compare tbody td")).to_have_text(["£1.10", "£1.20", "£1.15"])
    kept = Item.objects.get(pk=priced.pk)
    assert (kept.state, kept.after, kept.edited) == ("accepted", {"price": "1.20"}, {"price": "1.15"})
    entry = AuditEntry.objects.get(action="todo.accepted")
    assert (entry.before, entry.after) == ({"price": "1.20"}, {"price": "1.15"})
    context.close()


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
