"""The media library as staff use it: files dropped on the page, an address copied, a picture picked."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from apps.accounts.permissions import Role
from apps.core import options
from apps.core.actors import COMMAND, SYSTEM
from apps.media import services
from apps.media.models import Asset
from tests import pictures
from tests.browser.conftest import LOOKS, open_context, sign_in
from tests.factories.accounts import PASSWORD, StaffFactory
from tests.factories.media import make_asset, upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DROP = """([name, content]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([Uint8Array.from(content)], name));
  const how = { dataTransfer: carried, bubbles: true, cancelable: true };
  for (const step of ["dragenter", "drop"]) document.body.dispatchEvent(new DragEvent(step, how));
}"""

DROP_TOGETHER = """(files) => {
  const carried = new DataTransfer();
  for (const [name, content] of files) {
    const bytes = Array.isArray(content) ? Uint8Array.from(content) : new Uint8Array(content);
    carried.items.add(new File([bytes], name));
  }
  const how = { dataTransfer: carried, bubbles: true, cancelable: true };
  for (const step of ["dragenter", "drop"]) document.body.dispatchEvent(new DragEvent(step, how));
}"""
SIDES = """(address) => new Promise((resolve) => {
  const picture = new Image();
  picture.onload = () => resolve([picture.naturalWidth, picture.naturalHeight]);
  picture.src = address;
})"""


def natural(page: Page, address: str | None) -> tuple[int, int]:
    """How large a browser finds the picture at an address."""
    width, height = page.evaluate(SIDES, address)
    return width, height


def made(asset: Asset) -> Asset:
    """The picture with its sizes, which a worker makes."""
    services.make_copies(asset.pk, version=asset.version, actor=SYSTEM)
    return asset


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


def pasted(page: Page) -> str:
    """What the clipboard holds, read as a person does."""
    page.evaluate("""() => {
      const field = Object.assign(document.createElement("textarea"), { id: "pasted" });
      document.querySelector("dialog[open], body").append(field);
      field.focus();
    }""")
    page.keyboard.press("Control+v")
    text = page.locator("#pasted").input_value()
    page.evaluate("() => document.getElementById('pasted').remove()")
    return text


NO_CLIPBOARD = "() => Object.defineProperty(navigator, 'clipboard', { value: undefined })"  # as without TLS
FORBIDDEN = "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }"


@pytest.mark.parametrize("trouble", [NO_CLIPBOARD, FORBIDDEN])
def test_an_address_is_copied_where_the_clipboard_is_closed(
    page: Page, live_server: Any, trouble: str
) -> None:
    asset = upload()
    page.goto(f"{live_server.url}/admin/media/")
    page.evaluate(trouble)
    button = page.locator(".md-card [data-copy-address]")
    button.click()
    expect(button).to_have_attribute("data-copy-says", "Copied")
    expect(page.locator("body > [role=status]")).to_have_text("Copied")
    assert pasted(page) == f"{live_server.url}{asset.url}"


def test_an_address_that_may_not_be_copied_at_all_is_laid_out_to_be(page: Page, live_server: Any) -> None:
    asset = upload()
    page.goto(f"{live_server.url}/admin/media/")
    page.evaluate(FORBIDDEN)
    page.evaluate("() => { document.execCommand = () => false; }")
    page.locator(".md-card [data-copy-address]").click()
    laid_out = page.locator(".lr-laid-out")
    expect(laid_out).to_have_value(f"{live_server.url}{asset.url}")
    expect(laid_out).to_be_focused()
    chosen = laid_out.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)")
    assert chosen == f"{live_server.url}{asset.url}"


def test_a_new_key_is_copied_in_the_same_way(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/admin/accounts/appkey/make/")
    page.locator("[name=kind]").first.check()
    page.fill("[name=name]", "Web shop")
    page.get_by_role("button", name="Make the key").click()
    button = page.locator("[data-copy-from]")
    page.evaluate(NO_CLIPBOARD)
    button.click()
    expect(button).to_have_text(re.compile("Copied"))
    assert pasted(page) == page.locator("#secret").input_value() != ""


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


def test_files_dropped_together_are_each_told_and_the_good_ones_kept(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/admin/media/")
    twin = list(pictures.jpeg(320, 200))
    dropped = [
        ["milk.jpg", list(pictures.jpeg(300, 200))],
        ["logo.svg", list(b"<svg/>")],
        ["one.jpg", twin],
        ["two.jpg", twin],
        ["n" * 5000 + ".png", list(pictures.png(90, 60))],
        ["film.jpg", 10 * 1024 * 1024 + 1],
    ]
    page.evaluate(DROP_TOGETHER, dropped)
    expect(page.locator("[data-uploads-tally]")).to_have_text("3 of 6 uploaded · 3 not taken", timeout=20_000)
    rows = page.locator(".md-upload-row")
    expect(rows.nth(1).locator("[role=alert]")).to_have_text(
        "SVG is not taken, because it can carry a program. Save it as PNG or WebP."
    )
    expect(rows.nth(5).locator("[role=alert]")).to_have_text(
        "The file is larger than 10 MB, the most that is taken. Save it smaller."
    )
    expect(page.locator(".md-uploads-list [role=alert]")).to_have_count(3)
    names = sorted(Asset.objects.values_list("original_name", flat=True))
    assert names[0] == "milk.jpg"
    assert names[1].startswith("nnnn")
    assert names[1].endswith("….png")
    assert names[2] in {"one.jpg", "two.jpg"}


def test_a_replaced_picture_is_seen_wherever_it_is_shown(page: Page, live_server: Any) -> None:
    asset = made(upload(pictures.png(600, 200), name="logo.png"))
    options.save({"shop.logo": asset.token}, actor=COMMAND)
    options.forget()
    page.goto(f"{live_server.url}/admin/media/")
    logo = page.locator(".lr-brand-logo").first
    before = logo.get_attribute("src")
    assert natural(page, before) == (160, 53)
    page.goto(f"{live_server.url}{asset.get_absolute_url()}")
    page.get_by_role("button", name="Replace…").click()
    page.set_input_files(
        "input[type=file]", {"name": "new.jpg", "mimeType": "image/jpeg", "buffer": pictures.jpeg(400, 400)}
    )
    page.get_by_role("button", name="Replace picture").click()
    expect(page.locator(".lr-messages")).to_contain_text("The picture was replaced. Its address stays")
    asset.refresh_from_db()
    assert (asset.version, asset.kind, asset.url) == (2, "png", f"/media/{asset.token}.png")
    made(asset)
    page.reload()
    after = logo.get_attribute("src")
    assert after != before
    assert natural(page, after) == (160, 160)
    assert natural(page, f"{asset.url}?v=2") == (400, 400)


def test_what_was_picked_stays_when_another_field_is_refused(page: Page, live_server: Any) -> None:
    for number in range(30):
        make_asset(f"shelf {number}.jpg")
    page.goto(f"{live_server.url}/admin/settings/?group=shop")
    page.locator("[data-picker-open]").focus()
    page.keyboard.press("Enter")
    search = page.get_by_role("searchbox", name="Search pictures")
    expect(search).to_be_focused()
    page.get_by_role("button", name="Show older ones").press("Enter")
    expect(page.locator("[data-pick]")).to_have_count(30)
    expect(page.locator("[data-pick]").nth(24)).to_be_focused()
    search.fill("nothing like it")
    expect(page.locator(".md-choices-none")).to_have_text("No picture has these words.")
    new = {"name": "new logo.jpg", "mimeType": "image/jpeg", "buffer": pictures.jpeg(200, 100)}
    page.set_input_files("[data-picker-upload]", {**new, "buffer": b"<svg/>"})
    expect(page.locator("[data-picker-said]")).to_contain_text("SVG is not taken")
    page.set_input_files("[data-picker-upload]", new)
    expect(page.locator("[data-picker-name]")).to_have_text("new logo.jpg")
    page.fill("[name='shop.name']", "x" * 400)
    page.get_by_role("button", name="Review changes").last.click()
    expect(page.locator(".lr-field-error")).to_contain_text("At most 40 characters")
    expect(page.locator("[data-picker-name]")).to_have_text("new logo.jpg")
    page.fill("[name='shop.name']", "Plum & Co")
    page.get_by_role("button", name="Review changes").last.click()
    page.get_by_role("button", name="Save 2 settings").click()
    expect(page.locator(".lr-brand-logo").first).to_have_attribute("alt", "Plum & Co")
    options.forget()
    assert options.shop.logo == Asset.objects.get(original_name="new logo.jpg").token


def test_a_file_that_is_known_already_can_be_taken_in_the_picker(page: Page, live_server: Any) -> None:
    known = upload(pictures.png(90, 60), name="known.png")
    page.goto(f"{live_server.url}/admin/settings/?group=shop")
    page.locator("[data-picker-open]").click()
    again = {"name": "again.png", "mimeType": "image/png", "buffer": pictures.png(90, 60)}
    page.set_input_files("[data-picker-upload]", again)
    page.get_by_role("button", name="Take that one").click()
    expect(page.locator("[data-picker-name]")).to_have_text("known.png")
    assert page.locator("[data-picker-value]").input_value() == known.token
    assert Asset.objects.count() == 1


def test_a_picture_in_use_stays_and_the_way_to_where_it_is_shown_is_given(
    page: Page, live_server: Any
) -> None:
    asset = upload(name="logo.jpg")
    options.save({"shop.logo": asset.token}, actor=COMMAND)
    page.goto(f"{live_server.url}/admin/media/")
    page.locator(".action-select").check()
    page.get_by_role("button", name="Delete…").click()
    page.get_by_role("button", name="Delete pictures").click()
    page.locator(".lr-messages").get_by_role("link", name="Settings: Logo").click()
    expect(page).to_have_url(f"{live_server.url}/admin/settings/?group=shop#shop.logo")
    assert Asset.objects.count() == 1
