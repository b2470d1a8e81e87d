from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.contrib import admin
from django.db import connection
from django.test import RequestFactory

from apps.core.admin import filters, paging
from apps.core.admin.base import ShopAdmin
from apps.customers.models import Customer
from apps.orders.models import Order
from apps.orders.states import OrderStatus
from tests.factories.catalog import make_price, make_price_list, make_product
from tests.factories.customers import make_customer
from tests.factories.orders import make_order

ORDERS = "/admin/orders/order/"
CUSTOMERS = "/admin/customers/customer/"
OURS = [owned for owned in admin.site._registry.values() if isinstance(owned, ShopAdmin)]


def listing(client, url, **query):
    response = client.get(url, query)
    assert response.status_code == 200
    return response.context["listing"]


def names(shown):
    return [row.name.removeprefix("<bdi>").removesuffix("</bdi>") for row in shown.rows]


@pytest.mark.parametrize("url", [ORDERS, CUSTOMERS, "/admin/catalog/product/", "/admin/accounts/user/"])
def test_a_list_costs_the_same_however_long_it_is(url, desk):
    def grow(rows):
        for _number in range(rows):
            make_order(customer=make_customer(), lines=1)

    grow(2)
    desk.get(url)
    with CountedQueries() as few:
        desk.get(url)
    grow(20)
    with CountedQueries() as many:
        desk.get(url)
    assert len(many) == len(few)


class CountedQueries:
    """Collects the queries of a block."""

    def __enter__(self):
        self.queries = []
        self._wrapper = connection.execute_wrapper(self._note)
        self._wrapper.__enter__()
        return self

    def __exit__(self, *why):
        self._wrapper.__exit__(*why)

    def __len__(self):
        return len(self.queries)

    def _note(self, execute, sql, params, many, context):
        self.queries.append(sql)
        return execute(sql, params, many, context)


def test_nothing_is_counted_beyond_the_bound(desk, monkeypatch):
    monkeypatch.setattr(paging, "BOUND", 3)
    for _number in range(5):
        make_order()
    with CountedQueries() as asked:
        shown = listing(desk, ORDERS, source="erp")
    counts = [sql for sql in asked.queries if "COUNT(" in sql and "orders_order" in sql]
    assert [("LIMIT 4" in sql) for sql in counts] == [True]
    assert str(shown.cl.slice.count) == "more than 3"


def test_a_whole_tables_count_beyond_the_bound_is_postgresqls_own_estimate(db, monkeypatch):
    monkeypatch.setattr(paging, "BOUND", 3)
    for number in range(12):
        make_customer(f"C-{number}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_customer")
    assert str(paging.count_of(Customer.objects.all())) == "about 12"
    assert str(paging.count_of(Customer.objects.filter(is_active=True))) == "more than 3"


def test_pages_beyond_the_bound_are_reached_from_the_end(db, monkeypatch):
    monkeypatch.setattr(paging, "BOUND", 4)
    for number in range(10):
        make_customer(f"C-{number}")
    rows = Customer.objects.order_by("erp_name")
    first = paging.page_of(rows, page=1, size=2)
    last = paging.page_of(rows, page=first.last, size=2)
    assert [row.erp_name for row in first.rows] == ["C-0", "C-1"]
    assert (first.last, [row.erp_name for row in last.rows]) == (-1, ["C-8", "C-9"])
    assert (last.previous, last.next) == (-2, None)
    deepest = paging.page_of(rows, page=99, size=2)
    assert (deepest.page, [row.erp_name for row in deepest.rows], deepest.is_end_of_bound) == (
        2,
        ["C-2", "C-3"],
        True,
    )


def test_every_row_is_on_exactly_one_page_even_when_all_sort_the_same(desk, monkeypatch):
    at = datetime(2026, 11, 2, 12, tzinfo=UTC)
    for number in range(7):
        make_order(f"SINV-{number}", placed_at=at)
    monkeypatch.setattr(type(admin.site._registry[Order]), "list_per_page", 3)
    seen = [name for page in (1, 2, 3) for name in names(listing(desk, ORDERS, p=page))]
    assert sorted(seen) == [f"SINV-{number}" for number in range(7)]


@pytest.mark.parametrize("page", ["0", "-5", "99999999", "x", ""])
def test_a_page_that_is_not_there_is_the_nearest_that_is(page, desk):
    make_order("SINV-1")
    assert names(listing(desk, ORDERS, p=page)) == ["SINV-1"]


def test_each_filter_is_a_chip_that_can_be_removed_alone(desk):
    make_order("OPEN", status=OrderStatus.OPEN)
    make_order("DONE", status=OrderStatus.COMPLETED)
    make_order("BACK", status=OrderStatus.RETURNED)
    shown = listing(desk, ORDERS, status=["open", "completed"])
    assert sorted(names(shown)) == ["DONE", "OPEN"]
    assert [(chip.label, chip.value, chip.without) for chip in shown.set_filters] == [
        ("Status", "Open", "?status=completed"),
        ("Status", "Completed", "?status=open"),
    ]
    assert shown.clear_link == "?"


def test_days_are_the_shops_and_both_ends_are_included(desk):
    make_order("BEFORE", placed_at=datetime(2026, 7, 1, 22, 59, tzinfo=UTC))  # 23:59 in London
    make_order("FIRST", placed_at=datetime(2026, 7, 1, 23, 0, tzinfo=UTC))  # midnight of the 2nd
    make_order("LAST", placed_at=datetime(2026, 7, 2, 22, 59, tzinfo=UTC))
    make_order("AFTER", placed_at=datetime(2026, 7, 2, 23, 0, tzinfo=UTC))
    shown = listing(desk, ORDERS, placed_at_from="2026-07-02", placed_at_to="2026-07-02")
    assert names(shown) == ["LAST", "FIRST"]


@time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC), tick=False)
def test_the_last_seven_days_end_today(desk):
    today = datetime(2026, 11, 23, 11, tzinfo=UTC)
    make_order("TODAY", placed_at=today)
    make_order("SIX", placed_at=today - timedelta(days=6))
    make_order("SEVEN", placed_at=today - timedelta(days=7))
    assert names(listing(desk, ORDERS, placed_at="7d")) == ["TODAY", "SIX"]


def test_what_is_no_day_is_said_at_the_field_and_stays_as_it_was_typed(desk):
    make_order("SINV-1")
    response = desk.get(ORDERS, {"placed_at_from": "31/02/2026"})
    assert response.context["listing"].complaints == [
        "Placed: “31/02/2026” is not a day: write it as 2026-11-23."
    ]
    assert 'value="31/02/2026"' in response.content.decode()


def test_a_lookup_spelt_out_in_the_address_narrows_nothing_and_is_said(desk, manager):
    shown = listing(desk, "/admin/accounts/user/", password__startswith="x")
    assert names(shown) == ["Ada Boss"]
    assert shown.complaints == ["This list has no filter “password__startswith”; it is not narrowed by it."]


def test_an_empty_list_says_why_and_offers_no_filters(desk):
    response = desk.get(ORDERS)
    assert response.context["listing"].state == "empty"
    page = response.content.decode()
    assert "No orders yet" in page
    assert "Orders come from ERPNext." in page
    assert "data-sheet" not in page


def test_a_list_filtered_to_nothing_offers_to_clear_the_filters(desk):
    make_order(status=OrderStatus.OPEN)
    page = desk.get(ORDERS, {"status": "draft"}).content.decode()
    assert "Nothing matches" in page
    assert "Clear filters" in page


def test_a_search_without_a_hit_repeats_the_words(desk):
    make_order()
    page = desk.get(ORDERS, {"q": "<b>quince"}).content.decode()
    assert "Nothing matches “&lt;b&gt;quince”" in page


def test_sums_stand_under_the_list_for_all_that_is_filtered(desk, monkeypatch):
    monkeypatch.setattr(type(admin.site._registry[Order]), "list_per_page", 1)
    make_order(base_grand_total=Decimal("10.50"))
    make_order(base_grand_total=Decimal("4.25"), grand_total=Decimal("5"), currency="EUR")
    make_order(base_grand_total=Decimal("100"), erp_docstatus=0, status=OrderStatus.DRAFT)
    shown = listing(desk, ORDERS)
    assert [cell.shown for cell in shown.totals if cell.column.name == "amount"] == ["<bdi>£14.75</bdi>"]


def test_only_columns_that_an_index_sorts_can_be_sorted(desk):
    make_order("B", placed_at=datetime(2026, 11, 1, tzinfo=UTC))
    make_order("A", placed_at=datetime(2026, 11, 2, tzinfo=UTC))
    assert [head.column.name for head in listing(desk, ORDERS).heads if head.link] == ["placed_at"]
    assert names(listing(desk, ORDERS, o="placed_at")) == ["B", "A"]
    assert names(listing(desk, ORDERS, o="customer_name")) == ["A", "B"]


def test_looking_at_a_list_writes_nothing(desk):
    make_order()
    desk.get(ORDERS)
    with CountedQueries() as asked:
        desk.get(ORDERS, {"status": "open", "q": "SINV", "o": "placed_at"})
    assert [sql for sql in asked.queries if not sql.startswith(("SELECT", "SAVEPOINT", "RELEASE"))] == []


def test_a_foreign_key_in_a_list_is_read_with_the_list_and_no_other_is_joined():
    assert [owned for owned in OURS if owned.list_select_related in (True, False)] == []
    assert [owned for owned in OURS if owned.show_full_result_count] == []
    assert [owned for owned in OURS if getattr(owned, "list_sections", ())] == []


def test_a_list_ends_its_order_in_something_unique(rf: RequestFactory, manager):
    for owned in OURS:
        request = rf.get("/")
        request.user = manager
        changelist = owned.get_changelist_instance(request)
        last = changelist.get_ordering(request, changelist.queryset)[-1]
        assert str(last).lstrip("-") in {"pk", "id"}, owned


def test_jquery_ui_comes_from_our_own_host(settings):
    assert settings.JQUERY_UI_URL == "vendor/jquery-ui.min.js"


def test_a_filter_names_what_a_link_asks_for_however_many_there_are_to_choose_from(desk, monkeypatch):
    monkeypatch.setattr(filters, "OFFERED_AT_MOST", 1)
    first, last = make_price_list("First"), make_price_list("Last")
    for price_list in (first, last):
        make_price(make_product(), price_list)
    shown = listing(desk, "/admin/catalog/itemprice/", price_list=last.pk)
    assert [price.price_list for price in shown.cl.result_list] == [last]
    assert [(chosen.label, chosen.value) for chosen in shown.set_filters] == [("Price list", "Last")]


@pytest.mark.parametrize("asked", ["no number", "-1", "9" * 30, "²"])
def test_a_record_that_cannot_be_narrows_to_nothing(asked, desk):
    make_price(make_product(), make_price_list())
    shown = listing(desk, "/admin/catalog/itemprice/", product=asked)
    assert (list(shown.cl.result_list), shown.state) == ([], "filtered")


def test_a_filter_by_one_record_shows_no_control_until_a_link_sets_it(desk):
    make_price(make_product(name_en="Oat milk"), make_price_list())
    page = desk.get("/admin/catalog/itemprice/").content.decode()
    assert 'name="product"' not in page
