"""What inventory announces."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MatchingAsked:
    """The lines of a supplier's invoice are to be matched; whoever matches finds them by their state."""

    upload_id: int
