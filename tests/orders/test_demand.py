"""What a day sold of a product is written down for whoever plans stock."""

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from apps.core.mirror import Written
from apps.inventory.models import DailyDemand, UncountedDay
from apps.orders.models import Order
from apps.orders.services import count_changed_demand, count_demand, orders_synced
from apps.orders.states import OrderDocument
from tests.factories.catalog import make_product
from tests.factories.orders import make_line, make_order

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 2, 12, tzinfo=UTC)


def sold(product: Any, quantity: str, *, at: datetime = MONDAY, **given: Any) -> Order:
    """An invoice of so many stock units of a product; the clock has counted it."""
    order = make_order(placed_at=at, **given)
    make_line(order, product=product, item_code=product.item_code, stock_quantity=Decimal(quantity))
    count()
    return order


def count() -> None:
    count_demand(today=date(2026, 11, 20))


def written() -> dict[tuple[str, date], Decimal]:
    rows = DailyDemand.objects.select_related("product")
    return {(row.product.item_code, row.day): row.quantity for row in rows}


def test_a_day_sums_up_what_its_invoices_sold_in_stock_units() -> None:
    milk, rice = make_product("MILK"), make_product("RICE")
    sold(milk, "2")
    sold(milk, "0.5")
    sold(rice, "3", at=MONDAY + timedelta(days=1))

    assert written() == {
        ("MILK", date(2026, 11, 2)): Decimal("2.5"),
        ("RICE", date(2026, 11, 3)): Decimal(3),
    }


def test_what_came_back_is_taken_off_the_day_on_which_it_came() -> None:
    milk = make_product("MILK")
    sold(milk, "2")
    sold(milk, "-1", at=MONDAY + timedelta(days=1), is_return=True)

    assert written() == {("MILK", date(2026, 11, 2)): Decimal(2), ("MILK", date(2026, 11, 3)): Decimal(-1)}


@pytest.mark.parametrize(
    "standing",
    [
        {"erp_docstatus": 0},
        {"erp_docstatus": 2},
        {"is_consolidated": True},
        {"document": OrderDocument.ORDER},
    ],
    ids=["draft", "cancelled", "sum of till invoices", "sales order"],
)
def test_what_is_no_sale_or_would_count_twice_is_left_out(standing: dict[str, Any]) -> None:
    sold(make_product("MILK"), "2", **standing)
    assert written() == {}


def test_a_cancelled_invoice_takes_its_demand_with_it_and_leaves_that_of_others() -> None:
    milk = make_product("MILK")
    sold(milk, "2")
    wrong = sold(milk, "5")
    wrong.erp_docstatus = 2
    wrong.save()
    count()

    assert written() == {("MILK", date(2026, 11, 2)): Decimal(2)}


def test_counting_twice_changes_nothing() -> None:
    sold(make_product("MILK"), "2")
    before = list(DailyDemand.objects.values_list("pk", "quantity"))
    count()
    assert list(DailyDemand.objects.values_list("pk", "quantity")) == before


def test_a_line_whose_product_came_later_counts_from_then_on() -> None:
    order = make_order(placed_at=MONDAY)
    line = make_line(order, item_code="MILK", stock_quantity=Decimal(4))
    count()
    assert written() == {}

    line.product = make_product("MILK")
    line.save()
    count()

    assert written() == {("MILK", date(2026, 11, 2)): Decimal(4)}


# --- counted by the clock: what has changed alone --------------------------------------------------------


def told(*orders: Order) -> None:
    """The sync has written these documents."""
    orders_synced(Written(model=Order, changed=tuple(order.pk for order in orders)))


def count_changed() -> None:
    count_changed_demand(today=date(2026, 11, 20))


def unwritten(product: Any, quantity: str, *, at: datetime = MONDAY, **given: Any) -> Order:
    order = make_order(placed_at=at, **given)
    make_line(order, product=product, item_code=product.item_code, stock_quantity=Decimal(quantity))
    return order


def test_the_days_of_documents_that_the_sync_wrote_are_counted_and_no_others() -> None:
    milk = make_product("MILK")
    told(unwritten(milk, "2"), unwritten(milk, "3"))
    unwritten(milk, "9", at=MONDAY + timedelta(days=1))
    count_changed()
    assert written() == {("MILK", date(2026, 11, 2)): Decimal(5)}
    assert UncountedDay.objects.count() == 0


def test_a_document_that_was_cancelled_or_has_gone_has_its_day_counted_again() -> None:
    milk = make_product("MILK")
    order = unwritten(milk, "2")
    told(order)
    count_changed()
    Order.objects.filter(pk=order.pk).update(gone_at=MONDAY)
    orders_synced(Written(model=Order, retired=(order.pk,)))
    count_changed()
    assert written() == {}


def test_a_sales_order_has_no_day_counted() -> None:
    told(unwritten(make_product("MILK"), "2", document=OrderDocument.ORDER))
    assert UncountedDay.objects.count() == 0


def test_days_that_no_chart_shows_are_not_counted_and_not_kept() -> None:
    milk = make_product("MILK")
    long_ago = datetime(2026, 8, 21, 12, tzinfo=UTC)
    told(unwritten(milk, "2", at=long_ago), unwritten(milk, "3", at=long_ago + timedelta(days=1)))
    count_changed()
    assert written() == {("MILK", date(2026, 8, 22)): Decimal(3)}
    assert UncountedDay.objects.count() == 0


def test_a_count_that_fails_is_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    told(unwritten(make_product("MILK"), "2"))
    with monkeypatch.context() as broken:
        broken.setattr("apps.orders.services.demand.write_demand", _fall)
        with pytest.raises(OSError, match="fallen"):
            count_changed()
    count_changed()
    assert written() == {("MILK", date(2026, 11, 2)): Decimal(2)}


def _fall(*_: object, **__: object) -> None:
    raise OSError("fallen")


@pytest.mark.django_db(transaction=True)
def test_a_page_that_commits_while_its_day_is_counted_is_counted_next() -> None:
    """The mark of one page may not go with the count of another's."""
    milk = make_product("MILK")
    told(unwritten(milk, "2"))
    written_by_now, commit = threading.Event(), threading.Event()

    def write_page() -> None:
        with transaction.atomic():
            told(unwritten(milk, "3"))
            written_by_now.set()
            commit.wait(10)
        connection.close()

    page = threading.Thread(target=write_page)
    page.start()
    written_by_now.wait(10)
    count_changed()
    assert written() == {("MILK", date(2026, 11, 2)): Decimal(2)}
    commit.set()
    page.join()
    count_changed()
    assert written() == {("MILK", date(2026, 11, 2)): Decimal(5)}


def test_nothing_is_asked_of_the_sales_while_none_has_changed(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3):  # one, between a transaction's beginning and end
        count_changed()
