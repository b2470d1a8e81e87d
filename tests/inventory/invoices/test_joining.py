"""What an invoice made here becomes ERPNext's own as soon as ERPNext has it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.catalog.models import ItemPrice, PriceList
from apps.core.actors import SYSTEM
from apps.core.mirror import Renamed, Written
from apps.inventory import services
from apps.inventory.models import Batch, InvoiceUpload, LocalBatch, LocalPrice
from apps.notifications.models import Notice
from tests.factories.catalog import make_price, make_price_list
from tests.factories.inventory import make_batch, make_supplier
from tests.factories.invoices import DATED, confirmed, make_bought, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def milk() -> Any:
    return make_bought("MILK")


@pytest.fixture
def upload(milk: Any) -> InvoiceUpload:
    make_price_list("Standard Selling")
    make_price_list("Standard Buying", for_selling=False, for_buying=True)
    return confirmed(make_supplier("Acme Foods"), row("Milk", buy="1.00", sell="2.00"), to=(milk,))


def local() -> LocalBatch:
    return LocalBatch.objects.get()


def synced(batch: Batch) -> None:
    services.batches_synced(Written(Batch, changed=(batch.pk,)))


# --- batches ------------------------------------------------------------------------------------------------
def test_a_batch_of_its_number_joins_it_whatever_the_case(upload: InvoiceUpload, milk: Any) -> None:
    batch = make_batch("ACME-001-l0", product=milk, item_code="MILK")
    services.batches_synced(Written(Batch, created=(batch.pk,)))
    assert (local().state, local().batch) == ("joined", batch)


def test_before_its_product_came_the_item_code_tells(upload: InvoiceUpload) -> None:
    synced(make_batch("Acme-001-L0", item_code="MILK"))
    assert local().state == "joined"


def test_a_batch_of_another_item_under_our_number_stays_apart_and_is_told_once(upload: InvoiceUpload) -> None:
    batch = make_batch("Acme-001-L0", item_code="CHEESE", product=make_bought("CHEESE"))
    synced(batch)
    synced(batch)
    assert (local().state, local().batch, local().is_contested) == ("active", None, True)
    for _ in range(2):
        services.tell_contested(local().pk, actor=SYSTEM)
    assert Notice.objects.get().title == "ERPNext has a batch Acme-001-L0 of another item"


def test_once_that_one_has_gone_nothing_is_contested(upload: InvoiceUpload) -> None:
    batch = make_batch("Acme-001-L0", item_code="CHEESE")
    synced(batch)
    Batch.objects.update(gone_at=timezone.now())
    services.batches_synced(Written(Batch, retired=(batch.pk,)))
    assert not local().is_contested


def test_when_the_mirrored_batch_goes_ours_is_open_again(upload: InvoiceUpload, milk: Any) -> None:
    batch = make_batch("Acme-001-L0", product=milk, item_code="MILK")
    synced(batch)
    Batch.objects.update(gone_at=timezone.now())
    services.batches_synced(Written(Batch, retired=(batch.pk,)))
    assert (local().state, local().batch, local().joined_at) == ("active", None, None)


def test_when_it_is_renamed_in_erpnext_ours_is_open_again(upload: InvoiceUpload, milk: Any) -> None:
    batch = make_batch("Acme-001-L0", product=milk, item_code="MILK")
    synced(batch)
    Batch.objects.update(erp_name="SOMETHING-ELSE")
    renamed = Renamed(batch.pk, "Acme-001-L0", "SOMETHING-ELSE")
    services.batches_synced(Written(Batch, renamed=(renamed,)))
    assert local().state == "active"


def test_void_and_pending_ones_are_never_joined(milk: Any) -> None:
    confirmed(make_supplier("Acme Foods"), row("Milk"), to=(milk,), is_final=False)
    synced(make_batch("Acme-001-L0", product=milk, item_code="MILK"))
    assert local().state == "pending"


def test_what_erpnext_has_already_is_joined_at_the_confirmation(milk: Any) -> None:
    batch = make_batch("Acme-001-L0", product=milk, item_code="MILK")
    confirmed(make_supplier("Acme Foods"), row("Milk"), to=(milk,))
    assert local().batch == batch


@pytest.mark.parametrize("batches", [2, 40])
def test_a_page_of_batches_costs_the_same_however_long_it_is(batches: int, upload: InvoiceUpload) -> None:
    rows = [make_batch() for _ in range(batches)]
    with CaptureQueriesContext(connection) as asked:
        services.batches_synced(Written(Batch, created=tuple(one.pk for one in rows)))
    joining = [one["sql"] for one in asked if "localbatch" in one["sql"]]
    assert len(joining) == 5


# --- prices -------------------------------------------------------------------------------------------------
def price_of(upload: InvoiceUpload, **given: Any) -> ItemPrice:
    """ERPNext's own of the selling price."""
    is_elsewhere = given.pop("elsewhere", False)
    prices = make_price_list("Other") if is_elsewhere else PriceList.objects.get(erp_name="Standard Selling")
    product = upload.prices.get(kind="selling").product
    return make_price(product, prices, rate="2", valid_from=DATED, **given)


def kinds() -> dict[str, str]:
    return dict(LocalPrice.objects.values_list("kind", "state"))


def test_a_price_of_its_key_joins_it(upload: InvoiceUpload) -> None:
    price = price_of(upload)
    services.prices_synced(Written(ItemPrice, created=(price.pk,)))
    assert kinds() == {"selling": "joined", "buying": "active"}
    assert LocalPrice.objects.get(kind="selling").item_price == price


@pytest.mark.parametrize(
    "other",
    [
        {"unit": "Case"},
        {"customer_erp_name": "C-1"},
        {"packing_unit": 6},
        {"batch_number": "B"},
        {"elsewhere": True},
    ],
)
def test_a_price_that_says_anything_else_does_not(upload: InvoiceUpload, other: dict[str, Any]) -> None:
    price = price_of(upload, **other)
    services.prices_synced(Written(ItemPrice, created=(price.pk,)))
    assert kinds() == {"selling": "active", "buying": "active"}


def test_when_it_is_deleted_there_ours_is_open_again(upload: InvoiceUpload) -> None:
    price = price_of(upload)
    services.prices_synced(Written(ItemPrice, created=(price.pk,)))
    gone = price.pk
    price.delete()
    services.prices_synced(Written(ItemPrice, deleted=(gone,)))
    assert kinds() == {"selling": "active", "buying": "active"}


def test_when_its_day_is_changed_there_ours_is_open_again(upload: InvoiceUpload) -> None:
    price = price_of(upload)
    services.prices_synced(Written(ItemPrice, created=(price.pk,)))
    ItemPrice.objects.update(valid_from=None)
    services.prices_synced(Written(ItemPrice, changed=(price.pk,)))
    assert kinds() == {"selling": "active", "buying": "active"}


def test_while_no_invoice_made_a_price_nothing_is_asked_but_whether_one_did() -> None:
    with CaptureQueriesContext(connection) as asked:
        services.prices_synced(Written(ItemPrice, created=(1, 2, 3)))
    assert len(asked) == 2  # in its turn
    assert not Notice.objects.exists()


def test_a_waiting_one_that_erpnext_has_already_is_not_contested(milk: Any) -> None:
    confirmed(make_supplier("Acme Foods"), row("Milk"), to=(milk,), is_final=False)
    synced(make_batch("Acme-001-L0", product=milk, item_code="MILK"))
    assert (local().state, local().is_contested) == ("pending", False)


def test_what_erpnext_has_already_is_joined_whatever_its_case(milk: Any) -> None:
    batch = make_batch("ACME-001-l0", product=milk, item_code="MILK")
    confirmed(make_supplier("Acme Foods"), row("Milk"), to=(milk,))
    assert local().batch == batch
