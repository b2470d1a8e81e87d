"""The overview of products says what is out, low, wasted, lacking, and not done (spec/02, spec/08)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from apps.accounts.permissions import Role
from apps.core.admin.standing import today
from apps.dashboard import products
from apps.inventory.models import BatchStock, DailyDemand
from apps.inventory.services import count_outlook
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory
from tests.factories.catalog import make_category, make_picture, make_price, make_price_list, make_product
from tests.factories.inventory import make_batch, make_level, make_supplier, make_warehouse

pytestmark = pytest.mark.django_db
OVERVIEW = "/admin/products/overview/"


def kept(code: str, *, free: str, a_day: str = "0", **given: Any) -> Any:
    """A product of which so much is free, and so much is sold a day."""
    product = make_product(code, is_stocked=True, **given)
    place = make_warehouse(f"W-{code}")
    make_level(product, place, actual=free)
    yesterday = today() - timedelta(days=1)
    DailyDemand.objects.create(product=product, day=yesterday, quantity=Decimal(a_day) * 28)
    return product


def test_the_most_urgent_stands_first(desk: Client) -> None:
    kept("LASTS", free="100", a_day="1")
    kept("TWO-DAYS", free="2", a_day="1")
    kept("ONE-DAY", free="1", a_day="1")
    kept("GONE-SLOW", free="0", a_day="1")
    kept("GONE-FAST", free="0", a_day="9")
    count_outlook()

    alerts = [outlook.product.item_code for outlook in products.stock_alert()]

    assert alerts == ["GONE-FAST", "GONE-SLOW", "ONE-DAY", "TWO-DAYS"]
    page = desk.get(OVERVIEW).content.decode()
    assert page.index("Product GONE-FAST") < page.index("Product ONE-DAY")
    assert "Product LASTS" not in page


def test_waste_is_summed_up_by_supplier(desk: Client) -> None:
    milk, acme = make_product("MILK", is_stocked=True), make_supplier("Acme")
    for quantity in ("3", "4"):
        batch = make_batch(
            product=milk, supplier=acme, expires_on=today(), unit_cost=Decimal(2), quantity=Decimal(quantity)
        )
        BatchStock.objects.create(batch=batch, warehouse_name="Stores", quantity=Decimal(quantity))
    count_outlook()

    assert [(row["batches"], row["cost"]) for row in products.waste_by_supplier()] == [(2, Decimal(14))]
    assert "£14.00" in desk.get(OVERVIEW).content.decode()


def test_what_is_for_sale_and_lacks_something_is_counted() -> None:
    make_picture("/files/a.png")
    whole = make_product("WHOLE", image_path="/files/a.png", category=make_category())
    make_price(whole, make_price_list(for_selling=True), rate="1")
    make_product("BARE")
    make_product("OFF", is_active=False)
    assert products.gaps(day=date(2026, 6, 1)) == {"image": 1, "category": 1, "price": 1}


def test_it_costs_the_same_however_much_there_is(desk: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(4):
        kept(f"P{number}", free="0")
    count_outlook()
    desk.get(OVERVIEW)
    with django_assert_max_num_queries(22):
        desk.get(OVERVIEW)


def test_who_sees_no_batches_sees_no_waste_and_no_invoices() -> None:
    packer = StaffFactory(role=Role.PACKER)
    assert signed_in(packer).get(OVERVIEW).status_code == 403
    clerk = signed_in(StaffFactory(role=Role.CLERK))
    assert "Going to waste" in clerk.get(OVERVIEW).content.decode()
