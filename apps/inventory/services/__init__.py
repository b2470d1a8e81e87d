"""What follows from ERPNext's movements, and what becomes of suppliers' invoices."""

from apps.inventory.services.movements import (
    batches_synced,
    bundles_synced,
    receipts_synced,
    recount,
    suppliers_synced,
    warehouses_synced,
)

__all__ = [
    "batches_synced",
    "bundles_synced",
    "receipts_synced",
    "recount",
    "suppliers_synced",
    "warehouses_synced",
]
