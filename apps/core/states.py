"""What a message to ERPNext can be, and the steps between; why a sign-in through an app has ended."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class OutgoingState(models.TextChoices):
    PENDING = "pending", _("Pending")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed, will be tried again")
    NEEDS_ATTENTION = "needs_attention", _("Needs attention")
    DISCARDED = "discarded", _("Discarded")


OUTGOING_MOVES: Final[dict[OutgoingState, frozenset[OutgoingState]]] = {
    OutgoingState.PENDING: frozenset({OutgoingState.SENDING, OutgoingState.DISCARDED}),
    # back to pending: the thing changed again while it was under way
    OutgoingState.SENDING: frozenset(
        {
            OutgoingState.SENT,
            OutgoingState.PENDING,
            OutgoingState.FAILED,
            OutgoingState.NEEDS_ATTENTION,
        }
    ),
    OutgoingState.FAILED: frozenset(
        {
            OutgoingState.SENDING,
            OutgoingState.PENDING,
            OutgoingState.NEEDS_ATTENTION,
            OutgoingState.DISCARDED,
        }
    ),
    OutgoingState.NEEDS_ATTENTION: frozenset({OutgoingState.PENDING, OutgoingState.DISCARDED}),
    OutgoingState.SENT: frozenset({OutgoingState.PENDING}),  # the same document, changed later
    OutgoingState.DISCARDED: frozenset({OutgoingState.PENDING}),
}
WAITING: Final = (OutgoingState.PENDING, OutgoingState.FAILED)  # a sender may take these up


class SignInEnd(models.TextChoices):
    """Why the tokens of a sign-in count no longer."""

    SIGNED_OUT = "signed_out", _("Signed out")
    REVOKED = "revoked", _("Ended by staff")
    KEY_REVOKED = "key_revoked", _("The app's key was revoked")
    REUSED = "reused", _("A used refresh token came back")
    CHANGED = "changed", _("Rights, password or second factor changed")
