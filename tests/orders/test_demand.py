"""What a day sold of a product is written down for whoever plans stock."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from apps.inventory.models import DailyDemand
from apps.orders.models import Order
from apps.orders.services import count_demand
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
