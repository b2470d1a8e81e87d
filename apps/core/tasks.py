"""Doorways of core."""

from celery import shared_task
from django.utils import timezone

from apps.core import retention
from apps.core.actors import SYSTEM
from apps.core.queues import Queue


@shared_task(queue=Queue.DEFAULT)
def prune_audit() -> None:
    """Remove what the trace need not keep any longer."""
    retention.prune_audit(at=timezone.now(), actor=SYSTEM)
