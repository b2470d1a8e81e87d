"""A supplier's invoice in the browser: uploaded, submitted at ERPNext's own pages, read back, on hand."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.catalog.models import Product
from apps.core.actors import COMMAND
from apps.core.models import Outgoing
from apps.inventory.models import Batch, InvoiceUpload
from apps.sync.demo.server import DemoServer
from apps.sync.entities import ENTITIES
from apps.sync.erpnext.address import demo_address
from apps.sync.models import Run
from apps.sync.services import gate
from apps.sync.states import Direction
from tests.browser.test_sync_story import SOON, erp, page, worker  # noqa: F401 - fixtures
from tests.factories.invoices import csv_of, row
from tests.sync.push.conftest import connect
from tests.sync.push.payloads import CHEESE, ITEM

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def wait_for(happens: Callable[[], bool]) -> None:
    """Until the worker has done it."""
    until = monotonic() + SOON / 1000
    while not happens():
        assert monotonic() < until, "the worker did not come to it"
        sleep(0.1)


def synced(tab: Page, live_server: Any) -> None:
    """Everything is read, by the button."""
    ended = Run.objects.exclude(finished_at=None)
    before = ended.count()
    tab.goto(f"{live_server.url}/admin/settings/sync/")
    tab.get_by_role("button", name="Sync everything").click()
    wait_for(lambda: ended.count() >= before + len(ENTITIES))


def uploaded(tab: Page, live_server: Any) -> InvoiceUpload:
    """Twenty-four of the cheese and ten of the fruit, confirmed."""
    names = dict(Product.objects.filter(item_code__in=(CHEESE, ITEM)).values_list("item_code", "name_en"))
    file = csv_of(row(names[CHEESE], quantity="24"), row(names[ITEM]))
    tab.goto(f"{live_server.url}/admin/inventory/upload/")
    tab.locator("#up-supplier").fill("Northern Dairy Co-op")
    tab.locator("#up-number").fill("INV-77")
    content = {"name": "northern.csv", "mimeType": "text/csv", "buffer": file.getvalue()}
    tab.locator("#up-file").set_input_files(content)  # type: ignore[arg-type]
    tab.locator("#up-number").press("Enter")
    tab.wait_for_url("**/columns/")
    tab.get_by_role("button", name="Read and match the lines").click()
    tab.wait_for_url("**/match/")
    upload = InvoiceUpload.objects.get()
    wait_for(lambda: not upload.lines.filter(is_matched=False).exists())
    tab.reload()
    tab.get_by_role("link", name="Go on to confirm").click()
    tab.get_by_role("button", name="Confirm invoice").click()
    expect(tab.get_by_text("Invoice INV-77 is confirmed.")).to_be_visible()
    upload.refresh_from_db()
    return upload


def test_an_invoice_becomes_stock(page: Page, erp: DemoServer, live_server: Any) -> None:  # noqa: F811
    connect(demo_address(port=erp.port))
    wanted = {(name, Direction.PUSH): True for name in ("batches", "prices")}
    gate.set_controls(wanted, actor=COMMAND)
    synced(page, live_server)

    upload = uploaded(page, live_server)
    standing = f"{live_server.url}/admin/inventory/upload/{upload.pk}/"
    wait_for(lambda: set(Outgoing.objects.values_list("state", flat=True)) == {"sent"})
    synced(page, live_server)
    page.goto(standing)
    expect(page.locator(".up-batches .lr-chip", has_text="Draft receipt")).to_have_count(2)
    page.get_by_role("link", name="MAT-PRE-").click()
    name = page.locator("h1").inner_text().strip()

    page.goto(f"{erp.url}/app/purchase-receipt/{name}")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("Purchase Receipt was submitted")).to_be_visible()
    synced(page, live_server)

    page.goto(standing)
    expect(page.locator(".up-batches .lr-chip", has_text="In ERPNext")).to_have_count(2)
    expect(page.get_by_text("4 of 4 there")).to_be_visible()
    page.get_by_role("button", name="Undo…").click()
    expect(page.get_by_text(f"ERPNext has receipt {name}, submitted: cancel it there first.")).to_be_visible()
    product = Product.objects.get(item_code=CHEESE)
    page.goto(f"{live_server.url}/admin/catalog/product/{product.pk}/change/")
    expect(page.get_by_text(f"{upload.batch_stem}-L0")).to_have_count(1)  # on hand, and nowhere else
    assert Batch.objects.get(number=f"{upload.batch_stem}-L0").quantity == 24
