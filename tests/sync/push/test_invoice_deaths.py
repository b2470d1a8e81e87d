"""Whoever is killed between a confirmation and its goods in stock: nothing is doubled, nothing is left out.

Senders and sync workers are processes of their own, ended by SIGKILL at one moment after the other.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Sum

from apps.catalog.models import Product
from apps.core import options
from apps.core.actors import SYSTEM
from apps.core.models import Outgoing
from apps.inventory.models import Batch, BatchStock, LocalBatch, LocalPrice, StockLevel, Supplier
from apps.inventory.states import Standing
from apps.sync import services
from apps.sync.demo.grocer import stocked
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import Site
from apps.sync.erpnext.address import demo_address
from tests.factories.invoices import confirmed, row
from tests.sync.push.conftest import NOON, READ, TODAY, connect, let_push, rows
from tests.sync.push.payloads import CHEESE, ITEM
from tests.sync.push.test_faults import Senders
from tests.sync.push.test_invoice_story import STEM, SUPPLIER, Desk
from tests.sync.test_crowd import Worker

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LIVES = (0.02, 0.05, 0.08, 0.12, 0.16, 0.2, 0.3)  # seconds that a sender has
RUNS = (0.15, 0.4)  # seconds that a sync worker has
READING = (*READ, "batches")
KINDS = ("Batch", "Purchase Receipt", "Item Price")


@pytest.fixture
def erp(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoServer]:
    """The grocer, connected and read; nobody is nudged."""
    monkeypatch.setattr("config.wiring.LISTENERS", {})
    with DemoServer(Site(stocked(scale=0, today=TODAY))) as server:
        ours = {"port": server.port - 1, "sync_post_enabled": True}
        settings.DEPLOYMENT = replace(settings.DEPLOYMENT, **ours)
        connect(demo_address(port=server.port))
        services.run(READING, actor=SYSTEM, address=demo_address(port=server.port))
        let_push()
        yield server
    options.forget()


def counted(erp: DemoServer) -> dict[str, int]:
    return {kind: len(rows(erp, kind)) for kind in KINDS}


def in_stock() -> tuple[Any, Any]:
    levels = StockLevel.objects.filter(item_code=CHEESE).aggregate(all=Sum("actual"))["all"]
    return levels, BatchStock.objects.filter(batch__item_code=CHEESE).aggregate(all=Sum("quantity"))["all"]


def test_whoever_is_killed_on_the_way_the_goods_count_once(erp: DemoServer) -> None:
    goods = tuple(Product.objects.get(item_code=code) for code in (CHEESE, ITEM))
    before, stock = counted(erp), in_stock()
    lines = (row("Feta", quantity="24"), row("Fruit"))
    confirmed(Supplier.objects.get(erp_name=SUPPLIER), *lines, to=goods, number="INV-77")

    senders = Senders(erp)
    ends = [
        senders.send(NOON + timedelta(minutes=5 * turn), life=life)
        for turn, life in enumerate((*LIVES, None))
    ]
    senders.end()
    assert ends[-1] == "sent"
    assert "killed" in ends
    assert set(Outgoing.objects.values_list("state", flat=True)) == {"sent"}
    made = {"Batch": 1, "Purchase Receipt": 1, "Item Price": 4}
    assert counted(erp) == {kind: before[kind] + number for kind, number in made.items()}

    desk = Desk(erp)
    desk.does("submit", "Purchase Receipt", desk.receipt()["name"])
    worker = Worker(erp)
    for life in RUNS:
        worker.work("modified", "2", *READING, killed_after=life)
    worker.work("modified", "2", *READING, killed_after=None)
    worker.end()

    local = LocalBatch.objects.select_related("batch", "receipt").order_by("line__position")
    assert [one.standing for one in local] == [Standing.ARRIVED, Standing.ARRIVED]
    assert set(LocalPrice.objects.values_list("state", flat=True)) == {"joined"}
    assert Batch.objects.get(number=f"{STEM}-L0").quantity == 24
    assert in_stock() == (stock[0] + 24, stock[1] + 24)
