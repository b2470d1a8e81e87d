"""A supplier's invoice from its file to its batches, with the keyboard alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from apps.accounts.permissions import Role
from apps.core.actors import SYSTEM
from apps.inventory import services
from apps.inventory.models import InvoiceUpload
from apps.inventory.states import Decision, UploadState
from tests.browser.conftest import LOOKS, open_context, sign_in
from tests.factories.accounts import PASSWORD, StaffFactory
from tests.factories.inventory import make_supplier
from tests.factories.invoices import csv_of, d, make_bought, row

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FOCUSED = "() => document.activeElement.closest('[data-line]')?.querySelector('.up-name').textContent"


BUSY = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"


def settled(page: Page, *, on: str) -> None:
    """Wait until nothing changes any more and the focus is on a line: as a person sees it, and goes on."""
    page.wait_for_function(f"() => ({FOCUSED})() === '{on}' && !document.querySelector('{BUSY}')")


@pytest.fixture
def page(transactional_db: None, live_server: Any, chromium: Browser) -> Iterator[Page]:
    clerk = StaffFactory(role=Role.CLERK)
    context = open_context(chromium, LOOKS[0])
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    sign_in(page, live_server.url, email=clerk.email, password=PASSWORD)
    yield page
    context.close()


def test_an_invoice_is_uploaded_matched_and_handed_in_by_keyboard(page: Page, live_server: Any) -> None:
    make_supplier("Acme Foods")
    rice = make_bought("RICE", name_en="Basmati Rice 1kg")
    make_bought("JAM", name_en="Quince Jam 200g")
    file = csv_of(row("Zzyzx relish"), row("Qwop spread"), row("Delivery"), row("Basmati Rice 1kg"))
    keys = page.keyboard

    page.goto(f"{live_server.url}/admin/inventory/upload/")
    expect(page.locator("#up-supplier")).to_be_focused()
    keys.type("Acme Foods")
    keys.press("Tab")
    keys.type("INV-7")
    page.locator("#up-file").set_input_files(
        {"name": "acme.csv", "mimeType": "text/csv", "buffer": file.getvalue()}
    )
    page.locator("#up-number").press("Enter")
    page.wait_for_url("**/columns/")
    page.get_by_role("button", name="Read and match the lines").press("Enter")
    page.wait_for_url("**/match/")
    upload = InvoiceUpload.objects.get()
    services.match_upload(upload.pk, actor=SYSTEM)
    page.reload()

    assert page.evaluate(FOCUSED) == "Zzyzx relish"
    keys.press("n")
    settled(page, on="Qwop spread")
    keys.press("/")
    keys.type("quince")
    expect(page.locator("[data-found]")).to_have_count(1)
    keys.press("Enter")
    keys.press("Enter")
    settled(page, on="Delivery")
    keys.press("i")
    expect(page.locator("#up-foot")).to_contain_text("Go on to confirm")
    settled(page, on="Delivery")
    keys.press("u")
    expect(page.locator("#up-foot")).to_contain_text("1 line to decide")
    settled(page, on="Delivery")  # the foot is told before the line itself has changed
    keys.press("i")
    expect(page.locator("#up-foot")).to_contain_text("Go on to confirm")
    settled(page, on="Delivery")
    keys.press("j")
    settled(page, on="Basmati Rice 1kg")
    keys.press("e")
    keys.type("12")
    keys.press("Enter")
    expect(page.locator("#up-foot")).to_contain_text("£32.00")
    keys.press("?")
    expect(page.locator("#up-keys")).to_be_visible()
    keys.press("Escape")
    keys.press("Escape")
    keys.press("g")
    page.wait_for_url("**/confirm/")
    keys.press("Enter")
    page.wait_for_url(f"**/upload/{upload.pk}/")

    upload.refresh_from_db()
    lines = list(upload.lines.order_by("position").values_list("decision", flat=True))
    assert upload.state == UploadState.PENDING
    assert lines == [Decision.NEW_ITEM, Decision.PRODUCT, Decision.IGNORE, Decision.PRODUCT]
    assert upload.lines.get(product=rice).quantity == d("12")
    expect(page.get_by_text("It waits for whoever may approve invoices")).to_be_visible()
