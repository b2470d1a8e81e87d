"""How the states of batches and receipts look, on lists, profiles and panels alike."""

from datetime import date

from django.utils.translation import gettext as _

from apps.core.admin import chips
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.standing import gone
from apps.core.figures import quantity_text
from apps.inventory.models import Batch, Receipt, StockOutlook
from apps.inventory.states import StockState

DRAFT, CANCELLED = 0, 2  # ERPNext's docstatus


def batch_face(batch: Batch, *, on: date) -> Chip:
    """Whether something is left of a batch on a day, and may be sold."""
    if batch.is_gone:
        return gone()
    if batch.quantity <= 0:
        return Chip(_("Used up"), Tone.QUIET, "inventory_2")
    if batch.expires_on and batch.expires_on < on:
        return Chip(_("Expired"), Tone.ACT, "event_busy")
    return Chip(_("On hand"), Tone.WELL) if batch.is_active else Chip(_("Disabled"), Tone.LOOK, "block")


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
