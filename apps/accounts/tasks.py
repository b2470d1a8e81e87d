"""Doorways of accounts."""

from smtplib import SMTPException

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
def prune_sign_ins() -> None:
    """Remove what no longer counts of tries to sign in and of requests for new passwords."""
    services.prune_tries(at=timezone.now(), actor=SYSTEM)
    services.prune_resets(at=timezone.now(), actor=SYSTEM)


@shared_task(
    queue=Queue.NOTIFICATIONS, autoretry_for=(SMTPException, OSError), retry_backoff=10, max_retries=6
)
def send_reset(reset_id: int) -> None:
    """Send the link for a new password to who asked for it."""
    services.send_reset(reset_id, at=timezone.now())


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
