"""The clock of the scheduled jobs. Its memory is in Redis, so it may start anew anywhere, at any time.

Celery's own keeps a file, which a new container does not have: jobs whose hour passed while it was away
would wait for the next one. And of several beats only one sends; the others stand by.
"""

from typing import Any, Final
from uuid import uuid4

import structlog
from celery.beat import Scheduler
from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

from apps.core.health import heartbeats

LEADER: Final = "beat:leader"
LEASE: Final = 20  # seconds until another beat takes over from one that was killed
NAP: Final = 5.0
log: Final = structlog.get_logger(__name__)


class RememberingScheduler(Scheduler):
    """Celery's scheduler with its last runs in Redis."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.me = uuid4().hex
        self.leads = False
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        try:
            heartbeats.record("beat", at=timezone.now())
            if not self._take_the_lead():
                return NAP
            return min(float(super().tick(*args, **kwargs)), NAP)
        except RedisError as why:
            log.warning("beat.redis_away", why=str(why))
            return NAP

    def reserve(self, entry: Any) -> Any:  # celery-types takes an entry for a heap's event
        reserved = super().reserve(entry)
        cache.set(f"beat:last-run:{entry.name}", reserved.last_run_at, timeout=None)  # type: ignore[attr-defined]
        return reserved

    def close(self) -> None:
        super().close()
        if self.leads:
            cache.delete(LEADER)
        heartbeats.forget("beat")

    def _take_the_lead(self) -> bool:
        led = self.leads
        self.leads = cache.add(LEADER, self.me, timeout=LEASE) or cache.get(LEADER) == self.me
        if self.leads:
            cache.touch(LEADER, timeout=LEASE)
            if not led:
                self._remember()
        return self.leads

    def _remember(self) -> None:
        """Take over when each job last ran, so that what was missed is due now."""
        for name, entry in self.schedule.items():
            if ran := cache.get(f"beat:last-run:{name}"):
                entry.last_run_at = ran
        self._heap = None  # made anew from those times
