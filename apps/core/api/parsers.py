"""What the API reads: JSON of a bounded size."""

from collections.abc import Mapping
from typing import IO, Any, Final

import orjson
from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from apps.core.errors import DomainError
from apps.core.figures import number_text

DEEPEST: Final = 32  # of lists and objects in one another; Python's own reading of JSON ends below a thousand


class PayloadTooLargeError(DomainError):
    """More was sent than the API reads."""

    code = "payload-too-large"
    status = 413


class JsonParser(JSONParser):
    """``application/json`` of at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes, whatever its header claims."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise PayloadTooLargeError(_("At most %(limit)s bytes are read.") % {"limit": number_text(limit)})
        try:
            document = orjson.loads(body)
        except orjson.JSONDecodeError as why:
            raise ParseError(_("This is not JSON: %(why)s.") % {"why": why}) from why
        if _is_deeper(document, DEEPEST):
            raise ParseError(
                _("At most %(levels)d levels within one another are read.") % {"levels": DEEPEST}
            )
        return document


def _is_deeper(document: Any, levels: int) -> bool:
    """Whether lists and objects lie in one another more than so often; by level, for depth is the danger."""
    here = [document]
    for _level in range(levels + 1):
        holders = [value for value in here if isinstance(value, dict | list)]
        here = [inner for held in holders for inner in (held.values() if isinstance(held, dict) else held)]
        if not holders:
            return False
    return True
