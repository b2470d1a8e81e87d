"""The home page as each of the staff sees it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.permissions import Role
from apps.orders.states import OrderStatus
from apps.sync.models import Run
from apps.sync.states import Mode, RunState
from tests.factories.accounts import StaffFactory
from tests.factories.customers import make_customer
from tests.factories.orders import make_order

pytestmark = pytest.mark.django_db


def page_of(role: Role, **asked: str) -> str:
    client = Client()
    client.force_login(StaffFactory(role=role))
    return client.get("/admin/", asked).content.decode()


def a_run(state: RunState, **given: object) -> Run:
    ended = {} if state is RunState.RUNNING else {"finished_at": timezone.now()}
    usual = {"entity": "sales", "mode": Mode.FULL, "actor_kind": "system", "actor_label": "Larder"}
    return Run.objects.create(**usual | ended | {"state": state} | given)


def test_shows_the_four_figures_with_what_they_mean():
    a_run(RunState.SUCCEEDED)
    make_customer()
    make_order(placed_at=timezone.now() - timedelta(hours=1), base_grand_total=Decimal("1234.5"))
    make_order(placed_at=timezone.now() - timedelta(days=8), base_grand_total=Decimal("617.25"))
    html = page_of(Role.SUPER_ADMIN, days="7")
    for words in (
        "Total customers",
        "Products",
        "Active orders",
        "Revenue",
        "£1,234.50",
        "+100.0%",
        "vs the 7 days before",
        "invoices less returns, last 7 days",
        "1 placed in the last 7 days",
    ):
        assert words in html


def test_a_figure_nobody_has_read_yet_is_a_dash_and_not_zero():
    html = page_of(Role.SUPER_ADMIN)
    assert "£0.00" not in html.split("lr-dashboard-columns")[0]
    assert html.count('<span class="lr-tile-value"><bdi>—</bdi></span>') == 4


def test_a_failed_sync_greys_the_figure_and_says_since_when_and_what_to_do():
    a_run(RunState.SUCCEEDED)
    a_run(RunState.FAILED, problem="ERPNext refused the key.")
    html = page_of(Role.SUPER_ADMIN)
    assert "lr-tile-stale" in html
    assert "not read since today" in html
    assert "ERPNext refused the key." in html
    assert f'<a href="{reverse("admin:sync")}">See the sync</a>' in html


def test_a_clerk_is_told_that_the_figures_are_old_but_not_how_to_run_the_sync():
    a_run(RunState.SUCCEEDED, finished_at=timezone.now() - timedelta(hours=3))
    html = page_of(Role.CLERK)
    assert "not read since" in html
    assert reverse("admin:sync") not in html


def test_a_clerk_sees_orders_but_neither_sync_nor_first_steps():
    html = page_of(Role.CLERK)
    assert "Recent orders" in html
    assert "First steps" not in html
    assert 'id="sync-health"' not in html


def test_a_driver_sees_his_pages_and_no_figure():
    make_order("SECRET-1", placed_at=timezone.now())
    html = page_of(Role.DRIVER)
    assert "Your pages" in html
    assert "Revenue" not in html
    assert "SECRET-1" not in html


def test_the_first_steps_go_once_they_are_done():
    assert "First steps" in page_of(Role.SUPER_ADMIN)
    a_run(RunState.SUCCEEDED)
    make_order()
    StaffFactory()
    assert "First steps" not in page_of(Role.SUPER_ADMIN)


def test_an_erpnext_that_never_answered_is_not_called_connected():
    a_run(RunState.FAILED)
    html = page_of(Role.SUPER_ADMIN)
    assert "Set its address and the key of a user that may read, and start again." in html
    assert "nothing was read yet" in html
    a_run(RunState.SUCCEEDED)
    assert "every record was read" in page_of(Role.SUPER_ADMIN)


def test_an_empty_span_says_where_the_newest_order_is():
    make_order(placed_at=timezone.now() - timedelta(days=200), status=OrderStatus.COMPLETED)
    html = page_of(Role.SUPER_ADMIN, days="7")
    assert "No orders in these days" in html
    assert "The newest order is of" in html


@pytest.mark.parametrize("orders", [2, 20])
def test_costs_the_same_however_much_was_sold(orders: int, django_assert_num_queries):
    a_run(RunState.SUCCEEDED)
    for number in range(orders):
        make_order(placed_at=timezone.now() - timedelta(hours=number + 1), customer=make_customer())
    client = Client()
    client.force_login(StaffFactory(role=Role.SUPER_ADMIN))
    client.get("/admin/")
    with django_assert_num_queries(HOME_QUERIES):
        client.get("/admin/")


HOME_QUERIES = 13


def test_the_tile_of_active_orders_opens_just_those():
    a_run(RunState.SUCCEEDED)
    make_order("WAITS-1", status=OrderStatus.TO_DELIVER, placed_at=timezone.now() - timedelta(hours=1))
    make_order("DONE-1", status=OrderStatus.COMPLETED, placed_at=timezone.now() - timedelta(hours=1))
    client = Client()
    client.force_login(StaffFactory(role=Role.SUPER_ADMIN))
    context = client.get("/admin/").context
    tile = next(tile for tile in context["tiles"] if tile.icon == "receipt_long")
    html = client.get(tile.link).content.decode()
    assert "WAITS-1" in html
    assert "DONE-1" not in html
    assert "has no filter" not in html
