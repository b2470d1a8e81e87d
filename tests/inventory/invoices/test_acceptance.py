"""The acceptance examples of suppliers' invoices (spec: acceptance 6 to 8)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from apps.core.models import AuditEntry
from apps.inventory import services
from apps.inventory.errors import DuplicateInvoiceError
from apps.inventory.models import InvoiceUpload, LocalBatch
from apps.inventory.states import Certainty, Decision, Found, UploadState
from tests.factories.inventory import make_supplier
from tests.factories.invoices import (
    ADMIN,
    CLERK,
    MILK,
    confirmed,
    d,
    decide,
    line_of,
    make_bought,
    matched,
    row,
    start,
)


# --- 6 ------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_six_litres_are_a_pack_of_six_and_never_two_litres() -> None:
    one = make_bought("MILK-1", name_en="Organic Whole Milk 1L")
    make_bought("MILK-2", name_en="Organic Whole Milk 2L")
    line = line_of(matched(make_supplier(), MILK))
    best = line.candidates[0]
    assert (best["product"], best["pack"]) == (one.pk, "6")
    assert "MILK-2" not in {candidate["code"] for candidate in line.candidates}
    assert line.certainty in {Certainty.SUGGESTED, Certainty.CERTAIN}


@pytest.mark.django_db
def test_once_confirmed_the_same_part_number_matches_by_itself() -> None:
    supplier = make_supplier()
    one = make_bought("MILK-1", name_en="Organic Whole Milk 1L")
    make_bought("MILK-2", name_en="Organic Whole Milk 2L")
    first = matched(supplier, MILK)
    services.decide_lines(
        first.pk,
        choices={
            line_of(first).pk: services.Choice(
                decision=Decision.PRODUCT, product_id=one.pk, pack_factor=d("6")
            )
        },
        actor=CLERK,
    )
    services.confirm_upload(first.pk, actor=ADMIN, is_final=True)
    line = line_of(matched(supplier, row("W/MILK ORG CASE", part="mlk-6", quantity="3", buy="7.50")))
    assert (line.decision, line.product, line.found_by) == (Decision.PRODUCT, one, Found.LEARNED_PART)
    assert (line.certainty, line.pack_factor) == (Certainty.CERTAIN, 6)
    assert (line.stock_quantity, line.unit_cost, line.last_cost) == (18, d("1.25"), d("1.2"))


# --- 7 ------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_ninth_upload_numbers_its_batches_by_their_places_in_the_file() -> None:
    supplier = make_supplier("Acme Foods Ltd", last_upload_number=8)
    cheese, fruit = make_bought(), make_bought()
    upload = confirmed(
        supplier, row("Cheese"), row("Something new"), row("Fruit"), to=(cheese, Decision.NEW_ITEM, fruit)
    )
    assert list(LocalBatch.objects.order_by("number").values_list("number", "product")) == [
        ("Acme-009-L0", cheese.pk),
        ("Acme-009-L2", fruit.pk),
    ]
    assert (upload.sequence, upload.batch_stem, line_of(upload, 1).is_parked) == (9, "Acme-009", True)


def at_once(*works: Any) -> list[Any]:
    """What several do at one moment, each in a thread with connections of its own."""
    barrier = Barrier(len(works))

    def done(work: Any) -> Any:
        try:
            barrier.wait(timeout=20)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(done, work) for work in works]]


@pytest.mark.django_db(transaction=True)
def test_two_uploads_confirmed_at_once_have_two_numbers() -> None:
    supplier = make_supplier("Acme Foods Ltd", last_upload_number=8)
    product = make_bought()
    uploads = [matched(supplier, row("Cheese")) for _ in range(4)]
    for upload in uploads:
        decide(upload, product)
    at_once(
        *(lambda pk=upload.pk: services.confirm_upload(pk, actor=ADMIN, is_final=True) for upload in uploads)
    )
    numbers = sorted(LocalBatch.objects.values_list("number", flat=True))
    assert numbers == ["Acme-009-L0", "Acme-010-L0", "Acme-011-L0", "Acme-012-L0"]


@pytest.mark.django_db(transaction=True)
def test_one_upload_confirmed_at_once_by_two_is_confirmed_once() -> None:
    supplier = make_supplier("Acme Foods Ltd")
    upload = matched(supplier, row("Cheese"))
    decide(upload, make_bought())
    found = at_once(
        *(lambda: services.confirm_upload(upload.pk, actor=ADMIN, is_final=True) for _ in range(3))
    )
    assert {one.sequence for one in found} == {1}
    assert LocalBatch.objects.count() == 1
    supplier.refresh_from_db()
    assert supplier.last_upload_number == 1
    assert AuditEntry.objects.filter(action="invoice.confirmed").count() == 1


# --- 8 ------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_same_invoice_number_is_refused_and_let_through_with_a_reason() -> None:
    supplier = make_supplier()
    first = start(supplier, MILK, number="INV-00123")
    with pytest.raises(DuplicateInvoiceError) as refused:
        start(supplier, row("Another file"), number="inv 123", actor=CLERK)
    assert refused.value.upload_id == first.pk
    assert InvoiceUpload.objects.count() == 1
    second = start(
        supplier, row("Another file"), number="inv 123", actor=ADMIN, duplicate_reason="The rest of it"
    )
    assert (second.state, second.claim, second.duplicate_reason) == (
        UploadState.DRAFT,
        None,
        "The rest of it",
    )
    trace = AuditEntry.objects.filter(action__startswith="invoice.").order_by("id")
    assert list(trace.values_list("action", "actor_label")) == [
        ("invoice.uploaded", CLERK.label),
        ("invoice.duplicate_refused", CLERK.label),
        ("invoice.let_through_twice", ADMIN.label),
    ]
    assert trace.last().reason == "The rest of it"  # type: ignore[union-attr]


@pytest.mark.django_db(transaction=True)
def test_of_two_that_upload_one_invoice_at_one_moment_one_is_refused() -> None:
    supplier = make_supplier()

    def attempt() -> str:
        try:
            start(supplier, MILK, number="INV-1")
        except DuplicateInvoiceError as why:
            return why.code
        return "taken"

    assert sorted(at_once(attempt, attempt, attempt)) == ["duplicate-invoice", "duplicate-invoice", "taken"]
    assert InvoiceUpload.objects.count() == 1
