"""How the API knows who calls: the app by its key, the person by his token, staff by the admin's session."""

from typing import Any, Final

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from apps.core import request_context, tokens
from apps.core.access import HELD, KeyHolder
from apps.core.actors import Actor
from apps.core.addresses import as_asked
from apps.core.calling import (
    BACK_OFFICE,
    HEADER,
    VERSION_HEADER,
    AppKeyRefusedError,
    CallingApp,
    OriginNotAllowedError,
    keyring,
)
from apps.core.errors import DomainError, PermissionDeniedError

CHALLENGE: Final = 'Bearer realm="Larder"'


def app_of(request: HttpRequest | Request) -> CallingApp | None:
    """Which app a request comes from, once it has been authenticated; ``request.app_key`` is the same."""
    return getattr(request, "app_key", None)


def refused(why: DomainError) -> APIException:
    """A refusal as DRF knows it, so that it is answered with the challenge that belongs to it."""
    kind = PermissionDenied if why.status == 403 else AuthenticationFailed
    return kind(str(why), code=why.code)


def missing_key() -> APIException:
    """What whoever shows nothing at all is told."""
    return AuthenticationFailed(
        _("Send the app's key in %(header)s; people use the back office, signed in.") % {"header": HEADER},
        code="app-key-missing",
    )


class AppKey(BaseAuthentication):
    """The app by its key, and nobody with it: for routes by which people sign in."""

    def authenticate(self, request: Request) -> tuple[Any, CallingApp] | None:
        app = self.app(request)
        return None if app is None else (AnonymousUser(), app)

    def authenticate_header(self, request: Request) -> str:
        """Makes a refusal a 401 instead of DRF's 403."""
        return CHALLENGE

    def app(self, request: Request) -> CallingApp | None:
        """The app whose key was sent; from here on the request knows it, and so does what answers CORS."""
        key = request.headers.get(HEADER)
        if key is None:
            return None
        try:
            app = self._admitted(request, key)
        except (AppKeyRefusedError, OriginNotAllowedError) as why:
            raise refused(why) from why
        _plain(request).app_key = app  # type: ignore[attr-defined]
        return app

    def _admitted(self, request: Request, key: str) -> CallingApp:
        at, keys = timezone.now(), keyring()
        app = keys.app_of(key, at=at)
        _ensure_origin(request, app)
        keys.note_use(
            app, at=at, address=request_context.address(), version=request.headers.get(VERSION_HEADER, "")
        )
        return app


class AppCaller(AppKey):
    """The app by its key and, beside it, the person by his token. With a key no session is looked at."""

    def authenticate(self, request: Request) -> tuple[Any, CallingApp] | None:
        app, token = self.app(request), _bearer(request)
        if token is None:
            return None if app is None else (AnonymousUser(), app)
        if app is None:
            raise missing_key()
        try:
            return _person(token, app), app
        except DomainError as why:
            raise refused(why) from why


class StaffSession(SessionAuthentication):
    """The admin's own session, with its CSRF token on everything that writes."""

    def authenticate(self, request: Request) -> tuple[Any, CallingApp] | None:
        found = super().authenticate(request)
        if found is None or not isinstance(found[0], KeyHolder):
            return None
        request_context.act_as(Actor.of(found[0]))
        if _plain(request).session.get(HELD):
            why = _("Your role needs a second factor: set it up in the back office first.")
            raise refused(PermissionDeniedError(why, code="second-factor-required"))
        _plain(request).app_key = BACK_OFFICE  # type: ignore[attr-defined]
        return found[0], BACK_OFFICE

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE

    def enforce_csrf(self, request: HttpRequest | Request) -> None:
        try:
            super().enforce_csrf(request)  # type: ignore[arg-type]  # the stubs forget Django's own
        except PermissionDenied as why:
            raise PermissionDenied(str(why.detail), code="csrf-failed") from why


def _plain(request: Request) -> HttpRequest:
    """Django's own request, which the middleware holds too."""
    return request._request  # noqa: SLF001 - DRF has no other name for it


def _ensure_origin(request: Request, app: CallingApp) -> None:
    """That a page may use this key; apps and servers name no origin. Raises OriginNotAllowedError."""
    origin = request.headers.get("Origin")
    if origin is not None and origin != as_asked(_plain(request)) and origin not in app.origins:
        raise OriginNotAllowedError(
            _("This key may not be used by pages of this origin: add it to the key's allowed origins.")
        )


def _bearer(request: Request) -> str | None:
    """The token that was sent, if one was."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _person(token: str, app: CallingApp) -> Any:
    """Whose token it is, by the one who knows that kind of person. Raises TokenRefusedError."""
    at = timezone.now()
    access = tokens.read(token, at=at)
    person = import_string(settings.TOKEN_KINDS[access.kind])(access, app=app, at=at)
    if isinstance(person, KeyHolder):
        request_context.act_as(Actor.of(person))
    return person
