"""Who may call a route. Every view says so itself; a view that says nothing is closed."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request

from apps.core.access import KeyHolder, may
from apps.core.errors import PermissionDeniedError


class NobodyUnlessSaid(BasePermission):
    """The default of every view: closed. The doors test fails for a route that is left with it."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return False


class Public(AllowAny):
    """Open to whoever can reach us."""


class AnyStaff(BasePermission):
    """Whoever is signed in as staff, whatever his rights: for what concerns himself."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.user, KeyHolder) and request.user.is_active


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


def key_for(view: Any, method: str) -> str | None:
    """The key that a view asks for a method; HEAD is a GET without its body."""
    keys: Mapping[str, str] = getattr(view, "required_keys", {})
    return keys.get("GET" if method == "HEAD" else method)
