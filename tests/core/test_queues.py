"""A task knows which request asked for it."""

import time

import pytest
from celery import shared_task
from celery.contrib.testing.worker import start_worker

from apps.core import request_context
from apps.core.queues import Queue
from config.celery import app

SEEN = []


@shared_task(queue=Queue.DEFAULT)
def note_request() -> None:
    SEEN.append(request_context.request_id())


@pytest.fixture(autouse=True)
def _forget():
    SEEN.clear()


def test_a_task_runs_under_the_id_of_the_request_that_sent_it():
    with request_context.bound(request_id="req-00000001"):
        note_request.delay()
        assert request_context.request_id() == "req-00000001"
    assert SEEN == ["req-00000001"]


def test_a_task_sent_by_the_clock_has_an_id_of_its_own():
    note_request.delay()
    note_request.delay()
    first, second = SEEN
    assert len(first) == len(second) == 32
    assert first != second


def test_the_id_travels_in_the_message_itself():
    app.conf.task_always_eager = False
    try:
        with app.connection_for_write() as connection, request_context.bound(request_id="req-00000001"):
            channel = connection.channel()
            note_request.apply_async(queue="test-traced", connection=connection)
            message = connection.SimpleQueue("test-traced").get(timeout=5)
            message.ack()
            channel.queue_delete("test-traced")
    finally:
        app.conf.task_always_eager = True
    assert message.headers["request_id"] == "req-00000001"


@pytest.mark.slow
def test_a_worker_runs_it_under_that_id():
    app.conf.task_always_eager = False
    try:
        with start_worker(
            app, pool="solo", queues="test-traced", perform_ping_check=False, shutdown_timeout=20
        ):
            with request_context.bound(request_id="req-00000002"):
                note_request.apply_async(queue="test-traced")
            deadline = time.monotonic() + 10
            while not SEEN and time.monotonic() < deadline:
                time.sleep(0.05)
    finally:
        app.conf.task_always_eager = True
    assert SEEN == ["req-00000002"]
