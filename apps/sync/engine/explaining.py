"""What a run found changed in a record, field by field: kept for whoever asks why it is as it is."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from apps.sync.engine import tables
from apps.sync.models import Change

Line = tuple[Any, ...]  # position, row name, values
MOST_LINES: Final = 50  # of one table of one document; a stock take of a thousand lines explains itself
COLUMNS: Final = ("run_id", "table", "row", "erp_name", "at", "differences")


@dataclass(frozen=True)
class Changed:
    """One record's differences: column → [was, is], and by DocType what became of its lines."""

    row: int
    erp_name: str
    differences: Mapping[str, Any]


def of_columns(columns: Sequence[str], was: Sequence[Any], now: Sequence[Any]) -> dict[str, list[Any]]:
    """Column → [was, is], for what differs."""
    return {
        column: [_plain(before), _plain(after)]
        for column, before, after in zip(columns, was, now, strict=True)
        if before != after
    }


def of_lines(columns: Sequence[str], was: Sequence[Line], now: Sequence[Line]) -> list[dict[str, Any]]:
    """The lines that differ, each with its place: changed, added or removed."""
    before, after = {line[1]: line for line in was}, {line[1]: line for line in now}
    found: list[dict[str, Any]] = []
    for row in {**before, **after}:
        old, new = before.get(row), after.get(row)
        if old == new:
            continue
        found.append(_line(columns, old, new))
    return sorted(found, key=lambda line: int(line["position"]))[:MOST_LINES]


def _line(columns: Sequence[str], old: Line | None, new: Line | None) -> dict[str, Any]:
    if old and new:
        return {"position": new[0], "changed": of_columns(("position", *columns), *_without_row(old, new))}
    line, word = (new, "added") if new else (old or (), "removed")
    told = {column: _plain(value) for column, value in zip(columns, line[2:], strict=True) if value}
    return {"position": line[0], word: told}


def _without_row(old: Line, new: Line) -> tuple[Line, Line]:
    return (old[0], *old[2:]), (new[0], *new[2:])


def _plain(value: Any) -> Any:
    """As JSON holds it; numbers without the zeros behind."""
    return tables.plain_number(value) if hasattr(value, "quantize") else value


def keep(model: type[models.Model], found: Iterable[Changed], *, run_id: int, at: datetime) -> None:
    """Write them down, in the page's transaction."""
    label = model._meta.label
    rows = [
        (run_id, label, one.row, one.erp_name, at, json.dumps(one.differences, cls=DjangoJSONEncoder))
        for one in found
        if one.differences
    ]
    if rows:
        tables.copy(Change, COLUMNS, rows)
