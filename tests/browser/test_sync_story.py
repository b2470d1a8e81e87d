"""A first-time user in the browser alone: sees a sync live, breaks ERPNext, mends it, and ends equal."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from celery.contrib.testing.worker import start_worker
from playwright.sync_api import Browser, Page, expect

from apps.accounts.permissions import Role
from apps.core.queues import Queue
from apps.sync.demo.grocer import stocked
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import Site
from apps.sync.entities import ENTITIES
from apps.sync.erpnext import client
from config.celery import app as celery_app
from tests.browser.conftest import LOOKS, open_context, sign_in
from tests.factories.accounts import PASSWORD, StaffFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SOON = 30_000  # milliseconds; a worker, a demo and a browser share the machine


@pytest.fixture
def erp(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoServer]:
    """A kiosk's ERPNext, which is ours to read and to break; its failures are waited for a moment only."""
    monkeypatch.setattr(client, "FIRST_WAIT", 0.01)
    with DemoServer(Site(stocked(scale=0, today=date(2026, 11, 26)))) as server:
        settings.DEPLOYMENT = replace(settings.DEPLOYMENT, port=server.port - 1, sync_post_enabled=True)
        yield server


@contextmanager
def _queued_for_real() -> Iterator[None]:
    """Tasks go through the broker, to queues that nobody else of this machine listens to."""
    conf = celery_app.conf
    before = conf.task_always_eager, conf.broker_transport_options
    conf.task_always_eager = False
    conf.broker_transport_options = {**conf.broker_transport_options, "global_keyprefix": "story:"}
    _connect_anew()
    try:
        yield
    finally:
        conf.task_always_eager, conf.broker_transport_options = before
        _connect_anew()


def _connect_anew() -> None:
    """What an earlier test has sent through still goes where the settings led then."""
    celery_app._pool = celery_app.amqp._producer_pool = None


@pytest.fixture
def worker(erp: DemoServer, live_server: Any) -> Iterator[None]:
    with (
        _queued_for_real(),
        start_worker(celery_app, pool="threads", concurrency=2, queues=list(Queue), perform_ping_check=False),
    ):
        yield


@pytest.fixture
def page(worker: None, live_server: Any, chromium: Browser) -> Iterator[Page]:
    context = open_context(chromium, LOOKS[0])
    page = context.new_page()
    person = StaffFactory(role=Role.ADMIN)
    sign_in(page, live_server.url, email=person.email, password=PASSWORD)
    yield page
    context.close()


def test_break_it_see_it_mend_it_and_end_equal(page: Page, erp: DemoServer, live_server: Any):
    sync, parity = f"{live_server.url}/admin/settings/sync/", f"{live_server.url}/admin/settings/sync/parity/"

    page.goto(sync)
    page.get_by_role("button", name="Sync everything").click()
    well = page.locator(".ls-standings .lr-chip", has_text="Well")
    expect(well).to_have_count(len(ENTITIES), timeout=SOON)  # without a reload

    turn(page, erp, "Take ERPNext down")
    page.goto(sync)
    page.get_by_role("button", name="Customers: Modified").click()
    away = page.get_by_text("ERPNext has not answered since")
    expect(away).to_be_visible(timeout=SOON)
    page.goto(f"{live_server.url}/admin/catalog/product/")
    expect(page.get_by_text("ERPNext has not answered since")).to_be_visible()

    turn(page, erp, "Bring ERPNext back")
    turn(page, erp, "Spoil a record")
    page.goto(sync)
    page.get_by_role("button", name="Customers: Modified").click()
    expect(page.locator(".ls-standings").get_by_text("1 in quarantine")).to_be_visible(timeout=SOON)
    expect(away).to_be_hidden()

    turn(page, erp, "Mend spoiled records")
    turn(page, erp, "Change a sale silently")
    page.goto(parity)
    page.get_by_role("button", name="Compare all").click()
    expect(page.locator("tbody#sales").get_by_text("What differs")).to_be_visible(timeout=SOON)
    expect(page.locator("tbody#customers").get_by_role("button", name="again")).to_be_visible()

    page.goto(sync)
    for entity in ("Customers", "Sales"):
        page.get_by_role("button", name=f"{entity}: Full").click()
    expect(well).to_have_count(len(ENTITIES), timeout=SOON)
    page.goto(parity)
    page.get_by_role("button", name="Compare all").click()
    equal = page.locator(".ls-parity-score", has_text="100.00 %")
    expect(equal).to_have_count(len(ENTITIES), timeout=SOON)


def turn(page: Page, erp: DemoServer, switch: str) -> None:
    """Press a switch on the page of the demo ERPNext."""
    page.goto(f"{erp.url}/demo")
    page.get_by_role("button", name=switch).first.click()
