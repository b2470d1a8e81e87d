"""The figures of the home page."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.core import outgoing
from apps.core.actors import SYSTEM, Actor
from apps.core.audit import Subject
from apps.customers.models import Customer
from apps.dashboard import reports
from apps.dashboard.spans import Span
from apps.orders.states import OrderStatus
from apps.sync.models import Run
from apps.sync.states import Mode, RunState
from tests.factories.customers import make_customer
from tests.factories.orders import make_order

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)
WEEK = Span(first=date(2026, 11, 17), last=date(2026, 11, 23), now=NOW)


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


def a_run(state: RunState, *, entity: str = "sales", at: datetime = NOW) -> Run:
    ended = {} if state is RunState.RUNNING else {"finished_at": at}
    usual = {"mode": Mode.MODIFIED, "actor_kind": "system", "actor_label": "Larder", "started_at": at}
    return Run.objects.create(**usual | ended, entity=entity, state=state)


def test_health_is_the_latest_run_of_each_and_knows_since_when_one_is_behind():
    read_at = NOW - timedelta(minutes=15)
    a_run(RunState.SUCCEEDED, at=read_at)
    a_run(RunState.FAILED)
    a_run(RunState.SUCCEEDED, entity="items")
    health = reports.sync_health(now=NOW)
    assert [(run.entity, run.state) for run in health.runs] == [("items", "succeeded"), ("sales", "failed")]
    assert health.as_of("items") == NOW
    assert not health.is_behind("items")
    assert health.as_of("sales") == read_at
    assert health.is_behind("sales")
    assert health.behind_since == read_at


@pytest.mark.parametrize(("minutes", "is_behind"), [(44, False), (46, True)])
def test_what_nobody_has_run_for_its_interval_and_half_an_hour_is_behind(minutes: int, is_behind: bool):
    a_run(RunState.SUCCEEDED, at=NOW - timedelta(minutes=minutes))  # sales: every quarter of an hour
    assert reports.sync_health(now=NOW).is_behind("sales") is is_behind


def test_what_runs_at_this_moment_is_not_behind():
    a_run(RunState.SUCCEEDED, at=NOW - timedelta(days=1))
    a_run(RunState.RUNNING)
    assert not reports.sync_health(now=NOW).is_behind("sales")


def test_what_was_never_read_to_its_end_has_no_since():
    a_run(RunState.FAILED)
    health = reports.sync_health(now=NOW)
    assert health.is_behind("sales")
    assert health.behind_since is None


def test_a_message_that_erpnext_did_not_take_needs_a_hand(manager: User):
    subject = Subject("catalog.price", "1", "Milk")
    message = outgoing.queue(kind="item_price", subject=subject, reference="price/1", actor=Actor.of(manager))
    assert reports.sync_health(now=timezone.now()).stuck == 0
    outgoing.take(message.pk, at=timezone.now(), actor=SYSTEM)
    outgoing.give_up(message.pk, error="ERPNext refused it.", actor=SYSTEM)
    assert reports.sync_health(now=timezone.now()).stuck == 1
