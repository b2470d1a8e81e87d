"""Passwords: one's own, or one given by who manages staff. A new one ends every other session."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.errors import NotYoursToManageError, UnfitPasswordError
from apps.accounts.models import Session, User
from apps.accounts.services.guarding import ensure_may_manage, is_oneself, locked_person, roles_of
from apps.accounts.services.sessions import end_sessions
from apps.core.actors import Actor
from apps.core.audit import Subject, record
from apps.core.errors import FieldError


def ensure_fit(password: str, user: User) -> None:
    """That Django's validators accept it for this person. Raises UnfitPasswordError."""
    try:
        validate_password(password, user)
    except ValidationError as why:
        errors = [
            FieldError("password", str(one.code or "invalid"), sentence)
            for one in why.error_list
            for sentence in one.messages
        ]
        raise UnfitPasswordError(" ".join(why.messages), errors=errors) from why


@transaction.atomic
def change_password(user_id: int, *, old: str, new: str, actor: Actor) -> User:
    """One's own password, by who knows the present one."""
    user = locked_person(user_id)
    if not is_oneself(actor, user):
        raise NotYoursToManageError(_("Everyone changes his own password only."))
    if not user.check_password(old):
        sentence = _("That is not your present password.")
        raise UnfitPasswordError(sentence, errors=[FieldError("old_password", "wrong", sentence)])
    return write_password(user, new, actor=actor, action="user.password_changed")


@transaction.atomic
def set_password(user_id: int, *, new: str, actor: Actor, reason: str = "") -> User:
    """A password for someone else, by who may edit him."""
    user = locked_person(user_id)
    ensure_may_manage(actor, key="users.edit", roles=roles_of(user))
    if is_oneself(actor, user):  # else a screen left open would be enough to take over
        raise NotYoursToManageError(_("Change your own password by the present one."))
    return write_password(user, new, actor=actor, action="user.password_set", reason=reason)


def write_password(user: User, new: str, *, actor: Actor, action: str, reason: str = "") -> User:
    """The only place where a password is changed; the person's row is held."""
    ensure_fit(new, user)
    user.set_password(new)
    user.permissions_version += 1  # tokens that carry the version end with the sessions; the row is locked
    user.save(update_fields=["password", "permissions_version"])
    end_sessions(user, because=Session.Because.PASSWORD)  # his own goes on by a new key: the page's matter
    record(actor=actor, action=action, subject=Subject.of(user), reason=reason)
    return user
