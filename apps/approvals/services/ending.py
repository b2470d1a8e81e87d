"""Ends without an acceptance: turned down by somebody, or nothing is left to decide."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.approvals import registry
from apps.approvals.models import Item
from apps.approvals.querysets import ItemQuerySet
from apps.approvals.services.steps import check_open, close_together, end, is_done, locked
from apps.approvals.states import ItemState
from apps.core.actors import Actor
from apps.core.errors import InvalidInputError


@transaction.atomic
def reject(item_id: int, *, actor: Actor, reason: str, at: datetime | None = None) -> Item:
    """Turn a proposal down, and say why. A maker may take his own back this way."""
    if not reason.strip():
        raise InvalidInputError(
            _("Say why, so that %(who)s can do better.") % {"who": _("whoever asked")}, code="reason-needed"
        )
    item = locked(item_id)
    if is_done(item, ItemState.REJECTED, actor) and item.reason == reason.strip():
        return item
    check_open(item)
    end(item, ItemState.REJECTED, actor=actor, at=at or timezone.now(), reason=reason.strip())
    kind = registry.kind_if_known(item.kind)  # what no release decides any longer can still be taken back
    if kind is not None and kind.turn_down is not None:
        kind.turn_down(item, actor)
    return item


@transaction.atomic
def close_for_subject(
    subject_kind: str, subject_id: str, *, actor: Actor, reason: str, at: datetime | None = None
) -> int:
    """The subject has gone, or what was asked came about by itself: nothing is left to decide."""
    about = Item.objects.about(kind=subject_kind, subject_id=subject_id)
    return _closed(about, actor=actor, reason=reason, at=at or timezone.now())


@transaction.atomic
def close_items(item_ids: Collection[int], *, actor: Actor, reason: str, at: datetime | None = None) -> int:
    """These need no decision any more; one that was decided meanwhile stays as it was decided."""
    chosen = Item.objects.filter(pk__in=item_ids)
    return _closed(chosen, actor=actor, reason=reason, at=at or timezone.now())


def _closed(chosen: ItemQuerySet, *, actor: Actor, reason: str, at: datetime) -> int:
    """Close those that are open still, and say how many; locked in one order, so that two never cross."""
    items = list(chosen.open().order_by("pk").select_for_update(of=("self",)))
    close_together(items, actor=actor, at=at, reason=reason)
    return len(items)
