"""Lines meet the catalogue: in portions, again after a kill, and past a person's decisions."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.catalog.models import ProductUnit
from apps.core.actors import SYSTEM
from apps.core.errors import AlreadyRunningError
from apps.core.locks import only_one
from apps.inventory import reports, services, tasks
from apps.inventory.models import InvoiceUpload, UploadLine
from apps.inventory.services.invoices import catalogue, matching_lines
from apps.inventory.states import Certainty, Decision, Found, UploadState
from tests.factories.catalog import make_barcode, make_part
from tests.factories.inventory import make_supplier
from tests.factories.invoices import (
    ADMIN,
    CLERK,
    confirmed,
    d,
    decide,
    line_of,
    make_bought,
    matched,
    row,
    start,
)

pytestmark = pytest.mark.django_db


def waiting(*rows: str, supplier: Any = None) -> InvoiceUpload:
    """An upload whose lines are read and not matched."""
    upload = start(supplier or make_supplier(), *rows)
    return services.set_columns(upload.pk, mapping=upload.mapping, actor=CLERK)


# --- by what a product is found -----------------------------------------------------------------------------
def test_a_barcode_is_proof_enough() -> None:
    milk = make_bought("MILK", name_en="Something else altogether")
    make_barcode(milk, "5000112637922")
    upload = matched(
        make_supplier(), "Milk,1,2,3,5000112637922", header="Item name,Buy price,Sell price,Qty,Barcode"
    )
    line = line_of(upload)
    assert (line.product, line.found_by, line.decision) == (milk, Found.BARCODE, Decision.PRODUCT)


def test_so_is_our_item_code_and_the_suppliers_part_number_in_erpnext() -> None:
    supplier = make_supplier("Acme Foods")
    milk = make_bought("MILK-77", name_en="Whole Milk")
    cheese = make_bought("CHEESE", name_en="Mature Cheddar")
    make_part(cheese, "AC/100", supplier_name="Acme Foods")
    make_part(make_bought("OTHER", name_en="Rye Bread"), "AC/200", supplier_name="Somebody else")
    upload = matched(
        supplier, row("Milk", part="milk-77"), row("Cheddar", part="AC 100"), row("Zzz", part="AC/200")
    )
    found = upload.lines.order_by("position").values_list("product", "found_by")
    assert list(found) == [(milk.pk, "code"), (cheese.pk, "part"), (None, "")]


@pytest.mark.parametrize("fault", [{"is_active": False}, {"is_bought": False}, {"has_variants": True}])
def test_what_cannot_be_bought_in_is_no_candidate_even_when_learned(fault: dict[str, Any]) -> None:
    supplier, milk = make_supplier(), make_bought("MILK", name_en="Whole Milk 1L")
    confirmed(supplier, row("Whole Milk 1L", part="M1"), to=(milk,))
    type(milk).objects.update(**fault)
    line = line_of(matched(supplier, row("Whole Milk 1L", part="M1")))
    assert (line.certainty, line.candidates, line.decision) == (Certainty.UNMATCHED, [], Decision.UNDECIDED)


def test_the_pack_is_the_products_own_unit_where_the_line_names_one() -> None:
    milk = make_bought("MILK", name_en="Whole Milk")
    ProductUnit.objects.create(product=milk, unit="Case", factor=12, erp_row="c", position=2)
    upload = matched(
        make_supplier(),
        "Whole Milk,12.00,2,3,MILK,case",
        header="Item name,Buy price,Sell price,Qty,Part number,Unit",
    )
    line = line_of(upload)
    assert (line.pack_factor, line.stock_quantity, line.unit_cost) == (12, 36, d("1"))


def test_a_pack_that_was_learned_is_kept_to_the_fraction() -> None:
    supplier, flour = make_supplier(), make_bought("FLOUR")
    first = matched(supplier, row("Flour sack", part="F1"))
    choice = services.Choice(decision=Decision.PRODUCT, product_id=flour.pk, pack_factor=d("2.5"))
    services.decide_lines(first.pk, choices={line_of(first).pk: choice}, actor=CLERK)
    services.confirm_upload(first.pk, actor=ADMIN, is_final=True)
    assert line_of(matched(supplier, row("Flour sack", part="F1"))).pack_factor == d("2.5")


# --- a person's decisions -----------------------------------------------------------------------------------
def test_matching_anew_leaves_what_a_person_decided() -> None:
    upload = matched(make_supplier(), row("Milk"), row("Cheese"), row("Bread"))
    milk = make_bought("OTHER")
    decide(upload, milk, Decision.NEW_ITEM, Decision.UNDECIDED)
    bread = make_bought("BREAD", name_en="Bread")
    services.ask_for_matching(upload.pk, actor=CLERK)
    upload.refresh_from_db()
    assert (upload.state, upload.matched_count, upload.is_matching) == (UploadState.DRAFT, 0, True)
    services.match_upload(upload.pk, actor=SYSTEM)
    lines = list(upload.lines.order_by("position"))
    assert [(line.decision, line.product) for line in lines] == [
        (Decision.PRODUCT, milk),
        (Decision.NEW_ITEM, None),
        (Decision.PRODUCT, bread),
    ]
    assert lines[0].found_by == Found.HAND


def test_what_is_decided_while_the_matcher_works_stays() -> None:
    upload = waiting(row("Bread"))
    make_bought("BREAD", name_en="Bread")
    decide(upload, Decision.IGNORE)
    services.match_upload(upload.pk, actor=SYSTEM)
    assert (line_of(upload).decision, line_of(upload).certainty) == (Decision.IGNORE, Certainty.CERTAIN)


# --- portions, kills, repetition ----------------------------------------------------------------------------
def test_a_killed_run_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    upload = waiting(*(row(f"Thing {n}") for n in range(7)))
    monkeypatch.setattr(matching_lines, "AT_ONCE", 3)
    write, seen = matching_lines._write, []

    def killed(lines: list[UploadLine], verdicts: Any) -> None:
        if seen:
            raise SystemExit(9)
        seen.append(len(lines))
        write(lines, verdicts)

    monkeypatch.setattr(matching_lines, "_write", killed)
    with pytest.raises(SystemExit):
        services.match_upload(upload.pk, actor=SYSTEM)
    upload.refresh_from_db()
    assert (upload.state, upload.matched_count, reports.progress_of(upload)) == (UploadState.DRAFT, 3, 42)
    monkeypatch.setattr(matching_lines, "_write", write)
    assert services.match_upload(upload.pk, actor=SYSTEM) == 4
    upload.refresh_from_db()
    assert (upload.state, upload.matched_count, upload.is_matching) == (UploadState.MATCHED, 7, False)


def test_matching_twice_does_it_once() -> None:
    upload = matched(make_supplier(), row("Milk"))
    assert services.match_upload(upload.pk, actor=SYSTEM) == 0


def test_two_matchers_do_not_meet_and_the_task_leaves_it_to_the_first() -> None:
    upload = waiting(row("Milk"))
    with only_one(f"inventory.match:{upload.pk}"):
        with pytest.raises(AlreadyRunningError):
            services.match_upload(upload.pk, actor=SYSTEM)
        tasks.match_upload(upload.pk)
    assert not line_of(upload).is_matched


def test_the_clock_finds_what_no_message_told_of(django_capture_on_commit_callbacks: Any) -> None:
    upload = waiting(row("Milk"))
    InvoiceUpload.objects.update(match_asked_at=timezone.now() - tasks.OVERDUE * 2)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.match_waiting()
    upload.refresh_from_db()
    assert upload.state == UploadState.MATCHED
    assert services.ask_again(at=timezone.now()) == []


def test_other_columns_while_it_is_matched_begin_anew() -> None:
    upload = waiting(row("Milk"), row("Cheese"))
    services.set_columns(upload.pk, mapping=upload.mapping, actor=CLERK)
    assert services.match_upload(upload.pk, actor=SYSTEM) == 2
    assert upload.lines.count() == 2


@pytest.mark.parametrize("lines", [2, 60])
def test_a_portion_costs_as_many_questions_however_many_lines(lines: int) -> None:
    supplier = make_supplier()
    for n in range(lines):
        make_bought(f"THING-{n}", name_en=f"Thing {n} special")
    upload = waiting(*(row(f"Thing {n} special", part=f"THING-{n}") for n in range(lines)), supplier=supplier)
    ready = catalogue.load(supplier)
    with CaptureQueriesContext(connection) as asked:
        matching_lines._portion(upload.pk, ready)
    assert len(asked) == 10
    assert upload.lines.filter(certainty=Certainty.CERTAIN).count() == lines


# --- what the page is told ----------------------------------------------------------------------------------
@pytest.mark.parametrize("lines", [3, 45])
def test_a_page_of_lines_costs_as_many_questions_however_many_there_are(lines: int) -> None:
    for n in range(lines):
        make_bought(f"THING-{n}", name_en=f"Thing number {n}")
    upload = matched(make_supplier(), *(row(f"Thing number {n}") for n in range(lines)))
    with CaptureQueriesContext(connection) as asked:
        page = reports.lines_page(upload)
        assert [len(fact.candidates) >= 0 for fact in page.rows] == [True] * lines
    assert len(asked) == 3
    with CaptureQueriesContext(connection) as asked:
        facts = reports.upload_facts(upload)
    assert (facts.sums.lines, len(asked)) == (lines, 7)


def test_lines_come_unmatched_first_then_suggested_then_certain() -> None:
    make_bought("MILK-A", name_en="Ashdown Whole Milk 1L", brand_name="Ashdown")
    make_bought("MILK-B", name_en="Bexley Whole Milk 1L", brand_name="Bexley")
    make_bought("BREAD", name_en="Rye Bread 800g")
    upload = matched(make_supplier(), row("Rye Bread 800g"), row("Whole Milk 6x1L"), row("Zzz qqq"))
    page = reports.lines_page(upload)
    assert [(fact.line.name, fact.certainty.label) for fact in page.rows] == [
        ("Zzz qqq", "Unmatched"),
        ("Whole Milk 6x1L", "Suggested"),
        ("Rye Bread 800g", "Certain"),
    ]
    best = page.rows[1].suggestion
    assert best is not None
    assert (best.code, best.pack_factor, best.is_fit) == ("MILK-A", 6, True)
    assert services.accept_suggestions(upload.pk, actor=CLERK) == 1
    assert line_of(upload, 1).stock_quantity == 60
    narrowed = reports.lines_page(upload, certainty=Certainty.UNMATCHED)
    assert (narrowed.number, narrowed.pages) == (1, 1)
