"""One at a time, across processes and machines (docs/adr/0202)."""

import random
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final, Self, TypeVar

import psycopg
from django.db import OperationalError, connection, models, transaction
from django.utils import timezone
from psycopg.errors import DeadlockDetected

from apps.core.errors import AlreadyRunningError, LockLostError

T = TypeVar("T")
Row = TypeVar("Row", bound=models.Model)
TRIES: Final = 5
LOCKS: Final = """
      FROM (SELECT pid, (classid::bigint << 32) | objid::bigint AS number FROM pg_locks
             WHERE locktype = 'advisory' AND granted AND objsubid = 1
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS lock
     WHERE number = ANY(%s)
"""
HOLDERS: Final = f"SELECT pid {LOCKS}"
# apart, for inside a transaction PostgreSQL shows who is connected as it was at the first look
SINCE: Final = f"SELECT application_name FROM pg_stat_activity WHERE pid IN ({HOLDERS})"  # noqa: S608
HELD: Final = f"SELECT DISTINCT number {LOCKS}"
TAKE: Final = """
    SELECT CASE WHEN pg_try_advisory_lock(%s) THEN set_config('application_name', left(%s, 63), false) END
"""


@dataclass(frozen=True)
class Held:
    """A lock that we have, as long as its connection lives."""

    name: str
    connection: psycopg.Connection[Any]

    def check(self) -> None:
        """Make sure that it is still ours. Raises LockLostError: somebody else may be at it by now."""
        try:
            self.connection.execute("SELECT 1")
        except psycopg.OperationalError as why:
            raise LockLostError(f"The connection that held “{self.name}” broke; it starts again.") from why


class LockConnection:
    """Where one process takes locks, together or one after the other; they live and die with it.

    A connection of its own, outside the pool: a pooled one would carry a lock to its next user. When the
    process dies, however it dies, PostgreSQL drops the connection and the locks with it. Not for two threads.
    """

    def __init__(self) -> None:
        self._connection: psycopg.Connection[Any] | None = None
        self._names: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()

    @contextmanager
    def only_one(self, name: str) -> Iterator[Held]:
        """Hold the lock called ``name`` for the block. Raises AlreadyRunningError when anybody has it."""
        held = self._taken(name)
        self._names.add(name)
        try:
            yield held
        finally:
            self._names.discard(name)
            _let_go(held)

    def _taken(self, name: str) -> Held:
        """The lock, on a new connection if the old one broke; what it held is lost either way."""
        if self._connection is not None and not self._names:
            try:
                return self._take(name, self._connection)
            except psycopg.OperationalError:
                self._connection.close()
                self._connection = None
        if self._connection is None:
            self._connection = psycopg.connect(**_own_connection())
        return self._take(name, self._connection)

    def _take(self, name: str, on: psycopg.Connection[Any]) -> Held:
        if name in self._names or not _granted(name, on):  # one session would be granted it twice
            raise AlreadyRunningError(_already(name, since=_held_since(on, name)))
        return Held(name, on)


@contextmanager
def only_one(name: str) -> Iterator[Held]:
    """Hold the lock called ``name`` for the block. Raises AlreadyRunningError when another process has it."""
    with LockConnection() as locks, locks.only_one(name) as held:
        yield held


def _granted(name: str, on: psycopg.Connection[Any]) -> bool:
    """Take it if it is free; the connection says from then on which lock it took last, and when."""
    taken_at = timezone.now().isoformat(timespec="seconds")
    row = on.execute(TAKE, [_number(name), f"larder lock {name} {taken_at}"]).fetchone()
    return bool(row and row[0])


def _let_go(held: Held) -> None:
    """At once: the server hears of a closed connection a moment later, and the next would find it taken."""
    with suppress(psycopg.OperationalError):  # a broken connection has let go by itself
        held.connection.execute("SELECT pg_advisory_unlock(%s)", [_number(held.name)])


def is_held(name: str) -> bool:
    """Whether anybody holds the lock called ``name`` now."""
    return bool(held_of([name]))


def held_of(names: Iterable[str]) -> set[str]:
    """Which of these locks anybody holds now: one question, however many there are."""
    called = {_number(name): name for name in names}
    with connection.cursor() as cursor:
        cursor.execute(HELD, [list(called)])
        return {called[number] for (number,) in cursor.fetchall()}


def _own_connection() -> dict[str, Any]:
    """Like Django's, without its cursor classes, in autocommit: no transaction stays open while we work."""
    given = connection.get_connection_params()
    for django_only in ("cursor_factory", "context"):
        given.pop(django_only, None)
    quiet = {"keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
    return quiet | given | {"autocommit": True}


def _number(name: str) -> int:
    """PostgreSQL counts such locks by 64-bit numbers, each database for itself."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


def _held_since(asking: psycopg.Connection[Any], name: str) -> datetime | None:
    """When whoever has it took it, or a later one on the same connection."""
    row = asking.execute(SINCE, [[_number(name)]]).fetchone()
    try:
        return datetime.fromisoformat(row[0].rpartition(" ")[2]) if row else None
    except ValueError:  # a name that left no room for the time
        return None


def _already(name: str, *, since: datetime | None) -> str:
    if since is None:
        return f"“{name}” is running already; try again when it is done."
    return f"“{name}” has been running since {timezone.localtime(since):%H:%M}; try again when it is done."


def retry_deadlocks(work: Callable[[], T]) -> T:
    """What ``work`` answers, done in a transaction: once more when PostgreSQL had another one go first.

    Of two that hold what the other waits for, PostgreSQL ends one. Orders of locking make that rare; between
    transactions that write many rows of several tables nothing makes it impossible. ``work`` must be safe to
    repeat. In a transaction it is a part of it, and keeps nothing locked from one attempt to the next.
    """
    for attempt in range(1, TRIES):
        try:
            with transaction.atomic():
                return work()
        except OperationalError as why:
            if not isinstance(why.__cause__, DeadlockDetected):
                raise
            time.sleep(random.uniform(0, 0.1 * attempt))  # noqa: S311 - no secret: not in step with the other
    with transaction.atomic():
        return work()


def in_turn(name: str) -> None:
    """Wait until no other transaction is at the work called ``name``; ours is at it until it ends.

    For what is summed up from rows that several transactions write: whoever comes second sees what the first
    has written.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_number(name)])


def lock_rows(rows: "models.QuerySet[Row]") -> list[Row]:
    """Lock rows until the transaction ends, in one order for all, so that no two can wait for each other."""
    return list(rows.order_by("pk").select_for_update(of=("self",)))
