"""Telling a recipient, once, in his language; and what he does not want to be told."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.actors import Actor
from apps.core.audit import plain
from apps.core.errors import InvalidInputError
from apps.core.events import publish
from apps.notifications.events import PushesWait
from apps.notifications.message_kinds import MessageKind
from apps.notifications.models import Delivery, Device, Message, Unsubscription
from apps.notifications.options import NotificationOptions
from apps.notifications.services.texts import words_for
from apps.notifications.states import Category

PRUNED_AT_ONCE: Final = 5000


@dataclass(frozen=True)
class Recipient:
    """Whose inbox: a kind and an id, since customers are an app above."""

    kind: str
    id: str
    language: str = ""

    @classmethod
    def staff(cls, person: models.Model, *, language: str = "") -> Self:
        return cls("staff", str(person.pk), language)

    @property
    def key(self) -> dict[str, str]:
        """As columns hold it."""
        return {"recipient_kind": self.kind, "recipient_id": self.id}


@transaction.atomic
def tell(
    to: Recipient,
    kind: MessageKind,
    context: Mapping[str, object],
    *,
    actor: Actor,
    once: str = "",
    link: str = "",
    data: Mapping[str, Any] | None = None,
    always: bool = False,
    at: datetime | None = None,
) -> Message | None:
    """Put a message into an inbox and have it pushed to the recipient's phones.

    The same ``once`` is told to a recipient once, whoever announces it again. Returns None for what he has
    unsubscribed from: that is not told at all. ``always`` is for a test, which no wish and no hour stops.
    """
    if not always and kind.can_be_refused and kind.category in unsubscribed_from(to):
        return None
    moment = at or timezone.now()
    words, language = words_for(kind, to.language, context)
    content = {
        "language": language,
        "title": words.title,
        "body": words.body,
        "link": link,
        "data": plain(data or {}),
        "is_urgent": kind.is_urgent or always,
        "created_at": moment,
    }
    if not once:
        message, is_new = Message.objects.create(kind=kind.key, **to.key, **content), True
    else:
        message, is_new = Message.objects.get_or_create(
            kind=kind.key, dedupe_key=once, **to.key, defaults=content
        )
    if is_new:
        _push(message, at=moment)
    return message


def tell_customer(
    customer_id: str,
    kind: MessageKind,
    context: Mapping[str, object],
    *,
    actor: Actor,
    language: str = "",
    **how: Any,
) -> Message | None:
    """Tell a customer, by the id that the customers' app knows him by."""
    return tell(Recipient("customer", customer_id, language), kind, context, actor=actor, **how)


def _push(message: Message, *, at: datetime) -> None:
    """A delivery for each phone, in the message's transaction: the row is the record, the task a nudge."""
    devices = Device.objects.of(kind=message.recipient_kind, recipient_id=message.recipient_id)
    made = Delivery.objects.bulk_create(
        [
            Delivery(message=message, device=device, platform=device.platform, created_at=at, due_at=at)
            for device in devices
        ]
    )
    if made:
        publish(PushesWait())


def unread_messages(of: Recipient) -> int:
    """How many messages the recipient has not read."""
    return Message.objects.to(kind=of.kind, recipient_id=of.id).unread().count()


def mark_messages_read(
    ids: Collection[int] | None, *, of: Recipient, actor: Actor, at: datetime | None = None
) -> int:
    """Note that the recipient has read these, or all; those of others are left alone. Says how many."""
    unread = Message.objects.to(kind=of.kind, recipient_id=of.id).unread()
    if ids is not None:
        unread = unread.filter(pk__in=ids)
    return unread.update(read_at=at or timezone.now())


def unsubscribe(of: Recipient, category: str, *, actor: Actor, at: datetime | None = None) -> None:
    """No more messages of a category, but for those that cannot be done without."""
    Unsubscription.objects.get_or_create(
        category=_category(category), **of.key, defaults={"since": at or timezone.now()}
    )


def resubscribe(of: Recipient, category: str, *, actor: Actor) -> None:
    """Messages of a category again."""
    Unsubscription.objects.filter(category=_category(category), **of.key).delete()


def unsubscribed_from(recipient: Recipient) -> set[str]:
    """The categories that a recipient does not want."""
    return set(Unsubscription.objects.filter(**recipient.key).values_list("category", flat=True))


def _category(text: str) -> Category:
    if text not in Category.values:
        offered = ", ".join(Category.values)
        raise InvalidInputError(
            _("“%(text)s” is no category of messages; there are: %(offered)s.")
            % {"text": text, "offered": offered}
        )
    return Category(text)


def prune_messages(*, at: datetime, actor: Actor) -> int:
    """Remove messages and forget phones that are older than staff want to keep. Says how many messages."""
    options = NotificationOptions()
    Device.objects.filter(seen_at__lt=at - options.devices_kept_for).delete()
    old = Message.objects.older_than(at - options.messages_kept_for)
    removed = 0
    while batch := list(old.values_list("pk", flat=True)[:PRUNED_AT_ONCE]):
        Message.objects.filter(pk__in=batch).delete()
        removed += len(batch)
    return removed
