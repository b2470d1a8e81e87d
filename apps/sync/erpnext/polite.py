"""How a guest behaves: what ERPNext spends on us is taken from its tills, so we pause when it labours.

ERPNext counts seconds of its own work, for all users together (API.md 10), and says in each answer what is
left of them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from apps.core import options

LONGEST_WAIT: Final = 60.0  # told to stay away for longer, a run ends and the clock tries again
QUICK: Final = 0.5  # seconds; who answers so soon is not labouring
LITTLE: Final = 0.5  # the share of the allowance below which it is spread over the time that is left
A_SECOND: Final = 1_000_000  # the headers count microseconds


@dataclass(frozen=True)
class Allowance:
    """What ERPNext still grants, in seconds of its work, and in how many seconds it is full again."""

    limit: float
    left: float
    resets_in: float

    @classmethod
    def told_by(cls, headers: Mapping[str, str]) -> Self | None:
        """None where the site counts nothing, which is the rule."""
        limit, left, resets_in = (
            number(headers.get(f"X-RateLimit-{name}", "")) for name in ("Limit", "Remaining", "Reset")
        )
        if limit is None or left is None or resets_in is None or not limit:
            return None
        return cls(limit / A_SECOND, left / A_SECOND, resets_in)

    @property
    def is_used_up(self) -> bool:
        return self.left <= 0

    def pause(self, took: float) -> float:
        """After a question that cost ERPNext ``took`` seconds: enough to let the rest last to the reset."""
        if self.is_used_up:
            return self.resets_in
        if self.left >= self.limit * LITTLE:
            return 0.0
        return min(LONGEST_WAIT, self.resets_in, max(0.0, took * self.resets_in / self.left - took))


@dataclass(frozen=True)
class Manners:
    """``pause_share``: how much of the time that an answer took is left to others thereafter."""

    pause_share: float = 0.0

    def pause(self, took: float, allowance: Allowance | None) -> float:
        """The seconds to wait after an answer that took so long."""
        own = min(LONGEST_WAIT, took * self.pause_share) if took > QUICK else 0.0
        return max(own, allowance.pause(took) if allowance else 0.0)


def configured_manners() -> Manners:
    """As staff have set them."""
    return Manners(pause_share=int(options.sync_manners.pause_percent) / 100)


def number(said: str) -> float | None:
    """A header's number; ERPNext never sends Retry-After as a date."""
    return float(said) if re.fullmatch(r"\d+(\.\d+)?", said, re.ASCII) else None
