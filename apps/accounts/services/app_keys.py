"""Keys of apps are made, changed, replaced and revoked. The audit trail tells of it, never a secret."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.errors import AlreadyMadeError, AppKeyRevokedError, RotationUnderWayError
from apps.accounts.events import AppKeyExpires
from apps.accounts.models import AppKey, AppSecret, StaffSignIn
from apps.accounts.models.app_keys import SOON
from apps.accounts.scopes import scopes_for, usual_scopes
from apps.accounts.services import key_changes, keyring
from apps.accounts.services.app_sign_ins import SIGN_INS
from apps.accounts.states import AppKind
from apps.core.actors import Actor
from apps.core.audit import Subject, record, values_of
from apps.core.errors import FieldError, InvalidInputError, NotFoundError
from apps.core.events import publish
from apps.core.states import SignInEnd

OVERLAP: Final = timedelta(days=14)  # the old secret goes on so long: apps are updated, not switched
EDITED: Final = ("name", "scopes", "channel", "origins", "requests_per_minute", "expires_at")
MOST_ORIGINS: Final = 20
LONGEST_ORIGIN: Final = 200


@dataclass(frozen=True)
class NewSecret:
    """A key and, this once, the whole of what the app sends."""

    app_key: AppKey
    secret: str

    def __repr__(self) -> str:
        """Without the secret: a traceback or a log may print it."""
        return f"NewSecret({self.app_key!r})"


@transaction.atomic
def make_app_key(
    *,
    name: str,
    kind: str,
    actor: Actor,
    at: datetime,
    scopes: Collection[str] | None = None,
    channel: str = "",
    origins: Sequence[str] = (),
    requests_per_minute: int | None = None,
    expires_at: datetime | None = None,
    once: str = "",
) -> NewSecret:
    """A key for an app, with the scopes of its kind unless others are named; by one form ``once`` only."""
    _ensure_kind(kind)
    key = AppKey(kind=kind, made_by=actor.label[:200], created_at=at)
    wanted = {
        "name": name,
        "scopes": usual_scopes(kind) if scopes is None else scopes,
        "channel": channel,
        "origins": origins,
        "requests_per_minute": requests_per_minute,
        "expires_at": expires_at,
    }
    _apply(key, wanted, at=at)
    key.save()
    secret = _new_secret(key, at=at, once=once)
    after = values_of(key, "kind", *EDITED)
    record(actor=actor, action="app_key.made", subject=Subject.of(key), after=after)
    key_changes.forget(())  # the origins that preflights are answered by
    return secret


@transaction.atomic
def edit_app_key(key_id: int, *, actor: Actor, at: datetime, **changed: Any) -> AppKey:
    """Another name, other scopes, origins, limits or end; what it is for stays."""
    key = _locked(key_id)
    if unknown := changed.keys() - set(EDITED):
        raise TypeError(f"no part of an app key that is edited: {', '.join(sorted(unknown))}")
    before = values_of(key, *EDITED)
    _apply(key, changed, at=at)
    after = values_of(key, *EDITED)
    if before != after:
        key.save(update_fields=list(changed))
        record(actor=actor, action="app_key.changed", subject=Subject.of(key), before=before, after=after)
        _forget(key)
    return key


@transaction.atomic
def rotate_app_key(key_id: int, *, actor: Actor, at: datetime, once: str = "") -> NewSecret:
    """A new secret; the old one counts for OVERLAP, so that apps can follow."""
    key = _locked(key_id)
    _ensure_first(once)
    if key.secrets.filter(ends_at__gt=at).exists():
        raise RotationUnderWayError(_("Its old secret still counts: end that one first."))
    old = key.secrets.get(ends_at__isnull=True)
    old.ends_at = at + OVERLAP
    old.save(update_fields=["ends_at"])
    secret = _new_secret(key, at=at, once=once)
    record(
        actor=actor,
        action="app_key.rotated",
        subject=Subject.of(key),
        after={"old": str(old), "old_counts_until": old.ends_at},
    )
    _forget(key)
    return secret


@transaction.atomic
def end_old_secret(key_id: int, *, actor: Actor, at: datetime) -> AppKey:
    """The old secret of a rotation counts no longer, from now on."""
    key = _locked(key_id)
    old = key.secrets.filter(ends_at__gt=at).first()
    if old is None:
        raise NotFoundError(_("It has no old secret that still counts."))
    old.ends_at = at
    old.save(update_fields=["ends_at"])
    record(actor=actor, action="app_key.old_secret_ended", subject=Subject.of(key), after={"old": str(old)})
    _forget(key)
    return key


@transaction.atomic
def revoke_app_key(key_id: int, *, actor: Actor, at: datetime, reason: str = "") -> AppKey:
    """It lets nobody in any more, at once, and whoever signed in through it is signed out."""
    key = _locked(key_id)
    key.revoked_at, key.revoked_by, key.revoked_because = at, actor.label[:200] or "—", reason.strip()[:200]
    key.save(update_fields=["revoked_at", "revoked_by", "revoked_because"])
    ended = SIGN_INS.end(
        StaffSignIn.objects.filter(app_key=key), SignInEnd.KEY_REVOKED, at=at, actor=actor, reason=key.name
    )
    record(
        actor=actor,
        action="app_key.revoked",
        subject=Subject.of(key),
        after={"sign_ins_ended": ended},
        reason=key.revoked_because,
    )
    _forget(key)
    return key


def tell_expiring(*, at: datetime, actor: Actor) -> int:
    """Announce every key that runs out before long; whoever listens tells of each end once."""
    keys = list(AppKey.objects.expiring(at, within=SOON).order_by("expires_at", "pk"))
    for key in keys:
        publish(AppKeyExpires(key_id=key.pk, name=key.name, expires_at=key.expires_at.isoformat()))
    return len(keys)


# --- What they share ---------------------------------------------------------------------------------------
def _locked(key_id: int) -> AppKey:
    """The key, held for the transaction. Raises NotFoundError, AppKeyRevokedError."""
    key: AppKey | None = AppKey.objects.select_for_update(of=("self",)).filter(pk=key_id).first()
    if key is None:
        raise NotFoundError(_("There is no such app key."))
    if key.revoked_at is not None:
        raise AppKeyRevokedError(_("“%(name)s” was revoked: make a new key.") % {"name": key.name})
    return key


def _new_secret(key: AppKey, *, at: datetime, once: str) -> NewSecret:
    """Raises AlreadyMadeError: a form that is sent twice, even at once, makes one."""
    secret, prefix = keyring.new_key()
    row = AppSecret(
        app_key=key, prefix=prefix, digest=keyring.digest_of(secret), made_at=at, once=once or None
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as why:
        raise _already_made() from why
    return NewSecret(key, secret)


def _ensure_first(once: str) -> None:
    """That this form has made nothing yet. Raises AlreadyMadeError."""
    if once and AppSecret.objects.filter(once=once).exists():
        raise _already_made()


def _already_made() -> AlreadyMadeError:
    return AlreadyMadeError(
        _("This form was sent before. Its key was shown then, once; if it is lost, rotate the key.")
    )


def _forget(key: AppKey) -> None:
    key_changes.forget(key.secrets.values_list("digest", flat=True))


def _apply(key: AppKey, wanted: dict[str, Any], *, at: datetime) -> None:
    """Put what was asked for into the row, or say what is wrong with all of it. Raises InvalidInputError."""
    errors: list[FieldError] = []
    for name, value in wanted.items():
        try:
            setattr(key, name, CHECKS[name](value, key, at))
        except ValueError as why:
            errors.append(FieldError(name, "invalid", str(why)))
    if errors:
        raise InvalidInputError(" ".join(error.message for error in errors), errors=errors)


def _ensure_kind(kind: str) -> None:
    if kind not in AppKind.values:
        sentence = _("“%(kind)s” is no kind of app.") % {"kind": kind}
        raise InvalidInputError(sentence, errors=[FieldError("kind", "unknown", sentence)])


def _name(value: str, key: AppKey, at: datetime) -> str:
    name = value.strip()
    if not name or len(name) > 80 or not name.isprintable():
        raise ValueError(_("A name of at most 80 characters, by which staff know the app."))
    return name


def _scopes(value: Collection[str], key: AppKey, at: datetime) -> list[str]:
    offered = {scope.name for scope in scopes_for(key.kind)}
    if unknown := set(value) - offered - set(key.scopes):
        raise ValueError(
            _("A key for “%(kind)s” cannot have the scope “%(scope)s”.")
            % {"kind": key.get_kind_display(), "scope": min(unknown)}
        )
    return sorted(set(value))


def _channel(value: str, key: AppKey, at: datetime) -> str:
    channel = value.strip()
    if channel and not (channel.isascii() and channel.replace("_", "").isalnum() and len(channel) <= 30):
        raise ValueError(_("Letters, digits and underscores, at most 30."))
    return channel.lower()


def _origins(value: Sequence[str], key: AppKey, at: datetime) -> list[str]:
    if len(value) > MOST_ORIGINS:
        raise ValueError(_("At most %(most)d origins.") % {"most": MOST_ORIGINS})
    return sorted({origin_of(text) for text in value})


def origin_of(text: str) -> str:
    """An origin as browsers send it: scheme, host, port where it is not the usual one. Raises ValueError."""
    wrong = _("“%(text)s” is no origin: write it as https://shop.example.com, without a path.") % {
        "text": text[:60]
    }
    try:
        parts = urlsplit(text.strip().lower())
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode()
    except ValueError as why:  # UnicodeError is one
        raise ValueError(wrong) from why
    is_bare = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username or parts.password)
    is_named = bool(host) and all(letter.isalnum() or letter in ".-:" for letter in host)
    if parts.scheme not in {"http", "https"} or not is_bare or not is_named or len(text) > LONGEST_ORIGIN:
        raise ValueError(wrong)
    shown = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in (None, usual) else "")


def _limit(value: int | None, key: AppKey, at: datetime) -> int | None:
    if value is not None and not 1 <= value <= 100_000:
        raise ValueError(_("From 1 to 100,000, or nothing for what the settings say."))
    return value


def _end(value: datetime | None, key: AppKey, at: datetime) -> datetime | None:
    if value is not None and value <= at and value != key.expires_at:
        raise ValueError(_("A key ends in the future; to end it now, revoke it."))
    return value


CHECKS: Final[dict[str, Callable[[Any, AppKey, datetime], Any]]] = {
    "name": _name,
    "scopes": _scopes,
    "channel": _channel,
    "origins": _origins,
    "requests_per_minute": _limit,
    "expires_at": _end,
}
