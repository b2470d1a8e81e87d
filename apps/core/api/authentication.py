"""How the API knows who calls. Tokens and app keys will stand beside the session here."""

from typing import Any

from django.http import HttpRequest
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from apps.core import request_context
from apps.core.access import KeyHolder
from apps.core.actors import Actor


class StaffSession(SessionAuthentication):
    """The admin's own session, with its CSRF token on everything that writes."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        found = super().authenticate(request)
        if found is None or not isinstance(found[0], KeyHolder):
            return None
        request_context.act_as(Actor.of(found[0]))
        return found[0], None

    def authenticate_header(self, request: Request) -> str:
        """Makes a missing sign-in a 401 instead of DRF's 403."""
        return 'Session realm="Larder"'

    def enforce_csrf(self, request: HttpRequest | Request) -> None:
        try:
            super().enforce_csrf(request)  # type: ignore[arg-type]  # the stubs forget Django's own
        except PermissionDenied as why:
            raise PermissionDenied(str(why.detail), code="csrf-failed") from why
