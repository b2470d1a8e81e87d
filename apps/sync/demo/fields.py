"""What a list shows of its rows: columns, under names of their own, and sums over groups."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from apps.sync.demo.collation import sort_key
from apps.sync.demo.envelopes import restricted
from apps.sync.demo.rows import Row
from apps.sync.demo.schema import TABLES
from apps.sync.demo.scope import Scope

FIELD: Final = re.compile(r"(?P<what>.+?)(?:\s+as\s+`?(?P<label>\w+)`?)?", re.IGNORECASE | re.DOTALL)
CALL: Final = re.compile(r"(?P<function>\w+)\s*\((?P<inner>.*)\)", re.DOTALL)


@dataclass(frozen=True)
class Shown:
    """One column of the answer."""

    label: str
    key: str
    function: str = ""
    renamed: bool = False


def shown(scope: Scope, wanted: Any) -> list[Shown]:
    """The fields of a list, read. Raises RefusalError."""
    columns: list[Shown] = []
    for field in _several(wanted):
        if field.strip("` ") == "*" or field == f"`tab{scope.doctype.name}`.*":
            columns += [Shown(name, name) for name in scope.doctype.columns]
        elif field not in TABLES.get(scope.doctype.name, {}):  # a table in the fields is dropped unsaid
            columns.append(_shown(scope, field))
    return list({column.label: column for column in columns}.values()) or [Shown("name", "name")]


def _several(wanted: Any) -> list[str]:
    if isinstance(wanted, str):
        return [each.strip() for each in wanted.split(",")]
    return [str(each).strip() for each in wanted or ["name"]]


def _shown(scope: Scope, field: str) -> Shown:
    parts = FIELD.fullmatch(field)
    what, label = (parts["what"], parts["label"]) if parts else (field, None)
    call = CALL.fullmatch(what)
    if call is None:
        key = scope.key(what)
        return Shown(label or what.rpartition(".")[2].strip("`"), key, renamed=bool(label))
    function, inner = call["function"].lower(), call["inner"].strip()
    if function not in FUNCTIONS:
        raise restricted()
    key = scope.key("name" if inner in ("*", "1") else inner.removeprefix("distinct ").strip())
    return Shown(label or what, key, function="distinct" if "distinct " in inner else function, renamed=True)


def projected(rows: Iterable[Row], columns: list[Shown]) -> list[Row]:
    """The rows with these columns only."""
    labels, keys = [one.label for one in columns], [one.key for one in columns]
    if len(keys) == 1:
        return [{labels[0]: row[keys[0]]} for row in rows]
    pick = itemgetter(*keys)
    return [dict(zip(labels, pick(row), strict=True)) for row in rows]


def grouped(rows: Iterable[Row], columns: list[Shown], by: list[str]) -> list[Row]:
    """One row for each group: a row of it, with the sums over all of it under their labels."""
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(sort_key(row[key]) for key in by), []).append(row)
    if not groups and not by:
        groups[()] = []
    return [_summed(group, columns) for group in groups.values()]


def _summed(group: list[Row], columns: list[Shown]) -> Row:
    sums = {
        one.label: FUNCTIONS[one.function]([row[one.key] for row in group if row[one.key] is not None])
        for one in columns
        if one.function
    }
    first = group[0] if group else {one.key: None for one in columns}
    return dict(first) | {one.label: first[one.key] for one in columns if not one.function} | sums


def _total(values: list[Any]) -> float | None:
    return round(float(sum(values)), 9) if values else None


FUNCTIONS: Final[dict[str, Callable[[list[Any]], Any]]] = {
    "count": len,
    "distinct": lambda values: len(set(map(sort_key, values))),
    "sum": _total,
    "avg": lambda values: (_total(values) or 0) / len(values) if values else None,
    "max": lambda values: max(values, key=sort_key, default=None),
    "min": lambda values: min(values, key=sort_key, default=None),
}
