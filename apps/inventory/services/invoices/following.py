"""An item is called otherwise in ERPNext: what it is told of our invoices says the new code (docs/adr/0249).

What ERPNext has follows there by itself. Here the product keeps its row; of a merged one another's is left,
and that is known only once something that named the one names the other.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from apps.catalog.models import Product
from apps.core import audit, outgoing
from apps.core.actors import SYSTEM, Actor
from apps.core.audit import Subject
from apps.core.locks import in_turn
from apps.core.mirror import Written
from apps.core.models import Outgoing
from apps.core.states import OutgoingState
from apps.inventory.models import InvoiceUpload, LocalBatch, LocalPrice, UploadLine
from apps.inventory.services.invoices import joining, making
from apps.inventory.services.invoices.telling import RECEIPT, batch_reference

WAITING: Final = (OutgoingState.PENDING, OutgoingState.FAILED, OutgoingState.NEEDS_ATTENTION)
Payload = dict[str, Any]


def items_renamed(written: Written) -> None:
    """Products were renamed; told by the sync in its transaction."""
    codes = {one.was: one.now for one in written.renamed}
    if codes and (LocalBatch.objects.exists() or LocalPrice.objects.exists()):
        in_turn(making.IN_TURN)
        _reword([one.id for one in written.renamed], codes, actor=SYSTEM)


@transaction.atomic
def item_merged(was: Product, now: Product, *, actor: Actor) -> None:
    """What invoices made of the one is of the other, in which ERPNext has merged it."""
    in_turn(making.IN_TURN)
    in_turn(joining.IN_TURN)
    UploadLine.objects.filter(batches__in=LocalBatch.objects.standing().filter(product=was)).update(
        product=now
    )
    batches = LocalBatch.objects.standing().filter(product=was).update(product=now)
    both = LocalPrice.objects.standing().filter(product=now).values("upload")
    prices = LocalPrice.objects.standing().filter(product=was).exclude(upload__in=both).update(product=now)
    _reword([now.pk], {was.item_code: now.item_code}, actor=actor)
    audit.record(
        actor=actor,
        action="invoice.item_merged",
        subject=Subject.of(now),
        before={"item_code": was.item_code},
        after={"item_code": now.item_code, "batches": batches, "prices": prices},
    )


def _reword(product_ids: Iterable[int], codes: Mapping[str, str], *, actor: Actor) -> None:
    """Every message about these products says their codes as they are now."""
    reason = _("called otherwise in ERPNext: %(codes)s") % {
        "codes": ", ".join(f"{was} → {now}" for was, now in codes.items())
    }

    def say(message: Outgoing, payload: Payload, reference: str = "") -> None:
        if payload != message.payload or reference not in {"", message.reference}:
            outgoing.reword(message.pk, payload=payload, reference=reference, actor=actor, reason=reason)

    batches = LocalBatch.objects.standing().filter(product__in=product_ids)
    for message in _messages_of_goods(batches):
        say(message, _recoded(message.payload, codes))
    prices = LocalPrice.objects.standing().filter(product__in=product_ids)
    for price in prices.select_related("product", "supplier"):
        _reword_price(price, say, actor=actor, reason=reason)


def _messages_of_goods(batches: Any) -> list[Outgoing]:
    numbers, uploads = set(), set()
    for number, upload_id in batches.values_list("number", "upload_id"):
        numbers.add(batch_reference(number))
        uploads.add(str(upload_id))
    kind = InvoiceUpload._meta.label_lower
    receipts = Outgoing.objects.of_kind(RECEIPT).filter(subject_kind=kind, subject_id__in=uploads)
    return [*Outgoing.objects.filter(reference__in=numbers), *receipts]


def _recoded(payload: Payload, codes: Mapping[str, str]) -> Payload:
    """The same with each item called as it is now, in the document itself and in its lines."""
    said = dict(payload)
    if said.get("item_code") in codes:
        said["item_code"] = codes[said["item_code"]]
    if isinstance(said.get("lines"), list):
        said["lines"] = [_recoded(line, codes) if isinstance(line, dict) else line for line in said["lines"]]
    return said


def _reword_price(
    price: LocalPrice, say: Callable[[Outgoing, Payload, str], None], *, actor: Actor, reason: str
) -> None:
    """ERPNext knows a price by what it says, and so does its message (docs/adr/0114): its name changes."""
    was, now = price.reference, making.reference_of(price)
    if was == now:
        return
    LocalPrice.objects.filter(pk=price.pk).update(reference=now)
    message = Outgoing.objects.filter(reference=was).first()
    if message is None:
        return
    if not Outgoing.objects.filter(reference=now).exists():
        say(message, message.payload | {"item_code": price.product.item_code}, now)
    elif message.state in WAITING:  # somebody tells the same of the new one already
        outgoing.withdraw([message.pk], actor=actor, reason=reason)
