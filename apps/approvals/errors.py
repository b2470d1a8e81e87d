"""Why a decision is refused."""

from apps.core.errors import DomainError


class OwnWorkError(DomainError):
    """Nobody accepts what he made himself: four eyes."""

    code = "own-work"
    status = 403


class AlreadyDecidedError(DomainError):
    """Somebody else was quicker; the sentence says who, when and how."""

    code = "already-decided"


class ChangedSinceError(DomainError):
    """The proposal is no longer what was looked at: nobody accepts what he has not seen."""

    code = "changed-since"


class AlreadyWaitingError(DomainError):
    """Another person's proposal for the same subject waits already."""

    code = "already-waiting"


class NotEditableError(DomainError):
    """Items of this kind are accepted or rejected as they are."""

    code = "not-editable"
