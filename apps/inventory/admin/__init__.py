"""What we hold and who delivers, as staff see it: one file a matter."""

from apps.inventory.admin.batches import BatchAdmin
from apps.inventory.admin.learned import LearnedMatchAdmin
from apps.inventory.admin.local_batches import LocalBatchAdmin
from apps.inventory.admin.receipts import ReceiptAdmin
from apps.inventory.admin.stock import StockLevelAdmin, WarehouseAdmin
from apps.inventory.admin.suppliers import SupplierAdmin
from apps.inventory.admin.uploads import InvoiceUploadAdmin
from apps.inventory.admin.waste import ExpiringBatchAdmin

__all__ = [
    "BatchAdmin",
    "ExpiringBatchAdmin",
    "InvoiceUploadAdmin",
    "LearnedMatchAdmin",
    "LocalBatchAdmin",
    "ReceiptAdmin",
    "StockLevelAdmin",
    "SupplierAdmin",
    "WarehouseAdmin",
]
