"""The clock: what is due is run once, what is running is left alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.catalog.models import Category
from apps.core import options
from apps.core.actors import COMMAND
from apps.core.locks import only_one
from apps.sync import services, tasks
from apps.sync.entities import ENTITIES
from apps.sync.models import Run
from apps.sync.options import SyncOptions
from apps.sync.states import Mode, RunState

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def due_names(at: datetime) -> list[str]:
    return [one.entity for one in services.due(at=at)]


def started(entity: str, at: datetime) -> None:
    Run.objects.create(
        entity=entity, mode=Mode.MODIFIED, actor_kind="system", actor_label="Larder", started_at=at
    )


@pytest.fixture
def _by_day() -> None:
    """No hour is quiet, whenever this is run: the nights have tests of their own."""
    options.save({"sync_nights.quiet_from": "0", "sync_nights.quiet_until": "0"}, actor=COMMAND)


def test_every_entity_has_an_interval() -> None:
    assert {option.entity for option in SyncOptions.own_options()} == {entity.name for entity in ENTITIES}


def test_what_was_never_run_is_due() -> None:
    assert due_names(NOON) == [entity.name for entity in ENTITIES]


def test_an_entity_is_due_when_its_interval_has_passed_since_its_last_start() -> None:
    ago = {
        "items": timedelta(minutes=59),
        "customers": timedelta(hours=30),  # thirty ticks missed: due once
        "sales": timedelta(minutes=15),
        "item_groups": timedelta(hours=23),
    }
    for entity in ENTITIES:
        started(entity.name, NOON - ago.get(entity.name, timedelta(minutes=1)))
    assert due_names(NOON) == ["customers", "sales"]


def test_zero_switches_an_entity_off_and_the_environment_decides_over_staff(settings: Any) -> None:
    settings.OPTIONS_FROM_ENVIRONMENT = {"SYNC_INTERVAL_SALES_HOURS": "0"}
    assert services.interval_of("sales") is None
    options.save({"sync.items_hours": "0.5"}, actor=COMMAND)
    assert services.interval_of("items") == timedelta(minutes=30)
    assert "sales" not in due_names(NOON)


@pytest.mark.usefixtures("_demo_as_ours", "_by_day")
def test_the_clock_pulls_what_is_due() -> None:
    tasks.queue_due_entities.delay()
    assert Run.objects.filter(state="succeeded").count() == len(ENTITIES)
    assert Category.objects.count() == 23
    tasks.queue_due_entities.delay()
    assert Run.objects.count() == len(ENTITIES)


@pytest.mark.usefixtures("_demo_as_ours")
def test_a_task_sent_twice_leaves_the_running_one_alone() -> None:
    with only_one("sync:item_groups"):
        tasks.run_due.delay("item_groups")
    assert not Run.objects.exists()


@pytest.mark.usefixtures("_demo_as_ours", "_by_day")
def test_what_was_queued_tick_by_tick_during_a_long_run_is_made_up_once() -> None:
    for _ in range(3):
        tasks.run_due.delay("item_groups")
    assert Run.objects.count() == 1


@pytest.mark.parametrize("state", [RunState.FAILED, RunState.INTERRUPTED])
def test_what_failed_is_tried_again_soon_however_long_its_interval(state: RunState) -> None:
    started("item_groups", NOON - timedelta(minutes=5))
    started("items", NOON - timedelta(minutes=4))
    Run.objects.update(state=state, finished_at=NOON)
    assert "item_groups" in due_names(NOON)
    assert "items" not in due_names(NOON)


def test_a_site_that_is_down_is_written_down_and_not_asked_every_minute(settings: Any) -> None:
    settings.DEPLOYMENT = type(settings.DEPLOYMENT)(**vars(settings.DEPLOYMENT) | {"port": 1})
    tasks.run_due.delay("sales")
    [run] = Run.objects.all()
    assert (run.state, run.problem_code) == (RunState.FAILED, "erpnext-unreachable")
    assert "sales" not in due_names(run.started_at + timedelta(minutes=4))
    assert "sales" in due_names(run.started_at + timedelta(minutes=5))
