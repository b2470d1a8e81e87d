"""What comes by a receipt in ERPNext: one of our reference, or of the supplier's number of the invoice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.catalog.models import ItemPrice, PriceList, Product
from apps.core.mirror import Written
from apps.inventory import services, tasks
from apps.inventory.models import Batch, InvoiceUpload, LocalBatch, LocalPrice, Receipt, Supplier
from apps.inventory.states import Standing
from tests.factories.catalog import make_price, make_price_list
from tests.factories.inventory import make_batch, make_receipt, make_receipt_line, make_supplier
from tests.factories.invoices import ADMIN, DATED, confirmed, decide, make_bought, matched, row

OURS = "purchase_receipt/Acme-001"


@pytest.fixture
def supplier(db: None) -> Supplier:
    return make_supplier("Acme Foods")


@pytest.fixture
def rice(db: None) -> Any:
    return make_bought("RICE", is_batched=False)


def brought(supplier: Supplier, *products: Any, number: str = "INV-7") -> InvoiceUpload:
    """A confirmed invoice of these."""
    return confirmed(supplier, *(row(one.item_code) for one in products), to=products, number=number)


def receipt_of(*products: Any, docstatus: int = 0, reference: str = OURS, **given: Any) -> Receipt:
    """ERPNext's receipt of these goods, as the sync has just written it."""
    receipt = make_receipt(erp_docstatus=docstatus, larder_reference=reference, on=DATED, **given)
    for position, one in enumerate(products, start=1):
        make_receipt_line(receipt, position=position, product=one, item_code=one.item_code)
    services.receipts_synced(Written(Receipt, created=(receipt.pk,)))
    return receipt


def becomes(receipt: Receipt, **values: Any) -> None:
    """ERPNext changed it, and the sync has told of that."""
    Receipt.objects.filter(pk=receipt.pk).update(**values)
    services.receipts_synced(Written(Receipt, changed=(receipt.pk,)))


def local(position: int = 0) -> LocalBatch:
    return LocalBatch.objects.get(line__position=position)


# --- by our reference ---------------------------------------------------------------------------------------
def test_what_is_kept_in_no_batches_has_come_once_its_receipt_is_submitted(
    supplier: Supplier, rice: Any
) -> None:
    brought(supplier, rice)
    assert local().standing == Standing.AWAITED
    receipt = receipt_of(rice)
    assert (local().state, local().receipt, local().standing) == ("active", receipt, Standing.DRAFTED)
    becomes(receipt, erp_docstatus=1)
    assert (local().state, local().batch, local().standing) == ("joined", None, Standing.ARRIVED)
    assert local().joined_at is not None


def test_what_is_kept_in_batches_is_joined_by_its_batch_alone(supplier: Supplier) -> None:
    milk = make_bought("MILK")
    brought(supplier, milk)
    receipt_of(milk, docstatus=1)
    assert (local().state, local().standing) == ("active", Standing.LEFT_OUT)
    batch = make_batch("Acme-001-L0", product=milk, item_code="MILK")
    services.batches_synced(Written(Batch, created=(batch.pk,)))
    assert (local().state, local().standing) == ("joined", Standing.ARRIVED)


@pytest.mark.parametrize(
    ("fate", "standing"),
    [({"erp_docstatus": 2}, Standing.CANCELLED), ({"gone_at": timezone.now()}, Standing.DELETED)],
)
@pytest.mark.parametrize("is_batched", [True, False])
def test_a_receipt_that_was_cancelled_or_deleted_is_said_so(
    supplier: Supplier, fate: dict[str, Any], standing: Standing, is_batched: bool
) -> None:
    product = make_bought("MILK", is_batched=is_batched)
    brought(supplier, product)
    if is_batched:
        batch = make_batch("Acme-001-L0", product=product, item_code="MILK")
        services.batches_synced(Written(Batch, created=(batch.pk,)))
    receipt = receipt_of(product, docstatus=1)
    becomes(receipt, **fate)
    assert local().standing == standing
    assert local().state == ("joined" if is_batched else "active")


def test_a_batch_with_a_number_in_erpnext_waits_for_its_receipt(supplier: Supplier) -> None:
    milk = make_bought("MILK")
    brought(supplier, milk)
    batch = make_batch("Acme-001-L0", product=milk, item_code="MILK")
    services.batches_synced(Written(Batch, created=(batch.pk,)))
    assert local().standing == Standing.NUMBERED
    receipt_of(milk)
    assert local().standing == Standing.DRAFTED
    Batch.objects.update(received_quantity=10, quantity=0)
    assert local().standing == Standing.ARRIVED


def test_a_line_that_somebody_took_off_the_receipt_has_not_come_with_it(
    supplier: Supplier, rice: Any
) -> None:
    flour = make_bought("FLOUR", is_batched=False)
    brought(supplier, rice, flour)
    receipt_of(flour, docstatus=1)
    assert [local(at).standing for at in (0, 1)] == [Standing.LEFT_OUT, Standing.ARRIVED]


def test_each_part_of_a_long_invoice_says_its_own_lines(supplier: Supplier, rice: Any) -> None:
    flour = make_bought("FLOUR", is_batched=False)
    brought(supplier, rice, flour)
    receipt_of(rice, docstatus=1, reference=f"{OURS}/1")
    receipt_of(flour, reference=f"{OURS}/2")
    assert [local(at).standing for at in (0, 1)] == [Standing.ARRIVED, Standing.DRAFTED]


def test_the_receipt_of_a_line_that_came_later_is_that_lines_alone(supplier: Supplier, rice: Any) -> None:
    brought(supplier, rice)
    receipt_of(rice, docstatus=1, reference=f"{OURS}/L0")
    assert local().standing == Standing.AWAITED
    local().line.upload.lines.update(is_taken_up=True)
    services.receipts_synced(Written(Receipt, changed=(Receipt.objects.get().pk,)))
    assert local().standing == Standing.ARRIVED


@pytest.mark.parametrize(
    "reference", ["purchase_receipt/Acme-010", "purchase_receipt/Acme-0011", "delivery/Acme-001"]
)
def test_a_receipt_of_another_reference_is_another(supplier: Supplier, rice: Any, reference: str) -> None:
    brought(supplier, rice)
    receipt_of(rice, docstatus=1, reference=reference)
    assert (local().receipt, local().standing) == (None, Standing.AWAITED)


def test_what_was_undone_is_not_brought_back_by_a_receipt(supplier: Supplier, rice: Any) -> None:
    upload = brought(supplier, rice)
    LocalBatch.objects.update(state="void")
    InvoiceUpload.objects.filter(pk=upload.pk).update(state="undone", claim=None)
    receipt_of(rice, docstatus=1)
    assert (local().state, local().receipt) == ("void", None)


# --- typed in ERPNext by hand -------------------------------------------------------------------------------
def test_a_receipt_typed_by_hand_is_known_by_the_suppliers_number(supplier: Supplier, rice: Any) -> None:
    brought(supplier, rice)
    receipt_of(rice, docstatus=1, reference="", supplier=supplier, delivery_note=" inv-7 ")
    assert local().standing == Standing.ARRIVED


@pytest.mark.parametrize(
    "other",
    [{"delivery_note": "INV-70"}, {"is_return": True}, {"supplier": None}, {"late": True}, {"item": True}],
)
def test_one_that_says_anything_else_is_not(supplier: Supplier, rice: Any, other: dict[str, Any]) -> None:
    brought(supplier, rice)
    given: dict[str, Any] = {"supplier": supplier, "delivery_note": "INV-7"} | other
    goods = make_bought("TEA") if given.pop("item", False) else rice
    is_late = given.pop("late", False)
    receipt = receipt_of(goods, docstatus=1, reference="", **given)
    if is_late:
        LocalBatch.objects.update(receipt=None, state="active")
        becomes(receipt, posted_on=DATED + timedelta(days=200))
    assert (local().state, local().receipt) == ("active", None)


def test_one_that_was_typed_after_ours_was_cancelled_counts(supplier: Supplier, rice: Any) -> None:
    brought(supplier, rice)
    receipt_of(rice, docstatus=2)
    again = receipt_of(rice, docstatus=1, reference="", supplier=supplier, delivery_note="INV-7")
    assert (local().receipt, local().standing) == (again, Standing.ARRIVED)


def test_one_that_is_there_already_is_found_at_the_confirmation(supplier: Supplier, rice: Any) -> None:
    receipt_of(rice, docstatus=1, reference="", supplier=supplier, delivery_note="INV-7")
    brought(supplier, rice)
    assert local().standing == Standing.ARRIVED


def test_what_is_kept_in_no_batches_any_more_is_found_at_night(supplier: Supplier) -> None:
    tea = make_bought("TEA")
    brought(supplier, tea)
    receipt_of(tea, docstatus=1)
    Product.objects.update(is_batched=False)
    tasks.link_coming()
    assert (local().state, local().standing) == ("joined", Standing.ARRIVED)


@pytest.mark.parametrize("number", [2, 40])
def test_a_page_of_receipts_costs_the_same_however_long_it_is(
    supplier: Supplier, rice: Any, number: int
) -> None:
    brought(supplier, rice)
    receipts = [make_receipt() for _ in range(number)]
    with CaptureQueriesContext(connection) as asked:
        services.receipts_synced(Written(Receipt, created=tuple(one.pk for one in receipts)))
    assert len([one for one in asked if "localbatch" in one["sql"]]) == 2


# --- at the very moment of the confirmation -----------------------------------------------------------------
def page_of(kind: str, upload: InvoiceUpload) -> Callable[[], None]:
    """The sync's page that brings what the invoice makes, to be written in a transaction."""
    milk = upload.lines.get().product
    assert milk is not None

    def batch() -> None:
        made = make_batch("Acme-001-L0", product=milk, item_code=milk.item_code)
        services.batches_synced(Written(Batch, created=(made.pk,)))

    def price() -> None:
        prices = PriceList.objects.get(erp_name="Standard Selling")
        made = make_price(milk, prices, rate="2", valid_from=DATED)
        services.prices_synced(Written(ItemPrice, created=(made.pk,)))

    def receipt() -> None:
        receipt_of(milk, docstatus=1)

    return {"batch": batch, "price": price, "receipt": receipt}[kind]


def is_joined(kind: str) -> bool:
    if kind == "price":
        return LocalPrice.objects.get(kind="selling").state == "joined"
    return local().state == "joined"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["batch", "price", "receipt"])
@pytest.mark.parametrize("first", ["page", "confirmation"])
def test_what_comes_while_it_is_confirmed_is_joined(
    kind: str, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has written before either looks: neither sees what the other has not committed yet."""
    make_price_list("Standard Selling")
    milk = make_bought("MILK", is_batched=kind == "batch")
    upload = to_be_confirmed(make_supplier("Acme Foods"), milk)
    page = page_of(kind, upload)
    has_written, may_commit = Event(), Event()

    def held_up(write: Callable[[], Any]) -> None:
        try:
            with transaction.atomic():
                write()
                has_written.set()
                assert may_commit.wait(10)
        finally:
            connection.close()

    def confirm() -> None:
        services.confirm_upload(upload.pk, actor=ADMIN, is_final=True)

    def other() -> None:
        try:
            with transaction.atomic():
                (confirm if first == "page" else page)()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        early = pool.submit(held_up, page if first == "page" else confirm)
        assert has_written.wait(10)
        late = pool.submit(other)
        with pytest.raises(TimeoutError):
            late.result(timeout=0.3)  # it waits for its turn
        may_commit.set()
        early.result(timeout=10)
        late.result(timeout=10)
    assert is_joined(kind)


def to_be_confirmed(supplier: Supplier, milk: Any) -> InvoiceUpload:
    upload = matched(supplier, row("Milk", sell="2.00"), number="INV-7")
    decide(upload, milk)
    return upload
