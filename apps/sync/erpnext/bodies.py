"""What we send, as JSON: a Decimal goes out with the very digits that it has."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import orjson

JSON: Final = {"Content-Type": "application/json"}


def as_json(values: Mapping[str, object]) -> bytes:
    """The body of a request. Raises TypeError for what JSON has no word for."""
    return orjson.dumps(values, default=_told)


def _told(value: Any) -> Any:
    """By way of a float a number of many digits would come out as another one."""
    if isinstance(value, Decimal) and value.is_finite():
        return orjson.Fragment(f"{value:f}")
    raise TypeError(f"{type(value).__name__} {value} cannot be sent")
