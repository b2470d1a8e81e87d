"""Doorways of To Do."""

from celery import shared_task

from apps.approvals.gone import close_gone_items as close_gone
from apps.core.actors import SYSTEM
from apps.core.queues import Queue


@shared_task(queue=Queue.DEFAULT)
def close_gone_items() -> None:
    """Close what is about something that has gone."""
    close_gone(actor=SYSTEM)
