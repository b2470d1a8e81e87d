"""What staff and customers are told, and the pushes that carry it to their phones."""

from apps.notifications.models.messages import Message, MessageText, Unsubscription
from apps.notifications.models.notices import MutedKind, Notice, Receipt
from apps.notifications.models.pushes import Delivery, Device

__all__ = [
    "Delivery",
    "Device",
    "Message",
    "MessageText",
    "MutedKind",
    "Notice",
    "Receipt",
    "Unsubscription",
]
