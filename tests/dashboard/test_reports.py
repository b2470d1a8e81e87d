"""The figures of the home page."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from apps.customers.models import Customer
from apps.dashboard import reports
from apps.dashboard.spans import span_of
from apps.orders.states import OrderStatus
from apps.sync.models import Run
from apps.sync.states import Mode, RunState
from tests.factories.customers import make_customer
from tests.factories.orders import make_order

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)
WEEK = span_of({"days": "7"}, now=NOW)


def sold(at: datetime, total: str, **given: object) -> None:
    make_order(placed_at=at, base_grand_total=Decimal(total), **given)


def test_revenue_is_by_the_shops_day_and_a_return_takes_from_it():
    sold(NOW - timedelta(hours=1), "30.00", status=OrderStatus.COMPLETED)
    sold(NOW - timedelta(hours=2), "-10.00", status=OrderStatus.RETURNED, is_return=True)
    found = reports.sales(WEEK)
    assert found.total == Decimal("20.00")
    assert found.revenue[-1] == Decimal("20.00")
    assert found.orders == 2


def test_the_span_before_ends_at_the_same_hour():
    same_hour = NOW - timedelta(days=7)
    sold(same_hour - timedelta(minutes=1), "5.00")
    sold(same_hour + timedelta(minutes=1), "7.00")
    found = reports.sales(WEEK)
    assert found.total_before == Decimal("5.00")
    assert found.orders_before == 1


def test_drafts_cancelled_and_gone_orders_earn_nothing():
    sold(NOW - timedelta(hours=1), "1.00", status=OrderStatus.DRAFT, erp_docstatus=0)
    sold(NOW - timedelta(hours=1), "2.00", status=OrderStatus.CANCELLED, erp_docstatus=2)
    sold(NOW - timedelta(hours=1), "4.00", gone_at=NOW)
    found = reports.sales(WEEK)
    assert found.total == Decimal(0)
    assert found.orders == 1  # the cancelled one was placed all the same


def test_standing_counts_what_is_there_and_its_course():
    make_customer(erp_creation="2026-01-05 09:00:00.000000")
    make_customer(erp_creation="2026-11-18 09:00:00.000000")
    make_customer(erp_creation="2026-11-18 10:00:00.000000", gone_at=NOW)
    found = reports.standing(Customer.objects.present(), WEEK)
    assert (found.now, found.at_start) == (2, 1)
    assert found.course == [1, 2, 2, 2, 2, 2, 2]


def test_health_is_the_latest_run_of_each_and_knows_what_is_stale():
    Run.objects.create(
        entity="sales",
        mode=Mode.FULL,
        state=RunState.SUCCEEDED,
        finished_at=NOW,
        actor_kind="system",
        actor_label="L",
    )
    Run.objects.create(
        entity="sales",
        mode=Mode.MODIFIED,
        state=RunState.FAILED,
        finished_at=NOW,
        actor_kind="system",
        actor_label="L",
    )
    Run.objects.create(
        entity="items",
        mode=Mode.FULL,
        state=RunState.SUCCEEDED,
        finished_at=NOW,
        actor_kind="system",
        actor_label="L",
    )
    health = reports.sync_health()
    assert [(run.entity, run.state) for run in health.runs] == [("items", "succeeded"), ("sales", "failed")]
    assert health.as_of("items") == NOW
    assert health.as_of("sales") is None
    stale = health.stale("sales")
    assert stale is not None
    assert stale.state == RunState.FAILED
