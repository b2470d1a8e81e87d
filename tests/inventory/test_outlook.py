"""How long stock lasts, when it is low, and what will not sell before it expires (spec/02)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from apps.catalog.models import Product, ProductDefault, ReorderLevel
from apps.core import options
from apps.core.actors import COMMAND
from apps.inventory.models import BatchStock, DailyDemand, ExpiringBatch, StockLevel, StockOutlook
from apps.inventory.services import count_outlook
from apps.inventory.states import StockState
from tests.factories.catalog import make_product
from tests.factories.inventory import make_batch, make_level, make_supplier, make_warehouse
from tests.factories.mirror import blank_columns

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 30)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def stores(db: None) -> Any:
    return make_warehouse("Stores")


def stocked(code: str = "MILK", **given: Any) -> Product:
    return make_product(code, is_stocked=True, is_active=True, **given)


def sells(product: Product, a_day: str) -> None:
    """So much is sold a day on average."""
    DailyDemand.objects.create(product=product, day=YESTERDAY, quantity=Decimal(a_day) * 28)


def lies(product: Product, quantity: str, *, days: int | None, cost: str = "1", where: str = "Stores") -> Any:
    """A batch of so much that expires so many days from today."""
    expires = None if days is None else TODAY + timedelta(days=days)
    batch = make_batch(
        product=product, expires_on=expires, quantity=Decimal(quantity), unit_cost=Decimal(cost)
    )
    BatchStock.objects.create(batch=batch, warehouse_name=where, quantity=Decimal(quantity))
    return batch


def outlook(product: Product) -> StockOutlook:
    count_outlook(today=TODAY)
    return StockOutlook.objects.get(product=product)


def wasted() -> dict[int, Decimal]:
    count_outlook(today=TODAY)
    return dict(ExpiringBatch.objects.values_list("batch_id", "quantity"))


def test_cover_is_what_is_free_over_the_mean_of_28_whole_days(stores: Any) -> None:
    milk = stocked()
    make_level(milk, stores, actual="30", reserved=Decimal(9))
    DailyDemand.objects.create(product=milk, day=TODAY, quantity=Decimal(500))  # not over yet
    DailyDemand.objects.create(product=milk, day=TODAY - timedelta(days=28), quantity=Decimal(40))
    DailyDemand.objects.create(product=milk, day=YESTERDAY, quantity=Decimal(16))
    DailyDemand.objects.create(product=milk, day=TODAY - timedelta(days=29), quantity=Decimal(500))

    found = outlook(milk)

    assert (found.free, found.daily_demand, found.cover_days) == (Decimal(21), Decimal(2), Decimal("10.5"))


def test_what_nobody_buys_lasts_for_no_number_of_days(stores: Any) -> None:
    milk = stocked()
    make_level(milk, stores, actual="30")
    assert outlook(milk).cover_days is None
    assert outlook(milk).state == StockState.OK


@pytest.mark.parametrize(
    ("actual", "reserved", "state"),
    [
        ("0", "0", StockState.OUT),
        ("-2", "0", StockState.OUT),
        ("5", "5", StockState.OUT),
        ("5", "4", StockState.OK),
    ],
)
def test_out_is_when_nothing_is_free(stores: Any, actual: str, reserved: str, state: StockState) -> None:
    milk = stocked()
    make_level(milk, stores, actual=actual, reserved=Decimal(reserved))
    assert outlook(milk).state == state


def test_a_product_that_no_warehouse_knows_is_out() -> None:
    assert outlook(stocked()).state == StockState.OUT


@pytest.mark.parametrize(
    ("free", "state"), [("9.999", StockState.LOW), ("10", StockState.OK)], ids=["a day short", "just enough"]
)
def test_low_is_when_it_would_run_out_within_lead_time_and_safety(
    stores: Any, free: str, state: StockState
) -> None:
    milk = stocked(lead_time_days=2)
    make_level(milk, stores, actual=free)
    sells(milk, "2")
    assert outlook(milk).state == state  # 2 a day × (2 + 3 days)


def test_the_usual_suppliers_lead_time_counts_where_erpnext_knows_none(stores: Any) -> None:
    milk = stocked()
    make_level(milk, stores, actual="10")
    sells(milk, "2")
    make_supplier("Acme", lead_time_days=3)
    usual = {"erp_row": "d1", "position": 1, "supplier_name": "Acme"}
    ProductDefault.objects.create(**blank_columns(ProductDefault) | usual, product=milk)

    assert (outlook(milk).lead_days, outlook(milk).state) == (3, StockState.LOW)

    milk.lead_time_days = 1
    milk.save()
    assert (outlook(milk).lead_days, outlook(milk).state) == (1, StockState.OK)


def test_the_safety_days_are_a_setting(stores: Any) -> None:
    milk = stocked()
    make_level(milk, stores, actual="10")
    sells(milk, "2")
    assert outlook(milk).state == StockState.OK

    options.save({"shop.low_stock_safety_days": 6}, actor=COMMAND)

    assert outlook(milk).state == StockState.LOW


def test_low_is_under_the_reorder_level_and_ours_goes_before_erpnexts(stores: Any) -> None:
    milk = stocked()
    make_level(milk, stores, actual="10")
    ReorderLevel.objects.create(
        **blank_columns(ReorderLevel)
        | {"erp_row": "r1", "position": 1, "warehouse_name": "Stores", "level": Decimal(11)},
        product=milk,
    )
    assert outlook(milk).state == StockState.LOW

    milk.own_reorder_level = Decimal(10)
    milk.save()
    assert outlook(milk).state == StockState.OK


def test_only_the_warehouses_of_the_settings_count(stores: Any) -> None:
    milk = stocked()
    scrap = make_warehouse("Scrap")
    make_level(milk, stores, actual="4")
    make_level(milk, scrap, actual="100")
    lies(milk, "100", days=0, where="Scrap")

    options.save({"shop.stock_warehouses": ["Stores"]}, actor=COMMAND)

    assert outlook(milk).actual == Decimal(4)
    assert wasted() == {}


@pytest.mark.parametrize("given", [{"is_stocked": False}, {"has_variants": True}, {"is_active": False}])
def test_what_is_not_kept_or_no_longer_sold_has_no_outlook(given: dict[str, Any]) -> None:
    make_product("MILK", **{"is_stocked": True, "is_active": True} | given)
    count_outlook(today=TODAY)
    assert not StockOutlook.objects.exists()


def test_a_product_that_goes_takes_its_outlook_along(stores: Any) -> None:
    milk = stocked()
    outlook(milk)
    milk.is_stocked = False
    milk.save()
    count_outlook(today=TODAY)
    assert not StockOutlook.objects.exists()


def test_the_day_of_expiry_still_sells(stores: Any) -> None:
    milk = stocked()
    sells(milk, "2")
    batch = lies(milk, "7", days=2)  # today, tomorrow and the day after sell six
    assert wasted() == {batch.pk: Decimal(1)}


def test_what_expires_first_is_sold_first_so_the_next_one_suffers(stores: Any) -> None:
    milk = stocked()
    sells(milk, "2")
    lies(milk, "4", days=2)
    later = lies(milk, "7", days=4)  # five days sell ten, and four of them went to the first
    assert wasted() == {later.pk: Decimal(1)}


def test_what_was_wasted_before_is_not_wasted_twice(stores: Any) -> None:
    milk = stocked()
    sells(milk, "1")
    first = lies(milk, "5", days=0)
    lies(milk, "3", days=9)
    assert wasted() == {first.pk: Decimal(4)}


def test_an_expired_batch_is_waste_as_a_whole_and_costs_what_it_cost(stores: Any) -> None:
    milk = stocked()
    sells(milk, "100")
    make_level(milk, stores, actual="900")
    lies(milk, "3", days=-1, cost="2.5")

    found = outlook(milk)

    assert (found.expiring_quantity, found.expiring_value) == (Decimal(3), Decimal("7.5"))
    assert found.state == StockState.EXPIRING


def test_a_minimum_remaining_life_ends_selling_sooner(stores: Any) -> None:
    milk = stocked(minimum_life_days=2)
    sells(milk, "2")
    batch = lies(milk, "7", days=2)
    assert wasted() == {batch.pk: Decimal(5)}
    assert ExpiringBatch.objects.get().last_day == TODAY


def test_counting_again_writes_nothing_that_stands(stores: Any) -> None:
    milk = stocked()
    make_level(milk, stores, actual="9")
    lies(milk, "9", days=1)
    count_outlook(today=TODAY)
    before = StockOutlook.objects.get().counted_at

    count_outlook(today=TODAY)
    assert StockOutlook.objects.get().counted_at == before

    StockLevel.objects.update(actual=Decimal(8))
    count_outlook(today=TODAY)
    assert StockOutlook.objects.get().counted_at > before


Lots = list[tuple[int, int]]


def by_hand(lots: Lots, a_day: int) -> int:
    """What is left unsold, day by day: each day sells from what expires first."""
    left = sorted([days, quantity] for days, quantity in lots)
    wasted = 0
    for day in range(30):
        wants = a_day
        for lot in left:
            if lot[0] >= day:
                taken = min(lot[1], wants)
                lot[1] -= taken
                wants -= taken
        wasted += sum(lot[1] for lot in left if lot[0] == day)
    return wasted


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lots=some.lists(some.tuples(some.integers(0, 25), some.integers(1, 40)), max_size=8),
    a_day=some.integers(0, 6),
)
def test_waste_is_what_selling_day_by_day_leaves(stores: Any, lots: Lots, a_day: int) -> None:
    BatchStock.objects.all().delete()
    Product.objects.filter(item_code="MILK").delete()
    milk = stocked()
    sells(milk, str(a_day))
    for days, quantity in lots:
        lies(milk, str(quantity), days=days)

    assert sum(wasted().values()) == by_hand(lots, a_day)
