"""What must be true for the installation to do its work; each check says in a few words what is wrong."""

from collections.abc import Callable
from datetime import datetime
from functools import cache as once
from typing import Final

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from redis.exceptions import RedisError

from apps.core.health import heartbeats

OK: Final = "ok"


def readiness(*, at: datetime) -> dict[str, str]:
    """Every check by name, and how it went."""
    return {name: check(at) for name, check in CHECKS.items()}


def database(_at: datetime) -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "does not answer"
    return OK


def migrations(_at: datetime) -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            applied = set(cursor.fetchall())
    except DatabaseError:
        return "unknown"
    missing = len(_of_this_release() - applied)
    return f"{missing} not applied" if missing else OK


def redis(at: datetime) -> str:
    try:
        cache.set("readiness", at, timeout=60)
    except RedisError:
        return "does not answer"
    return OK


def sign_of_life(program: str) -> Callable[[datetime], str]:
    """A check that the program has lately said that it lives."""

    def check(at: datetime) -> str:
        try:
            seen = heartbeats.last(program)
        except RedisError:
            return "unknown"
        if seen is None:
            return "not running"
        return (
            OK if at - seen < heartbeats.STALE else f"silent since {timezone.localtime(seen):%d %b %H:%M:%S}"
        )

    return check


@once
def _of_this_release() -> frozenset[tuple[str, str]]:
    """The migrations that this code comes with; they do not change while it runs."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


CHECKS: Final[dict[str, Callable[[datetime], str]]] = {
    "database": database,
    "migrations": migrations,
    "redis": redis,
    **{program: sign_of_life(program) for program in heartbeats.PROGRAMS},
}
