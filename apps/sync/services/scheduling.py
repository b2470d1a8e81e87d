"""When which entity is due."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from apps.core.options import value_of
from apps.sync.entities import ENTITIES
from apps.sync.models import Run
from apps.sync.options import SyncOptions


def interval_of(entity: str) -> timedelta | None:
    """The time between two runs of an entity; None when it is switched off."""
    hours = value_of(getattr(SyncOptions, f"{entity}_hours"))
    return timedelta(hours=float(hours)) if hours else None


def due(*, at: datetime) -> Iterator[str]:
    """The entities whose interval has passed since their last start: once, however many ticks were missed."""
    last = {run.entity: run.started_at for run in Run.objects.latest_of_each()}
    for entity in ENTITIES:
        interval = interval_of(entity.name)
        if interval is not None and (entity.name not in last or last[entity.name] + interval <= at):
            yield entity.name
