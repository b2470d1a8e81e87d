"""What follows from ERPNext's documents: told by the sync, page by page, in its transaction."""

from typing import Final

from django.db import connection

from apps.core.mirror import Written

# An invoice may bill several orders; it belongs to the one that its first such line names.
JOIN: Final = """
    WITH named AS (
        SELECT DISTINCT ON (invoice.id) invoice.id, target.id AS bills
          FROM orders_order invoice
          LEFT JOIN orders_orderline line ON line.order_id = invoice.id AND line.sales_order_name > ''
          LEFT JOIN orders_order target ON target.erp_name = line.sales_order_name
               AND target.document = 'order' AND target.gone_at IS NULL
         WHERE invoice.document <> 'order'
           AND (invoice.id = ANY(%(ids)s)
                OR invoice.id IN (SELECT waiting.order_id FROM orders_orderline waiting
                    JOIN orders_order arrived ON arrived.erp_name = waiting.sales_order_name
                   WHERE arrived.id = ANY(%(ids)s) AND arrived.document = 'order'))
         ORDER BY invoice.id, target.id IS NULL, line.position, line.id
    )
    UPDATE orders_order invoice SET bills_id = named.bills
      FROM named WHERE named.id = invoice.id AND invoice.bills_id IS DISTINCT FROM named.bills
"""


def orders_synced(written: Written) -> None:
    """Join invoices to the sales orders that they bill, whichever of the two came first. Safe to repeat."""
    if written.touched:
        with connection.cursor() as cursor:
            cursor.execute(JOIN, {"ids": written.touched})
