"""Who may call a route. Every view says so itself; a view that says nothing is closed.

Two questions: what may the app's key reach (``app_scope`` of the view), and what may the person do
(``required_keys``). Both are asked at every door but the public ones.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from rest_framework.exceptions import MethodNotAllowed, NotAuthenticated
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request

from apps.core.access import KeyHolder, may
from apps.core.api.authentication import app_of, missing_key
from apps.core.calling import CallingApp, ScopeMissingError
from apps.core.errors import PermissionDeniedError

STAFF_SCOPE: Final = "staff"  # of routes for staff that name no other


class NobodyUnlessSaid(BasePermission):
    """The default of every view: closed. The doors test fails for a route that is left with it."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return False


class Public(AllowAny):
    """Open to whoever can reach us."""


class AnyApp(BasePermission):
    """Any app that has a key, whoever sits before it; and our own pages."""

    def has_permission(self, request: Request, view: Any) -> bool:
        calling_app(request)
        return True


class AppScope(AnyApp):
    """An app whose key opens ``app_scope`` by itself, or reaches it while somebody is signed in.

    A key that lies in what people install opens alone only what is public: the scopes say which.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        app, scope = calling_app(request), scope_of(view)
        if request.user.is_authenticated:
            ensure_scope(app, scope)
        elif not app.opens(scope):
            raise _scope_missing(scope) if not app.has(scope) else NotAuthenticated()
        return True


class SignInDoor(AnyApp):
    """Where people sign in: an app whose key reaches ``app_scope``, with nobody signed in yet."""

    def has_permission(self, request: Request, view: Any) -> bool:
        ensure_scope(calling_app(request), scope_of(view))
        return True


class AnyStaff(AnyApp):
    """Whoever is signed in as staff, whatever his rights: for what concerns himself."""

    def has_permission(self, request: Request, view: Any) -> bool:
        ensure_scope(calling_app(request), scope_of(view))
        if not request.user.is_authenticated:
            raise NotAuthenticated
        person: object = request.user
        return isinstance(person, KeyHolder) and person.is_active


class StaffKey(AnyStaff):
    """Staff who hold the key that the view asks for: ``required_keys = {"GET": "orders.view"}``."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not super().has_permission(request, view):
            return False
        method = request.method or ""
        if not hasattr(view, method.lower()):
            raise MethodNotAllowed(method)
        key = key_for(view, method)
        if key is None or not may(request.user, key):
            raise PermissionDeniedError(
                _("This needs the right “%(key)s”, which you do not have.") % {"key": key or "—"}
            )
        return True


def calling_app(request: Request) -> CallingApp:
    """The app that calls. Raises AuthenticationFailed (``app-key-missing``)."""
    app = app_of(request)
    if app is None:
        raise missing_key()
    return app


def ensure_scope(app: CallingApp, scope: str) -> None:
    """That the app's key reaches this part of the API. Raises ScopeMissingError."""
    if not app.has(scope):
        raise _scope_missing(scope)


def _scope_missing(scope: str) -> ScopeMissingError:
    return ScopeMissingError(_("This app's key has no scope “%(scope)s”.") % {"scope": scope})


def needed_scope(view: Any) -> str:
    """The scope without which no key opens the view; empty where any key does."""
    asked = (AppScope, SignInDoor, AnyStaff)
    return scope_of(view) if any(issubclass(known, asked) for known in view.permission_classes) else ""


def scope_of(view: Any) -> str:
    """The part of the API that a view belongs to, as keys name it."""
    return str(getattr(view, "app_scope", STAFF_SCOPE))


def key_for(view: Any, method: str) -> str | None:
    """The key that a view asks for a method; HEAD is a GET without its body."""
    keys: Mapping[str, str] = getattr(view, "required_keys", {})
    return keys.get("GET" if method == "HEAD" else method)
