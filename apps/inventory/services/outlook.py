"""How each product stands: counted as a whole, from stock, demand, reorder levels and expiry dates."""

from datetime import date, timedelta
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from apps.core.clock import shop_day
from apps.core.locks import in_turn
from apps.inventory.options import ShopOptions

DEMAND_DAYS: Final = 28  # four of each weekday
IN_TURN: Final = "inventory.outlook"

# What a batch leaves unsold: of all that expires no later than it (``through``), in the order in which it is
# handed out, a day sells the mean demand until the batch's last day; and what those before it left unsold is
# not sold later either. Hence the greatest excess so far, and of that the part that this batch adds.
BATCHES: Final = """
    WITH left_over AS MATERIALIZED (
        SELECT batch.id, batch.product_id, batch.unit_cost, batch.expires_on, batch.received_on,
               sum(stock.quantity) AS quantity,
               batch.expires_on - product.minimum_life_days AS last_day
          FROM inventory_batch batch
          JOIN inventory_batchstock stock ON stock.batch_id = batch.id
          JOIN catalog_product product ON product.id = batch.product_id
         WHERE batch.gone_at IS NULL AND batch.expires_on IS NOT NULL
           AND (%(places)s::text[] IS NULL OR stock.warehouse_name = ANY(%(places)s::text[]))
         GROUP BY batch.id, product.id HAVING sum(stock.quantity) > 0
    ), a_day AS MATERIALIZED (
        SELECT product_id, greatest(sum(quantity), 0) / %(span)s AS quantity FROM inventory_dailydemand
         WHERE day >= %(since)s AND day < %(today)s GROUP BY product_id
    ), through AS (
        SELECT left_over.*,
               sum(left_over.quantity) OVER handed_out
               - coalesce(a_day.quantity, 0) * greatest(left_over.last_day - %(today)s::date + 1, 0) AS excess
          FROM left_over LEFT JOIN a_day USING (product_id)
        WINDOW handed_out AS (PARTITION BY left_over.product_id
               ORDER BY left_over.expires_on, left_over.received_on NULLS LAST, left_over.id)
    ), unsold AS (
        SELECT through.*, greatest(max(excess) OVER handed_out, 0) AS so_far
          FROM through
        WINDOW handed_out AS (PARTITION BY product_id ORDER BY expires_on, received_on NULLS LAST, id)
    ), added AS (
        SELECT unsold.*, so_far - lag(so_far, 1, 0::numeric) OVER
               (PARTITION BY product_id ORDER BY expires_on, received_on NULLS LAST, id) AS waste
          FROM unsold
    ), laid AS (
        INSERT INTO inventory_expiringbatch AS held (batch_id, quantity, value, last_day)
        SELECT id, round(waste, 9), round(waste * coalesce(unit_cost, 0), 6), last_day
          FROM added WHERE round(waste, 9) > 0 ORDER BY id
        ON CONFLICT (batch_id) DO UPDATE
           SET quantity = excluded.quantity, value = excluded.value, last_day = excluded.last_day
         WHERE (held.quantity, held.value, held.last_day)
               IS DISTINCT FROM (excluded.quantity, excluded.value, excluded.last_day)
    )
    DELETE FROM inventory_expiringbatch held
     WHERE NOT EXISTS (SELECT 1 FROM added WHERE added.id = held.batch_id AND round(added.waste, 9) > 0)
"""
PRODUCTS: Final = """
    WITH held AS MATERIALIZED (
        SELECT product_id, sum(actual) AS actual, sum(reserved) AS reserved FROM inventory_stocklevel
         WHERE gone_at IS NULL AND product_id IS NOT NULL
           AND (%(places)s::text[] IS NULL OR warehouse_name = ANY(%(places)s::text[]))
         GROUP BY product_id
    ), a_day AS MATERIALIZED (
        SELECT product_id, greatest(sum(quantity), 0) / %(span)s AS quantity FROM inventory_dailydemand
         WHERE day >= %(since)s AND day < %(today)s GROUP BY product_id
    ), reorder AS MATERIALIZED (
        SELECT product_id, sum(level) AS level FROM catalog_reorderlevel
         WHERE %(places)s::text[] IS NULL OR warehouse_name = ANY(%(places)s::text[])
         GROUP BY product_id
    ), expiring AS MATERIALIZED (
        SELECT batch.product_id, sum(one.quantity) AS quantity, sum(one.value) AS value
          FROM inventory_expiringbatch one JOIN inventory_batch batch ON batch.id = one.batch_id
         GROUP BY batch.product_id
    ), promised AS MATERIALIZED ( -- by whom it is bought from first, where ERPNext knows no lead time
        SELECT DISTINCT ON (usual.product_id) usual.product_id, supplier.lead_time_days AS days
          FROM catalog_productdefault usual JOIN inventory_supplier supplier
            ON supplier.erp_name = usual.supplier_name AND supplier.gone_at IS NULL
         WHERE supplier.lead_time_days IS NOT NULL
         ORDER BY usual.product_id, usual.position, usual.id
    ), figures AS (
        SELECT product.id, coalesce(held.actual, 0) AS actual, coalesce(held.reserved, 0) AS reserved,
               coalesce(held.actual, 0) - coalesce(held.reserved, 0) AS free,
               coalesce(a_day.quantity, 0) AS a_day,
               coalesce(nullif(product.lead_time_days, 0), promised.days, 0) AS lead,
               coalesce(product.own_reorder_level, reorder.level, 0) AS level,
               coalesce(expiring.quantity, 0) AS expiring, coalesce(expiring.value, 0) AS value
          FROM catalog_product product
          LEFT JOIN held ON held.product_id = product.id
          LEFT JOIN a_day ON a_day.product_id = product.id
          LEFT JOIN reorder ON reorder.product_id = product.id
          LEFT JOIN expiring ON expiring.product_id = product.id
          LEFT JOIN promised ON promised.product_id = product.id
         WHERE product.gone_at IS NULL AND product.is_stocked AND NOT product.has_variants
           AND (product.is_active OR coalesce(held.actual, 0) <> 0)
    ), told AS MATERIALIZED (
        SELECT figures.*,
               CASE WHEN a_day > 0 THEN round(least(greatest(free, 0) / a_day, 99999999), 1) END AS cover,
               CASE WHEN free <= 0 THEN 'out'
                    WHEN free < level OR (a_day > 0 AND free < a_day * (lead + %(safety)s)) THEN 'low'
                    WHEN expiring > 0 THEN 'expiring'
                    ELSE 'ok' END AS state
          FROM figures
    ), laid AS (
        INSERT INTO inventory_stockoutlook AS held
            (product_id, state, actual, reserved, free, daily_demand, cover_days, reorder_level, lead_days,
             expiring_quantity, expiring_value, counted_at)
        SELECT id, state, actual, reserved, free, round(a_day, 9), cover, level, lead,
               expiring, value, %(now)s
          FROM told ORDER BY id
        ON CONFLICT (product_id) DO UPDATE SET
            state = excluded.state, actual = excluded.actual, reserved = excluded.reserved,
            free = excluded.free, daily_demand = excluded.daily_demand, cover_days = excluded.cover_days,
            reorder_level = excluded.reorder_level, lead_days = excluded.lead_days,
            expiring_quantity = excluded.expiring_quantity, expiring_value = excluded.expiring_value,
            counted_at = excluded.counted_at
         WHERE (held.state, held.actual, held.reserved, held.free, held.daily_demand, held.cover_days,
                held.reorder_level, held.lead_days, held.expiring_quantity, held.expiring_value)
            IS DISTINCT FROM
               (excluded.state, excluded.actual, excluded.reserved, excluded.free, excluded.daily_demand,
                excluded.cover_days, excluded.reorder_level, excluded.lead_days, excluded.expiring_quantity,
                excluded.expiring_value)
    )
    DELETE FROM inventory_stockoutlook held
     WHERE NOT EXISTS (SELECT 1 FROM told WHERE told.id = held.product_id)
"""


def count_outlook(*, today: date | None = None) -> None:
    """Count how every product stands, and write what has changed. Safe to repeat, and at once.

    A sale, a movement or a setting is in it after the next count: the clock asks for one each minute.
    """
    now = timezone.now()
    day = today or shop_day(now)
    values = {
        "places": list(ShopOptions().stock_warehouses or ()) or None,
        "safety": ShopOptions().low_stock_safety_days,
        "today": day,
        "since": day - timedelta(days=DEMAND_DAYS),
        "span": DEMAND_DAYS,
        "now": now,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        in_turn(IN_TURN)
        cursor.execute(BATCHES, values)
        cursor.execute(PRODUCTS, values)
