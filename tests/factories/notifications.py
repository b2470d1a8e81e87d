"""The least valid notice, message, phone and push."""

from typing import Any

from apps.accounts.models import User
from apps.core.actors import SYSTEM
from apps.notifications import services
from apps.notifications.models import Delivery, Device, Message, Notice, Receipt
from apps.notifications.notices import DECISION_TAKEN, TEST
from apps.notifications.services import Audience, Phone, Recipient


def told(*people: User, **given: Any) -> Notice:
    """Something these people were told."""
    audience = Audience(user_ids=[person.pk for person in people])
    return services.notify_staff(
        **{"kind": DECISION_TAKEN.key, "title": "Decided", "to": audience, "actor": SYSTEM} | given
    )


def receipt_of(person: User) -> Receipt:
    """The only thing this person was told."""
    return Receipt.objects.of(person).get()


def make_phone(of: Recipient, token: str = "token-1", **given: Any) -> Device:
    """A phone of somebody's."""
    return services.register_device(
        of, Phone(token=token, **{"platform": "android", "app": "customer"} | given), actor=SYSTEM
    )


def make_message(person: User) -> Message:
    """Something that was told to a member of staff, and could not be pushed to his phone."""
    me = Recipient.staff(person)
    make_phone(me, f"phone-{person.pk}")
    message = services.tell(me, TEST, {"name": str(person)}, actor=SYSTEM)
    assert message is not None
    Delivery.objects.filter(message=message).update(state="failed", ended_at=message.created_at)
    return message
