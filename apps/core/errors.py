"""Refusals: what a business rule says when the answer is no.

Every edge translates them and none invents its own: the API answers an RFC 9457 problem, the admin a
message, a command a ``CommandError``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field of what was sent; ``field`` is its dotted path."""

    field: str
    code: str
    message: str


class DomainError(Exception):
    """A refusal with a stable ``code`` and a sentence fit for the person who asked."""

    code = "refused"
    status = 409

    def __init__(self, sentence: str, *, code: str = "", errors: Sequence[FieldError] = ()) -> None:
        super().__init__(sentence)
        self.code = code or self.code
        self.errors = tuple(errors)

    @property
    def extensions(self) -> Mapping[str, str]:
        """What a program is told beside the sentence: further members of its problem (RFC 9457, 3.2)."""
        return {}

    @property
    def location(self) -> str:
        """The route of what stands in the way, where there is one."""
        return ""


class InvalidInputError(DomainError):
    """What was sent cannot be understood; ``errors`` says which field and why."""

    code = "invalid"
    status = 422


class NotFoundError(DomainError):
    """What was asked for is not there, or not for the one who asks."""

    code = "not-found"
    status = 404


class PermissionDeniedError(DomainError):
    """The one who asks lacks the permission key that the sentence names."""

    code = "permission-denied"
    status = 403


class AlreadyRunningError(DomainError):
    """Another process holds the lock of this piece of work."""

    code = "already-running"


class IllegalMoveError(DomainError):
    """The status that a thing has does not lead to the one that was asked for."""

    code = "illegal-move"


class LockLostError(DomainError):
    """The lock that we held went with its connection; whoever has it now goes on with the work."""

    code = "lock-lost"
