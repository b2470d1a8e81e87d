"""What follows from ERPNext's movements of batches: told by the sync, page by page, in its transaction."""

from collections.abc import Iterable
from typing import Final

from django.db import connection, transaction

from apps.core.locks import in_turn
from apps.core.mirror import Written
from apps.inventory.models import Batch, BatchBundle, BatchEntry, Receipt, Supplier
from apps.inventory.services.invoices.joining import join_batches, link_receipts

IN_TURN: Final = "inventory.batchstock"  # two at once would each miss what the other writes
LAY: Final = """
    WITH moved AS (
        SELECT batch.id AS batch_id, entry.warehouse_name, sum(entry.quantity) AS quantity
          FROM inventory_batch batch
          JOIN inventory_batchentry entry ON entry.batch_number = batch.erp_name
          JOIN inventory_batchbundle bundle ON bundle.id = entry.bundle_id
         WHERE batch.id = ANY(%(ids)s) AND batch.gone_at IS NULL
           AND bundle.gone_at IS NULL AND bundle.erp_docstatus = 1 AND NOT bundle.is_cancelled
         GROUP BY batch.id, entry.warehouse_name
        HAVING sum(entry.quantity) <> 0
    ), laid AS (
        INSERT INTO inventory_batchstock (batch_id, warehouse_name, warehouse_id, quantity)
        SELECT moved.batch_id, moved.warehouse_name, warehouse.id, moved.quantity
          FROM moved LEFT JOIN inventory_warehouse warehouse
            ON warehouse.erp_name = moved.warehouse_name AND warehouse.gone_at IS NULL
         ORDER BY moved.batch_id, moved.warehouse_name
        ON CONFLICT (batch_id, warehouse_name)
        DO UPDATE SET quantity = excluded.quantity, warehouse_id = excluded.warehouse_id
    )
    DELETE FROM inventory_batchstock stock
     WHERE stock.batch_id = ANY(%(ids)s)
       AND NOT EXISTS (SELECT 1 FROM moved WHERE moved.batch_id = stock.batch_id
                        AND moved.warehouse_name = stock.warehouse_name)
"""
PLACE: Final = """
    UPDATE inventory_batchstock stock SET warehouse_id = warehouse.id
      FROM inventory_warehouse warehouse
     WHERE warehouse.id = ANY(%(ids)s) AND warehouse.gone_at IS NULL
       AND stock.warehouse_name = warehouse.erp_name AND stock.warehouse_id IS DISTINCT FROM warehouse.id
"""
# Of several receipts the quantity-weighted cost counts, and of supplier and day the last one's. All batches
# in one pass: looked up one by one, tables that the planner knows nothing of yet make it quadratic.
SUM_UP: Final = """
    WITH mine AS MATERIALIZED (
        SELECT id, erp_name, supplier_erp_name FROM inventory_batch WHERE id = ANY(%(ids)s)
    ), moved AS MATERIALIZED (
        SELECT mine.id, entry.quantity, entry.incoming_rate, bundle.posted_on, bundle.voucher_name,
               bundle.direction = 'Inward' AND bundle.voucher_type = 'Purchase Receipt' AS is_received
          FROM mine JOIN inventory_batchentry entry ON entry.batch_number = mine.erp_name
          JOIN inventory_batchbundle bundle ON bundle.id = entry.bundle_id
         WHERE bundle.gone_at IS NULL AND bundle.erp_docstatus = 1 AND NOT bundle.is_cancelled
    ), summed AS MATERIALIZED (
        SELECT id, sum(quantity) AS quantity,
               sum(quantity) FILTER (WHERE is_received) AS received,
               max(posted_on) FILTER (WHERE is_received) AS received_on,
               sum(quantity * incoming_rate) FILTER (WHERE is_received)
               / nullif(sum(quantity) FILTER (WHERE is_received), 0) AS unit_cost
          FROM moved GROUP BY id
    ), latest AS MATERIALIZED (
        SELECT DISTINCT ON (moved.id) moved.id, receipt.id AS receipt_id, receipt.supplier_id
          FROM moved JOIN inventory_receipt receipt
            ON receipt.erp_name = moved.voucher_name AND receipt.gone_at IS NULL
         WHERE moved.is_received
         ORDER BY moved.id, receipt.posted_on DESC, receipt.id DESC
    )
    UPDATE inventory_batch batch
       SET quantity = coalesce(summed.quantity, 0), received_quantity = coalesce(summed.received, 0),
           received_on = summed.received_on, unit_cost = summed.unit_cost, receipt_id = latest.receipt_id,
           supplier_id = coalesce(own.id, latest.supplier_id)
      FROM mine
      LEFT JOIN summed ON summed.id = mine.id
      LEFT JOIN latest ON latest.id = mine.id
      LEFT JOIN inventory_supplier own ON own.erp_name = mine.supplier_erp_name AND own.gone_at IS NULL
     WHERE mine.id = batch.id
"""


def bundles_synced(written: Written) -> None:
    """Movements came, changed or went: lay out anew the batches that they move."""
    moved = BatchEntry.objects.filter(bundle__in=written.touched).values_list("batch_number", flat=True)
    before = _numbers_before(written)
    recount(Batch.objects.present().filter(erp_name__in={*moved, *before}).values_list("pk", flat=True))


def _numbers_before(written: Written) -> set[str]:
    """A movement's lines are replaced as one; a batch that it names no more is found by the bundle's item."""
    changed = BatchBundle.objects.filter(pk__in=[*written.changed, *written.retired])
    items = changed.values_list("item_code", flat=True).distinct()
    return set(Batch.objects.present().filter(item_code__in=items).values_list("erp_name", flat=True))


def batches_synced(written: Written) -> None:
    """Batches came after their movements, or under another name; some may be what invoices made here."""
    recount(written.touched)
    join_batches(written)


def receipts_synced(written: Written) -> None:
    """A receipt says who supplied the batches that came with it; and that what an invoice made has come."""
    names = Receipt.objects.filter(pk__in=written.touched).values_list("erp_name", flat=True)
    bundles = BatchBundle.objects.filter(voucher_type="Purchase Receipt", voucher_name__in=list(names))
    moved = BatchEntry.objects.filter(bundle__in=bundles).values_list("batch_number", flat=True)
    recount(Batch.objects.present().filter(erp_name__in=set(moved)).values_list("pk", flat=True))
    link_receipts(written)


def suppliers_synced(written: Written) -> None:
    """Suppliers came after batches that name them. (Receipts hear of their supplier by themselves.)"""
    names = Supplier.objects.filter(pk__in=written.touched).values_list("erp_name", flat=True)
    named = Batch.objects.present().filter(supplier_erp_name__in=list(names))
    recount(named.values_list("pk", flat=True))


def warehouses_synced(written: Written) -> None:
    """Warehouses came after batches that lie in them."""
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        in_turn(IN_TURN)
        cursor.execute(PLACE, {"ids": written.touched})


def recount(batch_ids: Iterable[int]) -> None:
    """Sum up the movements of these batches: by warehouse, received, cost, supplier. Safe to repeat."""
    ids = {"ids": sorted(set(batch_ids))}
    if not ids["ids"]:
        return
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        in_turn(IN_TURN)
        cursor.execute(LAY, ids)
        cursor.execute(SUM_UP, ids)
