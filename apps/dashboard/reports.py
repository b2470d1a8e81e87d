"""What the home page shows, each part by a fixed number of queries, whatever there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.db.models.functions import Left, TruncDate

from apps.core.clock import erp_zone, shop_day, shop_zone
from apps.dashboard.spans import Span
from apps.orders.models import Order
from apps.sync.models import Quarantine, Run
from apps.sync.states import RunState


@dataclass(frozen=True)
class Sales:
    """What was sold in a span and in the one before it, day by day."""

    revenue: Sequence[Decimal]
    revenue_before: Sequence[Decimal]
    orders: int
    orders_before: int

    @property
    def total(self) -> Decimal:
        return sum(self.revenue, Decimal())

    @property
    def total_before(self) -> Decimal:
        return sum(self.revenue_before, Decimal())


def sales(span: Span) -> Sales:
    """One query: both spans by the shop's day, the earlier one up to the same hour."""
    within = Q(placed_at__gte=span.start, placed_at__lt=span.end)
    before = Q(placed_at__gte=span.start_before, placed_at__lt=span.end_before)
    rows = (
        Order.objects.placed()
        .filter(within | before)
        .order_by()
        .annotate(day=TruncDate("placed_at", tzinfo=shop_zone()))
        .values("day")
        .annotate(count=Count("id"), revenue=Sum("base_grand_total", filter=Q(erp_docstatus=1)))
    )
    return _by_day(span, {row["day"]: row for row in rows})


def _by_day(span: Span, found: dict[date, dict[str, Any]]) -> Sales:
    earlier = [day - timedelta(days=span.days) for day in span.dates]

    def revenue(days: Sequence[date]) -> list[Decimal]:
        return [found.get(day, {}).get("revenue") or Decimal() for day in days]

    def count(days: Sequence[date]) -> int:
        return sum(found.get(day, {}).get("count", 0) for day in days)

    return Sales(
        revenue=revenue(span.dates),
        revenue_before=revenue(earlier),
        orders=count(span.dates),
        orders_before=count(earlier),
    )


@dataclass(frozen=True)
class Standing:
    """How many there are now, how many there were when the span began, and the course between."""

    now: int
    at_start: int
    course: Sequence[int]


def standing(rows: QuerySet[Any], span: Span) -> Standing:
    """One query over mirrored records that are there now; when each was made, ERPNext says."""
    start = span.start.astimezone(erp_zone()).strftime("%Y-%m-%d %H:%M:%S")
    made = (
        rows.order_by()
        .annotate(day=Left("erp_creation", 10))
        .values("day")
        .annotate(count=Count("id"))
        .values_list("day", "count")
    )
    counts = dict(made)
    earlier = sum(count for day, count in counts.items() if day < start[:10])
    course, total = [], earlier
    for day in span.dates:
        total += counts.get(day.isoformat(), 0)
        course.append(total)
    return Standing(now=sum(counts.values()), at_start=earlier, course=course)


def active_orders() -> dict[str, Any]:
    """One query: how many are open or to deliver, and since when the oldest waits."""
    return Order.objects.active().aggregate(count=Count("id"), oldest=Min("placed_at"))


def recent_orders(most: int = 8) -> list[Order]:
    """One query: the newest, with what a row shows."""
    shown = ("erp_name", "customer_name", "status", "source", "placed_at", "base_grand_total", "currency")
    return list(Order.objects.placed().newest_first().only(*shown)[:most])


@dataclass(frozen=True)
class SyncHealth:
    """How the last run of each entity went, and what lies in quarantine."""

    runs: Sequence[Run]
    quarantined: int

    @property
    def failed(self) -> list[Run]:
        return [run for run in self.runs if run.state in {RunState.FAILED, RunState.INTERRUPTED}]

    def as_of(self, entity: str) -> datetime | None:
        """When the entity was last read to its end."""
        done = {RunState.SUCCEEDED, RunState.PARTIAL}
        return next(
            (run.finished_at for run in self.runs if run.entity == entity and run.state in done), None
        )

    def stale(self, entity: str) -> Run | None:
        """The run that should have brought newer figures and did not."""
        return next((run for run in self.failed if run.entity == entity), None)


def sync_health() -> SyncHealth:
    """Two queries."""
    return SyncHealth(runs=list(Run.objects.latest_of_each()), quarantined=Quarantine.objects.count())


def last_day_with_orders() -> date | None:
    """One query: for the sentence that an empty span says."""
    newest = Order.objects.placed().newest_first().values_list("placed_at", flat=True).first()
    return shop_day(newest) if newest else None
