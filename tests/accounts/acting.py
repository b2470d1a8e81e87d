"""Who acts on rights in these tests, and what came of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.contrib.auth.models import Group
from django.db import connections

from apps.accounts.models import User
from apps.core.actors import Actor
from apps.core.errors import DomainError
from apps.core.models import AuditEntry
from tests.factories.accounts import StaffFactory, given_by


def acting(role: str) -> Actor:
    return Actor.of(StaffFactory(role=role))


def pk_of(role: str) -> int:
    return Group.objects.get(name=role).pk


def gives(role: str) -> dict[str, str]:
    return given_by(role)


def versions() -> dict[int, int]:
    return dict(User.objects.values_list("pk", "permissions_version"))


def trail() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def picture(user: User) -> tuple[object, ...]:
    """A person as the database has him."""
    stored = User.objects.get(pk=user.pk)
    return stored.full_name, stored.password, stored.is_active, stored.permissions_version, stored.keys


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act, all begun together on connections of their own, came to."""

    def outcome(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except DomainError as why:
            return type(why)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as together:
        return list(together.map(outcome, acts))
