"""How much a notice matters, what a message is for, and how far a push has come."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Severity(models.TextChoices):
    INFO = "info", _("For your information")
    GOOD = "good", _("Done")
    LOOK = "look", _("Have a look")
    ACT = "act", _("Act on it")


class Category(models.TextChoices):
    """What a message is for; a recipient unsubscribes from a category."""

    ORDERS = "orders", _("Orders and deliveries")
    ACCOUNT = "account", _("Account")
    LOYALTY = "loyalty", _("Points and vouchers")
    MARKETING = "marketing", _("Offers and news")


class Platform(models.TextChoices):
    ANDROID = "android", _("Android")
    IOS = "ios", _("iPhone")
    WEB = "web", _("Browser")


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    DROPPED = "dropped", _("Dropped")


# A failed push may be tried again by hand; what was dropped (the phone or the wish is gone) may not.
DELIVERY_MOVES: Final[dict[DeliveryState, frozenset[DeliveryState]]] = {
    DeliveryState.WAITING: frozenset({DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.DROPPED}),
    DeliveryState.FAILED: frozenset({DeliveryState.WAITING}),
    DeliveryState.SENT: frozenset(),
    DeliveryState.DROPPED: frozenset(),
}
