"""A made-up grocer on a real socket, connected and read, whose ERPNext may be written to."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from apps.core import options, outgoing
from apps.core.actors import COMMAND, SYSTEM, Actor
from apps.core.audit import Subject
from apps.core.models import Outgoing
from apps.sync import services
from apps.sync.demo.grocer import stocked
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import Site
from apps.sync.demo.store import Row
from apps.sync.erpnext import Address, Client
from apps.sync.erpnext.address import demo_address
from apps.sync.services import connecting, delivering, gate
from apps.sync.services.sending import Sent, send_waiting
from apps.sync.states import Direction

TODAY = date(2026, 11, 25)
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
MARY = Actor(kind="staff", id="7", label="Mary Baker")
READ = ("item_groups", "items", "prices", "suppliers", "stock")


def connect(address: Address) -> None:
    """Make the reference fields, as ``manage.py sync connect`` does."""
    with Client(address, sleep=lambda _: None) as erp:
        for change in connecting.plan(erp).changes:
            assert connecting.make(erp, change).is_done


@pytest.fixture
def erp() -> Iterator[DemoServer]:
    """The grocer with Larder's reference fields."""
    with DemoServer(Site(stocked(scale=0, today=TODAY))) as server:
        connect(demo_address(port=server.port))
        yield server


@pytest.fixture
def address(erp: DemoServer) -> Address:
    return demo_address(port=erp.port)


@pytest.fixture
def _copied(db: None, address: Address) -> None:
    """What ERPNext has is here."""
    services.run(READ, actor=SYSTEM, address=address)


def let_push(*, prices: bool = True, pricing_rules: bool = True, batches: bool = True) -> None:
    """Set the controls."""
    wanted = {"prices": prices, "pricing_rules": pricing_rules, "batches": batches}
    gate.set_controls({(name, Direction.PUSH): is_on for name, is_on in wanted.items()}, actor=COMMAND)


@pytest.fixture
def _open(db: None, settings: Any, _copied: None) -> Iterator[None]:
    """Everything may be sent."""
    settings.DEPLOYMENT = replace(settings.DEPLOYMENT, sync_post_enabled=True)
    let_push()
    yield
    options.forget()


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is waited for settles at once."""
    monkeypatch.setattr(delivering, "SETTLING", 0.0)


Send = Callable[..., Sent]


@pytest.fixture
def send(address: Address) -> Send:
    """One round, so many minutes past noon."""

    def round_(minutes: float = 0, *, is_early: bool = False) -> Sent:
        at = NOON + timedelta(minutes=minutes)
        return send_waiting(at=at, actor=SYSTEM, address=address, is_early=is_early)

    return round_


def queue(kind: str, payload: dict[str, Any], *, reference: str) -> Outgoing:
    subject = Subject(kind="campaigns.campaign", id="4", label="Two for one")
    return outgoing.queue(kind=kind, subject=subject, reference=reference, actor=MARY, payload=payload)


def again(message: Outgoing) -> Outgoing:
    """As it stands now."""
    return Outgoing.objects.get(pk=message.pk)


def rows(erp: DemoServer, doctype: str, **same: Any) -> list[Row]:
    """What ERPNext holds, by what it says."""
    found = erp.site.store.table(doctype).rows.values()
    return [row for row in found if all(row[name] == value for name, value in same.items())]
