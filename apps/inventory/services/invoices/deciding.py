"""What a person says of lines: which product, how many to the pack, a new item, nothing; or other values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.services import holds
from apps.approvals.errors import OwnWorkError
from apps.catalog.models import Product
from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import FieldError, InvalidInputError, NotFoundError, PermissionDeniedError
from apps.inventory.errors import LineChangedError, ProductUnfitError
from apps.inventory.models import InvoiceUpload, UploadLine
from apps.inventory.services.invoices import catalogue, costs, proposing, steps
from apps.inventory.services.invoices.writing import write_columns
from apps.inventory.states import OPEN, Certainty, Decision, Found, UploadState
from apps.inventory.sums import cost_of_one, in_stock_units

APPROVE: Final = "batches.approve"
LEAST_PACK: Final = Decimal("0.001")  # of less nothing is left of a quantity, and a cost has no room
MOST_PACK: Final = Decimal(100_000)
PACK_PLACES: Final = 9
MOST_STOCK: Final = Decimal(10) ** 12  # the first that has no room
MOST_QUANTITY: Final = Decimal(10) ** 9
MOST_PRICE: Final = Decimal(10) ** 7
DECIDED: Final = ("decision", "product", "pack_factor", "found_by")
WRITTEN: Final = (
    "decision", "product", "pack_factor", "found_by", "is_by_hand", "decided_by",
    "stock_quantity", "unit_cost", "last_cost",
)  # fmt: skip
EDITABLE: Final = ("quantity", "buy_price", "sell_price", "vat_rate", "expires_on")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What becomes of a line; ``pack_factor`` is stock units in one of what is invoiced. None: as it was, and
    with another product as that one's size and units say."""

    decision: Decision
    product_id: int | None = None
    pack_factor: Decimal | None = None


@transaction.atomic
def decide_lines(
    upload_id: int,
    *,
    choices: Mapping[int, Choice],
    actor: Actor,
    seen: Mapping[int, str] | None = None,
) -> list[UploadLine]:
    """Decide lines by their ids, all or none. ``Decision.UNDECIDED`` takes a decision back.

    ``seen`` is the stamp of each line as the person saw it: one that is another by now is refused
    (LineChangedError). While the upload waits for approval, whoever approves may still correct it, its maker
    may not (OwnWorkError), nor anybody else (PermissionDeniedError); the item in To Do changes with it.
    Raises InvalidInputError, ProductUnfitError, NotFoundError, UploadClosedError.
    """
    upload = _open(upload_id, actor)
    lines = _locked_lines(upload, choices)
    _check_seen(lines, seen or {})
    before = {_name(line): audit.values_of(line, *DECIDED) for line in lines}
    products = _products(choices.values())
    packs = _packs(lines, choices, products)
    for line in lines:
        _decide(line, choices[line.pk], products, pack=packs[line.pk], actor=actor)
    _with_last_costs(lines)
    write_columns(lines, *WRITTEN)
    after = {_name(line): audit.values_of(line, *DECIDED) for line in lines}
    _trace(upload, "invoice.lines_decided", before, after, actor=actor)
    return lines


@transaction.atomic
def accept_suggestions(upload_id: int, *, line_ids: Iterable[int] | None = None, actor: Actor) -> int:
    """Take the first candidate of every suggested line that nobody decided (or of these). Says how many."""
    _open(upload_id, actor)  # what somebody decides in this moment is not decided again
    lines = UploadLine.objects.undecided().filter(upload=upload_id).exclude(candidates=[])
    lines = lines.exclude(certainty=Certainty.UNMATCHED)  # what is nearest to those is shown, not suggested
    if line_ids is not None:
        lines = lines.filter(pk__in=list(line_ids))
    choices = {
        line.pk: Choice(
            decision=Decision.PRODUCT,
            product_id=line.candidates[0]["product"],
            pack_factor=Decimal(line.candidates[0]["pack"]),
        )
        for line in lines
    }
    return len(decide_lines(upload_id, choices=choices, actor=actor)) if choices else 0


@transaction.atomic
def edit_line(
    line_id: int, *, values: Mapping[str, Any], actor: Actor, seen: str | None = None
) -> UploadLine:
    """Correct what the file says of a line: quantity, buy_price, sell_price, vat_rate, expires_on.

    The cells as they stood are kept. ``seen`` is its stamp as the person saw it. Raises InvalidInputError,
    NotFoundError, UploadClosedError, LineChangedError, OwnWorkError and PermissionDeniedError.
    """
    found = UploadLine.objects.filter(pk=line_id).values_list("upload_id", flat=True).first()
    if found is None:
        raise NotFoundError(_("There is no such line."))
    upload = _open(found, actor)
    line = UploadLine.objects.select_for_update(of=("self",)).get(pk=line_id)
    _check_seen([line], {line_id: seen} if seen else {})
    _check_values(values)
    before = audit.values_of(line, *EDITABLE)
    for name, value in values.items():
        setattr(line, name, value)
    _reckon(line)
    line.save(update_fields=[*values, "stock_quantity", "unit_cost"])
    _trace(
        upload,
        "invoice.line_edited",
        {_name(line): before},
        {_name(line): audit.values_of(line, *EDITABLE)},
        actor=actor,
    )
    return line


def _open(upload_id: int, actor: Actor) -> InvoiceUpload:
    upload = steps.locked_with_item(upload_id)
    steps.check_state(upload, (*OPEN, UploadState.PENDING))
    if upload.state == UploadState.PENDING:
        _check_may_correct(upload, actor)
    return upload


def _check_may_correct(upload: InvoiceUpload, actor: Actor) -> None:
    """Of what waits for approval: whoever may approve it, and nobody his own. Asked here for every door."""
    if steps.is_own(upload, actor):
        raise OwnWorkError(_("It waits for approval: take it back before you change it."))
    if not holds(actor, APPROVE):
        said = _("It waits for approval: to correct it needs the right “%(key)s”.")
        raise PermissionDeniedError(said % {"key": APPROVE})


def _locked_lines(upload: InvoiceUpload, wanted: Iterable[int]) -> list[UploadLine]:
    ids = set(wanted)
    lines = list(upload.lines.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",)))
    if len(lines) != len(ids):
        raise NotFoundError(_("A line is not of this invoice any more; load the page again."))
    return lines


def _check_seen(lines: Iterable[UploadLine], seen: Mapping[int, str]) -> None:
    changed = [line for line in lines if seen.get(line.pk, line.stamp) != line.stamp]
    if changed:
        said = _("Row %(row)d was changed meanwhile, by %(who)s: look at it again.")
        who = changed[0].decided_by or _("somebody else")
        raise LineChangedError(said % {"row": changed[0].row, "who": who})


def _products(choices: Iterable[Choice]) -> dict[int, Product]:
    wanted = {choice.product_id for choice in choices if choice.product_id is not None}
    return {product.pk: product for product in Product.objects.filter(pk__in=wanted)}


def _packs(
    lines: Sequence[UploadLine], choices: Mapping[int, Choice], products: Mapping[int, Product]
) -> dict[int, Decimal]:
    """Line id → its pack from now on. A pack goes with its product: what the former was packed in says
    nothing of the next one, unless a person typed it before there was any."""
    packs, anew = {}, []
    for line in lines:
        choice, as_matched = choices[line.pk], catalogue.pack_as_matched(line)
        product = products.get(choice.product_id or 0)
        is_typed = line.product_id is None and line.pack_factor != as_matched
        if choice.pack_factor is not None:
            check_pack(line, choice.pack_factor)
            packs[line.pk] = choice.pack_factor
        elif is_typed or choice.product_id == line.product_id:
            packs[line.pk] = line.pack_factor
        else:
            packs[line.pk] = as_matched if is_pack(as_matched) else line.pack_factor
            anew += [(line, product)] if product else []
    return packs | {pk: pack for pk, pack in catalogue.packs_of(anew).items() if is_pack(pack)}


def _decide(
    line: UploadLine, choice: Choice, products: Mapping[int, Product], *, pack: Decimal, actor: Actor
) -> None:
    product = products.get(choice.product_id or 0) if choice.decision == Decision.PRODUCT else None
    if choice.decision == Decision.PRODUCT:
        check_fit(line, product)
    is_same = product is not None and line.product_id == product.pk
    if product is not None and not is_same:
        line.found_by = Found.HAND
    line.decision, line.product = choice.decision, product
    line.is_by_hand = choice.decision != Decision.UNDECIDED
    line.decided_by = actor.label[:200] if line.is_by_hand else ""
    line.pack_factor = pack
    _reckon(line)


def check_fit(line: UploadLine, product: Product | None) -> None:
    """Raises ProductUnfitError for a product that cannot be bought in."""
    why = unfit(product)
    if why:
        error = FieldError(f"lines[{line.row}].product", "unfit", why)
        raise ProductUnfitError(_("Row %(row)d: %(why)s") % {"row": line.row, "why": why}, errors=[error])


def unfit(product: Product | None) -> str:
    """Why a product cannot be bought in; empty when it can."""
    if product is None:
        return _("Choose a product.")
    if product.is_gone or not product.is_active:
        return _("“%(product)s” is not active in ERPNext any more.") % {"product": product}
    if product.has_variants:
        return _("“%(product)s” is a template; choose one of its variants.") % {"product": product}
    if not product.is_bought:
        return _("“%(product)s” is not bought in (Allow Purchase is off in ERPNext).") % {"product": product}
    return ""


def check_pack(line: UploadLine, pack: Decimal) -> None:
    """Raises InvalidInputError for a number of stock units that no pack holds."""
    if not is_pack(pack):
        said = _(
            "Row %(row)d: a pack holds a thousandth at least, and at most 100,000; nine places are kept."
        )
        said %= {"row": line.row}
        raise InvalidInputError(said, errors=[FieldError(f"lines[{line.row}].pack_factor", "pack", said)])


def is_pack(pack: Decimal) -> bool:
    """Whether a pack may hold so many stock units, and we keep each digit of it."""
    return pack.is_finite() and LEAST_PACK <= pack <= MOST_PACK and pack == round(pack, PACK_PLACES)


def _check_values(values: Mapping[str, Any]) -> None:
    wrong = [
        FieldError(name, "unknown", _("Nothing called that can be changed."))
        for name in values
        if name not in EDITABLE
    ]
    bounds = {"quantity": (True, MOST_QUANTITY, 3), "buy_price": (False, MOST_PRICE, 6),
              "sell_price": (False, MOST_PRICE, 2), "vat_rate": (False, Decimal(100), 3)}  # fmt: skip
    for name, (is_above, most, places) in bounds.items():
        value = values.get(name)
        if name not in values or (value is None and name in {"sell_price", "vat_rate"}):
            continue
        if (
            not isinstance(value, Decimal)
            or not value.is_finite()
            or value > most
            or value < 0
            or (is_above and not value)
            or value != round(value, places)
        ):
            wrong.append(FieldError(name, "out-of-bounds", _("Not an amount that a line can have.")))
    if wrong:
        raise InvalidInputError(_("The line was not changed."), errors=wrong)


def _reckon(line: UploadLine) -> None:
    line.stock_quantity = in_stock_units(line.quantity, line.pack_factor)
    line.unit_cost = cost_of_one(line.buy_price, line.pack_factor)
    if line.stock_quantity <= 0:
        said = _("Row %(row)d: that leaves less than a thousandth of a stock unit.") % {"row": line.row}
        raise InvalidInputError(said, errors=[FieldError(f"lines[{line.row}].quantity", "too-little", said)])
    if line.stock_quantity >= MOST_STOCK:
        said = _("Row %(row)d: those are more stock units than any shop has.") % {"row": line.row}
        raise InvalidInputError(said, errors=[FieldError(f"lines[{line.row}].quantity", "too-much", said)])


def _with_last_costs(lines: list[UploadLine]) -> None:
    last = costs.last_costs({line.product_id for line in lines if line.product_id})
    for line in lines:
        line.last_cost = last.get(line.product_id) if line.product_id else None


def _name(line: UploadLine) -> str:
    return f"row {line.row}"


def _trace(
    upload: InvoiceUpload, action: str, before: Mapping[str, Any], after: Mapping[str, Any], *, actor: Actor
) -> None:
    """The entry; and of what waits for approval the item in To Do, which is another from now on."""
    audit.record(actor=actor, action=action, subject=Subject.of(upload), before=before, after=after)
    if upload.state == UploadState.PENDING and before != after:
        proposing.revise(upload, actor=actor)
