"""Signs of life of the programs that nobody sends requests to: the workers and beat."""

from datetime import datetime, timedelta
from typing import Final

from django.core.cache import cache

STALE: Final = timedelta(seconds=45)
PROGRAMS: Final = ("worker", "syncer", "beat")


def record(program: str, *, at: datetime) -> None:
    """Say that the program lives; whoever was silent for long begins anew."""
    seen = last(program)
    if seen is None or at - seen >= STALE or since(program) is None:
        cache.set(_since(program), at, timeout=None)
    cache.set(_seen(program), at, timeout=None)


def last(program: str) -> datetime | None:
    """When the program last said so."""
    seen: datetime | None = cache.get(_seen(program))
    return seen


def since(program: str) -> datetime | None:
    """Since when it has said so without a break."""
    begun: datetime | None = cache.get(_since(program))
    return begun


def forget(program: str) -> None:
    """The program has ended."""
    cache.delete_many([_seen(program), _since(program)])


def _seen(program: str) -> str:
    return f"heartbeat:{program}"


def _since(program: str) -> str:
    return f"heartbeat:{program}:since"
