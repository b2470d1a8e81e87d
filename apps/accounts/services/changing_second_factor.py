"""The second factor is set up, renewed, turned off, and reset for who has lost the phone."""

import secrets
from base64 import b32encode
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.accounts.errors import (
    NotYoursToManageError,
    PasswordNeededError,
    SecondFactorRequiredError,
    WrongCodeError,
)
from apps.accounts.models import RecoveryCode, Session, User
from apps.accounts.services.guarding import (
    ensure_may_manage,
    ensure_not_oneself,
    is_oneself,
    locked_person,
    roles_of,
)
from apps.accounts.services.second_factor import device_of, digest_of, must_have, verified
from apps.accounts.services.sessions import end_sessions
from apps.accounts.services.signing_in import prove_again
from apps.core.actors import Actor
from apps.core.audit import Subject, record
from apps.core.errors import FieldError

CODES: Final = 10
PROVEN_FOR: Final = timedelta(minutes=10)  # since the password was typed: to find an app and set it up
MOST_WAITING: Final = 5  # set-ups begun and not confirmed, each in a session of its own


@transaction.atomic
def begin_second_factor(
    user_id: int, *, proven_at: datetime | None, actor: Actor, at: datetime, device_id: int | None = None
) -> TOTPDevice:
    """A secret for one's phone: that of ``device_id``, which this session was shown, until it is confirmed.

    No other session is shown the same: who has looked at a screen left open knows none that will count.
    ``proven_at`` says when its password was typed in this session, whose mere possession is not enough to
    bind a phone. Raises PasswordNeededError.
    """
    user = locked_person(user_id)
    _ensure_oneself(actor, user)
    _ensure_just_proven(proven_at, at=at)
    if device_of(user) is not None:
        raise NotYoursToManageError(_("You have a second factor. Turn it off first to set up another."))
    waiting = TOTPDevice.objects.filter(user=user, confirmed=False)
    shown = waiting.filter(pk=device_id).first()
    if shown is not None:
        return shown
    left_over = list(waiting.order_by("-pk").values_list("pk", flat=True)[MOST_WAITING - 1 :])
    waiting.filter(pk__in=left_over).delete()
    return TOTPDevice.objects.create(user=user, name="phone", confirmed=False)


def confirm_second_factor(
    user_id: int,
    *,
    device_id: int | None,
    code: str,
    proven_at: datetime | None,
    actor: Actor,
    at: datetime,
) -> list[str]:
    """Turn it on, by a code that proves the phone has the secret. Returns the recovery codes, once."""
    _ensure_just_proven(proven_at, at=at)
    _ensure_fresh_code(user_id, device_id, code, actor=actor)
    with transaction.atomic():
        user = locked_person(user_id)
        waiting = TOTPDevice.objects.filter(user=user, confirmed=False)
        if device_of(user) is not None or not waiting.filter(pk=device_id).update(confirmed=True):
            raise WrongCodeError(_("There is nothing to confirm any more: load the page again."))
        waiting.delete()
        _end_tokens(user)
        record(actor=actor, action="user.second_factor_set_up", subject=Subject.of(user))
        return _new_codes(user)


def _ensure_fresh_code(user_id: int, device_id: int | None, code: str, *, actor: Actor) -> None:
    """That the code comes from the secret that waits to be confirmed."""
    typed = "".join(code.split())
    with transaction.atomic():
        user = locked_person(user_id)
        _ensure_oneself(actor, user)
        waiting = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False)
        device = waiting.filter(pk=device_id).first()
        fits = device is not None and typed.isascii() and typed.isdigit() and verified(device, typed)
    if not fits:
        sentence = _(
            "That code is not right. Is the phone's clock set by itself? Type the code it shows now."
        )
        raise WrongCodeError(sentence, errors=[FieldError("code", "wrong", sentence)])


def renew_codes(user_id: int, *, password: str, code: str, actor: Actor, at: datetime) -> list[str]:
    """Ten new recovery codes; the old ones are worth nothing. Returned once."""
    user = User.objects.get(pk=user_id)
    _ensure_oneself(actor, user)
    prove_again(user, password=password, code=code, at=at)
    with transaction.atomic():
        user = locked_person(user_id)
        record(actor=actor, action="user.recovery_codes_renewed", subject=Subject.of(user))
        return _new_codes(user)


def turn_off(user_id: int, *, password: str, code: str, actor: Actor, at: datetime) -> User:
    """End one's own second factor, where no role asks for it."""
    user = User.objects.get(pk=user_id)
    _ensure_oneself(actor, user)
    if must_have(user):
        raise SecondFactorRequiredError(
            _("Your role needs a second factor: it can be renewed, not turned off.")
        )
    prove_again(user, password=password, code=code, at=at)
    with transaction.atomic():
        user = locked_person(user_id)
        _remove(user)
        _end_tokens(user)
        record(actor=actor, action="user.second_factor_turned_off", subject=Subject.of(user))
    return user


@transaction.atomic
def reset_second_factor(user_id: int, *, actor: Actor, reason: str = "") -> User:
    """End somebody else's, who has lost the phone: sessions and tokens end, and he sets up another."""
    user = locked_person(user_id)
    ensure_not_oneself(ensure_may_manage(actor, key="users.edit", roles=roles_of(user)), user)
    _remove(user)
    _use_up_grace(user)
    _end_tokens(user)
    end_sessions(user, because=Session.Because.SECOND_FACTOR)
    record(actor=actor, action="user.second_factor_reset", subject=Subject.of(user), reason=reason)
    return user


def _end_tokens(user: User) -> None:
    """What apps hold was given out under another proof; they carry this number, and the row is locked."""
    user.permissions_version += 1
    user.save(update_fields=["permissions_version"])


def _use_up_grace(user: User) -> None:
    """Who had a second factor needs no sign-in without: he knows how to set one up."""
    user.grace_used_at = user.grace_used_at or timezone.now()
    user.save(update_fields=["grace_used_at"])


def _remove(user: User) -> None:
    TOTPDevice.objects.filter(user=user).delete()
    user.recovery_codes.all().delete()


def _ensure_oneself(actor: Actor, user: User) -> None:
    if not is_oneself(actor, user):
        raise NotYoursToManageError(_("Everyone sets up his own second factor only."))


def _ensure_just_proven(proven_at: datetime | None, *, at: datetime) -> None:
    """That the password was typed in this session a moment ago. Raises PasswordNeededError."""
    if proven_at is None or not timedelta() <= at - proven_at <= PROVEN_FOR:
        raise PasswordNeededError(_("Type your password first: it was not asked for in this session lately."))


def _new_codes(user: User) -> list[str]:
    """Ten codes in place of those there were; only here can they be read."""
    codes = [b32encode(secrets.token_bytes(10)).decode().lower() for _number in range(CODES)]
    user.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, digest=digest_of(code)) for code in codes])
    return ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in codes]
