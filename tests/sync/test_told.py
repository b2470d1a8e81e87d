"""From a save in ERPNext to the mirror, over real sockets: its webhook, our door, the read back."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from celery.contrib.testing.worker import start_worker
from django.db import connection
from django.utils import timezone

from apps.catalog.models import Product
from apps.core.actors import SYSTEM
from apps.orders.models import Order
from apps.sync import services
from apps.sync.demo.server import DemoServer
from apps.sync.erpnext import Address, Client
from apps.sync.models import Cursor, Mark, Run, WebhookDelivery
from apps.sync.services.connecting import make, plan
from config.celery import app
from tests.sync.demo.receiving import wait_until
from tests.sync.demo.writing import Desk, with_units

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("_demo_as_ours")]
SECRET = "plüms and pears"
NOBODY_LISTENS: dict[type, tuple[Any, ...]] = {}
LINE = {"item_code": "GRO-0099", "qty": 1, "rate": 5.8, "price_list_rate": 5.8}


@pytest.fixture(autouse=True)
def _with_secret(settings: Any) -> None:
    settings.ERPNEXT = replace(settings.ERPNEXT, webhook_secret=SECRET)


@pytest.fixture
def desk(erp: DemoServer, address: Address, live_server: Any) -> Desk:
    """An ERPNext that is mirrored, and tells us of what is saved there."""
    services.run(actor=SYSTEM)
    with Client(address) as client:
        changes = plan(client, webhook_url=f"{live_server.url}/api/v1/sync/webhooks/erpnext").changes
        assert all(make(client, change).is_done for change in changes)
    Run.objects.all().delete()
    erp.site.store.series["ACC-SINV-2026-"] = 999  # behind all that other recorded documents name
    return Desk(with_units(erp))


def sell(desk: Desk) -> str:
    """A draft of an invoice; its name."""
    return str(desk.post("Sales Invoice", customer="Green Deli Ltd", items=[LINE])["name"])


def delivered(desk: Desk, *events: str) -> None:
    """Wait until these, and no others, have been taken; in these tests they are read before the answer."""
    wait_until(lambda: len(desk.list("Webhook Request Log", "name")) >= len(events))
    log = desk.list("Webhook Request Log", "webhook", "error", order_by="modified asc")
    assert [(one["webhook"].rpartition("-")[2], one["error"]) for one in log] == [
        (one, None) for one in events
    ]


def orders(name: str) -> list[tuple[int, bool]]:
    """Docstatus of an order, and whether it is gone."""
    found = Order.objects.filter(erp_name=name).values_list("erp_docstatus", "gone_at")
    return [(docstatus, gone is not None) for docstatus, gone in found]


def test_what_is_saved_in_erpnext_is_here_without_any_scheduled_run(desk: Desk) -> None:
    name = sell(desk)
    delivered(desk, "on_update")
    assert orders(name) == [(0, False)]
    desk.put("Sales Invoice", name, docstatus=1)
    delivered(desk, "on_update", "on_update", "on_change")
    assert orders(name) == [(1, False)]
    desk.put("Sales Invoice", name, docstatus=2)
    delivered(desk, "on_update", "on_update", "on_change", "on_change")
    assert orders(name) == [(2, False)]
    assert set(Run.objects.values_list("entity", "state")) == {("sales", "succeeded")}
    assert not Mark.objects.filter(entity="sales").exists()


def test_what_is_deleted_there_goes_here(desk: Desk) -> None:
    name = sell(desk)
    delivered(desk, "on_update")
    desk.delete("Sales Invoice", name)
    delivered(desk, "on_update", "on_trash")
    assert orders(name) == [(0, True)]


def test_a_hint_of_a_deletion_that_did_not_come_about_takes_nothing_away(desk: Desk) -> None:
    """Whatever a delivery says, the document is asked for."""
    told = services.Told("Item", "on_trash", "HONEY", "2026-11-22 10:00:00", b"{}")
    services.receive(told, at=timezone.now())
    assert Run.objects.get().state == "succeeded"
    assert Product.objects.get(erp_name="HONEY").gone_at is None


def test_what_was_refused_at_first_comes_with_the_next_attempt(desk: Desk, settings: Any) -> None:
    desk.erp.site.courier.waits = (0.5, 0.5)
    settings.ERPNEXT = replace(settings.ERPNEXT, webhook_secret="not yet the same")
    desk.put("Item", "HONEY", item_name="Heather honey")
    wait_until(lambda: bool(desk.list("Webhook Request Log", "name")))
    assert not WebhookDelivery.objects.exists()
    settings.ERPNEXT = replace(settings.ERPNEXT, webhook_secret=SECRET)
    wait_until(lambda: len(desk.list("Webhook Request Log", "name")) == 2)
    attempts = desk.list("Webhook Request Log", "error", "response", order_by="modified asc")
    assert [(one["error"] or "")[:3] for one in attempts] == ["401", ""]
    assert attempts[1]["response"] == '{"entity":"items","is_repeat":false}'
    assert Product.objects.get(erp_name="HONEY").name == "Heather honey"


def test_the_same_delivery_eight_times_at_once_is_one_that_came_eight_times(settings: Any) -> None:
    settings.EVENT_LISTENERS = "tests.sync.test_told.NOBODY_LISTENS"
    Cursor.objects.create(entity="items", doctype="Item")
    told = services.Told("Item", "on_update", "HONEY", "2026-11-22 10:00:00", b"{}")

    def receive(_: int) -> bool:
        try:
            return services.receive(told, at=timezone.now()).is_repeat
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as together:
        repeats = sorted(together.map(receive, range(8)))
    assert repeats == [False, *[True] * 7]
    assert (WebhookDelivery.objects.get().times, Mark.objects.count()) == (8, 1)


@pytest.fixture
def _worker() -> Iterator[None]:
    """A real worker behind the real queues, in a thread of its own."""
    app.conf.task_always_eager = False
    try:
        with start_worker(
            app, pool="solo", queues="events,sync", perform_ping_check=False, shutdown_timeout=20
        ):
            yield
    finally:
        app.conf.task_always_eager = True


@pytest.mark.slow
@pytest.mark.usefixtures("_worker")
def test_a_busy_till_is_read_by_one_run(desk: Desk) -> None:
    began = time.monotonic()
    names = [sell(desk) for _ in range(10)]
    took = time.monotonic() - began
    wait_until(lambda: Order.objects.filter(erp_name__in=names).count() == 10)
    assert WebhookDelivery.objects.filter(doctype="Sales Invoice").count() == 10
    assert Run.objects.filter(entity="sales").count() <= 1 + took // services.GATHERING
