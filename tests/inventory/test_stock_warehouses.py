"""Which warehouses count as the shop's stock."""

import pytest

from apps.core import options
from apps.core.actors import COMMAND
from apps.core.errors import InvalidInputError
from tests.factories.catalog import make_product
from tests.factories.inventory import make_level, make_warehouse

pytestmark = pytest.mark.django_db
LEVELS = "/admin/inventory/stocklevel/"


@pytest.fixture
def stock():
    """Milk in the shop, in transit, and in a place that is gone."""
    milk = make_product("MLK-1", name_en="Oat milk")
    shop, transit = make_warehouse("Shop"), make_warehouse("Transit")
    return (
        milk,
        make_level(milk, shop, actual="5", value="10"),
        make_level(milk, transit, actual="7", value="99"),
    )


def listed(desk, **query):
    listing = desk.get(LEVELS, query).context["listing"]
    return sorted(level.warehouse_name for level in listing.cl.result_list)


def test_unset_all_count(desk, stock):
    assert listed(desk) == ["Shop", "Transit"]


def test_the_list_its_sum_and_a_products_figures_count_those_chosen(desk, stock):
    milk, *_ = stock
    options.save({"shop.stock_warehouses": ["Shop"]}, actor=COMMAND)
    assert listed(desk) == ["Shop"]
    page = desk.get(LEVELS)
    assert "£10.00" in page.content.decode()
    assert "£109.00" not in page.content.decode()
    profile = desk.get(f"/admin/catalog/product/{milk.pk}/change/").content.decode()
    assert "Counted: <bdi>Shop</bdi>" in profile
    assert ">Transit<" not in profile


def test_a_warehouse_that_does_not_count_can_still_be_looked_into(desk, stock):
    _, _, away = stock
    options.save({"shop.stock_warehouses": ["Shop"]}, actor=COMMAND)
    assert listed(desk, warehouse=str(away.warehouse_id)) == ["Transit"]
    assert desk.get(f"{LEVELS}{away.pk}/change/").status_code == 200


def test_only_a_place_that_holds_stock_can_be_chosen():
    make_warehouse("All", is_group=True)
    make_warehouse("Closed", is_active=False)
    for name in ("All", "Closed", "Nowhere"):
        with pytest.raises(InvalidInputError):
            options.save({"shop.stock_warehouses": [name]}, actor=COMMAND)
    assert options.shop.stock_warehouses is None
