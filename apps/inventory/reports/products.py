"""What a product's page tells of sales and costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Sum

from apps.inventory.models import DailyDemand, ReceiptLine
from apps.inventory.states import SUBMITTED

DEMAND_SPAN: Final = 90  # days
COSTS_SHOWN: Final = 24


@dataclass(frozen=True)
class Demand:
    """What each day sold, in stock units; the last day is yesterday, for today is not over."""

    days: Sequence[date]
    sold: Sequence[Decimal]

    @property
    def total(self) -> Decimal:
        return sum(self.sold, Decimal(0))

    @property
    def a_day(self) -> Decimal:
        return self.total / len(self.sold)


def demand_of(product_id: int, *, until: date) -> Demand:
    """The 90 days before a day; a day without a sale is a nought."""
    days = [until - timedelta(days=before) for before in range(DEMAND_SPAN, 0, -1)]
    rows = DailyDemand.objects.filter(product=product_id, day__gte=days[0], day__lt=until)
    sold: dict[date, Decimal] = dict(rows.values_list("day").annotate(sold=Sum("quantity")))
    return Demand(days, [sold.get(day, Decimal(0)) for day in days])


def costs_of(product_id: int) -> list[Any]:
    """The latest deliveries of a product that count, the newest first: ``valuation_rate`` is the cost of a
    stock unit. A return brings nothing, and what was free costs nothing."""
    lines = ReceiptLine.objects.filter(
        product=product_id,
        receipt__gone_at=None,
        receipt__erp_docstatus=SUBMITTED,
        receipt__is_return=False,
        is_free=False,
        stock_quantity__gt=0,
    )
    return list(
        lines.select_related("receipt__supplier").order_by("-receipt__posted_on", "-id")[:COSTS_SHOWN]
    )
