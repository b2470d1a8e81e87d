"""What a run is given: what to bring in and how far, the way to ERPNext, and whom to tell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from apps.sync.engine.declarations import Entity
from apps.sync.engine.settling import Unsettled
from apps.sync.erpnext import Client
from apps.sync.models import Run
from apps.sync.states import WHOLE, Mode


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How a run reads. A rehearsal writes nothing and tells what it would have done."""

    mode: Mode = Mode.MODIFIED
    since: str = ""  # ERPNext's own words for where to begin; empty: at the cursor
    limit: int | None = None  # documents of a source
    is_rehearsal: bool = False
    is_forced: bool = False  # past the guard, whatever it says
    approved: frozenset[tuple[str, str]] = frozenset()  # (DocType, name) that an admin let past the guard

    @property
    def is_whole(self) -> bool:
        """Whether it will have seen every name, and so knows what is gone."""
        return self.mode in WHOLE and self.limit is None


class HoldKind(StrEnum):
    """What the guard looks at (spec/01: Guard)."""

    REMOVAL = "removal"
    PRICES = "prices"


@dataclass(frozen=True)
class Hold:
    """A part of a run that is not written until an admin has said yes; ``records`` is name → what of it."""

    entity: Entity
    doctype: str
    kind: HoldKind
    present: int  # records here, of which so many are few or many
    records: Mapping[str, str]


@dataclass(frozen=True)
class Difference:
    """What a rehearsal would change in one record: column → [is, would be]; None for a new or a gone one."""

    doctype: str
    name: str
    what: str  # created, changed, removed
    columns: Mapping[str, Any]


class Watcher(Protocol):
    """Whoever stands behind a run."""

    def alive(self) -> None:
        """Asked before each page: raises LockLostError when somebody else may be at it."""

    def told(self, run: Run) -> None:
        """The counts have moved."""

    def hold(self, hold: Hold) -> None:
        """The guard stopped this part."""

    def clear(self, entity: Entity, doctype: str, kind: HoldKind) -> None:
        """What the guard may have stopped before is no longer so."""

    def found(self, differences: Iterable[Difference]) -> None:
        """A rehearsal's findings."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One run of one entity."""

    entity: Entity
    every: tuple[Entity, ...]  # all there are: what refers to this one's records
    erp: Client
    run: Run
    plan: Plan
    watch: Watcher
    unsettled: Unsettled = field(default_factory=Unsettled)  # grows with each page
