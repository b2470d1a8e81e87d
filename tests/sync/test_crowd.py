"""Two workers at once, killed at any moment, and a shop that goes on: at the end the copy is equal.

Real processes, real kills, real connections. ``CROWD_EXAMPLES=200`` makes it long.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.actors import SYSTEM
from apps.sync import services
from apps.sync.demo.alive import Alive
from apps.sync.demo.grocer import stocked
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import Site
from apps.sync.engine.job import Plan
from apps.sync.entities import ENTITIES
from apps.sync.erpnext.address import demo_address
from apps.sync.models import Change, Cursor, Mark, MirroredSite, Parity, Quarantine, Run
from apps.sync.states import Mode, RunState
from tests.sync.comparing import assert_equal

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
EXAMPLES = int(os.environ.get("CROWD_EXAMPLES", "3"))
ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 25)


class Worker:
    """A process that runs the sync when it is told to, until it is killed; then there is another."""

    def __init__(self, erp: DemoServer) -> None:
        self.environment = _environment(erp)
        self.process = self._born()

    def _born(self) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.sync.worker"],
            cwd=ROOT, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    def work(self, *words: str, killed_after: float | None) -> None:
        """Do one run; or begin it, and die so many seconds later."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(*words, file=self.process.stdin, flush=True)
        if killed_after is None:
            assert self.process.stdout.readline() == "done\n"
            return
        time.sleep(killed_after)
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()
        self.process = self._born()

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


def _environment(erp: DemoServer) -> dict[str, str]:
    at = connection.settings_dict
    return os.environ | {
        "DATABASE_URL": f"postgresql://{at['USER']}@/{at['NAME']}?host={at['HOST']}&port={at['PORT']}",
        "DJANGO_ENV": "test",
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "PORT": str(erp.port - 1),  # the demo ERPNext has the next one
    }


TASK = st.fixed_dictionaries(
    {
        "mode": st.sampled_from([Mode.MODIFIED, Mode.MODIFIED, Mode.FULL, Mode.COMPARE]),
        "page": st.sampled_from([2, 5, 20, 500]),
        "names": st.just([]) | st.lists(st.sampled_from([one.name for one in ENTITIES]), max_size=3),
        "killed_after": st.none() | st.floats(0.01, 0.8),
    }
)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize="CROWD_EXAMPLES" not in os.environ,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    seed=st.integers(0, 2**32),
    tasks=st.tuples(st.lists(TASK, min_size=1, max_size=3), st.lists(TASK, min_size=1, max_size=3)),
    ends=st.sampled_from([Mode.FULL, Mode.COMPARE]),
)
def test_at_the_end_the_copy_is_equal_whoever_died_on_the_way(
    seed: int, tasks: tuple[list[Any], list[Any]], ends: Mode
) -> None:
    _forget_everything()
    site = Site(stocked(scale=0, today=TODAY))
    alive = Alive(site.store, site.desk, seed=seed)
    with DemoServer(site) as erp:
        site.faults.storm(seed=seed, rate=0.08, in_a_row=6)  # more in a row than the sync tries
        with _living(alive, Random(seed)):
            _all_at_once([(Worker(erp), each) for each in tasks])
        site.faults.calm()
        address = demo_address(port=erp.port)
        for mode in (Mode.MODIFIED, ends):
            runs = services.run(mode=mode, actor=SYSTEM, plan=Plan(is_forced=True), address=address)
            assert [(run.entity, run.state, run.problem) for run in runs] == [
                (entity.name, RunState.SUCCEEDED, "") for entity in ENTITIES
            ]
        compared = services.verify(actor=SYSTEM, is_deep=True, address=address)
    assert {one.entity: one.differences for one in compared} == {entity.name: [] for entity in ENTITIES}
    assert_equal(site.store)
    assert not Run.objects.filter(state=RunState.RUNNING).exists()


def _all_at_once(crowd: list[tuple[Worker, list[Any]]]) -> None:
    def do(worker: Worker, tasks: list[Any]) -> None:
        for task in tasks:
            worker.work(task["mode"], str(task["page"]), *task["names"], killed_after=task["killed_after"])

    with ThreadPoolExecutor(len(crowd)) as threads:
        ends = [threads.submit(do, *one) for one in crowd]
    for worker, _ in crowd:
        worker.end()
    for end in ends:
        end.result()  # a worker that stumbled, instead of being killed, is a failure


@contextmanager
def _living(alive: Alive, dice: Random) -> Iterator[None]:
    """While this lasts the shop goes on."""
    over = threading.Event()

    def live() -> None:
        while not over.wait(dice.random() * 0.1):
            alive.happen()

    with ThreadPoolExecutor(1) as threads:
        end = threads.submit(live)
        try:
            yield
        finally:
            over.set()
    end.result()


def _forget_everything() -> None:
    """An empty copy: what a rolled back transaction does elsewhere, which other processes would not see."""
    mirrored = {model for entity in ENTITIES for model in entity.models}
    state = {Change, Cursor, Mark, MirroredSite, Parity, Quarantine, Run}
    tables = ", ".join(f'"{model._meta.db_table}"' for model in mirrored | state)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} CASCADE")
