"""Facts that the sync announces."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HoldAccepted:
    """An admin let through what the guard had stopped; the entity is to run once more."""

    item_id: int
    entity: str
