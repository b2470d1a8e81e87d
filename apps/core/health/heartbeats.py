"""Signs of life of the programs that nobody sends requests to: the workers and beat."""

from datetime import datetime, timedelta
from typing import Final

from django.core.cache import cache

STALE: Final = timedelta(seconds=45)
PROGRAMS: Final = ("worker", "syncer", "beat")


def record(program: str, *, at: datetime) -> None:
    """Say that the program lives."""
    cache.set(f"heartbeat:{program}", at, timeout=None)


def last(program: str) -> datetime | None:
    """When the program last said so."""
    seen: datetime | None = cache.get(f"heartbeat:{program}")
    return seen


def forget(program: str) -> None:
    """The program has ended."""
    cache.delete(f"heartbeat:{program}")
