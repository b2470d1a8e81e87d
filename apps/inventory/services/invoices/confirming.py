"""An invoice is confirmed: one transaction makes all of it, a clerk's waits for approval (docs/adr/0243)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.approvals.models import Item
from apps.approvals.services import ask as ask_for
from apps.approvals.services import close_for_subject
from apps.catalog.models import Product
from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import FieldError, InvalidInputError, PermissionDeniedError
from apps.core.locks import retry_deadlocks
from apps.inventory.errors import ProductUnfitError, UndecidedLinesError
from apps.inventory.models import InvoiceUpload, UploadLine
from apps.inventory.services.invoices import (
    joining,
    learning,
    making,
    margins,
    numbers,
    proposing,
    steps,
    telling,
)
from apps.inventory.services.invoices.deciding import unfit
from apps.inventory.services.suppliers import locked_supplier, next_stem
from apps.inventory.states import Decision, LocalState, UploadState

NAMED: Final = 20  # rows that a refusal names


def confirm_upload(
    upload_id: int, *, actor: Actor, is_final: bool, at: datetime | None = None
) -> InvoiceUpload:
    """Make batches, prices and messages of an upload of which every line is decided; or, of somebody who may
    not approve (``is_final`` False: the door asks for ``batches.approve``), have them wait in To Do.

    Once it is done, asking again changes nothing and is no mistake. Raises UndecidedLinesError,
    ProductUnfitError, UploadClosedError, NotFoundError.
    """
    now = at or timezone.now()
    return retry_deadlocks(lambda: _confirmed(upload_id, actor=actor, is_final=is_final, at=now))


def _confirmed(upload_id: int, *, actor: Actor, is_final: bool, at: datetime) -> InvoiceUpload:
    upload = steps.locked(upload_id)
    if upload.state in {UploadState.CONFIRMED, UploadState.PENDING}:
        return upload
    steps.check_state(upload, (UploadState.MATCHED,))
    lines = _decided_lines(upload)
    upload.supplier = locked_supplier(upload.supplier_id)
    prefix, sequence = next_stem(upload.supplier)
    steps.move(
        upload,
        UploadState.CONFIRMED if is_final else UploadState.PENDING,
        actor=actor,
        at=at,
        prefix=prefix,
        sequence=sequence,
        confirmed_at=at if is_final else None,
    )
    if is_final:
        _put_in_force(upload, lines, actor=actor, at=at)
    else:
        making.make_batches(upload, lines, state=LocalState.PENDING)
        making.make_prices(upload, lines, state=LocalState.PENDING)
        ask_for(proposing.proposal(upload, lines), actor=actor, at=at)
    _trace(upload, "invoice.confirmed" if is_final else "invoice.handed_in", lines, actor=actor)
    return upload


def accept_pending(item: Item, actor: Actor) -> None:
    """The verb of the To Do item: what waited is in force, as its lines say by now."""
    _accept(int(item.subject_id), actor=actor, at=timezone.now())


def _accept(upload_id: int, *, actor: Actor, at: datetime) -> None:
    upload = steps.locked(upload_id)
    steps.check_state(upload, (UploadState.PENDING,))
    lines = _decided_lines(upload)
    locked_supplier(upload.supplier_id)
    steps.move(upload, UploadState.CONFIRMED, actor=actor, at=at, confirmed_at=at)
    _put_in_force(upload, lines, actor=actor, at=at)
    _trace(upload, "invoice.accepted", lines, actor=actor)


def reject_pending(item: Item, actor: Actor) -> None:
    """The other verb of it: nothing of it stands; its maker may mend it and hand it in again."""
    upload = steps.locked(int(item.subject_id))
    if upload.state != UploadState.PENDING:
        return
    making.void(upload)
    steps.move(upload, UploadState.REJECTED, actor=actor, at=timezone.now(), reason=item.reason)
    audit.record(
        actor=actor,
        action="invoice.rejected",
        subject=Subject.of(upload),
        before={"state": UploadState.PENDING},
        after={"state": upload.state},
        reason=item.reason,
    )


@transaction.atomic
def reopen_upload(upload_id: int, *, actor: Actor, at: datetime | None = None) -> InvoiceUpload:
    """Mend what was rejected: its lines may be decided again. Its next confirmation has a new number.

    Raises DuplicateInvoiceError when the invoice was uploaded anew meanwhile.
    """
    upload = steps.locked(upload_id)
    steps.check_state(upload, (UploadState.REJECTED,))
    locked_supplier(upload.supplier_id)
    now = at or timezone.now()
    claim = numbers.claimed(
        supplier_id=upload.supplier_id, key=upload.number_key, reason=upload.duplicate_reason, at=now
    )
    return _reopened(upload, claim=claim, actor=actor, at=now)


def _reopened(upload: InvoiceUpload, *, claim: str | None, actor: Actor, at: datetime) -> InvoiceUpload:
    steps.move(upload, UploadState.MATCHED, actor=actor, at=at, sequence=None, prefix="", claim=claim)
    audit.record(
        actor=actor,
        action="invoice.reopened",
        subject=Subject.of(upload),
        before={"state": UploadState.REJECTED},
        after={"state": upload.state},
    )
    return upload


@transaction.atomic
def take_back(upload_id: int, *, actor: Actor, at: datetime | None = None) -> InvoiceUpload:
    """Whoever uploaded it, or handed it in, takes it back from approval to change it; others reject it.

    Raises PermissionDeniedError.
    """
    upload = steps.locked_with_item(upload_id)
    steps.check_state(upload, (UploadState.PENDING,))
    if not steps.is_own(upload, actor):
        said = _("Only %(who)s can take it back. Reject it in To Do instead.")
        raise PermissionDeniedError(said % {"who": steps.whose(upload)}, code="not-the-maker")
    now, subject = at or timezone.now(), Subject.of(upload)
    claim = upload.claim  # it was his all the while, whatever an admin let through meanwhile
    making.void(upload)
    steps.move(upload, UploadState.REJECTED, actor=actor, at=now, reason=_("taken back"))
    close_for_subject(subject.kind, subject.id, actor=actor, reason=_("taken back by its maker"), at=now)
    return _reopened(upload, claim=claim, actor=actor, at=now)


def _put_in_force(upload: InvoiceUpload, lines: Sequence[UploadLine], *, actor: Actor, at: datetime) -> None:
    batches = making.make_batches(upload, lines, state=LocalState.ACTIVE)
    prices = making.make_prices(upload, lines, state=LocalState.ACTIVE)
    making.park(lines)
    learning.learn(upload, lines, at=at, actor=actor)
    joining.join_what_is_here(upload)
    telling.tell(upload, lines, batches, prices, actor=actor)


# --- what is checked under the lock -------------------------------------------------------------------------
def _decided_lines(upload: InvoiceUpload) -> list[UploadLine]:
    """Every line, with its product as it is now. Raises what keeps the invoice from being confirmed."""
    lines = list(upload.lines.order_by("position"))
    _check_decided(lines)
    products = _locked_products(lines)
    wrong = []
    for line in lines:
        if line.product_id is not None:
            line.product = products[line.product_id]
            if why := unfit(line.product):
                wrong.append(FieldError(f"lines[{line.row}].product", "unfit", why))
    if wrong:
        said = ngettext(
            "%(n)d line names a product that cannot be bought in.",
            "%(n)d lines name products that cannot be bought in.",
            len(wrong),
        )
        raise ProductUnfitError(said % {"n": len(wrong)}, errors=wrong)
    return lines


def _check_decided(lines: Sequence[UploadLine]) -> None:
    undecided = [line for line in lines if line.decision == Decision.UNDECIDED]
    if undecided:
        said = ngettext("%(n)d line is not decided yet.", "%(n)d lines are not decided yet.", len(undecided))
        errors = [
            FieldError(f"lines[{line.row}].decision", "undecided", _("Row %(row)d: %(name)s") % vars(line))
            for line in undecided[:NAMED]
        ]
        raise UndecidedLinesError(said % {"n": len(undecided)}, errors=errors)
    if all(line.decision == Decision.IGNORE for line in lines):
        raise InvalidInputError(
            _("Every line is ignored: nothing is left to confirm. Discard the invoice instead."),
            code="nothing-to-confirm",
        )


def _locked_products(lines: Sequence[UploadLine]) -> dict[int, Product]:
    """They are not disabled between our look and our commit; who reads them is not held up."""
    ids = {line.product_id for line in lines if line.product_id is not None}
    rows = Product.objects.filter(pk__in=ids).order_by("pk")
    return {product.pk: product for product in rows.select_for_update(of=("self",), no_key=True)}


def _trace(upload: InvoiceUpload, action: str, lines: Sequence[UploadLine], *, actor: Actor) -> None:
    made = [line for line in lines if line.product_id is not None]
    audit.record(
        actor=actor,
        action=action,
        subject=Subject.of(upload),
        after={
            "state": upload.state,
            "batches": upload.batch_stem,
            "lines": len(made),
            "new_items": sum(line.decision == Decision.NEW_ITEM for line in lines),
            "total": margins.total_of(lines),
        },
    )
