"""An item is renamed or merged in ERPNext between the confirmation and the push: what is told follows."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.catalog.models import Product
from apps.core import outgoing
from apps.core.actors import SYSTEM
from apps.core.mirror import Renamed, Written
from apps.core.models import AuditEntry, Outgoing
from apps.inventory import services
from apps.inventory.models import Batch, InvoiceUpload, LocalBatch, LocalPrice
from apps.sync.push import KINDS
from apps.sync.push.contents import as_said, reference_of
from tests.factories.catalog import make_price_list
from tests.factories.inventory import make_batch, make_supplier
from tests.factories.invoices import ADMIN, confirmed, make_bought, row
from tests.inventory.invoices.test_undoing import let_push

pytestmark = pytest.mark.django_db


@pytest.fixture
def upload() -> InvoiceUpload:
    """Milk and rice, told, and not sent yet."""
    make_price_list("Standard Selling")
    make_price_list("Standard Buying", for_selling=False, for_buying=True)
    let_push()
    goods = make_bought("MILK"), make_bought("RICE", is_batched=False)
    return confirmed(make_supplier("Acme Foods"), row("Milk"), row("Rice"), to=goods)


def renamed(was: str, now: str) -> Product:
    """ERPNext renamed it, and the sync tells of that."""
    product = Product.objects.get(item_code=was)
    Product.objects.filter(pk=product.pk).update(item_code=now, erp_name=now)
    services.items_renamed(Written(Product, renamed=(Renamed(product.pk, was, now),)))
    return product


def codes() -> set[str]:
    """The items that any message names."""
    found = set()
    for payload in Outgoing.objects.values_list("payload", flat=True):
        found |= {line["item_code"] for line in payload.get("lines", ())}
        found |= {payload["item_code"]} if "item_code" in payload else set()
    return found


def check_references() -> None:
    """Each message is called as the sender would call what it says, and each price knows its own."""
    for message in Outgoing.objects.all():
        kind = KINDS[message.kind]
        assert kind.known_by == () or reference_of(kind, as_said(kind, message.payload)) == message.reference
    told = set(Outgoing.objects.of_kind("item_price").values_list("reference", flat=True))
    assert set(LocalPrice.objects.standing().values_list("reference", flat=True)) == told


@pytest.mark.parametrize("times", [1, 2])
def test_what_waits_says_the_new_code(upload: InvoiceUpload, times: int) -> None:
    renamed("MILK", "MILK-1L")
    for _ in range(times - 1):  # told once more, as when a reference was resolved
        product = Product.objects.get(item_code="MILK-1L")
        services.items_renamed(Written(Product, renamed=(Renamed(product.pk, "MILK", "MILK-1L"),)))
    assert codes() == {"MILK-1L", "RICE"}
    assert Outgoing.objects.count() == 6
    assert set(Outgoing.objects.values_list("revision", flat=True)) == {1, 2}
    check_references()


def test_two_that_swap_their_codes_swap_them_in_what_is_told(upload: InvoiceUpload) -> None:
    milk, rice = (Product.objects.get(item_code=code) for code in ("MILK", "RICE"))
    for pk, code in ((milk.pk, "x"), (rice.pk, "MILK"), (milk.pk, "RICE")):
        Product.objects.filter(pk=pk).update(item_code=code, erp_name=code)
    swaps = (Renamed(milk.pk, "MILK", "RICE"), Renamed(rice.pk, "RICE", "MILK"))
    services.items_renamed(Written(Product, renamed=swaps))
    receipt = Outgoing.objects.get(kind="purchase_receipt").payload["lines"]
    assert [(line["item_code"], line["batch_number"]) for line in receipt] == [
        ("RICE", "Acme-001-L0"),
        ("MILK", ""),
    ]
    assert Outgoing.objects.get(kind="batch").payload["item_code"] == "RICE"


def test_what_needed_attention_for_it_goes_by_itself(upload: InvoiceUpload) -> None:
    message = Outgoing.objects.get(kind="batch")
    outgoing.take(message.pk, at=timezone.now(), actor=SYSTEM)
    outgoing.give_up(message.pk, error="“MILK” is no item that ERPNext has", actor=SYSTEM)
    renamed("MILK", "MILK-1L")
    message.refresh_from_db()
    assert (message.state, message.last_error, message.attempts) == ("pending", "", 0)
    assert message.journal.last().reason == "called otherwise in ERPNext: MILK → MILK-1L"  # type: ignore[union-attr]


@pytest.mark.parametrize("state", ["sent", "discarded"])
def test_what_is_at_its_end_stays_there_and_would_say_it_right(upload: InvoiceUpload, state: str) -> None:
    message = Outgoing.objects.get(kind="batch")
    if state == "discarded":
        outgoing.discard(message.pk, actor=ADMIN, reason="no")
    else:
        outgoing.take(message.pk, at=timezone.now(), actor=SYSTEM)
        said: dict[str, Any] = {"payload": message.payload, "answer": {}, "erp_name": "Acme-001-L0"}
        outgoing.sent(message.pk, revision=1, at=timezone.now(), actor=SYSTEM, **said)
    renamed("MILK", "MILK-1L")
    message.refresh_from_db()
    assert (message.state, message.revision, message.payload["item_code"]) == (state, 1, "MILK-1L")


def test_what_is_under_way_goes_once_more(upload: InvoiceUpload) -> None:
    message = Outgoing.objects.get(kind="batch")
    outgoing.take(message.pk, at=timezone.now(), actor=SYSTEM)
    renamed("MILK", "MILK-1L")
    said: dict[str, Any] = {"payload": message.payload, "answer": {}, "erp_name": "Acme-001-L0"}
    after = outgoing.sent(message.pk, revision=1, at=timezone.now(), actor=SYSTEM, **said)
    assert (after.state, after.payload["item_code"]) == ("pending", "MILK-1L")


def test_a_price_that_the_new_code_has_already_is_told_once(upload: InvoiceUpload) -> None:
    kept = Outgoing.objects.filter(kind="item_price", payload__item_code="MILK").first()
    assert kept is not None
    taken = kept.reference.replace("MILK", "MILK-1L")
    Outgoing.objects.filter(payload__item_code="RICE", kind="item_price").filter(
        payload__price_list_name=kept.payload["price_list_name"]
    ).update(reference=taken)
    renamed("MILK", "MILK-1L")
    kept.refresh_from_db()
    assert (kept.state, Outgoing.objects.filter(reference=taken).count()) == ("discarded", 1)


def test_while_no_invoice_made_anything_nothing_more_is_asked() -> None:
    make_bought("MILK")
    with CaptureQueriesContext(connection) as asked:
        renamed("MILK", "MILK-1L")
    assert len(asked) == 4


# --- merged -------------------------------------------------------------------------------------------------
def test_what_was_merged_into_another_is_that_other(upload: InvoiceUpload) -> None:
    milk, whole = Product.objects.get(item_code="MILK"), make_bought("WHOLE-MILK")
    Product.objects.filter(pk=milk.pk).update(gone_at=timezone.now())
    services.item_merged(milk, whole, actor=ADMIN)
    assert codes() == {"WHOLE-MILK", "RICE"}
    check_references()
    local = LocalBatch.objects.get(number="Acme-001-L0")
    assert local.line is not None
    assert (local.product, local.line.product) == (whole, whole)
    entry = AuditEntry.objects.get(action="invoice.item_merged")
    assert (entry.before, entry.after) == (
        {"item_code": "MILK"},
        {"item_code": "WHOLE-MILK", "batches": 1, "prices": 2},
    )
    batch = make_batch("Acme-001-L0", item_code="WHOLE-MILK", product=whole)
    services.batches_synced(Written(Batch, created=(batch.pk,)))
    local.refresh_from_db()
    assert (local.batch, local.is_contested) == (batch, False)


def test_of_two_lines_that_became_one_product_one_price_stands(upload: InvoiceUpload) -> None:
    milk, rice = (Product.objects.get(item_code=code) for code in ("MILK", "RICE"))
    services.item_merged(milk, rice, actor=ADMIN)
    assert set(LocalBatch.objects.values_list("product__item_code", flat=True)) == {"RICE"}
    prices = LocalPrice.objects.values_list("product__item_code", "kind")
    assert sorted(prices) == [
        ("MILK", "buying"),
        ("MILK", "selling"),
        ("RICE", "buying"),
        ("RICE", "selling"),
    ]
