"""What ERPNext is to be told: queued with the change, moved in one place, sent by ``sync`` (docs/adr/0204).

The reference is Larder's own name for the document in ERPNext. Queueing the same reference again means that
the thing changed again: the message goes back to pending, and one under way goes out once more afterwards.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import IllegalMoveError, InvalidInputError, NotFoundError
from apps.core.models import Outgoing
from apps.core.states import OUTGOING_MOVES, OutgoingState


@transaction.atomic
def queue(
    *, kind: str, subject: Subject, reference: str, actor: Actor, payload: dict[str, Any] | None = None
) -> Outgoing:
    """Put what is to be told into the outbox, in the transaction of the change that it tells of."""
    message, is_new = Outgoing.objects.select_for_update(of=("self",)).get_or_create(
        reference=reference,
        defaults={
            "kind": kind,
            "subject_kind": subject.kind,
            "subject_id": subject.id,
            "subject_label": subject.label[:200],
            "payload": payload or {},
            **_by(actor),
        },
    )
    if is_new:
        message.journal.create(now=message.state, **_by(actor))
    else:
        _changed_again(message, payload=payload, actor=actor)
    return message


def _changed_again(message: Outgoing, *, payload: dict[str, Any] | None, actor: Actor) -> None:
    message.revision += 1
    if payload is not None:
        message.payload = payload
    if message.state in {OutgoingState.PENDING, OutgoingState.SENDING}:
        message.save(update_fields=["revision", "payload"])
    else:
        _move(message, OutgoingState.PENDING, actor=actor, reason="changed again")


@transaction.atomic
def take(message_id: int, *, at: datetime, actor: Actor) -> Outgoing:
    """Take a message up for sending; a second sender is refused. Keep its ``revision`` for ``sent``."""
    message = _locked(message_id)
    message.attempts += 1
    message.taken_at = at
    _move(message, OutgoingState.SENDING, actor=actor)
    return message


@transaction.atomic
def sent(
    message_id: int,
    *,
    revision: int,
    at: datetime,
    actor: Actor,
    payload: dict[str, Any],
    answer: dict[str, Any],
    erp_name: str,
) -> Outgoing:
    """ERPNext has it. What changed while it was under way waits to be sent again."""
    message = _locked(message_id)
    message.answer, message.erp_name = answer, erp_name
    message.last_error = ""
    if message.revision == revision:
        message.payload, message.sent_at = payload, at
        _move(message, OutgoingState.SENT, actor=actor)
    else:
        _move(message, OutgoingState.PENDING, actor=actor, reason="changed while it was under way")
    return message


@transaction.atomic
def failed(message_id: int, *, error: str, next_try_at: datetime, actor: Actor) -> Outgoing:
    """It did not go through, but may the next time."""
    message = _locked(message_id)
    message.last_error, message.next_try_at = error, next_try_at
    _move(message, OutgoingState.FAILED, actor=actor, reason=error)
    return message


@transaction.atomic
def give_up(message_id: int, *, error: str, actor: Actor, answer: dict[str, Any] | None = None) -> Outgoing:
    """It will not go through by itself: a person has to look at it."""
    message = _locked(message_id)
    message.last_error, message.answer = error, answer or {}
    _move(message, OutgoingState.NEEDS_ATTENTION, actor=actor, reason=error)
    return message


@transaction.atomic
def retry(message_id: int, *, actor: Actor, payload: dict[str, Any] | None = None) -> Outgoing:
    """A person has it sent again, as it was or with a payload of his own; both are in the audit trail."""
    message = _locked(message_id)
    before = {"payload": message.payload, "state": message.state}
    if payload is not None:
        message.payload = payload
    message.revision += 1
    message.attempts = 0
    _move(message, OutgoingState.PENDING, actor=actor, reason="sent again by hand")
    after = {"payload": message.payload, "state": message.state}
    audit.record(
        actor=actor, action="outgoing.retried", subject=Subject.of(message), before=before, after=after
    )
    return message


@transaction.atomic
def discard(message_id: int, *, actor: Actor, reason: str) -> Outgoing:
    """A person decides that ERPNext is not to be told."""
    if not reason.strip():
        raise InvalidInputError("Say why the message is not to be sent.", code="reason-needed")
    message = _locked(message_id)
    before = {"state": message.state}
    _move(message, OutgoingState.DISCARDED, actor=actor, reason=reason)
    audit.record(
        actor=actor,
        action="outgoing.discarded",
        subject=Subject.of(message),
        before=before,
        after={"state": message.state},
        reason=reason,
    )
    return message


def _locked(message_id: int) -> Outgoing:
    message = Outgoing.objects.select_for_update(of=("self",)).filter(pk=message_id).first()
    if message is None:
        raise NotFoundError("This message is no longer in the outbox.")
    return message


def _move(message: Outgoing, to: OutgoingState, *, actor: Actor, reason: str = "") -> None:
    """The only place where a message's state is written; dates that belong to another state go with it."""
    was = OutgoingState(message.state)
    if to not in OUTGOING_MOVES[was]:
        raise IllegalMoveError(f"{message.reference}: {was.label} → {to.label} is not a step we take.")
    message.journal.create(was=was, now=to, reason=reason, **_by(actor))
    message.state = to
    if to != OutgoingState.SENDING:
        message.taken_at = None
    if to != OutgoingState.FAILED:
        message.next_try_at = None
    if to != OutgoingState.SENT:
        message.sent_at = None
    message.save()


def _by(actor: Actor) -> dict[str, str]:
    return {"actor_kind": actor.kind, "actor_id": actor.id, "actor_label": actor.label[:200]}
