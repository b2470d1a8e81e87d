"""What follows from ERPNext's movements and from what was sold."""

from apps.inventory.services.demand import write_demand
from apps.inventory.services.movements import (
    batches_synced,
    bundles_synced,
    receipts_synced,
    recount,
    suppliers_synced,
    warehouses_synced,
)
from apps.inventory.services.outlook import count_outlook

__all__ = [
    "batches_synced",
    "bundles_synced",
    "count_outlook",
    "receipts_synced",
    "recount",
    "suppliers_synced",
    "warehouses_synced",
    "write_demand",
]
