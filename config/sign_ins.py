"""What a person who has just started Larder types to get in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SignIn:
    """An account, and what it may do."""

    email: str
    password: str
    role: str
