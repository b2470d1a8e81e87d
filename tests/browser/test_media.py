"""The media library as staff use it: files dropped on the page, an address copied, a picture picked."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from apps.accounts.permissions import Role
from apps.core import options
from apps.media.models import Asset
from tests import pictures
from tests.browser.conftest import LOOKS, open_context, sign_in
from tests.factories.accounts import PASSWORD, StaffFactory
from tests.factories.media import upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DROP = """([name, content]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([Uint8Array.from(content)], name));
  const how = { dataTransfer: carried, bubbles: true, cancelable: true };
  for (const step of ["dragenter", "drop"]) document.body.dispatchEvent(new DragEvent(step, how));
}"""


@pytest.fixture
def page(transactional_db: None, live_server: Any, chromium: Browser) -> Iterator[Page]:
    boss = StaffFactory(role=Role.SUPER_ADMIN)
    context = open_context(chromium, LOOKS[0])
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    sign_in(page, live_server.url, email=boss.email, password=PASSWORD)
    yield page
    context.close()


def test_each_dropped_file_says_what_became_of_it(page: Page, live_server: Any) -> None:
    upload(pictures.png(90, 60), name="known.png")
    page.goto(f"{live_server.url}/admin/media/")
    for name, content in {
        "milk.jpg": pictures.jpeg(300, 200),
        "evil.png": b"<svg onload=alert(1)>",
        "again.png": pictures.png(90, 60),
    }.items():
        page.evaluate(DROP, [name, list(content)])
    rows = page.locator(".md-upload-row")
    expect(rows.nth(0).locator(".md-upload-state")).to_have_text("Uploaded", timeout=15_000)
    expect(rows.nth(1).locator("[role=alert]")).to_contain_text("SVG is not taken")
    expect(rows.nth(2).locator("[role=alert]")).to_contain_text("as “known.png”")
    expect(page.locator("#media-rows .md-card")).to_have_count(2)
    rows.nth(2).get_by_role("button", name="Upload anyway").click()
    expect(page.locator("#media-rows .md-card")).to_have_count(3, timeout=15_000)
    assert set(Asset.objects.values_list("original_name", flat=True)) == {
        "known.png",
        "milk.jpg",
        "again.png",
    }


def test_an_address_that_may_not_be_copied_is_laid_out_to_be(page: Page, live_server: Any) -> None:
    asset = upload()
    page.goto(f"{live_server.url}/admin/media/")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    page.locator(".md-card [data-copy]").click()
    laid_out = page.locator(".md-laid-out")
    expect(laid_out).to_have_value(f"{live_server.url}{asset.url}")
    expect(laid_out).to_be_focused()
    chosen = laid_out.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)")
    assert chosen == f"{live_server.url}{asset.url}"


def test_the_logo_is_picked_by_keyboard(page: Page, live_server: Any) -> None:
    asset = upload(name="logo.jpg")
    page.goto(f"{live_server.url}/admin/settings/?group=shop")
    page.locator("[data-picker-open]").focus()
    page.keyboard.press("Enter")
    page.locator(f"[data-pick='{asset.token}']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-picker-name]")).to_have_text("logo.jpg")
    expect(page.locator("[data-picker-open]")).to_be_focused()
    page.get_by_role("button", name="Review changes").click()
    page.get_by_role("button", name="Save 1 setting").click()
    expect(page.locator(".lr-brand-logo")).to_have_attribute("alt", "Larder")
    options.forget()
    assert options.shop.logo == asset.token
    assert (Path(settings.MEDIA_ROOT) / asset.file).exists()
