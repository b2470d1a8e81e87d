"""What every way of pushing takes and answers. An adapter knows the push service and no table of ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True)
class Push:
    """One message to one device. ``collapse`` is the same whenever the same push is sent again."""

    token: str
    platform: str
    title: str
    body: str
    collapse: str
    is_urgent: bool
    lives: timedelta
    data: Mapping[str, str] = field(default_factory=dict)


class Outcome(StrEnum):
    SENT = "sent"
    LATER = "later"  # may go through the next time
    REFUSED = "refused"  # never will, as it is
    GONE = "gone"  # the app is no longer on that phone


@dataclass(frozen=True)
class Result:
    """What became of a push."""

    outcome: Outcome
    why: str = ""
    reference: str = ""
    wait: timedelta | None = None  # what the service itself asked for


class Adapter(Protocol):
    """A push service."""

    name: str

    def send(self, pushes: Sequence[Push]) -> list[Result]:
        """What became of each, in their order. Raises nothing for what the service answers or does not."""
        ...
