"""What the home page shows, each part by a fixed number of queries, whatever there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Left, TruncDate

from apps.core.clock import erp_zone, shop_day, shop_zone
from apps.core.models import Outgoing
from apps.core.states import OutgoingState
from apps.dashboard.spans import Span
from apps.orders.models import Order
from apps.orders.options import revenue_column
from apps.orders.querysets import PLACED, REVENUE
from apps.sync.models import Quarantine, Run
from apps.sync.services import interval_of
from apps.sync.states import RunState

DONE: Final = (RunState.SUCCEEDED, RunState.PARTIAL)
BROKEN: Final = (RunState.FAILED, RunState.INTERRUPTED)
PATIENCE: Final = timedelta(minutes=30)  # a run may wait for another to end


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
        Order.objects.filter(PLACED | REVENUE)
        .filter(within | before)
        .order_by()
        .annotate(day=TruncDate("placed_at", tzinfo=shop_zone()))
        .values("day")
        .annotate(count=Count("id", filter=PLACED), revenue=Sum(revenue_column(), filter=REVENUE))
    )
    return _by_day(span, {row["day"]: row for row in rows})


def _by_day(span: Span, found: dict[date, dict[str, Any]]) -> Sales:
    earlier = [day - span.shift for day in span.dates]

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
    """How the last run of each entity went, when each was last read to its end, what lies in quarantine."""

    runs: Sequence[Run]
    read_at: Mapping[str, datetime]
    quarantined: int
    stuck: int  # messages to ERPNext that need a person
    now: datetime

    def as_of(self, entity: str) -> datetime | None:
        """When the entity was last read to its end."""
        return self.read_at.get(entity)

    @property
    def behind(self) -> list[Run]:
        """The last runs of what should be newer than it is: it failed, or nobody has run it since."""
        return [run for run in self.runs if run.state in BROKEN or self._is_late(run)]

    def is_behind(self, entity: str) -> bool:
        return any(run.entity == entity for run in self.behind)

    def _is_late(self, run: Run) -> bool:
        """Whether its interval and some patience have passed: nobody can reach ERPNext, or no worker runs."""
        interval, read_at = interval_of(run.entity), self.as_of(run.entity)
        if interval is None or read_at is None or run.state == RunState.RUNNING:
            return False
        return self.now - read_at > interval + PATIENCE

    @property
    def behind_since(self) -> datetime | None:
        """How far back the oldest of it stands; none where one was never read to its end."""
        read = [self.as_of(run.entity) for run in self.behind]
        known = [at for at in read if at is not None]
        return min(known) if known and len(known) == len(read) else None


def sync_health(*, now: datetime) -> SyncHealth:
    """Three queries; where nothing failed the last runs say it all, and it is two."""
    runs = list(Run.objects.latest_of_each())
    done = {run.entity: run for run in runs if run.state in DONE}
    missing = [run.entity for run in runs if run.entity not in done]
    if missing:
        earlier = Run.objects.filter(entity__in=missing, state__in=DONE).latest_of_each()
        done |= {run.entity: run for run in earlier}
    read_at = {entity: run.finished_at for entity, run in done.items() if run.finished_at}
    waiting = _waiting()
    return SyncHealth(
        runs=runs,
        read_at=read_at,
        quarantined=waiting.get("quarantined", 0),
        stuck=waiting.get("stuck", 0),
        now=now,
    )


def _waiting() -> dict[str, int]:
    """What could not be read, and what ERPNext did not take: one query."""
    stuck = Outgoing.objects.filter(state=OutgoingState.NEEDS_ATTENTION)
    parked = _counted(Quarantine.objects.all(), "quarantined")
    return dict(parked.union(_counted(stuck, "stuck"), all=True))


def _counted(rows: QuerySet[Any], what: str) -> QuerySet[Any, Any]:
    named: QuerySet[Any, Any] = rows.order_by().values(what=Value(what))
    counted: QuerySet[Any, Any] = named.annotate(number=Count("pk")).values_list("what", "number")
    return counted


def last_day_with_orders() -> date | None:
    """One query: for the sentence that an empty span says."""
    newest = Order.objects.placed().newest_first().values_list("placed_at", flat=True).first()
    return shop_day(newest) if newest else None
