"""A week of orders: days across, windows of the day down, each against the busiest there was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from django.db.models import Count, Sum
from django.db.models.functions import ExtractHour, TruncDate

from apps.core.clock import midnight, shop_zone
from apps.orders.models import Order
from apps.orders.options import revenue_column

DAYS: Final = 7
WEEKS_COMPARED: Final = 4
WINDOWS: Final = ((0, 9), (9, 12), (12, 15), (15, 18), (18, 24))


@dataclass(frozen=True)
class Load:
    """What was placed in a stretch of time."""

    orders: int = 0
    revenue: Decimal = Decimal()

    def __add__(self, other: "Load") -> "Load":
        return Load(self.orders + other.orders, self.revenue + other.revenue)


@dataclass(frozen=True)
class Week:
    """Seven days with the load of each window; the bars end at ``busiest_day`` and ``busiest_window``."""

    first: date
    days: Sequence[date]
    by_window: Sequence[tuple[tuple[int, int], Sequence[Load]]]
    by_day: Sequence[Load]
    average_day: Decimal
    busiest_day: int
    busiest_window: int

    @property
    def total(self) -> Load:
        return sum(self.by_day, Load())


def week_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def read_week(first: date) -> Week:
    """The week and the four before it, by one query."""
    since = first - timedelta(weeks=WEEKS_COMPARED)
    found = _loads(since, first + timedelta(days=DAYS))
    days = [first + timedelta(days=offset) for offset in range(DAYS)]
    by_window = [(window, [found.get((day, window), Load()) for day in days]) for window in WINDOWS]
    per_day: dict[date, int] = {}
    for (day, _window), load in found.items():
        per_day[day] = per_day.get(day, 0) + load.orders
    earlier = sum(count for day, count in per_day.items() if day < first)
    return Week(
        first=first,
        days=days,
        by_window=by_window,
        by_day=[sum((loads[at] for _window, loads in by_window), Load()) for at in range(DAYS)],
        average_day=Decimal(earlier) / (WEEKS_COMPARED * DAYS),
        busiest_day=max(per_day.values(), default=0),
        busiest_window=max((load.orders for load in found.values()), default=0),
    )


def _loads(since: date, until: date) -> dict[tuple[date, tuple[int, int]], Load]:
    zone = shop_zone()
    rows = (
        Order.objects.placed()
        .between(midnight(since), midnight(until))
        .order_by()
        .annotate(day=TruncDate("placed_at", tzinfo=zone), hour=ExtractHour("placed_at", tzinfo=zone))
        .values_list("day", "hour")
        .annotate(Count("id"), Sum(revenue_column()))
    )
    loads: dict[tuple[date, tuple[int, int]], Load] = {}
    for day, hour, orders, revenue in rows:
        window = next(window for window in WINDOWS if window[0] <= hour < window[1])
        loads[day, window] = loads.get((day, window), Load()) + Load(orders, revenue)
    return loads
