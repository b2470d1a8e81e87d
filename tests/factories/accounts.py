"""The least valid member of staff."""

from typing import Any

import factory
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from apps.accounts import services
from apps.accounts.models import Right, RoleGrant, User
from apps.accounts.permissions import Role
from apps.accounts.services.reviewing import Grants
from apps.core.actors import Actor

PASSWORD = "a-long-enough-pass-1"


class StaffFactory(DjangoModelFactory[User]):
    """Someone who may sign in with PASSWORD; ``StaffFactory(role=Role.CLERK)`` puts him in a role."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"person-{number}@example.com")
    full_name = factory.Sequence(lambda number: f"Person {number}")
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def role(self, create: bool, extracted: Role | None, **_: Any) -> None:
        if create and extracted:
            join(self, extracted)  # type: ignore[arg-type]


def join(user: User, *roles: str) -> User:
    """Put someone into roles, with the rights they give."""
    user.groups.add(*Group.objects.filter(name__in=roles))
    Right.objects.filter(user=user).follow_roles([user.pk], grants=RoleGrant.objects.all())
    user.refresh_from_db()
    return user


def given_by(role: str) -> dict[str, str]:
    """What a role gives, and how far."""
    return dict(RoleGrant.objects.filter(role__name=role).values_list("key", "reach"))


def set_role_grants(role: str, grants: Grants, *, actor: Actor, apply_to_people: bool = False) -> None:
    """What one role gives from now on, by its name."""
    wanted = {Group.objects.get(name=role).pk: grants}
    services.set_grants(wanted, actor=actor, apply_to_people=apply_to_people)
