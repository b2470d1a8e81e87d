"""Which app calls, and what its key opens (docs/adr/0310).

``core`` knows what a calling app is and asks for it at every route of the API. Who keeps the keys, the
settings say (``APP_KEYRING``).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Final, Protocol, cast

from django.conf import settings

from apps.core.errors import DomainError

HEADER: Final = "X-App-Key"
VERSION_HEADER: Final = "X-App-Version"


class AppKeyRefusedError(DomainError):
    """The key does not let this app in; the code says why to whoever has proved that he holds it."""

    status = 401


class OriginNotAllowedError(DomainError):
    """A page of another origin sent the key than its settings allow."""

    code = "origin-not-allowed"
    status = 403


class ScopeMissingError(DomainError):
    """The key is good, and opens other things than this."""

    code = "scope-missing"
    status = 403


@dataclass(frozen=True)
class CallingApp:
    """An app as its key presents it: plain values, so that they can be kept for a minute."""

    id: int
    secret_id: int  # which of its secrets was sent: during a rotation it has two
    name: str
    kind: str
    channel: str
    is_public: bool  # the key lies in what people install, so anybody can read it there
    scopes: frozenset[str]
    alone: frozenset[str]  # those of them that it opens without a person's token
    origins: frozenset[str]
    per_minute: int | None  # None: as the settings say for all
    expires_at: datetime | None

    @property
    def is_back_office(self) -> bool:
        """Whether it is our own pages that call, by the session of whoever sits at them."""
        return self == BACK_OFFICE

    def has(self, scope: str) -> bool:
        """Whether it reaches this part of the API at all, with whoever is signed in."""
        return self.is_back_office or scope in self.scopes

    def opens(self, scope: str) -> bool:
        """Whether it reaches it with nobody signed in."""
        return self.is_back_office or scope in self.alone


# Same origin, signed in by its own cookie, written by us: an app like the others, without a key to lose.
BACK_OFFICE: Final = CallingApp(
    id=0, secret_id=0, name="Back office", kind="back_office", channel="back_office", is_public=False,
    scopes=frozenset(), alone=frozenset(), origins=frozenset(), per_minute=None, expires_at=None,
)  # fmt: skip


class Keyring(Protocol):
    """What the module behind APP_KEYRING offers."""

    def app_of(self, key: str, *, at: datetime) -> CallingApp:
        """The app that holds this key. Raises AppKeyRefusedError."""

    def note_use(self, app: CallingApp, *, at: datetime, address: str | None, version: str) -> None:
        """Remember that it called; without a write for every request."""

    def allowed_origins(self) -> Collection[str]:
        """Every origin that some key in use allows: what a preflight, which has no key, is answered by."""


def keyring() -> Keyring:
    """Whoever keeps the keys of this house."""
    return cast("Keyring", import_module(settings.APP_KEYRING))
