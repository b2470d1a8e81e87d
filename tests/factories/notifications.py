"""The least valid notice."""

from typing import Any

from apps.accounts.models import User
from apps.core.actors import SYSTEM
from apps.notifications import services
from apps.notifications.models import Notice, Receipt
from apps.notifications.notices import DECISION_TAKEN
from apps.notifications.services import Audience


def told(*people: User, **given: Any) -> Notice:
    """Something these people were told."""
    audience = Audience(user_ids=[person.pk for person in people])
    return services.notify_staff(
        **{"kind": DECISION_TAKEN.key, "title": "Decided", "to": audience, "actor": SYSTEM} | given
    )


def receipt_of(person: User) -> Receipt:
    """The only thing this person was told."""
    return Receipt.objects.of(person).get()
