"""The price that the shop shows: of the list it has chosen, today, in the unit it sells by."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from apps.accounts.permissions import Role
from apps.catalog.models import Product, ShelfPrice
from apps.core import options
from apps.core.actors import COMMAND
from apps.core.errors import InvalidInputError
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory
from tests.factories.catalog import make_price, make_price_list, make_product

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 15)


@pytest.fixture
def milk():
    return make_product("MLK-1", name_en="Oat milk", stock_unit="Litre", sales_unit="Box")


def price_of(product, price_list="Standard Selling"):
    return Product.objects.with_shelf_price(price_list=price_list, day=DAY).get(pk=product.pk).shelf_price


def test_it_is_for_the_unit_it_is_sold_in_then_for_the_stock_unit(milk):
    selling = make_price_list()
    make_price(milk, selling, rate="9", unit="Pallet")
    assert price_of(milk) == ShelfPrice(Decimal(9), "GBP", "Pallet")
    make_price(milk, selling, rate="1.125", unit="Litre")
    assert price_of(milk) == ShelfPrice(Decimal("1.125"), "GBP", "Litre")
    make_price(milk, selling, rate="6", unit="Box")
    assert price_of(milk) == ShelfPrice(Decimal(6), "GBP", "Box")


def test_of_several_the_one_that_began_last_and_has_not_ended(milk):
    selling = make_price_list()
    for rate, begins, ends in (
        ("1", "2026-01-01", None),
        ("2", "2026-06-15", "2026-06-15"),
        ("3", "2026-06-16", None),
    ):
        make_price(milk, selling, rate=rate, unit="Box", valid_from=begins, valid_until=ends)
    assert price_of(milk).rate == 2


def test_what_is_for_one_alone_for_many_for_buying_or_in_another_list_is_no_shelf_price(milk):
    selling, buying = make_price_list(), make_price_list("Trade")
    make_price(milk, selling, rate="1", unit="Box", customer_erp_name="CUST-1")
    make_price(milk, selling, rate="2", unit="Box", batch_number="B-1")
    make_price(milk, selling, rate="3", unit="Box", for_selling=False)
    make_price(milk, buying, rate="4", unit="Box")
    assert price_of(milk) is None
    make_price(milk, selling, rate="5", unit="Box", packing_unit=6)
    assert price_of(milk).rate == 5
    make_price(milk, selling, rate="6", unit="Box")
    assert price_of(milk).rate == 6
    assert price_of(milk, "Trade").rate == 4


@time_machine.travel("2026-06-15 12:00", tick=False)
def test_list_profile_and_api_show_the_price_of_the_list_that_was_chosen(milk, desk):
    make_price(milk, make_price_list(), rate="1.5", unit="Box")
    make_price(milk, make_price_list("App prices", currency="EUR"), rate="1.125", unit="Box")
    clerk = signed_in(StaffFactory(role=Role.CLERK))

    def shown():
        row = desk.get("/admin/catalog/product/").context["listing"].rows[0]
        listed = next(cell.shown for cell in row.cells if cell.column.name == "price")
        figures = desk.get(f"/admin/catalog/product/{milk.pk}/change/").context["profile"].key_figures
        told = [clerk.get(f"/api/v1/staff/products{code}").json() for code in ("", "/MLK-1")]
        assert told[0]["results"][0]["price"] == told[1]["price"]
        return str(listed), (str(figures[0][0]), str(figures[0][1])), told[1]["price"]

    assert shown() == (
        "<bdi>£1.50</bdi>", ("Price per Box", "<bdi>£1.50</bdi>"),
        {"amount": "1.50", "currency": "GBP", "unit": "Box"},
    )  # fmt: skip
    options.save({"shop.price_list": "App prices"}, actor=COMMAND)
    assert shown() == (
        "<bdi>€1.13</bdi>", ("Price per Box", "<bdi>€1.13</bdi>"),
        {"amount": "1.13", "currency": "EUR", "unit": "Box"},
    )  # fmt: skip


def test_only_an_active_list_to_sell_by_can_be_chosen():
    make_price_list("Closed", is_active=False)
    make_price_list("Buying", for_selling=False)
    for name in ("Closed", "Buying", "Nowhere"):
        with pytest.raises(InvalidInputError):
            options.save({"shop.price_list": name}, actor=COMMAND)
    assert options.shop.price_list == "Standard Selling"


def test_a_list_of_products_costs_the_same_with_prices(desk, django_assert_max_num_queries):
    selling = make_price_list()
    for number in range(20):
        make_price(make_product(), selling, rate=str(number + 1))
    desk.get("/admin/catalog/product/")
    with django_assert_max_num_queries(13):
        desk.get("/admin/catalog/product/")
