"""When which entity is due."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from apps.core.actors import Actor
from apps.core.options import value_of
from apps.sync.entities import ENTITIES
from apps.sync.models import Run
from apps.sync.options import SyncOptions
from apps.sync.services.running import run
from apps.sync.states import RunState

SOON: Final = timedelta(minutes=5)


def interval_of(entity: str) -> timedelta | None:
    """The time between two runs of an entity; None when it is switched off."""
    hours = value_of(getattr(SyncOptions, f"{entity}_hours"))
    return timedelta(hours=float(hours)) if hours else None


def due(*, at: datetime) -> Iterator[str]:
    """The entities whose interval has passed since their last start: once, however many ticks were missed.

    What failed is tried again soon: a list that is read daily must not stay a day old for five bad minutes.
    """
    last = {run.entity: run for run in Run.objects.latest_of_each()}
    for entity in ENTITIES:
        interval = interval_of(entity.name)
        if interval is not None and _has_passed(interval, last.get(entity.name), at=at):
            yield entity.name


def _has_passed(interval: timedelta, last: Run | None, *, at: datetime) -> bool:
    if last is None:
        return True
    has_failed = last.state in {RunState.FAILED, RunState.INTERRUPTED}
    return bool(last.started_at + (min(interval, SOON) if has_failed else interval) <= at)


def run_due(name: str, *, at: datetime, actor: Actor) -> list[Run]:
    """Run an entity if it still is due: ticks that passed during a long run are made up once."""
    return run([name], actor=actor) if name in due(at=at) else []
