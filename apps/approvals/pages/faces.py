"""How the inbox's words look: tones for risk and state."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from apps.approvals.states import ItemState, Risk
from apps.core.admin import chips
from apps.core.admin.chips import Chip, Tone

STATES: Final[dict[str, Chip]] = {
    ItemState.OPEN: Chip(ItemState.OPEN.label, Tone.LOOK, "pending"),
    ItemState.ACCEPTED: Chip(ItemState.ACCEPTED.label, Tone.WELL),
    ItemState.REJECTED: Chip(ItemState.REJECTED.label, Tone.ACT),
    ItemState.CLOSED: Chip(ItemState.CLOSED.label, Tone.QUIET, "do_not_disturb_on"),
}
RISKS: Final[dict[str, Chip]] = {
    Risk.LOW: Chip(_("Low risk"), Tone.QUIET, "south"),
    Risk.MEDIUM: Chip(_("Medium risk"), Tone.LOOK, "drag_handle"),
    Risk.HIGH: Chip(_("High risk"), Tone.ACT, "priority_high"),
}
chips.register("approvals.Item.state", STATES)
chips.register("approvals.Item.risk", RISKS)
