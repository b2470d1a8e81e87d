"""Read one record again, at once, because somebody wants to know: a run over one document (docs/adr/0113)."""

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import AlreadyRunningError, NotFoundError
from apps.core.locks import Held, LockConnection
from apps.core.mirror import MirroredModel
from apps.sync.engine import marking
from apps.sync.engine.declarations import Entity
from apps.sync.engine.job import Difference, Hold, HoldKind, Job, Plan
from apps.sync.engine.pulling import pull_one
from apps.sync.engine.settling import settle
from apps.sync.entities import ENTITIES, Origin, is_brought_in, origin_of
from apps.sync.erpnext import Address, Client, configured_address
from apps.sync.errors import ErpUnreachableError, SyncError
from apps.sync.labels import change_labels, enumerated
from apps.sync.models import Change, Quarantine, Run
from apps.sync.services.running import breaking_off, check_site, end, lock_name, outcome_of
from apps.sync.states import Mode, RunState

# Somebody waits, and a worker of the web server with him: what takes longer is left to the next run.
TIMEOUT: Final = (2.0, 5.0)
LONGEST_PAUSE: Final = 1.0
TURN_SECONDS = 2.0  # for another reread, or a short run, to let go of the entity
TURN_STEP: Final = 0.1
AS_MARK: Final = 200


class Outcome(StrEnum):
    """What came of it."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    GONE = "gone"
    PARKED = "parked"
    ELSEWHERE = "elsewhere"  # another company's by now
    BUSY = "busy"  # the entity is being read; marked
    UNANSWERED = "unanswered"  # marked


MARKED: Final = frozenset({Outcome.BUSY, Outcome.UNANSWERED})


@dataclass(frozen=True)
class Reread:
    """What came of reading a record again; ``sentence`` says it to whoever asked."""

    outcome: Outcome
    sentence: str
    run: Run | None = None
    is_here: bool = True  # else it went with its document


def read_again(
    model: type[MirroredModel], pk: int, *, actor: Actor, address: Address | None = None
) -> Reread:
    """Ask ERPNext for one record now, and write what differs as a run would.

    It is marked first, and the mark goes when it has been read: whatever comes in between, the next run
    reads it. Raises NotFoundError when there is no such record.
    """
    record = model._base_manager.filter(pk=pk).first()
    if record is None:
        raise NotFoundError(_("There is no such record any more."))
    if not is_brought_in(record):
        raise NotFoundError(_("This record was made here: ERPNext has nothing to say of it."))
    origin = origin_of(record)
    reason = _("asked for by %s") % actor.label
    marking.mark(origin.entity.name, origin.source.doctype, [record.erp_name], reason=reason[:AS_MARK])
    reread = _read(record, origin, actor=actor, address=address or configured_address())
    _trace(record, reread, actor=actor)
    return reread


def _read(record: MirroredModel, origin: Origin, *, actor: Actor, address: Address) -> Reread:
    told = _Told(record, origin)
    try:
        with _turn(origin.entity) as held, _hurried(address) as erp:
            check_site(erp)
            current = _run(record, origin, erp=erp, held=held, actor=actor)
    except AlreadyRunningError:
        return told.busy()
    except SyncError as why:
        return told.unanswered(str(why))
    if current.state == RunState.FAILED:
        return told.unanswered(current.problem, run=current)
    return told.by(current)


@contextmanager
def _turn(entity: Entity) -> Iterator[Held]:
    """The entity's lock. Raises AlreadyRunningError when whoever has it does not let go soon."""
    until = time.monotonic() + TURN_SECONDS
    with LockConnection() as locks, ExitStack() as stack:
        while True:
            try:
                held = stack.enter_context(locks.only_one(lock_name(entity.name)))
                break
            except AlreadyRunningError:
                if time.monotonic() >= until:
                    raise
            time.sleep(TURN_STEP)
        yield held


def _hurried(address: Address) -> Client:
    """A session that asks once and does not wait."""
    return Client(address, timeout=TIMEOUT, sleep=_pause, patience=0.0)


def _pause(seconds: float) -> None:
    """Raises ErpUnreachableError when ERPNext wants to be left alone for longer than somebody can wait."""
    if seconds > LONGEST_PAUSE:
        raise ErpUnreachableError(_("ERPNext asks to be left alone for %.0f seconds.") % seconds)
    time.sleep(seconds)


def _run(record: MirroredModel, origin: Origin, *, erp: Client, held: Held, actor: Actor) -> Run:
    """The run, with its end written down."""
    current: Run = Run.objects.create(
        entity=origin.entity.name,
        mode=Mode.MODIFIED,
        doctype=origin.source.doctype,
        erp_name=record.erp_name,
        expected=1,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
    )
    job = Job(entity=origin.entity, every=ENTITIES, erp=erp, run=current, plan=Plan(), watch=_Unwatched(held))
    with breaking_off(current):
        pull_one(job, origin.source.doctype, name=record.erp_name, creation=record.erp_creation)
        current.requests = erp.requests_sent
        written = current.created + current.updated
        settle(origin.entity, every=ENTITIES, written=written, unsettled=job.unsettled)
        end(current, outcome_of(current, parked=bool(current.quarantined)))
    return current


@dataclass(frozen=True)
class _Unwatched:
    """Nobody looks on; only the lock must still be ours."""

    held: Held

    def alive(self) -> None:
        self.held.check()

    def told(self, run: Run) -> None: ...

    def hold(self, hold: Hold) -> None:
        raise AssertionError("one record is never too many for the guard")

    def clear(self, entity: Entity, doctype: str, kind: HoldKind) -> None: ...

    def found(self, differences: Iterable[Difference]) -> None:
        raise AssertionError("only a rehearsal tells what it would do")


@dataclass(frozen=True)
class _Told:
    """The sentences about one record, and which of them is true."""

    record: MirroredModel  # as it was
    origin: Origin

    @property
    def name(self) -> str:
        """ "Item MILK-1L"."""
        return f"{self.origin.source.doctype} {self.record.erp_name}"

    def busy(self) -> Reread:
        said = _(
            "%(title)s are being read just now. %(name)s is marked: that run reads it, or the one after it."
        )
        return Reread(Outcome.BUSY, said % {"title": self.origin.entity.title, "name": self.name})

    def unanswered(self, why: str, *, run: Run | None = None) -> Reread:
        said = _("%(why)s %(name)s is marked: the next run that gets through reads it.")
        return Reread(Outcome.UNANSWERED, said % {"why": why, "name": self.name}, run)

    def by(self, run: Run) -> Reread:
        """What a run that has ended did with it."""
        if run.quarantined and (parked := self._parked()):
            return Reread(Outcome.PARKED, self._said_of(parked), run)
        now = type(self.record)._base_manager.filter(pk=self.record.pk).first()
        if now is None or now.is_gone:
            return Reread(Outcome.GONE, self._said_of_going(now, run), run, is_here=now is not None)
        if now.read_by == run.pk:
            return self._changed(run)
        if run.skipped:
            said = _("%s belongs to another company in ERPNext by now. What is here stays as it was.")
            return Reread(Outcome.ELSEWHERE, said % self.name, run)
        return Reread(Outcome.UNCHANGED, _("%s is here as ERPNext has it.") % self.name, run)

    def _parked(self) -> Quarantine | None:
        entity, doctype = self.origin.entity.name, self.origin.source.doctype
        parked: Quarantine | None = (
            Quarantine.objects.of(entity, doctype).filter(erp_name=self.record.erp_name).first()
        )
        return parked

    def _said_of(self, parked: Quarantine) -> str:
        said = _("%(name)s cannot be read: %(why)s It waits in quarantine; what is here stays as it was.")
        return said % {"name": self.name, "why": reason_of(parked)}

    def _said_of_going(self, now: MirroredModel | None, run: Run) -> str:
        if run.created:
            return _("ERPNext has given the name of %s to another record. This one is gone.") % self.name
        if now is None:
            return _("ERPNext has no %s any more. It was removed here, too.") % self.name
        if self.record.is_gone:
            return _("ERPNext still has no %s.") % self.name
        return _("ERPNext has no %s any more. It stays here, marked as gone.") % self.name

    def _changed(self, run: Run) -> Reread:
        label, row = self.record._meta.label, self.record.pk
        change = Change.objects.filter(run=run, table=label, row=row).order_by("-id").first()
        if change is None:
            said = _("%s was saved in ERPNext, but nothing has changed that Larder keeps.") % self.name
            return Reread(Outcome.CHANGED, said, run)
        if change.differences.get("gone_at", [None])[0]:
            return Reread(Outcome.CHANGED, _("%s is back in ERPNext, and here.") % self.name, run)
        changed = change_labels(self.origin.source, change.differences)
        said = _("%(name)s was read again. Changed: %(fields)s.")
        return Reread(Outcome.CHANGED, said % {"name": self.name, "fields": enumerated(changed)}, run)


def reason_of(parked: Quarantine) -> str:
    """Why a record could not be read, as one sentence."""
    said = f"{parked.field}: {parked.reason}" if parked.field else parked.reason
    return said if said.endswith(".") else f"{said}."


@transaction.atomic
def _trace(record: MirroredModel, reread: Reread, *, actor: Actor) -> None:
    """Write down who asked and what came of it; what was found unchanged has been read all the same."""
    if reread.outcome == Outcome.UNCHANGED and reread.run:
        type(record)._base_manager.filter(pk=record.pk).update(read_at=timezone.now(), read_by=reread.run.pk)
    audit.record(
        actor=actor,
        action="sync.reread",
        subject=Subject.of(record),
        after={"outcome": reread.outcome.value, "run": reread.run.pk if reread.run else None},
        reason=reread.sentence,
    )
