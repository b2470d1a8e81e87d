"""The one verb: who may run, what a failure says, and what is left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from apps.catalog.models import Category, Product
from apps.core.actors import SYSTEM
from apps.core.errors import AlreadyRunningError
from apps.core.locks import only_one
from apps.customers.models import Customer
from apps.orders.models import Order, OrderLine
from apps.sync import services
from apps.sync.demo import DEMO_KEY, DEMO_SECRET
from apps.sync.demo.faults import Fault
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import User
from apps.sync.entities import ENTITIES
from apps.sync.erpnext import Address
from apps.sync.erpnext.address import demo_address
from apps.sync.errors import UnknownEntityError
from apps.sync.models import Cursor, MirroredSite, Run
from apps.sync.services import Silent, running
from apps.sync.states import Mode, RunState
from tests.sync.recorded import NEVER_SENT, records

pytestmark = pytest.mark.django_db
RunSync = Callable[..., list[Run]]


class Watching(Silent):
    """Notes for each run what it was expected to read, and what it read."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []

    def finished(self, run: Run) -> None:
        self.told.append((run.expected, run.read))


def test_a_run_says_what_it_did_and_who_asked(run_sync: RunSync) -> None:
    [run] = run_sync("item_groups")
    assert (run.entity, run.mode, run.state) == ("item_groups", Mode.MODIFIED, RunState.SUCCEEDED)
    assert (run.read, run.created, run.updated, run.unchanged, run.quarantined) == (28, 28, 0, 0, 0)
    assert (run.actor_kind, run.actor_label, run.problem) == ("system", "Larder", "")
    assert run.finished_at is not None
    assert set(Category.objects.values_list("read_by", flat=True)) == {run.pk}


def test_no_commit_of_a_run_waits_for_the_disk_and_the_next_owner_of_the_connection_is_as_before(
    run_sync: RunSync, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def durability() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            return str(cursor.fetchone()[0])

    monkeypatch.setattr(running, "pull", lambda job: seen.append(durability()))
    before = durability()
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
    run_sync("item_groups")
    assert (seen, durability()) == (["off"], before)


def test_what_others_refer_to_is_read_first(run_sync: RunSync) -> None:
    assert [run.entity for run in run_sync("sales", "item_groups", "items")] == [
        "item_groups",
        "items",
        "sales",
    ]


def test_an_unknown_entity_is_refused_before_anything_is_read(run_sync: RunSync, erp: DemoServer) -> None:
    with pytest.raises(UnknownEntityError, match="“potatoes” is not synced; what is: item_groups, items"):
        run_sync("items", "potatoes")
    assert not erp.site.asked
    assert not Run.objects.exists()


def test_a_site_that_does_not_answer_is_said_to_be_unreachable() -> None:
    [run] = services.run(["items", "sales"], actor=SYSTEM, address=demo_address(port=1))
    assert (run.entity, run.state, run.problem_code) == ("items", RunState.FAILED, "erpnext-unreachable")
    assert "does not answer: is it running" in run.problem
    assert not MirroredSite.objects.exists()


def test_a_refused_key_is_said_to_be_refused(erp: DemoServer) -> None:
    wrong = Address(url=erp.url, key=DEMO_KEY, secret="wrong", site="the demo ERPNext")
    [run] = services.run(["items", "sales"], actor=SYSTEM, address=wrong)
    assert (run.entity, run.state, run.problem_code) == ("items", RunState.FAILED, "erpnext-credentials")
    assert "does not accept our API key and secret" in run.problem
    assert len(erp.site.asked) == 1


@pytest.mark.parametrize("url", ["http://", "http://erp..example.com", "http://[::1"])
def test_an_address_that_cannot_be_asked_is_said_to_be_none(url: str) -> None:
    address = Address(url=url, key=DEMO_KEY, secret=DEMO_SECRET, site="a site")
    [run] = services.run(["items"], actor=SYSTEM, address=address)
    assert run.problem == f"“{url}” is no address that can be asked: check ERPNEXT_URL."


def test_a_secret_pasted_with_its_dots_is_refused_like_any_wrong_one(erp: DemoServer) -> None:
    address = Address(url=erp.url, key=DEMO_KEY, secret="abc…", site="a site")
    [run] = services.run(["items"], actor=SYSTEM, address=address)
    assert run.problem_code == "erpnext-credentials"


def test_something_else_at_the_address_is_told_from_erpnext(erp: DemoServer) -> None:
    address = Address(url=f"{erp.url}/desk", key=DEMO_KEY, secret=DEMO_SECRET, site="a site")
    [run] = services.run(["items", "sales"], actor=SYSTEM, address=address)
    assert "but not an ERPNext site: check ERPNEXT_URL" in run.problem


def test_a_stumble_of_our_own_is_written_down_and_not_hidden(
    run_sync: RunSync, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "settle", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run_sync("items")
    run = Run.objects.get()
    assert (run.state, run.problem_code) == (RunState.FAILED, "unexpected")
    assert run.problem == "Larder stumbled over ZeroDivisionError('division by zero')."


def test_the_bar_of_a_modified_run_goes_to_what_it_will_meet(address: Address, run_sync: RunSync) -> None:
    told = Watching()
    services.run(["items"], actor=SYSTEM, address=address, progress=told)
    services.run(["items"], actor=SYSTEM, address=address, progress=told)
    [first, second] = told.told
    assert first == (60, 60)
    assert second[0] == second[1] < 10


def test_a_missing_right_fails_its_entity_and_no_other(run_sync: RunSync, erp: DemoServer) -> None:
    erp.site.users[DEMO_KEY] = User("limited@grocer.example", DEMO_SECRET, frozenset({"Item"}))
    runs = {run.entity: run for run in run_sync()}
    assert runs.keys() == {entity.name for entity in ENTITIES}
    assert [name for name, run in runs.items() if run.state != RunState.SUCCEEDED] == ["items"]
    assert runs["items"].state == RunState.FAILED
    assert runs["items"].problem_code == "erpnext-permission"
    assert "does not let our user read “Item”" in runs["items"].problem
    assert (Product.objects.count(), Order.objects.count()) == (0, 82)


def test_a_site_that_dies_on_the_way_fails_the_run_and_ends_the_rest(
    run_sync: RunSync, erp: DemoServer
) -> None:
    erp.site.faults.plan(Fault.RESET, where="/api/resource/Item?", times=100)
    runs = run_sync()
    assert [(run.entity, run.state) for run in runs] == [
        ("item_groups", RunState.SUCCEEDED),
        ("items", RunState.FAILED),
    ]
    assert runs[1].problem_code == "erpnext-unreachable"
    assert Cursor.objects.get(doctype="Item").modified == ""


def test_another_site_is_refused_and_nothing_is_touched(run_sync: RunSync, erp: DemoServer) -> None:
    run_sync("item_groups")
    other = Address(url=erp.url, key=DEMO_KEY, secret=DEMO_SECRET, site="erp.another.example")
    [run] = services.run(["items", "sales"], actor=SYSTEM, address=other)
    assert (run.state, run.problem_code) == (RunState.FAILED, "another-site")
    assert "mirrors the demo ERPNext, and the settings lead to erp.another.example" in run.problem
    assert Product.objects.count() == 0
    assert MirroredSite.objects.get().site == "the demo ERPNext"


def test_two_runs_of_one_entity_never_overlap(run_sync: RunSync) -> None:
    with only_one("sync:items"), pytest.raises(AlreadyRunningError):
        run_sync("items")
    assert not Run.objects.exists()
    [run] = run_sync("items")
    assert run.created == 60


def test_a_run_whose_worker_died_is_called_interrupted_by_the_next(run_sync: RunSync) -> None:
    dead = Run.objects.create(
        entity="items", mode=Mode.FULL, actor_kind="system", actor_label="Larder", started_at=timezone.now()
    )
    other = Run.objects.create(entity="sales", mode=Mode.FULL, actor_kind="system", actor_label="Larder")
    run_sync("items")
    dead.refresh_from_db()
    other.refresh_from_db()
    assert (dead.state, other.state) == (RunState.INTERRUPTED, RunState.RUNNING)
    assert dead.finished_at is not None


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_read_everything_once(address: Address) -> None:
    results: list[object] = []

    def work() -> None:
        try:
            results.extend(services.run(["customers"], actor=SYSTEM, address=address))
        except AlreadyRunningError as refused:
            results.append(refused)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(results) == 2
    assert Customer.objects.count() == 60
    assert sum(run.created for run in results if isinstance(run, Run)) == 117


@pytest.mark.django_db(transaction=True)
def test_entities_that_refer_to_each_other_may_run_at_once(address: Address) -> None:
    ended: list[Run] = []

    def work(name: str) -> None:
        try:
            ended.extend(services.run([name], actor=SYSTEM, address=address))
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=[name]) for name in ("sales", "items", "customers")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [run.state for run in ended] == [RunState.SUCCEEDED] * 3
    without = set(OrderLine.objects.filter(product=None).values_list("item_code", flat=True))
    assert NEVER_SENT in without
    assert not without & records("Item").keys()
    assert not Order.objects.filter(customer=None, document="invoice").exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_run_killed_between_two_pages_goes_on_from_the_last_one(erp: DemoServer) -> None:
    for n in range(1500):
        erp.site.store.put(
            "Customer", name=f"C{n:04d}", creation=f"2026-05-01 10:00:{n:011.8f}"[:26],
            modified="2026-05-01 10:00:00.000001",
        )  # fmt: skip
    erp.site.faults.plan(Fault.SLOW, where="/api/resource/Customer?", skip=2, seconds=60)
    worker = _sync_run(erp, "customers")
    _wait_until(lambda: Customer.objects.count() >= 500)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    half = Customer.objects.count()
    assert 500 <= half < 1560
    assert Cursor.objects.get(doctype="Customer").modified != ""
    assert Run.objects.get().state == RunState.RUNNING

    erp.site.faults.planned.clear()
    again = _sync_run(erp, "customers")
    out, err = again.communicate(timeout=60)
    assert again.returncode == 0, err
    assert "customers: succeeded" in out
    assert Customer.objects.count() == 1560
    assert [run.state for run in Run.objects.order_by("id")] == [RunState.INTERRUPTED, RunState.SUCCEEDED]
    rest = 22 + 19  # contacts and addresses, which come behind the customers
    assert Run.objects.order_by("id")[1].created == 1560 - half + rest


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_ctrl_c_ends_a_run_at_once_though_erpnext_is_slow(erp: DemoServer) -> None:
    erp.site.faults.plan(Fault.SLOW, where="/api/resource/Customer?", seconds=60)
    worker = _sync_run(erp, "customers")
    _wait_until(
        lambda: any("/api/resource/Customer" in asked for asked in erp.site.asked) or Run.objects.exists()
    )
    time.sleep(0.5)
    worker.send_signal(signal.SIGINT)
    _, err = worker.communicate(timeout=10)
    assert worker.returncode == 130
    assert "Stopped. What was read is kept; the next run goes on from there." in err
    assert "Traceback" not in err
    run = Run.objects.get()
    assert (run.state, run.problem) == (RunState.INTERRUPTED, "It was stopped on the way.")


def _sync_run(erp: DemoServer, *names: str) -> "subprocess.Popen[str]":
    at = connection.settings_dict
    environment = os.environ | {
        "DATABASE_URL": f"postgresql://{at['USER']}@/{at['NAME']}?host={at['HOST']}&port={at['PORT']}",
        "DJANGO_ENV": "test",
        "ERPNEXT_URL": erp.url,
        "ERPNEXT_API_KEY": DEMO_KEY,
        "ERPNEXT_API_SECRET": DEMO_SECRET,
    }
    return subprocess.Popen(
        [sys.executable, "manage.py", "sync", "run", *names],
        cwd=Path(__file__).parents[2],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def _wait_until(holds: Callable[[], bool], *, seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.05)
