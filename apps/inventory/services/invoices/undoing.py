"""A confirmed invoice is undone as a whole, while nothing of it was used."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.approvals.models import Item
from apps.approvals.querysets import ItemQuerySet
from apps.approvals.services import close_items
from apps.core import audit, outgoing
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import InvalidInputError
from apps.core.locks import in_turn, lock_rows
from apps.core.models import Outgoing
from apps.core.outgoing import Telling
from apps.core.states import OutgoingState
from apps.inventory.errors import UndoBlockedError
from apps.inventory.models import InvoiceUpload, LocalPrice, UploadLine
from apps.inventory.services.invoices import joining, learning, making, steps, telling
from apps.inventory.services.invoices.blocking import blockers, messages_of
from apps.inventory.states import LocalState, UploadState

WITHDRAWN: Final = (OutgoingState.PENDING, OutgoingState.FAILED, OutgoingState.NEEDS_ATTENTION)


@transaction.atomic
def undo_upload(upload_id: int, *, reason: str, actor: Actor, at: datetime | None = None) -> InvoiceUpload:
    """Take back all that a confirmed invoice made; its numbers are not given out again, its number is free.

    Raises UndoBlockedError with what of it was used already, InvalidInputError without a reason. Undone
    already, it stays so.
    """
    if not reason.strip():
        raise InvalidInputError(_("Say why the invoice is undone."), code="reason-needed")
    _lock_items(upload_id)
    upload = steps.locked(upload_id)
    if upload.state == UploadState.UNDONE:
        return upload
    steps.check_state(upload, (UploadState.CONFIRMED,))
    in_turn(making.IN_TURN)
    in_turn(joining.IN_TURN)  # what ERPNext has is not joined between our look and our commit
    messages = messages_of(upload, is_locked=True)
    if blocked := blockers(upload, messages):
        raise UndoBlockedError(
            _("Something of this invoice was used already; undo that first, in ERPNext or in the outbox."),
            errors=blocked,
        )
    _withdraw(upload, messages, actor=actor, reason=reason)
    _switch_off(upload, messages, actor=actor)
    learning.unlearn(upload)
    _close_items(upload, actor=actor, reason=reason)
    making.void(upload)
    steps.move(upload, UploadState.UNDONE, actor=actor, at=at or timezone.now(), reason=reason.strip())
    _trace(upload, messages, actor=actor, reason=reason)
    return upload


def _withdraw(upload: InvoiceUpload, messages: Sequence[Outgoing], *, actor: Actor, reason: str) -> None:
    """Let go of what waits; a price that another invoice says, too, is told as that one says it."""
    others = _said_by_others(upload)
    again = making.named_anew(others[one.reference] for one in messages if one.reference in others)
    tellings = [telling.price_told(price, Subject.of(price.upload)) for price in again]
    stay = {one.reference for one in tellings}
    waiting = [message for message in messages if message.state in WITHDRAWN]
    mine = [message.pk for message in waiting if message.reference not in stay]
    outgoing.withdraw(mine, actor=actor, reason=reason.strip())
    outgoing.queue_several(tellings, actor=actor)


def _switch_off(upload: InvoiceUpload, messages: Sequence[Outgoing], *, actor: Actor) -> None:
    """Of its batches that ERPNext has nothing will ever come: nobody is to pick one there."""
    if not outgoing.is_wanted(telling.BATCH):
        return
    here = upload.batches.filter(state=LocalState.JOINED, batch__gone_at=None, batch__is_active=True)
    references = {telling.batch_reference(number) for number in here.values_list("number", flat=True)}
    tellings = [
        Telling(
            kind=message.kind,
            subject=Subject.of(upload),
            reference=message.reference,
            payload=message.payload | {"is_active": False},
        )
        for message in messages
        if message.reference in references and message.state == OutgoingState.SENT
    ]
    outgoing.queue_several(tellings, actor=actor)


def _said_by_others(upload: InvoiceUpload) -> dict[str, LocalPrice]:
    """The reference of a price of ours → the latest that another standing invoice says of the same."""
    mine = {making.said_by(price): price.reference for price in upload.prices.standing()}
    products = upload.prices.standing().values("product")
    others = LocalPrice.objects.awaited().filter(product__in=products).exclude(upload=upload).order_by("pk")
    return {
        mine[making.said_by(price)]: price
        for price in others.select_related("product", "supplier", "upload__supplier")
        if making.said_by(price) in mine
    }


def _close_items(upload: InvoiceUpload, *, actor: Actor, reason: str) -> None:
    """Nobody need decide any more what its parked lines are."""
    waiting = list(_items(upload.pk).values_list("pk", flat=True))
    close_items(waiting, actor=actor, reason=reason)


def _items(upload_id: int) -> ItemQuerySet:
    """What To Do asks of its parked lines."""
    parked = UploadLine.objects.parked().filter(upload=upload_id).values_list("pk", flat=True)
    kind = UploadLine._meta.label_lower
    return Item.objects.open().filter(subject_kind=kind, subject_id__in=[str(pk) for pk in parked])


def _lock_items(upload_id: int) -> None:
    """Before the invoice, as whoever accepts one locks them: so the two cannot wait for each other."""
    lock_rows(_items(upload_id))


def _trace(upload: InvoiceUpload, messages: Sequence[Outgoing], *, actor: Actor, reason: str) -> None:
    audit.record(
        actor=actor,
        action="invoice.undone",
        subject=Subject.of(upload),
        before={"state": UploadState.CONFIRMED, "messages": len(messages)},
        after={"state": upload.state, "messages": 0},
        reason=reason.strip(),
    )
