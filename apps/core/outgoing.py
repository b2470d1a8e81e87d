"""What ERPNext is to be told: queued with the change, moved in one place, sent by ``sync`` (docs/adr/0204).

The reference is Larder's own name for the document in ERPNext. Queueing the same reference again means that
the thing changed again: the message goes back to pending, and one under way goes out once more afterwards.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, Final, TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import IllegalMoveError, InvalidInputError, NotFoundError
from apps.core.events import OutgoingGivenUp, OutgoingQueued, publish
from apps.core.locks import lock_rows
from apps.core.models import Outgoing, OutgoingMove
from apps.core.states import OUTGOING_MOVES, WAITING, OutgoingState

LONGEST: Final = 140  # of a reference, here and in ERPNext
SETTLED: Final = timedelta(minutes=2)  # ERPNext ends a request after that: what is not there then never comes
AT_ONCE: Final = 1000  # messages written by one statement
Row = TypeVar("Row")


# --- what is sent at all -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Sends:
    """What the sender says of a kind: whether the shop wants it told, and how large a document may be."""

    is_wanted: Callable[[], bool]
    most_rows: int = 0  # of one document; 0: as many as there are


_sent_kinds: dict[str, Sends] = {}


def offer(kind: str, sends: Sends) -> None:
    """A kind of message that is sent; for the ``outgoing`` module of the app that sends it."""
    _sent_kinds[kind] = sends


def is_wanted(kind: str) -> bool:
    """Whether the shop wants ERPNext told of this: to be asked before anything is queued.

    Its control decides. What is queued while the environment lets nothing out waits, and is not lost.
    """
    sends = _sent_kinds.get(kind)
    return sends is not None and sends.is_wanted()


def parts_of(kind: str, reference: str, rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """The rows of a document as one message or several, each with a reference of its own.

    What fits keeps the reference that it has; of what does not, the parts are ``…/1``, ``…/2`` and so on.
    """
    sends = _sent_kinds.get(kind)
    most = (sends.most_rows if sends else 0) or len(rows)
    if len(rows) <= most:
        return [(reference, list(rows))]
    parts = [list(rows[start : start + most]) for start in range(0, len(rows), most)]
    return [(f"{reference}/{number}", part) for number, part in enumerate(parts, start=1)]


# --- what a message is called -------------------------------------------------------------------------------
def reference_for(kind: str, *parts: str) -> str:
    """The reference of a document that is known by what it says: the same parts give the same one.

    A message of such a kind is about one document for ever; what says another part is another message.
    """
    whole = "/".join((kind, *(part.replace("%", "%25").replace("/", "%2F") for part in parts))).rstrip("/")
    if len(whole) <= LONGEST:
        return whole
    digest = blake2b(whole.encode(), digest_size=12).hexdigest()
    return f"{whole[: LONGEST - len(digest) - 1]}~{digest}"


def said_in(reference: str) -> list[str]:
    """The parts that such a reference was made of, where it was not too long to hold them all."""
    return [part.replace("%2F", "/").replace("%25", "%") for part in reference.split("/")[1:] if part]


# --- from one state to the next -----------------------------------------------------------------------------
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
    publish(OutgoingQueued(), once=True)
    return message


def _changed_again(message: Outgoing, *, payload: dict[str, Any] | None, actor: Actor) -> None:
    message.revision += 1
    if payload is not None:
        message.payload = payload
    if message.state in {OutgoingState.PENDING, OutgoingState.SENDING}:
        message.save(update_fields=["revision", "payload"])
    else:
        _renew(message, next_try_at=_settled(message))
        _move(message, OutgoingState.PENDING, actor=actor, reason="changed again")


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One document of several that are queued together."""

    kind: str
    subject: Subject
    reference: str
    payload: dict[str, Any]


@transaction.atomic
def queue_several(tellings: Sequence[Telling], *, actor: Actor) -> list[Outgoing]:
    """``queue`` for many at once: what is new costs the same few statements, however many there are.

    Of one reference told twice the last one counts. Whoever may queue the same references at the same moment
    has to take turns (``locks.in_turn``): the second would be refused as a whole.
    """
    told = {one.reference: one for one in tellings}
    known = Outgoing.objects.filter(reference__in=list(told)).order_by("pk").select_for_update(of=("self",))
    for message in known:
        _changed_again(message, payload=told.pop(message.reference).payload, actor=actor)
    made = Outgoing.objects.bulk_create([_message(one, actor) for one in told.values()], batch_size=AT_ONCE)
    steps = [OutgoingMove(outgoing=message, now=message.state, **_by(actor)) for message in made]
    OutgoingMove.objects.bulk_create(steps, batch_size=AT_ONCE)
    if tellings:
        publish(OutgoingQueued())
    return [*known, *made]


def _message(told: Telling, actor: Actor) -> Outgoing:
    return Outgoing(
        kind=told.kind,
        subject_kind=told.subject.kind,
        subject_id=told.subject.id,
        subject_label=told.subject.label[:200],
        reference=told.reference,
        payload=told.payload,
        **_by(actor),
    )


@transaction.atomic
def reword(
    message_id: int, *, payload: dict[str, Any], reference: str = "", actor: Actor, reason: str
) -> Outgoing:
    """What it tells of is called otherwise by now: the same message, in the new words.

    What has not reached its end goes with them; what has is only kept right, for who sends it once more.
    """
    message = _locked(message_id)
    message.payload, message.reference = payload, reference or message.reference
    if message.state not in {OutgoingState.SENT, OutgoingState.DISCARDED}:
        message.revision += 1
    message.save(update_fields=["payload", "reference", "revision"])
    if message.state in {OutgoingState.FAILED, OutgoingState.NEEDS_ATTENTION}:
        _renew(message, next_try_at=_settled(message))
        _move(message, OutgoingState.PENDING, actor=actor, reason=reason)
        publish(OutgoingQueued(), once=True)
    return message


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
        _once_more(message, actor=actor)
    return message


@transaction.atomic
def failed(
    message_id: int,
    *,
    error: str,
    next_try_at: datetime,
    actor: Actor,
    settles_at: datetime | None = None,
) -> Outgoing:
    """It did not go through, but may the next time; until ``settles_at`` it may have done so all the same."""
    message = _locked(message_id)
    message.last_error, message.next_try_at = error, next_try_at
    message.settles_at = settles_at or message.settles_at
    _move(message, OutgoingState.FAILED, actor=actor, reason=error)
    return message


@transaction.atomic
def recover(message_id: int, *, next_try_at: datetime, actor: Actor) -> Outgoing:
    """Whoever sent it died on the way: whether ERPNext has it is to be looked up before it is sent again.

    By ``next_try_at`` whatever he sent must have arrived.
    """
    message = _locked(message_id)
    if message.state == OutgoingState.SENDING:
        message.last_error, message.next_try_at = "", next_try_at
        message.settles_at = next_try_at
        _move(message, OutgoingState.FAILED, actor=actor, reason="its sender died on the way")
    return message


def hold(message_ids: Iterable[int], *, why: str, until: datetime) -> int:
    """These wait on, for a reason that is none of theirs: no attempt is counted. Says how many."""
    waiting = Outgoing.objects.filter(pk__in=list(message_ids), state__in=WAITING)
    return waiting.update(last_error=why, next_try_at=until)


def let_go(kinds: Iterable[str], *, at: datetime) -> set[int]:
    """What was held of these kinds may go at once; which those are. What may still arrive is waited for."""
    held = Outgoing.objects.filter(kind__in=list(kinds), state=OutgoingState.PENDING, next_try_at__gt=at)
    ids = set(held.filter(Q(settles_at=None) | Q(settles_at__lte=at)).values_list("pk", flat=True))
    Outgoing.objects.filter(pk__in=ids, state=OutgoingState.PENDING).update(next_try_at=None, last_error="")
    return ids


@transaction.atomic
def give_up(
    message_id: int,
    *,
    error: str,
    actor: Actor,
    answer: dict[str, Any] | None = None,
    erp_name: str = "",
    revision: int | None = None,
    settles_at: datetime | None = None,
) -> Outgoing:
    """It will not go through by itself: a person has to look at it.

    Unless it has changed since ``revision``, which was the one that did not go through.
    """
    message = _locked(message_id)
    message.settles_at = settles_at or message.settles_at
    message.last_error, message.answer = error, answer or {}
    message.erp_name = erp_name or message.erp_name
    if revision in {None, message.revision}:
        _move(message, OutgoingState.NEEDS_ATTENTION, actor=actor, reason=error)
        publish(OutgoingGivenUp(message_id=message.pk))
    else:
        _once_more(message, actor=actor)
    return message


@transaction.atomic
def retry(message_id: int, *, actor: Actor, payload: dict[str, Any] | None = None) -> Outgoing:
    """A person has it sent again, as it was or with a payload of his own; both are in the audit trail."""
    message = _locked(message_id)
    before = {"payload": message.payload, "state": message.state}
    due = None
    if payload is not None:
        message.payload, due = payload, _settled(message)
    message.revision += 1
    _renew(message, next_try_at=due)
    _move(message, OutgoingState.PENDING, actor=actor, reason="sent again by hand")
    after = {"payload": message.payload, "state": message.state}
    audit.record(
        actor=actor, action="outgoing.retried", subject=Subject.of(message), before=before, after=after
    )
    publish(OutgoingQueued())
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


@transaction.atomic
def withdraw(message_ids: Sequence[int], *, actor: Actor, reason: str) -> int:
    """``discard`` for many at once, for whoever takes back what he queued and leaves a trace of that himself.

    All or none: raises IllegalMoveError when one of them is under way or was sent.
    """
    messages = lock_rows(Outgoing.objects.filter(pk__in=message_ids))
    for message in messages:
        _check_move(message, OutgoingState.DISCARDED)
    steps = [
        OutgoingMove(
            outgoing=message, was=message.state, now=OutgoingState.DISCARDED, reason=reason, **_by(actor)
        )
        for message in messages
    ]
    OutgoingMove.objects.bulk_create(steps, batch_size=AT_ONCE)
    return Outgoing.objects.filter(pk__in=[message.pk for message in messages]).update(
        state=OutgoingState.DISCARDED, taken_at=None, next_try_at=None
    )


def _locked(message_id: int) -> Outgoing:
    message = Outgoing.objects.select_for_update(of=("self",)).filter(pk=message_id).first()
    if message is None:
        raise NotFoundError("This message is no longer in the outbox.")
    return message


def _once_more(message: Outgoing, *, actor: Actor) -> None:
    _renew(message, next_try_at=_settled(message))
    _move(message, OutgoingState.PENDING, actor=actor, reason="changed while it was under way")


def _settled(message: Outgoing) -> datetime | None:
    """When what was sent is written or never will be: sent otherwise before, it could be there twice."""
    at = message.settles_at
    return at if at and at > timezone.now() else None


def _renew(message: Outgoing, *, next_try_at: datetime | None = None) -> None:
    """What is sent anew has all its attempts before it, and nothing wrong with it."""
    message.attempts, message.last_error, message.next_try_at = 0, "", next_try_at


def _check_move(message: Outgoing, to: OutgoingState) -> OutgoingState:
    was = OutgoingState(message.state)
    if to not in OUTGOING_MOVES[was]:
        raise IllegalMoveError(f"{message.reference}: {was.label} → {to.label} is not a step we take.")
    return was


def _move(message: Outgoing, to: OutgoingState, *, actor: Actor, reason: str = "") -> None:
    """Where a message's state is written (and in ``withdraw``); dates of another state go with it."""
    was = _check_move(message, to)
    message.journal.create(was=was, now=to, reason=reason, **_by(actor))
    message.state = to
    if to != OutgoingState.SENDING:
        message.taken_at = None
    if to not in WAITING:
        message.next_try_at = None
    if to != OutgoingState.SENT:
        message.sent_at = None
    message.save()


def _by(actor: Actor) -> dict[str, str]:
    return {"actor_kind": actor.kind, "actor_id": actor.id, "actor_label": actor.label[:200]}
