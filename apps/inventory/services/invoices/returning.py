"""A new item's product has come from ERPNext: its line comes back, and makes what it would have made."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.approvals.models import Item
from apps.approvals.services import Proposal, close_for_subject
from apps.approvals.services import ask as ask_for
from apps.approvals.states import ItemState, Risk
from apps.catalog.models import Product
from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import InvalidInputError, NotFoundError
from apps.core.events import publish
from apps.core.locks import lock_rows
from apps.core.mirror import Written
from apps.inventory.errors import UploadClosedError
from apps.inventory.events import ProductsArrived
from apps.inventory.matching import model
from apps.inventory.models import InvoiceUpload, UploadLine
from apps.inventory.services.invoices import (
    catalogue,
    costs,
    deciding,
    joining,
    learning,
    making,
    steps,
    telling,
)
from apps.inventory.states import Decision, Found, LocalState, UploadState
from apps.inventory.sums import cost_of_one, in_stock_units, line_total

KIND: Final = "inventory.parked_line"
SUGGESTED: Final = Decimal(repr(model.SUGGESTED))


def products_synced(written: Written) -> None:
    """Products came; while lines are parked, somebody looks whether they are theirs (a task of its own)."""
    if written.created and UploadLine.objects.parked().exists():
        publish(ProductsArrived(product_ids=written.created))


def offer_arrived(product_ids: Collection[int] | None, *, actor: Actor) -> int:
    """Ask in To Do about parked lines that these products (None: any) may be. Says how many.

    What was turned down is not asked again: in To Do, or on the invoice's page, where it was suggested and
    somebody said that the line is a new item.
    """
    lines = list(UploadLine.objects.parked().select_related("upload__supplier").order_by("upload_id", "pk"))
    if not lines:
        return 0
    offered = 0
    by_supplier: dict[int, list[UploadLine]] = {}
    for line in lines:
        by_supplier.setdefault(line.upload.supplier_id, []).append(line)
    for own in by_supplier.values():
        ready = catalogue.load(own[0].upload.supplier, product_ids=product_ids)
        offered += sum(
            _offer(line, found, actor) for line, found in zip(own, ready.verdicts(own), strict=True)
        )
    return offered


def _offer(line: UploadLine, found: "catalogue.Verdict", actor: Actor) -> bool:
    likely = [one for one in found.candidates if Decimal(one["score"]) >= SUGGESTED]
    if not likely:
        return False
    seen = {one["product"] for one in line.candidates if Decimal(one["score"]) >= SUGGESTED}
    asked = _asked_before(line)
    best = next((one for one in likely if one["product"] not in seen and one["code"] not in asked), None)
    if best is None:
        return False
    ask_for(_proposal(line, best), actor=actor)
    return True


def _asked_before(line: UploadLine) -> set[str]:
    """What To Do has asked of it, and still asks or was told no."""
    about = Item.objects.about(kind=UploadLine._meta.label_lower, subject_id=str(line.pk))
    asked = about.filter(kind=KIND).exclude(state=ItemState.CLOSED)
    return {str(item.after.get("item_code")) for item in asked}


def _proposal(line: UploadLine, best: dict[str, Any]) -> Proposal:
    upload = line.upload
    return Proposal(
        kind=KIND,
        title=_("“%(name)s” of invoice %(number)s has come from ERPNext")
        % {"name": line.name[:80], "number": upload.number},
        subject=Subject.of(line),
        after={
            "supplier": str(upload.supplier),
            "invoice": upload.number,
            "row": line.row,
            "name": line.name,
            "part_number": line.part_number,
            "item_code": best["code"],
            "product": best["name"],
            "pack_factor": best["pack"],
            "score": best["score"],
        },
        risk=Risk.MEDIUM,
        value=line_total(line.quantity, line.buy_price),
    )


def accept_parked(item: Item, actor: Actor) -> None:
    """The verb of the To Do item: the line is that product, at that pack."""
    said = item.proposed
    product = Product.objects.present().filter(item_code=str(said["item_code"])).first()
    if product is None:
        raise NotFoundError(_("ERPNext has no item “%(code)s”.") % {"code": said["item_code"]})
    take_up_line(
        int(item.subject_id),
        product_id=product.pk,
        pack_factor=Decimal(str(said["pack_factor"])),
        actor=actor,
    )


@transaction.atomic
def take_up_line(
    line_id: int, *, product_id: int, pack_factor: Decimal, actor: Actor, at: datetime | None = None
) -> UploadLine:
    """Give a parked line its product, and make of it what its confirmation would have made.

    Raises ProductUnfitError, NotFoundError, UploadClosedError.
    """
    _lock_item(line_id)
    upload = _upload_of(line_id)
    steps.check_state(upload, (UploadState.CONFIRMED,))
    line = upload.lines.select_for_update(of=("self",)).get(pk=line_id)
    if not line.is_parked:
        raise UploadClosedError(_("The line has its product already."))
    before = audit.values_of(line, *deciding.DECIDED)
    _give(line, product_id, pack_factor, actor=actor)
    _make(upload, line, at=at or timezone.now(), actor=actor)
    subject = Subject.of(line)
    audit.record(
        actor=actor,
        action="invoice.line_taken_up",
        subject=Subject.of(upload),
        before=before | {"row": line.row},
        after=audit.values_of(line, *deciding.DECIDED) | {"row": line.row},
    )
    close_for_subject(subject.kind, subject.id, actor=actor, reason=_("The line has its product."))
    return line


@transaction.atomic
def let_parked_go(line_id: int, *, actor: Actor, reason: str) -> UploadLine:
    """Nobody waits for this line's product any longer; it made nothing and will make nothing."""
    _lock_item(line_id)
    upload = _upload_of(line_id)
    line = upload.lines.select_for_update(of=("self",)).get(pk=line_id)
    if not reason.strip():
        raise InvalidInputError(_("Say why nobody waits for it."), code="reason-needed")
    if not line.is_parked:
        raise UploadClosedError(_("The line is not parked."))
    line.is_parked = False
    line.save(update_fields=["is_parked"])
    subject = Subject.of(line)
    close_for_subject(subject.kind, subject.id, actor=actor, reason=reason)
    audit.record(
        actor=actor,
        action="invoice.parked_let_go",
        subject=Subject.of(upload),
        before={"row": line.row, "is_parked": True},
        after={"row": line.row, "is_parked": False},
        reason=reason,
    )
    return line


def still_parked(line_ids: Collection[str]) -> set[str]:
    """Of these lines, those that still wait for their product: the others' To Do items close."""
    ids = [int(line_id) for line_id in line_ids if line_id.isdigit()]
    parked = UploadLine.objects.parked().filter(pk__in=ids)
    return {str(pk) for pk in parked.values_list("pk", flat=True)}


def _lock_item(line_id: int) -> None:
    """Before the invoice, as whoever accepts it locks the two: so they cannot wait for each other."""
    lock_rows(Item.objects.open().about(kind=UploadLine._meta.label_lower, subject_id=str(line_id)))


def _upload_of(line_id: int) -> InvoiceUpload:
    upload_id = UploadLine.objects.filter(pk=line_id).values_list("upload_id", flat=True).first()
    if upload_id is None:
        raise NotFoundError(_("There is no such line."))
    return steps.locked(upload_id)


def _give(line: UploadLine, product_id: int, pack: Decimal, *, actor: Actor) -> None:
    product = Product.objects.filter(pk=product_id).select_for_update(of=("self",), no_key=True).first()
    deciding.check_fit(line, product)
    deciding.check_pack(line, pack)
    line.is_parked, line.is_taken_up = False, True
    line.decision, line.product, line.pack_factor = Decision.PRODUCT, product, pack
    line.found_by, line.is_by_hand, line.decided_by = Found.HAND, True, actor.label[:200]
    line.stock_quantity = in_stock_units(line.quantity, pack)
    line.unit_cost = cost_of_one(line.buy_price, pack)
    line.last_cost = costs.last_costs({product_id}).get(product_id)
    line.save()


def _make(upload: InvoiceUpload, line: UploadLine, *, at: datetime, actor: Actor) -> None:
    lines: Sequence[UploadLine] = [line]
    batches = making.make_batches(upload, lines, state=LocalState.ACTIVE)
    prices = making.make_prices(upload, lines, state=LocalState.ACTIVE)
    learning.learn(upload, lines, at=at, actor=actor)
    joining.join_what_is_here(upload)
    telling.tell(upload, lines, batches, prices, actor=actor)
