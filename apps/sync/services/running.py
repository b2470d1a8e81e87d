"""Run entities: one at a time each, what came written down page by page, every end with its reason."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Final, Protocol, TypeVar

from django.db import DatabaseError, transaction
from django.db.models import Subquery
from django.utils import timezone

from apps.core import audit, options
from apps.core.actors import SYSTEM, Actor
from apps.core.audit import Subject
from apps.core.errors import AlreadyRunningError, LockLostError
from apps.core.events import publish
from apps.core.locks import Held, LockConnection, is_held
from apps.sync.engine import collecting
from apps.sync.engine.committing import without_waiting
from apps.sync.engine.declarations import Entity
from apps.sync.engine.job import Difference, Hold, HoldKind, Job, Plan
from apps.sync.engine.pulling import pull
from apps.sync.engine.settling import settle
from apps.sync.entities import ENTITIES, in_order
from apps.sync.erpnext import Address, Client, configured_address
from apps.sync.erpnext.client import logged_user
from apps.sync.errors import (
    AnotherSiteError,
    ErpCredentialsError,
    ErpUnreachableError,
    SyncError,
)
from apps.sync.events import RecordsParked
from apps.sync.models import MirroredSite, Run
from apps.sync.querysets import RunQuerySet
from apps.sync.services import connection, holding
from apps.sync.services.gate import allows, check_control
from apps.sync.services.lanes import LANES, Agenda, in_lanes
from apps.sync.states import Direction, Mode, RunState

Outcome = TypeVar("Outcome")
# it ended before it resolved what it had written
BROKEN_OFF: Final = frozenset({RunState.RUNNING, RunState.FAILED, RunState.INTERRUPTED})
STOPPED: Final = "It was stopped on the way."
DIED: Final = "The worker died on the way."
# The next entity would only meet the same.
ENDS_ALL: Final = frozenset({ErpUnreachableError.code, ErpCredentialsError.code, AnotherSiteError.code})


class Progress(Protocol):
    """Whoever watches runs: a progress bar, a live page. ``run.expected`` grows as more is known.

    Several entities may be under way; calls come one at a time, but not from one thread.
    """

    def started(self, entity: Entity) -> None: ...

    def moved(self, run: Run) -> None: ...

    def finished(self, run: Run) -> None: ...


class Silent:
    """Nobody watches."""

    def started(self, entity: Entity) -> None: ...

    def moved(self, run: Run) -> None: ...

    def finished(self, run: Run) -> None: ...


class _InTurn:
    """A watcher that lanes tell one after the other."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.turn = Lock()

    def started(self, entity: Entity) -> None:
        with self.turn:
            self.progress.started(entity)

    def moved(self, run: Run) -> None:
        with self.turn:
            self.progress.moved(run)

    def finished(self, run: Run) -> None:
        with self.turn:
            self.progress.finished(run)


@dataclass
class Rehearsal:
    """What a run would have done: its counts, and the differences that it found."""

    run: Run
    differences: list[Difference] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)


@dataclass(frozen=True)
class _Lane:
    """What a lane reads an entity with."""

    erp: Client
    held: Held
    agenda: Agenda
    begun: list[int]  # the runs of all lanes

    def alive(self) -> None:
        self.agenda.check()
        self.held.check()


def run(
    names: Sequence[str] = (),
    *,
    mode: Mode = Mode.MODIFIED,
    actor: Actor,
    plan: Plan | None = None,
    progress: Progress | None = None,
    address: Address | None = None,
    lanes: int = LANES,
    asked: int | None = None,
) -> list[Run]:
    """Pull these entities (all, when none is named), what others refer to first, so many at once.

    An entity that fails ends as a failed run with its reason and does not stop the others; no answer, a
    refused key or another site ends all. One that another worker is at is passed over, and named at the end:
    raises AlreadyRunningError. Raises UnknownEntityError before anything is read, and DirectionDisabledError
    for one whose control is off; when none is named, those are left out. ``asked`` is the queued run that
    this is to be.
    """
    chosen, watcher = replace(plan or Plan(), mode=mode), _InTurn(progress or Silent())

    def one(entity: Entity, lane: _Lane) -> Run:
        current = _begun(entity, lane, plan=chosen, actor=actor, asked=asked)
        return _run_one(entity, lane, current, plan=chosen, progress=watcher)

    allowed = _allowed(names)
    if not allowed:
        return []
    with collecting.seldom():
        return _each(allowed, one, address=address, lanes=lanes, code_of=lambda current: current.problem_code)


def _allowed(names: Sequence[str]) -> list[str]:
    """These entities, or all that may be read."""
    options.forget()  # what was set a moment ago in another process holds for this run
    for entity in in_order(names) if names else ():
        check_control(entity.name, Direction.PULL)
    return list(names) or [entity.name for entity in ENTITIES if allows(entity.name, Direction.PULL)]


def rehearse(
    names: Sequence[str] = (), *, plan: Plan, most: int = 20, address: Address | None = None
) -> list[Rehearsal]:
    """Do all that a run does, and keep none of it: counts, and the first differences of each entity."""

    def one(entity: Entity, lane: _Lane) -> Rehearsal:
        return _rehearse_one(entity, lane, plan=replace(plan, is_rehearsal=True), most=most)

    return _each(names, one, address=address, lanes=1, code_of=lambda rehearsal: rehearsal.run.problem_code)


def _each(
    names: Sequence[str],
    one: Callable[[Entity, _Lane], Outcome],
    *,
    address: Address | None,
    lanes: int,
    code_of: Callable[[Outcome], str],
) -> list[Outcome]:
    entities = in_order(names)
    agenda = Agenda(entities)
    begun: list[int] = []
    outcomes: dict[str, Outcome] = {}
    busy: list[AlreadyRunningError] = []

    def lane() -> None:
        with Client(address or configured_address()) as erp, LockConnection() as locks, without_waiting():
            for entity in agenda:
                try:
                    with locks.only_one(lock_name(entity.name)) as held:
                        outcome = one(entity, _Lane(erp, held, agenda, begun))
                except AlreadyRunningError as why:
                    busy.append(why)
                    continue
                outcomes[entity.name] = outcome
                if code_of(outcome) in ENDS_ALL:
                    agenda.end()

    try:
        in_lanes(agenda, lane, lanes=min(lanes, len(entities)))
    except (KeyboardInterrupt, SystemExit):
        with suppress(DatabaseError):  # it may be gone; a lane that waits for an answer cannot say so itself
            _bury(Run.objects.filter(pk__in=begun), why=STOPPED)
        raise
    if busy:
        raise busy[-1]
    return [outcomes[entity.name] for entity in entities if entity.name in outcomes]


def check_site(erp: Client) -> None:
    """Check address and credentials, and that this is the ERPNext which this database mirrors."""
    if not erp.user:  # one session asks once, however many entities it brings in
        logged_user(erp)
    MirroredSite.objects.get_or_create(pk=1, defaults={"site": erp.address.site})
    connection.check_site(erp.address)


def _begun(entity: Entity, lane: _Lane, *, plan: Plan, actor: Actor, asked: int | None) -> Run:
    """Write down that it begins: the run that was asked for, or a new one."""
    current = _taken_up(asked) if asked else _new(entity, mode=plan.mode, actor=actor)
    lane.begun.append(current.pk)
    if plan.is_forced:
        audit.record(
            actor=actor,
            action="sync.forced",
            subject=Subject.of(current),
            reason=f"{entity.title}: past the guard, whatever it would have held back.",
        )
    return current


def _new(entity: Entity, *, mode: Mode, actor: Actor) -> Run:
    current: Run = Run.objects.create(
        entity=entity.name,
        mode=mode,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
    )
    return current


def _taken_up(asked: int) -> Run:
    """Raises AlreadyRunningError when another worker was quicker."""
    queued = Run.objects.queued().filter(pk=asked)
    if not queued.update(state=RunState.RUNNING, started_at=timezone.now()):
        raise AlreadyRunningError(f"Run {asked} has been taken up already.")
    return Run.objects.get(pk=asked)


def _run_one(entity: Entity, lane: _Lane, current: Run, *, plan: Plan, progress: Progress) -> Run:
    others = Run.objects.begun().filter(entity=entity.name).exclude(pk=current.pk)
    before = _last_states(others)
    if RunState.RUNNING in before:  # and we hold the lock: its worker is dead
        _bury(others, why=DIED)
    owes = not before or bool(before & BROKEN_OFF)
    lane.erp.requests_sent = 0
    with breaking_off(current):
        check_site(lane.erp)
        lane.agenda.open()
        progress.started(entity)
        watch = _Watch(lane, current, progress)
        job = Job(entity=entity, every=ENTITIES, erp=lane.erp, run=current, plan=plan, watch=watch)
        parked = pull(job)
        settle(
            entity,
            every=ENTITIES,
            written=current.created + current.updated,
            unsettled=None if plan.is_whole or owes else job.unsettled,
        )
        end(current, outcome_of(current, parked=parked))
    progress.finished(current)
    return current


def _rehearse_one(entity: Entity, lane: _Lane, *, plan: Plan, most: int) -> Rehearsal:
    rehearsal = Rehearsal(Run(entity=entity.name, mode=plan.mode))
    try:
        check_site(lane.erp)
        watch = _Rehearsing(lane, rehearsal, most)
        pull(Job(entity=entity, every=ENTITIES, erp=lane.erp, run=rehearsal.run, plan=plan, watch=watch))
    except SyncError as why:
        rehearsal.run.problem_code, rehearsal.run.problem = why.code, str(why)
    return rehearsal


class _Stopped(dict[tuple[str, HoldKind], Hold]):
    """What the guard stopped in one run; what two ways of looking both found counts once."""

    def add(self, hold: Hold) -> Hold:
        """One more finding; answers all that is now known of its kind."""
        before = self.get((hold.doctype, hold.kind))
        whole = replace(hold, records={**before.records, **hold.records}) if before else hold
        self[hold.doctype, hold.kind] = whole
        return whole

    @property
    def records(self) -> int:
        return sum(len(hold.records) for hold in self.values())


@dataclass
class _Watch:
    """A run as the engine sees those who wait for it."""

    lane: _Lane
    run: Run
    progress: Progress
    stopped: _Stopped = field(default_factory=_Stopped)

    def alive(self) -> None:
        self.lane.alive()

    def told(self, run: Run) -> None:
        self.progress.moved(run)

    def hold(self, hold: Hold) -> None:
        whole = self.stopped.add(hold)
        self.run.held = self.stopped.records
        self.run.save(update_fields=["held"])
        holding.ask(whole, actor=SYSTEM)

    def clear(self, entity: Entity, doctype: str, kind: HoldKind) -> None:
        holding.clear(entity.name, doctype, kind, actor=SYSTEM)

    def found(self, differences: Iterable[Difference]) -> None:
        raise AssertionError("only a rehearsal tells what it would do")


@dataclass
class _Rehearsing:
    """A rehearsal: what it finds is kept for whoever asked, and nobody else hears of it."""

    lane: _Lane
    rehearsal: Rehearsal
    most: int
    stopped: _Stopped = field(default_factory=_Stopped)

    def alive(self) -> None:
        self.lane.alive()

    def told(self, run: Run) -> None: ...

    def hold(self, hold: Hold) -> None:
        self.stopped.add(hold)
        self.rehearsal.run.held = self.stopped.records
        self.rehearsal.holds = list(self.stopped.values())

    def clear(self, entity: Entity, doctype: str, kind: HoldKind) -> None: ...

    def found(self, differences: Iterable[Difference]) -> None:
        """A sample: what would get another stamp and nothing else tells nobody anything."""
        telling = [one for one in differences if one.columns or one.what != "changed"]
        room = self.most - len(self.rehearsal.differences)
        self.rehearsal.differences += telling[: max(room, 0)]


def _last_states(others: RunQuerySet) -> set[str]:
    """How the last run over an entity stands, and those over single documents since."""
    last = others.over_entities().order_by("-id").values("pk")[:1]
    return set(others.filter(pk__gte=Subquery(last)).values_list("state", flat=True))


def lock_name(entity: str) -> str:
    """The lock that whoever writes this entity holds."""
    return f"sync:{entity}"


def bury_the_dead(entity: str) -> int:
    """Write down that runs of this entity whose worker has died are over; says how many.

    To be called by whoever holds the lock, or has seen that nobody does.
    """
    return _bury(Run.objects.filter(entity=entity), why=DIED)


def _bury(runs: RunQuerySet, *, why: str) -> int:
    return runs.running().update(
        state=RunState.INTERRUPTED, finished_at=timezone.now(), problem_code="interrupted", problem=why
    )


def bury_all_the_dead() -> int:
    """The same for every entity that nobody is at; the clock does this each minute."""
    running = Run.objects.running().values_list("entity", flat=True).distinct()
    return sum(bury_the_dead(entity) for entity in running if not is_held(lock_name(entity)))


@contextmanager
def breaking_off(current: Run) -> Iterator[None]:
    """Write down how a run ended that could not go on, whatever ended it."""
    try:
        yield
    except (SyncError, LockLostError) as why:
        end(current, RunState.FAILED, code=why.code, problem=str(why))
    except Exception as why:
        with suppress(DatabaseError):  # it may be the database that is gone; the next run says so then
            end(current, RunState.FAILED, code="unexpected", problem=f"Larder stumbled over {why!r}.")
        raise
    except BaseException:  # Ctrl-C, or a worker told to end
        end(current, RunState.INTERRUPTED, code="interrupted", problem=STOPPED)
        raise


def outcome_of(current: Run, *, parked: bool) -> RunState:
    if current.held:
        return RunState.HELD
    return RunState.PARTIAL if parked else RunState.SUCCEEDED


def end(current: Run, state: RunState, *, code: str = "", problem: str = "") -> None:
    current.state, current.finished_at = state, timezone.now()
    current.problem_code, current.problem = code, problem
    if state == RunState.HELD:
        current.problem = (
            f"{current.held} records are held back: more would go or change than the guard lets through. "
            "An admin decides in To Do."
        )
    with transaction.atomic():
        current.save()  # with the counts of pages that wrote nothing
        if not (code and current.erp_name):  # a reread asks only once: no answer says little
            connection.note(code, problem)
        if current.quarantined:
            publish(RecordsParked(run_id=current.pk))
