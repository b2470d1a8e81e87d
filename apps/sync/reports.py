"""How the sync stands: what the command prints and the screen shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.sync.engine.declarations import Entity
from apps.sync.entities import ENTITIES
from apps.sync.models import Cursor, Parity, Quarantine, Run
from apps.sync.services import interval_of


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


def standings(*, at: datetime) -> list[Standing]:
    """Every entity, in the order of their dependence."""
    last = {run.entity: run for run in Run.objects.latest_of_each()}
    parities = {
        parity.entity: parity for parity in Parity.objects.order_by("entity", "-id").distinct("entity")
    }
    return [
        Standing(
            entity=entity,
            records=sum(_present(source.model, source.fixed) for source in entity.sources),
            quarantined=Quarantine.objects.filter(entity=entity.name).count(),
            last_run=last.get(entity.name),
            cursors=list(Cursor.objects.filter(entity=entity.name).order_by("doctype")),
            due_at=_due_at(entity.name, last.get(entity.name), at=at),
            parity=parities.get(entity.name),
        )
        for entity in ENTITIES
    ]


def _due_at(entity: str, last: Run | None, *, at: datetime) -> datetime | None:
    interval = interval_of(entity)
    if interval is None:
        return None
    return last.started_at + interval if last else at


def _present(model: Any, fixed: Any) -> int:
    return int(model.objects.filter(gone_at=None, **fixed).count())
