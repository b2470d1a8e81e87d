"""What was sold of each product on each day, as whoever knows the sales tells it."""

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import QuerySet

from apps.core.locks import in_turn

IN_TURN: Final = "inventory.dailydemand"  # of two that tell of one day, the later must see all that was sold
UNCOUNT: Final = "INSERT INTO inventory_uncountedday (day) {days}"
TAKE: Final = "DELETE FROM inventory_uncountedday RETURNING day"
# {sold} is a query of product, day and quantity; days that it says nothing of are days without a sale
REPLACE: Final = """
    WITH sold (product_id, day, quantity) AS MATERIALIZED ({sold}), laid AS (
        INSERT INTO inventory_dailydemand AS held (product_id, day, quantity)
        SELECT product_id, day, quantity FROM sold WHERE quantity <> 0
        ON CONFLICT (product_id, day) DO UPDATE SET quantity = excluded.quantity
         WHERE held.quantity <> excluded.quantity
    )
    DELETE FROM inventory_dailydemand held
     WHERE held.day = ANY(%s)
       AND NOT EXISTS (SELECT 1 FROM sold WHERE sold.product_id = held.product_id
                        AND sold.day = held.day AND sold.quantity <> 0)
"""


def write_demand(days: Collection[date], *, sold: "QuerySet[Any, Any]") -> None:
    """Write anew what these days sold. ``sold`` selects product id, day and stock quantity, one row for each
    product and day; it is read within the database. Safe to repeat."""
    if not days:
        return
    query, values = sold.query.sql_with_params()
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        in_turn(IN_TURN)
        cursor.execute(REPLACE.format(sold=query), [*values, sorted(days)])


def uncount_days(days: "QuerySet[Any, Any]") -> None:
    """Have the days that a query selects counted again: their sales have changed. One statement, in the
    caller's transaction."""
    query, values = days.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(UNCOUNT.format(days=query), values)


def take_uncounted() -> set[date]:
    """The days to be counted again, by whoever asks, in the transaction that he is in."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE)
        return {day for (day,) in cursor.fetchall()}
