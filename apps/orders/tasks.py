"""Doorways of orders."""

from celery import shared_task
from django.utils import timezone

from apps.core.clock import shop_day
from apps.core.queues import Queue
from apps.orders import services


@shared_task(queue=Queue.DEFAULT)
def recount_demand() -> None:
    """Count anew what the last days sold."""
    services.recount_demand(today=shop_day(timezone.now()))
