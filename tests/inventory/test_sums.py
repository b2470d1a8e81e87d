"""What a line comes to, over any numbers."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies

from apps.core.actors import COMMAND
from apps.core.errors import InvalidInputError
from apps.inventory import services
from apps.inventory.services.invoices.margins import floors_of, margins_of
from apps.inventory.sums import Margin, cost_of_one, in_stock_units, price_that_keeps, rise
from tests.factories.catalog import make_category
from tests.factories.inventory import make_supplier
from tests.factories.invoices import MILK, d, line_of, make_bought, matched

prices = strategies.decimals("0.01", "9999", places=2)
costs = strategies.decimals("0.000001", "9999", places=6)
rates = strategies.sampled_from([Decimal(rate) for rate in ("0", "5", "12.5", "20", "21")])
floors = strategies.decimals("0", "99", places=1)


def margin(sell: str, cost: str, *, vat: str = "0", floor: str = "15") -> Margin:
    return Margin(cost=d(cost), sell_price=d(sell), vat_rate=d(vat), floor=d(floor))


def test_a_case_comes_to_stock_units_and_the_cost_of_one() -> None:
    assert in_stock_units(d("10"), d("6")) == 60
    assert in_stock_units(d("1"), d("0.0005")) == d("0.001")
    assert cost_of_one(d("7.99"), d("6")) == d("1.331667")


def test_the_margin_is_of_the_price_without_vat() -> None:
    assert margin("1.20", "0.80", vat="20").percent == d("20.0")
    assert margin("1.20", "0.80").percent == d("33.3")
    assert margin("0.50", "0.80").percent == d("-60.0")
    assert margin("0", "0.80").percent is None


def test_just_at_the_floor_is_not_under_it() -> None:
    assert not margin("1.00", "0.85").is_under_floor
    assert margin("1.00", "0.850001").is_under_floor
    assert margin("1.00", "0.850001").restoring_price == d("1.01")


@given(cost=costs, vat=rates, floor=floors)
def test_the_restoring_price_keeps_the_floor_and_a_penny_less_does_not(
    cost: Decimal, vat: Decimal, floor: Decimal
) -> None:
    price = price_that_keeps(floor, cost=cost, vat_rate=vat)
    assert not Margin(cost=cost, sell_price=price, vat_rate=vat, floor=floor).is_under_floor
    less = price - d("0.01")
    assert less <= 0 or Margin(cost=cost, sell_price=less, vat_rate=vat, floor=floor).is_under_floor


@given(sell=prices, cost=costs, vat=rates, floor=floors)
def test_red_is_exactly_what_is_below_its_restoring_price(
    sell: Decimal, cost: Decimal, vat: Decimal, floor: Decimal
) -> None:
    one = Margin(cost=cost, sell_price=sell, vat_rate=vat, floor=floor)
    assert one.is_under_floor == (sell < one.restoring_price)


def test_a_rise_is_against_what_it_cost_last() -> None:
    assert (rise(d("1.10"), d("1")), rise(d("0.9"), d("1"))) == (d("10.0"), d("-10.0"))
    assert (rise(d("1"), None), rise(d("1"), d("0"))) == (None, None)


@pytest.mark.django_db
def test_a_category_keeps_its_own_floor_or_that_of_the_nearest_above() -> None:
    food = make_category("Food")
    dairy = make_category("Dairy", parent=food)
    milk = make_category("Milk", parent=dairy)
    drinks = make_category("Drinks")
    services.set_category_floor(food.pk, percent=d("10"), actor=COMMAND)
    services.set_category_floor(dairy.pk, percent=d("22.5"), actor=COMMAND)
    assert floors_of([food.pk, dairy.pk, milk.pk, drinks.pk, None]) == {
        food.pk: 10,
        dairy.pk: d("22.5"),
        milk.pk: d("22.5"),
    }
    services.set_category_floor(dairy.pk, percent=None, actor=COMMAND)
    assert floors_of([milk.pk]) == {milk.pk: 10}


@pytest.mark.django_db
def test_a_line_is_judged_by_its_products_category_and_says_what_is_assumed() -> None:
    category = make_category()
    make_bought("MLK-6", name_en="Organic Whole Milk 1L", category=category)
    line = line_of(matched(make_supplier(), MILK.replace("MLK6", "MLK-6")))
    line.product = make_bought(category=category)
    line.unit_cost, line.sell_price = d("1.20"), d("1.80")
    assert not margins_of([line])[line.pk].is_under_floor
    services.set_category_floor(category.pk, percent=d("40"), actor=COMMAND)
    found = margins_of([line])[line.pk]
    assert found.margin is not None
    assert (found.is_under_floor, found.margin.restoring_price, found.is_vat_assumed) == (
        True,
        d("2.00"),
        True,
    )
    line.vat_rate = d("20")
    found = margins_of([line])[line.pk]
    assert found.margin is not None
    assert (found.margin.percent, found.margin.restoring_price, found.is_vat_assumed) == (
        d("20.0"),
        d("2.40"),
        False,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("percent", ["-1", "100", "NaN"])
def test_a_floor_that_nothing_keeps_is_refused(percent: str) -> None:
    with pytest.raises(InvalidInputError):
        services.set_category_floor(make_category().pk, percent=d(percent), actor=COMMAND)
