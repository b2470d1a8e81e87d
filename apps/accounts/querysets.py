"""Reusable reads of people and their rights, and the set-based copy of a role's grants to its people."""

from collections.abc import Collection, Iterator
from typing import Any, Self

from django.db import models
from django.db.models import Value
from django.db.models.functions import Lower

from apps.accounts.permissions import Held


class UserQuerySet(models.QuerySet[Any]):
    """People who sign in."""

    def able_to_sign_in(self) -> Self:
        return self.filter(is_active=True)

    def in_role(self, role: str) -> Self:
        return self.filter(groups__name=role)

    def by_email(self, email: str) -> Self:
        """By the same measure as the constraint: iexact compares capitals, by which “ſ” is an “s”."""
        return self.alias(in_lower_case=Lower("email")).filter(in_lower_case=Lower(Value(email)))


class RoleGrantQuerySet(models.QuerySet[Any]):
    """What roles give."""

    def of_role(self, role: str) -> Self:
        return self.filter(role__name=role)

    def per_person(self, people: Collection[int]) -> Iterator[tuple[int, int, str, str]]:
        """(person, role, key, reach) of everyone among ``people`` who is in the role."""
        held = self.filter(role__users__in=people)
        return held.values_list("role__users", "role", "key", "reach").iterator()


class RightQuerySet(models.QuerySet[Any]):
    """What people hold."""

    def from_roles(self) -> Self:
        return self.filter(role__isnull=False)

    def holders_of(self, key: str) -> Any:
        """The ids of the people who hold a key, for ``pk__in``: deny wins."""
        about = self.filter(key=key)
        denied = about.filter(source="deny").values("user_id")
        return about.exclude(user_id__in=denied).values("user_id")

    def own(self) -> Self:
        """What was allowed or denied to the person himself."""
        return self.filter(role__isnull=True)

    def by_person(self, people: Collection[int]) -> dict[int, list[Held]]:
        """What each of ``people`` was given or denied: one query for all of them."""
        found: dict[int, list[Held]] = {person: [] for person in people}
        rows = self.filter(user_id__in=people).order_by("key", "id")
        for person, *row in rows.values_list("user_id", "key", "source", "reach", "role_id"):
            found[person].append(Held(*row))
        return found

    def give(self, people: Collection[int], *, grants: RoleGrantQuerySet) -> None:
        """Add what ``grants`` hold for each of ``people`` through a role."""
        self.bulk_create(
            [
                self.model(user_id=person, role_id=role, key=key, reach=reach, source="role")
                for person, role, key, reach in grants.per_person(people)
            ],
            ignore_conflicts=True,
        )

    def follow_roles(self, people: Collection[int], *, grants: RoleGrantQuerySet) -> None:
        """Make the role-given rights among these rows exactly what ``grants`` say."""
        self.from_roles().filter(user_id__in=people).delete()
        self.give(people, grants=grants)
