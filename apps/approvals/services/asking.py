"""Asking for a decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.approvals import registry
from apps.approvals.counting import forget_counts
from apps.approvals.errors import AlreadyWaitingError
from apps.approvals.events import ItemAsked
from apps.approvals.models import Item
from apps.approvals.registry import ItemKind
from apps.approvals.services.steps import is_maker
from apps.approvals.states import Risk
from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.events import publish


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What is asked for: how the subject is (nothing, when it is new), and how it is to be."""

    kind: str
    title: str
    subject: Subject
    after: Mapping[str, Any]
    before: Mapping[str, Any] | None = None
    risk: Risk = Risk.MEDIUM
    value: Decimal | None = None
    margin: Decimal | None = None  # in per cent, as it would be


@transaction.atomic
def ask(proposal: Proposal, *, actor: Actor, at: datetime | None = None) -> Item:
    """Put a proposal into the inbox; the maker's earlier one on the same subject is brought up to date."""
    kind = registry.kind_of(proposal.kind)
    waiting = _waiting(proposal)
    if waiting is not None:
        return _brought_up_to_date(waiting, proposal, actor=actor, at=at or timezone.now())
    item = _made(proposal, actor=actor, at=at or timezone.now())
    audit.record(actor=actor, action="todo.asked", subject=Subject.of(item), after=dict(item.after))
    if not kind.is_told_by_its_app:
        publish(_asked(item, kind))
    transaction.on_commit(forget_counts, robust=True)
    return item


@transaction.atomic
def revise(proposal: Proposal, *, actor: Actor) -> Item | None:
    """What waits was corrected by somebody who may, not by its maker: the item says what it is by now, and
    whoever opened it before looks again. It stays its maker's. None where nothing waits."""
    waiting = _waiting(proposal)
    return None if waiting is None else _changed(waiting, proposal, actor=actor)


def _asked(item: Item, kind: ItemKind) -> ItemAsked:
    return ItemAsked(
        item_id=item.pk,
        title=item.title,
        permission_key=kind.permission_key,
        maker_id=item.maker_id if item.maker_kind == "staff" else "",
        maker_label=item.maker_label,
        link=item.get_absolute_url(),
    )


def _waiting(proposal: Proposal) -> Item | None:
    if not proposal.subject.id:
        return None
    same = Item.objects.open().about(kind=proposal.subject.kind, subject_id=proposal.subject.id)
    return same.select_for_update(of=("self",)).filter(kind=proposal.kind).first()


def _made(proposal: Proposal, *, actor: Actor, at: datetime) -> Item:
    try:
        with transaction.atomic():
            return Item.objects.create(
                kind=proposal.kind,
                subject_kind=proposal.subject.kind,
                subject_id=proposal.subject.id,
                maker_kind=actor.kind,
                maker_id=actor.id,
                maker_label=actor.label[:200],
                asked_at=at,
                **_content(proposal),
            )
    except IntegrityError as why:  # two asked at the same instant
        raise AlreadyWaitingError(_("A proposal for this is waiting already; look at it first.")) from why


def _content(proposal: Proposal) -> dict[str, Any]:
    return {
        "title": proposal.title[:200],
        "subject_label": proposal.subject.label[:200],
        "before": audit.plain(proposal.before or {}),
        "after": audit.plain(proposal.after),
        "risk": proposal.risk,
        "value": proposal.value,
        "margin": proposal.margin,
    }


def _brought_up_to_date(item: Item, proposal: Proposal, *, actor: Actor, at: datetime) -> Item:
    if not is_maker(item, actor):
        raise AlreadyWaitingError(
            _("“%(title)s” by %(maker)s is waiting for a decision already.")
            % {"title": item.title, "maker": item.maker_label}
        )
    item.asked_at = at
    return _changed(item, proposal, actor=actor)


def _changed(item: Item, proposal: Proposal, *, actor: Actor) -> Item:
    before = dict(item.after)
    for name, value in _content(proposal).items():
        setattr(item, name, value)
    item.revision += 1
    item.save()
    audit.record(
        actor=actor, action="todo.changed", subject=Subject.of(item), before=before, after=dict(item.after)
    )
    return item
