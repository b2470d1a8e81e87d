"""Commits that do not wait for the disk: what a crash could take back is read again (docs/adr/0109)."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, connection


@contextmanager
def without_waiting() -> Iterator[None]:
    """For the block, let PostgreSQL put commits on disk a moment later, in their order all the same."""
    _execute("SET synchronous_commit = off")
    try:
        yield
    finally:
        with suppress(DatabaseError):  # a connection that broke has taken its setting along
            _execute("RESET synchronous_commit")


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
