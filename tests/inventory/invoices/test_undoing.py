"""What ERPNext is told of an invoice, and how all of it is taken back while nothing was used."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.approvals.models import Item
from apps.catalog.models import PriceList, Product, ProductDefault, ProductUnit
from apps.core import options, outgoing
from apps.core.actors import COMMAND, SYSTEM
from apps.core.errors import InvalidInputError
from apps.core.models import Outgoing
from apps.inventory import services
from apps.inventory.errors import UndoBlockedError
from apps.inventory.models import LearnedMatch, LocalBatch, LocalPrice
from apps.inventory.states import Decision, UploadState
from apps.sync.push import KINDS
from apps.sync.push.contents import as_said, reference_of
from apps.sync.services import gate
from apps.sync.states import Direction
from tests.factories.catalog import make_price, make_price_list
from tests.factories.inventory import make_supplier, make_warehouse
from tests.factories.invoices import (
    ADMIN,
    CLERK,
    DATED,
    confirmed,
    d,
    line_of,
    make_bought,
    matched,
    row,
)

pytestmark = pytest.mark.django_db


def let_push(*, batches: bool = True, prices: bool = True) -> None:
    wanted = {"batches": batches, "prices": prices}
    gate.set_controls({(name, Direction.PUSH): is_on for name, is_on in wanted.items()}, actor=COMMAND)


@pytest.fixture
def lists() -> None:
    make_price_list("Standard Selling")
    make_price_list("Standard Buying", for_selling=False, for_buying=True)


def told(kind: str) -> list[dict[str, Any]]:
    return list(Outgoing.objects.filter(kind=kind).order_by("id").values_list("payload", flat=True))


# --- what is told -------------------------------------------------------------------------------------------
def test_nothing_is_queued_while_push_is_off(lists: None) -> None:
    confirmed(make_supplier(), row("Milk"))
    assert not Outgoing.objects.exists()


def test_batches_a_draft_receipt_and_prices_are_queued(lists: None) -> None:
    let_push()
    milk = make_bought("MILK")
    supplier = make_supplier("Acme Foods")
    ProductUnit.objects.create(product=milk, unit="Case", factor=6, erp_row="c", position=2)
    place = {"company": "", "warehouse_name": "Cold Room", "supplier_name": "", "price_list_name": ""}
    ProductDefault.objects.create(product=milk, erp_row="d", position=1, **place)
    upload = matched(supplier, row("Milk", buy="7.99", sell="1.80", quantity="10"), number="INV-77")
    choice = services.Choice(decision=Decision.PRODUCT, product_id=milk.pk, pack_factor=d("6"))
    services.decide_lines(upload.pk, choices={line_of(upload).pk: choice}, actor=CLERK)
    services.confirm_upload(upload.pk, actor=ADMIN, is_final=True)
    assert told("batch") == [
        {"number": "Acme-001-L0", "item_code": "MILK", "supplier_erp_name": "Acme Foods"}
    ]
    (receipt,) = told("purchase_receipt")
    assert receipt["lines"] == [
        {
            "item_code": "MILK",
            "quantity": "10",
            "unit": "Case",
            "unit_factor": "6",
            "rate": "7.99",
            "warehouse_name": "Cold Room",
            "batch_number": "Acme-001-L0",
        }
    ]
    assert (receipt["delivery_note"], receipt["posted_on"]) == ("INV-77", DATED.isoformat())
    assert {(price["price_list_name"], price["rate"]) for price in told("item_price")} == {
        ("Standard Buying", "1.331667"),
        ("Standard Selling", "1.8"),
    }


def test_the_sender_reads_every_payload_and_knows_prices_and_batches_by_our_references(lists: None) -> None:
    let_push()
    make_warehouse("Stores", company="Corner Grocer Ltd")
    options.save({"shop.receiving_warehouse": "Stores"}, actor=COMMAND)
    confirmed(make_supplier("Acme / Söhne"), row("Milk"), to=(make_bought("A/B 100%"),))
    assert told("purchase_receipt")[0]["company"] == "Corner Grocer Ltd"
    for message in Outgoing.objects.all():
        kind = KINDS[message.kind]
        content = as_said(kind, message.payload)
        assert set(kind.needed) <= content.keys()
        assert kind.known_by == () or reference_of(kind, content) == message.reference


def test_without_a_unit_of_that_size_the_receipt_counts_stock_units() -> None:
    let_push(prices=False)
    milk = make_bought("MILK")
    upload = matched(make_supplier(), row("Milk", buy="7.99", quantity="10"))
    choice = services.Choice(decision=Decision.PRODUCT, product_id=milk.pk, pack_factor=d("6"))
    services.decide_lines(upload.pk, choices={line_of(upload).pk: choice}, actor=CLERK)
    services.confirm_upload(upload.pk, actor=ADMIN, is_final=True)
    line = told("purchase_receipt")[0]["lines"][0]
    assert (line["quantity"], line["unit"], line["unit_factor"], line["rate"]) == ("60", "Nos", "1", "1.33")


def test_what_is_not_kept_in_batches_is_received_without_one() -> None:
    let_push(prices=False)
    confirmed(make_supplier(), row("Bags"), to=(make_bought(is_batched=False),))
    assert told("batch") == []
    assert told("purchase_receipt")[0]["lines"][0]["batch_number"] == ""


def test_a_clerks_invoice_is_told_once_it_is_accepted(lists: None) -> None:
    let_push()
    confirmed(make_supplier(), row("Milk"), is_final=False, actor=CLERK)
    assert not Outgoing.objects.exists()
    services.accept_pending(Item.objects.get(), ADMIN)
    assert sorted(Outgoing.objects.values_list("kind", flat=True)) == [
        "batch", "item_price", "item_price", "purchase_receipt",
    ]  # fmt: skip


# --- undoing ------------------------------------------------------------------------------------------------
def test_undoing_takes_back_all_of_it(lists: None) -> None:
    let_push()
    supplier = make_supplier("Acme Foods")
    upload = confirmed(
        supplier, row("Milk"), row("New"), to=(make_bought(), Decision.NEW_ITEM), number="INV-1"
    )
    services.undo_upload(upload.pk, reason="Wrong file", actor=ADMIN)
    upload.refresh_from_db()
    assert (upload.state, upload.claim, upload.reason) == (UploadState.UNDONE, None, "Wrong file")
    assert set(LocalBatch.objects.values_list("state", flat=True)) == {"void"}
    assert set(LocalPrice.objects.values_list("state", flat=True)) == {"void"}
    assert set(Outgoing.objects.values_list("state", flat=True)) == {"discarded"}
    assert not LearnedMatch.objects.exists()
    assert not line_of(upload, 1).is_parked
    again = confirmed(supplier, row("Milk"), number="INV-1")
    assert again.batch_stem == "Acme-002"


def test_undoing_twice_does_it_once() -> None:
    upload = confirmed(make_supplier(), row("Milk"))
    moved = [services.undo_upload(upload.pk, reason="Wrong", actor=ADMIN).moved_at for _ in range(2)]
    assert moved[0] == moved[1]


def test_what_an_earlier_invoice_taught_stays_with_one_time_less() -> None:
    supplier, milk = make_supplier(), make_bought()
    confirmed(supplier, row("Milk"), to=(milk,))
    second = confirmed(supplier, row("Milk"), to=(milk,))
    services.undo_upload(second.pk, reason="Wrong", actor=ADMIN)
    assert LearnedMatch.objects.get().times == 1


def test_undoing_needs_a_reason() -> None:
    upload = confirmed(make_supplier(), row("Milk"))
    with pytest.raises(InvalidInputError):
        services.undo_upload(upload.pk, reason=" ", actor=ADMIN)
    upload.refresh_from_db()
    assert upload.state == UploadState.CONFIRMED


@pytest.mark.parametrize("state", ["sending", "sent", "unsure"])
def test_what_erpnext_has_or_may_have_blocks_it(lists: None, state: str) -> None:
    let_push(prices=False)
    upload = confirmed(make_supplier("Acme Foods"), row("Milk"))
    message, now = Outgoing.objects.get(kind="batch"), timezone.now()
    outgoing.take(message.pk, at=now, actor=SYSTEM)
    if state == "sent":
        outgoing.sent(
            message.pk, revision=1, at=now, actor=SYSTEM, payload={}, answer={}, erp_name="Acme-001-L0"
        )
    elif state == "unsure":
        later = now + timedelta(minutes=2)
        outgoing.failed(message.pk, error="no answer", next_try_at=later, settles_at=later, actor=SYSTEM)
    with pytest.raises(UndoBlockedError) as refused:
        services.undo_upload(upload.pk, reason="Wrong", actor=ADMIN)
    assert [error.field for error in refused.value.errors] == [f"outbox[{message.pk}]"]
    assert set(LocalBatch.objects.values_list("state", flat=True)) == {"active"}
    assert Outgoing.objects.get(kind="purchase_receipt").state == "pending"


def test_what_erpnext_refused_does_not_block_it() -> None:
    let_push(prices=False)
    upload = confirmed(make_supplier(), row("Milk"))
    message = Outgoing.objects.get(kind="batch")
    outgoing.take(message.pk, at=timezone.now(), actor=SYSTEM)
    outgoing.give_up(message.pk, error="no such item", actor=SYSTEM)
    services.undo_upload(upload.pk, reason="Wrong", actor=ADMIN)
    message.refresh_from_db()
    assert message.state == "discarded"


def test_a_price_that_another_invoice_says_too_is_told_as_that_one_says_it(lists: None) -> None:
    let_push(batches=False)
    supplier, milk = make_supplier(), make_bought()
    confirmed(supplier, row("Milk", buy="1.00"), to=(milk,))
    second = confirmed(supplier, row("Milk", buy="1.25"), to=(milk,))
    buying = Outgoing.objects.get(payload__price_list_name="Standard Buying")
    assert (buying.payload["rate"], buying.revision) == ("1.25", 2)
    services.undo_upload(second.pk, reason="Wrong", actor=ADMIN)
    buying.refresh_from_db()
    assert (buying.payload["rate"], buying.state) == ("1", "pending")


def test_the_first_of_two_that_say_a_price_leaves_the_second_its_message(lists: None) -> None:
    let_push(batches=False)
    supplier, milk = make_supplier(), make_bought()
    first = confirmed(supplier, row("Milk", buy="1.00"), to=(milk,))
    confirmed(supplier, row("Milk", buy="1.25"), to=(milk,))
    services.undo_upload(first.pk, reason="Wrong", actor=ADMIN)
    buying = Outgoing.objects.get(payload__price_list_name="Standard Buying")
    assert (buying.payload["rate"], buying.state) == ("1.25", "pending")


def test_a_price_that_was_sent_as_this_invoice_says_it_blocks_its_undoing(lists: None) -> None:
    let_push(batches=False)
    supplier, milk = make_supplier(), make_bought()
    confirmed(supplier, row("Milk", buy="1.00"), to=(milk,))
    second = confirmed(supplier, row("Milk", buy="1.25"), to=(milk,))
    buying, now = Outgoing.objects.get(payload__price_list_name="Standard Buying"), timezone.now()
    outgoing.take(buying.pk, at=now, actor=SYSTEM)
    said = buying.payload | {"rate": "1.250000000"}
    outgoing.sent(buying.pk, revision=2, at=now, actor=SYSTEM, payload=said, answer={}, erp_name="PRICE-1")
    with pytest.raises(UndoBlockedError):
        services.undo_upload(second.pk, reason="Wrong", actor=ADMIN)


def test_a_message_whose_last_answer_was_lost_blocks_it(lists: None) -> None:
    let_push()
    upload = confirmed(make_supplier(), row("Milk"))
    message = Outgoing.objects.get(kind="batch")
    outgoing.take(message.pk, at=timezone.now(), actor=SYSTEM)
    outgoing.give_up(
        message.pk, error="tried eight times", settles_at=timezone.now() + timedelta(minutes=2), actor=SYSTEM
    )
    with pytest.raises(UndoBlockedError) as refused:
        services.undo_upload(upload.pk, reason="Wrong file", actor=ADMIN)
    assert [error.field for error in refused.value.errors] == [f"outbox[{message.pk}]"]


def test_a_rate_that_was_edited_into_nonsense_goes_with_the_rest(lists: None) -> None:
    let_push()
    upload = confirmed(make_supplier(), row("Milk"))
    Outgoing.objects.filter(kind="item_price").update(payload={"rate": "two"})
    services.undo_upload(upload.pk, reason="Wrong file", actor=ADMIN)
    assert set(Outgoing.objects.values_list("state", flat=True)) == {"discarded"}


def test_a_price_of_its_day_that_was_there_before_at_another_rate_does_not_block_it(lists: None) -> None:
    milk = make_bought()
    price = make_price(milk, PriceList.objects.get(erp_name="Standard Selling"), rate="2.2", valid_from=DATED)
    upload = confirmed(make_supplier(), row("Milk", sell="2.50"), to=(milk,))
    assert upload.prices.get(kind="selling").item_price == price
    services.undo_upload(upload.pk, reason="Wrong file", actor=ADMIN)
    assert set(upload.prices.values_list("state", "item_price")) == {("void", None)}


def test_a_price_that_erpnext_has_at_our_rate_blocks_it(lists: None) -> None:
    milk = make_bought()
    make_price(milk, PriceList.objects.get(erp_name="Standard Selling"), rate="2.5", valid_from=DATED)
    upload = confirmed(make_supplier(), row("Milk", sell="2.50"), to=(milk,))
    assert [one.code for one in services.blockers(upload)] == ["joined"]


def renamed(product: Product, code: str) -> None:
    """ERPNext calls it otherwise; the sync has brought it."""
    Product.objects.filter(pk=product.pk).update(item_code=code, erp_name=code)


def buying() -> list[tuple[str, str, str, str]]:
    """What is told of buying prices: state, reference, item and rate."""
    found = Outgoing.objects.filter(payload__price_list_name="Standard Buying").order_by("pk")
    return [(one.state, one.reference.split("/")[1], *_said(one)) for one in found]


def _said(message: Outgoing) -> tuple[str, str]:
    return message.payload["item_code"], message.payload["rate"]


def test_a_price_told_again_after_its_item_was_renamed_is_told_by_the_new_code(lists: None) -> None:
    let_push(batches=False)
    supplier, milk = make_supplier(), make_bought("MILK")
    first = confirmed(supplier, row("Milk", buy="1.00"), to=(milk,))
    second = confirmed(supplier, row("Milk", buy="1.25"), to=(milk,))
    renamed(milk, "MILK-1L")
    services.undo_upload(second.pk, reason="Wrong", actor=ADMIN)
    assert buying() == [("discarded", "MILK", "MILK", "1.25"), ("pending", "MILK-1L", "MILK-1L", "1")]
    told_of = Outgoing.objects.get(state="pending", payload__price_list_name="Standard Buying")
    assert first.prices.get(kind="buying").reference == told_of.reference
    assert (
        reference_of(KINDS["item_price"], as_said(KINDS["item_price"], told_of.payload)) == told_of.reference
    )


def test_two_invoices_say_one_price_though_its_item_was_renamed_between_them(lists: None) -> None:
    let_push(batches=False)
    supplier, milk = make_supplier(), make_bought("MILK")
    confirmed(supplier, row("Milk", buy="1.00"), to=(milk,))
    renamed(milk, "MILK-1L")
    milk.refresh_from_db()
    second = confirmed(supplier, row("Milk", buy="1.25"), to=(milk,))
    services.undo_upload(second.pk, reason="Wrong", actor=ADMIN)
    assert buying()[-1] == ("pending", "MILK-1L", "MILK-1L", "1")
