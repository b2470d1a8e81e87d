"""Revenue with tax or without, as the shop tells it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine

from apps.core import options
from apps.core.actors import COMMAND
from apps.dashboard import reports
from apps.dashboard.spans import Span
from apps.orders.calendar import read_week
from tests.factories.customers import make_customer
from tests.factories.orders import make_order

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


@pytest.fixture
def customer():
    ada = make_customer("Ada")
    make_order(customer=ada, placed_at=NOON, base_grand_total=Decimal(12), base_net_total=Decimal(10))
    return ada


def figures():
    span = Span(first=date(2026, 11, 17), last=date(2026, 11, 23), now=datetime(2026, 11, 23, tzinfo=UTC))
    return reports.sales(span).total, read_week(date(2026, 11, 16)).total.revenue


def test_it_is_with_tax_unless_the_shop_says_otherwise(customer):
    assert figures() == (12, 12)
    options.save({"shop.revenue_basis": "net"}, actor=COMMAND)
    assert figures() == (10, 10)


@time_machine.travel("2026-11-23 12:00", tick=False)
def test_screens_say_when_it_is_without_tax(customer, desk):
    places = (
        "/admin/",
        "/admin/orders/calendar/?week=2026-11-16",
        f"/admin/customers/customer/{customer.pk}/change/",
    )
    for place in places:
        assert "without tax" not in desk.get(place).content.decode()
    options.save({"shop.revenue_basis": "net"}, actor=COMMAND)
    for place in places:
        page = desk.get(place).content.decode()
        assert "without tax" in page
        assert "£10.00" in page
