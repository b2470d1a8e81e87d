"""A real Chromium against a real server. Without one the tests are skipped, and say so."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pytest
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from apps.accounts.models import User
from apps.accounts.services.second_factor import must_have
from tests.phones import Phone, phone_of

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Look:
    """How wide, how bright, and in which language (so, in which direction)."""

    width: int
    theme: str
    language: str

    def __str__(self) -> str:
        return f"{self.width}-{self.theme}-{'rtl' if self.language == 'ar' else 'ltr'}"


EVERY_LOOK: Final = tuple(
    Look(width, theme, language)
    for width in (1440, 390)
    for theme in ("light", "dark")
    for language in ("en", "ar")
)
USUAL_LOOKS: Final = (Look(1440, "light", "en"), Look(390, "dark", "en"))
# The build machine takes the two usual looks; `make test-browser` takes them all.
LOOKS: Final = EVERY_LOOK if os.environ.get("EVERY_LOOK") else USUAL_LOOKS


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("There is no Chromium on this machine: install it to run the browser tests.")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps a loop in this thread
    try:
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=path, args=list(FLAGS))
            yield browser
            browser.close()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def open_context(browser: Browser, look: Look) -> BrowserContext:
    """A fresh browser profile of that look."""
    height = 900 if look.width > 600 else 844
    return browser.new_context(
        viewport={"width": look.width, "height": height}, color_scheme=look.theme, reduced_motion="reduce"
    )  # type: ignore[arg-type]


def sign_in(page: Page, address: str, *, email: str, password: str) -> None:
    """Through the door, as staff do: with a phone, where the role asks for one."""
    person = User.objects.get(email=email)
    page.goto(f"{address}/admin/login/")
    page.fill("[name=username]", email)
    page.fill("[name=password]", password)
    phone = _phone_of(person)
    page.click("button[type=submit]")
    if phone:
        page.fill("[name=code]", phone.code())
        page.click("button[type=submit]")
    page.wait_for_url(f"{address}/admin/")


def _phone_of(person: User) -> Phone | None:
    """A new phone each time: a code of the last one may be used up."""
    TOTPDevice.objects.filter(user=person).delete()
    return phone_of(person) if must_have(person) else None
