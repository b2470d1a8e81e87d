"""A recipient's phones: an app tells its token at each start, and takes it back at sign-out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.actors import Actor
from apps.core.errors import InvalidInputError
from apps.notifications.models import Device
from apps.notifications.services.messages import Recipient
from apps.notifications.states import Platform

MOST_DEVICES: Final = 20  # of one recipient: the one longest unseen makes room


@dataclass(frozen=True)
class Phone:
    """What an app says of where it runs."""

    token: str
    platform: str
    app: str = ""
    version: str = ""


@transaction.atomic
def register_device(of: Recipient, phone: Phone, *, actor: Actor, at: datetime | None = None) -> Device:
    """Reach the recipient on this phone from now on. A phone that changes hands goes to the new ones."""
    if phone.platform not in Platform.values or not 0 < len(phone.token.strip()) <= 512:
        raise InvalidInputError(_("A device needs a token and a platform: android, ios or web."))
    device, _is_new = Device.objects.update_or_create(
        token=phone.token.strip(),
        defaults={
            **of.key,
            "platform": phone.platform,
            "app": phone.app[:64],
            "version": phone.version[:32],
            "seen_at": at or timezone.now(),
        },
    )
    theirs = Device.objects.of(kind=of.kind, recipient_id=of.id).order_by("-seen_at", "-pk")
    beyond = list(theirs.values_list("pk", flat=True)[MOST_DEVICES:])
    Device.objects.filter(pk__in=beyond).delete()
    return device


def forget_device(of: Recipient, token: str, *, actor: Actor) -> bool:
    """No more pushes to this phone. Says whether it was one of the recipient's."""
    gone, _each = Device.objects.of(kind=of.kind, recipient_id=of.id).filter(token=token.strip()).delete()
    return bool(gone)
