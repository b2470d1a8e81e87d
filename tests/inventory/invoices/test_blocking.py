"""What keeps an invoice from being undone, and what no longer does."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.catalog.models import ItemPrice, PriceList
from apps.core import outgoing
from apps.core.actors import SYSTEM
from apps.core.mirror import Written
from apps.core.models import Outgoing
from apps.inventory import services
from apps.inventory.errors import UndoBlockedError
from apps.inventory.models import Batch, InvoiceUpload, LocalBatch, LocalPrice, Receipt
from tests.factories.catalog import make_price, make_price_list
from tests.factories.inventory import make_batch, make_receipt, make_receipt_line, make_supplier
from tests.factories.invoices import ADMIN, DATED, confirmed, make_bought, row
from tests.inventory.invoices.test_undoing import let_push

pytestmark = pytest.mark.django_db
RECEIPT = "MAT-PRE-7"


@pytest.fixture
def upload() -> InvoiceUpload:
    """Milk in batches and rice in none, told and sent, and nothing read back yet."""
    let_push(prices=False)
    milk, rice = make_bought("MILK"), make_bought("RICE", is_batched=False)
    made = confirmed(make_supplier("Acme Foods"), row("Milk"), row("Rice"), to=(milk, rice))
    sent("batch", "Acme-001-L0")
    sent("purchase_receipt", RECEIPT)
    return made


def sent(kind: str, name: str, **answer: Any) -> Outgoing:
    message = Outgoing.objects.get(kind=kind)
    outgoing.take(message.pk, at=timezone.now(), actor=SYSTEM)
    return outgoing.sent(
        message.pk,
        revision=message.revision,
        at=timezone.now(),
        actor=SYSTEM,
        payload=message.payload,
        answer=answer,
        erp_name=name,
    )


def batch_is_read(**given: Any) -> Batch:
    batch = make_batch("Acme-001-L0", item_code="MILK", **given)
    services.batches_synced(Written(Batch, created=(batch.pk,)))
    Batch.objects.filter(pk=batch.pk).update(**given)
    return batch


def receipt_is_read(*codes: str, docstatus: int = 0, **given: Any) -> Receipt:
    usual = {"larder_reference": "purchase_receipt/Acme-001", "on": DATED}
    receipt = make_receipt(RECEIPT, erp_docstatus=docstatus, **usual | given)
    for position, code in enumerate(codes or ("MILK", "RICE"), start=1):
        make_receipt_line(receipt, position=position, item_code=code)
    services.receipts_synced(Written(Receipt, created=(receipt.pk,)))
    return receipt


def blocked(upload: InvoiceUpload) -> list[str]:
    return [one.message for one in services.blockers(upload)]


def undone(upload: InvoiceUpload) -> set[str]:
    """Undo it; how its batches stand then."""
    services.undo_upload(upload.pk, reason="Wrong file", actor=ADMIN)
    return set(upload.batches.values_list("state", flat=True))


DRAFTED = f"ERPNext has receipt {RECEIPT} as a draft: delete it there first."
SUBMITTED = f"ERPNext has receipt {RECEIPT}, submitted: cancel it there first."


def test_what_was_sent_and_not_read_back_blocks_it(upload: InvoiceUpload) -> None:
    assert blocked(upload) == [
        "Message purchase_receipt/Acme-001 to ERPNext: sent.",
        "Message batch/Acme-001-L0 to ERPNext: sent.",
    ]


def test_a_draft_blocks_it_with_what_to_do(upload: InvoiceUpload) -> None:
    batch_is_read()
    receipt_is_read()
    assert blocked(upload) == [DRAFTED]
    with pytest.raises(UndoBlockedError):
        undone(upload)
    assert set(upload.batches.values_list("state", flat=True)) == {"active", "joined"}


def test_a_submitted_receipt_blocks_it_and_so_does_what_came(upload: InvoiceUpload) -> None:
    batch_is_read(quantity=10, received_quantity=10)
    receipt_is_read(docstatus=1)
    assert blocked(upload) == [SUBMITTED, "ERPNext has batch Acme-001-L0."]


@pytest.mark.parametrize("fate", [{"erp_docstatus": 2}, {"gone_at": timezone.now()}])
def test_once_a_person_cancelled_or_deleted_it_the_invoice_is_undone(
    upload: InvoiceUpload, fate: dict[str, Any]
) -> None:
    batch_is_read()
    receipt = receipt_is_read(docstatus=1)
    Receipt.objects.update(**fate)
    services.receipts_synced(Written(Receipt, changed=(receipt.pk,)))
    assert blocked(upload) == []
    assert undone(upload) == {"void"}


def test_then_its_batch_is_switched_off_in_erpnext(upload: InvoiceUpload) -> None:
    batch_is_read()
    receipt_is_read(docstatus=2)
    undone(upload)
    states = dict(Outgoing.objects.values_list("kind", "state"))
    assert states == {"batch": "pending", "purchase_receipt": "sent"}
    assert Outgoing.objects.get(kind="batch").payload["is_active"] is False


def test_or_not_while_nothing_is_pushed(upload: InvoiceUpload) -> None:
    batch_is_read()
    receipt_is_read(docstatus=2)
    let_push(batches=False)
    undone(upload)
    assert set(Outgoing.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.parametrize("docstatus", [-1, 2])
def test_a_draft_that_went_before_it_was_read_is_known_by_what_the_sender_saw(
    upload: InvoiceUpload, docstatus: int
) -> None:
    batch_is_read()
    Outgoing.objects.filter(kind="purchase_receipt").update(answer={"name": RECEIPT, "docstatus": docstatus})
    assert blocked(upload) == []


def test_another_receipt_that_bears_its_number_since_blocks_it_no_longer_than_ours(
    upload: InvoiceUpload,
) -> None:
    """ERPNext gives the number of a deleted draft to the next one."""
    batch_is_read()
    receipt_is_read(larder_reference="")
    assert blocked(upload) == []


def test_a_batch_that_was_deleted_there_blocks_nothing(upload: InvoiceUpload) -> None:
    batch = batch_is_read()
    receipt_is_read(docstatus=2)
    Batch.objects.update(gone_at=timezone.now())
    services.batches_synced(Written(Batch, retired=(batch.pk,)))
    assert LocalBatch.objects.get(line__position=0).gone_at is not None
    assert blocked(upload) == []
    undone(upload)
    assert Outgoing.objects.get(kind="batch").state == "sent"  # it is not made again to be switched off


def test_sent_again_since_it_may_be_there_again(upload: InvoiceUpload) -> None:
    batch = batch_is_read()
    receipt_is_read(docstatus=2)
    Batch.objects.update(gone_at=timezone.now())
    services.batches_synced(Written(Batch, retired=(batch.pk,)))
    Outgoing.objects.filter(kind="batch").update(sent_at=timezone.now() + timedelta(seconds=1))
    assert blocked(upload) == ["Message batch/Acme-001-L0 to ERPNext: sent."]


def test_a_batch_whose_number_another_item_has_there_is_not_ours(upload: InvoiceUpload) -> None:
    receipt_is_read(docstatus=2)
    batch = make_batch("Acme-001-L0", item_code="CHEESE")
    services.batches_synced(Written(Batch, created=(batch.pk,)))
    assert blocked(upload) == []


# --- what was discarded -------------------------------------------------------------------------------------
def test_a_discarded_message_whose_document_erpnext_has_blocks_it() -> None:
    let_push(prices=False)
    upload = confirmed(make_supplier("Acme Foods"), row("Milk"), to=(make_bought("MILK"),))
    message = Outgoing.objects.get(kind="batch")
    outgoing.take(message.pk, at=timezone.now(), actor=SYSTEM)
    outgoing.give_up(message.pk, error="stored otherwise", erp_name="Acme-001-L0", actor=SYSTEM)
    outgoing.discard(message.pk, actor=ADMIN, reason="enough")
    said = "Message batch/Acme-001-L0 was discarded, and ERPNext may have it: send it again, to see."
    assert blocked(upload) == [said]
    with pytest.raises(UndoBlockedError):
        undone(upload)
    assert Outgoing.objects.get(kind="purchase_receipt").state == "pending"
    batch_is_read()
    assert blocked(upload) == []
    assert undone(upload) == {"void"}


def test_one_that_never_reached_it_does_not() -> None:
    let_push(prices=False)
    upload = confirmed(make_supplier("Acme Foods"), row("Milk"))
    outgoing.discard(Outgoing.objects.get(kind="batch").pk, actor=ADMIN, reason="enough")
    assert blocked(upload) == []
    assert undone(upload) == {"void"}


# --- prices -------------------------------------------------------------------------------------------------
@pytest.fixture
def priced() -> InvoiceUpload:
    """A selling price, sent."""
    make_price_list("Standard Selling")
    let_push(batches=False)
    made = confirmed(make_supplier("Acme Foods"), row("Milk", sell="2.00"), to=(make_bought("MILK"),))
    sent("item_price", "PRICE-1")
    return made


def price_is_read(rate: str, at: datetime | None = None) -> ItemPrice:
    local = LocalPrice.objects.get()
    prices = PriceList.objects.get()
    price = make_price(local.product, prices, rate=rate, valid_from=DATED)
    ItemPrice.objects.update(read_at=at or timezone.now())
    services.prices_synced(Written(ItemPrice, created=(price.pk,)))
    return price


def test_a_price_that_erpnext_has_blocks_it_until_it_is_deleted_there(priced: InvoiceUpload) -> None:
    assert blocked(priced) == [f"Message {LocalPrice.objects.get().reference} to ERPNext: sent."]
    price = price_is_read("2")
    assert blocked(priced) == [f"ERPNext has this price of {LocalPrice.objects.get().product}."]
    pk = price.pk
    price.delete()
    services.prices_synced(Written(ItemPrice, deleted=(pk,)))
    assert blocked(priced) == []
    assert undone(priced) == {"void"}


def test_one_that_somebody_changed_there_since_is_theirs(priced: InvoiceUpload) -> None:
    price_is_read("2.2")
    assert blocked(priced) == []


def test_one_that_was_read_before_ours_was_sent_says_nothing_of_it(priced: InvoiceUpload) -> None:
    price_is_read("2.2", at=timezone.now() - timedelta(hours=1))
    assert blocked(priced) == [f"Message {LocalPrice.objects.get().reference} to ERPNext: sent."]
