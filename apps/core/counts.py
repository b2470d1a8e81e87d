"""Counts that every page shows: kept in Redis for a moment, and asked anew each time while Redis is away."""

from collections.abc import Callable
from typing import TypeVar

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError

Counted = TypeVar("Counted")

log = structlog.get_logger(__name__)


def kept(key: str, count: Callable[[], Counted], *, seconds: int) -> Counted:
    """What was counted less than ``seconds`` ago, else what ``count`` says now. A menu needs no Redis."""
    try:
        found: Counted | None = cache.get(key)
        if found is None:
            found = count()
            cache.set(key, found, seconds)
    except RedisError as why:
        log.warning("counts.redis_away", why=str(why))
        return count()
    return found
