"""How the states of suppliers' invoices and of their lines look."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from apps.core.admin import chips
from apps.core.admin.chips import Chip, Tone
from apps.inventory.models import UploadLine
from apps.inventory.states import Certainty, Decision, LocalState, UploadState

UPLOADS: Final[dict[str, Chip]] = {
    UploadState.DRAFT: Chip(UploadState.DRAFT.label, Tone.QUIET, "edit_note"),
    UploadState.MATCHED: Chip(UploadState.MATCHED.label, Tone.LOOK, "rule"),
    UploadState.PENDING: Chip(UploadState.PENDING.label, Tone.LOOK, "pending"),
    UploadState.CONFIRMED: Chip(UploadState.CONFIRMED.label, Tone.WELL),
    UploadState.REJECTED: Chip(UploadState.REJECTED.label, Tone.ACT),
    UploadState.UNDONE: Chip(UploadState.UNDONE.label, Tone.QUIET, "undo"),
    UploadState.DISCARDED: Chip(UploadState.DISCARDED.label, Tone.QUIET, "delete"),
}
chips.register("inventory.InvoiceUpload.state", UPLOADS)
chips.register(
    "inventory.LocalBatch.state",
    {
        LocalState.PENDING: Chip(LocalState.PENDING.label, Tone.LOOK, "pending"),
        LocalState.ACTIVE: Chip(LocalState.ACTIVE.label, Tone.RUNNING, "schedule"),
        LocalState.JOINED: Chip(LocalState.JOINED.label, Tone.WELL),
        LocalState.VOID: Chip(LocalState.VOID.label, Tone.QUIET, "block"),
    },
)
OPEN_LINES: Final[dict[int, Chip]] = {
    Certainty.UNMATCHED: Chip(_("Unmatched"), Tone.ACT, "help"),
    Certainty.SUGGESTED: Chip(_("Suggestion"), Tone.LOOK, "lightbulb"),
    Certainty.CERTAIN: Chip(_("Undecided"), Tone.LOOK, "lightbulb"),
}


def line_face(line: UploadLine) -> Chip:
    """What becomes of a line, or how near the matcher came."""
    if line.decision == Decision.PRODUCT:
        return Chip(_("Chosen"), Tone.WELL) if line.is_by_hand else Chip(_("Certain"), Tone.WELL, "verified")
    if line.decision == Decision.NEW_ITEM:
        if line.is_taken_up:
            return Chip(_("Taken up"), Tone.WELL)
        return Chip(_("New item"), Tone.RUNNING, "fiber_new")
    if line.decision == Decision.IGNORE:
        return Chip(_("Ignored"), Tone.QUIET, "block")
    return OPEN_LINES[line.certainty]
