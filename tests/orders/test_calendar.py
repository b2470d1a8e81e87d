"""The calendar of orders."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client

from apps.accounts.permissions import Role
from apps.orders.calendar import Load, read_week, week_of
from apps.orders.states import OrderStatus
from tests.factories.accounts import StaffFactory
from tests.factories.orders import make_order

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 6, 8)  # London is an hour ahead of UTC


def placed(day: int, hour: int, total: str = "10.00", **given: object) -> None:
    make_order(
        placed_at=datetime(2026, 6, day, hour, 30, tzinfo=UTC), base_grand_total=Decimal(total), **given
    )


def test_an_order_stands_in_the_window_of_the_shops_clock():
    placed(8, 8)  # half past nine in London
    week = read_week(MONDAY)
    assert dict(week.by_window)[9, 12][0] == Load(1, Decimal("10.00"))
    assert dict(week.by_window)[0, 9][0] == Load()


def test_late_in_the_evening_is_the_next_day_in_the_shop():
    placed(8, 23)
    assert [load.orders for load in read_week(MONDAY).by_day] == [0, 1, 0, 0, 0, 0, 0]


def test_the_bars_end_at_the_busiest_of_five_weeks():
    for _ in range(3):
        make_order(placed_at=datetime(2026, 5, 20, 9, tzinfo=UTC))
    placed(8, 8)
    week = read_week(MONDAY)
    assert (week.busiest_day, week.busiest_window) == (3, 3)
    assert week.total == Load(1, Decimal("10.00"))
    assert week.average_day == Decimal(3) / 28


def test_drafts_are_no_orders():
    placed(8, 8, status=OrderStatus.DRAFT, erp_docstatus=0)
    assert read_week(MONDAY).total == Load()


def test_a_week_is_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        read_week(MONDAY)


def test_a_week_begins_on_monday():
    assert week_of(date(2026, 6, 14)) == MONDAY


def page_at(week: str) -> str:
    client = Client()
    client.force_login(StaffFactory(role=Role.CLERK))
    return client.get("/admin/orders/calendar/", {"week": week}).content.decode()


def test_any_day_of_the_week_opens_it():
    placed(10, 8)
    assert "8 Jun – 14 Jun 2026" in page_at("2026-06-12")


def test_an_empty_week_leads_to_the_newest_one():
    placed(10, 8)
    html = page_at("2026-07-01")
    assert "No orders in this week" in html
    assert "?week=2026-06-08" in html


def test_what_is_no_day_opens_this_week():
    assert "This week" not in page_at("yesterday")
