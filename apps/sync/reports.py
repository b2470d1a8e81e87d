"""How the sync stands: what the command prints and the screen shows."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, Max, Q

from apps.core.options import is_fixed, value_of
from apps.sync.engine import tables
from apps.sync.engine.declarations import Entity
from apps.sync.entities import ENTITIES
from apps.sync.models import Cursor, Parity, Quarantine, Run, WebhookDelivery
from apps.sync.services import interval_option
from apps.sync.services.connecting import told_doctypes
from apps.sync.services.lanes import needs
from apps.sync.services.scheduling import due_at, marked

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
    parity: Parity | None

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
            "parity": float(self.parity.score) if self.parity else None,
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


def standings(*, at: datetime) -> list[Standing]:
    """Every entity, in the order in which they are read. Six questions, however many there are."""
    last = {run.entity: run for run in Run.objects.latest_of_each()}
    parities = {
        parity.entity: parity for parity in Parity.objects.order_by("entity", "-id").distinct("entity")
    }
    quarantined = Counter(Quarantine.objects.values_list("entity", flat=True))
    cursors: defaultdict[str, list[Cursor]] = defaultdict(list)
    for cursor in Cursor.objects.order_by("entity", "doctype"):
        cursors[cursor.entity].append(cursor)
    records, to_look_at = present(), marked(at=at)
    return [
        Standing(
            entity=entity,
            records=records[entity.name],
            quarantined=quarantined[entity.name],
            last_run=last.get(entity.name),
            cursors=cursors[entity.name],
            due_at=due_at(entity.name, last.get(entity.name), is_marked=entity.name in to_look_at, at=at),
            parity=parities.get(entity.name),
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
