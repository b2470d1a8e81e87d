"""The clock's doorway to the sync."""

from celery import shared_task
from django.utils import timezone

from apps.core.actors import SYSTEM
from apps.core.errors import AlreadyRunningError
from apps.core.queues import Queue
from apps.sync import services


@shared_task(queue=Queue.SYNC)
def run_entity(name: str) -> None:
    """Pull what was saved since the last run; nothing, while another worker is at it."""
    try:
        services.run([name], actor=SYSTEM)
    except AlreadyRunningError:
        return  # that run brings what this one would have


@shared_task(queue=Queue.SYNC)
def queue_due_entities() -> None:
    """Queue every entity whose interval has passed since its last start."""
    for name in services.due(at=timezone.now()):
        run_entity.delay(name)
