"""The least valid supplier, warehouse, stock level, batch, receipt and movement of a batch."""

from datetime import date, time
from decimal import Decimal
from itertools import count
from typing import Any, Final

from apps.catalog.models import Product
from apps.inventory.models import (
    Batch,
    BatchBundle,
    BatchEntry,
    Receipt,
    ReceiptLine,
    StockLevel,
    Supplier,
    Warehouse,
)
from tests.factories.mirror import blank_columns, document

numbers = count(1)
DAY: Final = date(2026, 2, 2)


def make_supplier(erp_name: str = "", **given: Any) -> Supplier:
    """A supplier in good standing."""
    name = erp_name or f"Supplier {next(numbers)}"
    return Supplier.objects.create(**document(Supplier, name) | {"name": name, "is_active": True} | given)


def make_warehouse(erp_name: str = "Stores", **given: Any) -> Warehouse:
    """A warehouse that holds stock."""
    usual = {"name": erp_name, "is_active": True}
    return Warehouse.objects.create(**document(Warehouse, erp_name) | usual | given)


def make_level(product: Product, warehouse: Warehouse, *, actual: str = "0", **given: Any) -> StockLevel:
    """So much of a product in a warehouse."""
    usual = {
        "item_code": product.item_code,
        "product": product,
        "warehouse_name": warehouse.erp_name,
        "warehouse": warehouse,
        "actual": Decimal(actual),
    }
    return StockLevel.objects.create(**document(StockLevel, f"BIN-{next(numbers)}") | usual | given)


def make_batch(erp_name: str = "", **given: Any) -> Batch:
    """An active batch of which nothing has moved; its quantity is what ``recount`` makes of its movements."""
    name = erp_name or f"BATCH-{next(numbers):05d}"
    return Batch.objects.create(**document(Batch, name) | {"number": name, "is_active": True} | given)


def make_receipt(
    erp_name: str = "", *, supplier: Supplier | None = None, on: date = DAY, **given: Any
) -> Receipt:
    """A submitted purchase receipt, without lines."""
    usual = {
        "erp_docstatus": 1,
        "supplier": supplier,
        "supplier_erp_name": supplier.erp_name if supplier else "",
        "posted_on": on,
        "posted_time": time(9),
        "currency": "GBP",
    }
    name = erp_name or f"MAT-PRE-{next(numbers):05d}"
    return Receipt.objects.create(**document(Receipt, name) | usual | given)


def make_receipt_line(receipt: Receipt, *, position: int = 1, **given: Any) -> ReceiptLine:
    row = {"erp_row": f"{receipt.erp_name}-{position}", "position": position}
    return ReceiptLine.objects.create(**blank_columns(ReceiptLine) | row | given, receipt=receipt)


def make_bundle(
    *lines: tuple[Batch, str], warehouse: str = "Stores", rate: str = "0", on: date = DAY, **given: Any
) -> BatchBundle:
    """A submitted movement of so much of these batches: what came is positive, what went negative."""
    name = f"SABB-{next(numbers):05d}"
    usual = {"erp_docstatus": 1, "warehouse_name": warehouse, "posted_on": on}
    bundle = BatchBundle.objects.create(**document(BatchBundle, name) | usual | given)
    for position, (batch, quantity) in enumerate(lines, start=1):
        make_entry(
            bundle, batch, quantity, position=position, warehouse_name=warehouse, incoming_rate=Decimal(rate)
        )
    return bundle


def make_entry(
    bundle: BatchBundle, batch: Batch, quantity: str, *, position: int = 1, **given: Any
) -> BatchEntry:
    row = {"erp_row": f"{bundle.erp_name}-{position}", "position": position}
    usual = {"batch_number": batch.erp_name, "quantity": Decimal(quantity)}
    return BatchEntry.objects.create(**blank_columns(BatchEntry) | row | usual | given, bundle=bundle)


def make_delivery(receipt: Receipt, *lines: tuple[Batch, str], **given: Any) -> BatchBundle:
    """What a receipt brought of these batches; ``rate`` is the cost of a stock unit."""
    usual = {
        "direction": "Inward",
        "voucher_type": "Purchase Receipt",
        "voucher_name": receipt.erp_name,
        "on": receipt.posted_on,
    }
    return make_bundle(*lines, **usual | given)
