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
class ComparisonAsked:
    """Somebody asked for a comparison; a worker is to take it up."""

    entity: str


@dataclass(frozen=True)
class CheckAsked:
    """Somebody asked for a look at the connection; a worker is to take it up."""

    check_id: int


@dataclass(frozen=True)
class ReachChanged:
    """ERPNext does not answer us any more, refuses us, or does answer again."""

    reach: str
    problem: str
    was: str
    at: str  # ISO
    lasted: int  # seconds that it was so


@dataclass(frozen=True)
class RecordsParked:
    """A run is over that could not read some records, for the first time or once more."""

    run_id: int


@dataclass(frozen=True)
class ParityFound:
    """An entity has been compared with ERPNext; by whom, if it was a member of staff."""

    parity_id: int
    staff_id: str


@dataclass(frozen=True)
class DocumentTold:
    """A webhook told of a document; it is marked, and its entity is to be read soon."""

    entity: str
