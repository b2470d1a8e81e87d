"""How the sync stands: what the command prints and the screen shows."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import BooleanField, Count, ExpressionWrapper, Max, Q

from apps.catalog.models import ErpPicture
from apps.catalog.states import PictureState
from apps.core.options import is_fixed, value_of
from apps.sync.engine import tables
from apps.sync.engine.declarations import Entity
from apps.sync.entities import ENTITIES
from apps.sync.models import Comparing, Cursor, Parity, Quarantine, Run, WebhookDelivery
from apps.sync.services import interval_option
from apps.sync.services.comparing import under_way
from apps.sync.services.connecting import told_doctypes
from apps.sync.services.gate import allows
from apps.sync.services.lanes import needs
from apps.sync.services.scheduling import due_at, marked
from apps.sync.states import Direction

A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Described:
    """One entity, whatever has happened to it."""

    name: str
    title: str
    doctypes: list[str]
    after: list[str]  # those that are read first, for it refers to them
    interval_hours: Decimal
    interval_is_fixed: bool  # by the environment


@dataclass(frozen=True)
class Standing:
    """One entity today."""

    entity: Entity
    records: int  # present in ERPNext, as far as we know
    quarantined: int
    last_run: Run | None
    cursors: list[Cursor]
    due_at: datetime | None  # None: switched off
    parity: Parity | None  # the last comparison, which may have come to nothing
    sound: Parity | None  # the last one that came to a result

    def as_json(self) -> dict[str, Any]:
        """For scripts."""
        return {
            "entity": self.entity.name,
            "records": self.records,
            "quarantined": self.quarantined,
            "last_run": self.last_run
            and {
                "state": self.last_run.state,
                "started_at": self.last_run.started_at.isoformat(),
                "problem": self.last_run.problem,
            },
            "cursors": {cursor.doctype: cursor.modified for cursor in self.cursors},
            "due_at": self.due_at.isoformat() if self.due_at else None,
            "parity": float(self.sound.score) if self.sound else None,
        }


def described() -> list[Described]:
    """Every entity, in the order in which they are read."""
    return [
        Described(
            name=entity.name,
            title=entity.title,
            doctypes=[source.doctype for source in entity.sources],
            after=[other.name for other in ENTITIES if other is not entity and needs(entity, other)],
            interval_hours=value_of(interval_option(entity.name)),
            interval_is_fixed=is_fixed(interval_option(entity.name)),
        )
        for entity in ENTITIES
    ]


def standings(
    *, at: datetime, records: Counter[str] | None = None, has_cursors: bool = True
) -> list[Standing]:
    """Every entity, in the order in which they are read. Six questions, however many there are.

    ``records`` is what ``present`` has counted, where that may be a moment old.
    """
    last = {run.entity: run for run in Run.objects.latest_of_each()}
    parities, sound = _latest_comparisons()
    parked = Quarantine.objects.order_by().values_list("entity")
    quarantined = dict(parked.annotate(Count("pk")))
    cursors: defaultdict[str, list[Cursor]] = defaultdict(list)
    for cursor in Cursor.objects.order_by("entity", "doctype") if has_cursors else ():
        cursors[cursor.entity].append(cursor)
    counted, to_look_at = records if records is not None else present(), marked(at=at)
    return [
        Standing(
            entity=entity,
            records=counted[entity.name],
            quarantined=quarantined.get(entity.name, 0),
            last_run=last.get(entity.name),
            cursors=cursors[entity.name],
            due_at=due_at(entity.name, last.get(entity.name), is_marked=entity.name in to_look_at, at=at),
            parity=parities.get(entity.name),
            sound=sound.get(entity.name),
        )
        for entity in ENTITIES
    ]


def present() -> Counter[str]:
    """How many records each entity has here."""
    sources = [(entity.name, source) for entity in ENTITIES for source in entity.sources]
    counts = tables.all_present([source for _, source in sources])
    found: Counter[str] = Counter()
    for (name, _), number in zip(sources, counts, strict=True):
        found[name] += number
    return found


@dataclass(frozen=True)
class Scheduled:
    """When the clock read one entity last, and when it will again."""

    entity: Entity
    last_run: Run | None
    due_at: datetime | None  # None: its interval or its control is off
    is_allowed: bool  # by its control


def scheduled(*, at: datetime) -> list[Scheduled]:
    """Every entity, in the order in which they are read."""
    last, to_look_at = {run.entity: run for run in Run.objects.latest_of_each()}, marked(at=at)
    return [
        Scheduled(
            entity=entity,
            last_run=(latest := last.get(entity.name)),
            due_at=due_at(entity.name, latest, is_marked=entity.name in to_look_at, at=at),
            is_allowed=allows(entity.name, Direction.PULL),
        )
        for entity in ENTITIES
    ]


@dataclass(frozen=True)
class Compared:
    """How equal one entity is to ERPNext, as far as we know."""

    entity: Entity
    last: Parity | None  # the last comparison, which may have come to nothing
    sound: Parity | None  # the last one that came to a result
    comparing: Comparing | None  # asked for, or under way
    reading: Run | None  # likewise
    is_outdated: bool  # a run has ended since

    @property
    def is_moving(self) -> bool:
        """Whether it will soon be otherwise than it is now."""
        return self.comparing is not None or self.reading is not None

    @property
    def state(self) -> tuple[object, ...]:
        """What tells one look at it from the next."""
        comparing = self.comparing and (self.comparing.pk, self.comparing.begun_at)
        return self.entity.name, self.last and self.last.pk, comparing, _state_of(self.reading)


def _state_of(run: Run | None) -> tuple[object, ...] | None:
    return (run.pk, run.state) if run else None


def compared() -> list[Compared]:
    """Every entity, in the order in which they are read. Five questions, however many there are.

    What is under way first: what ends between two questions is then in the answer to the later one.
    """
    comparing = {one.entity: one for one in under_way()}
    reading = {run.entity: run for run in Run.objects.under_way().order_by("id")}
    last, sound = _latest_comparisons()
    ended = {run.entity: run.finished_at for run in Run.objects.latest_of_each() if run.finished_at}
    return [
        Compared(
            entity=entity,
            last=last.get(entity.name),
            sound=(known := sound.get(entity.name)),
            comparing=comparing.get(entity.name),
            reading=reading.get(entity.name),
            is_outdated=bool(known and entity.name in ended and ended[entity.name] > known.at),
        )
        for entity in ENTITIES
    ]


def _latest_comparisons() -> tuple[dict[str, Parity], dict[str, Parity]]:
    """By entity the last comparison, and the last that came to a result. One question."""
    ways = Parity.objects.annotate(is_sound=ExpressionWrapper(Q(problem=""), BooleanField()))
    latest = ways.order_by("entity", "is_sound", "-id").distinct("entity", "is_sound")
    found = sorted(latest, key=lambda parity: parity.pk)  # of two of an entity, the later one stays
    return (
        {parity.entity: parity for parity in found},
        {parity.entity: parity for parity in found if not parity.problem},
    )


@dataclass(frozen=True)
class Webhooks:
    """What ERPNext has told of one DocType, as long as that is kept."""

    doctype: str
    last_at: datetime | None  # None: nothing
    in_a_day: int  # deliveries in the last 24 hours; what came again counts once


def webhooks(*, at: datetime) -> list[Webhooks]:
    """Every DocType that a webhook can tell of, then those that nobody here waits for. One question."""
    within = Count("pk", filter=Q(last_at__gt=at - A_DAY))
    rows = WebhookDelivery.objects.values("doctype").annotate(last=Max("last_at"), number=within)
    found = {
        row["doctype"]: Webhooks(row["doctype"], last_at=row["last"], in_a_day=row["number"])
        for row in rows.order_by("doctype")
    }
    every = dict.fromkeys([*told_doctypes(), *found])
    return [found.get(doctype, Webhooks(doctype, last_at=None, in_a_day=0)) for doctype in every]


@dataclass(frozen=True)
class PicturesStanding:
    """How many of the images that products name are where."""

    here: int
    waiting: int
    failed: int  # and are tried again
    refused: int


def pictures_standing() -> PicturesStanding:
    """One question."""
    named = ErpPicture.objects.filter(unused_since=None)
    counted = Counter(dict(named.values_list("state").annotate(Count("pk")).order_by()))
    return PicturesStanding(**{state.value: counted[state.value] for state in PictureState})
