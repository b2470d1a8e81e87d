"""Facts reach their listeners once they are true."""

from dataclasses import dataclass, fields, is_dataclass
from inspect import signature
from typing import get_args, get_origin

import pytest
from celery import current_app, shared_task
from django.db import transaction
from django.utils.module_loading import import_string

from apps.core import events
from apps.core.queues import Queue
from config.celery import app as celery_app
from config.wiring import LISTENERS

HEARD = []


@dataclass(frozen=True)
class MilkSpilled:
    product_id: int
    where: str


@shared_task(queue=Queue.EVENTS)
def hear(product_id: int, where: str) -> None:
    HEARD.append((product_id, where))


class Unreachable:
    """A queue that is down, as celery shows it."""

    @staticmethod
    def delay(**_fields):
        raise ConnectionRefusedError


@dataclass(frozen=True)
class BellRang:
    """Somebody is at the door; who, one sees there."""


@shared_task(queue=Queue.EVENTS)
def open_door() -> None:
    HEARD.append("door")


TABLE = {MilkSpilled: (Unreachable, hear), BellRang: (open_door,)}


@pytest.fixture(autouse=True)
def _wired(settings):
    settings.EVENT_LISTENERS = f"{__name__}.TABLE"
    HEARD.clear()


@pytest.mark.django_db(transaction=True)
def test_listeners_hear_of_a_fact_after_the_commit_and_not_before():
    with transaction.atomic():
        events.publish(MilkSpilled(product_id=3, where="aisle 2"))
        assert HEARD == []
    assert HEARD == [(3, "aisle 2")]


@pytest.mark.django_db(transaction=True)
def test_a_change_that_was_rolled_back_is_no_fact():
    with transaction.atomic():
        events.publish(MilkSpilled(product_id=3, where="aisle 2"))
        transaction.set_rollback(True)
    assert HEARD == []


@pytest.mark.django_db(transaction=True)
def test_what_is_to_be_heard_once_is_heard_once_a_transaction():
    with transaction.atomic():
        with transaction.atomic():
            events.publish(BellRang(), once=True)
            transaction.set_rollback(True)  # and what it said with it
        for _ in range(3):
            with transaction.atomic():
                events.publish(BellRang(), once=True)
                events.publish(MilkSpilled(product_id=3, where="aisle 2"))
    assert [heard for heard in HEARD if heard == "door"] == ["door"]
    assert len(HEARD) == 4
    events.publish(BellRang(), once=True)
    assert HEARD.count("door") == 2


@pytest.mark.django_db(transaction=True)
def test_a_queue_that_is_down_fails_neither_the_change_nor_the_next_listener(caplog):
    with transaction.atomic():
        events.publish(MilkSpilled(product_id=3, where="aisle 2"))
    assert HEARD == [(3, "aisle 2")]
    assert "send_to_listener" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_fact_that_nobody_listens_to_is_no_error(settings):
    settings.EVENT_LISTENERS = "config.wiring.LISTENERS"
    events.publish(MilkSpilled(product_id=3, where="aisle 2"))
    assert HEARD == []


def listeners():
    return [(event, task) for event, tasks in LISTENERS.items() for task in tasks]


@pytest.mark.parametrize(
    ("event", "task"), listeners(), ids=lambda what: getattr(what, "__name__", str(what))
)
def test_every_listener_is_a_registered_task_on_a_named_queue_that_takes_the_events_fields(event, task):
    assert task.name in celery_app.tasks
    assert task.queue in set(Queue)
    assert is_dataclass(event)
    assert event.__dataclass_params__.frozen
    signature(task.run).bind(**{field.name: None for field in fields(event)})  # or TypeError


@pytest.mark.parametrize("event", LISTENERS)
def test_events_carry_ids_and_words_only(event):
    assert {plain for field in fields(event) for plain in _within(field.type)} <= {int, str, bool}


def _within(type_):
    """What an event's field is made of; several of a thing, or of an event, may be told at once."""
    if get_origin(type_) is tuple:
        return _within(get_args(type_)[0])
    return (
        {plain for field in fields(type_) for plain in _within(field.type)}
        if is_dataclass(type_)
        else {type_}
    )


def test_every_scheduled_job_is_a_registered_task_on_a_named_queue():
    for name, job in celery_app.conf.beat_schedule.items():
        celery_app.loader.import_default_modules()
        assert job["task"] in celery_app.tasks, name
        assert celery_app.tasks[job["task"]].queue in set(Queue), name


def test_every_task_of_ours_names_its_queue():
    celery_app.loader.import_default_modules()
    ours = [task for name, task in current_app.tasks.items() if name.startswith("apps.")]
    assert ours
    assert [task.name for task in ours if getattr(task, "queue", None) not in set(Queue)] == []


def test_the_table_that_the_deployment_names_exists(settings):
    assert import_string("config.wiring.LISTENERS") is LISTENERS
