"""What accounts announce."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AppKeyExpires:
    """A key in use runs out before long, and the app behind it stops."""

    key_id: int
    name: str
    expires_at: str  # ISO 8601: it travels through the queue
