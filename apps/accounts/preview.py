"""The menu as somebody else sees it: kept in the session, for the eye alone.

Only the menu asks whom to show it for (config/menu.py). What may be done is always asked of who is signed in.
"""

from dataclasses import dataclass
from typing import Any, Final, Self

from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.accounts.models import RoleGrant, User
from apps.accounts.permissions import Reach
from apps.accounts.services.guarding import MANAGERS
from apps.core.access import may
from apps.core.errors import NotFoundError

KEY: Final = "roles.view"
KEPT: Final = "menu_as"
READ: Final = "_menu_preview"


@dataclass(frozen=True)
class Preview:
    """Whose menu is shown; answers what the menu asks of a person."""

    kind: str  # role | person
    pk: int
    name: str
    reaches: dict[str, Reach]
    is_active: bool = True

    def __str__(self) -> str:
        return self.name

    def has_key(self, key: str) -> bool:
        return key in self.reaches

    def reach_of(self, key: str) -> Reach | None:
        return self.reaches.get(key)

    @classmethod
    def of(cls, kind: str, pk: int) -> Self | None:
        """The menu of a role or of a person; None when there is no such one any more."""
        seen_by = (Group if kind == "role" else User).objects.filter(pk=pk).first()
        if isinstance(seen_by, User):
            return cls(kind, pk, str(seen_by), dict(seen_by.reaches))
        if seen_by is None:
            return None
        grants = RoleGrant.objects.filter(role=pk).values_list("key", "reach")
        return cls(kind, pk, str(seen_by), {key: Reach(reach) for key, reach in grants})


def may_preview(person: object) -> bool:
    """Whether this person may look at the menu as another: who manages staff, and sees what roles give."""
    return isinstance(person, User) and may(person, KEY) and bool(person.role_names & MANAGERS)


def start(request: HttpRequest, *, kind: str, pk: int) -> Preview:
    """Show the menu so from now on, in this session. Raises NotFoundError."""
    shown = Preview.of(kind, pk)
    if shown is None:
        raise NotFoundError(_("There is nobody, and no role, to view the menu as."))
    request.session[KEPT] = {"kind": kind, "pk": pk}
    return shown


def stop(request: HttpRequest) -> None:
    """Show the menu as one's own again."""
    request.session.pop(KEPT, None)


def current(request: HttpRequest) -> Preview | None:
    """Whose menu this session looks at, read once a request; nobody's for who may no longer do so."""
    if not hasattr(request, READ):
        setattr(request, READ, _read(request))
    found: Preview | None = getattr(request, READ)
    return found


def _read(request: HttpRequest) -> Preview | None:
    kept: dict[str, Any] | None = getattr(request, "session", {}).get(KEPT)
    if not kept or not may_preview(request.user):
        return None
    return Preview.of(kept["kind"], kept["pk"])
