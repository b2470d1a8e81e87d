"""How the sync stands: what the command prints and the screen shows."""

from dataclasses import dataclass
from typing import Any

from apps.sync.engine.declarations import Entity
from apps.sync.entities import ENTITIES
from apps.sync.models import Cursor, Quarantine, Run


@dataclass(frozen=True)
class Standing:
    """One entity today."""

    entity: Entity
    records: int  # present in ERPNext, as far as we know
    quarantined: int
    last_run: Run | None
    cursors: list[Cursor]

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
        }


def standings() -> list[Standing]:
    """Every entity, in the order of their dependence."""
    last = {run.entity: run for run in Run.objects.latest_of_each()}
    return [
        Standing(
            entity=entity,
            records=sum(_present(source.model, source.fixed) for source in entity.sources),
            quarantined=Quarantine.objects.filter(entity=entity.name).count(),
            last_run=last.get(entity.name),
            cursors=list(Cursor.objects.filter(entity=entity.name).order_by("doctype")),
        )
        for entity in ENTITIES
    ]


def _present(model: Any, fixed: Any) -> int:
    return int(model.objects.filter(gone_at=None, **fixed).count())
