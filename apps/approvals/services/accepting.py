"""Accepting what was asked, as it is or corrected. Nobody accepts what he made himself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.approvals import registry
from apps.approvals.errors import ChangedSinceError, NotEditableError, OwnWorkError
from apps.approvals.models import Item
from apps.approvals.registry import ItemKind
from apps.approvals.services.steps import check_open, end, is_done, is_maker, locked
from apps.approvals.states import ItemState
from apps.core import audit
from apps.core.actors import Actor
from apps.core.errors import DomainError, FieldError, InvalidInputError
from apps.core.models import AuditEntry


def accept(item_id: int, *, actor: Actor, seen: int | None = None, at: datetime | None = None) -> Item:
    """Carry out what is proposed, as it is. What the owning app refuses leaves the item open.

    ``seen`` is the revision that a person looked at: he does not accept what he has not seen. Once he has
    accepted, asking again changes nothing and is no mistake.
    """
    return _accept(item_id, edited=None, seen=seen, actor=actor, at=at or timezone.now())


def edit_and_accept(
    item_id: int,
    *,
    edited: Mapping[str, Any],
    actor: Actor,
    seen: int | None = None,
    at: datetime | None = None,
) -> Item:
    """Carry out a corrected version; both are kept. Raises InvalidInputError for what the form refuses."""
    return _accept(item_id, edited=edited, seen=seen, actor=actor, at=at or timezone.now())


@transaction.atomic
def _accept(
    item_id: int, *, edited: Mapping[str, Any] | None, seen: int | None, actor: Actor, at: datetime
) -> Item:
    item = locked(item_id)
    kind = registry.kind_of(item.kind)
    corrected = None if edited is None else _corrected(kind, edited)
    if is_done(item, ItemState.ACCEPTED, actor) and item.edited == corrected:
        return item
    check_open(item)
    if is_maker(item, actor):
        raise OwnWorkError(_("You made “%(title)s” yourself: somebody else has to accept it.") % vars(item))
    if seen is not None and seen != item.revision:
        raise ChangedSinceError(
            _("%(who)s has changed “%(title)s” since you opened it: look at it again.")
            % {"who": _changed_by(item), "title": item.title}
        )
    item.edited = corrected
    end(item, ItemState.ACCEPTED, actor=actor, at=at)
    kind.apply(item, actor)
    return item


def _changed_by(item: Item) -> str:
    """Its maker, or whoever corrected it since."""
    about = AuditEntry.objects.about(kind=item._meta.label_lower, subject_id=str(item.pk))
    last = about.filter(action="todo.changed").order_by("-id").first()
    return last.actor_label if last else item.maker_label


def _corrected(kind: ItemKind, edited: Mapping[str, Any]) -> dict[str, Any]:
    form = registry.cleaned(kind, edited)
    if form is None:
        raise NotEditableError(_("“%(title)s” can be accepted or rejected, not edited.") % vars(kind))
    if not form.is_valid():
        errors = [
            FieldError(field=field, code=error.code or "invalid", message=" ".join(error.messages))
            for field, found in form.errors.as_data().items()
            for error in found
        ]
        raise InvalidInputError(_("The corrected version was not accepted."), errors=errors)
    return audit.plain(form.cleaned_data)


@dataclass(frozen=True)
class Outcome:
    """How one of several fared; ``refusal`` is empty when it was accepted."""

    item_id: int
    title: str
    refusal: str


def accept_several(
    seen: Mapping[int, int | None], *, actor: Actor, at: datetime | None = None
) -> list[Outcome]:
    """Accept low-risk items, each by itself: one that is refused holds up no other.

    ``seen`` says of each the revision that was looked at.
    """
    found = Item.objects.low_risk().in_bulk(list(seen))
    return [
        _outcome(item, lambda item=item: accept(item.pk, seen=seen[item.pk], actor=actor, at=at))  # type: ignore[misc]
        for item in found.values()
    ]


def _outcome(item: Item, verb: Callable[[], Item]) -> Outcome:
    try:
        verb()
    except DomainError as why:
        return Outcome(item_id=item.pk, title=item.title, refusal=str(why))
    return Outcome(item_id=item.pk, title=item.title, refusal="")
