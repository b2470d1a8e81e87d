"""Entities side by side: in what order, what they bring in, and how they end together."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from io import StringIO

import pytest
from django.db import connection

from apps.core import locks
from apps.core.actors import SYSTEM
from apps.core.errors import AlreadyRunningError
from apps.core.locks import is_held, only_one
from apps.sync import services
from apps.sync.demo.faults import Fault
from apps.sync.demo.server import DemoServer
from apps.sync.engine.declarations import Entity
from apps.sync.entities import ENTITIES, entity_called
from apps.sync.erpnext import Address
from apps.sync.management.bars import Bars
from apps.sync.models import Run
from apps.sync.services.lanes import Agenda, in_lanes, needs
from apps.sync.states import RunState
from tests.sync.comparing import assert_equal


def named(*names: str) -> list[Entity]:
    return [entity_called(name) for name in names]


def in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def wait_until(seen: Callable[[], bool]) -> None:
    for _ in range(1000):
        if seen():
            return
        time.sleep(0.01)
    pytest.fail("it did not come")


class Heard:
    """A watcher that remembers who began and ended, in order."""

    def __init__(self) -> None:
        self.order: list[tuple[str, str]] = []

    def started(self, entity: Entity) -> None:
        self.order.append((entity.name, "begins"))

    def moved(self, run: Run) -> None: ...

    def finished(self, run: Run) -> None:
        self.order.append((run.entity, "ends"))


# --- the order ---------------------------------------------------------------------------------------------
def test_what_refers_to_another_waits_for_it_and_what_does_not_goes_ahead() -> None:
    agenda = Agenda(named("item_groups", "items", "customers"))
    agenda.open()
    first = iter(agenda)
    taken: list[str] = []
    assert next(first).name == "item_groups"
    second = in_thread(lambda: taken.extend(entity.name for entity in agenda))
    wait_until(lambda: taken == ["customers"])
    assert next(first).name == "items"
    assert next(first, None) is None
    second.join(10)
    assert taken == ["customers"]


def test_whoever_changes_another_silently_goes_before_it() -> None:
    assert needs(entity_called("loyalty"), entity_called("sales"))
    assert not needs(entity_called("sales"), entity_called("loyalty"))


def test_who_waits_is_let_go_when_all_ends() -> None:
    agenda = Agenda(named("item_groups", "items"))
    begun = iter(agenda)
    next(begun)
    second = in_thread(lambda: list(agenda))
    agenda.end()
    second.join(10)
    assert not second.is_alive()
    assert next(begun, None) is None


# --- runs --------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lanes", [1, 2, 4])
def test_so_many_lanes_as_there_are_bring_in_the_same(erp: DemoServer, address: Address, lanes: int) -> None:
    heard = Heard()
    runs = services.run(actor=SYSTEM, address=address, progress=heard, lanes=lanes)
    assert [run.entity for run in runs] == [entity.name for entity in ENTITIES]
    assert {run.state for run in runs} == {RunState.SUCCEEDED}
    for entity in ENTITIES:
        for other in (other for other in ENTITIES if other is not entity and needs(entity, other)):
            assert heard.order.index((other.name, "ends")) < heard.order.index((entity.name, "begins"))
    assert_equal(erp.site.store)


@pytest.mark.django_db(transaction=True)
def test_while_one_waits_for_erpnext_another_goes_on(erp: DemoServer, address: Address) -> None:
    erp.site.faults.plan(Fault.SLOW, where="Item Group", seconds=3)
    heard = Heard()
    services.run(["item_groups", "customers"], actor=SYSTEM, address=address, progress=heard)
    assert heard.order[-2:] == [("customers", "ends"), ("item_groups", "ends")]


@pytest.mark.django_db
def test_inside_a_transaction_there_is_one_lane(address: Address) -> None:
    assert connection.in_atomic_block
    threads: set[str] = set()
    in_lanes(Agenda([]), lambda: threads.add(threading.current_thread().name), lanes=4)
    assert threads == {threading.current_thread().name}
    assert len(services.run(["item_groups", "customers"], actor=SYSTEM, address=address, lanes=2)) == 2


@pytest.mark.django_db(transaction=True)
def test_one_that_another_worker_is_at_is_passed_over(address: Address) -> None:
    with only_one("sync:customers"), pytest.raises(AlreadyRunningError, match="sync:customers"):
        services.run(["item_groups", "customers", "suppliers"], actor=SYSTEM, address=address)
    assert set(Run.objects.values_list("entity", "state")) == {
        ("item_groups", RunState.SUCCEEDED),
        ("suppliers", RunState.SUCCEEDED),
    }


# --- how they end ------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_a_refused_key_begins_nothing_more(erp: DemoServer, address: Address) -> None:
    runs = services.run(actor=SYSTEM, address=replace(address, key="nobody"))
    assert [(run.entity, run.problem_code) for run in runs] == [("item_groups", "erpnext-credentials")]
    assert Run.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_erpnext_that_is_away_is_said_once(address: Address) -> None:
    nobody = replace(address, url="http://127.0.0.1:1")
    runs = services.run(actor=SYSTEM, address=nobody)
    assert [run.problem_code for run in runs] == ["erpnext-unreachable"]


@pytest.mark.django_db(transaction=True)
def test_ctrl_c_says_nothing_of_a_run_of_another_process(
    address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pressed just when we ask whether somebody is at an entity, and somebody is."""
    theirs = Run.objects.create(entity="customers", mode="full", actor_kind="system", actor_label="them")

    def pressed(*_: object) -> bool:
        raise KeyboardInterrupt

    with only_one("sync:customers"):
        monkeypatch.setattr(locks, "_granted", pressed)
        with pytest.raises(KeyboardInterrupt):
            services.run(["customers"], actor=SYSTEM, address=address)
    theirs.refresh_from_db()
    assert theirs.state == RunState.RUNNING


class Stumbling(Heard):
    """A watcher that fails in a lane beside the first."""

    def moved(self, run: Run) -> None:
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("it stumbled")


@pytest.mark.django_db(transaction=True)
def test_what_a_lane_beside_stumbles_over_is_raised_and_nothing_is_left_running(
    erp: DemoServer, address: Address
) -> None:
    erp.site.faults.plan(Fault.SLOW, where="Item Group", seconds=1)
    erp.site.faults.plan(Fault.SLOW, where="Supplier", seconds=1)
    with pytest.raises(RuntimeError, match="it stumbled"):
        services.run(
            ["item_groups", "suppliers", "prices"], actor=SYSTEM, address=address, progress=Stumbling()
        )
    states = dict(Run.objects.values_list("entity", "state"))
    assert sorted(states.values()) == [RunState.FAILED, RunState.SUCCEEDED]
    assert "prices" not in states
    assert not any(is_held(f"sync:{name}") for name in states)


class Interrupting(Heard):
    """A watcher in whose main thread somebody presses Ctrl-C, once both lanes are at work."""

    def moved(self, run: Run) -> None:
        if threading.current_thread() is threading.main_thread() and len(self.order) >= 2:
            raise KeyboardInterrupt


@pytest.mark.django_db(transaction=True)
def test_ctrl_c_cuts_off_every_lane_and_each_writes_that_down(erp: DemoServer, address: Address) -> None:
    for where in ("Item Group", "Customer"):
        erp.site.faults.plan(Fault.SLOW, where=where, seconds=0.5)
    with pytest.raises(KeyboardInterrupt):
        services.run(
            ["item_groups", "customers", "items"], actor=SYSTEM, address=address, progress=Interrupting()
        )
    assert dict(Run.objects.values_list("entity", "state")) == {
        "item_groups": RunState.INTERRUPTED,
        "customers": RunState.INTERRUPTED,
    }


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_ctrl_c_waits_for_no_answer_and_says_so_of_the_run_that_does(
    erp: DemoServer, address: Address
) -> None:
    class Slowed(Interrupting):
        """The lane in the main thread waits for a moment, the one beside it for long."""

        def started(self, entity: Entity) -> None:
            super().started(entity)
            is_main = threading.current_thread() is threading.main_thread()
            where = {"item_groups": "Item Group", "customers": "Customer"}[entity.name]
            erp.site.faults.plan(Fault.SLOW, where=where, seconds=0.5 if is_main else 6)

    with pytest.raises(KeyboardInterrupt):
        services.run(["item_groups", "customers"], actor=SYSTEM, address=address, progress=Slowed())
    [left] = [thread for thread in threading.enumerate() if thread.name == "sync-lane"]
    assert dict(Run.objects.values_list("entity", "state")) == {
        "item_groups": RunState.INTERRUPTED,
        "customers": RunState.INTERRUPTED,
    }
    left.join(20)  # in a process of its own it would be gone by now


@pytest.mark.django_db(transaction=True)
def test_ctrl_c_reaches_a_lane_that_is_waited_for_after_another_stumbled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agenda, cut = Agenda(named("item_groups", "customers")), threading.Event()

    def lane() -> None:
        if threading.current_thread() is threading.main_thread():
            raise RuntimeError("it stumbled")
        for _ in range(1000):
            time.sleep(0.01)
            try:
                agenda.check()
            except KeyboardInterrupt:
                cut.set()
                return

    join = threading.Thread.join

    def pressed(self: threading.Thread, timeout: float | None = None) -> None:
        if timeout is None:
            raise KeyboardInterrupt
        join(self, timeout)

    monkeypatch.setattr(threading.Thread, "join", pressed)
    with pytest.raises(KeyboardInterrupt):
        in_lanes(agenda, lane, lanes=2)
    assert cut.is_set()


# --- bars --------------------------------------------------------------------------------------------------
class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_several_bars_stand_at_once_and_what_came_of_one_is_said_between_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    terminal, said = Terminal(), []
    bars = Bars(terminal, say=lambda run: said.append((run.entity, bars.bars.live.is_started)))
    items, customers = named("items", "customers")
    bars.started(items)
    bars.started(customers)
    bars.moved(Run(entity="items", read=5, expected=60))
    assert [(task.description, task.completed, task.total) for task in bars.bars.tasks] == [
        (items.title, 5, 60),
        (customers.title, 0, None),
    ]
    bars.finished(Run(entity="items"))
    assert [task.description for task in bars.bars.tasks] == [customers.title]
    assert bars.bars.live.is_started
    bars.finished(Run(entity="customers"))
    assert said == [("items", False), ("customers", False)]
    assert not bars.bars.live.is_started


def test_without_a_terminal_there_are_lines_and_no_empty_ones() -> None:
    plain = StringIO()
    bars = Bars(plain, say=lambda run: plain.write(f"{run.entity} is done\n"))
    for entity in named("items", "customers"):
        bars.started(entity)
    bars.finished(Run(entity="items"))
    bars.finished(Run(entity="customers"))
    bars.stop()
    assert plain.getvalue().splitlines() == [
        "Items: reading",
        "Customers: reading",
        "items is done",
        "customers is done",
    ]
