"""What is learned of a supplier's lines, what an undone invoice leaves of it, what he is known to deliver."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings, strategies

from apps.inventory import services
from apps.inventory.models import InvoiceUpload, LearnedMatch, Lesson, Supplier
from apps.inventory.services import Choice
from apps.inventory.services.invoices import catalogue
from apps.inventory.states import Decision
from tests.factories.inventory import make_batch, make_receipt, make_receipt_line, make_supplier
from tests.factories.invoices import ADMIN, CLERK, confirmed, d, line_of, make_bought, matched, row

pytestmark = pytest.mark.django_db


def taught(supplier: Supplier, product: Any, pack: str = "1") -> InvoiceUpload:
    """A confirmed invoice on which “Feta” was that product, in that pack."""
    upload = matched(supplier, row("Feta"))
    choice = Choice(decision=Decision.PRODUCT, product_id=product.pk, pack_factor=d(pack))
    services.decide_lines(upload.pk, choices={line_of(upload).pk: choice}, actor=CLERK)
    return services.confirm_upload(upload.pk, actor=ADMIN, is_final=True)


def undo(upload: InvoiceUpload) -> None:
    services.undo_upload(upload.pk, reason="Wrong", actor=ADMIN)


def known() -> list[tuple[Any, ...]]:
    return list(LearnedMatch.objects.values_list("product", "pack_factor", "times", "upload"))


# --- undoing ------------------------------------------------------------------------------------------------
def test_undoing_brings_back_what_was_known_before_it() -> None:
    supplier, feta, goat = make_supplier(), make_bought(), make_bought()
    taught(supplier, feta)
    first = taught(supplier, feta)
    wrong = taught(supplier, goat, "6")
    assert known() == [(goat.pk, d("6"), 1, wrong.pk)]
    undo(wrong)
    assert known() == [(feta.pk, d("1"), 2, first.pk)]
    assert line_of(matched(supplier, row("Feta"))).product == feta


def test_another_pack_is_another_lesson() -> None:
    supplier, feta = make_supplier(), make_bought()
    first = taught(supplier, feta, "6")
    undo(taught(supplier, feta, "12"))
    assert known() == [(feta.pk, d("6"), 1, first.pk)]


def test_undoing_one_in_between_leaves_what_was_said_since() -> None:
    supplier, feta, goat = make_supplier(), make_bought(), make_bought()
    taught(supplier, feta)
    between = taught(supplier, goat)
    last = taught(supplier, feta)
    undo(between)
    assert known() == [(feta.pk, d("1"), 2, last.pk)]


def test_a_persons_correction_outlives_the_invoice_that_it_corrected() -> None:
    supplier, feta, goat = make_supplier(), make_bought(), make_bought()
    wrong = taught(supplier, feta)
    services.correct_learned(
        LearnedMatch.objects.get().pk, product_id=goat.pk, pack_factor=d("2"), actor=ADMIN
    )
    undo(wrong)
    assert known() == [(goat.pk, d("2"), 1, None)]
    undo(taught(supplier, feta))
    assert known() == [(goat.pk, d("2"), 1, None)]


def test_what_was_forgotten_does_not_come_back_by_an_undoing() -> None:
    supplier = make_supplier()
    taught(supplier, make_bought())
    later = taught(supplier, make_bought())
    services.forget_learned(LearnedMatch.objects.get().pk, actor=ADMIN)
    undo(later)
    assert (known(), Lesson.objects.count()) == ([], 0)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lessons=strategies.lists(strategies.integers(0, 1), min_size=1, max_size=5),
    order=strategies.permutations(range(5)),
)
def test_whatever_is_undone_in_whatever_order_the_latest_that_stands_counts(
    lessons: list[int], order: list[int]
) -> None:
    with transaction.atomic():
        supplier, products = make_supplier(), (make_bought(), make_bought())
        standing = {
            n: (products[which], taught(supplier, products[which])) for n, which in enumerate(lessons)
        }
        for n in (n for n in order if n in standing):
            undo(standing.pop(n)[1])
            meant = [product.pk for _n, (product, _upload) in sorted(standing.items())]
            alike = next((n for n, one in enumerate(reversed(meant)) if one != meant[-1]), len(meant))
            assert [(one[0], one[2]) for one in known()] == ([(meant[-1], alike)] if meant else [])
        transaction.set_rollback(True)


# --- what he delivers ---------------------------------------------------------------------------------------
def test_of_two_that_are_alike_the_one_that_he_delivered_before_comes_first() -> None:
    supplier = make_supplier()
    make_bought("A", name_en="Ayla Brown Basmati Rice 1kg", brand_name="Ayla")
    bora = make_bought("B", name_en="Bora Brown Basmati Rice 1kg", brand_name="Bora")
    rice = row("Brown Basmati Rice 1kg")
    assert [one["code"] for one in line_of(matched(supplier, rice)).candidates] == ["A", "B"]
    make_batch(product=bora, supplier=supplier)
    line = line_of(matched(supplier, rice))
    assert [one["code"] for one in line.candidates] == ["B", "A"]
    assert {"because": "supplied-before"} in line.candidates[0]["reasons"]
    assert (line.decision, line.product) == (Decision.UNDECIDED, None)  # first among equals, not certain
    assert [one["code"] for one in line_of(matched(make_supplier(), rice)).candidates] == ["A", "B"]


def test_he_is_known_by_batches_by_receipts_and_by_what_erpnext_awaits_and_not_by_what_is_void() -> None:
    supplier = make_supplier()
    batched, received, awaited, undone = (make_bought(code) for code in ("BATCH", "RECEIPT", "LOCAL", "VOID"))
    make_batch(product=batched, supplier=supplier)
    make_batch(product=make_bought("ELSE"), supplier=make_supplier())
    make_receipt_line(make_receipt(supplier=supplier), product=received)
    make_receipt_line(make_receipt(supplier=supplier, erp_docstatus=0), product=make_bought("DRAFT"))
    confirmed(supplier, row("Zzyzx"), to=(awaited,))
    undo(confirmed(supplier, row("Qwop"), to=(undone,)))
    assert catalogue.load(supplier).known.supplied == {"BATCH", "RECEIPT", "LOCAL"}
