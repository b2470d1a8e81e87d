"""How an invoice stands with ERPNext: its receipts there, what waits to be told, what was never told."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from apps.core import outgoing
from apps.core.audit import Subject
from apps.core.models import Outgoing
from apps.core.states import OutgoingState
from apps.inventory.models import InvoiceUpload, Receipt
from apps.inventory.services.invoices.making import ITEM_PRICE
from apps.inventory.services.invoices.telling import BATCH, RECEIPT
from apps.inventory.services.invoices.telling_later import lacked_prices
from apps.inventory.states import LocalState, UploadState

OPEN = (
    OutgoingState.NEEDS_ATTENTION,
    OutgoingState.FAILED,
    OutgoingState.SENDING,
    OutgoingState.PENDING,
)


@dataclass(frozen=True, kw_only=True)
class InErpnext:
    """What ERPNext has of an invoice, and what it is yet to be told."""

    receipts: Sequence[Receipt]
    drafts: Sequence[Outgoing]  # receipts on their way: told, and not read back yet
    messages: dict[OutgoingState, int]  # that have not reached their end, the worst first
    prices: int
    prices_there: int
    untold: Sequence[str]  # kinds of which something was never told, as far as a glance shows
    is_wanted: bool  # whether the shop wants any of these told by now

    @property
    def is_anything(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.receipts or self.drafts or self.messages or self.prices_there or self.untold)


def in_erpnext(upload: InvoiceUpload) -> InErpnext | None:
    """Of what was confirmed, undone since or not; a fixed number of questions."""
    if upload.state not in {UploadState.CONFIRMED, UploadState.UNDONE}:
        return None
    subject = Subject.of(upload)
    messages = list(Outgoing.objects.about(kind=subject.kind, subject_id=subject.id).defer("payload"))
    receipts = list(Receipt.objects.filter(local_batches__upload=upload).distinct().order_by("pk"))
    prices = list(upload.prices.standing().values_list("state", flat=True))
    untold = list(_untold(upload, messages, prices)) if upload.state == UploadState.CONFIRMED else []
    counted = Counter(message.state for message in messages)
    return InErpnext(
        receipts=receipts,
        drafts=_on_their_way(messages, receipts),
        messages={state: counted[state] for state in OPEN if counted[state]},
        prices=len(prices),
        prices_there=prices.count(LocalState.JOINED),
        untold=untold,
        is_wanted=any(outgoing.is_wanted(kind) for kind in untold),
    )


def _on_their_way(messages: Iterable[Outgoing], receipts: Sequence[Receipt]) -> list[Outgoing]:
    here = {one.larder_reference for one in receipts} | {one.erp_name for one in receipts}
    return [
        one
        for one in messages
        if one.kind == RECEIPT
        and one.state != OutgoingState.DISCARDED
        and not {one.reference, one.erp_name} & here
    ]


def _untold(upload: InvoiceUpload, messages: Sequence[Outgoing], prices: Sequence[str]) -> Iterator[str]:
    """A glance: ``telling_later.untold`` looks closer, and knows what not to tell all the same."""
    if not any(one.kind in {BATCH, RECEIPT} for one in messages):
        awaited = upload.batches.awaited().filter(gone_at=None, receipt=None)
        if awaited.exists():
            yield RECEIPT
    if LocalState.ACTIVE in prices and _lacks_a_price(upload):
        yield ITEM_PRICE


def _lacks_a_price(upload: InvoiceUpload) -> bool:
    told = Outgoing.objects.filter(reference=OuterRef("reference"))
    subject = Subject.of(upload)
    own = told.about(kind=subject.kind, subject_id=subject.id)
    return lacked_prices(upload).filter(~Exists(own), ~Exists(told.open())).exists()
