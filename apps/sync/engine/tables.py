"""Rows into tables, as sets: one read of what is here, one statement for what differs.

Plain SQL, because a page of five hundred invoices with fifty columns each is not a job for model instances.
Every identifier comes from a model or a declaration, never from a document.
"""

from collections.abc import Iterable, Sequence, Set
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final

import orjson
from django.db import connection, models, transaction

from apps.sync.engine.declarations import Children, Reference, Source

Values = tuple[Any, ...]
Key = tuple[str, str]
STAGE: Final = "sync_stage"
# Many texts as one: psycopg would quote each by itself, which was a seventh of our time in a first pull.
TEXTS: Final = "ARRAY(SELECT jsonb_array_elements_text(%s::jsonb))"


def packed(texts: Sequence[str]) -> str:
    """Texts as TEXTS unpacks them."""
    return orjson.dumps(texts).decode()


def documents_here(
    source: Source, columns: Sequence[str], keys: Sequence[Key]
) -> dict[Key, tuple[int, Values]]:
    """Id and values of what is present under these names, and of those of these documents that are gone.

    Two halves, each by its own index: a name alone would mean to look at every row there is.
    """
    asked = _listed(("id", "erp_name", "erp_creation", *columns))
    select = f"SELECT {asked} FROM {_table(source.model)} WHERE true{_fixed(source)}"  # noqa: S608
    names, creations, fixed = *map(list, zip(*keys, strict=True)), source.fixed.values()
    found = _select(
        f"{select} AND gone_at IS NULL AND erp_name = ANY({TEXTS}) UNION ALL"  # noqa: S608
        f" {select} AND gone_at IS NOT NULL"
        f" AND (erp_name, erp_creation) IN (SELECT * FROM unnest({TEXTS}, {TEXTS}))",
        [*fixed, packed(names), *fixed, packed(names), packed(creations)],
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


def ids_named(reference: Reference, names: Set[str], *, fixed: dict[str, str]) -> dict[str, int]:
    """The records of these names: the present one, or the last that had the name, for history's sake."""
    wanted = sorted(names)
    if not wanted:
        return {}
    same = "".join(f" AND {column} = %s" for column in fixed)
    table = _table(reference.to)
    found: dict[str, int] = dict(
        _select(
            f"SELECT erp_name, id FROM {table} WHERE gone_at IS NULL"  # noqa: S608
            f" AND erp_name = ANY({TEXTS}){same}",
            [packed(wanted), *fixed.values()],
        )
    )
    left = [name for name in wanted if name not in found]
    if left:  # seldom, and asked apart: there is no index of all rows by name
        found |= _select(
            f"SELECT DISTINCT ON (erp_name) erp_name, id FROM {table}"  # noqa: S608
            f" WHERE gone_at IS NOT NULL AND erp_name = ANY({TEXTS}){same}"
            " ORDER BY erp_name, gone_at DESC, id DESC",
            [packed(left), *fixed.values()],
        )
    return found


def insert(source: Source, columns: Sequence[str], rows: Sequence[Values]) -> dict[Key, int]:
    """Write rows of which none is here; returns the id of each by name and creation."""
    ids = _new_ids(source.model, len(rows))
    copy_into(
        _table(source.model), ("id", *columns), [(new, *row) for new, row in zip(ids, rows, strict=True)]
    )
    name, creation = columns.index("erp_name"), columns.index("erp_creation")
    return {(row[name], row[creation]): new for new, row in zip(ids, rows, strict=True)}


def _new_ids(model: type[models.Model], number: int) -> list[int]:
    """Ids for so many rows, drawn beforehand: cheaper than to ask for them by name afterwards."""
    drawn = _select("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [_sequence(model), number])
    return [row[0] for row in drawn]


@cache
def _sequence(model: type[models.Model]) -> str:
    """Where a table's ids come from; asked in one breath with them, it would be looked up for each."""
    return str(_select("SELECT pg_get_serial_sequence(%s, 'id')", [_table(model)])[0][0])


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
    copy_into(name, (f"{table.parent}_id", "position", "erp_row", *columns), rows)


def retire(source: Source, ids: Sequence[int], *, run_id: int, at: datetime) -> None:
    """Mark rows as gone from ERPNext, and give them what such rows say."""
    values = {"gone_at": at, "read_at": at, "read_by": run_id, **source.gone_values}
    setting = ", ".join(f"{connection.ops.quote_name(column)} = %s" for column in values)
    _execute(
        f"UPDATE {_table(source.model)} SET {setting} WHERE id = ANY(%s)",  # noqa: S608
        [*values.values(), list(ids)],
    )


def delete(source: Source, ids: Sequence[int]) -> None:
    """Remove rows with what lives inside them; what else refers to them forgets them."""
    source.model._base_manager.filter(pk__in=list(ids)).delete()


def rename(source: Source, moves: Sequence[tuple[int, str]], *, at: datetime) -> None:
    """Give rows the names that ERPNext calls them by now.

    They count as gone until they are written: two that have swapped their names are never present at once
    under one.
    """
    _execute(
        f"UPDATE {_table(source.model)} row SET erp_name = move.name, gone_at = %s"  # noqa: S608
        " FROM unnest(%s::bigint[], %s::text[]) AS move(id, name) WHERE row.id = move.id",
        [at, [row for row, _ in moves], [name for _, name in moves]],
    )


def follow(reference: Reference, model: type[models.Model], moves: Sequence[tuple[int, str]]) -> None:
    """Rewrite a link's name where its record is called otherwise now, as ERPNext did, without a stamp."""
    _execute(
        f"UPDATE {_table(model)} row SET {reference.by} = move.name"  # noqa: S608
        " FROM unnest(%s::bigint[], %s::text[]) AS move(id, name)"
        f" WHERE row.{reference.column} = move.id AND row.{reference.by} <> move.name",
        [[row for row, _ in moves], [name for _, name in moves]],
    )


def of_creations(source: Source, creations: Iterable[str]) -> list[tuple[int, str, str]]:
    """Id, name and creation of every row, gone or not, that was created at one of these moments."""
    return _select(
        f"SELECT id, erp_name, erp_creation FROM {_table(source.model)}"  # noqa: S608
        f" WHERE erp_creation = ANY({TEXTS}){_fixed(source)}",
        [packed(sorted(set(creations))), *source.fixed.values()],
    )


def is_empty(source: Source) -> bool:
    """Whether there is no row of its documents at all, gone ones included."""
    sql = f"SELECT NOT EXISTS (SELECT FROM {_table(source.model)} WHERE true{_fixed(source)})"  # noqa: S608
    return bool(_select(sql, list(source.fixed.values()))[0][0])


def present(source: Source) -> int:
    """How many of its documents are here."""
    return int(_select(*_all_present("count(*)", source))[0][0])


def all_present(sources: Sequence[Source]) -> list[int]:
    """How many documents of each of these are here, asked at once."""
    asked = [_all_present("count(*)", source) for source in sources]
    sql = ", ".join(f"({one})" for one, _ in asked)
    return list(_select(f"SELECT {sql}", [param for _, params in asked for param in params])[0])


def ids_present(source: Source, names: Iterable[str]) -> list[tuple[int, str, str]]:
    """Id, name and creation of what is here, and not gone, under these names."""
    sql, params = _all_present("id, erp_name, erp_creation", source)
    return _select(f"{sql} AND erp_name = ANY({TEXTS})", [*params, packed(sorted(set(names)))])


def values_present(source: Source, columns: Sequence[str], names: Iterable[str]) -> dict[str, Values]:
    """By name the values of these columns, of what is here and not gone."""
    sql, params = _all_present(_listed(("erp_name", *columns)), source)
    found = _select(f"{sql} AND erp_name = ANY({TEXTS})", [*params, packed(sorted(set(names)))])
    return {row[0]: row[1:] for row in found}


def having(source: Source, column: str, values: Sequence[str]) -> list[tuple[int, str, str]]:
    """Id, name and creation of what is here and has one of these values in a column."""
    sql, params = _all_present("id, erp_name, erp_creation", source)
    name = connection.ops.quote_name(column)
    return _select(f"{sql} AND {name} = ANY({TEXTS})", [*params, packed(values)])


def lines_present(
    source: Source, table: Children, columns: Sequence[str], names: Iterable[str]
) -> dict[str, dict[str, Values]]:
    """By document and row name the values of these columns of a table's rows."""
    asked = ", ".join(f"line.{connection.ops.quote_name(column)}" for column in columns)
    found = _select(
        f"SELECT document.erp_name, line.erp_row, {asked} FROM {_table(source.model)} document"  # noqa: S608
        f" JOIN {_table(table.model)} line ON line.{table.parent}_id = document.id"
        f" WHERE document.gone_at IS NULL{_fixed(source, 'document.')} AND document.erp_name = ANY(%s)",
        [*source.fixed.values(), sorted(set(names))],
    )
    grouped: dict[str, dict[str, Values]] = {}
    for row in found:
        grouped.setdefault(row[0], {})[row[1]] = row[2:]
    return grouped


def owners_of(
    source: Source, reference: Reference, model: type[models.Model], ids: Sequence[int], *, most: int
) -> list[str]:
    """The documents of a source that refer to these rows, themselves or by a line of theirs."""
    found = _select(
        f"SELECT DISTINCT document.erp_name FROM {_table(model)} line{_joined_to(source, model)}"  # noqa: S608
        f" WHERE line.{reference.column} = ANY(%s) AND document.gone_at IS NULL{_fixed(source, 'document.')}"
        " LIMIT %s",
        [list(ids), *source.fixed.values(), most],
    )
    return [row[0] for row in found]


def _joined_to(source: Source, model: type[models.Model]) -> str:
    """A line with its document; a document that refers by itself is both."""
    keys: dict[type[models.Model], str] = {table.model: f"{table.parent}_id" for table in source.children}
    keys[source.model] = "id"
    return f" JOIN {_table(source.model)} document ON document.id = line.{keys[model]}"


def have_waiting(links: Sequence[tuple[Reference, type[models.Model]]]) -> list[bool]:
    """For each of these references whether any row waits for its record: asked at once, for few ever do."""
    asked = ", ".join(
        f"EXISTS (SELECT FROM {_table(model)} WHERE {reference.column} IS NULL AND {reference.by} > '')"
        for reference, model in links
    )
    return list(_select(f"SELECT {asked}", [])[0]) if links else []


def settle(
    reference: Reference, model: type[models.Model], *, fixed: dict[str, str], parent: str = ""
) -> list[int]:
    """Point rows that have waited to the record that they name, now that it is here; returns the documents.

    A row that another run holds is passed over: waiting for it could be for ever.
    """
    found = _select(
        f"UPDATE {_table(model)} settled SET {reference.column} = found.target"  # noqa: S608
        f" FROM (SELECT line.id, target.id AS target {_waiting(reference, model, fixed)}"
        f" FOR NO KEY UPDATE OF line SKIP LOCKED) found WHERE settled.id = found.id"
        f" RETURNING settled.{f'{parent}_id' if parent else 'id'}",
        list(fixed.values()),
    )
    return sorted({row[0] for row in found})


def could_settle(
    source: Source, reference: Reference, model: type[models.Model], *, fixed: dict[str, str]
) -> list[str]:
    """The names of a source's documents with rows that wait although their record is here."""
    found = _select(
        f"SELECT DISTINCT document.erp_name"
        f" {_waiting(reference, model, fixed, _joined_to(source, model))}{_fixed(source, 'document.')}",
        [*fixed.values(), *source.fixed.values()],
    )
    return [row[0] for row in found]


def _waiting(reference: Reference, model: type[models.Model], fixed: dict[str, str], join: str = "") -> str:
    same = "".join(f" AND target.{column} = %s" for column in fixed)
    return (
        f"FROM {_table(model)} line JOIN {_table(reference.to)} target"
        f" ON target.erp_name = line.{reference.by} AND target.gone_at IS NULL{same}{join}"
        f" WHERE line.{reference.column} IS NULL AND line.{reference.by} > ''"
    )


def analyse(every: Iterable[type[models.Model]]) -> None:
    """Tell the planner of what has just been written; the server's own look at it may be a minute away."""
    with transaction.atomic():
        _execute(
            "SET LOCAL default_statistics_target = 10", []
        )  # sizes are what matters; the rest comes later
        for table in sorted(_table(model) for model in every):
            _execute(f"ANALYZE {table}", [])


def _stage(table: str, columns: Sequence[str], rows: Sequence[Values]) -> None:
    """The rows in a table of their own, typed as their goal, so that the database checks every value."""
    _execute(
        f"CREATE TEMP TABLE {STAGE} ON COMMIT DROP AS"  # noqa: S608
        f" SELECT {_listed(columns)} FROM {table} WITH NO DATA",
        [],
    )
    copy_into(STAGE, columns, rows)


def copy(model: type[models.Model], columns: Sequence[str], rows: Sequence[Values]) -> None:
    """Append rows to a table of ours."""
    copy_into(_table(model), columns, rows)


def plain_number(value: Decimal) -> str:
    """A number as people write it: without the zeros behind, and never in powers of ten."""
    words = f"{value:f}"
    return words.rstrip("0").rstrip(".") if "." in words else words


def copy_into(table: str, columns: Sequence[str], rows: Sequence[Values]) -> None:
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


def _fixed(source: Source, prefix: str = "") -> str:
    return "".join(f" AND {prefix}{column} = %s" for column in source.fixed)


def _all_present(asked: str, source: Source) -> tuple[str, list[Any]]:
    sql = f"SELECT {asked} FROM {_table(source.model)} WHERE gone_at IS NULL{_fixed(source)}"  # noqa: S608
    return sql, list(source.fixed.values())
