"""Everything that is synced, each declared once in a file of its own (docs/sync.md says how to add one)."""

from collections.abc import Iterable
from typing import Final

from apps.sync.engine.declarations import Entity
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
