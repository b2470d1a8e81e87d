"""What a person decides of in To Do: an invoice in figures, brought up to date as its lines are corrected."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from apps.approvals.services import Proposal
from apps.approvals.services import revise as revise_item
from apps.approvals.states import Risk
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.inventory.models import InvoiceUpload, UploadLine
from apps.inventory.services.invoices import margins

KIND: Final = "inventory.invoice"
RISKY_RISE: Final = Decimal(10)  # per cent


def revise(upload: InvoiceUpload, *, actor: Actor) -> None:
    """A line was corrected while it waits: nobody accepts what he saw before (docs/adr/0209, 0807)."""
    lines = list(upload.lines.select_related("product").order_by("position"))
    revise_item(proposal(upload, lines), actor=actor)


def proposal(upload: InvoiceUpload, lines: Sequence[UploadLine]) -> Proposal:
    found = margins.summed(lines)
    after: dict[str, Any] = {
        "supplier": str(upload.supplier),
        "invoice": upload.number,
        "dated": upload.dated,
        "batches": f"{upload.batch_stem}-L…",
        "lines": found.products,
        "new_items": found.new_items,
        "ignored": found.ignored,
        "total": found.total,
        "price_rises": found.rises,
        "under_floor": found.under_floor,
    }
    if upload.duplicate_reason:
        after["duplicate"] = upload.duplicate_reason
    return Proposal(
        kind=KIND,
        title=_("Invoice %(number)s of %(supplier)s")
        % {"number": upload.number, "supplier": upload.supplier},
        subject=Subject.of(upload),
        after=after,
        risk=_risk(found),
        value=found.total,
        margin=found.margin,
    )


def _risk(found: "margins.Summed") -> Risk:
    if found.under_floor or (found.highest_rise or 0) >= RISKY_RISE:
        return Risk.HIGH
    return Risk.MEDIUM if found.rises or found.new_items else Risk.LOW
