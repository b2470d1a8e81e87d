"""The clock's doorway to the sync."""

import structlog
from celery import shared_task
from django.utils import timezone

from apps.core.actors import SYSTEM
from apps.core.errors import AlreadyRunningError
from apps.core.queues import Queue
from apps.sync import services

log = structlog.get_logger(__name__)


@shared_task(queue=Queue.SYNC)
def run_due(name: str) -> None:
    """Pull what was saved since the last run; nothing, while another worker is at it."""
    try:
        runs = services.run_due(name, at=timezone.now(), actor=SYSTEM)
    except AlreadyRunningError:
        return  # that run brings what this one would have
    for run in runs:
        if run.problem:
            log.warning("sync failed", entity=run.entity, problem=run.problem)


@shared_task(queue=Queue.SYNC)
def queue_due_entities() -> None:
    """Queue every entity whose interval has passed since its last start."""
    for name in services.due(at=timezone.now()):
        run_due.delay(name)
