"""Who may change whom (spec of users and permissions): asked by every verb before it writes."""

from collections.abc import Collection

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from apps.accounts.errors import LastSuperAdminError, NotYoursToManageError
from apps.accounts.models import User
from apps.accounts.permissions import Role
from apps.core.actors import Actor
from apps.core.errors import NotFoundError

TRUSTED: frozenset[str] = frozenset({"system", "command"})  # whoever runs commands owns the machine
MANAGERS: frozenset[str] = frozenset({Role.SUPER_ADMIN, Role.ADMIN})


def locked_person(user_id: int) -> User:
    """The person, held for the transaction. Raises NotFoundError."""
    user = User.objects.select_for_update(of=("self",)).filter(pk=user_id).first()
    if user is None:
        raise NotFoundError(_("There is no such member of staff."))
    return user


def roles_of(user: User) -> set[str]:
    """The names of a person's roles."""
    return set(user.groups.values_list("name", flat=True))


def ensure_may_manage(actor: Actor, *, key: str, roles: Collection[str] = ()) -> User | None:
    """That the actor may do ``key`` to someone who has, or gets, ``roles``; the manager, None when trusted.

    Managing takes the role Admin or Super Admin, whatever single rights were given. Raises
    NotYoursToManageError.
    """
    if actor.kind in TRUSTED:
        return None
    manager = _person_of(actor)
    if manager is None or not manager.has_key(key):
        raise NotYoursToManageError(_("This needs the right “%(key)s”.") % {"key": key})
    own = roles_of(manager)
    if not own & MANAGERS:
        raise NotYoursToManageError(_("Only an Admin or a Super Admin manages staff."))
    if beyond(own, roles):
        raise NotYoursToManageError(_("Only a Super Admin changes a Super Admin, or makes one."))
    return manager


def beyond(own: Collection[str], roles: Collection[str]) -> bool:
    """Whether these roles are more than who has ``own`` may give or touch."""
    return Role.SUPER_ADMIN in roles and Role.SUPER_ADMIN not in own


def roles_to_give(actor: Actor) -> list[str]:
    """The roles that the actor may put people into, in the order of their making: what a form offers."""
    names = list(Group.objects.order_by("id").values_list("name", flat=True))
    if actor.kind in TRUSTED:
        return names
    manager = _person_of(actor)
    own = roles_of(manager) & MANAGERS if manager else set()
    return [name for name in names if own and not beyond(own, {name})]


def _person_of(actor: Actor) -> User | None:
    return User.objects.filter(pk=actor.id).first() if actor.kind == "staff" else None


def ensure_not_oneself(manager: User | None, user: User) -> None:
    """That nobody raises himself. Raises NotYoursToManageError."""
    if manager is not None and manager.pk == user.pk:
        raise NotYoursToManageError(_("Nobody changes his own roles and rights: ask another Admin."))


def ensure_not_last(user: User) -> None:
    """That a Super Admin who can sign in is left without ``user``. Raises LastSuperAdminError."""
    # Two Super Admins who remove one another at once would each see the other: the role's row queues them.
    Group.objects.select_for_update().get(name=Role.SUPER_ADMIN)
    others = User.objects.get_queryset().able_to_sign_in().in_role(Role.SUPER_ADMIN).exclude(pk=user.pk)
    if not others.exists():
        raise LastSuperAdminError(_("This is the last Super Admin: make another one first."))
