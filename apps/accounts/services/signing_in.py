"""Signing in: the one verb behind every door, the admin's page and the API's tokens alike.

Call it outside of any transaction: what is refused has been counted, and must stay so.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.accounts.errors import (
    LockedOutError,
    SecondFactorNeededError,
    SignInRefusedError,
    TooSoonError,
    UnfitPasswordError,
    WrongCodeError,
)
from apps.accounts.models import User
from apps.accounts.services import lockout, second_factor
from apps.accounts.services.lockout import Try
from apps.core import request_context
from apps.core.actors import SYSTEM, Actor
from apps.core.audit import Subject, record
from apps.core.errors import DomainError, FieldError
from apps.core.middleware import client_address

UNKNOWN = Subject(kind="accounts.user", id="", label="unknown account")


@dataclass(frozen=True)
class Proven:
    """Who has shown that he is himself, and what his session may open."""

    user: User
    has_second_factor: bool
    must_set_up: bool  # a role asks for a second factor, and the one sign-in without is used up
    is_last_without: bool = False  # this is that sign-in
    by_recovery: bool = False  # one of the codes for the day the phone is lost is used up by it


def prove(
    *,
    email: str,
    password: str,
    code: str = "",
    request: HttpRequest | None,
    at: datetime,
    with_grace: bool = True,
) -> Proven:
    """Who it is, by address, password and, where he has a second factor, a code.

    ``with_grace`` is false for a door that lets nobody in without the second factor that his role asks for:
    there the one sign-in without it is neither given nor used up.

    Raises SignInRefusedError, SecondFactorNeededError (after a right password), WrongCodeError, TooSoonError
    and LockedOutError (both with ``wait``, in seconds).
    """
    email = email.strip().replace("\x00", "\ufffd")  # PostgreSQL asks for no text with a NUL
    known = lockout.known_person(email)
    taken = lockout.take(
        email=email, user_id=known.pk if known else None, address=_address_of(request), at=at
    )
    user = _by_password(email, password, request)
    if user is None:
        _refuse(taken, known, SignInRefusedError(_refusal()))
    return _by_code(user, code, taken, with_grace=with_grace)


def prove_code(*, user: User, code: str, request: HttpRequest | None, at: datetime) -> Proven:
    """The second step by itself, for who has shown the password a moment ago."""
    taken = lockout.take(email=user.email, user_id=user.pk, address=_address_of(request), at=at)
    return _by_code(user, code, taken)


def prove_again(user: User, *, password: str, code: str, at: datetime) -> None:
    """That whoever sits there is still the one who signed in: guesses count like those at the door."""
    taken = _password_again(user, password, at=at)
    _checked(user, code, taken)
    lockout.forget(taken)


def prove_password(user: User, password: str, *, at: datetime) -> None:
    """The same by the password alone, where there is no more to it than another password."""
    lockout.give_back(_password_again(user, password, at=at))


def _password_again(user: User, password: str, *, at: datetime) -> Try:
    """The try, for a right password; it is forgotten only with the code that belongs to it."""
    taken = lockout.take(email=user.email, user_id=user.pk, address=request_context.address(), at=at)
    if not user.check_password(password):
        sentence = _("That is not your present password.")
        _refuse(taken, user, UnfitPasswordError(sentence, errors=[FieldError("password", "wrong", sentence)]))
    return taken


def _by_password(email: str, password: str, request: HttpRequest | None) -> User | None:
    """By Django's backends, which hash once whatever is wrong."""
    found = authenticate(request, username=email, password=password)
    return found if isinstance(found, User) else None


def _by_code(user: User, code: str, taken: Try, *, with_grace: bool = True) -> Proven:
    if second_factor.device_of(user) is None:
        return _without(user, taken, with_grace=with_grace)
    by = _checked(user, code, taken)
    lockout.forget(taken)
    _tell(user, by=by)
    by_recovery = by == second_factor.BY_RECOVERY
    return Proven(user, has_second_factor=True, must_set_up=False, by_recovery=by_recovery)


def _checked(user: User, code: str, taken: Try) -> str:
    """Which kind of code it was, now used up; the try is given back where nothing was guessed."""
    if not code.strip():
        lockout.give_back(taken)
        raise SecondFactorNeededError(_("Type the code that your phone shows, or a recovery code."))
    try:
        return second_factor.check_code(user, code, at=taken.at)
    except TooSoonError:
        lockout.give_back(taken)
        raise
    except WrongCodeError as why:
        _refuse(taken, user, why)


def _without(user: User, taken: Try, *, with_grace: bool) -> Proven:
    """By the password alone: as ever, for the last time, or only to set up what the role asks for."""
    lockout.forget(taken)
    if not with_grace and second_factor.must_have(user):
        return Proven(user, has_second_factor=False, must_set_up=True)
    _tell(user, by="password")
    if not second_factor.must_have(user):
        User.objects.filter(pk=user.pk, grace_used_at__isnull=False).update(grace_used_at=None)
        return Proven(user, has_second_factor=False, must_set_up=False)
    graces = User.objects.filter(pk=user.pk, grace_used_at__isnull=True)
    is_last = bool(graces.update(grace_used_at=taken.at))  # of two sign-ins at once, one has it
    return Proven(user, has_second_factor=False, must_set_up=not is_last, is_last_without=is_last)


def _refuse(taken: Try, user: User | None, why: DomainError) -> NoReturn:
    """Write down what failed; the last try that there is says for how long it was the last."""
    subject = Subject.of(user) if user else UNKNOWN
    record(actor=SYSTEM, action="user.sign_in_failed", subject=subject, after={"why": why.code})
    if taken.locks_until is None:
        raise why
    wait = taken.locks_until - taken.at
    record(actor=SYSTEM, action="user.locked_out", subject=subject, after={"until": taken.locks_until})
    raise LockedOutError(lockout.sentence_for(wait), wait=wait.total_seconds()) from why


def _tell(user: User, *, by: str) -> None:
    actor = Actor.of(user)
    record(actor=actor, action="user.signed_in", subject=Subject.of(user), after={"by": by})


def _refusal() -> str:
    return _("This e-mail address and password do not go together, or may not sign in.")


def _address_of(request: HttpRequest | None) -> str | None:
    return client_address(request) if request is not None else request_context.address()
