"""What a change of rights would do, read without writing: shown before it is saved, and checked on saving.

A review has a seal, a short text of everything that it says. Who saves hands in the seal of what he saw; when
somebody else has saved meanwhile the two differ, and the review is shown anew instead of being written.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from apps.accounts.models import Right, RoleGrant, User
from apps.accounts.permissions import Held, Reach, effective
from apps.accounts.services.effects import Shift
from apps.core.errors import NotFoundError

Grants = Mapping[str, Reach]


@dataclass(frozen=True)
class Override:
    """What is allowed or denied to one person alone."""

    source: Right.Source  # allow or deny
    reach: Reach = Reach.ALL

    def __str__(self) -> str:
        return self.source.value if self.reach == Reach.ALL else f"{self.source.value} ({self.reach})"


@dataclass(frozen=True)
class OverrideChange:
    """One key's override before and after; None where the roles decide."""

    key: str
    before: Override | None
    after: Override | None


@dataclass(frozen=True)
class OverridesReview:
    """What other overrides would mean for a person: ``shifts`` say what he could do more or less."""

    person: User
    changes: tuple[OverrideChange, ...]
    shifts: tuple[Shift, ...]

    @property
    def seal(self) -> str:
        return _seal(self.person.pk, self.changes, self.shifts)


def review_overrides(person: User, wanted: Mapping[str, Override | None]) -> OverridesReview:
    """What would change for the person, with what he holds by now."""
    rows = Right.objects.by_person([person.pk])[person.pk]
    now = overrides_of(rows)
    changes = [OverrideChange(key, now.get(key), after) for key, after in sorted(wanted.items())]
    changes = [change for change in changes if change.before != change.after]
    touched = {change.key for change in changes}
    kept = [row for row in rows if row.role_id is not None or row.key not in touched]
    own = [Held(change.key, change.after.source, change.after.reach) for change in changes if change.after]
    shifts = Shift.between(effective(rows), effective([*kept, *own]))
    return OverridesReview(person, tuple(changes), tuple(shifts))


def overrides_of(rows: Iterable[Held]) -> dict[str, Override]:
    """What is allowed or denied to the person himself, by key."""
    return {
        row.key: Override(Right.Source(row.source), Reach(row.reach)) for row in rows if row.role_id is None
    }


@dataclass(frozen=True)
class RoleReview:
    """One role's grants before and after."""

    role: Group
    before: Grants
    after: Grants

    @property
    def shifts(self) -> list[Shift]:
        return Shift.between(self.before, self.after)


@dataclass(frozen=True)
class PersonReview:
    """What following his roles would change for one person, and which overrides of his own go on deciding."""

    person: User
    shifts: tuple[Shift, ...]
    kept: tuple[tuple[str, Override], ...]

    @property
    def gains(self) -> list[Shift]:
        return [shift for shift in self.shifts if shift.is_gain]

    @property
    def losses(self) -> list[Shift]:
        return [shift for shift in self.shifts if not shift.is_gain]


@dataclass(frozen=True)
class GrantsReview:
    """What other grants of roles would mean: by role, and by person if they were applied to people."""

    roles: tuple[RoleReview, ...]
    people: tuple[
        PersonReview, ...
    ]  # those for whom something would change, or an override stands against it
    members: int

    @property
    def changed_people(self) -> list[PersonReview]:
        return [one for one in self.people if one.shifts]

    @property
    def changed_roles(self) -> list[RoleReview]:
        return [one for one in self.roles if one.shifts]

    @property
    def seal(self) -> str:
        roles = [(one.role.pk, one.role.name, sorted(one.before.items()), one.shifts) for one in self.roles]
        return _seal(roles, [(one.person.pk, one.shifts, one.kept) for one in self.people])


def review_grants(wanted: Mapping[int, Grants]) -> GrantsReview:
    """What would change for these roles and their people. Raises NotFoundError for one that is not there."""
    groups = list(Group.objects.filter(pk__in=wanted).order_by("pk"))
    if len(groups) < len(wanted):
        raise NotFoundError(_("There is no such role. Somebody may have removed it."))
    before = grants_of(wanted)
    roles = tuple(RoleReview(group, before[group.pk], dict(wanted[group.pk])) for group in groups)
    members = _members(wanted)
    people = User.objects.filter(pk__in=members).order_by("full_name", "pk")
    rows = Right.objects.by_person(members)
    reviews = [_person_review(one, rows[one.pk], members[one.pk], roles) for one in people]
    told = tuple(review for review in reviews if review.shifts or review.kept)
    return GrantsReview(roles, told, len(members))


def grants_of(roles: Collection[int]) -> dict[int, dict[str, Reach]]:
    """What each of these roles gives now."""
    found: dict[int, dict[str, Reach]] = {role: {} for role in roles}
    for role, key, reach in RoleGrant.objects.filter(role__in=roles).values_list("role", "key", "reach"):
        found[role][key] = Reach(reach)
    return found


def _members(roles: Collection[int]) -> dict[int, set[int]]:
    """Who is in any of these roles, and in which."""
    found: dict[int, set[int]] = {}
    links = User.groups.through.objects.filter(group_id__in=roles)
    for person, role in links.values_list("user_id", "group_id"):
        found.setdefault(person, set()).add(role)
    return found


def _person_review(
    person: User, rows: list[Held], his: set[int], roles: tuple[RoleReview, ...]
) -> PersonReview:
    kept = [row for row in rows if row.role_id not in his]
    given = [
        Held(key, Right.Source.ROLE, reach, one.role.pk)
        for one in roles
        if one.role.pk in his
        for key, reach in one.after.items()
    ]
    touched = {shift.key for one in roles if one.role.pk in his for shift in one.shifts}
    standing = [(key, own) for key, own in sorted(overrides_of(rows).items()) if key in touched]
    shifts = Shift.between(effective(rows), effective([*kept, *given]))
    return PersonReview(person, tuple(shifts), tuple(standing))


def _seal(*told: Any) -> str:
    return sha256(repr([_plain(one) for one in told]).encode()).hexdigest()


def _plain(told: Any) -> Any:
    """The same without anything whose text could differ from one process to the next."""
    if isinstance(told, Shift):
        return (told.key, str(told.before), str(told.after))
    if isinstance(told, OverrideChange):
        return (told.key, str(told.before), str(told.after))
    if isinstance(told, list | tuple):
        return [_plain(one) for one in told]
    return str(told)
