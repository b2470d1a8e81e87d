"""What notifications announce."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PushesWait:
    """There is something to push; whoever sends finds it there."""
