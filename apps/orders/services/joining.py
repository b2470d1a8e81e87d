"""Which sales order an invoice bills."""

from typing import Final

from django.db import connection, transaction

from apps.core.locks import in_turn
from apps.core.mirror import Written
from apps.orders.services.demand import sales_changed

# Few invoices name a sales order, so those few are found first, by their lines (“> ''” is what their index
# holds); then whichever came first.
# An invoice may bill several orders: it belongs to the one that its first such line names.
JOIN: Final = """
    WITH concerned AS MATERIALIZED (
        SELECT line.order_id AS id FROM orders_orderline line
         WHERE line.order_id = ANY(%(ids)s) AND line.sales_order_name > ''
        UNION
        SELECT billing.id FROM orders_order billing
         WHERE billing.id = ANY(%(ids)s) AND billing.bills_id IS NOT NULL
        UNION
        SELECT line.order_id FROM orders_order arrived
          JOIN orders_orderline line
            ON line.sales_order_name = arrived.erp_name AND line.sales_order_name > ''
         WHERE arrived.id = ANY(%(ids)s) AND arrived.document = 'order'
    ), named AS (
        SELECT DISTINCT ON (concerned.id) concerned.id, target.id AS bills
          FROM concerned
          LEFT JOIN orders_orderline line ON line.order_id = concerned.id AND line.sales_order_name > ''
          LEFT JOIN orders_order target ON target.erp_name = line.sales_order_name
               AND target.document = 'order' AND target.gone_at IS NULL
         ORDER BY concerned.id, target.id IS NULL, line.position, line.id
    )
    UPDATE orders_order invoice SET bills_id = named.bills
      FROM named WHERE named.id = invoice.id AND invoice.document <> 'order'
       AND NOT invoice.is_return -- what came back is seen by itself
       AND invoice.bills_id IS DISTINCT FROM named.bills
"""


def orders_synced(written: Written) -> None:
    """Join invoices to the sales orders that they bill, whichever of the two came first, and have the days of
    these sales counted again. Safe to repeat."""
    if written.touched:
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            in_turn("orders.bills")  # two at once would each miss what the other writes
            cursor.execute(JOIN, {"ids": written.touched})
            sales_changed(written.touched)
