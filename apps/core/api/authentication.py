"""How the API knows who calls. Tokens and app keys will stand beside the session here."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from apps.core import request_context
from apps.core.access import HELD, KeyHolder
from apps.core.actors import Actor
from apps.core.errors import PermissionDeniedError


class StaffSession(SessionAuthentication):
    """The admin's own session, with its CSRF token on everything that writes."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        found = super().authenticate(request)
        if found is None or not isinstance(found[0], KeyHolder):
            return None
        request_context.act_as(Actor.of(found[0]))
        if request._request.session.get(HELD):  # noqa: SLF001 - DRF's only way to Django's request
            raise PermissionDeniedError(
                _("Your role needs a second factor: set it up in the back office first."),
                code="second-factor-required",
            )
        return found[0], None

    def authenticate_header(self, request: Request) -> str:
        """Makes a missing sign-in a 401 instead of DRF's 403."""
        return 'Session realm="Larder"'

    def enforce_csrf(self, request: HttpRequest | Request) -> None:
        try:
            super().enforce_csrf(request)  # type: ignore[arg-type]  # the stubs forget Django's own
        except PermissionDenied as why:
            raise PermissionDenied(str(why.detail), code="csrf-failed") from why
