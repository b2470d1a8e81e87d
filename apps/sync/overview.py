"""What the overview of the sync shows: each entity with its health, and the figures above them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from django.db import connection as db
from django.db.models import Count, Q

from apps.core.counts import kept
from apps.core.models import Outgoing
from apps.core.states import OutgoingState
from apps.sync import reports
from apps.sync.engine.declarations import Entity
from apps.sync.feed import rate_of
from apps.sync.models import Parity, Run
from apps.sync.reports import Standing
from apps.sync.services import interval_of
from apps.sync.services.gate import allows
from apps.sync.states import Direction, RunState
from apps.sync.words import rank

PATIENCE: Final = timedelta(minutes=10)  # after it was due; then nobody seems to be at it
COUNTS_KEPT: Final = 30  # seconds; counting a million rows costs more than a look at the page is worth


class Health(StrEnum):
    """How an entity is, in one word; the first that is true."""

    OFF = "off"
    NEVER = "never"
    FAILING = "failing"
    LATE = "late"
    PARTIAL = "partial"
    WELL = "well"


@dataclass(frozen=True)
class Line:
    """One entity as the table shows it."""

    standing: Standing
    under_way: Run | None
    interval: timedelta | None
    may_pull: bool
    health: Health

    @property
    def entity(self) -> Entity:
        return self.standing.entity

    @property
    def last(self) -> Run | None:
        return self.standing.last_run

    @property
    def rate(self) -> int | None:
        """Records a second of the last run."""
        return rate_of(self.last.read, self.last.duration) if self.last and self.last.duration else None

    @property
    def there(self) -> int | None:
        """Records in ERPNext when they were last compared."""
        return self.standing.sound.there if self.standing.sound else None


def lines(*, at: datetime, runs: Sequence[Run], has_cursors: bool = False) -> list[Line]:
    """Every entity: the four that the shop knows by name, then the others as they are read.

    ``runs`` are those that are under way.
    """
    records: Counter[str] = kept("sync:present", reports.present, seconds=COUNTS_KEPT)
    under_way = {run.entity: run for run in runs}
    standings = reports.standings(at=at, records=records, has_cursors=has_cursors)
    shown = sorted(standings, key=lambda standing: rank(standing.entity.name))
    return [_line(standing, under_way.get(standing.entity.name), at=at) for standing in shown]


def _line(standing: Standing, under_way: Run | None, *, at: datetime) -> Line:
    name = standing.entity.name
    interval, may_pull = interval_of(name), allows(name, Direction.PULL)
    return Line(
        standing=standing,
        under_way=under_way,
        interval=interval,
        may_pull=may_pull,
        health=_health(standing, is_on=may_pull and interval is not None, at=at),
    )


def _health(standing: Standing, *, is_on: bool, at: datetime) -> Health:
    last = standing.last_run
    if not is_on:
        return Health.OFF
    if last is None:
        return Health.NEVER
    if last.state in {RunState.FAILED, RunState.INTERRUPTED}:
        return Health.FAILING
    if standing.due_at is not None and standing.due_at + PATIENCE < at and last.state != RunState.RUNNING:
        return Health.LATE
    return Health.PARTIAL if last.state in {RunState.PARTIAL, RunState.HELD} else Health.WELL


@dataclass(frozen=True)
class Figures:
    """The figures above the table."""

    records: int
    quarantined: int
    outgoing: int  # that has not reached its end
    stuck: int  # of those, what needs a person
    parities: list[Parity]  # the last of each entity that came to a result
    uncompared: int  # entities of which there is none

    @property
    def lowest(self) -> Parity | None:
        """The entity that is least equal."""
        return min(self.parities, key=lambda parity: parity.score, default=None)

    @property
    def differing(self) -> int:
        return sum(parity.differing for parity in self.parities)

    @property
    def compared_at(self) -> datetime | None:
        """When the oldest of them was compared: what all figures are at least as fresh as."""
        return min((parity.at for parity in self.parities), default=None)


def figures(shown: list[Line]) -> Figures:
    """Summed up from the lines, and one question more."""
    outgoing = Outgoing.objects.open().aggregate(
        all=Count("pk"), stuck=Count("pk", filter=Q(state=OutgoingState.NEEDS_ATTENTION))
    )
    parities = [line.standing.sound for line in shown if line.standing.sound]
    return Figures(
        records=sum(line.standing.records for line in shown),
        quarantined=sum(line.standing.quarantined for line in shown),
        outgoing=outgoing["all"],
        stuck=outgoing["stuck"],
        parities=parities,
        uncompared=len(shown) - len(parities),
    )


def stamp(*, at: datetime) -> str:
    """What the page shows, in short: as long as this stays the same, so does the page. One quick question."""
    with db.cursor() as cursor:
        cursor.execute(NEWEST)
        newest = cursor.fetchone()
    minute = at.replace(second=0, microsecond=0)  # "3 minutes ago" grows older
    return sha256(repr((newest, minute)).encode()).hexdigest()[:16]


NEWEST: Final = """
    SELECT (SELECT array_agg((id, state, page_at, read, expected) ORDER BY id DESC)::text
              FROM (SELECT * FROM sync_run ORDER BY id DESC LIMIT 20) AS newest),
           (SELECT array_agg((id, state, page_at, read, expected) ORDER BY id)::text
              FROM sync_run WHERE state IN ('queued', 'running')),
           (SELECT (count(*), max(id), max(last_at))::text FROM sync_quarantine),
           (SELECT max(id) FROM sync_parity),
           (SELECT max(id) FROM sync_mark),
           (SELECT max(last_at) FROM sync_webhookdelivery),
           (SELECT max(id) FROM core_outgoingmove),
           (SELECT (reach, since)::text FROM sync_connection),
           (SELECT at FROM sync_feedcleared)
"""
