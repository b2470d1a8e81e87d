"""Doorways: the smaller copies, and the nightly look at the files."""

from celery import shared_task
from django.utils import timezone

from apps.core.actors import SYSTEM
from apps.core.queues import Queue
from apps.media import services
from apps.media.errors import StorageError


@shared_task(queue=Queue.DEFAULT, autoretry_for=(StorageError,), retry_backoff=True, max_retries=5)
def make_copies(asset_id: int, version: int) -> None:
    """Make the smaller copies of a picture that has arrived."""
    services.make_copies(asset_id, version=version, actor=SYSTEM)


@shared_task(queue=Queue.DEFAULT)
def ask_again() -> None:
    """Find pictures whose message was lost."""
    services.ask_again(at=timezone.now(), actor=SYSTEM)


@shared_task(queue=Queue.DEFAULT, autoretry_for=(StorageError, OSError), retry_backoff=60, max_retries=3)
def tidy() -> None:
    """Compare files and rows."""
    services.tidy(at=timezone.now(), actor=SYSTEM)
