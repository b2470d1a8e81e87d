"""Roles and rights are given and taken."""

from collections.abc import Collection, Mapping

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from apps.accounts.errors import NotYoursToManageError
from apps.accounts.models import Right, RoleGrant, User
from apps.accounts.permissions import CATALOGUE, Reach, Role
from apps.accounts.services.guarding import (
    ensure_may_manage,
    ensure_not_last,
    ensure_not_oneself,
    locked_person,
    roles_of,
)
from apps.core.actors import Actor
from apps.core.audit import Subject, record
from apps.core.errors import FieldError, InvalidInputError


@transaction.atomic
def set_roles(user_id: int, roles: Collection[str], *, actor: Actor, reason: str = "") -> User:
    """Exactly these roles, with what the new ones give now; what was allowed or denied to him alone stays."""
    user = locked_person(user_id)
    before = roles_of(user)
    ensure_not_oneself(ensure_may_manage(actor, key="users.edit", roles={*before, *roles}), user)
    if Role.SUPER_ADMIN in before and Role.SUPER_ADMIN not in roles and user.is_active:
        ensure_not_last(user)
    if before == set(roles):
        return user
    give_roles(user, roles)
    _bump([user.pk])
    record(
        actor=actor,
        action="user.roles_set",
        subject=Subject.of(user),
        before={"roles": sorted(before)},
        after={"roles": sorted(roles)},
        reason=reason,
    )
    return user


def give_roles(user: User, roles: Collection[str]) -> None:
    """Put a person into exactly these roles; asks nobody, so only verbs that have asked call it.

    What the roles give is copied for those he joins. Those he had keep what they gave him: a later change of
    a role concerns its people only where its editor said so (set_role_grants).
    """
    groups = list(Group.objects.filter(name__in=roles))
    if unknown := set(roles) - {group.name for group in groups}:
        sentence = _("There is no role “%(role)s”.") % {"role": min(unknown)}
        raise InvalidInputError(sentence, errors=[FieldError("roles", "unknown", sentence)])
    joined = set(groups) - set(user.groups.all())
    user.groups.set(groups)
    Right.objects.filter(user=user).from_roles().exclude(role__in=groups).delete()
    Right.objects.give([user.pk], grants=RoleGrant.objects.filter(role__in=joined))
    user.forget_rights()


@transaction.atomic
def set_override(user_id: int, *, key: str, source: str | None, actor: Actor, reason: str = "") -> User:
    """Allow or deny one key to one person; None lets his roles decide again."""
    user = locked_person(user_id)
    manager = ensure_may_manage(actor, key="users.edit", roles=roles_of(user))
    ensure_not_oneself(manager, user)
    _ensure_known({key})
    if source == Right.Source.ALLOW and manager is not None and not manager.has_key(key):
        raise NotYoursToManageError(_("You cannot give “%(key)s”: you do not have it.") % {"key": key})
    own = user.rights.filter(key=key, role__isnull=True)
    before = own.values_list("source", flat=True).first()
    own.delete()
    if source is not None:
        user.rights.create(key=key, source=source)
    user.forget_rights()
    _bump([user.pk])
    record(
        actor=actor,
        action="user.right_set",
        subject=Subject.of(user),
        before={key: before},
        after={key: source},
        reason=reason,
    )
    return user


@transaction.atomic
def set_role_grants(
    role: str, grants: Mapping[str, Reach], *, actor: Actor, apply_to_people: bool = False, reason: str = ""
) -> None:
    """What a role gives from now on; to those who are in it already only when ``apply_to_people``."""
    manager = ensure_may_manage(actor, key="roles.edit")
    if manager is not None and Role.SUPER_ADMIN not in roles_of(manager):
        raise NotYoursToManageError(_("Only a Super Admin changes what roles give."))
    if role == Role.SUPER_ADMIN:
        raise NotYoursToManageError(_("A Super Admin may do everything; that is not edited."))
    _ensure_known(grants)
    group = Group.objects.select_for_update().get(name=role)
    before = dict(group.grants.values_list("key", "reach"))
    group.grants.all().delete()
    RoleGrant.objects.bulk_create(
        [RoleGrant(role=group, key=key, reach=reach) for key, reach in sorted(grants.items())]
    )
    if apply_to_people:
        _apply(group)
    record(
        actor=actor,
        action="role.grants_set",
        subject=Subject.of(group),
        before=before,
        after=dict(grants),
        reason=reason,
    )


def _apply(group: Group) -> None:
    people = list(group.users.values_list("pk", flat=True))
    Right.objects.filter(role=group).follow_roles(people, grants=RoleGrant.objects.filter(role=group))
    _bump(people)


def _bump(people: Collection[int]) -> None:
    """Tokens carry this number: what was given out before is worth nothing after."""
    User.objects.filter(pk__in=people).update(permissions_version=F("permissions_version") + 1)


def _ensure_known(keys: Collection[str]) -> None:
    if unknown := set(keys) - CATALOGUE.keys:
        sentence = _("There is no right “%(key)s”.") % {"key": min(unknown)}
        raise InvalidInputError(sentence, errors=[FieldError("key", "unknown", sentence)])
