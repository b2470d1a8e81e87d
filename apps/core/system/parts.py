"""The parts of the report: facts, and what to do where one is not as it should be."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from redis import Redis
from redis.exceptions import RedisError

from apps.core.admin.chips import Chip, Tone
from apps.core.store import heed

PATIENCE: Final = 1.0  # seconds for any one answer
ABOUT: Final = """
    SELECT current_setting('server_version'), count(*) FILTER (WHERE backend_type = 'client backend'),
        current_setting('max_connections')::int, clock_timestamp()
    FROM pg_stat_activity
"""
Words = str | Promise
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Fact:
    """One line: what, how it is, and what to do about it where something is to be done."""

    label: Words
    value: Words
    tone: Tone = Tone.QUIET
    advice: Words = ""
    is_code: bool = False
    is_restless: bool = False  # moves at every breath: a page is drawn anew for it once a minute only


@dataclass(frozen=True)
class Server:
    """What PostgreSQL says of itself in one breath, and how far its clock is from ours."""

    version: str
    connections: int
    most_connections: int
    ahead: float  # seconds


class Look:
    """One look at everything: when it was, and the Redis that it asks, given up after one silence."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._silence: RedisError | None = None

    @property
    def redis(self) -> "Redis":
        """Raises RedisError, without asking again, once it has not answered."""
        if self._silence:
            raise self._silence
        try:
            self._client.ping()
        except RedisError as why:
            self._silence = why
            heed(why)
            raise
        return self._client

    @cached_property
    def server(self) -> Server:
        """Raises DatabaseError."""
        before = timezone.now()
        ((version, used, most, clock),) = rows(ABOUT)
        return Server(version, used, most, ahead_of_us(clock, before=before))

    @cached_property
    def _client(self) -> "Redis":
        waits = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
        return Redis.from_url(settings.REDIS_URL, **waits)


FACES: Final = {
    Tone.ACT: Chip(_("Act"), Tone.ACT),
    Tone.LOOK: Chip(_("Look"), Tone.LOOK),
    Tone.WELL: Chip(_("Well"), Tone.WELL),
    Tone.QUIET: Chip(_("Told"), Tone.QUIET, "info"),
}
Ask = Callable[[Look], Sequence[Fact]]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A part as it was offered."""

    name: str
    title: Words
    icon: str
    ask: Ask
    order: int = 100


@dataclass(frozen=True)
class Part:
    """A part as it is now; ``problem`` stands where its service did not answer."""

    kind: Kind
    facts: Sequence[Fact] = field(default_factory=tuple)
    problem: Words = ""

    @property
    def tone(self) -> Tone:
        """Of the worst that it has to say; quiet where it is only told."""
        tones = {Tone.ACT} if self.problem else {fact.tone for fact in self.facts}
        return next((tone for tone in (Tone.ACT, Tone.LOOK, Tone.WELL) if tone in tones), Tone.QUIET)

    @property
    def chip(self) -> Chip:
        """How it is, in a word."""
        return Chip(_("Does not answer"), Tone.ACT) if self.problem else FACES[self.tone]


_kinds: dict[str, Kind] = {}


def offer(kind: Kind) -> None:
    """Put a part on the page."""
    _kinds[kind.name] = kind


def ahead_of_us(there: datetime, *, before: datetime) -> float:
    """How far another machine's clock is from ours, half of the way there and back taken off."""
    ours = before + (timezone.now() - before) / 2
    return (there - ours).total_seconds()


def look(at: datetime) -> list[Part]:
    """Every part, asked one after the other."""
    eyes = Look(at)
    return list(_asked(eyes))


def _asked(eyes: Look) -> Iterator[Part]:
    for kind in sorted(_kinds.values(), key=lambda kind: (kind.order, kind.name)):
        try:
            yield Part(kind, tuple(kind.ask(eyes)))
        except RedisError as why:
            log.warning("system.redis_away", part=kind.name, why=type(why).__name__)
            yield Part(
                kind,
                problem=_("Redis does not answer, so this cannot be told. Start it, or look at its log."),
            )
        except DatabaseError as why:
            log.warning("system.database_away", part=kind.name, why=type(why).__name__)
            yield Part(
                kind, problem=_("PostgreSQL did not answer within a second. It may be busy; look again soon.")
            )
        except OSError as why:
            log.warning("system.files_away", part=kind.name, why=str(why))
            yield Part(kind, problem=_("The folder cannot be read: %(why)s.") % {"why": why.strerror or why})


def rows(sql: str) -> list[tuple[Any, ...]]:
    """What PostgreSQL says within a second; one way there and back. Raises DatabaseError."""
    limit = int(PATIENCE * 1000)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {limit}; {sql}; SET LOCAL statement_timeout = 0")
        cursor.nextset()  # past the answer to the first of the three
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
