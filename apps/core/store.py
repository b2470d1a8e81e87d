"""Redis itself, for what Django's cache has no words for. Whoever asks it goes on without it.

A Redis that hangs is worse than none: each question to it waits. So what every request asks (keys, limits,
counts of the frame) is asked within ``asking``: after one silence the whole process leaves Redis alone for a
while, says so once, and then sends one thread to look. Being turned away costs nothing, and is asked about
anew each time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from time import monotonic
from typing import Final

import structlog
from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError, TimeoutError  # noqa: A004 - theirs, not Python's

PATIENCE: Final = 1.0  # seconds that a question may take
PAUSE: Final = 5.0  # seconds in which nobody asks after one that took longer
LOOK: Final = 2 * PATIENCE  # seconds that whoever looks again has, before another may

log = structlog.get_logger(__name__)


class LeftAloneError(RedisError):
    """Redis did not answer a moment ago, and is not asked just now."""


@cache
def redis() -> "Redis":
    """One pool of connections per process. A Redis that hangs holds nobody up for longer than a second."""
    return Redis.from_url(settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)


def named(name: str) -> str:
    """A key of ours: other installations, and other tests, may share the server."""
    return f"{settings.CACHES['default']['KEY_PREFIX']}:{name}"


@dataclass
class Rest:
    """How long this process leaves Redis alone: what one thread waited for, all have learnt."""

    until: float = 0.0  # by the monotonic clock; 0: it answers
    lock: Lock = field(default_factory=Lock)

    def begin(self) -> None:
        """It hangs: leave it alone."""
        with self.lock:
            is_new, self.until = not self.until, monotonic() + PAUSE
        if is_new:
            log.warning("redis.left_alone", seconds=PAUSE)

    def end(self) -> None:
        """It answers: ask it like ever."""
        with self.lock:
            was_resting, self.until = bool(self.until), 0.0
        if was_resting:
            log.warning("redis.answers_again")

    def lets_ask(self) -> bool:
        """Whether this thread may ask: everybody while it answers, one to look once the pause is over."""
        if not self.until:
            return True
        with self.lock:
            if monotonic() < self.until:
                return False
            self.until = self.until and monotonic() + LOOK  # another may have looked since
            return True


REST: Final = Rest()


def heed(why: RedisError) -> None:
    """For whoever asks although it may hang: what he waited for, the others need not."""
    if isinstance(why, TimeoutError):
        REST.begin()


@contextmanager
def asking() -> Iterator[None]:
    """Ask Redis, unless it hangs. Raises LeftAloneError (a RedisError) at once while it is left alone."""
    if not REST.lets_ask():
        raise LeftAloneError("Redis did not answer a moment ago")
    try:
        yield
    except RedisError as why:
        heed(why)
        raise
    REST.end()
