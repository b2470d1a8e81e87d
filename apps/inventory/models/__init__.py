"""What we hold and what it cost, as ERPNext knows it: suppliers, warehouses, stock, batches and receipts."""

from apps.inventory.models.batches import Batch, BatchBundle, BatchEntry, BatchStock
from apps.inventory.models.outlook import DailyDemand, ExpiringBatch, StockOutlook
from apps.inventory.models.receipts import Receipt, ReceiptLine, Supplier
from apps.inventory.models.stock import StockLevel, Warehouse

__all__ = [
    "Batch",
    "BatchBundle",
    "BatchEntry",
    "BatchStock",
    "DailyDemand",
    "ExpiringBatch",
    "Receipt",
    "ReceiptLine",
    "StockLevel",
    "StockOutlook",
    "Supplier",
    "Warehouse",
]
