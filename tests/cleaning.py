"""A database that a test has committed to, put back as it was when the session began.

Django empties every table and lets each app fill in again what it begins with: a second for each such test,
most of it spent on tables that nobody touched. Here only what has rows is emptied, and what the database
began with is compared and, where it is otherwise, copied back from a schema beside it.
"""

from collections.abc import Iterator
from typing import Any, Final

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase

ASIDE: Final = "as_it_began"
MANY: Final = 500  # rows; from here on the dead ones would weigh on what comes after
TABLES: Final = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
# A picture of a table: the same rows, in whatever order, are the same text.
PICTURE: Final = "(SELECT md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM public.{table} t)"


class Beginnings:
    """What is in the database before the first test."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(TABLES)
            self.tables = [name for (name,) in cursor.fetchall()]
            self.seeded = self._filled(cursor)
            cursor.execute(f"CREATE SCHEMA {ASIDE}")
            for table in self.seeded:
                cursor.execute(f"CREATE TABLE {ASIDE}.{_quoted(table)} AS TABLE public.{_quoted(table)}")
            self.pictures = self._pictures(cursor)

    def restore(self) -> None:
        """Bring them back; nothing is asked of triggers and foreign keys, for in the end all is as it was."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            large = list(self._clear(cursor))
        for table in large:
            with connection.cursor() as cursor:
                cursor.execute(f"VACUUM public.{_quoted(table)}")

    def _clear(self, cursor: CursorWrapper) -> Iterator[str]:
        """Empty what has rows, and fill what had some; tell what was large."""
        now = self._pictures(cursor)
        changed = {table for table in self.seeded if now[table] != self.pictures[table]}
        for table in changed | set(self._filled(cursor)) - set(self.seeded):
            cursor.execute(f"DELETE FROM public.{_quoted(table)}")  # noqa: S608 - names of our own tables
            if cursor.rowcount > MANY:
                yield table
        for table in changed:
            name = _quoted(table)
            cursor.execute(f"INSERT INTO public.{name} OVERRIDING SYSTEM VALUE TABLE {ASIDE}.{name}")

    def _filled(self, cursor: CursorWrapper) -> list[str]:
        asked = ", ".join(f"EXISTS (SELECT FROM public.{_quoted(table)})" for table in self.tables)
        cursor.execute(f"SELECT {asked}")
        return [table for table, has_rows in zip(self.tables, cursor.fetchone(), strict=True) if has_rows]

    def _pictures(self, cursor: CursorWrapper) -> dict[str, str | None]:
        asked = ", ".join(PICTURE.format(table=_quoted(table)) for table in self.seeded)
        cursor.execute(f"SELECT {asked}")
        return dict(zip(self.seeded, cursor.fetchone(), strict=True))


def _quoted(table: str) -> str:
    return connection.ops.quote_name(table)


def clean_by(beginnings: Beginnings) -> None:
    """Have tests that commit cleaned up by this, instead of by a flush of everything."""

    def teardown(_case: Any) -> None:
        beginnings.restore()

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]
