"""The receipt in ERPNext by which a batch of ours comes (docs/adr/0246).

It bears our reference; or, typed there by hand, none, and then the supplier's own number of the invoice. What
ERPNext keeps in no batches has come once its receipt is submitted: there is nothing else of it that could be
joined.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final

from django.db import connection
from django.utils import timezone

NEAR: Final = 183  # days between the invoice and a receipt of its number: a supplier may begin anew each year
STEM: Final = (
    "upload.prefix || '-' || lpad(upload.sequence::text, greatest(3, length(upload.sequence::text)), '0')"
)
# What a receipt of ours is called after "purchase_receipt/": the stem, then its part or its line, if any.
BY_REFERENCE: Final = f"""
       receipt.larder_reference > '' AND receipt.larder_reference LIKE 'purchase\\_receipt/%%'
       AND split_part(receipt.larder_reference, '/', 2) = {STEM}
"""
BY_NUMBER: Final = f"""
       receipt.larder_reference = '' AND NOT receipt.is_return
       AND receipt.supplier_id = upload.supplier_id
       AND lower(btrim(receipt.delivery_note)) = lower(btrim(upload.number))
       AND receipt.posted_on BETWEEN upload.dated - {NEAR} AND upload.dated + {NEAR}
"""
CONCERNED: Final = f"""
    SELECT upload.id FROM inventory_receipt receipt
      JOIN inventory_invoiceupload upload ON {BY_REFERENCE}
     WHERE receipt.id = ANY(%(ids)s) AND upload.state = 'confirmed'
     UNION
    SELECT upload.id FROM inventory_receipt receipt
      JOIN inventory_invoiceupload upload ON {BY_NUMBER}
     WHERE receipt.id = ANY(%(ids)s) AND upload.state = 'confirmed'
     UNION
    SELECT upload_id FROM inventory_localbatch
     WHERE receipt_id = ANY(%(ids)s) AND state IN ('active', 'joined')
"""  # noqa: S608
# Of several the one that counts: submitted before a draft before what was cancelled or has gone, and one that
# has the item before one that was made for it and has it no more.
LINK: Final = f"""
    WITH own AS MATERIALIZED (
        SELECT local.id, local.product_id, product.item_code, line.is_taken_up, line.position,
               product.is_batched OR local.batch_id IS NOT NULL AS is_batched, local.upload_id
          FROM inventory_localbatch local
          JOIN catalog_product product ON product.id = local.product_id
          JOIN inventory_uploadline line ON line.id = local.line_id
         WHERE local.upload_id = ANY(%(uploads)s) AND local.state IN ('active', 'joined')
    ), known AS MATERIALIZED (
        SELECT upload.id AS upload_id, receipt.id, TRUE AS is_ours,
               split_part(receipt.larder_reference, '/', 3) AS part
          FROM inventory_invoiceupload upload JOIN inventory_receipt receipt ON {BY_REFERENCE}
         WHERE upload.id = ANY(%(uploads)s)
         UNION ALL
        SELECT upload.id, receipt.id, FALSE, ''
          FROM inventory_invoiceupload upload JOIN inventory_receipt receipt ON {BY_NUMBER}
         WHERE upload.id = ANY(%(uploads)s)
    ), said AS MATERIALIZED (
        SELECT own.id, receipt.id AS receipt_id,
               receipt.gone_at IS NULL AND receipt.erp_docstatus = 1 AS is_submitted,
               receipt.gone_at IS NULL AND receipt.erp_docstatus = 0 AS is_draft, known.is_ours,
               EXISTS (SELECT FROM inventory_receiptline row WHERE row.receipt_id = receipt.id
                          AND (row.product_id = own.product_id OR row.item_code = own.item_code)) AS has_it
          FROM own JOIN known ON known.upload_id = own.upload_id
           AND (NOT known.is_ours OR CASE WHEN own.is_taken_up THEN known.part = 'L' || own.position
                                          ELSE known.part NOT LIKE 'L%%' END)
          JOIN inventory_receipt receipt ON receipt.id = known.id
    ), best AS (
        SELECT DISTINCT ON (id) id, receipt_id, is_submitted AND has_it AS has_come
          FROM said WHERE has_it OR is_ours
         ORDER BY id, is_submitted AND has_it DESC, is_draft AND has_it DESC,
                  is_submitted DESC, is_draft DESC, has_it DESC, receipt_id DESC
    ), next AS (
        SELECT own.id, best.receipt_id,
               CASE WHEN own.is_batched THEN local.state WHEN best.has_come THEN 'joined' ELSE 'active' END
               AS state
          FROM own JOIN inventory_localbatch local ON local.id = own.id LEFT JOIN best ON best.id = own.id
    )
    UPDATE inventory_localbatch local
       SET receipt_id = next.receipt_id, state = next.state,
           joined_at = CASE WHEN next.state = local.state THEN local.joined_at
                            WHEN next.state = 'joined' THEN %(at)s END
      FROM next
     WHERE next.id = local.id
       AND (local.receipt_id IS DISTINCT FROM next.receipt_id OR local.state <> next.state)
"""  # noqa: S608


def concerned_by(receipt_ids: Sequence[int]) -> list[int]:
    """The uploads whose goods these receipts say."""
    with connection.cursor() as cursor:
        cursor.execute(CONCERNED, {"ids": list(receipt_ids)})
        return [row[0] for row in cursor.fetchall()]


def link_receipts(upload_ids: Collection[int]) -> None:
    """Find for what these invoices made the receipts by which it comes; in turn with whoever joins."""
    values: dict[str, Any] = {"uploads": list(upload_ids), "at": timezone.now()}
    with connection.cursor() as cursor:
        cursor.execute(LINK, values)
