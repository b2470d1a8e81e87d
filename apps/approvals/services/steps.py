"""What every decision goes through: the lock, the checks, and the one place where a state is written."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.approvals.counting import forget_counts
from apps.approvals.errors import AlreadyDecidedError
from apps.approvals.events import ItemDecided, ItemsDecided
from apps.approvals.models import Item
from apps.approvals.states import MOVES, ItemState
from apps.core import audit, figures
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import NotFoundError
from apps.core.events import publish

DECISION: Final = ("state", "reason", "decided_at", "decider_kind", "decider_id", "decider_label")


def locked(item_id: int) -> Item:
    item = Item.objects.select_for_update(of=("self",)).filter(pk=item_id).first()
    if item is None:
        raise NotFoundError(_("There is no such To Do item."))
    return item


def check_open(item: Item) -> None:
    if item.state != ItemState.OPEN:
        raise AlreadyDecidedError(_already(item))


def is_done(item: Item, state: ItemState, actor: Actor) -> bool:
    """Whether the same person has decided the same already: his answer was lost, or he pressed twice."""
    return item.state == state and (item.decider_kind, item.decider_id) == (actor.kind, actor.id)


def _already(item: Item) -> str:
    return _("%(who)s decided this %(when)s: %(state)s.") % {
        "who": item.decider_label,
        "when": figures.moment_text(item.decided_at, now=timezone.now()),
        "state": item.get_state_display().lower(),
    }


def is_maker(item: Item, actor: Actor) -> bool:
    return (item.maker_kind, item.maker_id) == (actor.kind, actor.id)


def end(item: Item, to: ItemState, *, actor: Actor, at: datetime, reason: str = "") -> None:
    """One item decided: its state, its trace, and whoever is to hear of it."""
    _decide(item, to, actor=actor, at=at, reason=reason)
    item.save()
    audit.record(
        actor=actor,
        action=f"todo.{to.value}",
        subject=Subject.of(item),
        before=_was(item),
        after=dict(item.proposed) if to == ItemState.ACCEPTED else None,
        reason=reason,
    )
    publish(_decided(item))
    transaction.on_commit(forget_counts, robust=True)


def close_together(items: Sequence[Item], *, actor: Actor, at: datetime, reason: str) -> None:
    """Many that nobody has to decide any more, each with its own trace, in a handful of statements."""
    if not items:
        return
    for item in items:
        _decide(item, ItemState.CLOSED, actor=actor, at=at, reason=reason)
    alike = {name: getattr(items[0], name) for name in DECISION}
    Item.objects.filter(pk__in=[item.pk for item in items]).update(**alike)
    audit.record_each(
        actor=actor,
        action=f"todo.{ItemState.CLOSED.value}",
        changes=[(Subject.of(item), _was(item), None) for item in items],
        reason=reason,
    )
    publish(ItemsDecided(decisions=tuple(map(_decided, items))))
    transaction.on_commit(forget_counts, robust=True)


def _decide(item: Item, to: ItemState, *, actor: Actor, at: datetime, reason: str) -> None:
    """The only place where an item's state is written."""
    if to not in MOVES[ItemState(item.state)]:
        raise AlreadyDecidedError(_already(item))
    item.state, item.reason, item.decided_at = to, reason, at
    item.decider_kind, item.decider_id, item.decider_label = actor.kind, actor.id, actor.label[:200]


def _was(item: Item) -> dict[str, Any]:
    return dict(item.before if item.edited is None else item.after)


def _decided(item: Item) -> ItemDecided:
    return ItemDecided(
        item_id=item.pk,
        title=item.title,
        maker_id=item.maker_id if item.maker_kind == "staff" else "",
        outcome=item.state,
        decided_by=item.decider_label,
        reason=item.reason,
        link=item.get_absolute_url(),
    )
