"""Whatever goes wrong, and whoever dies: at the end each message is sent, and ERPNext has each document once.

Real senders that are really killed, several at once, while things change here and there and ERPNext fails in
each way that it knows. ``PUSH_FAULTS=10000`` goes on until so many have struck; ``PUSH_SEED`` is another one.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from threading import Lock
from typing import Any

import pytest
from django.db import connection, models

from apps.core import options, outgoing
from apps.core.actors import SYSTEM
from apps.core.models import Outgoing
from apps.core.states import OutgoingState
from apps.sync import services
from apps.sync.demo.envelopes import Answer
from apps.sync.demo.faults import Fault, Planned
from apps.sync.demo.grocer import stocked
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import Request, Site
from apps.sync.demo.store import Row
from apps.sync.erpnext.address import demo_address
from apps.sync.push import KINDS
from apps.sync.push.contents import content_of, differing, prepare
from apps.sync.services.delivering import is_theirs
from apps.sync.services.mirrored_shop import MirroredShop
from tests.sync.push.conftest import NOON, READ, TODAY, connect, let_push, queue
from tests.sync.push.payloads import (
    CHEESE,
    FRUIT,
    KEFIR,
    STARTS,
    line,
    price,
    price_reference,
    queue_batch,
    queue_receipt,
    rule,
)  # fmt: skip

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
FAULTS = int(os.environ.get("PUSH_FAULTS", "200"))
SEED = int(os.environ.get("PUSH_SEED", "1"))
ROOT = Path(__file__).parents[3]
ITEMS = ("GRO-0001", "GRO-0002", "GRO-0003", "GRO-0008", "GRO-0009")
DAYS = ("2036-12-10", "2036-12-24", "2036-12-31", None)
BATCHES = {f"Acme-{number:03}-L0": CHEESE if number % 2 else KEFIR for number in range(6)}
WRITTEN = ("Item Price", "Pricing Rule", "Batch", "Purchase Receipt")
MOMENT = 0.002  # seconds that what hangs or is slow takes


class Senders:
    """A process that lets senders live, one after the other."""

    def __init__(self, erp: DemoServer) -> None:
        at = connection.settings_dict
        database = f"postgresql://{at['USER']}@/{at['NAME']}?host={at['HOST']}&port={at['PORT']}"
        ours = {"DATABASE_URL": database, "DJANGO_ENV": "test", "PORT": str(erp.port - 1)}
        ours |= {"DJANGO_SETTINGS_MODULE": "config.settings.test", "SYNC_POST_ENABLED": "true"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.sync.push.sender"],
            cwd=ROOT, env=os.environ | ours, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._answer() == "ready"

    def _answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def send(self, at: datetime, *, life: float | None = None) -> str:
        """How the next sender ended: sent, busy or killed."""
        assert self.process.stdin is not None
        print(at.isoformat(), life or "-", file=self.process.stdin, flush=True)
        return self._answer()

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


class Weather:
    """Counts what strikes, by kind, and what is being answered."""

    def __init__(self, site: Site) -> None:
        self.struck: Counter[Fault] = Counter()
        self.asked, self.turn = 0, Lock()
        self.faults, self._next_for, self._answer = site.faults, site.faults.next_for, site.answer
        site.faults.next_for = self._counted  # type: ignore[method-assign]
        site.answer = self._answered  # type: ignore[method-assign]

    def _answered(self, request: Request) -> Answer:
        with self.turn:
            self.asked += 1
        try:
            return self._answer(request)
        finally:
            with self.turn:
                self.asked -= 1

    def settle(self) -> None:
        """What a dead sender had asked for is through: our clock leaves it two minutes."""
        time.sleep(0.02)
        while self.asked:
            time.sleep(0.001)

    def _counted(self, request: str, *, writes: bool = False) -> Planned | None:
        fault = self._next_for(request, writes=writes)
        if fault is not None:
            self.struck[fault.fault] += 1
        return fault

    def rage(self, dice: Random) -> None:
        """Every kind there is, at random; more in a row than a request is tried."""
        self.faults.storm(
            seed=dice.getrandbits(32),
            rate=dice.choice((0.1, 0.3, 0.6)),
            kinds=tuple(Fault),
            seconds=MOMENT,
            in_a_row=7,
        )


@pytest.fixture
def erp(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoServer]:
    """The grocer, connected and read; whoever sends is a process of its own."""
    monkeypatch.setattr("config.wiring.LISTENERS", {})
    settings.DEPLOYMENT = replace(settings.DEPLOYMENT, sync_post_enabled=True)
    with DemoServer(Site(stocked(scale=0, today=TODAY))) as server:
        connect(demo_address(port=server.port))
        services.run(READ, actor=SYSTEM, address=demo_address(port=server.port))
        let_push()
        yield server
    options.forget()


@contextmanager
def senders(erp: DemoServer, number: int) -> Iterator[list[Senders]]:
    born = [Senders(erp) for _ in range(number)]
    try:
        yield born
    finally:
        for one in born:
            one.end()


# --- what happens ------------------------------------------------------------------------------------------
def a_price(dice: Random) -> None:
    end = dice.choice(DAYS)
    rate = f"{dice.randint(1, 999)}.{dice.randrange(10 ** dice.choice((2, 2, 9)))}"
    said = price(item_code=dice.choice(ITEMS), rate=rate, valid_until=end)
    queue("item_price", said, reference=price_reference(said))


def a_rule(dice: Random) -> None:
    items = [{"item_code": code} for code in dice.sample(ITEMS, dice.randint(1, 3))]
    given = dice.choice(
        (
            {"discount_percentage": str(dice.randint(1, 30))},
            {
                "discount_kind": "Rate",
                "discount_percentage": 0,
                "rate": f"{dice.randint(1, 9)}.{dice.randint(10, 99)}",
            },
            {
                "gives": "Product",
                "discount_percentage": 0,
                "free_quantity": dice.randint(1, 3),
                "same_item": True,
            },
        )
    )
    said = rule(
        items=items, valid_until=dice.choice(DAYS), priority=str(dice.randint(1, 20)),
        is_active=dice.random() < 0.8, title=f"Week {dice.randint(1, 99)}", **given,
    )  # fmt: skip
    queue("pricing_rule", said, reference=f"campaign/{dice.randint(1, 5)}")


def a_batch(dice: Random, number: str = "") -> None:
    number = number or dice.choice(list(BATCHES))
    queue_batch(number=number, item_code=BATCHES[number], expires_on=dice.choice(DAYS))


def a_receipt(dice: Random) -> None:
    """With its batches, before it or after it."""
    numbers = dice.sample(list(BATCHES), dice.randint(0, 3))
    lines = [line(batch_number=number, item_code=BATCHES[number]) for number in numbers]
    fruit = FRUIT | {
        "quantity": str(dice.randint(1, 99)),
        "rate": f"{dice.randint(0, 3)}.{dice.choice((0, 5))}",
    }
    lines.append(line(**fruit))
    comes_last = dice.choice((True, False))
    if not comes_last:
        queue_receipt(f"upload/{dice.randint(1, 5)}", lines=lines)
    for number in numbers:
        a_batch(dice, number)
    if comes_last:
        queue_receipt(f"upload/{dice.randint(1, 5)}", lines=lines)


def somebody_saves(dice: Random, site: Site) -> None:
    """In ERPNext itself, what is none of ours; what we have read of it is stale."""
    doctype = dice.choice(WRITTEN)
    names = [row["name"] for row in ours(site, doctype) if row["docstatus"] == 0]
    if names:
        given = {"Item Price": {"note": "seen"}, "Purchase Receipt": {"remarks": "seen"}}.get(doctype, {})
        site.desk.change(next(iter(site.users.values())), doctype, dice.choice(names), given)


def somebody_submits(dice: Random, site: Site) -> None:
    """A draft of ours: from now on it is his."""
    names = [row["name"] for row in ours(site, "Purchase Receipt") if row["docstatus"] == 0]
    if names and dice.random() < 0.05:
        site.desk.change(next(iter(site.users.values())), "Purchase Receipt", names[0], {"docstatus": 1})


def ours(site: Site, doctype: str) -> list[Row]:
    """What Larder has made there."""
    with site.store.lock:
        rows = list(site.store.table(doctype).rows.values())
    if doctype == "Item Price":
        return [row for row in rows if (row["price_list"], row["valid_from"]) == ("Standard Selling", STARTS)]
    if doctype == "Batch":
        return [row for row in rows if row["name"] in BATCHES]
    return [row for row in rows if row.get("custom_larder_ref")]


def staff_sends_again(dice: Random) -> None:
    for message in Outgoing.objects.filter(state=OutgoingState.NEEDS_ATTENTION):
        outgoing.retry(message.pk, actor=SYSTEM)


def live(dice: Random, erp: DemoServer, pair: list[Senders], weather: Weather) -> Counter[str]:
    """Until enough has gone wrong: time passes, senders send and die, and things change meanwhile."""
    ends: Counter[str] = Counter()
    at = NOON
    with ThreadPoolExecutor(len(pair)) as threads:
        while weather.struck.total() < FAULTS:
            at += timedelta(minutes=dice.choice((0.2, 1, 3, 20, 70)))
            weather.rage(dice)
            sending = [_sent(threads, one, at, dice) for one in pair]
            while not all(one.done() for one in sending):
                dice.choice((a_price, a_rule, a_batch, a_receipt, staff_sends_again))(dice)
                somebody_saves(dice, erp.site)
                somebody_submits(dice, erp.site)
            ends.update(one.result() for one in sending)
            weather.settle()
    return ends


def _sent(threads: ThreadPoolExecutor, one: Senders, at: datetime, dice: Random) -> "Future[str]":
    life = dice.choice((None, dice.uniform(0.02, 0.6)))
    return threads.submit(one.send, at, life=life)


# --- how it ends -------------------------------------------------------------------------------------------
def test_at_the_end_everything_is_there_once_and_as_it_was_last_said(erp: DemoServer) -> None:
    dice, weather = Random(SEED), Weather(erp.site)
    before = {doctype: len(erp.site.store.table(doctype).rows) for doctype in WRITTEN}
    with senders(erp, 2) as pair:
        ends = live(dice, erp, pair, weather)
        erp.site.faults.calm()
        at = NOON + timedelta(days=365)
        for days in range(3):  # the first recovers what the dead had begun
            staff_sends_again(dice)
            assert pair[0].send(at + timedelta(days=days)) == "sent"
    print(f"{weather.struck.total()} faults {dict(weather.struck)}, senders {dict(ends)}")  # noqa: T201
    assert ends["fell"] == 0
    assert dict(Outgoing.objects.values_list("state").annotate(models.Count("pk"))) == {
        OutgoingState.SENT.value: Outgoing.objects.count()
    }
    for kind in KINDS.values():
        messages = list(Outgoing.objects.of_kind(kind.key))
        assert len(erp.site.store.table(kind.doctype).rows) == before[kind.doctype] + len(messages)
        assert len(ours(erp.site, kind.doctype)) == len(messages)
        for message in messages:
            said = prepare(kind, message.payload, reference=message.reference, shop=MirroredShop(at=NOON))
            stored = erp.site.store.document(kind.doctype, message.erp_name)
            assert stored is not None
            assert is_theirs(kind, stored) or differing(kind, said, stored) == {}, message.reference
    _assert_read_back(erp)


def _assert_read_back(erp: DemoServer) -> None:
    """What was sent is marked, and so the copy follows."""
    services.run(["prices", "pricing_rules", "batches"], actor=SYSTEM, address=demo_address(port=erp.port))
    for message in Outgoing.objects.all():
        kind = KINDS[message.kind]
        stored = erp.site.store.document(kind.doctype, message.erp_name) or {}
        row: Any = kind.source.model._default_manager.get(erp_name=message.erp_name, gone_at=None)
        said = content_of(kind, stored)
        assert {name: getattr(row, name) for name in kind.columns} == {
            name: said[name] for name in kind.columns
        }
