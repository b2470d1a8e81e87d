"""What a confirmed invoice makes, and what keeps one from being confirmed."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.approvals import services as approvals
from apps.approvals.errors import OwnWorkError
from apps.approvals.models import Item
from apps.core.actors import COMMAND
from apps.core.errors import PermissionDeniedError
from apps.core.models import AuditEntry, Outgoing
from apps.inventory import reports, services
from apps.inventory.errors import ProductUnfitError, UndecidedLinesError, UploadClosedError
from apps.inventory.models import InvoiceUpload, LearnedMatch, LocalBatch, LocalPrice, Supplier
from apps.inventory.services.invoices.costs import last_costs
from apps.inventory.states import Decision, LocalState, PriceKind, UploadState
from apps.sync.services import gate
from apps.sync.states import Direction
from tests.factories.catalog import make_category, make_price_list
from tests.factories.inventory import make_supplier
from tests.factories.invoices import (
    ADMIN,
    CLERK,
    DATED,
    approver,
    confirmed,
    d,
    decide,
    line_of,
    make_bought,
    matched,
    row,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lists() -> None:
    make_price_list("Standard Selling")
    make_price_list("Standard Buying", for_selling=False, for_buying=True)


def made() -> dict[str, int]:
    """How much there is of what an invoice makes."""
    models = (LocalBatch, LocalPrice, LearnedMatch)
    return {model.__name__: model._base_manager.count() for model in models}


# --- what it makes ------------------------------------------------------------------------------------------
def test_a_case_of_six_becomes_stock_units_with_the_cost_of_one(lists: None) -> None:
    supplier, milk = make_supplier("Acme Foods"), make_bought("MILK")
    upload = matched(supplier, row("Milk 6x1L", buy="7.99", sell="1.80", quantity="10"))
    choice = services.Choice(decision=Decision.PRODUCT, product_id=milk.pk, pack_factor=d("6"))
    services.decide_lines(upload.pk, choices={line_of(upload).pk: choice}, actor=CLERK)
    services.confirm_upload(upload.pk, actor=ADMIN, is_final=True)
    batch = LocalBatch.objects.get()
    assert (batch.number, batch.quantity, batch.unit_cost) == ("Acme-001-L0", 60, d("1.331667"))
    assert (batch.product, batch.supplier, batch.received_on, batch.state) == (
        milk,
        supplier,
        DATED,
        "active",
    )
    found = {price.kind: price for price in LocalPrice.objects.all()}
    buying, selling = found[PriceKind.BUYING], found[PriceKind.SELLING]
    assert (buying.rate, buying.price_list_name, buying.supplier) == (
        d("1.331667"),
        "Standard Buying",
        supplier,
    )
    assert (selling.rate, selling.price_list_name, selling.supplier) == (d("1.8"), "Standard Selling", None)
    assert {(one.unit, one.valid_from, one.currency) for one in found.values()} == {("Nos", DATED, "GBP")}


def test_without_fitting_price_lists_there_are_batches_and_no_prices() -> None:
    make_price_list("Standard Selling", currency="EUR")
    make_price_list("Standard Buying", for_selling=False, for_buying=True, is_active=False)
    confirmed(make_supplier(), row("Milk"))
    assert made() == {"LocalBatch": 1, "LocalPrice": 0, "LearnedMatch": 1}
    assert reports.price_lists() == {PriceKind.BUYING: "", PriceKind.SELLING: ""}


def test_of_two_lines_of_one_product_both_are_batches_and_the_last_one_is_the_price(lists: None) -> None:
    milk = make_bought()
    confirmed(make_supplier(), row("Milk", buy="1.00"), row("Milk", buy="1.10"), to=(milk, milk))
    assert LocalBatch.objects.count() == 2
    assert LocalPrice.objects.get(kind=PriceKind.BUYING).rate == d("1.1")


def test_what_an_invoice_calls_two_products_by_teaches_nothing() -> None:
    confirmed(
        make_supplier(),
        row("Milk", part="M1"),
        row("Milk", part="M2"),
        to=(make_bought("WHOLE"), make_bought("SKIMMED")),
    )
    assert sorted(LearnedMatch.objects.values_list("by", "key")) == [("part", "m1"), ("part", "m2")]


def test_what_is_confirmed_again_counts_and_what_means_another_begins_anew() -> None:
    supplier, one, other = make_supplier(), make_bought(), make_bought()
    for _ in range(3):
        confirmed(supplier, row("Milk"), to=(one,))
    assert LearnedMatch.objects.get().times == 3
    confirmed(supplier, row("MILK!"), to=(other,))
    learned = LearnedMatch.objects.get()
    assert (learned.product, learned.times, learned.last_by) == (other, 1, ADMIN.label)


def test_ignored_lines_make_nothing() -> None:
    confirmed(make_supplier(), row("Milk"), row("Delivery"), to=(make_bought(), Decision.IGNORE))
    assert LocalBatch.objects.get().number.endswith("-L0")


@pytest.mark.parametrize("lines", [3, 40])
def test_confirming_costs_as_many_questions_however_many_lines(lists: None, lines: int) -> None:
    supplier = make_supplier("Acme Foods")
    products = [make_bought() for _ in range(lines)]
    upload = matched(supplier, *(row(f"Thing {n}") for n in range(lines)))
    decide(upload, *products)
    with CaptureQueriesContext(connection) as asked:
        services.confirm_upload(upload.pk, actor=ADMIN, is_final=True)
    assert len(asked) == 34


# --- what keeps it ------------------------------------------------------------------------------------------
def test_every_line_has_to_be_decided() -> None:
    upload = matched(make_supplier(), row("Milk"), row("Cheese"))
    decide(upload, make_bought(), Decision.UNDECIDED)
    with pytest.raises(UndecidedLinesError) as refused:
        services.confirm_upload(upload.pk, actor=ADMIN, is_final=True)
    assert [error.message for error in refused.value.errors] == ["Row 3: Cheese"]
    upload.refresh_from_db()
    assert (upload.state, upload.sequence) == (UploadState.MATCHED, None)
    assert made() == {"LocalBatch": 0, "LocalPrice": 0, "LearnedMatch": 0}


def test_a_product_that_was_disabled_meanwhile_keeps_it() -> None:
    milk = make_bought()
    supplier = make_supplier()
    upload = matched(supplier, row("Milk"))
    decide(upload, milk)
    type(milk).objects.filter(pk=milk.pk).update(is_active=False)
    with pytest.raises(ProductUnfitError) as refused:
        services.confirm_upload(upload.pk, actor=ADMIN, is_final=True)
    assert [error.field for error in refused.value.errors] == ["lines[2].product"]
    supplier.refresh_from_db()
    assert supplier.last_upload_number == 0


def test_an_invoice_of_ignored_lines_is_not_confirmed() -> None:
    upload = matched(make_supplier(), row("Delivery"))
    decide(upload, Decision.IGNORE)
    with pytest.raises(Exception, match="Discard the invoice instead"):
        services.confirm_upload(upload.pk, actor=ADMIN, is_final=True)


@pytest.mark.parametrize("fault", [{"is_active": False}, {"is_bought": False}, {"has_variants": True}])
def test_a_line_takes_no_product_that_cannot_be_bought_in(fault: dict[str, Any]) -> None:
    upload = matched(make_supplier(), row("Milk"))
    with pytest.raises(ProductUnfitError):
        decide(upload, make_bought(**fault))
    assert line_of(upload).decision == Decision.UNDECIDED


def test_the_database_lets_no_number_be_given_twice() -> None:
    supplier = make_supplier("Acme Foods")
    batch = confirmed(supplier, row("Milk")).batches.get()
    twin = LocalBatch.objects.get(pk=batch.pk)
    twin.pk, twin.number, twin.state = None, batch.number.upper(), LocalState.VOID
    with pytest.raises(IntegrityError, match="inventory_localbatch_number_once"), transaction.atomic():
        twin.save()


# --- a clerk's ----------------------------------------------------------------------------------------------
def handed_in(*rows: str, **given: Any) -> tuple[InvoiceUpload, Item]:
    upload = confirmed(
        make_supplier("Acme Foods"), *(rows or (row("Milk"),)), is_final=False, actor=CLERK, **given
    )
    item = reports.waiting_item(upload)
    assert item is not None
    return upload, item


def test_what_a_clerk_confirms_is_pending_and_waits_in_to_do(lists: None) -> None:
    upload, item = handed_in(row("Milk", buy="1.00", sell="1.10"))
    assert upload.state == UploadState.PENDING
    assert set(LocalBatch.objects.values_list("state", flat=True)) == {"pending"}
    assert set(LocalPrice.objects.values_list("state", flat=True)) == {"pending"}
    assert not LearnedMatch.objects.exists()
    assert (item.kind, item.value, item.margin, item.risk) == ("inventory.invoice", d("10"), d("9.1"), "high")
    assert item.after["under_floor"] == 1


def test_accepting_puts_it_in_force_and_learns(lists: None) -> None:
    upload, item = handed_in()
    approvals.accept(item.pk, actor=ADMIN)
    upload.refresh_from_db()
    assert (upload.state, upload.batch_stem) == (UploadState.CONFIRMED, "Acme-001")
    assert list(LocalBatch.objects.values_list("number", "state")) == [("Acme-001-L0", "active")]
    assert sorted(LocalPrice.objects.values_list("kind", "state")) == [
        ("buying", "active"),
        ("selling", "active"),
    ]
    assert LearnedMatch.objects.get().last_by == ADMIN.label


def test_its_maker_does_not_accept_it_nor_change_it_while_it_waits() -> None:
    upload, item = handed_in()
    with pytest.raises(OwnWorkError):
        approvals.accept(item.pk, actor=CLERK)
    with pytest.raises(OwnWorkError):
        decide(upload, Decision.IGNORE)
    assert line_of(upload).decision == Decision.PRODUCT


def test_whoever_approves_corrects_it_first_and_both_versions_are_kept(lists: None) -> None:
    upload, item = handed_in(row("Milk"), row("Cheese"))
    other, boss = make_bought("OTHER"), approver()
    services.edit_line(line_of(upload, 0).pk, values={"quantity": d("4")}, actor=boss)
    decide(upload, other, Decision.IGNORE, actor=boss)
    approvals.accept(item.pk, actor=ADMIN)
    batches = LocalBatch.objects.order_by("number").values_list("number", "product", "quantity", "state")
    assert list(batches) == [
        ("Acme-001-L0", other.pk, 4, "active"),
        ("Acme-001-L1", batches[1][1], 10, "void"),
    ]
    edited = AuditEntry.objects.get(action="invoice.line_edited")
    assert (edited.before["row 2"]["quantity"], edited.after["row 2"]["quantity"]) == ("10.000", "4")


def test_rejecting_makes_void_and_frees_the_number() -> None:
    upload, item = handed_in(number="INV-1")
    approvals.reject(item.pk, actor=ADMIN, reason="Wrong supplier")
    upload.refresh_from_db()
    assert (upload.state, upload.claim, upload.reason) == (UploadState.REJECTED, None, "Wrong supplier")
    assert set(LocalBatch.objects.values_list("state", flat=True)) == {"void"}
    assert matched(upload.supplier, row("Milk"), number="INV-1").claim == "inv-1"


def test_what_was_rejected_is_mended_and_numbered_anew() -> None:
    upload, item = handed_in()
    approvals.reject(item.pk, actor=ADMIN, reason="Wrong price")
    services.reopen_upload(upload.pk, actor=CLERK)
    services.edit_line(line_of(upload).pk, values={"buy_price": d("0.90")}, actor=CLERK)
    services.confirm_upload(upload.pk, actor=CLERK, is_final=False)
    assert sorted(LocalBatch.objects.values_list("number", "state")) == [
        ("Acme-001-L0", "void"),
        ("Acme-002-L0", "pending"),
    ]


def test_its_maker_takes_it_back() -> None:
    upload, item = handed_in()
    with pytest.raises(PermissionDeniedError):
        services.take_back(upload.pk, actor=ADMIN)
    services.take_back(upload.pk, actor=CLERK)
    upload.refresh_from_db()
    item.refresh_from_db()
    assert (upload.state, item.state) == (UploadState.MATCHED, "closed")
    decide(upload, Decision.IGNORE)


def test_an_acceptance_that_is_refused_leaves_the_item_open() -> None:
    upload, item = handed_in()
    product = line_of(upload).product
    assert product is not None
    type(product).objects.filter(pk=product.pk).update(is_active=False)
    with pytest.raises(ProductUnfitError):
        approvals.accept(item.pk, actor=ADMIN)
    item.refresh_from_db()
    upload.refresh_from_db()
    assert (item.state, upload.state) == ("open", UploadState.PENDING)


@pytest.mark.parametrize("is_final", [True, False])
def test_what_it_comes_to_is_one_figure_wherever_it_is_said(is_final: bool) -> None:
    """Each line in whole pence, the ignored left out, a new item counted."""
    upload = matched(
        make_supplier(),
        row("Milk", buy="0.125", quantity="1"),
        row("Cream", buy="0.125", quantity="1"),
        row("New", buy="5.00", quantity="1"),
        row("Delivery", buy="7.50", quantity="1"),
    )
    decide(upload, make_bought(), make_bought(), Decision.NEW_ITEM, Decision.IGNORE)
    services.confirm_upload(upload.pk, actor=CLERK, is_final=is_final)
    facts = reports.upload_facts(upload)
    entry = AuditEntry.objects.get(action="invoice.confirmed" if is_final else "invoice.handed_in")
    said = {
        facts.sums.total,
        reports.counted(upload).total,
        InvoiceUpload.objects.with_total().get().total,
        d(entry.after["total"]),
        *([facts.waiting.value, d(facts.waiting.after["total"])] if facts.waiting else []),
    }
    assert said == {d("5.26")}


# --- afterwards ---------------------------------------------------------------------------------------------
def test_what_is_confirmed_is_changed_no_more() -> None:
    upload = confirmed(make_supplier(), row("Milk"))
    line = line_of(upload)
    for verb in (
        lambda: decide(upload, Decision.IGNORE),
        lambda: services.edit_line(line.pk, values={"quantity": d("1")}, actor=ADMIN),
        lambda: services.set_columns(upload.pk, mapping=upload.mapping, actor=ADMIN),
        lambda: services.ask_for_matching(upload.pk, actor=ADMIN),
        lambda: services.discard_upload(upload.pk, actor=ADMIN),
    ):
        with pytest.raises(UploadClosedError):
            verb()
    assert line_of(upload).quantity == line.quantity


def test_local_batches_are_no_stock(lists: None) -> None:
    milk = make_bought(category=make_category())
    confirmed(make_supplier(), row("Milk", sell="9.99"), to=(milk,))
    local = reports.local_of_product(milk.pk)
    assert ([one.number for one in local.batches], len(local.prices)) == (
        [LocalBatch.objects.get().number],
        2,
    )
    assert not milk.batches.exists()
    assert not milk.prices.exists()


def sequences(uploads: Sequence[InvoiceUpload]) -> list[int | None]:
    return [upload.sequence for upload in uploads]


def test_numbers_go_on_after_gaps_and_past_three_digits() -> None:
    supplier = make_supplier("Acme Foods")
    services.set_last_upload_number(supplier.pk, number=998, actor=ADMIN)
    made_of = [confirmed(supplier, row("Milk")) for _ in range(2)]
    assert [one.batch_stem for one in made_of] == ["Acme-999", "Acme-1000"]
    assert Supplier.objects.get().last_upload_number == 1000
    assert sequences(made_of) == [999, 1000]


def test_whoever_handed_it_in_for_another_does_not_correct_it_while_it_waits() -> None:
    upload = matched(make_supplier(), row("Milk"), actor=ADMIN)
    decide(upload, make_bought())
    services.confirm_upload(upload.pk, actor=CLERK, is_final=False)
    for actor in (ADMIN, CLERK):  # who uploaded it, who handed it in
        with pytest.raises(OwnWorkError):
            services.edit_line(line_of(upload).pk, values={"buy_price": d("900")}, actor=actor)
    assert line_of(upload).buy_price == 1


def test_an_invoice_is_taken_back_though_its_number_was_let_through_meanwhile() -> None:
    supplier = make_supplier()
    upload = confirmed(supplier, row("Milk"), is_final=False, actor=CLERK, number="INV-1")
    matched(supplier, row("Milk"), number="INV-1", duplicate_reason="the rest of it", actor=ADMIN)
    services.take_back(upload.pk, actor=CLERK)
    upload.refresh_from_db()
    assert (upload.state, upload.claim) == (UploadState.MATCHED, "inv-1")


def test_what_comes_free_of_charge_says_nothing_of_the_cost(lists: None) -> None:
    milk = make_bought()
    upload = confirmed(
        make_supplier(), row("Milk", buy="2.00"), row("Milk free", buy="0", sell="0"), to=(milk, milk)
    )
    assert dict(upload.prices.values_list("kind", "rate")) == {"buying": 2, "selling": 2}
    assert last_costs({milk.pk}) == {milk.pk: 2}
    assert list(upload.batches.order_by("line").values_list("unit_cost", flat=True)) == [2, 0]


@pytest.mark.parametrize("lines", [3, 40])
def test_accepting_costs_as_many_questions_however_many_lines(lists: None, lines: int) -> None:
    wanted = {(name, Direction.PUSH): True for name in ("batches", "prices")}
    gate.set_controls(wanted, actor=COMMAND)
    products = tuple(make_bought() for _ in range(lines))
    confirmed(
        make_supplier(), *(row(f"Thing {n}") for n in range(lines)), to=products, is_final=False, actor=CLERK
    )
    with CaptureQueriesContext(connection) as asked:
        services.accept_pending(Item.objects.get(), ADMIN)
    assert Outgoing.objects.filter(kind="batch").count() == lines
    assert len(asked) == 37


@pytest.mark.django_db(transaction=True)
def test_taking_back_and_accepting_at_one_moment_do_not_wait_for_each_other() -> None:
    upload = confirmed(make_supplier(), row("Milk"), is_final=False, actor=CLERK)
    item = Item.objects.get()
    has_item, is_asked = Event(), Event()

    def accepted() -> None:
        """As ``approvals.accept`` goes: the item first, then the invoice."""
        try:
            with transaction.atomic():
                Item.objects.select_for_update().get(pk=item.pk)
                has_item.set()
                is_asked.wait(10)
                sleep(0.3)  # the other waits for the item by now
                InvoiceUpload.objects.select_for_update().get(pk=upload.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        accepting = pool.submit(accepted)
        assert has_item.wait(10)
        is_asked.set()
        services.take_back(upload.pk, actor=CLERK)
        accepting.result(timeout=10)
    upload.refresh_from_db()
    assert upload.state == UploadState.MATCHED
