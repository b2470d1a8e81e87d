"""The whole chain at the door in a real browser: the last sign-in without, set-up, codes, lockout, link."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.db import connection
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Browser, Page, expect

from apps.accounts.models import Session, User
from apps.accounts.permissions import Role
from tests.accounts.test_resetting import link_in
from tests.browser.conftest import LOOKS, Look, open_context
from tests.factories.accounts import PASSWORD, StaffFactory
from tests.phones import Phone, phone_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WCAG = {"runOnly": ["wcag2a", "wcag2aa"]}


@pytest.fixture
def page(transactional_db: None, live_server: Any, chromium: Browser, request: Any) -> Iterator[Page]:
    look: Look = getattr(request, "param", LOOKS[0])
    context = open_context(chromium, look)
    yield context.new_page()
    context.close()


@pytest.fixture
def admin(transactional_db: None) -> User:
    return StaffFactory(role=Role.ADMIN, email="ada@example.com")


def type_password(page: Page, address: str, password: str = PASSWORD) -> None:
    page.goto(f"{address}/admin/login/")
    page.fill("[name=username]", "ada@example.com")
    page.fill("[name=password]", password)
    page.click("button[type=submit]")


def sign_out(page: Page) -> None:
    page.locator("#logout-form button").evaluate("button => button.click()")
    expect(page.locator("h1")).to_have_text("You are signed out")


def ensure_usable(page: Page) -> None:
    """That everybody can use it: no fault that axe finds, nothing wider than the screen."""
    faults = Axe().run(page, options=WCAG).response["violations"]
    assert [fault["id"] for fault in faults] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.mark.parametrize("page", LOOKS, indirect=True, ids=str)
def test_the_whole_chain(page: Page, live_server: Any, admin: User):
    at = live_server.url
    type_password(page, at)
    expect(page.locator(".lr-notice").first).to_contain_text("This is your last sign-in without one.")
    sign_out(page)

    type_password(page, at)
    page.wait_for_url(f"{at}/admin/profile/second-factor/")
    page.goto(f"{at}/admin/settings/")
    page.wait_for_url(f"{at}/admin/profile/second-factor/")
    ensure_usable(page)
    phone = Phone(TOTPDevice.objects.get(user=admin))
    page.fill("[name=code]", phone.code())
    page.click("text=Turn on")
    codes = page.locator("#recovery-codes code").all_inner_texts()
    assert len(codes) == 10
    page.locator("[data-copy]").click()
    expect(page.locator("[data-copy]")).to_contain_text("Copied")
    ensure_usable(page)
    page.click("text=I have kept them")
    page.wait_for_url(f"{at}/admin/profile/")
    ensure_usable(page)
    page.goto(f"{at}/admin/settings/security/")
    ensure_usable(page)
    sign_out(page)

    type_password(page, at)
    expect(page.locator("[name=code]")).to_be_focused()
    ensure_usable(page)
    page.fill("[name=code]", phone.code(later=1))
    page.click("button[type=submit]")
    page.wait_for_url(f"{at}/admin/")
    sign_out(page)

    type_password(page, at)
    page.click("text=Phone lost? Use a recovery code")
    page.wait_for_url("**by=recovery*")
    page.fill("[name=code]", codes[3])
    page.click("button[type=submit]")
    page.wait_for_url(f"{at}/admin/")


def test_without_scripts(live_server: Any, chromium: Browser, admin: User):
    phone = phone_of(admin)
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    type_password(page, live_server.url)
    page.fill("[name=code]", phone.code())
    page.click("button[type=submit]")
    page.wait_for_url(f"{live_server.url}/admin/")
    context.close()


def test_locked_out_and_back_by_a_link(page: Page, live_server: Any, admin: User):
    phone_of(admin)
    for _try in range(5):
        type_password(page, live_server.url, "wrong")
    expect(page.locator("h1")).to_have_text("Locked for now")
    ensure_usable(page)
    page.goto(f"{live_server.url}/admin/login/")
    page.click("text=Forgotten your password?")
    ensure_usable(page)
    page.fill("[name=email]", "ada@example.com")
    page.click("text=Send the link")
    expect(page.locator("h1")).to_have_text("Look at your e-mail")
    page.goto(live_server.url + link_in(mail.outbox[0]))
    ensure_usable(page)
    for name in ("new_password1", "new_password2"):
        page.fill(f"[name={name}]", "quite-another-word-7")
    page.click("text=Set the password")
    expect(page.locator(".lr-door-card")).to_contain_text("Your password is set.")
    admin.refresh_from_db()
    assert admin.check_password("quite-another-word-7")
    connection.close()


def test_what_was_typed_when_the_session_ended_is_back_after_the_sign_in(page: Page, live_server: Any):
    StaffFactory(role=Role.CLERK, email="ada@example.com")
    StaffFactory(role=Role.CLERK, email="ben@example.com")
    type_password(page, live_server.url)
    page.wait_for_url("**/admin/")

    def typed_at_the_end(name: str, *, back_as: str) -> None:
        page.goto(f"{live_server.url}/admin/profile/")
        page.fill("[name=full_name]", name)
        Session.objects.filter(user__isnull=False).delete()
        page.click("text=Save profile")
        expect(page.locator(".lr-notice")).to_contain_text("what you sent was not saved")
        page.fill("[name=username]", back_as)
        page.fill("[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_url("**/admin/profile/")

    typed_at_the_end("Ada of the Valley", back_as="ada@example.com")
    expect(page.locator("[name=full_name]")).to_have_value("Ada of the Valley")
    expect(page.locator(".lr-notice").first).to_contain_text("It is not saved yet.")
    page.click("text=Save profile")
    expect(page.locator(".lr-messages")).to_be_visible()
    assert User.objects.get(email="ada@example.com").full_name == "Ada of the Valley"
    typed_at_the_end("Ada once more", back_as="ben@example.com")
    expect(page.locator("[name=full_name]")).not_to_have_value("Ada once more")
    assert page.evaluate("sessionStorage.getItem('larder-typed')") is None


@pytest.mark.parametrize("page", LOOKS, indirect=True, ids=str)
def test_a_phone_of_ones_own_accord_begins_with_the_password(page: Page, live_server: Any, db: None):
    at, clerk = live_server.url, StaffFactory(email="ada@example.com", role=Role.CLERK)
    type_password(page, at)
    page.wait_for_url(f"{at}/admin/")
    page.goto(f"{at}/admin/profile/second-factor/")
    expect(page.locator("[name=password]")).to_be_focused()
    ensure_usable(page)
    page.keyboard.type("not-this-one")
    page.keyboard.press("Enter")
    expect(page.locator(".lr-field-error")).to_contain_text("That is not your present password.")
    ensure_usable(page)
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("[name=code]")).to_be_focused()
    page.fill("[name=code]", Phone(TOTPDevice.objects.get(user=clerk)).code())
    page.click("text=Turn on")
    expect(page.locator("#recovery-codes code")).to_have_count(10)
