"""What Larder adds to a product (spec/02)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from apps.catalog.models import Product, ProductAllergen
from apps.catalog.states import Allergen, AllergenState
from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import FieldError, InvalidInputError, NotFoundError

LONGEST_NOTES: Final = 4000
LONGEST_LIFE: Final = 3650  # days


@transaction.atomic
def describe_product(
    product_id: int,
    *,
    minimum_life_days: int,
    own_reorder_level: Decimal | None,
    notes: str,
    actor: Actor,
) -> Product:
    """Keep what ERPNext does not know of a product. Quantities are in stock units, three places at most.

    Raises InvalidInputError with every mistake, and NotFoundError.
    """
    told = {
        "minimum_life_days": minimum_life_days,
        "own_reorder_level": own_reorder_level,
        "notes": notes.strip(),
    }
    _refuse_impossible(told)
    product = _locked(product_id)
    before = {name: getattr(product, name) for name in told}
    if before != told:
        for name, value in told.items():
            setattr(product, name, value)
        product.save(update_fields=list(told))
        _record("product.described", product, actor=actor, before=before, after=told)
    return product


@transaction.atomic
def declare_allergens(product_id: int, states: Mapping[str, str], *, actor: Actor) -> dict[str, str]:
    """Say of allergens what is known; those that are not named stay as they were. Returns all fourteen.

    Raises InvalidInputError for an allergen or a state that there is not, and NotFoundError.
    """
    _refuse_unknown(states)
    product = _locked(product_id)
    before = allergens_of(product)
    after = before | dict(states)
    if after != before:
        known = {name: state for name, state in after.items() if state != AllergenState.UNKNOWN}
        product.allergens.exclude(allergen__in=known).delete()
        ProductAllergen.objects.bulk_create(
            [ProductAllergen(product=product, allergen=name, state=state) for name, state in known.items()],
            update_conflicts=True,
            unique_fields=["product", "allergen"],
            update_fields=["state"],
        )
        _record("product.allergens", product, actor=actor, before=before, after=after)
    return after


def allergens_of(product: Product) -> dict[str, str]:
    """All fourteen with what is known of each; what nobody said is unknown."""
    said = {row.allergen: row.state for row in product.allergens.all()}
    return {name: said.get(name, AllergenState.UNKNOWN.value) for name in Allergen.values}


def _locked(product_id: int) -> Product:
    product = Product.objects.select_for_update(of=("self",)).filter(pk=product_id).first()
    if product is None:
        raise NotFoundError(_("This product is no longer here."))
    return product


def _record(action: str, product: Product, *, actor: Actor, before: Any, after: Any) -> None:
    audit.record(actor=actor, action=action, subject=Subject.of(product), before=before, after=after)


def _refuse_impossible(told: Mapping[str, Any]) -> None:
    errors = []
    if not 0 <= told["minimum_life_days"] <= LONGEST_LIFE:
        errors.append(FieldError("minimum_life_days", "out-of-range", _("is from 0 to 3,650 days")))
    level = told["own_reorder_level"]
    if level is not None and not _is_level(level):
        errors.append(
            FieldError("own_reorder_level", "out-of-range", _("is from 0 to 999,999,999.999, or empty"))
        )
    if len(told["notes"]) > LONGEST_NOTES:
        errors.append(FieldError("notes", "too-long", _("have at most 4,000 characters")))
    if errors:
        raise InvalidInputError(_("These details cannot be kept."), errors=errors)


def _is_level(level: Decimal) -> bool:
    return level.is_finite() and 0 <= level < 10**9 and level == round(level, 3)


def _refuse_unknown(states: Mapping[str, str]) -> None:
    errors = [
        *(FieldError(name, "unknown", _("is no allergen of the fourteen")) for name in states
          if name not in Allergen.values),
        *(FieldError(name, "unknown-state", _("is contains, may, free or unknown"))
          for name, state in states.items() if state not in AllergenState.values),
    ]  # fmt: skip
    if errors:
        raise InvalidInputError(_("These allergens cannot be kept."), errors=errors)
