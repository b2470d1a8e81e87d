"""Members of staff come, change and go."""

from collections.abc import Collection, Mapping

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.errors import EmailTakenError, StaleReviewError
from apps.accounts.models import Session, User
from apps.accounts.permissions import Role
from apps.accounts.services.guarding import (
    ensure_may_manage,
    ensure_not_last,
    ensure_not_oneself,
    is_oneself,
    locked_person,
    roles_of,
    take_turn,
)
from apps.accounts.services.passwords import ensure_fit
from apps.accounts.services.rights import give_roles
from apps.accounts.services.sessions import end_sessions
from apps.core.actors import Actor
from apps.core.audit import Subject, record, values_of
from apps.core.errors import FieldError, InvalidInputError

PROFILE = ("full_name", "language", "theme")


@transaction.atomic
def create_staff(
    *, email: str, full_name: str, actor: Actor, password: str | None = None, roles: Collection[str] = ()
) -> User:
    """A new member of staff with the rights of his roles; without a password he waits for one."""
    ensure_may_manage(actor, key="users.create", roles=roles)
    user = User(email=User.objects.normalize_email(email.strip()), full_name=full_name.strip())
    _ensure_clean(user)
    if password is not None:
        ensure_fit(password, user)
    user.set_password(password)
    take_turn()  # after the hash, which takes its time
    _save_new(user)
    give_roles(user, roles)
    after = {**values_of(user, "email", *PROFILE), "roles": sorted(roles)}
    record(actor=actor, action="user.created", subject=Subject.of(user), after=after)
    return user


def _save_new(user: User) -> None:
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as why:
        sentence = _("%(email)s signs in here already.") % {"email": user.email}
        raise EmailTakenError(sentence, errors=[FieldError("email", "taken", sentence)]) from why


def _ensure_clean(user: User) -> None:
    """That every column can hold what it is given. Raises InvalidInputError."""
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as why:
        errors = [
            FieldError(field, str(one.code), sentence)
            for field, complaints in why.error_dict.items()
            for one in complaints
            for sentence in one.messages
        ]
        raise InvalidInputError(" ".join(why.messages), errors=errors) from why


@transaction.atomic
def change_profile(
    user_id: int, *, actor: Actor, seen: Mapping[str, str] | None = None, **given: str
) -> User:
    """A new name, language or theme: one's own, or by who manages staff.

    ``seen`` is what the actor was shown of them. What he left as it was stays as it is by now; where he and
    somebody else changed the same, nothing is saved (StaleReviewError).
    """
    user = locked_person(user_id)
    if not is_oneself(actor, user):
        ensure_may_manage(actor, key="users.edit", roles=roles_of(user))
    _ensure_profile(given)
    before = values_of(user, *PROFILE)
    changed = _touched(user, given, seen or {})
    for name, value in changed.items():
        setattr(user, name, value)
    _ensure_clean(user)
    user.save(update_fields=list(changed))
    after = values_of(user, *PROFILE)
    if before != after:
        record(actor=actor, action="user.changed", subject=Subject.of(user), before=before, after=after)
    return user


def _touched(user: User, given: Mapping[str, str], seen: Mapping[str, str]) -> dict[str, str]:
    """What was changed from what was seen. Raises StaleReviewError for what somebody else changed, too."""
    touched = {name: value for name, value in given.items() if value != seen.get(name)}
    crossed = [
        FieldError(name, "changed-meanwhile", _changed_meanwhile(user, name))
        for name, value in touched.items()
        if getattr(user, name) not in {seen.get(name, getattr(user, name)), value}
    ]
    if crossed:
        raise StaleReviewError(" ".join(error.message for error in crossed), errors=crossed)
    return touched


def _changed_meanwhile(user: User, name: str) -> str:
    """What somebody else has chosen, in the words of the form."""
    display = getattr(user, f"get_{name}_display", lambda: getattr(user, name))
    said = _("It was changed meanwhile, to “%(now)s”. Save again to have yours instead.")
    return said % {"now": display()}


def _ensure_profile(changed: dict[str, str]) -> None:
    if not changed.keys() <= set(PROFILE):
        raise TypeError(f"no part of a profile: {', '.join(sorted(changed.keys() - set(PROFILE)))}")
    language = changed.get("language")
    if language is not None and language not in dict(settings.LANGUAGES):
        sentence = _("“%(code)s” is no language of Larder.") % {"code": language}
        raise InvalidInputError(sentence, errors=[FieldError("language", "unknown", sentence)])


@transaction.atomic
def deactivate(user_id: int, *, actor: Actor, reason: str = "") -> User:
    """He may no longer sign in, at once; what he did stays his."""
    user = locked_person(user_id)
    roles = roles_of(user)
    ensure_not_oneself(ensure_may_manage(actor, key="users.delete", roles=roles), user)
    if user.is_active and Role.SUPER_ADMIN in roles:
        ensure_not_last(user)
    return _set_active(user, is_active=False, actor=actor, reason=reason)


@transaction.atomic
def reactivate(user_id: int, *, actor: Actor, reason: str = "") -> User:
    """He may sign in again, with the rights he had."""
    user = locked_person(user_id)
    ensure_may_manage(actor, key="users.edit", roles=roles_of(user))
    return _set_active(user, is_active=True, actor=actor, reason=reason)


def _set_active(user: User, *, is_active: bool, actor: Actor, reason: str) -> User:
    if user.is_active == is_active:
        return user
    user.is_active = is_active
    user.permissions_version += 1  # the row is locked
    user.save(update_fields=["is_active", "permissions_version"])
    if not is_active:
        end_sessions(user, because=Session.Because.STOPPED)
    record(
        actor=actor,
        action="user.reactivated" if is_active else "user.deactivated",
        subject=Subject.of(user),
        before={"is_active": not is_active},
        after={"is_active": is_active},
        reason=reason,
    )
    return user
