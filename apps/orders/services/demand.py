"""How much of each product a day sold, for whoever plans stock (docs/adr/0802)."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from django.db.models import F, Sum

from apps.core.mirror import Written
from apps.inventory.services import write_demand
from apps.orders.models import Order, OrderLine

LATE: Final = timedelta(days=90)  # as far back as charts of sales go


def demand_of(written: Written) -> None:
    """Count anew the days of the documents that came, changed or went."""
    if written.touched:
        days = Order.objects.filter(pk__in=written.touched).values_list("posted_on", flat=True)
        _count(set(days))


def _count(days: Collection[date]) -> None:
    """Write down what these days sold. A free-text line has no product, and a promise is not yet a sale."""
    counting = Order.objects.counting_as_revenue().filter(posted_on__in=days)
    sold = (
        OrderLine.objects.filter(order__in=counting, product__isnull=False)
        .order_by()
        .values_list("product_id", F("order__posted_on"))
        .annotate(quantity=Sum("stock_quantity"))
    )
    write_demand(days, sold=sold)


def recount_demand(*, today: date) -> None:
    """Count the last 90 days anew: a line may have found its product after its document came."""
    first = today - LATE
    _count([first + timedelta(days=after) for after in range(LATE.days + 1)])
