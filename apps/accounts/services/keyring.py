"""Which app a key belongs to, asked for at every request: one indexed read, kept in Redis (docs/adr/0310).

What is kept stands under the hash of the whole key, and only once the key has proved right: an invented key
costs the same read and the same comparison whether its beginning exists or not. How a change of a key comes
to be known stands in key_changes.py.
"""

import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from hashlib import sha256
from typing import Final

import structlog
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from apps.accounts.models import AppKey, AppSecret
from apps.accounts.scopes import opened_alone
from apps.accounts.services.app_key_use import note_use
from apps.accounts.services.key_changes import KEPT, ORIGINS, kept_as
from apps.core.calling import AppKeyRefusedError, CallingApp
from apps.core.counts import kept
from apps.core.store import LeftAloneError, asking

__all__ = ["allowed_origins", "app_of", "note_use"]

SHAPE: Final = re.compile(r"ak_([a-z0-9]{8})_([A-Za-z0-9_-]{43})", re.ASCII)
ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz0123456789"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Known:
    """What is known of a key that has proved right."""

    app: CallingApp
    ends_at: datetime | None  # of this secret; the key's own end stands in ``app``
    revoked_at: datetime | None


# --- Making and telling apart ------------------------------------------------------------------------------
def new_key() -> tuple[str, str]:
    """A key as it is shown once, and its prefix: 256 random bits behind a name to find them by."""
    prefix = "".join(secrets.choice(ALPHABET) for _letter in range(8))
    return f"ak_{prefix}_{secrets.token_urlsafe(32)}", prefix


def digest_of(key: str) -> str:
    """What is kept of a key. So much chance needs no slow hash."""
    return sha256(key.encode()).hexdigest()


def parse(key: str) -> str | None:
    """The prefix of what looks like a key; None for what was never one."""
    parts = SHAPE.fullmatch(key)
    return parts[1] if parts else None


# --- Knowing -----------------------------------------------------------------------------------------------
def app_of(key: str, *, at: datetime) -> CallingApp:
    """The app that holds the key. Raises AppKeyRefusedError.

    Why a key no longer counts is told only to whoever has proved that he holds it.
    """
    prefix = parse(key)
    known = _find(prefix, digest_of(key)) if prefix else None
    if known is None:
        raise AppKeyRefusedError(_("There is no such app key."), code="app-key-unknown")
    _ensure_counts(known, at)
    return known.app


def _ensure_counts(known: Known, at: datetime) -> None:
    if known.revoked_at is not None:
        raise AppKeyRefusedError(_("This app key was revoked."), code="app-key-revoked")
    if known.app.expires_at is not None and known.app.expires_at <= at:
        raise AppKeyRefusedError(_("This app key has run out."), code="app-key-expired")
    if known.ends_at is not None and known.ends_at <= at:
        raise AppKeyRefusedError(
            _("This app key was replaced by a new one, and its time has passed."), code="app-key-expired"
        )


def _find(prefix: str, digest: str) -> Known | None:
    try:
        with asking():
            held = cache.get(kept_as(digest))
    except RedisError as why:
        _say(why)
        return _read(prefix, digest)
    if isinstance(held, dict) and (known := _revived(held)):
        return known
    known = _read(prefix, digest)
    if known is not None:
        _keep(digest, known)
    return known


def _read(prefix: str, digest: str) -> Known | None:
    """One indexed read; a prefix that nobody has is compared like one that somebody has."""
    secret = AppSecret.objects.select_related("app_key").filter(prefix=prefix).first()
    expected = secret.digest if secret else "0" * 64
    if not hmac.compare_digest(digest, expected) or secret is None:
        return None
    key = secret.app_key
    return Known(app=_calling(key, secret), ends_at=secret.ends_at, revoked_at=key.revoked_at)


def _calling(key: AppKey, secret: AppSecret) -> CallingApp:
    scopes = frozenset(key.scopes)
    return CallingApp(
        id=key.pk,
        secret_id=secret.pk,
        name=key.name,
        kind=key.kind,
        channel=key.channel,
        is_public=key.is_installed,
        scopes=scopes,
        alone=opened_alone(key.kind, scopes),
        origins=frozenset(key.origins),
        per_minute=key.requests_per_minute,
        expires_at=key.expires_at,
    )


# --- Keeping -----------------------------------------------------------------------------------------------
def _keep(digest: str, known: Known) -> None:
    """``add``, not ``set``: where a change has just been told, this is what stood before it."""
    try:
        with asking():
            cache.add(kept_as(digest), asdict(known), KEPT)
    except RedisError as why:
        _say(why)


def _say(why: RedisError) -> None:
    """That it was away; of one that is left alone ``asking`` has said so."""
    if not isinstance(why, LeftAloneError):
        log.warning("app_keys.redis_away", why=str(why))


def _revived(held: dict[str, object]) -> Known | None:
    """What was kept, unless by a release that knew other things of a key."""
    app = held.get("app")
    if not isinstance(app, dict) or app.keys() != {field.name for field in fields(CallingApp)}:
        return None
    return Known(app=CallingApp(**app), ends_at=held["ends_at"], revoked_at=held["revoked_at"])  # type: ignore[arg-type]


# --- Origins -----------------------------------------------------------------------------------------------
def allowed_origins() -> Collection[str]:
    """Every origin that a key in use allows."""
    return kept(ORIGINS, _origins, seconds=KEPT)


def _origins() -> frozenset[str]:
    rows = AppKey.objects.in_use(timezone.now()).exclude(origins=[]).values_list("origins", flat=True)
    return frozenset(origin for origins in rows for origin in origins)
