"""Tasks that failed for good: each try of theirs is over, and no page waits for them to say so."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from redis.exceptions import RedisError

from apps.core.store import named, redis

KEPT: Final = timedelta(days=1)
MOST: Final = 1000
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Failure:
    """Which task, when, and of what kind its trouble was; its words are in the log alone."""

    task: str
    trouble: str
    at: datetime


def record(failure: Failure) -> None:
    """Keep it for a day. A Redis that is away is no second trouble: the log has it."""
    try:
        with redis().pipeline() as at_once:
            at_once.lpush(_key(), json.dumps(asdict(failure), default=datetime.isoformat))
            at_once.ltrim(_key(), 0, MOST - 1)
            at_once.expire(_key(), KEPT)
            at_once.execute()
    except RedisError as why:
        log.warning("task_failure.not_kept", task=failure.task, why=type(why).__name__)


def within(span: timedelta, *, at: datetime) -> list[Failure]:
    """Those of the time up to ``at``, newest first. Raises RedisError."""
    kept: list[bytes] = redis().lrange(_key(), 0, -1)  # type: ignore[assignment]  # asked at once, not awaited
    failures = [_read(one) for one in kept]
    return [failure for failure in failures if failure.at > at - span]


def _read(kept: bytes) -> Failure:
    told = json.loads(kept)
    return Failure(told["task"], told["trouble"], datetime.fromisoformat(told["at"]))


def _key() -> str:
    return named("tasks:failed")
