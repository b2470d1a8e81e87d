"""The roles that Larder comes with."""

from collections.abc import Collection

from django.contrib.auth.models import Group
from django.db import transaction

from apps.accounts.models import Right, RoleGrant, User
from apps.accounts.permissions import CATALOGUE, Catalogue, Role
from apps.accounts.services.effects import bumping
from apps.accounts.services.guarding import take_turn


@transaction.atomic
def seed_roles(catalogue: Catalogue = CATALOGUE) -> None:
    """Make missing roles by the defaults, give out keys that are new, drop keys that are gone.

    A key is new when Super Admin lacks it, whose grants nobody edits. What the shop has changed since
    is left alone, so this runs after every migrate.
    """
    take_turn()
    group, _is_made = Group.objects.get_or_create(name=Role.SUPER_ADMIN)
    known = set(RoleGrant.objects.filter(role=group).values_list("key", flat=True))
    gone, new = known - catalogue.keys, catalogue.keys - known
    if not (gone or new or _missing(catalogue)):
        return
    with bumping(list(User.objects.values_list("pk", flat=True))):
        for role in catalogue.defaults:
            _seed_role(role, new=new, catalogue=catalogue)
        RoleGrant.objects.filter(key__in=gone).delete()
        Right.objects.filter(key__in=gone).delete()


def _missing(catalogue: Catalogue) -> set[str]:
    """Roles that Larder comes with and that are not here yet."""
    return set(catalogue.defaults) - set(Group.objects.values_list("name", flat=True))


def _seed_role(role: str, *, new: Collection[str], catalogue: Catalogue) -> None:
    group, is_made = Group.objects.get_or_create(name=role)
    defaults = catalogue.defaults[role]
    due = set(defaults) if is_made else set(defaults) & set(new)
    if not due:
        return
    RoleGrant.objects.bulk_create(
        [RoleGrant(role=group, key=key, reach=defaults[key]) for key in sorted(due)], ignore_conflicts=True
    )
    people = list(User.objects.get_queryset().in_role(role).values_list("pk", flat=True))
    Right.objects.give(people, grants=RoleGrant.objects.filter(role=group, key__in=due))
