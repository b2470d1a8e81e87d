"""Everything that is synced, each declared once in a file of its own (docs/sync.md says how to add one)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import Model

from apps.core.mirror import MirroredModel
from apps.sync.engine.declarations import Entity, Source
from apps.sync.entities.batches import BATCHES
from apps.sync.entities.customers import CUSTOMERS
from apps.sync.entities.item_groups import ITEM_GROUPS
from apps.sync.entities.items import ITEMS
from apps.sync.entities.loyalty import LOYALTY
from apps.sync.entities.prices import PRICES
from apps.sync.entities.pricing_rules import PRICING_RULES
from apps.sync.entities.sales import SALES
from apps.sync.entities.stock import STOCK
from apps.sync.entities.suppliers import SUPPLIERS
from apps.sync.errors import UnknownEntityError

# By dependency, what others refer to first; then the longest, beside which the short ones find their place.
ENTITIES: Final = (
    ITEM_GROUPS,
    ITEMS,
    CUSTOMERS,
    SALES,
    LOYALTY,
    SUPPLIERS,
    PRICES,
    STOCK,
    BATCHES,
    PRICING_RULES,
)


@dataclass(frozen=True)
class Origin:
    """Where a mirrored record comes from."""

    entity: Entity
    source: Source


def origins() -> Iterator[Origin]:
    """Every source there is, with its entity."""
    for entity in ENTITIES:
        for source in entity.sources:
            yield Origin(entity, source)


def origin_of(record: MirroredModel) -> Origin:
    """The source that writes this record. Raises LookupError for what no entity declares."""
    for origin in origins():
        if origin.source.model is type(record) and _is_of(record, origin.source):
            return origin
    raise LookupError(f"No entity brings in {record._meta.label}.")


def is_brought_in(record: Model) -> bool:
    """Whether a source writes this record: of a table that ERPNext's are in, some may be our own."""
    return any(origin.source.model is type(record) and _is_of(record, origin.source) for origin in origins())


def _is_of(record: Model, source: Source) -> bool:
    return all(getattr(record, name) == value for name, value in source.fixed.items())


def entity_of(model: type[MirroredModel]) -> Entity:
    """The entity that writes this table. Raises LookupError for one that none declares."""
    for origin in origins():
        if origin.source.model is model:
            return origin.entity
    raise LookupError(f"No entity brings in {model._meta.label}.")


def entity_called(name: str) -> Entity:
    """The entity of this name. Raises UnknownEntityError."""
    for entity in ENTITIES:
        if entity.name == name:
            return entity
    known = ", ".join(entity.name for entity in ENTITIES)
    raise UnknownEntityError(f"“{name}” is not synced; what is: {known}.")


def in_order(names: Iterable[str]) -> list[Entity]:
    """The entities of these names (all, when there is none), what others refer to first."""
    asked = {entity_called(name).name for name in names}
    return [entity for entity in ENTITIES if not asked or entity.name in asked]
