"""Who may change whom (spec of users and permissions): asked by every verb before it writes."""

from collections.abc import Collection, Mapping
from typing import Final

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from apps.accounts.errors import LastSuperAdminError, NotYoursToManageError, StaleReviewError
from apps.accounts.models import User
from apps.accounts.permissions import CATALOGUE, Reach, Role
from apps.core.access import may
from apps.core.actors import Actor
from apps.core.errors import FieldError, InvalidInputError, NotFoundError
from apps.core.locks import in_turn

TRUSTED: frozenset[str] = frozenset({"system", "command"})  # whoever runs commands owns the machine
MANAGERS: frozenset[str] = frozenset({Role.SUPER_ADMIN, Role.ADMIN})
TURN: Final = "accounts.rights"


def is_oneself(actor: Actor, user: User) -> bool:
    """Whether the person himself acts."""
    return actor.kind == "staff" and actor.id == str(user.pk)


def take_turn() -> None:
    """Wait for whoever changes roles or rights now (docs/adr/0304): what is read from here on stays true."""
    in_turn(TURN)


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


def holds(actor: Actor, key: str) -> bool:
    """Whether the actor has a right: for verbs that decide by it themselves, whatever door he came by."""
    return actor.kind in TRUSTED or may(_person_of(actor), key)


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


def ensure_super_admin(actor: Actor, *, key: str) -> None:
    """That the actor may change what roles there are and what they give. Raises NotYoursToManageError."""
    manager = ensure_may_manage(actor, key=key)
    if manager is not None and Role.SUPER_ADMIN not in roles_of(manager):
        raise NotYoursToManageError(_("Only a Super Admin changes roles and what they give."))


def why_not_his_rights(actor: Actor, user: User) -> str:
    """Why the actor may not change this person's rights, in the words of the refusal; empty when he may."""
    try:
        ensure_not_oneself(ensure_may_manage(actor, key="users.edit", roles=roles_of(user)), user)
    except NotYoursToManageError as why:
        return str(why)
    return ""


def ensure_known(wanted: Mapping[str, Reach]) -> None:
    """That these are keys, each as far as it can go. Raises InvalidInputError."""
    errors = [
        FieldError("key", "unknown", _("There is no right “%(key)s”.") % {"key": key})
        for key in sorted(wanted.keys() - CATALOGUE.keys)
    ] or [
        FieldError(
            "reach", "unknown", _("“%(key)s” has no reach “%(reach)s”.") % {"key": key, "reach": reach}
        )
        for key, reach in sorted(wanted.items())
        if reach not in CATALOGUE.reaches_of(key)
    ]
    if errors:
        raise InvalidInputError(errors[0].message, errors=errors)


def ensure_fresh(seen: str | None, now: str) -> None:
    """That what is saved is what was shown; None for who was shown nothing. Raises StaleReviewError."""
    if seen is not None and seen != now:
        raise StaleReviewError(
            _("Something else would change by now than you were shown: look again, then save.")
        )
