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


@shared_task(queue=Queue.DEFAULT)
def write_app_key_uses() -> None:
    """Write down which keys were used since the last time."""
    services.write_uses(actor=SYSTEM)


@shared_task(queue=Queue.DEFAULT)
def tell_expiring_app_keys() -> None:
    """Announce the keys that run out before long."""
    services.tell_expiring(at=timezone.now(), actor=SYSTEM)


@shared_task(queue=Queue.DEFAULT)
def prune_app_sign_ins() -> None:
    """Remove sign-ins through apps that ended long ago."""
    services.SIGN_INS.prune(at=timezone.now())
