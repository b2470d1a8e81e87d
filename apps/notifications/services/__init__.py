"""What is told, to whom, in which words, and how it reaches a phone."""

from apps.notifications.services.delivering import send_due, try_again
from apps.notifications.services.devices import (
    MOST_DEVICES,
    Phone,
    forget_device,
    register_device,
)
from apps.notifications.services.feed import (
    Audience,
    choose_muted,
    latest,
    mark_all_read,
    mark_read,
    mark_unread,
    muted_by,
    notify_staff,
    prune_notices,
    settle,
    unread_count,
)
from apps.notifications.services.messages import (
    Recipient,
    mark_messages_read,
    prune_messages,
    resubscribe,
    tell,
    tell_customer,
    unread_messages,
    unsubscribe,
    unsubscribed_from,
)
from apps.notifications.services.texts import TextNow, reset_text, save_text, text_now, words_for

__all__ = [
    "MOST_DEVICES",
    "Audience",
    "Phone",
    "Recipient",
    "TextNow",
    "choose_muted",
    "forget_device",
    "latest",
    "mark_all_read",
    "mark_messages_read",
    "mark_read",
    "mark_unread",
    "muted_by",
    "notify_staff",
    "prune_messages",
    "prune_notices",
    "register_device",
    "reset_text",
    "resubscribe",
    "save_text",
    "send_due",
    "settle",
    "tell",
    "tell_customer",
    "text_now",
    "try_again",
    "unread_count",
    "unread_messages",
    "unsubscribe",
    "unsubscribed_from",
    "words_for",
]
