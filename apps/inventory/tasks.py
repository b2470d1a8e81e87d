"""Doorways of inventory."""

from celery import shared_task

from apps.core.queues import Queue
from apps.inventory import services


@shared_task(queue=Queue.DEFAULT)
def count_outlook() -> None:
    """Count how every product stands by now."""
    services.count_outlook()
