"""What keeps a confirmed invoice from being undone: whatever of it ERPNext has, or may have (docs/adr/0247).

A number alone is not used: of a batch in ERPNext of which nothing has come, nothing was sold either. What a
person has deleted or cancelled there keeps nothing from being undone here, once we have read that.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core.audit import Subject
from apps.core.errors import FieldError
from apps.core.locks import lock_rows
from apps.core.models import Outgoing
from apps.core.money import decimal_of
from apps.core.states import OutgoingState
from apps.inventory.models import InvoiceUpload, LocalBatch, LocalPrice, Receipt
from apps.inventory.services.invoices import making, telling
from apps.inventory.states import CANCELLED, DRAFT, LocalState

NAMED: Final = 20
DELETED: Final = -1  # what the sender notes as the docstatus of a draft that was deleted in ERPNext


def blockers(upload: InvoiceUpload, messages: Sequence[Outgoing] | None = None) -> list[FieldError]:
    """What of an invoice was used, each with where; empty while it may be undone."""
    made = _Made(upload)
    rows = messages_of(upload) if messages is None else messages
    return [*_received(made), *_stocked(made), *_priced(made), *_told(made, rows)]


@dataclass(frozen=True)
class _Made:
    """What the invoice made, as far as it still stands; read once."""

    upload: InvoiceUpload

    @cached_property
    def batches(self) -> list[LocalBatch]:
        rows = self.upload.batches.standing().select_related("batch", "receipt")
        return list(rows.order_by("line__position"))

    @cached_property
    def prices(self) -> list[LocalPrice]:
        return list(self.upload.prices.standing().select_related("product", "item_price").order_by("pk"))

    @property
    def receipts(self) -> list[Receipt]:
        """By which it comes, each once."""
        return list({one.receipt.pk: one.receipt for one in self.batches if one.receipt}.values())


# --- what ERPNext has --------------------------------------------------------------------------------------
def _received(made: _Made) -> Iterator[FieldError]:
    for receipt in [one for one in made.receipts if _counts(one)][:NAMED]:
        said = _("ERPNext has receipt %(name)s, submitted: cancel it there first.")
        if receipt.erp_docstatus == DRAFT:
            said = _("ERPNext has receipt %(name)s as a draft: delete it there first.")
        yield FieldError(f"receipts[{receipt.erp_name}]", "received", said % {"name": receipt.erp_name})


def _counts(receipt: Receipt) -> bool:
    return not receipt.is_gone and receipt.erp_docstatus != CANCELLED


def _stocked(made: _Made) -> Iterator[FieldError]:
    used = [one for one in made.batches if one.state == LocalState.JOINED and _is_stocked(one)]
    for local in used[:NAMED]:
        said = _("ERPNext has batch %(n)s.") % {"n": local.number}
        yield FieldError(f"batches[{local.number}]", "joined", said)


def _is_stocked(local: LocalBatch) -> bool:
    """What came without a batch has its receipt, which says so itself."""
    return local.receipt is None if local.batch is None else local.batch.has_moved


def _priced(made: _Made) -> Iterator[FieldError]:
    # A price that says another rate there is ours by its day only: it was there before, or is another's.
    told = [one for one in made.prices if one.item_price and one.item_price.rate == one.rate]
    for price in told[:NAMED]:
        said = _("ERPNext has this price of %(product)s.") % {"product": price.product}
        yield FieldError(f"prices[{price.pk}]", "joined", said)


# --- what it was told --------------------------------------------------------------------------------------
def _told(made: _Made, messages: Sequence[Outgoing]) -> Iterator[FieldError]:
    read = _read_back(made, messages)
    used = [one for one in messages if _is_used(one) and one.pk not in read]
    for message in used[:NAMED]:
        said = _("Message %(reference)s to ERPNext: %(state)s.")
        if message.state == OutgoingState.DISCARDED:
            said = _("Message %(reference)s was discarded, and ERPNext may have it: send it again, to see.")
        words = {"reference": message.reference, "state": message.get_state_display().lower()}
        yield FieldError(f"outbox[{message.pk}]", "told", said % words)


def _is_used(message: Outgoing) -> bool:
    """Whether ERPNext has it, or may: what was sent without an answer is looked up before it is let go."""
    if message.state in {OutgoingState.SENT, OutgoingState.SENDING} or message.erp_name:
        return True
    return message.settles_at is not None  # of what needs attention, too: its last answer may have been lost


def _read_back(made: _Made, messages: Sequence[Outgoing]) -> set[int]:
    """The messages whose document we have read since: it stands above where it counts, or it has gone."""
    batches = {telling.batch_reference(one.number): one for one in made.batches}
    prices = _prices_of(messages)
    receipts = _receipts_of(messages)
    return {
        one.pk
        for one in messages
        if one.erp_name
        and one.state != OutgoingState.SENDING
        and (
            _is_batch_read(batches.get(one.reference), one)
            or any(_is_price_read(price, one) for price in prices[one.reference])
            or _is_receipt_read(receipts, one)
        )
    }


def _is_batch_read(local: LocalBatch | None, message: Outgoing) -> bool:
    """Of a number that is another item's there, nothing is ours."""
    return local is not None and (bool(local.batch_id) or local.is_contested or _is_gone(local, message))


def _prices_of(messages: Iterable[Outgoing]) -> defaultdict[str, list[LocalPrice]]:
    """By reference, whichever invoice said it: of two that say one price, one may be joined alone."""
    references = [one.reference for one in messages if one.kind == making.ITEM_PRICE]
    found: defaultdict[str, list[LocalPrice]] = defaultdict(list)
    for price in LocalPrice.objects.filter(reference__in=references).select_related("item_price"):
        found[price.reference].append(price)
    return found


def _is_price_read(local: LocalPrice, message: Outgoing) -> bool:
    is_read = local.item_price is not None and local.item_price.read_at >= _since(message)
    return is_read or _is_gone(local, message)


def _is_receipt_read(receipts: Iterable[Receipt], message: Outgoing) -> bool:
    """Also, when the sender has seen itself that the draft was cancelled or deleted."""
    if message.kind != telling.RECEIPT:
        return False
    named = (one for one in receipts if one.erp_name == message.erp_name and one.read_at >= _since(message))
    is_read = any(one.larder_reference == message.reference for one in receipts) or any(named)
    return is_read or message.answer.get("docstatus") in {DELETED, CANCELLED}


def _is_gone(local: LocalBatch | LocalPrice, message: Outgoing) -> bool:
    return local.gone_at is not None and local.gone_at >= _since(message)


def _since(message: Outgoing) -> datetime:
    return message.sent_at or message.created_at


def _receipts_of(messages: Sequence[Outgoing]) -> list[Receipt]:
    told = [one for one in messages if one.kind == telling.RECEIPT]
    known = Q(larder_reference__in=[one.reference for one in told])
    named = Q(erp_name__in=[one.erp_name for one in told if one.erp_name])
    return list(Receipt.objects.filter(known | named)) if told else []


# --- its messages ------------------------------------------------------------------------------------------
def messages_of(upload: InvoiceUpload, *, is_locked: bool = False) -> list[Outgoing]:
    """What ERPNext is told by this invoice, and what somebody gave up of it that ERPNext may have.

    A price has one message, whoever says it: it is the invoice's while it says its rate.
    """
    subject = Subject.of(upload)
    rates = dict(upload.prices.standing().values_list("reference", "rate"))
    own = Q(subject_kind=subject.kind, subject_id=subject.id) | Q(reference__in=list(rates))
    rows = Outgoing.objects.filter(own).exclude(state=OutgoingState.DISCARDED, erp_name="", settles_at=None)
    messages = lock_rows(rows) if is_locked else list(rows)
    return [
        one for one in messages if one.kind != making.ITEM_PRICE or says_rate(one, rates.get(one.reference))
    ]


def says_rate(message: Outgoing, rate: Decimal | None) -> bool:
    """Whether the message of a price tells this rate."""
    if rate is None:
        return False
    try:
        return decimal_of(message.payload.get("rate", "")) == rate
    except ValueError:  # edited by hand into what is no number: nobody else says it either
        return True
