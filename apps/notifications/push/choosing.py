"""Which way of pushing this installation has."""

from django.conf import settings

from apps.notifications.push.adapter import Adapter
from apps.notifications.push.console import Console
from apps.notifications.push.fcm import fcm_of


def adapter() -> Adapter:
    """What this installation pushes with."""
    if settings.PUSH_ADAPTER == "fcm":
        return fcm_of(settings.FCM_CREDENTIALS, url=settings.FCM_URL)
    return Console()
