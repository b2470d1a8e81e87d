"""Doorways: matching a supplier's invoice, and what the clock looks after."""

from contextlib import suppress
from datetime import timedelta
from typing import Final

from celery import shared_task
from django.utils import timezone

from apps.core.actors import SYSTEM
from apps.core.errors import AlreadyRunningError
from apps.core.queues import Queue
from apps.inventory import services

OVERDUE: Final = timedelta(minutes=1)  # a message that no worker took up by then is sent once more


@shared_task(queue=Queue.DEFAULT)
def match_upload(upload_id: int) -> None:
    """Match the lines of an invoice; nothing, while another worker is at it."""
    with suppress(AlreadyRunningError):
        services.match_upload(upload_id, actor=SYSTEM)


@shared_task(queue=Queue.DEFAULT)
def match_waiting() -> None:
    """Find invoices whose message was lost, or whose matcher died."""
    services.ask_again(at=timezone.now() - OVERDUE)


@shared_task(queue=Queue.DEFAULT)
def offer_arrived(product_ids: list[int]) -> None:
    """Products came from ERPNext while lines of invoices wait for theirs."""
    services.offer_arrived(product_ids, actor=SYSTEM)


@shared_task(queue=Queue.DEFAULT)
def offer_parked() -> None:
    """The nightly look: whatever was missed when it came, or has been renamed since."""
    services.offer_arrived(None, actor=SYSTEM)


@shared_task(queue=Queue.DEFAULT)
def link_coming() -> None:
    """The nightly look for receipts of what invoices made and has not come."""
    services.link_coming()


@shared_task(queue=Queue.DEFAULT)
def tell_contested(local_batch_id: int) -> None:
    """Tell staff of a batch number that ERPNext used otherwise."""
    services.tell_contested(local_batch_id, actor=SYSTEM)


@shared_task(queue=Queue.DEFAULT)
def tidy_files() -> None:
    """Remove files that no invoice keeps."""
    services.tidy_files(at=timezone.now(), actor=SYSTEM)


@shared_task(queue=Queue.DEFAULT)
def count_outlook() -> None:
    """Count how every product stands by now."""
    services.count_outlook()
