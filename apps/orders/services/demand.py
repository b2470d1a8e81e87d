"""How much of each product a day sold, for whoever plans stock (docs/adr/0802)."""

from datetime import date, timedelta
from typing import Final

from django.db.models import F, Sum

from apps.inventory.services import write_demand
from apps.orders.models import Order, OrderLine

RECENT: Final = 28  # days that the daily demand is the mean of
SHOWN: Final = 90  # days that charts of sales go back


def count_demand(*, today: date, days: int = RECENT) -> None:
    """Write down what today and the days before it sold. Safe to repeat.

    Counted by the clock, not page by page with the sync: a first pull would count each day many times. A
    free-text line has no product, and a promise is not yet a sale.
    """
    counted = [today - timedelta(days=before) for before in range(days + 1)]
    sales = Order.objects.counting_as_revenue().filter(posted_on__in=counted)
    sold = (
        OrderLine.objects.filter(order__in=sales, product__isnull=False)
        .order_by()
        .values_list("product_id", F("order__posted_on"))
        .annotate(quantity=Sum("stock_quantity"))
    )
    write_demand(counted, sold=sold)
