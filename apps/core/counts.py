"""Counts that every page shows: kept in Redis for a moment, and asked anew each time while Redis is away."""

from collections.abc import Callable
from typing import TypeVar

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError

from apps.core.store import LeftAloneError, asking

Counted = TypeVar("Counted")

log = structlog.get_logger(__name__)


def kept(key: str, count: Callable[[], Counted], *, seconds: int) -> Counted:
    """What was counted less than ``seconds`` ago, else what ``count`` says now. A menu needs no Redis."""
    try:
        with asking():
            held: Counted | None = cache.get(key)
    except RedisError as why:
        _say(why)
        return count()
    if held is not None:
        return held
    found = count()
    try:
        with asking():
            cache.set(key, found, seconds)
    except RedisError as why:
        _say(why)
    return found


def _say(why: RedisError) -> None:
    """That it was away; of one that is left alone ``asking`` has said so."""
    if not isinstance(why, LeftAloneError):
        log.warning("counts.redis_away", why=str(why))
