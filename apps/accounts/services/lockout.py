"""How often somebody may guess (docs/adr/0307).

A try is counted before it is looked at and given back when it was none, so that a hundred guesses at once
find no more places than five one after the other. Every function commits by itself: what a refusal rolls
back must not be the count of it.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.accounts.errors import LockedOutError, NotYoursToManageError
from apps.accounts.models import Tries, User
from apps.accounts.options import SignInOptions
from apps.accounts.services.guarding import ensure_may_manage, is_oneself, locked_person, roles_of
from apps.core import figures
from apps.core.actors import Actor
from apps.core.audit import Subject, record


@dataclass(frozen=True)
class Try:
    """A place that was taken: whose, from where, when, and until when it locks if it fails."""

    account: str
    address: str
    at: datetime
    locks_until: datetime | None

    @property
    def is_last(self) -> bool:
        return self.locks_until is not None


def take(*, email: str, user_id: int | None, address: str | None, at: datetime) -> Try:
    """Take a place for a try. Raises LockedOutError, without counting, when there is none left."""
    return _take(account_of(email, user_id), network_of(address), user_id=user_id, at=at)


def account_of(email: str, user_id: int | None) -> str:
    """What an account is called here; one that does not exist by a digest of what was typed."""
    return f"user:{user_id}" if user_id else sha256(email.lower().encode()).hexdigest()


@transaction.atomic
def _take(account: str, address: str, *, user_id: int | None, at: datetime) -> Try:
    row = _held(account, address, user_id=user_id)
    if row.locked_until and row.locked_until > at:
        raise LockedOutError(
            sentence_for(row.locked_until - at), wait=(row.locked_until - at).total_seconds()
        )
    _write(row, [*row.failed_at, at], at=at)
    return Try(account, address, at, row.locked_until)


def _held(account: str, address: str, *, user_id: int | None) -> Tries:
    """The row of this account and address, made if need be, held for the transaction."""
    new = Tries(account=account, address=address, user_id=user_id)
    # an upsert, not an insert that is ignored: it holds the row, which a success elsewhere may delete
    Tries.objects.bulk_create(
        [new], update_conflicts=True, unique_fields=["account", "address"], update_fields=["user"]
    )
    held: Tries = Tries.objects.get(account=account, address=address)
    return held


def _write(row: Tries, failed_at: list[datetime], *, at: datetime) -> None:
    """Keep what still counts; with as many as are allowed, the wait begins at the last of them."""
    asked = SignInOptions()
    row.failed_at = sorted(each for each in failed_at if each > at - asked.sign_in_window)
    row.last_at = row.failed_at[-1] if row.failed_at else None
    is_full = len(row.failed_at) >= asked.sign_in_tries
    row.locked_until = row.failed_at[-1] + asked.sign_in_window if is_full else None
    row.save(update_fields=["failed_at", "last_at", "locked_until"])


@transaction.atomic
def give_back(taken: Try) -> None:
    """It was no guess: the password was right and no code was typed."""
    row = Tries.objects.select_for_update().filter(account=taken.account, address=taken.address).first()
    if row is not None and taken.at in row.failed_at:
        left = list(row.failed_at)
        left.remove(taken.at)
        _write(row, left, at=taken.at)


def forget(taken: Try) -> None:
    """It succeeded: nothing is held against this account from there any longer."""
    Tries.objects.filter(account=taken.account, address=taken.address).delete()


@transaction.atomic
def unlock(user_id: int, *, actor: Actor, reason: str = "") -> int:
    """Let a person try again at once, from wherever. Says how many addresses had to wait."""
    user = locked_person(user_id)
    ensure_may_manage(actor, key="users.edit", roles=roles_of(user))
    if is_oneself(actor, user):  # else a screen left open could be guessed at for ever
        raise NotYoursToManageError(_("Nobody unlocks himself: wait, or ask another Admin."))
    TOTPDevice.objects.filter(user=user).update(throttling_failure_timestamp=None, throttling_failure_count=0)
    cleared = Tries.objects.filter(user=user).delete()[0]
    if cleared:
        record(actor=actor, action="user.unlocked", subject=Subject.of(user), reason=reason)
    return cleared


def prune_tries(*, at: datetime, actor: Actor) -> int:
    """Remove tries that no longer count. Says how many rows."""
    oldest = at - SignInOptions().sign_in_window
    return Tries.objects.stale(oldest).delete()[0]


def sentence_for(wait: timedelta, *, asked: bool = False) -> str:
    """How long to wait, in whole minutes once it is more than one."""
    seconds = max(1, ceil(wait.total_seconds()))
    told = timedelta(seconds=seconds if seconds < 60 else ceil(seconds / 60) * 60)
    sentence = (
        _("This was asked too often. Try again in %(span)s.")
        if asked
        else _("Too many tries failed. Try again in %(span)s.")
    )
    return sentence % {"span": figures.duration_text(told)}


def known_person(email: str) -> User | None:
    """Whose account it is, if anybody's."""
    return User.objects.get_queryset().by_email(email).first()


def network_of(address: str | None) -> str:
    """Whom an address stands for: of IPv6, one household has a whole /64 to guess from."""
    if not address:
        return ""
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
