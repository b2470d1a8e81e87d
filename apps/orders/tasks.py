"""Doorways of orders."""

from celery import shared_task
from django.utils import timezone

from apps.core.clock import shop_day
from apps.core.queues import Queue
from apps.orders import services


@shared_task(queue=Queue.DEFAULT)
def count_demand() -> None:
    """Count what the days sold that the daily demand is the mean of."""
    services.count_demand(today=shop_day(timezone.now()))


@shared_task(queue=Queue.DEFAULT)
def count_shown_demand() -> None:
    """Count what the days sold that charts show."""
    services.count_demand(today=shop_day(timezone.now()), days=services.SHOWN)
