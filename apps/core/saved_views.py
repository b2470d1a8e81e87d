"""The verbs of saved filters and chosen columns."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core import audit
from apps.core.actors import Actor
from apps.core.errors import FieldError, InvalidInputError, NotFoundError, PermissionDeniedError
from apps.core.models import ChosenColumns, SavedView


def views_of(page: str, *, actor: Actor) -> models.QuerySet[SavedView]:
    """The saved filters that a person finds on a list: his own and the shared ones."""
    own = Q(owner_kind=actor.kind, owner_id=actor.id)
    return SavedView.objects.filter(Q(is_shared=True) | own, page=page).order_by("name", "id")


@transaction.atomic
def save_view(
    *, page: str, name: str, query: str, columns: Sequence[str], is_shared: bool, actor: Actor
) -> SavedView:
    """Keep a list's filters under a name; a person's own of the same name is replaced."""
    given = {
        "query": query,
        "columns": list(columns),
        "is_shared": is_shared,
        "owner_label": actor.label[:200],
    }
    try:
        with transaction.atomic():
            view, made = SavedView.objects.update_or_create(
                page=page, name=name, owner_kind=actor.kind, owner_id=actor.id, defaults=given
            )
    except IntegrityError as why:
        sentence = _("“%(name)s” is a shared filter of someone else. Choose another name.") % {"name": name}
        raise InvalidInputError(sentence, errors=[FieldError("name", "taken", sentence)]) from why
    audit.record(
        actor=actor,
        action="saved-view.saved" if made else "saved-view.replaced",
        subject=audit.Subject.of(view),
        after={"page": page, "query": query, "is_shared": is_shared},
    )
    return view


@transaction.atomic
def remove_view(view_id: int, *, page: str, may_share: bool, actor: Actor) -> str:
    """Remove a saved filter and return its name. A shared one of another goes only by who may share."""
    view = SavedView.objects.select_for_update().filter(pk=view_id, page=page).first()
    is_own = view is not None and (view.owner_kind, view.owner_id) == (actor.kind, actor.id)
    if view is None or not (is_own or view.is_shared):
        raise NotFoundError(_("This saved filter is gone already."))
    if not is_own and not may_share:
        raise PermissionDeniedError(
            _("Only who shared this filter, or who may share filters, can remove it.")
        )
    audit.record(
        actor=actor,
        action="saved-view.removed",
        subject=audit.Subject.of(view),
        before={"page": page, "query": view.query, "is_shared": view.is_shared},
    )
    view.delete()
    return view.name


def columns_of(page: str, *, actor: Actor) -> list[str]:
    """The columns that a person chose for a list; none when he never did."""
    chosen = ChosenColumns.objects.filter(page=page, owner_kind=actor.kind, owner_id=actor.id)
    return next(iter(chosen.values_list("columns", flat=True)), [])


def choose_columns(page: str, *, columns: Sequence[str], actor: Actor) -> None:
    """Remember the columns that a person wants; none puts the list's own back. No trace: it is a taste."""
    mine: dict[str, Any] = {"page": page, "owner_kind": actor.kind, "owner_id": actor.id}
    if columns:
        ChosenColumns.objects.update_or_create(**mine, defaults={"columns": list(columns)})
    else:
        ChosenColumns.objects.filter(**mine).delete()
