"""What app keys can open: the one table of scopes. Each app adds its own in a ``scopes.py``.

::

    register(Scope("catalogue", _("Catalogue"), _("Products, categories and prices."),
                   kinds=frozenset(AppKind), given_to=frozenset({AppKind.CUSTOMER_APP}), is_public=True))

A view names the scope that it belongs to as ``app_scope``; a test compares the two.
"""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.states import INSTALLED, AppKind


@dataclass(frozen=True)
class Scope:
    """A part of the API."""

    name: str
    title: str | Promise
    opens: str | Promise
    kinds: frozenset[str]  # the kinds of app whose keys may have it
    given_to: frozenset[str] = field(default_factory=frozenset)  # those that have it unless somebody says no
    is_public: bool = False  # whether a key that anybody can read opens it with nobody signed in


_scopes: dict[str, Scope] = {}


def register(scope: Scope) -> None:
    """Offer a scope; the very same one twice is harmless. ValueError for another of its name."""
    if _scopes.setdefault(scope.name, scope) != scope:
        raise ValueError(f"there is a scope called “{scope.name}” already")


def all_scopes() -> list[Scope]:
    """Every scope, in the order of their names."""
    return [_scopes[name] for name in sorted(_scopes)]


def scopes_for(kind: str) -> list[Scope]:
    """What a key of this kind may be given."""
    return [scope for scope in all_scopes() if kind in scope.kinds]


def usual_scopes(kind: str) -> list[str]:
    """What a new key of this kind opens unless somebody says otherwise."""
    return [scope.name for scope in all_scopes() if kind in scope.given_to]


def opened_alone(kind: str, scopes: frozenset[str]) -> frozenset[str]:
    """Which of its scopes a key opens with nobody signed in."""
    if kind not in INSTALLED:
        return scopes
    return frozenset(scope.name for scope in all_scopes() if scope.is_public) & scopes


register(
    Scope(
        "staff",
        _("Staff"),
        _("What staff do on a phone, once they have signed in: look up, decide, be told."),
        kinds=frozenset({AppKind.ADMIN_APP, AppKind.EXTERNAL}),
        given_to=frozenset({AppKind.ADMIN_APP}),
    )
)
