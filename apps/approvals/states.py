"""What a To Do item can be. It is decided once; there is no way back."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class ItemState(models.TextChoices):
    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")
    CLOSED = "closed", _("Closed")


ENDS: Final = frozenset({ItemState.ACCEPTED, ItemState.REJECTED, ItemState.CLOSED})
MOVES: Final[dict[ItemState, frozenset[ItemState]]] = {
    ItemState.OPEN: ENDS,
    **{end: frozenset() for end in ENDS},
}


class Risk(models.TextChoices):
    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")
