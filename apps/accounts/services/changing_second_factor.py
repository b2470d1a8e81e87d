"""The second factor is set up, renewed, turned off, and reset for who has lost the phone."""

import secrets
from base64 import b32encode
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.accounts.errors import NotYoursToManageError, SecondFactorRequiredError, WrongCodeError
from apps.accounts.models import RecoveryCode, Session, User
from apps.accounts.services.guarding import (
    ensure_may_manage,
    ensure_not_oneself,
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


@transaction.atomic
def begin_second_factor(user_id: int, *, actor: Actor) -> TOTPDevice:
    """A secret for one's phone, the same until it is confirmed. Nothing is asked for yet."""
    user = locked_person(user_id)
    _ensure_oneself(actor, user)
    if device_of(user) is not None:
        raise NotYoursToManageError(_("You have a second factor. Turn it off first to set up another."))
    device, _is_new = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "phone"})
    return device


def confirm_second_factor(user_id: int, *, code: str, actor: Actor) -> list[str]:
    """Turn it on, by a code that proves the phone has the secret. Returns the recovery codes, once."""
    _ensure_fresh_code(user_id, code, actor=actor)
    with transaction.atomic():
        user = locked_person(user_id)
        if not TOTPDevice.objects.filter(user=user, confirmed=False).update(confirmed=True):
            raise WrongCodeError(_("There is nothing to confirm any more: load the page again."))
        _end_tokens(user)
        record(actor=actor, action="user.second_factor_set_up", subject=Subject.of(user))
        return _new_codes(user)


def _ensure_fresh_code(user_id: int, code: str, *, actor: Actor) -> None:
    """That the code comes from the secret that waits to be confirmed."""
    typed = "".join(code.split())
    with transaction.atomic():
        user = locked_person(user_id)
        _ensure_oneself(actor, user)
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
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
    if actor.kind != "staff" or actor.id != str(user.pk):
        raise NotYoursToManageError(_("Everyone sets up his own second factor only."))


def _new_codes(user: User) -> list[str]:
    """Ten codes in place of those there were; only here can they be read."""
    codes = [b32encode(secrets.token_bytes(10)).decode().lower() for _number in range(CODES)]
    user.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, digest=digest_of(code)) for code in codes])
    return ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in codes]
