"""Values as frappe takes them from a request: numbers from anything, dates only from dates."""

import re
from collections.abc import Mapping
from math import isfinite
from typing import Any, Final

import nh3
import orjson

from apps.sync.demo.desk import refusals
from apps.sync.demo.envelopes import broken
from apps.sync.demo.schema import Kind
from apps.sync.demo.store import DocType

LARGEST: Final = 2**31 - 1  # what a whole-number column of MariaDB holds
TAG: Final = re.compile(r"<[a-zA-Z/!]")
DATE: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T].*)?")
MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?")


def fitted(table: DocType, given: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent, by column: unknown fields dropped, each value as its column holds it.

    Raises RefusalError for a date that is none.
    """
    return {
        column: _fit(table, column, value)
        for column, value in given.items()
        if column in table.columns and not isinstance(value, list)
    }


def _fit(table: DocType, column: str, value: Any) -> Any:
    match table.kinds.get(column, Kind.TEXT):
        case Kind.INT:
            return _whole(column, value)
        case Kind.FLOAT:
            return number(value)
        case Kind.DATE:
            return _date(table, column, value)
        case Kind.MOMENT:
            return _moment(table, column, value)
        case _:
            return _text(value)


def number(value: Any) -> float:
    """A number from whatever was sent; from what is none, 0. Raises RefusalError for one without an end."""
    try:
        found = float(value if isinstance(value, bool | int | float) else str(value).replace(",", "").strip())
    except ValueError:
        return 0.0
    if not isfinite(found):
        raise broken(
            "ProgrammingError", f"pymysql.err.ProgrammingError: {found!r} can not be used with MySQL"
        )
    return found


def _whole(column: str, value: Any) -> int:
    found = int(number(value))
    if abs(found) > LARGEST:
        said = f"(1264, \"Out of range value for column '{column}' at row 1\")"
        raise broken("DataError", f"pymysql.err.DataError: {said}")
    return found


def _date(table: DocType, column: str, value: Any) -> str | None:
    if value in (None, ""):
        return None
    found = DATE.fullmatch(str(value))
    if found is None:
        raise refusals.bad_date(table.name, column, value, "date")
    return found.group(1)


def _moment(table: DocType, column: str, value: Any) -> str | None:
    if value in (None, ""):
        return None
    if not MOMENT.fullmatch(str(value)):
        raise refusals.bad_date(table.name, column, value, "datetime")
    return str(value).replace("T", " ")


def _text(value: Any) -> str | None:
    """Text; what looks like HTML is cleaned, so that its signs come back as entities."""
    if value is None:
        return None
    text = orjson.dumps(value).decode() if isinstance(value, dict) else str(value)
    return nh3.clean(text) if TAG.search(text) else text
