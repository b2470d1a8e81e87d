"""When a key was last used, from where and by which version, without a write for every request.

A use is noted in Redis, where the next one overwrites it; once a minute a task writes what was noted. A
worker or a task that dies loses nothing: the notes are Redis's, and writing them twice changes nothing. If
Redis itself forgets, the uses since the last minute are lost until the key is used again. While Redis is
away a use is written at once, at most one a minute.
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.db.models import Q
from redis.exceptions import RedisError, ResponseError

from apps.accounts.models import AppSecret
from apps.core.actors import Actor
from apps.core.calling import CallingApp
from apps.core.store import LeftAloneError, asking, named, redis

VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+_-]{0,31}", re.ASCII)
NOTED: Final = "app-keys:used"  # a hash: secret → its latest use
TAKEN: Final = "app-keys:used:taken"  # the notes that are being written
SELDOM: Final = timedelta(minutes=1)

log = structlog.get_logger(__name__)


def note_use(app: CallingApp, *, at: datetime, address: str | None, version: str) -> None:
    """Remember that it called. What is no version is not remembered for one."""
    sane = version if VERSION.fullmatch(version) else ""
    try:
        note = json.dumps([at.isoformat(), address, sane])
        with asking():
            redis().hset(named(NOTED), str(app.secret_id), note)
    except RedisError as why:
        if not isinstance(why, LeftAloneError):
            log.warning("app_keys.use_not_noted", why=str(why))
        rested = Q(used_at__isnull=True) | Q(used_at__lt=at - SELDOM)
        AppSecret.objects.filter(rested, pk=app.secret_id).used(at=at, address=address, version=sane)


def write_uses(*, actor: Actor) -> int:
    """Write down what was noted since the last time. Says how many secrets have a later use now."""
    written = 0
    for secret_id, note in _taken().items():
        at, address, version = json.loads(note)
        row = AppSecret.objects.filter(pk=int(secret_id))
        written += row.used(at=datetime.fromisoformat(at), address=address, version=version)
    redis().delete(named(TAKEN))
    return written


def _taken() -> Mapping[Any, Any]:
    """The notes, set aside at once: what is noted meanwhile begins anew. First what a dead task left."""
    with suppress(ResponseError):  # nothing was noted
        redis().renamenx(named(NOTED), named(TAKEN))
    return redis().hgetall(named(TAKEN))
