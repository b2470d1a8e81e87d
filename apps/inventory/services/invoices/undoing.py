"""A confirmed invoice is undone as a whole, while nothing of it was used."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.approvals.models import Item
from apps.approvals.querysets import ItemQuerySet
from apps.approvals.services import close_items
from apps.core import audit, outgoing
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import FieldError, InvalidInputError
from apps.core.locks import in_turn, lock_rows
from apps.core.models import Outgoing
from apps.core.money import decimal_of
from apps.core.states import OutgoingState
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
    _lock_items(upload_id)
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
    # A price that says another rate there is ours by its day only: it was there before, or is another's.
    told = upload.prices.filter(state=LocalState.JOINED, item_price__rate=F("rate"))
    prices = told.select_related("product").order_by("pk")
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
    return message.settles_at is not None  # of what needs attention, too: its last answer may have been lost


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
    if rate is None:
        return False
    try:
        return decimal_of(message.payload.get("rate", "")) == rate
    except ValueError:  # edited by hand into what is no number: nobody else says it either
        return True


def _withdraw(upload: InvoiceUpload, messages: Sequence[Outgoing], *, actor: Actor, reason: str) -> None:
    """Let go of what waits; a price that another invoice says, too, is told as that one says it."""
    others = _said_by_others(upload)
    again = making.named_anew(others[one.reference] for one in messages if one.reference in others)
    tellings = [telling.price_told(price, Subject.of(price.upload)) for price in again]
    stay = {one.reference for one in tellings}
    mine = [message.pk for message in messages if message.reference not in stay]
    outgoing.withdraw(mine, actor=actor, reason=reason.strip())
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
