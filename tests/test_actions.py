"""Every action of the admin asks for a right by name, and changes nothing on GET (docs/permissions.md)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin

from apps.accounts.models import User
from apps.core.admin.actions import writes
from apps.core.admin.base import ShopAdmin

PLACES = ("actions", "actions_row", "actions_detail", "actions_list", "actions_submit_line")


def actions_of(model_admin: Any) -> Iterator[tuple[str, Any]]:
    """Every action that an admin offers anywhere, once."""
    named = {name for place in PLACES for name in getattr(model_admin, place, None) or ()}
    for name in sorted(str(name) for name in named):
        yield name, getattr(model_admin, name, None)


def faults(model_admin: Any) -> list[str]:
    """What is wrong with an admin's actions."""
    found = []
    for name, action in actions_of(model_admin):
        where = f"{type(model_admin).__name__}.{name}"
        permissions = getattr(action, "allowed_permissions", ())
        if not permissions:
            found.append(f"{where} is open to whoever is signed in")
        if not getattr(action, "writes", False):
            found.append(f"{where} is not made by writes(): it would run on GET")
        found += [
            f"{where} asks for {permission}, of which nobody knows who has it"
            for permission in permissions
            if not callable(getattr(model_admin, f"has_{permission}_permission", None))
        ]
    return found


def test_every_admin_is_one_of_ours():
    strangers = [str(own) for own in admin.site._registry.values() if not isinstance(own, ShopAdmin)]
    assert strangers == [], "only ShopAdmin asks for our keys"


def test_every_action_of_the_admin_asks_for_a_right_and_writes_by_post_only():
    assert [fault for own in admin.site._registry.values() for fault in faults(own)] == []


class Careless(ShopAdmin):
    """Breaks each rule on purpose."""

    permission_category = "users"
    actions = ("open_to_all", "runs_on_get", "asks_nobody")

    def open_to_all(self, request: Any, chosen: Any) -> None: ...

    open_to_all.writes = True  # type: ignore[attr-defined]

    def runs_on_get(self, request: Any, chosen: Any) -> None: ...

    runs_on_get.allowed_permissions = ("edit",)  # type: ignore[attr-defined]

    @writes(permission="fly", title="", button="")
    def asks_nobody(self, record: Any, *, actor: Any, form: Any) -> None: ...


@pytest.mark.parametrize(
    "fault",
    [
        "Careless.open_to_all is open to whoever is signed in",
        "Careless.runs_on_get is not made by writes(): it would run on GET",
        "Careless.asks_nobody asks for fly, of which nobody knows who has it",
    ],
)
def test_a_careless_action_is_found(fault):
    assert fault in faults(Careless(User, admin.site))
