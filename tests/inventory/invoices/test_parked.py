"""New items wait, and come back in To Do when ERPNext has them."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.approvals import services as approvals
from apps.approvals.models import Item
from apps.approvals.tasks import close_gone_items
from apps.catalog.models import Product
from apps.core.actors import COMMAND, SYSTEM
from apps.core.mirror import Written
from apps.core.models import Outgoing
from apps.inventory import services, tasks
from apps.inventory.errors import ProductUnfitError, UploadClosedError
from apps.inventory.models import InvoiceUpload, LearnedMatch, LocalBatch, LocalPrice
from apps.inventory.states import Decision, UploadState
from apps.sync.services import gate
from apps.sync.states import Direction
from tests.factories.catalog import make_price_list
from tests.factories.inventory import make_supplier
from tests.factories.invoices import ADMIN, confirmed, d, decide, line_of, make_bought, matched, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def upload() -> InvoiceUpload:
    make_price_list("Standard Selling")
    return confirmed(
        make_supplier("Acme Foods"),
        row("Bread"),
        row("Organic Kefir 6x500ml", buy="9.00", sell="2.50", part="KEF6"),
        to=(make_bought("BREAD"), Decision.NEW_ITEM),
    )


def arrived(name: str = "Organic Kefir 500ml", **given: Any) -> Product:
    """A product that the sync brings."""
    product = make_bought("KEFIR", name_en=name, **given)
    services.products_synced(Written(Product, created=(product.pk,)))
    services.offer_arrived([product.pk], actor=SYSTEM)
    return product


def test_a_plausible_product_brings_the_line_back_with_the_match_filled_in(upload: InvoiceUpload) -> None:
    arrived()
    item = Item.objects.get()
    said = {key: item.after[key] for key in ("item_code", "pack_factor", "name", "invoice")}
    assert said == {
        "item_code": "KEFIR", "pack_factor": "6", "name": "Organic Kefir 6x500ml", "invoice": upload.number,
    }  # fmt: skip
    assert (item.kind, item.value, item.maker_label) == ("inventory.parked_line", d("90"), "Larder")


def test_accepting_makes_its_batch_by_its_own_place_its_price_and_what_is_learned(
    upload: InvoiceUpload,
) -> None:
    kefir = arrived()
    approvals.accept(Item.objects.get().pk, actor=ADMIN)
    batch = LocalBatch.objects.get(product=kefir)
    assert (batch.number, batch.quantity, batch.unit_cost) == ("Acme-001-L1", 60, d("1.5"))
    assert LocalPrice.objects.get(product=kefir).rate == d("2.5")
    assert LearnedMatch.objects.filter(product=kefir).count() == 2
    line = line_of(upload, 1)
    assert (line.decision, line.is_parked, line.is_taken_up) == (Decision.PRODUCT, False, True)


def test_a_corrected_match_is_what_counts(upload: InvoiceUpload) -> None:
    arrived()
    other = make_bought("KEFIR-1L")
    approvals.edit_and_accept(
        Item.objects.get().pk, edited={"item_code": "KEFIR-1L", "pack_factor": "3"}, actor=ADMIN
    )
    assert LocalBatch.objects.get(product=other).quantity == 30


def test_its_receipt_is_a_draft_of_its_own(upload: InvoiceUpload) -> None:
    gate.set_controls({("batches", Direction.PUSH): True}, actor=COMMAND)
    arrived()
    approvals.accept(Item.objects.get().pk, actor=ADMIN)
    references = Outgoing.objects.order_by("id").values_list("reference", flat=True)
    assert list(references) == ["batch/Acme-001-L1", "purchase_receipt/Acme-001/L1"]


def test_an_unlike_product_brings_nothing_back(upload: InvoiceUpload) -> None:
    arrived("Washing Powder 2kg")
    assert not Item.objects.exists()


def test_what_was_turned_down_is_not_asked_again_for_the_same_product(upload: InvoiceUpload) -> None:
    arrived()
    approvals.reject(Item.objects.get().pk, actor=ADMIN, reason="Another maker's")
    tasks.offer_parked()
    assert Item.objects.count() == 1
    assert line_of(upload, 1).is_parked


def parked(*products: str, name: str = "Zzyzx Kefir 500ml") -> InvoiceUpload:
    """An invoice with a line that somebody called a new item, though these were suggested for it."""
    for number, called in enumerate(products):
        make_bought(f"SEEN-{number}", name_en=called)
    upload = matched(make_supplier(), row("Bread"), row(name))
    decide(upload, make_bought(), Decision.NEW_ITEM)
    services.confirm_upload(upload.pk, actor=ADMIN, is_final=True)
    return upload


def test_what_was_suggested_and_turned_down_on_the_page_is_not_filled_in_by_the_nightly_look() -> None:
    upload = parked("Organic Kefir 500ml", name="Kefir Organic 500ml")
    assert [one["code"] for one in line_of(upload, 1).candidates] == ["SEEN-0"]
    tasks.offer_parked()
    assert not Item.objects.exists()


def test_the_next_best_is_offered_instead_of_what_was_turned_down() -> None:
    upload = parked("Organic Kefir 500ml", name="Kefir Organic 500ml")
    make_bought("TOO", name_en="Organic Kefir 500ml")  # alike, and behind it by its code
    tasks.offer_parked()
    assert Item.objects.get().after["item_code"] == "TOO"
    approvals.reject(Item.objects.get().pk, actor=ADMIN, reason="Another maker's")
    tasks.offer_parked()
    assert (Item.objects.count(), line_of(upload, 1).is_parked) == (1, True)


def test_what_was_only_near_and_is_called_otherwise_by_now_is_offered() -> None:
    parked("Kefir culture starter sachet", name="Kefir Organic 500ml")
    Product.objects.filter(item_code="SEEN-0").update(name_en="Organic Kefir 500ml")
    tasks.offer_parked()
    assert Item.objects.get().after["item_code"] == "SEEN-0"


def test_asking_twice_is_one_item(upload: InvoiceUpload) -> None:
    arrived()
    tasks.offer_parked()
    assert Item.objects.count() == 1


def test_a_line_that_has_its_product_takes_no_second_one_and_its_item_closes(upload: InvoiceUpload) -> None:
    kefir = arrived()
    line = line_of(upload, 1)
    services.take_up_line(line.pk, product_id=kefir.pk, pack_factor=d("6"), actor=ADMIN)
    assert Item.objects.get().state == "closed"
    with pytest.raises(UploadClosedError):
        services.take_up_line(line.pk, product_id=kefir.pk, pack_factor=d("6"), actor=ADMIN)
    assert LocalBatch.objects.filter(line=line).count() == 1


def test_a_product_that_cannot_be_bought_leaves_the_line_parked(upload: InvoiceUpload) -> None:
    with pytest.raises(ProductUnfitError):
        services.take_up_line(
            line_of(upload, 1).pk, product_id=make_bought(is_bought=False).pk, pack_factor=d("1"), actor=ADMIN
        )
    assert line_of(upload, 1).is_parked


def test_when_the_invoice_is_undone_nobody_waits_any_more(upload: InvoiceUpload) -> None:
    arrived()
    services.undo_upload(upload.pk, reason="Wrong", actor=ADMIN)
    upload.refresh_from_db()
    assert (upload.state, Item.objects.get().state) == (UploadState.UNDONE, "closed")
    tasks.offer_parked()
    assert not Item.objects.open().exists()


def test_a_line_that_nobody_waits_for_is_let_go(upload: InvoiceUpload) -> None:
    arrived()
    services.let_parked_go(line_of(upload, 1).pk, reason="Sample", actor=ADMIN)
    assert (line_of(upload, 1).is_parked, Item.objects.get().state) == (False, "closed")
    close_gone_items()
    assert not LocalBatch.objects.filter(line=line_of(upload, 1)).exists()


def test_while_nothing_is_parked_a_sync_of_items_asks_once() -> None:
    with CaptureQueriesContext(connection) as asked:
        services.products_synced(Written(Product, created=tuple(range(1, 1000))))
    assert len(asked) == 1


@pytest.mark.parametrize("lines", [1, 12])
def test_looking_at_parked_lines_costs_the_same_however_many_wait(lines: int) -> None:
    rows = [row(f"Unheard of {n}") for n in range(lines)]
    confirmed(make_supplier(), *rows, to=(Decision.NEW_ITEM,) * lines)
    product = make_bought(name_en="Washing Powder")
    with CaptureQueriesContext(connection) as asked:
        services.offer_arrived([product.pk], actor=SYSTEM)
    assert len(asked) == 6
