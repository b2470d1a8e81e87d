"""Columns of many rows written by one statement.

Django's ``bulk_update`` spells out every value of every row as a condition: of 5,000 lines that takes half a
minute. What was measured is in docs/performance.md.
"""

import json
from collections.abc import Sequence
from typing import Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

UPDATE: Final = """
    UPDATE {table} AS row SET {setting}
      FROM jsonb_to_recordset(%s) AS said (id bigint, {columns})
     WHERE row.id = said.id
"""


def write_columns(rows: Sequence[models.Model], *names: str) -> None:
    """Write these columns of rows that are there already, as ``bulk_update`` would."""
    if not rows:
        return
    meta, quoted = rows[0]._meta, connection.ops.quote_name
    fields = [meta.get_field(name) for name in names]
    columns = [(quoted(str(field.column)), field.db_type(connection)) for field in fields]  # type: ignore[union-attr]
    said = [
        {"id": row.pk, **{str(field.column): field.value_from_object(row) for field in fields}}  # type: ignore[union-attr]
        for row in rows
    ]
    statement = UPDATE.format(
        table=quoted(meta.db_table),
        setting=", ".join(f"{name} = said.{name}" for name, _kind in columns),
        columns=", ".join(f"{name} {kind}" for name, kind in columns),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(said, cls=DjangoJSONEncoder)])
