"""Doorways of orders."""

from celery import shared_task
from django.utils import timezone

from apps.core.clock import shop_day
from apps.core.queues import Queue
from apps.orders import services


@shared_task(queue=Queue.DEFAULT)
def count_changed_demand() -> None:
    """Count the days whose sales have changed since the last minute."""
    services.count_changed_demand(today=shop_day(timezone.now()))


@shared_task(queue=Queue.DEFAULT)
def count_demand() -> None:
    """Count all the days that charts show, whatever was missed."""
    services.count_demand(today=shop_day(timezone.now()))
