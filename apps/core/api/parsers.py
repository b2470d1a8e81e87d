"""What the API reads: JSON of a bounded size."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from apps.core.errors import DomainError


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
            raise PayloadTooLargeError(_("At most %(limit)d bytes are read.") % {"limit": limit})
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as why:
            raise ParseError(_("This is not JSON: %(why)s.") % {"why": why}) from why
