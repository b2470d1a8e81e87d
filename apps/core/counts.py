"""Counts that every page shows: kept in Redis for a moment, and asked anew each time while Redis is away.

A Redis that hangs is worse than none: each question to it waits. After one silence it is left alone a while.
"""

from collections.abc import Callable
from time import monotonic
from typing import Final, TypeVar

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError, TimeoutError  # noqa: A004 - theirs, not Python's

PAUSE: Final = 5.0  # seconds
Counted = TypeVar("Counted")

log = structlog.get_logger(__name__)
_asks_again_at = 0.0


def kept(key: str, count: Callable[[], Counted], *, seconds: int) -> Counted:
    """What was counted less than ``seconds`` ago, else what ``count`` says now. A menu needs no Redis."""
    if monotonic() < _asks_again_at:
        return count()
    try:
        found: Counted | None = cache.get(key)
        if found is None:
            found = count()
            cache.set(key, found, seconds)
    except RedisError as why:
        log.warning("counts.redis_away", why=str(why))
        heed(why)
        return count()
    return found


def heed(why: RedisError) -> None:
    """After a silence (being turned away costs nothing) leave Redis alone for a while."""
    global _asks_again_at  # noqa: PLW0603 - one for the process: what one thread waited for, all have learnt
    if isinstance(why, TimeoutError):
        _asks_again_at = monotonic() + PAUSE


def ask_again() -> None:
    """Ask Redis at the next count (a test begins so)."""
    global _asks_again_at  # noqa: PLW0603 - see heed
    _asks_again_at = 0.0
