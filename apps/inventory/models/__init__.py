"""What we hold and what it cost: as ERPNext knows it, and what suppliers' invoices have told us before it."""

from apps.inventory.models.batches import Batch, BatchBundle, BatchEntry, BatchStock
from apps.inventory.models.local import CategoryFloor, LocalBatch, LocalPrice
from apps.inventory.models.outlook import DailyDemand, ExpiringBatch, StockOutlook, UncountedDay
from apps.inventory.models.receipts import Receipt, ReceiptLine, Supplier
from apps.inventory.models.stock import StockLevel, Warehouse
from apps.inventory.models.uploads import InvoiceUpload, LearnedMatch, Lesson, UploadLine, UploadMove

__all__ = [
    "Batch",
    "BatchBundle",
    "BatchEntry",
    "BatchStock",
    "CategoryFloor",
    "DailyDemand",
    "ExpiringBatch",
    "InvoiceUpload",
    "LearnedMatch",
    "Lesson",
    "LocalBatch",
    "LocalPrice",
    "Receipt",
    "ReceiptLine",
    "StockLevel",
    "StockOutlook",
    "Supplier",
    "UncountedDay",
    "UploadLine",
    "UploadMove",
    "Warehouse",
]
