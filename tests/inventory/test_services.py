"""What becomes of a batch's quantity, cost and supplier when its movements are summed up."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Event
from time import sleep
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from apps.core.mirror import Written
from apps.inventory import services
from apps.inventory.models import Batch, BatchBundle, BatchStock, Receipt, Supplier, Warehouse
from tests.factories.inventory import (
    make_batch,
    make_bundle,
    make_delivery,
    make_receipt,
    make_supplier,
    make_warehouse,
)

pytestmark = pytest.mark.django_db


def lying(batch: Batch) -> dict[str, Decimal]:
    """Warehouse → quantity."""
    return dict(BatchStock.objects.filter(batch=batch).values_list("warehouse_name", "quantity"))


def counted(*batches: Batch) -> Batch:
    """The first of these, after all were summed up."""
    services.recount(batch.pk for batch in batches)
    batches[0].refresh_from_db()
    return batches[0]


# --- quantities ---------------------------------------------------------------------------------------------
def test_a_batch_holds_the_sum_of_its_movements_in_each_warehouse() -> None:
    batch, other = make_batch(), make_batch()
    make_bundle((batch, "10"), (other, "7"))
    make_bundle((batch, "-2.5"))
    make_bundle((batch, "4.125"), warehouse="Shop")
    assert counted(batch).quantity == Decimal("11.625")
    assert lying(batch) == {"Stores": Decimal("7.5"), "Shop": Decimal("4.125")}
    assert lying(other) == {}  # nobody asked for it


def test_a_warehouse_that_holds_none_any_more_has_no_row() -> None:
    batch = make_batch()
    make_bundle((batch, "3"))
    make_bundle((batch, "5"), warehouse="Shop")
    counted(batch)
    make_bundle((batch, "-3"))
    assert counted(batch).quantity == 5
    assert lying(batch) == {"Shop": Decimal(5)}


@pytest.mark.parametrize(
    "given",
    [{"erp_docstatus": 0}, {"erp_docstatus": 2}, {"is_cancelled": True}, {"gone_at": timezone.now()}],
)
def test_only_submitted_movements_that_erpnext_still_has_count(given: dict[str, Any]) -> None:
    batch = make_batch()
    make_bundle((batch, "3"))
    make_bundle((batch, "100"), **given)
    assert counted(batch).quantity == 3
    assert lying(batch) == {"Stores": Decimal(3)}


def test_a_batch_without_movements_holds_nothing_and_cost_nothing_known() -> None:
    batch = counted(make_batch(erp_quantity=Decimal(9)))
    assert (batch.quantity, batch.received_quantity, batch.unit_cost) == (0, 0, None)
    assert (batch.received_on, batch.supplier, batch.receipt) == (None, None, None)


def test_a_batch_that_is_gone_lies_nowhere() -> None:
    batch = make_batch()
    make_bundle((batch, "3"))
    counted(batch)
    Batch.objects.update(gone_at=timezone.now())
    counted(batch)
    assert lying(batch) == {}


def test_the_warehouse_of_a_place_is_the_one_that_erpnext_has_now() -> None:
    gone = make_warehouse("Stores", gone_at=timezone.now())
    here = make_warehouse("Stores", erp_creation="2026-03-01 08:00:00")
    batch = make_batch()
    make_bundle((batch, "3"))
    make_bundle((batch, "1"), warehouse="Unknown")
    counted(batch)
    placed = BatchStock.objects.values_list("warehouse_name", "warehouse")
    assert dict(placed) == {"Stores": here.pk, "Unknown": None}
    assert gone.pk != here.pk


def test_summing_up_again_changes_nothing() -> None:
    batch = make_batch()
    make_delivery(make_receipt(supplier=make_supplier()), (batch, "10"), rate="2")
    counted(batch)
    once = Batch.objects.values().get(), list(BatchStock.objects.values())
    counted(batch)
    assert (Batch.objects.values().get(), list(BatchStock.objects.values())) == once


@pytest.mark.parametrize("batches", [2, 20])
def test_summing_up_costs_the_same_however_many_batches(
    batches: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    made = [make_batch() for _ in range(batches)]
    for batch in made:
        make_delivery(make_receipt(supplier=make_supplier()), (batch, "10"))
    with django_assert_num_queries(3):  # held, then two sums
        services.recount(batch.pk for batch in made)
    assert set(Batch.objects.values_list("quantity", flat=True)) == {Decimal(10)}
    assert BatchStock.objects.count() == batches


def test_nothing_to_sum_up_asks_nothing(django_assert_num_queries: Callable[[int], Any]) -> None:
    with django_assert_num_queries(0):
        services.recount([])


# --- where it came from -------------------------------------------------------------------------------------
def test_the_cost_is_weighted_by_what_each_receipt_brought() -> None:
    batch = make_batch()
    make_delivery(make_receipt(), (batch, "10"), rate="2.00")
    make_delivery(make_receipt(), (batch, "30"), rate="3.00")
    make_bundle((batch, "-5"), rate="99")  # sold
    make_bundle((batch, "2"), rate="99", direction="Inward", voucher_type="Sales Invoice")  # came back
    batch = counted(batch)
    assert (batch.received_quantity, batch.unit_cost) == (Decimal(40), Decimal("2.75"))
    assert batch.quantity == 37


def test_what_went_back_to_the_supplier_was_received_all_the_same() -> None:
    batch, receipt = make_batch(), make_receipt()
    make_delivery(receipt, (batch, "10"), rate="2")
    make_delivery(make_receipt(is_return=True), (batch, "-4"), rate="2", direction="Outward")
    batch = counted(batch)
    assert (batch.received_quantity, batch.quantity, batch.receipt) == (Decimal(10), Decimal(6), receipt)


def test_supplier_day_and_receipt_are_those_of_the_last_receipt() -> None:
    first, last = make_supplier("First"), make_supplier("Last")
    batch = make_batch()
    late = make_receipt(supplier=last, on=date(2026, 3, 5))
    make_delivery(late, (batch, "1"))
    make_delivery(make_receipt(supplier=first, on=date(2026, 3, 1)), (batch, "50"))
    batch = counted(batch)
    assert (batch.supplier, batch.receipt, batch.received_on) == (last, late, date(2026, 3, 5))


def test_the_supplier_that_stands_on_the_batch_wins() -> None:
    own = make_supplier("Own")
    batch = make_batch(supplier_erp_name="Own")
    make_delivery(make_receipt(supplier=make_supplier("Last")), (batch, "1"))
    assert counted(batch).supplier == own


# --- who is told --------------------------------------------------------------------------------------------
def test_movements_that_come_are_counted() -> None:
    batch = make_batch()
    bundle = make_bundle((batch, "3"))
    services.bundles_synced(Written(BatchBundle, created=(bundle.pk,)))
    assert lying(batch) == {"Stores": Decimal(3)}


def test_a_batch_that_a_movement_names_no_more_is_counted_too() -> None:
    batch, right = make_batch(item_code="FETA"), make_batch(item_code="FETA")
    bundle = make_bundle((batch, "3"), item_code="FETA")
    counted(batch, right)
    bundle.entries.update(batch_number=right.erp_name)
    services.bundles_synced(Written(BatchBundle, changed=(bundle.pk,)))
    assert (lying(batch), lying(right)) == ({}, {"Stores": Decimal(3)})


def test_a_movement_that_went_is_counted_no_more() -> None:
    batch = make_batch(item_code="FETA")
    bundle = make_bundle((batch, "3"), item_code="FETA")
    counted(batch)
    BatchBundle.objects.update(gone_at=timezone.now())
    services.bundles_synced(Written(BatchBundle, retired=(bundle.pk,)))
    batch.refresh_from_db()
    assert (lying(batch), batch.quantity) == ({}, 0)


def test_a_receipt_that_comes_after_its_movements_says_who_supplied() -> None:
    batch, supplier = make_batch(), make_supplier()
    make_delivery(Receipt(erp_name="PRE-1", posted_on=date(2026, 3, 1)), (batch, "3"))
    assert counted(batch).supplier is None
    receipt = make_receipt("PRE-1", supplier=supplier)
    services.receipts_synced(Written(Receipt, created=(receipt.pk,)))
    batch.refresh_from_db()
    assert (batch.supplier, batch.receipt) == (supplier, receipt)


def test_a_supplier_that_comes_after_his_batches_is_found() -> None:
    batch = counted(make_batch(supplier_erp_name="Bramble"))
    supplier = make_supplier("Bramble")
    services.suppliers_synced(Written(Supplier, created=(supplier.pk,)))
    batch.refresh_from_db()
    assert batch.supplier == supplier


def test_a_warehouse_that_comes_after_its_batches_is_found() -> None:
    batch = make_batch()
    make_bundle((batch, "3"))
    counted(batch)
    warehouse = make_warehouse("Stores")
    services.warehouses_synced(Written(Warehouse, created=(warehouse.pk,)))
    assert BatchStock.objects.get().warehouse == warehouse


@pytest.mark.parametrize("bundles", [2, 20])
def test_a_page_of_movements_costs_the_same_however_long_it_is(
    bundles: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    made = [make_bundle((make_batch(item_code="FETA"), "1"), item_code="FETA") for _ in range(bundles)]
    with django_assert_num_queries(6):  # what they name, what they may have named, those: held, and two sums
        services.bundles_synced(Written(BatchBundle, changed=tuple(bundle.pk for bundle in made)))
    assert BatchStock.objects.count() == bundles


# --- two at once --------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_a_warehouse_and_a_batch_in_it_that_come_at_once_find_each_other() -> None:
    """Two runs, neither of which sees what the other has not committed: the second waits for the first."""
    batch = make_batch()
    make_bundle((batch, "3"), warehouse="Cellar")
    placed, both = Event(), []

    def stock_run() -> None:
        with transaction.atomic():
            cellar = make_warehouse("Cellar")
            services.warehouses_synced(Written(model=Warehouse, created=(cellar.pk,)))
            placed.set()
            sleep(0.5)  # the other one asks meanwhile
            both.append("stock")
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(stock_run)
        assert placed.wait(10)
        with transaction.atomic():
            services.recount([batch.pk])
            both.append("batches")
        first.result(10)
    assert both == ["stock", "batches"]
    assert BatchStock.objects.get(batch=batch).warehouse == Warehouse.objects.get(erp_name="Cellar")
