"""Rows into tables, as sets: one read of what is here, one statement for what differs.

Plain SQL, because a page of five hundred invoices with fifty columns each is not a job for model instances.
Every identifier comes from a model or a declaration, never from a document.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db import connection, models

from apps.sync.engine.declarations import Children, Reference, Source

Values = tuple[Any, ...]
Key = tuple[str, str]
STAGE: Final = "sync_stage"


def documents_here(
    source: Source, columns: Sequence[str], names: Sequence[str]
) -> dict[Key, tuple[int, Values]]:
    """Id and values of every row of these names, by name and creation."""
    asked = _listed(("id", "erp_name", "erp_creation", *columns))
    found = _select(
        f"SELECT {asked} FROM {_table(source.model)}"  # noqa: S608
        f" WHERE erp_name = ANY(%s){_fixed(source)}",
        [list(names), *source.fixed.values()],
    )
    return {(row[1], row[2]): (row[0], row[3:]) for row in found}


def rows_here(table: Children, columns: Sequence[str], parents: Sequence[int]) -> dict[int, list[Values]]:
    """The rows of a table that these documents have here, in their order, by document."""
    found = _select(
        f"SELECT {table.parent}_id, position, erp_row, {_listed(columns)} FROM {_table(table.model)}"  # noqa: S608
        f' WHERE {table.parent}_id = ANY(%s) ORDER BY 1, 2, erp_row COLLATE "C"',  # as Python sorts
        [list(parents)],
    )
    grouped: dict[int, list[Values]] = {}
    for row in found:
        grouped.setdefault(row[0], []).append(row[1:])
    return grouped


def ids_named(reference: Reference, names: Iterable[str], *, fixed: dict[str, str]) -> dict[str, int]:
    """The present records of these names."""
    wanted = sorted({name for name in names if name})
    if not wanted:
        return {}
    same = "".join(f" AND {column} = %s" for column in fixed)
    found = _select(
        f"SELECT erp_name, id FROM {_table(reference.to)}"  # noqa: S608
        f" WHERE erp_name = ANY(%s) AND gone_at IS NULL{same}",
        [wanted, *fixed.values()],
    )
    return dict(found)


def insert(source: Source, columns: Sequence[str], rows: Sequence[Values]) -> dict[Key, int]:
    """Write rows of which none is here; returns the id of each by name and creation."""
    _copy(_table(source.model), columns, rows)
    at = columns.index("erp_name")
    return {key: row_id for key, (row_id, _) in documents_here(source, (), [row[at] for row in rows]).items()}


def upsert(source: Source, columns: Sequence[str], rows: Sequence[Values]) -> dict[Key, int]:
    """Write whole rows by their identity; returns the id of each by name and creation."""
    identity = (*source.fixed, "erp_name", "erp_creation")
    table = _table(source.model)
    changing = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in identity)
    _stage(table, columns, rows)
    written = _select(
        f"INSERT INTO {table} ({_listed(columns)}) SELECT {_listed(columns)} FROM {STAGE}"  # noqa: S608
        f" ON CONFLICT ({_listed(identity)}) DO UPDATE SET {changing} RETURNING erp_name, erp_creation, id",
        [],
    )
    _execute(f"DROP TABLE {STAGE}", [])
    return {(name, creation): key for name, creation, key in written}


def replace_rows(
    table: Children, columns: Sequence[str], rows: Sequence[Values], *, of_parents: Sequence[int]
) -> None:
    """Give these documents these rows in place of whatever they had."""
    name = _table(table.model)
    if of_parents:
        _execute(f"DELETE FROM {name} WHERE {table.parent}_id = ANY(%s)", [list(of_parents)])  # noqa: S608
    _copy(name, (f"{table.parent}_id", "position", "erp_row", *columns), rows)


def retire(source: Source, ids: Sequence[int]) -> None:
    """Mark rows whose name has been given to another document (API.md, trap 8)."""
    _execute(f"UPDATE {_table(source.model)} SET gone_at = now() WHERE id = ANY(%s)", [list(ids)])  # noqa: S608


def settle(reference: Reference, model: type[models.Model], *, fixed: dict[str, str]) -> int:
    """Point rows that have waited to the record that they name, now that it is here.

    A row that another run holds is left to that run, which settles too: waiting for it could be for ever.
    """
    same = "".join(f" AND target.{column} = %s" for column in fixed)
    return _execute(
        f"UPDATE {_table(model)} settled SET {reference.column} = found.target"  # noqa: S608
        f" FROM (SELECT waiting.id, target.id AS target FROM {_table(model)} waiting"
        f" JOIN {_table(reference.to)} target ON target.erp_name = waiting.{reference.by}"
        f" AND target.gone_at IS NULL{same}"
        f" WHERE waiting.{reference.column} IS NULL AND waiting.{reference.by} > ''"
        f" FOR NO KEY UPDATE OF waiting SKIP LOCKED) found WHERE settled.id = found.id",
        list(fixed.values()),
    )


def analyse(every: Iterable[type[models.Model]]) -> None:
    """Tell the planner of what has just been written; the server's own look at it may be a minute away."""
    for table in sorted(_table(model) for model in every):
        _execute(f"ANALYZE {table}", [])


def _stage(table: str, columns: Sequence[str], rows: Sequence[Values]) -> None:
    """The rows in a table of their own, typed as their goal, so that the database checks every value."""
    _execute(
        f"CREATE TEMP TABLE {STAGE} ON COMMIT DROP AS"  # noqa: S608
        f" SELECT {_listed(columns)} FROM {table} WITH NO DATA",
        [],
    )
    _copy(STAGE, columns, rows)


def _copy(table: str, columns: Sequence[str], rows: Sequence[Values]) -> None:
    into = f"COPY {table} ({_listed(columns)}) FROM STDIN"
    # what the database refuses shows when the copy ends, where Django does not translate errors by itself
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row(row)


def _select(sql: str, params: Sequence[Any]) -> list[Values]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: list[Values] = cursor.fetchall()
        return found


def _execute(sql: str, params: Sequence[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(connection.ops.quote_name(column) for column in columns)


def _fixed(source: Source) -> str:
    return "".join(f" AND {column} = %s" for column in source.fixed)
