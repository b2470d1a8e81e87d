"""Asking for a decision, and taking it. Nobody accepts what he made himself; the second of two is told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.approvals import registry
from apps.approvals.counting import forget_counts
from apps.approvals.errors import (
    AlreadyDecidedError,
    AlreadyWaitingError,
    ChangedSinceError,
    NotEditableError,
    OwnWorkError,
)
from apps.approvals.events import ItemAsked, ItemAssigned, ItemDecided
from apps.approvals.models import Item
from apps.approvals.registry import ItemKind
from apps.approvals.states import MOVES, ItemState, Risk
from apps.core import audit, figures
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import DomainError, FieldError, InvalidInputError, NotFoundError
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
    if not _is_maker(item, actor):
        raise AlreadyWaitingError(
            _("“%(title)s” by %(maker)s is waiting for a decision already.")
            % {"title": item.title, "maker": item.maker_label}
        )
    before = dict(item.after)
    for name, value in _content(proposal).items():
        setattr(item, name, value)
    item.asked_at = at
    item.revision += 1
    item.save()
    audit.record(
        actor=actor, action="todo.changed", subject=Subject.of(item), before=before, after=dict(item.after)
    )
    return item


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
    item = _locked(item_id)
    kind = registry.kind_of(item.kind)
    corrected = None if edited is None else _corrected(kind, edited)
    if _is_done(item, ItemState.ACCEPTED, actor) and item.edited == corrected:
        return item
    _check_open(item)
    if _is_maker(item, actor):
        raise OwnWorkError(_("You made “%(title)s” yourself: somebody else has to accept it.") % vars(item))
    if seen is not None and seen != item.revision:
        raise ChangedSinceError(
            _("%(maker)s has changed “%(title)s” since you opened it: look at it again.")
            % {"maker": item.maker_label, "title": item.title}
        )
    item.edited = corrected
    _end(item, ItemState.ACCEPTED, actor=actor, at=at)
    kind.apply(item, actor)
    return item


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


@transaction.atomic
def reject(item_id: int, *, actor: Actor, reason: str, at: datetime | None = None) -> Item:
    """Turn a proposal down, and say why. A maker may take his own back this way."""
    if not reason.strip():
        raise InvalidInputError(
            _("Say why, so that %(who)s can do better.") % {"who": _("whoever asked")}, code="reason-needed"
        )
    item = _locked(item_id)
    if _is_done(item, ItemState.REJECTED, actor) and item.reason == reason.strip():
        return item
    _check_open(item)
    _end(item, ItemState.REJECTED, actor=actor, at=at or timezone.now(), reason=reason.strip())
    kind = registry.kind_if_known(item.kind)  # what no release decides any longer can still be taken back
    if kind is not None and kind.turn_down is not None:
        kind.turn_down(item, actor)
    return item


@transaction.atomic
def assign(item_id: int, *, to: models.Model | None, actor: Actor, at: datetime | None = None) -> Item:
    """Give an open item to somebody to look at, or to nobody in particular."""
    item = _locked(item_id)
    _check_open(item)
    if item.assignee_id == (to.pk if to is not None else None):
        return item
    before = {"assignee": str(item.assignee) if item.assignee_id else None}
    item.assignee_id = to.pk if to is not None else None
    item.save(update_fields=["assignee"])
    after = {"assignee": str(to) if to is not None else None}
    audit.record(actor=actor, action="todo.assigned", subject=Subject.of(item), before=before, after=after)
    if to is not None:
        publish(
            ItemAssigned(
                item_id=item.pk,
                title=item.title,
                assignee_id=to.pk,
                given_by=actor.label,
                giver_id=actor.id if actor.kind == "staff" else "",
                given_at=(at or timezone.now()).isoformat(),
                link=item.get_absolute_url(),
            )
        )
    return item


@transaction.atomic
def close_for_subject(
    subject_kind: str, subject_id: str, *, actor: Actor, reason: str, at: datetime | None = None
) -> int:
    """The subject has gone, or what was asked came about by itself: nothing is left to decide."""
    waiting = Item.objects.open().about(kind=subject_kind, subject_id=subject_id).order_by("pk")
    closed = 0
    for item in waiting.select_for_update(of=("self",)):
        _end(item, ItemState.CLOSED, actor=actor, at=at or timezone.now(), reason=reason)
        closed += 1
    return closed


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


def _locked(item_id: int) -> Item:
    item = Item.objects.select_for_update(of=("self",)).filter(pk=item_id).first()
    if item is None:
        raise NotFoundError(_("There is no such To Do item."))
    return item


def _check_open(item: Item) -> None:
    if item.state != ItemState.OPEN:
        raise AlreadyDecidedError(_already(item))


def _is_done(item: Item, state: ItemState, actor: Actor) -> bool:
    """Whether the same person has decided the same already: his answer was lost, or he pressed twice."""
    return item.state == state and (item.decider_kind, item.decider_id) == (actor.kind, actor.id)


def _already(item: Item) -> str:
    return _("%(who)s decided this %(when)s: %(state)s.") % {
        "who": item.decider_label,
        "when": figures.moment_text(item.decided_at, now=timezone.now()),
        "state": item.get_state_display().lower(),
    }


def _is_maker(item: Item, actor: Actor) -> bool:
    return (item.maker_kind, item.maker_id) == (actor.kind, actor.id)


def _end(item: Item, to: ItemState, *, actor: Actor, at: datetime, reason: str = "") -> None:
    """The only place where an item's state is written."""
    if to not in MOVES[ItemState(item.state)]:
        raise AlreadyDecidedError(_already(item))
    item.state, item.reason, item.decided_at = to, reason, at
    item.decider_kind, item.decider_id, item.decider_label = actor.kind, actor.id, actor.label[:200]
    item.save()
    audit.record(
        actor=actor,
        action=f"todo.{to.value}",
        subject=Subject.of(item),
        before=dict(item.before if item.edited is None else item.after),
        after=dict(item.proposed) if to == ItemState.ACCEPTED else None,
        reason=reason,
    )
    publish(_decided(item))
    transaction.on_commit(forget_counts, robust=True)


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
