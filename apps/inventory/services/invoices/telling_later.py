"""What ERPNext was not told when the invoice was confirmed, for pushing was off: told once somebody says so.

Never by itself, for meanwhile the shop may have typed its receipts by hand (docs/adr/0248); and never what it
was told before, or has.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from apps.core import audit, outgoing
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.locks import in_turn
from apps.core.models import Outgoing
from apps.core.outgoing import Telling
from apps.core.states import OutgoingState
from apps.inventory.errors import NothingToTellError
from apps.inventory.models import InvoiceUpload, LocalBatch, LocalPrice, UploadLine
from apps.inventory.querysets import LocalQuerySet
from apps.inventory.services.invoices import joining, making, steps
from apps.inventory.services.invoices.blocking import says_rate
from apps.inventory.services.invoices.telling import TOLD, price_told, tellings_of
from apps.inventory.states import LocalState, UploadState

PART: Final = re.compile(r"/\d+$")


@dataclass(frozen=True)
class Untold:
    """What could be told of an invoice and never was."""

    wanted: Sequence[Telling]
    unwanted: Sequence[Telling]  # for its control is off

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted)


@transaction.atomic
def tell_later(upload_id: int, *, actor: Actor) -> int:
    """Queue what of a confirmed invoice is wanted by now and was never told. Says how many messages.

    Raises NothingToTellError, UploadClosedError, NotFoundError.
    """
    upload = steps.locked(upload_id)
    steps.check_state(upload, (UploadState.CONFIRMED,))
    in_turn(making.IN_TURN)
    in_turn(joining.IN_TURN)
    found = untold(upload)
    if not found.wanted:
        raise NothingToTellError(_why_not(found))
    outgoing.queue_several(found.wanted, actor=actor)
    audit.record(actor=actor, action="invoice.told", subject=Subject.of(upload), after=counted(found.wanted))
    return len(found.wanted)


def counted(tellings: Iterable[Telling]) -> dict[str, int]:
    """How many messages of each kind."""
    numbers = dict.fromkeys(TOLD, 0)
    for one in tellings:
        numbers[one.kind] += 1
    return numbers


def _why_not(found: Untold) -> str:
    if found.unwanted:
        return _("The push controls of batches and prices are off: switch on what ERPNext is to be told.")
    return _("ERPNext was told of all of it, or has it already.")


def untold(upload: InvoiceUpload) -> Untold:
    """What of an invoice ERPNext has not, and was never told."""
    tellings = [*_goods(upload), *(price_told(price, Subject.of(upload)) for price in _prices(upload))]
    wanted = {kind: outgoing.is_wanted(kind) for kind in {one.kind for one in tellings}}
    return Untold(
        wanted=[one for one in tellings if wanted[one.kind]],
        unwanted=[one for one in tellings if not wanted[one.kind]],
    )


# --- batches and receipts ----------------------------------------------------------------------------------
def _goods(upload: InvoiceUpload) -> Iterator[Telling]:
    """Without what is in the outbox, whatever became of it there, and without numbers that ERPNext has."""
    batches = list(upload.batches.standing().select_related("line__product"))
    here = {one.number for one in batches if one.state == LocalState.JOINED or one.gone_at}
    subject = Subject.of(upload)
    about = Outgoing.objects.about(kind=subject.kind, subject_id=subject.id)
    told = {_whole(reference) for reference in about.values_list("reference", flat=True)}
    for some in _as_confirmed(batches):
        for one in tellings_of(upload, _lines(some), some):
            if _whole(one.reference) not in told and one.payload.get("number") not in here:
                yield one


def _whole(reference: str) -> str:
    """The document that this is a part of: told once, it has perhaps fewer parts by now."""
    return PART.sub("", reference)


def _as_confirmed(batches: Iterable[LocalBatch]) -> list[list[LocalBatch]]:
    """What was told together: all of the invoice, and each line that came later by itself."""
    at_once = [one for one in batches if one.line and not one.line.is_taken_up]
    later = [[one] for one in batches if one.line and one.line.is_taken_up]
    return [some for some in (at_once, *later) if some]


def _lines(batches: Iterable[LocalBatch]) -> list[UploadLine]:
    return sorted((one.line for one in batches if one.line), key=lambda line: line.position)


# --- prices ------------------------------------------------------------------------------------------------
def _prices(upload: InvoiceUpload) -> list[LocalPrice]:
    """What an invoice says of prices, and no message says or is about to say."""
    prices = list(lacked_prices(upload).select_related("product", "supplier").order_by("pk"))
    references = [one.reference for one in prices]
    messages = {one.reference: one for one in Outgoing.objects.filter(reference__in=references)}
    return [one for one in prices if not _is_told(messages.get(one.reference), one)]


def lacked_prices(upload: InvoiceUpload) -> LocalQuerySet:
    """Not what ERPNext has or somebody deleted there, nor what a later invoice says, too."""
    later = LocalPrice.objects.standing().filter(reference=OuterRef("reference"), pk__gt=OuterRef("pk"))
    return LocalPrice.objects.awaited().filter(~Exists(later), upload=upload, gone_at=None)


def _is_told(message: Outgoing | None, price: LocalPrice) -> bool:
    """A price has one message, whoever says it. Sent for another invoice, and not there, it goes again."""
    if message is None:
        return False
    is_open = message.state not in {OutgoingState.SENT, OutgoingState.DISCARDED}
    return message.subject_id == str(price.upload_id) or (is_open and says_rate(message, price.rate))
