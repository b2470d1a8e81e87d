"""What the inbox announces."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ItemAsked:
    """Something waits for a decision by whoever holds the key."""

    item_id: int
    title: str
    permission_key: str
    maker_id: str
    maker_label: str
    link: str


@dataclass(frozen=True)
class ItemAssigned:
    """Somebody is to look at an item."""

    item_id: int
    title: str
    assignee_id: int
    given_by: str
    giver_id: str
    given_at: str  # which of several times, so that each is told once
    link: str


@dataclass(frozen=True)
class ItemDecided:
    """Somebody decided; ``maker_id`` is the member of staff to tell, empty when a machine asked."""

    item_id: int
    title: str
    maker_id: str
    outcome: str
    decided_by: str
    reason: str
    link: str


@dataclass(frozen=True)
class ItemsDecided:
    """Several at once: one fact, so that a thousand of them are not a thousand messages."""

    decisions: tuple[ItemDecided, ...]
