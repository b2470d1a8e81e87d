"""Roles against keys: who may do what, to look at (changing it comes with the issue on staff)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import RoleGrant
from apps.accounts.permissions import CATALOGUE, Reach, Role
from apps.core.admin.error_pages import ask_for_givers
from apps.core.admin.pages import Crumb, StaffPage, staff_page

WORDS: dict[str, Promise] = {
    "view": _("View"),
    "create": _("Create"),
    "edit": _("Edit"),
    "delete": _("Delete"),
    "approve": _("Approve"),
    "publish": _("Publish"),
    "run": _("Run"),
    "export": _("Export"),
}
TITLES: dict[str, Promise] = {
    "dashboard": _("Dashboard"),
    "customers": _("Customers"),
    "products": _("Products"),
    "suppliers": _("Suppliers"),
    "batches": _("Batches"),
    "orders": _("Orders"),
    "campaigns": _("Campaigns"),
    "analytics": _("Analytics"),
    "subscriptions": _("Subscriptions"),
    "deliveries": _("Deliveries"),
    "translations": _("Translations"),
    "media": _("Media"),
    "todo": _("To Do"),
    "sync": _("Sync"),
    "settings": _("Settings"),
    "mobile": _("Flutter app"),
    "keys": _("API keys"),
    "users": _("Users"),
    "roles": _("Role permissions"),
    "audit": _("Audit"),
    "system": _("System"),
}
REACHES: dict[str, Promise] = {Reach.ALL: _("yes"), Reach.DAY: _("the day's"), Reach.OWN: _("the own")}


@dataclass(frozen=True)
class Cell:
    """What a role holds of a key."""

    role: str
    reach: str  # empty: not at all

    @property
    def state(self) -> str:
        """How the cell looks."""
        if not self.reach:
            return ""
        return "yes" if self.reach == Reach.ALL else "partly"

    @property
    def words(self) -> str | Promise:
        return REACHES.get(self.reach, _("no"))


@dataclass(frozen=True)
class Line:
    """One key across the roles."""

    key: str
    title: str | Promise
    cells: list[Cell]


def _roles() -> list[str]:
    """Roles in the order of what they may do; those of the shop's own making follow by name."""
    known = [role.value for role in Role]
    names = set(Group.objects.values_list("name", flat=True))
    return [name for name in known if name in names] + sorted(names - set(known))


def lines(roles: list[str]) -> Iterator[tuple[str | Promise, list[Line]]]:
    """Every category with its keys, by one query for all grants."""
    held = {
        (role, key): reach for role, key, reach in RoleGrant.objects.values_list("role__name", "key", "reach")
    }
    for category, actions in CATALOGUE.categories.items():
        yield (
            TITLES.get(category, category.capitalize()),
            [
                Line(
                    key := f"{category}.{action}",
                    WORDS.get(action, action),
                    [Cell(role, held.get((role, key), "")) for role in roles],
                )
                for action in actions
            ],
        )


@staff_page
class RolePermissions(StaffPage):
    """The matrix of roles and keys."""

    title = _("Role permissions")
    permission_key = "roles.view"
    route = "settings/roles/"
    url_name = "role_permissions"
    template_name = "accounts/role_permissions.html"

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(_("Settings"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        roles = _roles()
        return super().get_context_data(**kwargs) | {
            "lead": _("What each role gives to whoever joins it."),
            "roles": roles,
            "groups": list(lines(roles)),
            "columns": len(roles) + 1,
            "matrix_label": self.title,
        }


@ask_for_givers
def who_can_give(key: str) -> list[str]:
    """The roles whose people manage staff: who can give a right that is missing."""
    return list(
        RoleGrant.objects.filter(key="users.edit").order_by("role__name").values_list("role__name", flat=True)
    )
