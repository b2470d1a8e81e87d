"""The outbox's sender: one at a time; it looks before it writes, and believes no answer uncompared.

What is under way when a sender begins belongs to one that died: the lock says so. Each step is written down
before the next, so a kill between any two leaves a message that is looked up before it is sent again.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from time import monotonic
from typing import Any, Final

import structlog
from django.db import DatabaseError, transaction

from apps.core import options, outgoing
from apps.core.actors import Actor
from apps.core.errors import IllegalMoveError, LockLostError, NotFoundError
from apps.core.locks import Held, only_one
from apps.core.models import Outgoing
from apps.core.outgoing import SETTLED
from apps.core.querysets import OutgoingQuerySet
from apps.sync.engine.marking import mark
from apps.sync.erpnext import Address, Client, configured_address
from apps.sync.erpnext.answers import BAD_MOMENTS, STUMBLES
from apps.sync.erpnext.lists import Doc
from apps.sync.erpnext.roles import writers_of
from apps.sync.errors import (
    DocumentTakenError,
    ErpContestedError,
    ErpCredentialsError,
    ErpError,
    ErpPermissionError,
    ErpRefusedError,
    ErpUncertainError,
    ErpUnreachableError,
    PayloadRefusedError,
    SyncError,
)
from apps.sync.push import KINDS, Kind
from apps.sync.push.contents import differing, prepare, told_apart
from apps.sync.push.declarations import Content
from apps.sync.services import connection, gate
from apps.sync.services.awaiting import AWAITED, AWAITING, why_it_awaits
from apps.sync.services.delivering import deliver, is_theirs
from apps.sync.services.following import follow_merged
from apps.sync.services.mirrored_shop import MirroredShop
from apps.sync.services.references import lacking_reference
from apps.sync.services.running import check_site
from apps.sync.states import Direction

LOCK: Final = "sync:outbox"
BACK_OFF: Final = (SETTLED, *(timedelta(minutes=minutes) for minutes in (3, 5, 15, 60)))
MOST_ATTEMPTS: Final = 12
HELD_FOR: Final = timedelta(minutes=5)  # until what keeps all of them back is looked at again
OUT_OF_ORDER: Final = 500
SHOWN: Final = 80  # signs of a value in a sentence
log = structlog.get_logger(__name__)


@dataclass
class Sent:
    """What came of a round."""

    sent: int = 0
    failed: int = 0
    given_up: int = 0
    held: int = 0
    changed: int = 0  # while they were under way: they wait once more
    problem: str = ""  # what ended the round before its time


def is_push_open(kind: Kind) -> bool:
    """Whether environment and control let messages of a kind go."""
    return gate.is_open() and gate.allows(kind.entity.name, Direction.PUSH)


def send_waiting(
    *, at: datetime, actor: Actor, address: Address | None = None, is_early: bool = False
) -> Sent:
    """Send what waits and may go, the oldest first; ``is_early``: also what was to be tried later.

    Raises AlreadyRunningError while another sender is at it.
    """
    options.forget()  # a control that was switched a moment ago in another process holds for this round
    if not Outgoing.objects.under_way().exists() and not _waiting(at, is_early=is_early).exists():
        return Sent()
    with only_one(LOCK) as held:
        sender = _Round(held, at=at, actor=actor, address=address or configured_address(), is_early=is_early)
        return sender.go()


def _waiting(at: datetime, *, is_early: bool) -> OutgoingQuerySet:
    """What may be sent; of kinds that nothing here knows, too, so that somebody hears of them."""
    if not gate.is_open():
        return Outgoing.objects.none()
    shut = [kind.key for kind in KINDS.values() if not is_push_open(kind)]
    rows = Outgoing.objects.sendable(at) if is_early else Outgoing.objects.waiting(at)
    return rows.exclude(kind__in=shut)


class _StopRoundError(Exception):
    """The next message would only meet the same."""


@dataclass
class _Round:
    """One sender at work."""

    held: Held
    at: datetime
    actor: Actor
    address: Address
    is_early: bool
    began: float = field(default_factory=monotonic)
    done: Sent = field(default_factory=Sent)
    seen: set[tuple[int, int]] = field(default_factory=set)  # what was tried is tried no second time
    kept_back: dict[str, str] = field(default_factory=dict)  # kinds of which nothing may be written, and why

    @property
    def now(self) -> datetime:
        """The moment of the round's beginning, and what has passed since."""
        return self.at + timedelta(seconds=monotonic() - self.began)

    def go(self) -> Sent:
        self._recover()
        if not _waiting(self.now, is_early=self.is_early).exists():
            return self.done
        with Client(self.address) as erp:
            try:
                check_site(erp)
                self._send_all(erp)
            except _StopRoundError as stopped:
                self._note(stopped.__cause__)
            except SyncError as why:  # no message is to blame, so none has failed
                self._hold_all(str(why))
                self._note(why)
            else:
                self._note(None)
        return self.done

    def _note(self, why: BaseException | None) -> None:
        """Write down how ERPNext stands to us now."""
        if isinstance(why, SyncError):
            self.done.problem = str(why)
            connection.note(why.code, str(why), at=self.now)
        else:
            connection.note("", at=self.now)

    def _recover(self) -> None:
        """What a dead sender left under way may be written yet: it is looked for when that must be over."""
        for message in Outgoing.objects.under_way():
            over = max(self.at, (message.taken_at or self.at) + SETTLED)
            outgoing.recover(message.pk, next_try_at=over, actor=self.actor)

    def _hold_all(self, why: str) -> None:
        ids = _waiting(self.now, is_early=self.is_early).values_list("pk", flat=True)
        self.done.held += outgoing.hold(ids, why=why, until=self.now + HELD_FOR)

    # --- one after the other -------------------------------------------------------------------------------
    def _send_all(self, erp: Client) -> None:
        while todo := [one for one in self._todo() if one not in self.seen]:
            for pk, revision in todo:
                self.seen.add((pk, revision))
                self.held.check()
                self._send(erp, pk)

    def _todo(self) -> Iterator[tuple[int, int]]:
        """Once more after each pass: what came meanwhile, or changed while it was under way."""
        return _waiting(self.now, is_early=self.is_early).values_list("pk", "revision").iterator()

    def _send(self, erp: Client, pk: int) -> None:
        message = Outgoing.objects.sendable(self.now).filter(pk=pk).first()
        if message is None or self._is_kept_back(erp, message) or self._awaits_another(message):
            return
        try:
            taken = outgoing.take(pk, at=self.now, actor=self.actor)
        except (IllegalMoveError, NotFoundError):  # discarded since
            return
        try:
            self._deliver(erp, taken)
        except IllegalMoveError:  # the lock was lost, and whoever has it took the message for a dead one's
            log.warning("a message moved under our hands", reference=taken.reference)

    def _is_kept_back(self, erp: Client, message: Outgoing) -> bool:
        kind = KINDS.get(message.kind)
        if kind is None:
            return False
        if not is_push_open(kind):  # switched off since
            return True
        if kind.key not in self.kept_back:
            self.kept_back[kind.key] = why = self._lacking(erp, kind)
            if why:
                ids = _waiting(self.now, is_early=self.is_early).of_kind(kind.key)
                held = outgoing.hold(ids.values_list("pk", flat=True), why=why, until=self.now + HELD_FOR)
                self.done.held += held
        return bool(self.kept_back[kind.key])

    def _awaits_another(self, message: Outgoing) -> bool:
        why = why_it_awaits(message)
        if why:
            self.done.held += outgoing.hold([message.pk], why=why, until=self.now + HELD_FOR)
        return bool(why)

    def _lacking(self, erp: Client, kind: Kind) -> str:
        """Why nothing of this kind may be written now: without its reference a repeat makes a second one."""
        if not kind.is_referenced:
            return ""
        try:
            return lacking_reference(erp, kind.doctype)
        except ErpPermissionError:
            return _may_not(kind)

    # --- one message ---------------------------------------------------------------------------------------
    def _deliver(self, erp: Client, message: Outgoing) -> None:
        kind = KINDS.get(message.kind)
        if kind is None:
            self._give_up(message, f"“{message.kind}” is nothing that Larder can send.")
            return
        try:
            shop = MirroredShop(at=self.now)
            content = prepare(kind, message.payload, reference=message.reference, shop=shop)
            stored = deliver(
                erp,
                kind,
                content,
                erp_name=message.erp_name,
                may_be_ours=bool(message.erp_name or message.settles_at),
            )
        except DocumentTakenError as why:
            self._give_up(message, str(why), answer=why.document, erp_name=str(why.document["name"]))
        except PayloadRefusedError as why:
            self._was_wrong(message, why)
        except ErpError as why:
            self._did_not_go(kind, message, why)
        except (DatabaseError, LockLostError):
            raise
        except Exception as why:
            log.exception("a message could not be sent", reference=message.reference)
            self._give_up(message, f"Larder stumbled over {why!r}.")
        else:
            self._compare(kind, message, content, stored)

    def _was_wrong(self, message: Outgoing, why: PayloadRefusedError) -> None:
        """Unless what it names was merged into another in ERPNext: then it goes once more, and names that."""
        if follow_merged(message, actor=self.actor):
            outgoing.give_up(message.pk, error="", actor=self.actor, revision=message.revision)
            self.done.changed += 1
        else:
            self._give_up(message, str(why))

    def _did_not_go(self, kind: Kind, message: Outgoing, why: ErpError) -> None:
        if isinstance(why, ErpPermissionError):
            self._give_up(message, _may_not(kind), answer=_said(why))
        elif isinstance(why, ErpRefusedError) and _is_last_word(why):
            self._give_up(message, str(why), answer=_said(why))
        else:
            self._failed(message, why)
            if _concerns_all(why):
                raise _StopRoundError from why

    def _compare(self, kind: Kind, message: Outgoing, content: Content, stored: Doc) -> None:
        """Sent is what ERPNext holds as it was said, and nothing else."""
        wrong = {} if is_theirs(kind, stored) else differing(kind, content, stored)
        if wrong:
            told = "; ".join(
                f"“{name}” {_short(was)} sent, {_short(now)} stored" for name, was, now in told_apart(wrong)
            )
            said = f"ERPNext stored something else than it was told: {told}."
            self._give_up(message, said, answer=stored, erp_name=str(stored["name"]))
            return
        with transaction.atomic():
            after = outgoing.sent(
                message.pk,
                revision=message.revision,
                at=self.now,
                actor=self.actor,
                payload=message.payload,
                answer=stored,
                erp_name=str(stored["name"]),
            )
            mark(kind.entity.name, kind.doctype, [str(stored["name"])], reason="Larder wrote it")
        if after.sent_at:
            self.done.sent += 1
            self._let_go(message)
        else:
            self.done.changed += 1

    def _let_go(self, message: Outgoing) -> None:
        """What may have waited for this need not wait any longer, not even for the next round."""
        if message.kind in AWAITED:
            kinds = [key for key in AWAITING if not self.kept_back.get(key)]
            freed = outgoing.let_go(kinds, at=self.now)
            self.seen = {one for one in self.seen if one[0] not in freed}

    def _failed(self, message: Outgoing, why: ErpError) -> None:
        settles_at = self.now + SETTLED
        if message.attempts >= MOST_ATTEMPTS:
            said = f"It was tried {message.attempts} times. The last time: {why}"
            self._give_up(message, said, settles_at=settles_at)
            return
        step = BACK_OFF[min(message.attempts, len(BACK_OFF)) - 1]
        wait = step * random.uniform(1, 1.2)  # noqa: S311 - no secret: not in step with other sites
        outgoing.failed(
            message.pk,
            error=str(why),
            next_try_at=self.now + wait,
            settles_at=settles_at,
            actor=self.actor,
        )
        self.done.failed += 1

    def _give_up(
        self,
        message: Outgoing,
        said: str,
        *,
        answer: Doc | None = None,
        erp_name: str = "",
        settles_at: datetime | None = None,
    ) -> None:
        outgoing.give_up(
            message.pk,
            error=said,
            actor=self.actor,
            answer=answer,
            erp_name=erp_name,
            revision=message.revision,
            settles_at=settles_at,
        )
        self.done.given_up += 1


def _is_last_word(why: ErpRefusedError) -> bool:
    """Whether asking again would give the same answer."""
    if isinstance(why, ErpCredentialsError) or why.exc_type in BAD_MOMENTS:
        return False
    return why.http_status < OUT_OF_ORDER or why.exc_type in STUMBLES


def _concerns_all(why: ErpError) -> bool:
    """Whether the next message would only meet the same; an answer that was lost may be one of its own."""
    if isinstance(why, ErpContestedError | ErpUncertainError):
        return False
    return isinstance(why, ErpUnreachableError | ErpCredentialsError)


def _may_not(kind: Kind) -> str:
    return (
        f"ERPNext does not let our user write “{kind.doctype}”: it needs the role {writers_of(kind.doctype)}."
    )


def _said(why: ErpRefusedError) -> dict[str, Any]:
    """A refusal, as staff may see it: never a traceback."""
    return {"refused": why.said or str(why), "exc_type": why.exc_type, "http_status": why.http_status}


def _short(value: Any) -> str:
    text = f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
