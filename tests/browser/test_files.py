"""Choosing a file: whoever listens to a field hears of it, and the theme's own script fails at none."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from apps.accounts.permissions import Role
from tests.browser.conftest import LOOKS, open_context, sign_in
from tests.factories.accounts import PASSWORD, StaffFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# What the theme draws around its own file fields, and a field of ours that comes in later.
FRAMES = """() => {
  const framed = '<div class="theirs"><label><input type="text" disabled value="none"></label><div><div>'
    + '<input type="file"></div></div></div>';
  const bare = '<div class="ours"><input type="text" value="untouched"><p><span><input type="file">'
    + '</span></p></div>';
  document.querySelector("main, body").insertAdjacentHTML("beforeend", framed + bare);
  window.heard = 0;
  document.querySelector(".ours [type=file]").addEventListener("change", () => { window.heard += 1; });
}"""


@pytest.fixture
def page(transactional_db: None, live_server: Any, chromium: Browser) -> Iterator[Page]:
    clerk = StaffFactory(role=Role.CLERK)
    context = open_context(chromium, LOOKS[0])
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    sign_in(page, live_server.url, email=clerk.email, password=PASSWORD)
    yield page
    context.close()


def file(name: str, content: bytes) -> Any:
    return {"name": name, "mimeType": "text/csv", "buffer": content}


def test_a_chosen_invoice_is_named_and_an_empty_one_is_refused_before_it_is_sent(
    page: Page, live_server: Any
) -> None:
    page.goto(f"{live_server.url}/admin/inventory/upload/")
    page.locator("#up-file").set_input_files(file("acme.csv", b"a;b"))
    expect(page.locator("[data-file-name]")).to_have_text("acme.csv")
    page.locator("#up-file").set_input_files(file("nothing.csv", b""))
    expect(page.locator("[data-file-name]")).to_have_text("nothing.csv")
    expect(page.locator("#up-file-said")).to_contain_text("The file is empty.")


def test_fields_that_come_in_later_are_heard_and_no_text_beside_them_is_written_over(
    page: Page, live_server: Any
) -> None:
    page.goto(f"{live_server.url}/admin/profile/")
    page.locator("#photo").set_input_files(file("me.png", b"x"))
    page.evaluate(FRAMES)
    page.locator(".ours [type=file]").set_input_files(file("late.csv", b"x"))
    page.locator(".theirs [type=file]").set_input_files(file("theirs.csv", b"x"))
    assert page.evaluate("() => window.heard") == 1
    assert page.locator(".ours [type=text]").get_attribute("value") == "untouched"
    assert page.locator(".theirs [type=text]").get_attribute("value") == "theirs.csv"
