"""Tokens of people who sign in through an app (docs/adr/0312): made, and read again.

An access token is a JWT that lives for a quarter of an hour. A refresh token names a sign-in and how often
it has been renewed, under a MAC: it can be told from an invented one without being stored anywhere. Each
kind of person (staff, later customers) has keys of its own: a token of one kind is noise to the other.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import jwt
from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.errors import DomainError

ALGORITHM: Final = "HS256"
ISSUER: Final = "larder"
LIFE: Final = timedelta(minutes=15)
LONGEST: Final = 4096  # characters; what is longer is none of ours
REFRESH: Final = re.compile(r"rt_([0-9a-f]{32})_([1-9][0-9]{0,8})_([A-Za-z0-9_-]{43})", re.ASCII)
CLAIMS: Final = ("iss", "aud", "sub", "kind", "fam", "app", "ver", "iat", "exp")


class TokenRefusedError(DomainError):
    """The token says nothing that counts; ``token-expired`` alone is mended by a refresh."""

    code = "token-invalid"
    status = 401


@dataclass(frozen=True)
class Access:
    """What an access token says, once it is proved to be ours."""

    kind: str
    subject: str  # whose it is
    family: UUID  # the sign-in that it comes from
    app: int  # the app key that it was issued under
    version: int  # of the person's rights, as they were then
    more: Mapping[str, Any] = field(default_factory=dict)  # for the app to read; nothing here trusts it


@dataclass(frozen=True)
class Refresh:
    """What a refresh token says."""

    family: UUID
    generation: int


def sign(access: Access, *, at: datetime) -> str:
    """The access token, good until LIFE has passed."""
    claims = {
        **access.more,
        "iss": ISSUER,
        "aud": _audience(access.kind),
        "sub": access.subject,
        "kind": access.kind,
        "fam": access.family.hex,
        "app": access.app,
        "ver": access.version,
        "iat": int(at.timestamp()),
        "exp": int((at + LIFE).timestamp()),
    }
    return jwt.encode(claims, _key("access", access.kind), ALGORITHM, headers=_header(access.kind))


def read(token: str, *, at: datetime) -> Access:
    """What a token of ours says. Raises TokenRefusedError.

    Its first part is compared as text with what we write ourselves: that pins the algorithm, the type and
    the kind before anything of an unproved token is parsed.
    """
    kind = _kinds().get(token.partition(".")[0]) if len(token) <= LONGEST else None
    if kind is None:
        raise _invalid()
    try:
        said = jwt.decode(
            token,
            _key("access", kind),
            algorithms=[ALGORITHM],
            audience=_audience(kind),
            issuer=ISSUER,
            options={"require": list(CLAIMS), "verify_exp": False, "verify_iat": False},  # by ``at``, below
        )
    except (jwt.PyJWTError, UnicodeError) as why:
        raise _invalid() from why
    if datetime.fromtimestamp(said["exp"], UTC) <= at:
        raise TokenRefusedError(_("The access token has run out: refresh it."), code="token-expired")
    more = {name: value for name, value in said.items() if name not in CLAIMS}
    return Access(said["kind"], said["sub"], UUID(said["fam"]), said["app"], said["ver"], more)


def refresh_token(kind: str, refresh: Refresh) -> str:
    """The refresh token of a sign-in's generation: always the same text."""
    return f"rt_{refresh.family.hex}_{refresh.generation}_{_mac(kind, refresh)}"


def read_refresh(kind: str, token: str) -> Refresh:
    """What a refresh token of ours says. Raises TokenRefusedError."""
    parts = REFRESH.fullmatch(token)
    if parts is None:
        raise _invalid()
    refresh = Refresh(UUID(parts[1]), int(parts[2]))
    if not hmac.compare_digest(parts[3], _mac(kind, refresh)):
        raise _invalid()
    return refresh


def _invalid() -> TokenRefusedError:
    return TokenRefusedError(_("This is no token of ours, or not of this kind."))


def _mac(kind: str, refresh: Refresh) -> str:
    said = f"{refresh.family.hex}:{refresh.generation}".encode()
    made = hmac.new(_key("refresh", kind), said, sha256).digest()
    return urlsafe_b64encode(made).rstrip(b"=").decode()


def _audience(kind: str) -> str:
    return f"{ISSUER}:{kind}"


def _key(use: str, kind: str) -> bytes:
    """32 bytes for one use and one kind of person: what is signed for one proves nothing for another."""
    return hmac.new(
        str(settings.SECRET_KEY).encode(), f"larder.tokens.{use}.{kind}".encode(), sha256
    ).digest()


def _header(kind: str) -> dict[str, str]:
    return {"typ": "at+jwt", "kid": kind}


@lru_cache(maxsize=1)
def _kinds() -> dict[str, str]:
    """The kind of token that begins with each of these texts."""
    return {
        jwt.encode({}, b"k" * 32, ALGORITHM, headers=_header(kind)).partition(".")[0]: kind
        for kind in settings.TOKEN_KINDS
    }
