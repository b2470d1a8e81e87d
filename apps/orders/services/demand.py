"""How much of each product a day sold, for whoever plans stock (docs/adr/0802)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Sum

from apps.inventory.services import take_uncounted, uncount_days, write_demand
from apps.orders.models import Order, OrderLine
from apps.orders.states import OrderDocument

SHOWN: Final = 90  # days that charts of sales go back


def count_demand(*, today: date) -> None:
    """Write down what today and the days before it sold, as many as charts show. Safe to repeat."""
    _count([today - timedelta(days=before) for before in range(SHOWN + 1)])


@transaction.atomic
def count_changed_demand(*, today: date) -> None:
    """The same of the days alone whose sales have changed since. Safe to repeat.

    By the clock, not page by page with the sync: a first pull would count each day many times.
    """
    _count([day for day in take_uncounted() if 0 <= (today - day).days <= SHOWN])


def sales_changed(order_ids: Sequence[int]) -> None:
    """These documents were written: their days are to be counted again. A document keeps its day: once it is
    submitted, ERPNext lets nobody change it."""
    sales = Order.objects.exclude(document=OrderDocument.ORDER).filter(pk__in=order_ids)
    uncount_days(sales.order_by().values_list("posted_on").distinct())


def _count(days: Sequence[date]) -> None:
    """A free-text line has no product, and a promise is not yet a sale."""
    sales = Order.objects.counting_as_revenue().filter(posted_on__in=days)
    sold = (
        OrderLine.objects.filter(order__in=sales, product__isnull=False)
        .order_by()
        .values_list("product_id", F("order__posted_on"))
        .annotate(quantity=Sum("stock_quantity"))
    )
    write_demand(days, sold=sold)
