"""ERPNext has by now what an invoice made here: the mirrored row counts from then on (docs/adr/0241).

Told by the sync, page by page, in its transaction; each listener works on the set and asks little
when it does not concern us. Pages and confirmations take turns (docs/adr/0245): whoever comes second sees
what the first has written, and joins it.
"""

from collections.abc import Sequence
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.utils import timezone

from apps.catalog.models import ItemPrice
from apps.core.events import publish
from apps.core.locks import in_turn
from apps.core.mirror import Written
from apps.inventory.events import BatchContested
from apps.inventory.models import Batch, InvoiceUpload, LocalBatch, LocalPrice
from apps.inventory.services.invoices import arriving
from apps.inventory.states import LocalState

IN_TURN: Final = "inventory.joining"  # at once, neither would see what the other writes
# ERPNext compares names without regard to case. Of another item a batch is another one.
JOIN_BATCHES: Final = """
    UPDATE inventory_localbatch own
       SET state = 'joined', batch_id = batch.id, joined_at = %(at)s, gone_at = NULL,
           is_contested = FALSE
      FROM inventory_batch batch, catalog_product product
     WHERE batch.id = ANY(%(ids)s) AND batch.gone_at IS NULL AND lower(batch.erp_name) = lower(own.number)
       AND own.state = 'active' AND product.id = own.product_id
       AND (batch.product_id = own.product_id OR batch.item_code = product.item_code)
"""
CONTEST_BATCHES: Final = """
    UPDATE inventory_localbatch own SET is_contested = TRUE
      FROM inventory_batch batch, catalog_product product
     WHERE batch.id = ANY(%(ids)s) AND batch.gone_at IS NULL AND lower(batch.erp_name) = lower(own.number)
       AND own.state IN ('active', 'pending') AND NOT own.is_contested AND product.id = own.product_id
       AND batch.product_id IS DISTINCT FROM own.product_id AND batch.item_code <> product.item_code
    RETURNING own.id
"""
# It went, is called otherwise by now, or is of another item.
OPEN_BATCHES: Final = """
    UPDATE inventory_localbatch own SET state = 'active', batch_id = NULL, joined_at = NULL, gone_at = %(at)s
      FROM inventory_batch batch, catalog_product product
     WHERE batch.id = ANY(%(ids)s) AND own.batch_id = batch.id AND own.state = 'joined'
       AND product.id = own.product_id
       AND (batch.gone_at IS NOT NULL OR lower(batch.erp_name) <> lower(own.number)
            OR (batch.product_id IS DISTINCT FROM own.product_id AND batch.item_code <> product.item_code))
"""
SETTLE_BATCHES: Final = """
    UPDATE inventory_localbatch own SET is_contested = FALSE
     WHERE own.is_contested AND NOT EXISTS (
           SELECT FROM inventory_batch batch
            WHERE lower(batch.erp_name) = lower(own.number) AND batch.gone_at IS NULL)
"""
# A price is known by what it says; what says anything else by now is another one.
SAME_PRICE: Final = """
       product.id = own.product_id
       AND (price.product_id = own.product_id OR price.item_code = product.item_code)
       AND price.price_list_name = own.price_list_name AND price.unit = own.unit
       AND price.valid_from IS NOT DISTINCT FROM own.valid_from
       AND price.customer_erp_name = '' AND price.batch_number = '' AND price.packing_unit = 0
       AND price.supplier_erp_name = coalesce(
           (SELECT erp_name FROM inventory_supplier WHERE id = own.supplier_id), '')
       AND price.gone_at IS NULL
"""
JOIN_PRICES: Final = f"""
    UPDATE inventory_localprice own
       SET state = 'joined', item_price_id = price.id, joined_at = %(at)s, gone_at = NULL
      FROM catalog_itemprice price, catalog_product product
     WHERE price.id = ANY(%(ids)s) AND own.state = 'active' AND {SAME_PRICE}
"""  # noqa: S608
OPEN_PRICES: Final = f"""
    UPDATE inventory_localprice own
       SET state = 'active', item_price_id = NULL, joined_at = NULL, gone_at = %(at)s
      FROM catalog_itemprice price, catalog_product product
     WHERE price.id = ANY(%(ids)s) AND own.item_price_id = price.id AND own.state = 'joined'
       AND product.id = own.product_id AND NOT ({SAME_PRICE})
"""  # noqa: S608


def join_batches(written: Written) -> None:
    """Batches came, changed, were renamed or went."""
    in_turn(IN_TURN)
    if LocalBatch.objects.exists():
        _join_batches(written.touched)


def _join_batches(ids: Sequence[int]) -> None:
    values: dict[str, Any] = {"ids": list(ids), "at": timezone.now()}
    with connection.cursor() as cursor:
        cursor.execute(OPEN_BATCHES, values)
        cursor.execute(JOIN_BATCHES, values)
        cursor.execute(CONTEST_BATCHES, values)
        contested = [row[0] for row in cursor.fetchall()]
        cursor.execute(SETTLE_BATCHES)
    for batch_id in contested:
        publish(BatchContested(local_batch_id=batch_id))


def link_receipts(written: Written) -> None:
    """Receipts came, changed or went: what comes by them has come further, or comes no more."""
    in_turn(IN_TURN)
    if LocalBatch.objects.exists() and (uploads := arriving.concerned_by(written.touched)):
        arriving.link_receipts(uploads)


@transaction.atomic
def link_coming() -> None:
    """The nightly look: products may be kept in batches since, or in none any more."""
    in_turn(IN_TURN)
    coming = LocalBatch.objects.coming().exclude(state=LocalState.PENDING)
    arriving.link_receipts(list(coming.values_list("upload", flat=True).distinct()))


def prices_synced(written: Written) -> None:
    """Prices came, changed or went; what was deleted our rows have forgotten by themselves."""
    in_turn(IN_TURN)
    if not LocalPrice.objects.exists():
        return
    lost = LocalPrice.objects.filter(state=LocalState.JOINED)
    lost.filter(item_price=None).update(state=LocalState.ACTIVE, joined_at=None, gone_at=timezone.now())
    _join_prices(written.touched)


def _join_prices(ids: Sequence[int]) -> None:
    values: dict[str, Any] = {"ids": list(ids), "at": timezone.now()}
    with connection.cursor() as cursor:
        cursor.execute(OPEN_PRICES, values)
        cursor.execute(JOIN_PRICES, values)


def join_what_is_here(upload: InvoiceUpload) -> None:
    """ERPNext may have it already, as when a receipt was typed there first."""
    in_turn(IN_TURN)
    numbers = [number.lower() for number in upload.batches.awaited().values_list("number", flat=True)]
    here = Batch.objects.present().alias(key=Lower("erp_name")).filter(key__in=numbers)
    _join_batches(list(here.values_list("pk", flat=True)))
    own = upload.prices.awaited().filter(product=OuterRef("product"), valid_from=OuterRef("valid_from"))
    prices = ItemPrice.objects.present().filter(Exists(own))
    _join_prices(list(prices.values_list("pk", flat=True)))
    arriving.link_receipts([upload.pk])
