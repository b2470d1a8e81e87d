"""Runs that somebody asks for: queued at once, begun once, never lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.core.actors import Actor
from apps.core.errors import AlreadyRunningError
from apps.core.locks import only_one
from apps.sync import services, tasks
from apps.sync.demo.server import DemoServer
from apps.sync.erpnext import Address
from apps.sync.errors import RunUnderWayError, UnknownEntityError
from apps.sync.models import Connection, Run
from apps.sync.services.gate import set_controls
from apps.sync.services.running import lock_name
from apps.sync.services.scheduling import due
from apps.sync.states import Direction, Mode, Reach, RunState

pytestmark = pytest.mark.django_db
ANNA = Actor("staff", "7", "Anna")


def test_what_is_asked_for_waits_under_the_name_of_who_asked():
    asked = services.ask_for_run("suppliers", mode=Mode.FULL, actor=ANNA)
    assert (asked.state, asked.mode, asked.actor_label) == ("queued", "full", "Anna")
    assert asked.finished_at is None


def test_a_second_request_names_the_run_that_waits():
    asked = services.ask_for_run("suppliers", mode=Mode.FULL, actor=ANNA)
    with pytest.raises(RunUnderWayError, match=f"run {asked.pk}, started by Anna") as refused:
        services.ask_for_run("suppliers", mode=Mode.MODIFIED, actor=ANNA)
    assert refused.value.run_id == asked.pk
    assert Run.objects.count() == 1


def test_a_run_whose_worker_died_is_in_nobodys_way():
    dead = Run.objects.create(entity="suppliers", mode="full", actor_kind="system", actor_label="the clock")
    services.ask_for_run("suppliers", mode=Mode.FULL, actor=ANNA)
    dead.refresh_from_db()
    assert dead.state == RunState.INTERRUPTED


def test_what_is_not_synced_cannot_be_asked_for():
    with pytest.raises(UnknownEntityError):
        services.ask_for_run("umbrellas", mode=Mode.FULL, actor=ANNA)


def test_a_worker_makes_the_very_run_that_was_asked_for(address: Address):
    asked = services.ask_for_run("suppliers", mode=Mode.FULL, actor=ANNA)
    [done] = services.run_asked(asked.pk, address=address)
    assert (done.pk, done.state, done.mode, done.actor_label) == (asked.pk, "succeeded", "full", "Anna")
    assert done.created > 0
    assert services.run_asked(asked.pk, address=address) == []
    assert Run.objects.count() == 1


def test_it_waits_on_while_another_reads_the_entity(address: Address):
    asked = services.ask_for_run("suppliers", mode=Mode.FULL, actor=ANNA)
    with only_one(lock_name("suppliers")), pytest.raises(AlreadyRunningError):
        services.run_asked(asked.pk, address=address)
    asked.refresh_from_db()
    assert asked.state == RunState.QUEUED
    [done] = services.run_asked(asked.pk, address=address)
    assert done.state == RunState.SUCCEEDED


def test_it_ends_with_the_reason_when_its_control_is_off_by_then(address: Address):
    asked = services.ask_for_run("suppliers", mode=Mode.FULL, actor=ANNA)
    set_controls({("suppliers", Direction.PULL): False}, actor=ANNA)
    assert services.run_asked(asked.pk, address=address) == []
    asked.refresh_from_db()
    assert (asked.state, asked.problem_code) == ("failed", "direction-disabled")


def test_the_clock_begins_nothing_beside_it_and_makes_up_for_a_lost_message(monkeypatch: pytest.MonkeyPatch):
    asked = services.ask_for_run("suppliers", mode=Mode.FULL, actor=ANNA)
    now = timezone.now()
    assert "suppliers" not in {one.entity for one in due(at=now)}
    assert services.asked_for(before=now - timedelta(minutes=1)) == []
    assert services.asked_for(before=now + timedelta(minutes=1)) == [asked.pk]
    Run.objects.update(started_at=now - timedelta(minutes=5))
    sent: list[int] = []
    monkeypatch.setattr(tasks.run_asked, "delay", sent.append)
    monkeypatch.setattr(tasks.run_due, "delay", lambda name: None)
    tasks.queue_due_entities()
    assert sent == [asked.pk]


def test_how_erpnext_stands_is_written_when_it_changes(address: Address, erp: DemoServer):
    assert Connection.objects.count() == 0
    services.run(["suppliers"], actor=ANNA, address=address)
    assert Connection.objects.count() == 0  # well from the beginning
    erp.site.maintenance = True
    services.run(["suppliers"], actor=ANNA, address=address)
    away = Connection.objects.get()
    assert (away.reach, away.problem) == (
        Reach.UNREACHABLE,
        "ERPNext is in maintenance, or nothing stands behind its address.",
    )
    services.run(["suppliers"], actor=ANNA, address=address)
    assert Connection.objects.get().since == away.since
    erp.site.maintenance = False
    services.run(["suppliers"], actor=ANNA, address=address)
    assert (Connection.objects.get().reach, Connection.objects.get().problem) == (Reach.WELL, "")
