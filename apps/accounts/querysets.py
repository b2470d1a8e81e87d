"""Reusable reads of people, rights, tries and app keys, and the set-based copy of a role's grants."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Exists, Max, OuterRef, Q, Value
from django.db.models.functions import Lower
from django_otp.plugins.otp_totp.models import TOTPDevice

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

    def with_second_factor(self) -> Self:
        """Whether each has one, as ``has_second_factor``."""
        devices = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        return self.annotate(has_second_factor=Exists(devices))

    def in_any_role(self, roles: Collection[str]) -> Self:
        places = self.model.groups.through.objects.filter(user=OuterRef("pk"), group__name__in=roles)
        return self.filter(Exists(places))


class RoleGrantQuerySet(models.QuerySet[Any]):
    """What roles give."""

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


class TriesQuerySet(models.QuerySet[Any]):
    """Tries to sign in that failed."""

    def locked(self, at: datetime) -> Self:
        """Who has to wait."""
        return self.filter(locked_until__gt=at)

    def stale(self, at: datetime) -> Self:
        """What no longer counts, whatever span staff choose: it is a day at most."""
        return self.filter(Q(last_at__isnull=True) | Q(last_at__lt=at))


class SessionQuerySet(models.QuerySet[Any]):
    """Sign-ins that last."""

    def live(self, at: datetime) -> Self:
        """Neither ended nor run out."""
        return self.filter(ended_at__isnull=True, expire_date__gt=at)

    def ended(self, because: str, *, at: datetime) -> int:
        """End these, and forget what they held. Says how many."""
        return self.update(ended_at=at, ended_because=because, session_data="")


class ResetQuerySet(models.QuerySet[Any]):
    """Requests for a new password."""

    def since(self, at: datetime) -> Self:
        return self.filter(asked_at__gt=at)

    def to_send(self, at: datetime) -> Self:
        """Not sent yet, and asked for by somebody whose account it is, after ``at``."""
        return self.since(at).filter(sent_at__isnull=True, user__isnull=False, user__is_active=True)


class AppKeyQuerySet(models.QuerySet[Any]):
    """Keys of apps."""

    def in_use(self, at: datetime) -> Self:
        """Those that let an app in."""
        return self.filter(revoked_at__isnull=True).exclude(expires_at__lte=at)

    def expiring(self, at: datetime, *, within: timedelta) -> Self:
        """Those in use that run out before long."""
        return self.in_use(at).filter(expires_at__lte=at + within)

    def with_last_use(self) -> Self:
        """With ``last_used_at``: of whichever of its secrets was used last."""
        return self.annotate(last_used_at=Max("secrets__used_at"))


class AppSecretQuerySet(models.QuerySet[Any]):
    """What keys are proved with."""

    def used(self, *, at: datetime, address: str | None, version: str) -> int:
        """Write down a use, unless a later one is known. Says whether it was written."""
        return self.filter(Q(used_at__isnull=True) | Q(used_at__lt=at)).update(
            used_at=at, used_from=address, used_version=version
        )
