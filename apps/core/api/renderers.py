"""JSON as the API speaks it: decimals as text, moments in UTC with a Z."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final

import orjson
from django.utils.functional import Promise
from rest_framework.renderers import JSONRenderer

OPTIONS: Final = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME


class JsonRenderer(JSONRenderer):
    """``application/json`` by orjson. Settings name this module, so it imports no views (circular)."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else orjson.dumps(data, default=plain, option=OPTIONS)


def plain(value: Any) -> str:
    """What JSON has no word for, as text. Raises TypeError for what we did not mean to send."""
    match value:
        case Decimal():
            return format(value, "f")
        case datetime():
            return moment(value)
        case date() | time():
            return value.isoformat()
        case Promise():
            return str(value)
    raise TypeError(f"{type(value).__name__} has no form in the API")


def moment(value: datetime) -> str:
    """RFC 3339 in UTC. Raises TypeError for a naive one, which means no moment at all."""
    if value.tzinfo is None:
        raise TypeError("a naive datetime says no moment")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
