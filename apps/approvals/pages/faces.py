"""How the inbox's words look: tones for risk and state."""

from typing import Final

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
    Risk.LOW: Chip(Risk.LOW.label, Tone.QUIET, "south"),
    Risk.MEDIUM: Chip(Risk.MEDIUM.label, Tone.LOOK, "drag_handle"),
    Risk.HIGH: Chip(Risk.HIGH.label, Tone.ACT, "priority_high"),
}
chips.register("approvals.Item.state", STATES)
chips.register("approvals.Item.risk", RISKS)
