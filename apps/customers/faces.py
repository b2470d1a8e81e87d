"""How the states of loyalty entries look, on lists, profiles and panels alike."""

from datetime import date

from django.utils.translation import gettext as _

from apps.core.admin.chips import Chip, Tone
from apps.core.admin.standing import gone
from apps.customers.models import LoyaltyEntry


def entry_face(entry: LoyaltyEntry, *, on: date) -> Chip:
    """What an entry does to the balance of a day."""
    if entry.is_gone:
        return gone()
    if entry.expires_on < on:
        return Chip(_("Expired"), Tone.QUIET, "event_busy")
    if entry.points < 0:
        return Chip(_("Redeemed"), Tone.RUNNING, "redeem")
    return Chip(_("Earned"), Tone.WELL, "add_circle")
