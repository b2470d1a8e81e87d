"""References whose record came after them, or came under another name: found when both are here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import compress
from typing import Final

from django.db import models

from apps.core.locks import retry_deadlocks
from apps.core.mirror import Written
from apps.sync.engine import marking, tables
from apps.sync.engine.declarations import Entity
from apps.sync.engine.marking import Link

MANY: Final = 500
Model = type[models.Model]


@dataclass(frozen=True)
class Unsettled:
    """What a run has written that leaves something to resolve.

    ``arrived`` are tables in which a name appeared that others may wait for; ``waiting`` are tables and
    columns of which a row found no record.
    """

    arrived: set[Model] = field(default_factory=set)
    waiting: set[tuple[Model, str]] = field(default_factory=set)

    def add(self, more: "Unsettled") -> None:
        """What another page left."""
        self.arrived.update(more.arrived)
        self.waiting.update(more.waiting)

    def concerns(self, link: Link) -> bool:
        """Whether a reference may be resolved now that could not be before."""
        return link.reference.to in self.arrived or (link.model, link.reference.column) in self.waiting


def settle(
    entity: Entity, *, every: Iterable[Entity], written: int, unsettled: Unsettled | None = None
) -> None:
    """Resolve what waits for this entity's records, and what its records wait for; all, or what is unsettled.

    After the last commit, in both directions: of two entities that run at once, the later sees both. A
    document that another run is writing is marked, for that run may have no reason to look.
    """
    if written >= MANY:  # joins of tables that were empty when last looked at would be quadratic
        tables.analyse(entity.models)
    concerned = list(_concerned(entity, every, unsettled))
    waits = tables.have_waiting([(link.reference, link.model) for link in concerned])
    for link in compress(concerned, waits):
        retry_deadlocks(partial(_settle, link))


def _settle(link: Link) -> None:
    fixed = dict(link.source.fixed) if link.reference.to is link.source.model else {}
    documents = tables.settle(link.reference, link.model, fixed=fixed, parent=link.parent)
    if documents:
        for listener in link.source.wrote:
            listener(Written(model=link.source.model, changed=tuple(documents)))
    left = tables.could_settle(link.source, link.reference, link.model, fixed=fixed)
    reason = f"a {link.reference.to._meta.verbose_name} that it names has come"
    marking.mark(link.entity.name, link.source.doctype, left, reason=reason)


def _concerned(entity: Entity, every: Iterable[Entity], unsettled: Unsettled | None) -> Iterator[Link]:
    for link in marking.links_of(every):
        is_its = link.model in entity.models or link.reference.to in entity.models
        if is_its and (unsettled is None or unsettled.concerns(link)):
            yield link
