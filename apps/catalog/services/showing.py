"""Which products and categories customers see in their app, and under which label (spec/02)."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from modeltranslation.utils import build_localized_fieldname

from apps.catalog.models import Category, Product
from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import FieldError, InvalidInputError, NotFoundError
from apps.core.mirror import NAME_LENGTH

Labels = Mapping[str, str]  # by language


def show_product(product_id: int, *, is_in_app: bool, labels: Labels | None = None, actor: Actor) -> Product:
    """Say whether the app shows a product, and how it calls it; without ``labels`` those stay.

    A label that is empty gives way to the name. Raises InvalidInputError and NotFoundError.
    """
    product: Product = _show(Product, product_id, "product.shown", is_in_app, labels, actor)
    return product


def show_category(
    category_id: int, *, is_in_app: bool, labels: Labels | None = None, actor: Actor
) -> Category:
    """As :func:`show_product`, for a category and with it all that hangs under it."""
    category: Category = _show(Category, category_id, "category.shown", is_in_app, labels, actor)
    return category


def shown_as(record: Product | Category) -> dict[str, Any]:
    """How it stands in the app: the columns of this module."""
    return {"is_in_app": record.is_in_app, **_columns({code: record.label_in(code) for code in _languages()})}


@transaction.atomic
def _show(model: Any, pk: int, action: str, is_in_app: bool, labels: Labels | None, actor: Actor) -> Any:
    told = {"is_in_app": is_in_app, **_columns(_tidied(labels or {}))}
    record = model.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if record is None:
        raise NotFoundError(_("It is no longer here."))
    before = shown_as(record)
    after = before | told
    if after != before:
        model.objects.filter(pk=pk).update(**told)
        record.refresh_from_db(fields=list(told))
        audit.record(actor=actor, action=action, subject=Subject.of(record), before=before, after=after)
    return record


def _tidied(labels: Labels) -> Labels:
    """Raises InvalidInputError with every mistake."""
    tidy = {language: " ".join(label.split()) for language, label in labels.items()}
    errors = [
        *(FieldError(f"label_{language}", "unknown-language", _("is for a language that the shop lacks"))
          for language in tidy if language not in _languages()),
        *(FieldError(f"label_{language}", "too-long", _("has at most 140 characters"))
          for language, label in tidy.items() if len(label) > NAME_LENGTH),
    ]  # fmt: skip
    if errors:
        raise InvalidInputError(_("This label cannot be kept."), errors=errors)
    return tidy


def _columns(labels: Labels) -> dict[str, str]:
    return {build_localized_fieldname("label", language): label for language, label in labels.items()}


def _languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]
