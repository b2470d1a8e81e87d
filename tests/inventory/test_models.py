"""What the database refuses of suppliers, warehouses, batches and receipts."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.inventory.models import BatchStock, ReceiptLine
from tests.factories.inventory import (
    make_batch,
    make_bundle,
    make_entry,
    make_receipt,
    make_receipt_line,
    make_supplier,
    make_warehouse,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("make", "table"),
    [
        (make_supplier, "supplier"),
        (make_warehouse, "warehouse"),
        (make_batch, "batch"),
        (make_receipt, "receipt"),
    ],
)
def test_one_name_is_one_present_record_at_a_time(make: Callable[..., Any], table: str) -> None:
    first = make("Same", erp_creation="2026-01-01 08:00:00")
    with pytest.raises(IntegrityError, match=f"inventory_{table}_present_name"), transaction.atomic():
        make("Same", erp_creation="2026-01-02 08:00:00")
    type(first).objects.update(gone_at=timezone.now())
    make("Same", erp_creation="2026-01-02 08:00:00")
    with pytest.raises(IntegrityError, match=f"inventory_{table}_identity"), transaction.atomic():
        make("Same", erp_creation="2026-01-01 08:00:00", gone_at=timezone.now())
    assert type(first).objects.count() == 2


@pytest.mark.parametrize(
    ("make", "constraint"),
    [(make_receipt, "inventory_receipt_known_docstatus"), (make_bundle, "inventory_bundle_known_docstatus")],
)
def test_a_document_is_a_draft_submitted_or_cancelled(make: Callable[..., Any], constraint: str) -> None:
    for docstatus in (0, 1, 2):
        make(erp_docstatus=docstatus)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make(erp_docstatus=3)


def test_a_batch_lies_once_in_a_warehouse() -> None:
    batch = make_batch()
    lies = {"batch": batch, "warehouse_name": "Stores", "quantity": Decimal(1)}
    BatchStock.objects.create(**lies)
    with pytest.raises(IntegrityError, match="inventory_batchstock_once"), transaction.atomic():
        BatchStock.objects.create(**lies)
    BatchStock.objects.create(**lies | {"warehouse_name": "Shop"})
    assert batch.stock.count() == 2


def test_lines_stand_in_the_order_of_the_receipt_and_go_with_it() -> None:
    receipt = make_receipt()
    for position in (2, 1, 3):
        make_receipt_line(receipt, position=position, item_name=f"Thing {position}")
    assert [str(line) for line in receipt.lines.all()] == ["1. Thing 1", "2. Thing 2", "3. Thing 3"]
    receipt.delete()
    assert not ReceiptLine.objects.exists()


def test_a_supplier_is_never_taken_along_by_what_refers_to_him() -> None:
    supplier = make_supplier()
    receipt, batch = make_receipt(supplier=supplier), make_batch(supplier=supplier)
    supplier.delete()
    receipt.refresh_from_db()
    batch.refresh_from_db()
    assert (receipt.supplier, batch.supplier) == (None, None)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: make_supplier("SUP-1", name="Bramble"), "Bramble"),
        (lambda: make_supplier("SUP-1", name=""), "SUP-1"),
        (lambda: make_warehouse("Stores - CG", name="Stores"), "Stores - CG"),
        (lambda: make_batch("B-1", number=""), "B-1"),
        (lambda: make_entry(make_bundle(), make_batch("B-1"), "2.500"), "B-1: 2.5"),
        (lambda: make_bundle(voucher_type="Delivery Note", voucher_name="DN-1"), "Delivery Note DN-1"),
    ],
)
def test_a_record_says_what_staff_call_it(make: Callable[[], Any], said: str) -> None:
    assert str(make()) == said
