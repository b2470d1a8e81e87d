"""Doorways of the catalogue."""

from celery import shared_task
from django.utils import timezone

from apps.catalog import services
from apps.core.actors import SYSTEM
from apps.core.queues import Queue


@shared_task(queue=Queue.DEFAULT)
def let_pictures_go() -> None:
    """Forget the images that no product names any more."""
    services.let_pictures_go(at=timezone.now(), actor=SYSTEM)
