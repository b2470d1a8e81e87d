"""A complete list of ERPNext's names beside ours: what is there and not here, and here and not there.

The list lies in a table of its own while it is compared, so that a million names cost no memory.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection

from apps.sync.engine import tables
from apps.sync.engine.declarations import Source

LIST: Final = "sync_names"
SAME: Final = "row.erp_name = list.name AND row.erp_creation = list.creation AND row.gone_at IS NULL"
Listed = tuple[str, str, str, bool]  # name, creation, modified, whether it is of our company


@contextmanager
def listed() -> Iterator[None]:
    """An empty list for the block; it is seen by this session alone."""
    _execute(f"DROP TABLE IF EXISTS {LIST}")
    _execute(f"CREATE TEMP TABLE {LIST} (name text, creation text, modified text, is_ours boolean)")
    try:
        yield
    finally:
        _execute(f"DROP TABLE IF EXISTS {LIST}")


def add(rows: Sequence[Listed]) -> None:
    """Write a page of ERPNext's names down."""
    tables.copy_into(LIST, ("name", "creation", "modified", "is_ours"), rows)


def close() -> None:
    """All names are in: make them quick to look up."""
    _execute(f"CREATE INDEX ON {LIST} (name)")
    _execute(f"ANALYZE {LIST}")


def ours() -> int:
    """How many of them are of our company."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {LIST} WHERE is_ours")  # noqa: S608
        return int(cursor.fetchone()[0])


def strangers(source: Source) -> list[str]:
    """What ERPNext has and we do not: never come, or come under another name."""
    found = _select(
        source,
        f"SELECT list.name FROM {LIST} list WHERE list.is_ours"  # noqa: S608
        f" AND NOT EXISTS (SELECT 1 FROM {{table}} row WHERE {SAME}{{fixed}}) ORDER BY 1",
    )
    return [name for (name,) in found]


def missing(source: Source) -> list[tuple[int, str, str]]:
    """Id, name and creation of what we have and ERPNext does not."""
    return _select(
        source,
        f"SELECT row.id, row.erp_name, row.erp_creation FROM {{table}} row WHERE row.gone_at IS NULL{{fixed}}"  # noqa: S608
        f" AND NOT EXISTS (SELECT 1 FROM {LIST} list WHERE {SAME}) ORDER BY row.id",
    )


def differing(source: Source) -> list[tuple[str, str]]:
    """Names, with both stamps, of what has been saved in ERPNext since we read it."""
    return _select(
        source,
        f"SELECT list.name, row.erp_modified || ' here, ' || list.modified || ' there'"  # noqa: S608
        f" FROM {LIST} list JOIN {{table}} row ON {SAME}{{fixed}} WHERE row.erp_modified <> list.modified"
        " ORDER BY 1",
    )


def _select(source: Source, sql: str) -> list[tuple[Any, ...]]:
    table = connection.ops.quote_name(source.model._meta.db_table)
    fixed = "".join(f" AND row.{column} = %s" for column in source.fixed)
    with connection.cursor() as cursor:
        cursor.execute(sql.format(table=table, fixed=fixed), list(source.fixed.values()))
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
