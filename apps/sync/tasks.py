"""The clock's doorway to the sync."""

from contextlib import suppress
from datetime import timedelta
from typing import Final

import structlog
from celery import shared_task
from django.utils import timezone

from apps.core.actors import SYSTEM
from apps.core.errors import AlreadyRunningError
from apps.core.queues import Queue
from apps.sync import services

OVERDUE: Final = timedelta(minutes=1)  # a message that no worker took up by then is sent once more
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
def run_asked(run_id: int) -> None:
    """Begin a run that somebody asked for; the clock asks again while another is at its entity."""
    with suppress(AlreadyRunningError):
        services.run_asked(run_id)


@shared_task(queue=Queue.SYNC)
def queue_due_entities() -> None:
    """Write down whose worker has died; queue what was asked for and whatever else is due."""
    services.bury_all_the_dead()
    for run_id in services.asked_for(before=timezone.now() - OVERDUE):
        run_asked.delay(run_id)
    for one in services.due(at=timezone.now()):
        run_due.delay(one.entity)


@shared_task(queue=Queue.SYNC)
def send_outgoing() -> None:
    """Send what waits in the outbox; nothing, while another worker is at it."""
    with suppress(AlreadyRunningError):
        sent = services.send_waiting(at=timezone.now(), actor=SYSTEM)
        if sent.problem:
            log.warning("the outbox could not be sent", problem=sent.problem)


@shared_task(
    queue=Queue.SYNC,
    autoretry_for=(AlreadyRunningError,),
    retry_backoff=15,
    retry_backoff_max=300,
    max_retries=12,
)
def run_approved(item_id: int, entity: str) -> None:
    """An admin said yes to what the guard had stopped: read on, with these records past it."""
    services.run_approved(item_id, entity, actor=SYSTEM)


@shared_task(queue=Queue.SYNC)
def verify() -> None:
    """Compare every entity with ERPNext, once the nightly runs are done."""
    services.verify(actor=SYSTEM)


@shared_task(queue=Queue.DEFAULT)
def prune() -> None:
    """Forget old runs and differences."""
    services.prune(at=timezone.now(), actor=SYSTEM)
