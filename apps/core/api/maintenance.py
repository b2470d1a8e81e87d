"""Closing the API for a while: callers are told the shop's own sentence, and when to ask again (adr/0212).

The back office's own session goes on, or nobody could watch what is being mended; so does whatever says
``open_in_maintenance``: what ERPNext's webhooks tell meanwhile is to be known when it ends.
"""

from typing import Any, Final

from rest_framework.request import Request

from apps.core.api.authentication import StaffSession
from apps.core.errors import DomainError
from apps.core.options.own import ApiOptions

AGAIN_IN: Final = 60  # seconds: apps come back within a minute of its end


class MaintenanceError(DomainError):
    """The API is closed; the sentence is the shop's."""

    code = "maintenance"
    status = 503
    wait = AGAIN_IN


def message() -> str:
    """What callers are told; empty while the API is open."""
    return ApiOptions().maintenance_message or ""


def refuse_while_closed(request: Request, view: Any) -> None:
    """Turn away everybody but the back office. Raises MaintenanceError."""
    said = message()
    if not said or getattr(view, "open_in_maintenance", False):
        return
    if not isinstance(request.successful_authenticator, StaffSession):
        raise MaintenanceError(said)
