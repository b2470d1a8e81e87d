"""How the states of batches and receipts look, on lists, profiles and panels alike."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.admin import chips
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.profile import Notice
from apps.core.admin.standing import gone
from apps.core.figures import quantity_text
from apps.inventory.models import Batch, LocalBatch, Receipt, StockOutlook
from apps.inventory.states import (
    CANCELLED,
    DRAFT,
    BatchOrigin,
    BatchState,
    LocalState,
    Standing,
    StockState,
    UploadState,
)

BATCH_FACES: Final = {
    BatchState.PENDING: Chip(BatchState.PENDING.label, Tone.RUNNING, "schedule"),
    BatchState.ACTIVE: Chip(BatchState.ACTIVE.label, Tone.WELL),
    BatchState.DEPLETED: Chip(BatchState.DEPLETED.label, Tone.QUIET, "inventory_2"),
    BatchState.EXPIRED: Chip(BatchState.EXPIRED.label, Tone.ACT, "event_busy"),
    BatchState.VOID: Chip(BatchState.VOID.label, Tone.QUIET, "block"),
}
ORIGIN_FACES: Final = {
    BatchOrigin.ERPNEXT: Chip(BatchOrigin.ERPNEXT.label, Tone.QUIET, "sync"),
    BatchOrigin.LARDER: Chip(BatchOrigin.LARDER.label, Tone.RUNNING, "upload_file"),
}
LOCAL_FACES: Final[Mapping[str, Chip]] = {
    LocalState.PENDING: Chip(LocalState.PENDING.label, Tone.LOOK, "hourglass_empty"),
    LocalState.ACTIVE: Chip(LocalState.ACTIVE.label, Tone.RUNNING, "schedule"),
    LocalState.JOINED: Chip(LocalState.JOINED.label, Tone.WELL),
    LocalState.VOID: Chip(LocalState.VOID.label, Tone.QUIET, "block"),
}

STANDING_FACES: Final[Mapping[str, Chip]] = {
    Standing.PENDING: Chip(Standing.PENDING.label, Tone.LOOK, "hourglass_empty"),
    Standing.AWAITED: Chip(Standing.AWAITED.label, Tone.RUNNING, "schedule"),
    Standing.NUMBERED: Chip(Standing.NUMBERED.label, Tone.RUNNING, "schedule"),
    Standing.DRAFTED: Chip(Standing.DRAFTED.label, Tone.LOOK, "edit_note"),
    Standing.LEFT_OUT: Chip(Standing.LEFT_OUT.label, Tone.ACT, "production_quantity_limits"),
    Standing.CANCELLED: Chip(Standing.CANCELLED.label, Tone.ACT, "block"),
    Standing.DELETED: Chip(Standing.DELETED.label, Tone.ACT, "delete"),
    Standing.ARRIVED: Chip(Standing.ARRIVED.label, Tone.WELL),
    Standing.VOID: Chip(Standing.VOID.label, Tone.QUIET, "block"),
}

STANDING_WORDS: Final[Mapping[Standing, Promise]] = {
    Standing.PENDING: gettext_lazy("Its invoice waits for approval; nothing of it counts as stock."),
    Standing.AWAITED: gettext_lazy("It counts as stock once ERPNext has a batch of its number."),
    Standing.NUMBERED: gettext_lazy("ERPNext has a batch of its number, and nothing of it has come yet."),
    Standing.DRAFTED: gettext_lazy(
        "Receipt %(receipt)s waits in ERPNext as a draft: it counts as stock once somebody submits it there."
    ),
    Standing.LEFT_OUT: gettext_lazy(
        "Receipt %(receipt)s was submitted in ERPNext without it: it has not come, or under another batch."
    ),
    Standing.CANCELLED: gettext_lazy(
        "Receipt %(receipt)s was cancelled in ERPNext, so nothing of it has come. Receive it there anew, or "
        "undo the invoice."
    ),
    Standing.DELETED: gettext_lazy(
        "Receipt %(receipt)s was deleted in ERPNext, so nothing of it has come. Receive it there by hand, or "
        "undo the invoice."
    ),
}
UNBATCHED: Final = gettext_lazy(
    "ERPNext keeps this product in no batches: it has come once a receipt of its invoice is submitted there."
)


def standing_notice(local: LocalBatch) -> Notice | None:
    """What a batch of ours waits for, or what became of its receipt; nothing of what is at its end."""
    standing = local.standing
    words = STANDING_WORDS.get(standing)
    if words is None:
        return None
    if standing == Standing.AWAITED and not local.product.is_batched:
        words = UNBATCHED
    return Notice(STANDING_FACES[standing], str(words) % {"receipt": local.receipt})


def batch_face(batch: Batch, *, on: date) -> Chip:
    """What can be done with a batch on a day."""
    return BATCH_FACES[batch.state_on(on)]


def receipt_face(receipt: Receipt) -> Chip:
    """Where it stands, in ERPNext's words; returns and what does not count are told apart."""
    if receipt.is_gone:
        return gone()
    if receipt.erp_docstatus == DRAFT:
        return Chip(_("Draft"), Tone.QUIET, "edit_note")
    if receipt.erp_docstatus == CANCELLED:
        return Chip(_("Cancelled"), Tone.QUIET, "block")
    if receipt.is_return:
        return Chip(_("Return"), Tone.LOOK, "undo")
    if receipt.erp_status == "Completed":
        return Chip(_("Completed"), Tone.WELL)
    return Chip(receipt.erp_status or _("Submitted"), Tone.RUNNING, "schedule")


chips.register("inventory.LocalBatch.state", LOCAL_FACES)
chips.register("inventory.LocalBatch.standing", STANDING_FACES)
chips.register("inventory.LocalPrice.state", LOCAL_FACES)
chips.register(
    "inventory.InvoiceUpload.state",
    {
        UploadState.DRAFT: Chip(UploadState.DRAFT.label, Tone.QUIET, "edit_note"),
        UploadState.MATCHED: Chip(UploadState.MATCHED.label, Tone.LOOK, "rule"),
        UploadState.PENDING: Chip(UploadState.PENDING.label, Tone.LOOK, "hourglass_empty"),
        UploadState.CONFIRMED: Chip(UploadState.CONFIRMED.label, Tone.WELL),
        UploadState.REJECTED: Chip(UploadState.REJECTED.label, Tone.ACT, "block"),
        UploadState.UNDONE: Chip(UploadState.UNDONE.label, Tone.QUIET, "undo"),
        UploadState.DISCARDED: Chip(UploadState.DISCARDED.label, Tone.QUIET, "delete"),
    },
)
chips.register(
    "inventory.StockOutlook.state",
    {
        StockState.OUT: Chip(StockState.OUT.label, Tone.ACT, "production_quantity_limits"),
        StockState.LOW: Chip(StockState.LOW.label, Tone.LOOK, "trending_down"),
        StockState.EXPIRING: Chip(StockState.EXPIRING.label, Tone.LOOK, "event_busy"),
        StockState.OK: Chip(StockState.OK.label, Tone.WELL),
    },
)


def cover_words(outlook: StockOutlook) -> str:
    """How long what is free lasts: "10.5 days"; nothing is said of what nobody buys."""
    if outlook.cover_days is None:
        return ""
    return _("%(days)s days") % {"days": quantity_text(outlook.cover_days)}
