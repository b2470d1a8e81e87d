"""Facts that the sync announces."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HoldAccepted:
    """An admin let through what the guard had stopped; the entity is to run once more."""

    item_id: int
    entity: str


@dataclass(frozen=True)
class RunAsked:
    """Somebody asked for a run; a worker is to take it up."""

    run_id: int


@dataclass(frozen=True)
class ReachChanged:
    """ERPNext does not answer us any more, refuses us, or does answer again."""

    reach: str
    problem: str


@dataclass(frozen=True)
class DocumentTold:
    """A webhook told of a document; it is marked, and its entity is to be read soon."""

    entity: str
