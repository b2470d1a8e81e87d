"""What was confirmed while pushing was off, and told once somebody says so: never lost, never twice."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from apps.core import outgoing
from apps.core.errors import DomainError
from apps.core.mirror import Written
from apps.core.models import AuditEntry, Outgoing
from apps.inventory import services
from apps.inventory.errors import NothingToTellError, UploadClosedError
from apps.inventory.models import Batch, InvoiceUpload, LocalBatch, LocalPrice, Receipt
from tests.factories.catalog import make_price_list
from tests.factories.inventory import make_batch, make_receipt, make_receipt_line, make_supplier
from tests.factories.invoices import ADMIN, DATED, confirmed, make_bought, row
from tests.inventory.invoices.test_undoing import let_push

pytestmark = pytest.mark.django_db


def lists() -> None:
    make_price_list("Standard Selling")
    make_price_list("Standard Buying", for_selling=False, for_buying=True)


@pytest.fixture
def upload() -> InvoiceUpload:
    """Milk in batches and rice in none, confirmed while nothing was pushed."""
    lists()
    milk, rice = make_bought("MILK"), make_bought("RICE", is_batched=False)
    return confirmed(make_supplier("Acme Foods"), row("Milk"), row("Rice"), to=(milk, rice), number="INV-7")


def said() -> list[tuple[str, Any]]:
    rows = Outgoing.objects.exclude(kind="item_price").order_by("id")
    return [(one.reference, [line["item_code"] for line in one.payload.get("lines", ())]) for one in rows]


def tell(upload: InvoiceUpload) -> int:
    return services.tell_later(upload.pk, actor=ADMIN)


def receipt_by_hand(upload: InvoiceUpload, *codes: str, docstatus: int = 1) -> None:
    receipt = make_receipt(erp_docstatus=docstatus, supplier=upload.supplier, delivery_note="INV-7", on=DATED)
    for position, code in enumerate(codes, start=1):
        make_receipt_line(receipt, position=position, item_code=code)
    services.receipts_synced(Written(Receipt, created=(receipt.pk,)))


def test_all_of_it_is_told_as_the_confirmation_would_have(upload: InvoiceUpload) -> None:
    let_push()
    assert not Outgoing.objects.exists()  # never by itself
    assert tell(upload) == 6
    assert said() == [
        ("batch/Acme-001-L0", []),
        ("purchase_receipt/Acme-001", ["MILK", "RICE"]),
    ]
    entry = AuditEntry.objects.get(action="invoice.told")
    assert (entry.actor_label, entry.after) == (
        "Ada Boss",
        {"batch": 1, "purchase_receipt": 1, "item_price": 4},
    )


def test_a_second_time_there_is_nothing_to_tell(upload: InvoiceUpload) -> None:
    let_push()
    tell(upload)
    with pytest.raises(NothingToTellError, match="was told of all of it"):
        tell(upload)
    assert Outgoing.objects.count() == 6
    assert set(Outgoing.objects.values_list("revision", flat=True)) == {1}


def test_while_the_controls_are_off_nothing_is_told(upload: InvoiceUpload) -> None:
    with pytest.raises(NothingToTellError, match="push controls of batches and prices are off"):
        tell(upload)
    assert not Outgoing.objects.exists()


def test_one_control_lets_its_own_kinds_go_and_the_other_the_rest_later(upload: InvoiceUpload) -> None:
    let_push(prices=False)
    assert (tell(upload), Outgoing.objects.filter(kind="item_price").count()) == (2, 0)
    let_push()
    assert tell(upload) == 4


def test_what_was_told_at_the_confirmation_is_not_told_again() -> None:
    lists()
    let_push()
    upload = confirmed(make_supplier("Acme Foods"), row("Milk"))
    assert not services.untold(upload)
    with pytest.raises(NothingToTellError):
        tell(upload)


def test_what_a_person_discarded_stays_so(upload: InvoiceUpload) -> None:
    let_push()
    tell(upload)
    for message in Outgoing.objects.all():
        outgoing.discard(message.pk, actor=ADMIN, reason="typed by hand")
    with pytest.raises(NothingToTellError):
        tell(upload)
    assert set(Outgoing.objects.values_list("state", flat=True)) == {"discarded"}


@pytest.mark.parametrize("docstatus", [0, 1])
def test_goods_that_somebody_received_by_hand_meanwhile_are_not_received_twice(
    upload: InvoiceUpload, docstatus: int
) -> None:
    receipt_by_hand(upload, "MILK", "RICE", docstatus=docstatus)
    let_push(prices=False)
    assert tell(upload) == 1
    assert said() == [("batch/Acme-001-L0", [])]


def test_of_those_received_in_part_the_rest_is_told(upload: InvoiceUpload) -> None:
    receipt_by_hand(upload, "RICE")
    let_push(prices=False)
    tell(upload)
    assert said() == [("batch/Acme-001-L0", []), ("purchase_receipt/Acme-001", ["MILK"])]


def test_a_receipt_that_was_cancelled_says_nothing(upload: InvoiceUpload) -> None:
    receipt_by_hand(upload, "MILK", "RICE", docstatus=2)
    let_push(prices=False)
    tell(upload)
    assert said()[1] == ("purchase_receipt/Acme-001", ["MILK", "RICE"])


def test_one_that_was_typed_before_the_confirmation_is_not_drafted_once_more() -> None:
    milk, supplier = make_bought("MILK"), make_supplier("Acme Foods")
    receipt = make_receipt(supplier=supplier, delivery_note="INV-7", on=DATED)
    make_receipt_line(receipt, item_code="MILK")
    let_push(prices=False)
    confirmed(supplier, row("Milk"), to=(milk,), number="INV-7")
    assert said() == [("batch/Acme-001-L0", [])]


def test_a_batch_that_erpnext_has_is_not_told(upload: InvoiceUpload) -> None:
    batch = make_batch("Acme-001-L0", item_code="MILK")
    services.batches_synced(Written(Batch, created=(batch.pk,)))
    let_push(prices=False)
    tell(upload)
    assert said() == [("purchase_receipt/Acme-001", ["MILK", "RICE"])]


def test_what_somebody_deleted_there_is_not_made_again(upload: InvoiceUpload) -> None:
    LocalPrice.objects.update(gone_at=timezone.now())
    LocalBatch.objects.update(gone_at=timezone.now())
    let_push()
    assert tell(upload) == 1
    assert said() == [("purchase_receipt/Acme-001", ["MILK", "RICE"])]


def test_a_line_that_came_later_has_a_receipt_of_its_own(upload: InvoiceUpload) -> None:
    upload.lines.filter(position=1).update(is_taken_up=True)
    let_push(prices=False)
    tell(upload)
    assert said() == [
        ("batch/Acme-001-L0", []),
        ("purchase_receipt/Acme-001", ["MILK"]),
        ("purchase_receipt/Acme-001/L1", ["RICE"]),
    ]


def test_of_two_invoices_the_later_ones_price_is_told() -> None:
    lists()
    supplier, milk = make_supplier("Acme Foods"), make_bought("MILK")
    first = confirmed(supplier, row("Milk", buy="1.00"), to=(milk,))
    second = confirmed(supplier, row("Milk", buy="1.25"), to=(milk,))
    let_push(batches=False)
    with pytest.raises(NothingToTellError):
        tell(first)
    assert tell(second) == 2
    rates = Outgoing.objects.filter(payload__price_list_name="Standard Buying")
    assert rates.get().payload["rate"] == "1.25"


def test_of_a_price_that_an_earlier_invoice_told_the_later_ones_rate_is_told() -> None:
    lists()
    supplier, milk = make_supplier("Acme Foods"), make_bought("MILK")
    let_push(batches=False)
    confirmed(supplier, row("Milk", buy="1.00"), to=(milk,))
    let_push(batches=False, prices=False)
    second = confirmed(supplier, row("Milk", buy="1.25"), to=(milk,))
    let_push(batches=False)
    assert tell(second) == 1  # what it sells for is the same, and told
    buying = Outgoing.objects.get(payload__price_list_name="Standard Buying")
    assert (buying.payload["rate"], buying.revision) == ("1.25", 2)
    assert {one.kind for one in services.untold(second).unwanted} == {"batch", "purchase_receipt"}


def test_a_price_that_was_told_before_and_is_not_there_is_told_once_more() -> None:
    lists()
    supplier, milk = make_supplier("Acme Foods"), make_bought("MILK")
    let_push(batches=False)
    confirmed(supplier, row("Milk"), to=(milk,))
    Outgoing.objects.update(state="sent", sent_at=timezone.now(), erp_name="PRICE-1")
    let_push(batches=False, prices=False)
    second = confirmed(supplier, row("Milk"), to=(milk,))
    let_push(batches=False)
    assert tell(second) == 2
    assert set(Outgoing.objects.values_list("state", "revision")) == {("pending", 2)}
    with pytest.raises(NothingToTellError):
        tell(second)


def test_only_what_is_in_force_is_told(upload: InvoiceUpload) -> None:
    waiting = confirmed(make_supplier(), row("Milk"), is_final=False)
    services.undo_upload(upload.pk, reason="Wrong file", actor=ADMIN)
    let_push()
    for one in (waiting, upload):
        with pytest.raises(UploadClosedError):
            tell(one)
    assert not Outgoing.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_once_tell_it_once() -> None:
    upload = confirmed(make_supplier("Acme Foods"), row("Milk"))
    let_push()

    def press(_: int) -> int:
        try:
            return tell(upload)
        except DomainError:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(press, range(4))) == [0, 0, 0, 2]
    assert Outgoing.objects.count() == 2
