"""Doorways of accounts."""

from celery import shared_task
from django.utils import timezone

from apps.accounts import services
from apps.core.actors import SYSTEM
from apps.core.queues import Queue


@shared_task(queue=Queue.DEFAULT)
def prune_sessions() -> None:
    """Remove sessions that have run out."""
    services.prune_sessions(at=timezone.now(), actor=SYSTEM)
