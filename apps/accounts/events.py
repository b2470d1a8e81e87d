"""Facts that accounts announces."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ResetAsked:
    """Somebody wants a link for a new password. Whose account it is, if anybody's, stands in the row alone:
    the queue holds neither the link nor an address."""

    reset_id: int


@dataclass(frozen=True)
class AppKeyExpires:
    """A key in use runs out before long, and the app behind it stops."""

    key_id: int
    name: str
    expires_at: str  # ISO 8601: it travels through the queue
