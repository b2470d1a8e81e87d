"""A confirmed invoice is undone as a whole, while nothing of it was used."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.approvals.models import Item
from apps.approvals.services import close_for_subject
from apps.core import audit, outgoing
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import FieldError, InvalidInputError
from apps.core.locks import in_turn, lock_rows
from apps.core.models import Outgoing
from apps.core.states import WAITING, OutgoingState
from apps.inventory.errors import UndoBlockedError
from apps.inventory.models import InvoiceUpload, LocalPrice, UploadLine
from apps.inventory.services.invoices import learning, making, steps, telling
from apps.inventory.states import LocalState, UploadState

NAMED: Final = 20


@transaction.atomic
def undo_upload(upload_id: int, *, reason: str, actor: Actor, at: datetime | None = None) -> InvoiceUpload:
    """Take back all that a confirmed invoice made; its numbers are not given out again, its number is free.

    Raises UndoBlockedError with what of it was used already, InvalidInputError without a reason. Undone
    already, it stays so.
    """
    if not reason.strip():
        raise InvalidInputError(_("Say why the invoice is undone."), code="reason-needed")
    upload = steps.locked(upload_id)
    if upload.state == UploadState.UNDONE:
        return upload
    steps.check_state(upload, (UploadState.CONFIRMED,))
    in_turn(making.IN_TURN)
    messages = _messages(upload, is_locked=True)
    if blocked := blockers(upload, messages):
        raise UndoBlockedError(
            _("Something of this invoice was used already; undo that first, in ERPNext or in the outbox."),
            errors=blocked,
        )
    _withdraw(upload, messages, actor=actor, reason=reason)
    learning.unlearn(upload)
    _close_items(upload, actor=actor, reason=reason)
    making.void(upload)
    steps.move(upload, UploadState.UNDONE, actor=actor, at=at or timezone.now(), reason=reason.strip())
    _trace(upload, messages, actor=actor, reason=reason)
    return upload


def blockers(upload: InvoiceUpload, messages: Sequence[Outgoing] | None = None) -> list[FieldError]:
    """What of an invoice was used, each with where; empty while it may be undone."""
    rows = _messages(upload) if messages is None else messages
    return [*_joined(upload), *_told(rows)]


def _joined(upload: InvoiceUpload) -> Iterator[FieldError]:
    joined = upload.batches.filter(state=LocalState.JOINED).order_by("line__position")
    for number in joined.values_list("number", flat=True)[:NAMED]:
        yield FieldError(f"batches[{number}]", "joined", _("ERPNext has batch %(n)s.") % {"n": number})
    prices = upload.prices.filter(state=LocalState.JOINED).select_related("product").order_by("pk")
    for price in prices[:NAMED]:
        said = _("ERPNext has this price of %(product)s.") % {"product": price.product}
        yield FieldError(f"prices[{price.pk}]", "joined", said)


def _told(messages: Sequence[Outgoing]) -> Iterator[FieldError]:
    used = [message for message in messages if _is_used(message)]
    for message in used[:NAMED]:
        said = _("Message %(reference)s to ERPNext: %(state)s.")
        state = message.get_state_display().lower()
        yield FieldError(
            f"outbox[{message.pk}]", "told", said % {"reference": message.reference, "state": state}
        )


def _is_used(message: Outgoing) -> bool:
    """Whether ERPNext has it, or may: what was sent without an answer is looked up before it is let go."""
    if message.state in {OutgoingState.SENT, OutgoingState.SENDING} or message.erp_name:
        return True
    return message.state in WAITING and message.settles_at is not None


def _messages(upload: InvoiceUpload, *, is_locked: bool = False) -> list[Outgoing]:
    """What ERPNext is told by this invoice, and nobody gave up.

    A price has one message, whoever says it: it is the invoice's while it says its rate.
    """
    subject = Subject.of(upload)
    rates = dict(upload.prices.standing().values_list("reference", "rate"))
    own = Q(subject_kind=subject.kind, subject_id=subject.id) | Q(reference__in=list(rates))
    rows = Outgoing.objects.filter(own).exclude(state=OutgoingState.DISCARDED)
    messages = lock_rows(rows) if is_locked else list(rows)
    return [one for one in messages if one.kind != making.ITEM_PRICE or _says(one, rates.get(one.reference))]


def _says(message: Outgoing, rate: Decimal | None) -> bool:
    return rate is not None and Decimal(str(message.payload.get("rate", "NaN"))) == rate


def _withdraw(upload: InvoiceUpload, messages: Sequence[Outgoing], *, actor: Actor, reason: str) -> None:
    """Let go of what waits; a price that another invoice says, too, is told as that one says it."""
    others = _said_by_others(upload)
    mine = [message for message in messages if message.reference not in others]
    outgoing.withdraw([message.pk for message in mine], actor=actor, reason=reason.strip())
    again = [others[message.reference] for message in messages if message.reference in others]
    tellings = [telling.price_told(price, Subject.of(price.upload)) for price in again]
    outgoing.queue_several(tellings, actor=actor)


def _said_by_others(upload: InvoiceUpload) -> dict[str, LocalPrice]:
    """Reference → the latest price that another standing invoice says under it."""
    own = upload.prices.standing().values("reference")
    others = LocalPrice.objects.awaited().filter(reference__in=own).exclude(upload=upload).order_by("pk")
    return {
        price.reference: price for price in others.select_related("product", "supplier", "upload__supplier")
    }


def _close_items(upload: InvoiceUpload, *, actor: Actor, reason: str) -> None:
    """Nobody need decide any more what its parked lines are."""
    kind = UploadLine._meta.label_lower
    parked = [str(pk) for pk in upload.lines.parked().values_list("pk", flat=True)]
    waiting = Item.objects.open().filter(subject_kind=kind, subject_id__in=parked)
    for subject_id in list(waiting.values_list("subject_id", flat=True)):
        close_for_subject(kind, subject_id, actor=actor, reason=reason)


def _trace(upload: InvoiceUpload, messages: Sequence[Outgoing], *, actor: Actor, reason: str) -> None:
    audit.record(
        actor=actor,
        action="invoice.undone",
        subject=Subject.of(upload),
        before={"state": UploadState.CONFIRMED, "messages": len(messages)},
        after={"state": upload.state, "messages": 0},
        reason=reason.strip(),
    )
