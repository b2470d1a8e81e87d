"""The registry of categories: those made here before ERPNext has an item group of their name (docs/adr/0801).

A category of the registry is a row of the same table under another source, so whatever will refer to
categories refers to both. What stands for its name in ERPNext is made up, so no product that is read from
there falls into it.
"""

from collections.abc import Iterable
from typing import Any, Final
from uuid import uuid4

from django.db import models, transaction
from django.utils.translation import gettext as _

from apps.catalog.errors import CategoryInUseError, OfERPNextError
from apps.catalog.models import Category
from apps.catalog.services.showing import shown_as
from apps.catalog.states import CategorySource
from apps.core import audit
from apps.core.actors import SYSTEM, Actor
from apps.core.audit import Subject
from apps.core.errors import FieldError, InvalidInputError, NotFoundError
from apps.core.locks import in_turn
from apps.core.mirror import NAME_LENGTH, Written

NAMING: Final = "catalog.category.names"  # two at once could give one name twice


@transaction.atomic
def add_category(name: str, *, parent_id: int | None, actor: Actor) -> Category:
    """Make a category that ERPNext does not have yet. Raises InvalidInputError."""
    in_turn(NAMING)
    wanted = _free_name(name)
    parent = _parent(parent_id)
    made = Category.objects.create(
        source=CategorySource.REGISTRY,
        erp_name=f"{CategorySource.REGISTRY.value}/{uuid4()}",  # nobody's name there, and no two the same
        name_en=wanted,
        parent=parent,
        is_group=False,
    )
    _record("category.added", made, actor=actor, after=_said(made))
    return made


@transaction.atomic
def change_category(category_id: int, *, name: str, parent_id: int | None, actor: Actor) -> Category:
    """Rename or move a category of the registry. Raises InvalidInputError, and OfERPNextError for others."""
    in_turn(NAMING)
    category = _ours(category_id)
    before = _said(category)
    category.name_en = _free_name(name, but=category)
    category.parent = _parent(parent_id, of=category)
    if _said(category) != before:
        category.save(update_fields=["name_en", "parent"])
        _record("category.changed", category, actor=actor, before=before, after=_said(category))
    return category


@transaction.atomic
def remove_category(category_id: int, *, actor: Actor) -> None:
    """Take an unused category out of the registry. Raises CategoryInUseError, which says by what."""
    in_turn(NAMING)
    category = _ours(category_id)
    users = list(_users(category))
    if users:
        raise CategoryInUseError(
            _("“%(name)s” is in use: %(users)s.") % {"name": category, "users": ", ".join(users)}
        )
    _record("category.removed", category, actor=actor, before=_said(category))
    category.delete()


def categories_synced(written: Written) -> None:
    """Item groups came: each takes over what hung on the registry's category of its name. Safe to repeat."""
    arrived = Category.objects.filter(pk__in=written.touched, gone_at=None, source=CategorySource.ERPNEXT)
    named = {group.name_en.casefold(): group for group in arrived if group.name_en}
    if not named or not Category.objects.registered().exists():
        return
    with transaction.atomic():
        in_turn(NAMING)
        for ours in Category.objects.registered().select_for_update(of=("self",)).order_by("pk"):
            group = named.get(ours.name_en.casefold())
            if group:
                _hand_over(ours, to=group)


def _hand_over(ours: Category, *, to: Category) -> None:
    """Whatever refers to the one refers to the other from now on."""
    for relation in _relations():
        rows: Any = relation.related_model._base_manager
        if relation.one_to_one and rows.filter(**{relation.field.name: to}).exists():
            continue  # the group's own stands, and ours goes with its category
        rows.filter(**{relation.field.name: ours}).update(**{relation.field.name: to})
    if shown_as(to) == shown_as(Category()):  # nobody has said anything of it yet
        Category.objects.filter(pk=to.pk).update(**shown_as(ours))
    before = _said(ours)
    _record("category.adopted", to, actor=SYSTEM, before=before, after={"source": to.source})
    ours.delete()


def _relations() -> list[Any]:
    return list(Category._meta.related_objects)


def _users(category: Category) -> Iterable[str]:
    """What refers to it, as "3 products"."""
    for relation in _relations():
        rows: Any = relation.related_model._base_manager.filter(**{relation.field.name: category})
        count = rows.count()
        if count:
            options = relation.related_model._meta
            yield f"{count:,} {options.verbose_name if count == 1 else options.verbose_name_plural}"


def _ours(category_id: int) -> Category:
    category: Category | None = (
        Category.objects.select_for_update(of=("self",)).filter(pk=category_id).first()
    )
    if category is None:
        raise NotFoundError(_("This category is no longer here."))
    if category.source != CategorySource.REGISTRY:
        raise OfERPNextError(_("This category is ERPNext's: change it there."))
    return category


def _free_name(name: str, *, but: Category | None = None) -> str:
    wanted = " ".join(name.split())
    if not 0 < len(wanted) <= NAME_LENGTH:
        raise _wrong("name", "invalid", _("has from 1 to 140 characters"))
    others = Category.objects.present().exclude(pk=but.pk if but else None)
    if others.filter(models.Q(name_en__iexact=wanted) | models.Q(erp_name__iexact=wanted)).exists():
        raise _wrong("name", "taken", _("is the name of another category"))
    return wanted


def _parent(parent_id: int | None, *, of: Category | None = None) -> Category | None:
    """A category to hang it under, but not under itself. Raises InvalidInputError."""
    if parent_id is None:
        return None
    parent: Category | None = Category.objects.present().filter(pk=parent_id).first()
    if parent is None:
        raise _wrong("parent", "unknown", _("is no category"))
    above: Category | None = parent
    seen = set[int]()
    while of is not None and above is not None and above.pk not in seen:
        if above.pk == of.pk:
            raise _wrong("parent", "ring", _("is the category itself, or hangs under it"))
        seen.add(above.pk)
        above = above.parent
    return parent


def _wrong(field: str, code: str, message: str) -> InvalidInputError:
    return InvalidInputError(_("This category cannot be kept."), errors=[FieldError(field, code, message)])


def _said(category: Category) -> dict[str, Any]:
    return {"name": category.name_en, "parent": str(category.parent) if category.parent else ""}


def _record(action: str, category: Category, *, actor: Actor, before: Any = None, after: Any = None) -> None:
    audit.record(actor=actor, action=action, subject=Subject.of(category), before=before, after=after)
