"""That a key was changed is told to every process, which go by what Redis keeps of it (docs/adr/0320).

It is told twice: what is kept is marked as changing before the commit, and told as changed after it. One of
the two is enough for nobody to go by the old state. Where Redis hears neither, this process goes on telling
until the old state can be kept nowhere any more, and whoever made the change is told until when that is.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from threading import Lock, Thread
from time import sleep
from typing import Final

import structlog
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from redis.exceptions import RedisError

from apps.accounts.models import AppSecret
from apps.core.store import heed

KEPT: Final = 60  # seconds
CHANGED: Final = "changed"
SETTLES: Final = 10  # seconds in which nobody who read before a change may put back what he read
LONGEST: Final = timedelta(seconds=KEPT + SETTLES)  # after a change that nobody was told of
AGAIN: Final = 1.0  # seconds between two tries to tell
ORIGINS: Final = "app-keys:origins"

log = structlog.get_logger(__name__)
_lock = Lock()
_untold: dict[str, datetime] = {}  # what Redis keeps of a secret → until when it may be the old state


def kept_as(digest: str) -> str:
    """What Redis has the secret of this hash under."""
    return f"app-key:{digest}"


def forget(digests: Iterable[str]) -> None:
    """Have every process read these anew, from the commit on. The last thing that a change does."""
    names = [kept_as(digest) for digest in digests]
    is_marked = _said(names, seconds=KEPT)
    transaction.on_commit(partial(_tell, names, is_marked=is_marked))


def old_state_until(key_id: int) -> datetime | None:
    """Until when other processes may go by what a key was before its change; None where all were told."""
    names = map(kept_as, AppSecret.objects.filter(app_key=key_id).values_list("digest", flat=True))
    now = timezone.now()
    with _lock:
        untold = [until for name in names if (until := _untold.get(name)) and until > now]
    return max(untold, default=None)


def _tell(names: list[str], *, is_marked: bool) -> None:
    if _said(names, seconds=SETTLES) or is_marked:
        return
    until = timezone.now() + LONGEST
    log.warning("app_keys.change_not_told", until=until.isoformat())
    with _lock:
        _drop_past()  # where the thread died, nobody else would: it would be taken for alive for ever
        is_first = not _untold
        _untold.update(dict.fromkeys(names, until))
    if is_first and names:
        Thread(target=_go_on_telling, name="app-keys-untold", daemon=True).start()


def _said(names: list[str], *, seconds: int) -> bool:
    """Put the mark in the place of what was kept; whether Redis took it. Asks also while it is left alone."""
    try:
        if names:
            cache.set_many(dict.fromkeys(names, CHANGED), seconds)
        cache.delete(ORIGINS)
    except RedisError as why:
        heed(why)
        log.warning("app_keys.redis_away", why=str(why))
        return False
    return True


def _go_on_telling() -> None:
    """Until it is told, or no longer matters: then the thread ends."""
    while untold := _still_untold():
        sleep(AGAIN)
        if _said(list(untold), seconds=SETTLES):
            log.info("app_keys.change_told_late", secrets=len(untold))
            with _lock:
                for name, until in untold.items():
                    if _untold.get(name) == until:  # not changed once more meanwhile
                        del _untold[name]


def _still_untold() -> dict[str, datetime]:
    with _lock:
        _drop_past()
        return dict(_untold)


def _drop_past() -> None:
    """Forget what no longer matters; whoever calls holds the lock."""
    now = timezone.now()
    for name in [name for name, until in _untold.items() if until <= now]:
        del _untold[name]
