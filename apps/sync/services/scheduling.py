"""When which entity is due, and for what."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db.models import QuerySet

from apps.core.actors import Actor
from apps.core.clock import shop_zone
from apps.core.options import Option, last_changes, value_of
from apps.sync.entities import ENTITIES
from apps.sync.models import Mark, Run
from apps.sync.options import QuietOptions, SyncOptions
from apps.sync.services.gate import allows
from apps.sync.services.running import run
from apps.sync.states import WHOLE, Direction, Mode, RunState

SOON: Final = timedelta(minutes=5)
A_NIGHT: Final = timedelta(hours=20)  # between two nightly compares, so that none is left out by a late start


@dataclass(frozen=True)
class Due:
    """An entity that is to run now, and how."""

    entity: str
    mode: Mode


def interval_option(entity: str) -> Option[Decimal]:
    """The setting that says how often an entity runs."""
    option: Option[Decimal] = getattr(SyncOptions, f"{entity}_hours")
    return option


def interval_of(entity: str) -> timedelta | None:
    """The time between two runs of an entity; None when it is switched off."""
    hours = value_of(interval_option(entity))
    return timedelta(seconds=round(hours * 3600)) if hours else None  # 0.0833 h is meant as 5 minutes


def due(*, at: datetime) -> Iterator[Due]:
    """The entities whose interval has passed since their last start: once, however many ticks were missed.

    What failed is tried again soon: a list that is read daily must not stay a day old for five bad minutes.
    In the quiet hours each is compared as a whole once, and once in so many days read in full; at any hour,
    when a setting has changed what is asked for.
    """
    last = {run.entity: run for run in Run.objects.latest_of_each()}
    to_look_at = marked(at=at)
    outdated, asked_for = set(_outdated()), set(Run.objects.queued().values_list("entity", flat=True))
    for entity in ENTITIES:
        if entity.name in asked_for:
            continue  # a worker takes that up, and it brings what this one would
        latest = last.get(entity.name)
        next_at = due_at(entity.name, latest, is_marked=entity.name in to_look_at, at=at)
        if next_at is None:
            continue
        whole = Mode.FULL if entity.name in outdated else _nightly(entity.name, at=at)
        if whole is not None and not _has_just_failed(latest, at=at):
            yield Due(entity.name, whole)
        elif next_at <= at:
            yield Due(entity.name, Mode.MODIFIED)


def _outdated() -> Iterator[str]:
    """What was read before a setting named a field of it otherwise, and not in full since."""
    named = {
        option.key: entity.name
        for entity in ENTITIES
        for source in entity.sources
        for option in source.named_by.values()
    }
    for key, change in last_changes(list(named)).items():
        ended = _ended(named[key])
        is_read_anew = ended.filter(mode=Mode.FULL, started_at__gte=change.at).exists()
        if not is_read_anew and ended.filter(started_at__lt=change.at).exists():
            yield named[key]


def _ended(entity: str) -> QuerySet[Run]:
    over_all = Run.objects.over_entities().filter(entity=entity)
    return over_all.exclude(state__in=[RunState.FAILED, RunState.INTERRUPTED])


def _nightly(entity: str, *, at: datetime) -> Mode | None:
    """Whether a run over all names is due in these quiet hours, and which."""
    if not is_quiet(at=at):
        return None
    ended = _ended(entity)
    if not ended.exists():
        return None  # a first pull brings everything in anyway, and need not wait for the night
    if not ended.filter(mode=Mode.FULL, started_at__gt=at - QuietOptions().full_every).exists():
        return Mode.FULL
    tonight = ended.filter(mode__in=WHOLE, started_at__gt=at - A_NIGHT).exists()
    return None if tonight else Mode.COMPARE


def is_quiet(*, at: datetime) -> bool:
    """Whether the shop sleeps, so that ERPNext's time is nobody else's: by the shop's clock."""
    options = QuietOptions()
    hour = at.astimezone(shop_zone()).hour
    begin, end = options.quiet_from, options.quiet_until
    return begin <= hour < end if begin <= end else hour >= begin or hour < end


def due_at(entity: str, last: Run | None, *, is_marked: bool, at: datetime) -> datetime | None:
    """When an entity is to run next, the nights apart; None when its interval or its control is off."""
    interval = interval_of(entity)
    if interval is None or not allows(entity, Direction.PULL):
        return None
    if last is None:
        return at
    if _has_failed(last):
        return last.started_at + min(interval, SOON)
    return at if is_marked else last.started_at + interval  # marked: something is to be looked at again


def marked(*, at: datetime) -> set[str]:
    """The entities of which something is to be looked at again."""
    return set(Mark.objects.filter(at__lte=at).values_list("entity", flat=True).distinct())


def _has_failed(last: Run) -> bool:
    return last.state in {RunState.FAILED, RunState.INTERRUPTED}


def _has_just_failed(last: Run | None, *, at: datetime) -> bool:
    return last is not None and _has_failed(last) and last.started_at + SOON > at


def run_due(name: str, *, at: datetime, actor: Actor) -> list[Run]:
    """Run an entity if it still is due: ticks that passed during a long run are made up once."""
    return [
        current
        for one in due(at=at)
        if one.entity == name
        for current in run([name], mode=one.mode, actor=actor)
    ]
