"""What is held, and which batch is handed out first."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.inventory.models import Batch, BatchBundle, StockLevel
from tests.factories.catalog import make_product
from tests.factories.inventory import make_batch, make_bundle, make_level, make_warehouse

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


def names(batches: object) -> list[str]:
    return [batch.erp_name for batch in batches]  # type: ignore[attr-defined]


def test_a_level_with_nothing_in_it_is_not_held_and_a_negative_one_is() -> None:
    product, store = make_product(), make_warehouse()
    held = make_level(product, store, actual="3")
    oversold = make_level(product, store, actual="-1")
    make_level(product, store)
    make_level(product, store, actual="3", gone_at=timezone.now())
    assert set(StockLevel.objects.held()) == {held, oversold}


def test_free_is_what_no_order_has_reserved() -> None:
    level = make_level(make_product(), make_warehouse(), actual="3.5", reserved=Decimal(5))
    level.refresh_from_db()
    assert level.free == Decimal("-1.5")


def test_on_hand_is_what_is_left_of_what_erpnext_has() -> None:
    make_batch("full", quantity=Decimal(1))
    make_batch("empty", quantity=Decimal(0))
    make_batch("oversold", quantity=Decimal(-1))
    make_batch("gone", quantity=Decimal(1), gone_at=timezone.now())
    assert names(Batch.objects.on_hand()) == ["full"]


def test_a_batch_is_usable_up_to_the_day_it_expires() -> None:
    make_batch("keeps", quantity=Decimal(1))
    make_batch("last day", quantity=Decimal(1), expires_on=TODAY)
    make_batch("expired", quantity=Decimal(1), expires_on=date(2026, 3, 1))
    make_batch("disabled", quantity=Decimal(1), is_active=False)
    make_batch("empty", expires_on=TODAY)
    assert set(names(Batch.objects.usable(TODAY))) == {"keeps", "last day"}


def test_what_expires_first_goes_first_then_what_came_first() -> None:
    make_batch("never expires, of an unknown day")
    make_batch("never expires", received_on=date(2026, 1, 1))
    make_batch("later", expires_on=date(2026, 5, 1))
    make_batch("soon, came later", expires_on=date(2026, 4, 1), received_on=date(2026, 2, 2))
    make_batch("soon, came first", expires_on=date(2026, 4, 1), received_on=date(2026, 2, 1))
    assert names(Batch.objects.first_expired_first_out()) == [
        "soon, came first",
        "soon, came later",
        "later",
        "never expires",
        "never expires, of an unknown day",
    ]


def test_movements_that_count_are_submitted_and_not_cancelled() -> None:
    counts = make_bundle()
    make_bundle(erp_docstatus=0)
    make_bundle(erp_docstatus=2)
    make_bundle(is_cancelled=True)
    make_bundle(gone_at=timezone.now())
    assert list(BatchBundle.objects.counting()) == [counts]
