"""Every task names its queue; every scheduled job exists; the schedule is in one place."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from apps.core.queues import Queue
from config.beat import RememberingScheduler
from config.celery import app
from config.environment import BASE_DIR
from config.run import WORKERS
from config.schedule import SCHEDULE

OTHERS = ("celery.",)  # tasks that Celery brings


def our_tasks() -> dict[str, Any]:
    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if not name.startswith(OTHERS)}


def test_every_task_names_one_of_the_queues():
    unnamed = {name: getattr(task, "queue", None) for name, task in our_tasks().items()}
    assert [name for name, queue in unnamed.items() if queue not in set(Queue)] == []


def test_every_scheduled_job_is_a_task_that_exists():
    assert [name for name, job in SCHEDULE.items() if job["task"] not in our_tasks()] == []


def test_a_tick_that_no_worker_took_up_goes_when_the_next_comes():
    ticks = {name: job for name, job in SCHEDULE.items() if isinstance(job["schedule"], timedelta)}
    assert set(ticks) == {
        "queue-due-entities",
        "send-the-outbox",
        "fetch-pictures",
        "send-pushes",
        "close-gone-items",
        "count-changed-demand",
        "count-stock-outlook",
        "match-waiting-invoices",
        "write-app-key-uses",
    }
    for entry in RememberingScheduler(app=app).schedule.values():
        if entry.name in ticks:
            assert entry.options["expires"] == entry.schedule.run_every.total_seconds(), entry.name


def test_jobs_are_scheduled_in_config_schedule_and_nowhere_else():
    words = re.compile(r"beat_schedule|crontab\(|add_periodic_task|@periodic_task")
    home = {BASE_DIR / "config" / "schedule.py", BASE_DIR / "config" / "celery.py"}
    sources = [path for top in ("apps", "config") for path in (BASE_DIR / top).rglob("*.py")]
    assert [str(path) for path in sources if path not in home and words.search(path.read_text())] == []


def test_every_queue_is_read_by_one_worker_and_the_sync_by_its_own():
    assert sorted(queue for queues in WORKERS.values() for queue in queues) == sorted(Queue)
    assert WORKERS["syncer"] == (Queue.SYNC,)
    compose = Path(BASE_DIR / "compose.yaml").read_text()
    for name, queues in WORKERS.items():
        [said] = re.findall(rf"--hostname {name}@%h --queues (\S+)", compose)
        assert set(said.split(",")) == set(queues)


def test_the_clock_and_the_outbox_wait_for_no_long_run():
    ticks = ("apps.sync.tasks.queue_due_entities", "apps.sync.tasks.send_outgoing")
    assert {our_tasks()[name].queue for name in ticks} == {Queue.DEFAULT}
