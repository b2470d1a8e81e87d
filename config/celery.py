"""The task queue: four queues, so that a long sync never holds up a notice to a customer."""

import warnings
from typing import Any

from celery import Celery
from celery.exceptions import CDeprecationWarning
from celery.signals import heartbeat_sent, setup_logging, task_failure, worker_shutting_down
from django.utils import timezone

from apps.core.health import failures, heartbeats
from apps.core.health.failures import Failure
from config.schedule import SCHEDULE
from config.start import choose_settings

choose_settings()
# A task names its queue where it is declared, and a test holds it to that; 5.x is pinned until it cannot.
warnings.filterwarnings("ignore", "\\s*The 'queue' task attribute", CDeprecationWarning)
app = Celery("larder", task_cls="apps.core.queues:TracedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = SCHEDULE
app.autodiscover_tasks()


@setup_logging.connect
def _log_as_django_does(**_said: Any) -> None:
    """Nothing to do: Django has configured logging, and a listener here keeps Celery from doing it again."""


@heartbeat_sent.connect
def _worker_lives(sender: Any, **_said: Any) -> None:
    heartbeats.record(_program(sender.eventer.hostname), at=timezone.now())


@worker_shutting_down.connect
def _worker_ends(sender: str, **_said: Any) -> None:
    heartbeats.forget(_program(sender))


@task_failure.connect
def _task_failed(sender: Any, exception: BaseException, **_said: Any) -> None:
    """Sent after the last of its tries."""
    failures.record(Failure(sender.name, type(exception).__name__, timezone.now()))


def _program(hostname: str) -> str:
    """Which of the workers it is: they are told apart by ``--hostname syncer@…``."""
    return "syncer" if hostname.startswith("syncer@") else "worker"
