"""The table of every API route (docs/api-routes.md), made from the URL configuration."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from apps.core.api.permissions import AnyApp, AnyStaff, Public, StaffKey, key_for, needed_scope
from apps.core.doors import Door, doors

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
SAFE_TO_REPEAT: Final = frozenset({"GET", "PUT", "DELETE"})
HEAD: Final = """# Routes of the API

Made by `manage.py api_routes` from the URL configuration; `tests/core/api/test_documents.py` compares.
*App* is the scope that the app's key needs, *any key*, or nothing where no key is asked for; the back
office's own session stands for a key with every scope, but where people sign in. *Who* is a permission key of
the signed-in member of staff, *any staff*, *the app* (whoever sits before it), or *public*.

| method | path | app | who | idempotent | cached |
| --- | --- | --- | --- | --- | --- |
"""


@dataclass(frozen=True)
class Route:
    """One method of one path."""

    method: str
    path: str
    app: str
    who: str
    is_idempotent: bool
    cached: str

    def as_row(self) -> str:
        idempotent = "yes" if self.is_idempotent else "no"
        app, cached = self.app or "—", self.cached or "no"
        return f"| {self.method} | `{self.path}` | {app} | {self.who} | {idempotent} | {cached} |"


def api_routes() -> list[Route]:
    """Every route below /api/, by path; the catch-all is none."""
    found = [
        route
        for door in doors()
        if door.route.startswith("api/") and door.name != "unknown-route"
        for route in _routes_of(door)
    ]
    return sorted(found, key=lambda route: (route.path, METHODS.index(route.method)))


def as_document() -> str:
    """The whole of docs/api-routes.md."""
    return HEAD + "\n".join(route.as_row() for route in api_routes()) + "\n"


def _routes_of(door: Door) -> Iterator[Route]:
    view = door.view.cls
    for method in METHODS:
        if hasattr(view, method.lower()):
            yield Route(
                method=method,
                path=f"/{door.route}",
                app=_app(door),
                who=_who(door, method),
                # A view whose writes can be sent twice says so itself (Idempotency-Key, or by nature).
                is_idempotent=method in SAFE_TO_REPEAT or getattr(view, "is_idempotent", False),
                cached=getattr(view, "cached", ""),
            )


def _asked(door: Door) -> Any:
    return door.view.initkwargs.get("permission_classes", door.view.cls.permission_classes)


def _app(door: Door) -> str:
    """The scope that a key needs here, or that any will do; empty where none is asked for."""
    if not any(issubclass(permission, AnyApp) for permission in _asked(door)):
        return ""
    scope = needed_scope(door.view.cls)
    return f"`{scope}`" if scope else "any key"


def _who(door: Door, method: str) -> str:
    asked = _asked(door)
    if any(issubclass(permission, StaffKey) for permission in asked):
        return f"`{key_for(door.view.cls, method) or 'nobody'}`"
    if any(issubclass(permission, AnyStaff) for permission in asked):
        return "any staff"
    if any(issubclass(permission, AnyApp) for permission in asked):
        return "the app"
    return "public" if any(issubclass(permission, Public) for permission in asked) else "nobody"
