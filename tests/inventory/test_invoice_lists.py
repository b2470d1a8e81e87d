"""The lists, profiles and dialogs around suppliers' invoices, as staff use them."""

from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.actors import COMMAND
from apps.core.mirror import Written
from apps.core.models import AuditEntry
from apps.core.templatetags import larder as say
from apps.inventory import services
from apps.inventory.models import (
    Batch,
    ExpiringBatch,
    InvoiceUpload,
    LearnedMatch,
    LocalBatch,
    Receipt,
    Supplier,
)
from apps.inventory.states import BatchState
from apps.sync.services import gate
from apps.sync.states import Direction
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory
from tests.factories.catalog import make_category, make_price_list, make_product
from tests.factories.inventory import make_batch, make_delivery, make_receipt, make_supplier
from tests.factories.invoices import ADMIN, DATED, confirmed, d, make_bought, matched, row

pytestmark = pytest.mark.django_db
BATCHES = "/admin/inventory/batch/"
LOCAL = "/admin/inventory/localbatch/"
LEARNED = "/admin/inventory/learnedmatch/"
SUPPLIERS = "/admin/inventory/supplier/"
UPLOADS = "/admin/inventory/invoiceupload/"
PRODUCTS = "/admin/catalog/product/"
CATEGORIES = "/admin/catalog/category/"
DONE = {"_form_submitted": "1"}
BESIDE = {"HX-Request": "true", "HX-Target": "ll-aside"}


def shown(client: Client, url: str, **query: Any) -> list[str]:
    return [str(record) for record in client.get(url, query).context["listing"].cl.result_list]


def cells(client: Client, url: str, **query: Any) -> list[dict[str, str]]:
    rows = client.get(url, query).context["listing"].rows
    return [{cell.column.name: str(cell.shown) for cell in row.cells} for row in rows]


def beside(client: Client, url: str, record: Any) -> Any:
    """The profile as the list opens it."""
    return client.get(f"{url}{record.pk}/change/", headers=BESIDE).context["profile"]


def panels_of(client: Client, url: str, record: Any) -> dict[str, str]:
    return {name: html for name, _title, html in beside(client, url, record).panels}


def act(client: Client, url: str, record: Any, name: str, **said: Any) -> Any:
    return client.post(f"{url}{record.pk}/{name}/", {**DONE, **said})


@pytest.fixture
def milk() -> Any:
    return make_bought("MILK", name_en="Whole milk")


@pytest.fixture
def acme() -> Supplier:
    return make_supplier("Acme Foods")


@pytest.fixture
def upload(acme: Supplier, milk: Any) -> InvoiceUpload:
    """Of ten milks at 1.00, confirmed: one batch, ``Acme-001-L0``."""
    make_price_list("Standard Selling")
    make_price_list("Standard Buying", for_selling=False, for_buying=True)
    return confirmed(acme, row("Milk", part="MLK6"), to=(milk,), number="INV-77")


# --- suppliers ----------------------------------------------------------------------------------------------
def test_the_dialog_of_a_supplier_starts_from_what_is_known(desk: Client, acme: Supplier) -> None:
    services.describe_supplier(acme.pk, display_name="Acme", batch_prefix="AC", lead_time_days=3, actor=ADMIN)
    form = desk.get(f"{SUPPLIERS}{acme.pk}/describe/").context["form"]
    assert [form[name].initial for name in form.NAMES] == ["Acme", "AC", 3]
    act(desk, SUPPLIERS, acme, "describe", display_name="Acme & Sons", batch_prefix="AC", lead_time_days="")
    acme.refresh_from_db()
    assert (str(acme), acme.batch_prefix, acme.lead_time_days) == ("Acme & Sons", "AC", None)


def test_a_prefix_of_another_is_refused_in_the_dialog(desk: Client, acme: Supplier) -> None:
    make_supplier(batch_prefix="TAKEN")
    answer = act(desk, SUPPLIERS, acme, "describe", display_name="", batch_prefix="taken", lead_time_days="")
    assert "begin with “taken”" in answer.content.decode()
    acme.refresh_from_db()
    assert acme.batch_prefix == ""


def test_his_invoices_are_counted_on_upwards_only(desk: Client, acme: Supplier) -> None:
    act(desk, SUPPLIERS, acme, "count_from", last_upload_number="8")
    refused = act(desk, SUPPLIERS, acme, "count_from", last_upload_number="7")
    assert "8 invoices are counted already" in refused.content.decode()
    acme.refresh_from_db()
    assert acme.last_upload_number == 8


def test_the_columns_of_his_files_are_shown_and_forgotten(desk: Client, acme: Supplier) -> None:
    services.remember_columns(acme.pk, mapping={"artikel": "name", "#c": ""}, actor=ADMIN)
    page = beside(desk, SUPPLIERS, acme)
    assert "artikel → Item name" in str(page.facts)
    assert "#c" not in str(page.facts)
    assert "Forget columns" in [action.label for action in page.actions]
    act(desk, SUPPLIERS, acme, "forget_columns")
    acme.refresh_from_db()
    assert acme.column_mapping == {}
    assert "Forget columns" not in [action.label for action in beside(desk, SUPPLIERS, acme).actions]


def test_a_picker_describes_no_supplier(acme: Supplier) -> None:
    packer = signed_in(StaffFactory(role="Packer"))
    assert act(packer, SUPPLIERS, acme, "describe", display_name="Mine").status_code == 403
    acme.refresh_from_db()
    assert acme.display_name == ""


def test_a_supplier_shows_his_invoices_and_what_was_learned_of_his_lines(
    desk: Client, acme: Supplier, upload: InvoiceUpload
) -> None:
    page = beside(desk, SUPPLIERS, acme)
    invoices = next(table for table in page.tables if table.title == "Uploaded invoices")
    assert "INV-77" in invoices.rows[0][0]
    assert invoices.rows[0][-1] == say.money(10)
    assert f'href="{LEARNED}?supplier={acme.pk}">2 matches' in str(page.facts)


@time_machine.travel("2026-06-15 12:00")
def test_a_supplier_shows_what_of_his_will_go_to_waste(desk: Client, acme: Supplier) -> None:
    batch = make_batch("SOON-1", product=make_product(), supplier=acme, quantity=9, unit_cost=2)
    ExpiringBatch.objects.create(batch=batch, quantity=3, value=6, last_day="2026-06-20")
    page = beside(desk, SUPPLIERS, acme)
    assert ("Will not sell in time", say.money(6)) in page.key_figures
    waste = next(table for table in page.tables if table.title == "Will not sell in time")
    assert [row[-2:] for row in waste.rows] == [(say.quantity(3), say.money(6))]


@time_machine.travel("2026-06-15 12:00")
def test_what_a_supplier_delivered_is_drawn_month_by_month(desk: Client, acme: Supplier) -> None:
    for day, worth in (("2026-06-01", 5), ("2026-05-31", 30), ("2025-06-01", 70), ("2025-05-31", 90)):
        make_receipt(supplier=acme, on=day, base_grand_total=worth)
    make_receipt(supplier=acme, on="2026-05-02", base_grand_total=-10)  # a return
    drawn = panels_of(desk, SUPPLIERS, acme)["received"]
    assert "May 2026: £20.00" in drawn
    assert "June 2025: £70.00" in drawn
    assert ["June 2026" in drawn, "May 2025" in drawn] == [False, False]  # not over yet; too long ago


def test_the_list_of_suppliers_says_when_each_came_last(desk: Client, acme: Supplier) -> None:
    make_receipt(supplier=acme, on="2026-02-02")
    make_receipt(supplier=acme, on="2026-03-03", is_return=True)
    make_receipt(supplier=acme, on="2026-04-04", erp_docstatus=2)
    assert [line["last_delivery"] for line in cells(desk, SUPPLIERS)] == [say.day(DATED)]


# --- learned matches ----------------------------------------------------------------------------------------
def learned(by: str) -> LearnedMatch:
    return LearnedMatch.objects.get(by=by)


def test_learned_matches_are_found_by_key_or_product_and_narrowed_by_supplier(
    desk: Client, acme: Supplier, upload: InvoiceUpload
) -> None:
    confirmed(make_supplier("Bramble"), row("Bread"), to=(make_bought("BRD", name_en="Rye bread"),))
    assert [line["product"].count("Whole milk") for line in cells(desk, LEARNED, supplier=acme.pk)] == [1, 1]
    assert len(shown(desk, LEARNED, q="mlk6")) == 1
    assert len(shown(desk, LEARNED, q="rye")) == 1
    assert len(shown(desk, LEARNED, by="name")) == 2


def test_a_learned_match_is_corrected_by_item_code_and_pack(desk: Client, upload: InvoiceUpload) -> None:
    other = make_bought("SOY", name_en="Soy milk")
    answer = act(desk, LEARNED, learned("part"), "correct", item_code=" SOY ", pack_factor="6")
    assert answer.status_code == 302
    after = learned("part")
    assert (after.product, after.pack_factor, after.times) == (other, Decimal(6), 1)
    assert AuditEntry.objects.filter(action="learned.corrected").count() == 1


@pytest.mark.parametrize(
    ("code", "pack", "why"),
    [
        ("NONE", "1", "No product has the item code “NONE”."),
        ("SOLD", "1", "bought"),
        ("MILK", "0", "pack holds a thousandth at least"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    code: str, pack: str, why: str, desk: Client, upload: InvoiceUpload
) -> None:
    make_product("SOLD", name_en="Gift card", is_bought=False)
    before = learned("part")
    answer = act(desk, LEARNED, before, "correct", item_code=code, pack_factor=pack)
    assert why in answer.content.decode()
    after = learned("part")
    assert (after.product_id, after.pack_factor) == (before.product_id, before.pack_factor)
    assert not AuditEntry.objects.filter(action="learned.corrected").exists()


def test_a_learned_match_is_forgotten(desk: Client, upload: InvoiceUpload) -> None:
    act(desk, LEARNED, learned("part"), "forget")
    assert [match.by for match in LearnedMatch.objects.all()] == ["name"]


def test_who_only_looks_corrects_nothing(upload: InvoiceUpload) -> None:
    packer = signed_in(StaffFactory(role="Packer"))
    assert act(packer, LEARNED, learned("part"), "forget").status_code == 403
    assert LearnedMatch.objects.count() == 2


# --- invoices -----------------------------------------------------------------------------------------------
def test_invoices_are_found_by_number_and_narrowed_by_state(
    desk: Client, acme: Supplier, upload: InvoiceUpload
) -> None:
    matched(acme, row("Bread"), row("Rolls", buy="2.50", quantity="3"), number="INV-78")
    assert shown(desk, UPLOADS, q="inv-77") == ["Acme Foods: INV-77"]
    assert shown(desk, UPLOADS, state="matched") == ["Acme Foods: INV-78"]
    totals = [(line["total"], line["sequence"]) for line in cells(desk, UPLOADS)]
    assert totals == [(say.money(d("17.50")), "—"), (say.money(10), say.count(1))]


def test_invoices_of_which_erpnext_was_never_told_are_found(
    desk: Client, acme: Supplier, upload: InvoiceUpload
) -> None:
    matched(acme, row("Bread"), number="INV-78")
    assert shown(desk, UPLOADS, untold="yes") == ["Acme Foods: INV-77"]
    gate.set_controls({("batches", Direction.PUSH): True}, actor=COMMAND)
    services.tell_later(upload.pk, actor=ADMIN)
    assert shown(desk, UPLOADS, untold="yes") == []
    assert len(shown(desk, UPLOADS, untold="no")) == 2


def test_a_total_is_rounded_line_by_line_as_the_invoice_is(desk: Client, acme: Supplier) -> None:
    matched(acme, row("A", buy="0.333", quantity="1.5"), row("B", buy="0.005", quantity="1"))
    assert [line["total"] for line in cells(desk, UPLOADS)] == [say.money(d("0.51"))]


def test_beside_the_list_an_invoice_shows_lines_and_steps(desk: Client, upload: InvoiceUpload) -> None:
    page = beside(desk, UPLOADS, upload)
    (lines,) = page.tables
    assert "Whole milk" in lines.rows[0][2]
    steps = [happening.what for happening in page.happenings]
    assert steps[0] == "Confirmed"
    assert steps[-1] == "Uploaded"
    assert steps.count("Confirmed") == 1
    assert f"{LOCAL}?upload={upload.pk}" in str(page.facts)


def test_an_invoice_as_a_page_is_where_it_is_worked_on(
    desk: Client, upload: InvoiceUpload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.inventory.admin.uploads.page_of", lambda pk: f"/somewhere/{pk}/")
    answer = desk.get(f"{UPLOADS}{upload.pk}/change/")
    assert (answer.status_code, answer["Location"]) == (302, f"/somewhere/{upload.pk}/")


# --- batches ------------------------------------------------------------------------------------------------
def test_both_lists_of_batches_lead_to_each_other_and_count_what_is_awaited(
    desk: Client, upload: InvoiceUpload
) -> None:
    here, other = desk.get(BATCHES).context["listing"].segments
    assert (here.is_here, other.is_here, other.count) == (True, False, "1")
    assert shown(desk, other.link) == ["Acme-001-L0"]
    assert [segment.is_here for segment in desk.get(LOCAL).context["listing"].segments] == [False, True]


@pytest.mark.parametrize("words", ["acme-001", "whole milk", "MILK"])
def test_a_search_says_what_lies_in_the_other_list(words: str, desk: Client, upload: InvoiceUpload) -> None:
    hint = desk.get(BATCHES, {"q": words}).context["listing"].elsewhere
    assert hint.text == "1 batch like this is not in ERPNext yet."
    assert shown(desk, hint.link) == ["Acme-001-L0"]


def test_a_search_among_local_batches_says_what_erpnext_has(desk: Client, upload: InvoiceUpload) -> None:
    make_batch("Acme-000-old")
    hint = desk.get(LOCAL, {"q": "acme"}).context["listing"].elsewhere
    assert hint.text == "1 batch like this is in ERPNext."
    assert shown(desk, hint.link) == ["Acme-000-old"]


def test_a_search_that_finds_nothing_elsewhere_says_nothing(desk: Client, upload: InvoiceUpload) -> None:
    assert desk.get(BATCHES, {"q": "zzz"}).context["listing"].elsewhere is None
    assert desk.get(BATCHES).context["listing"].elsewhere is None


def test_a_joined_batch_names_invoice_and_origin(desk: Client, upload: InvoiceUpload, milk: Any) -> None:
    make_batch("OTHER-1")
    batch = make_batch("Acme-001-L0", product=milk, item_code="MILK")
    services.batches_synced(Written(Batch, created=(batch.pk,)))
    assert ["Larder" in line["origin"] for line in cells(desk, BATCHES)] == [True, False]
    assert shown(desk, BATCHES, from_larder="yes") == ["Acme-001-L0"]
    assert shown(desk, BATCHES, from_larder="no") == ["OTHER-1"]
    assert f"{UPLOADS}{upload.pk}/change/" in str(beside(desk, BATCHES, batch).facts)
    assert desk.get(BATCHES).context["listing"].segments[1].count == ""


@time_machine.travel("2026-06-15 12:00")
def test_the_filter_of_states_means_what_the_chips_say(desk: Client) -> None:
    receipt = make_receipt("PRE-1")
    states: dict[str, dict[str, Any]] = {
        "active": {},
        "expired": {"expires_on": "2026-06-14"},
        "today": {"expires_on": "2026-06-15"},
        "disabled": {"is_active": False},
        "gone": {"gone_at": "2026-06-01T00:00Z"},
        "new": {},
        "produced": {"source_doctype": "Stock Entry"},
    }
    made = {name: make_batch(name, **given) for name, given in states.items()}
    for name in ("active", "expired", "today", "disabled", "gone"):
        make_delivery(receipt, (made[name], "5"), rate="2")
    services.recount(batch.pk for batch in made.values())
    Batch.objects.filter(pk=made["gone"].pk).update(gone_at="2026-06-01T00:00Z")
    told = {
        BatchState.ACTIVE: ["today", "active"],
        BatchState.EXPIRED: ["expired"],
        BatchState.VOID: ["gone", "disabled"],
        BatchState.PENDING: ["new"],
        BatchState.DEPLETED: ["produced"],
    }
    for state, names in told.items():
        assert shown(desk, BATCHES, state=state.value) == names
        said = [line["status"] for line in cells(desk, BATCHES, state=state.value)]
        assert [str(state.label) in chip for chip in said] == [True] * len(names)
    assert shown(desk, BATCHES, state="nonsense") == []


def test_a_local_batch_says_that_it_does_not_count_yet(desk: Client, upload: InvoiceUpload) -> None:
    local = LocalBatch.objects.get()
    page = beside(desk, LOCAL, local)
    assert page.notice.text == "It counts as stock once ERPNext has a batch of its number."
    LocalBatch.objects.update(is_contested=True)
    assert "of another item" in beside(desk, LOCAL, local).notice.text


@pytest.mark.parametrize(
    ("docstatus", "said"),
    [
        (0, "Receipt MAT-PRE-7 waits in ERPNext as a draft"),
        (1, "Receipt MAT-PRE-7 was submitted in ERPNext without it"),
        (2, "Receipt MAT-PRE-7 was cancelled in ERPNext, so nothing of it has come."),
    ],
)
def test_a_batch_says_what_became_of_its_receipt(
    desk: Client, upload: InvoiceUpload, docstatus: int, said: str
) -> None:
    receipt = make_receipt("MAT-PRE-7", erp_docstatus=docstatus, larder_reference="purchase_receipt/Acme-001")
    services.receipts_synced(Written(Receipt, created=(receipt.pk,)))
    assert said in beside(desk, LOCAL, LocalBatch.objects.get()).notice.text


def test_a_batch_of_which_erpnext_has_the_number_alone_is_still_to_come(
    desk: Client, upload: InvoiceUpload, milk: Any
) -> None:
    batch = make_batch("Acme-001-L0", product=milk, item_code=milk.item_code)
    services.batches_synced(Written(Batch, created=(batch.pk,)))
    assert "nothing of it has come yet" in beside(desk, BATCHES, batch).notice.text
    assert "Numbered in ERPNext" in panels_of(desk, PRODUCTS, milk)["local"]
    Batch.objects.update(quantity=10, received_quantity=10)
    assert beside(desk, BATCHES, batch).notice is None
    assert "Acme-001-L0" not in panels_of(desk, PRODUCTS, milk).get("local", "")


def test_a_product_shows_what_invoices_say_of_it_until_erpnext_knows(
    desk: Client, upload: InvoiceUpload, milk: Any
) -> None:
    panels = panels_of(desk, PRODUCTS, milk)
    said = ("Local, not in ERPNext", "Acme-001-L0", "Standard Buying", "Standard Selling")
    assert [words in panels["local"] for words in said] == [True] * 4
    assert "local" not in panels_of(desk, PRODUCTS, make_product())


@pytest.mark.parametrize("url", [LOCAL, UPLOADS, LEARNED, SUPPLIERS, BATCHES])
def test_a_list_costs_the_same_however_long_it_is(url: str, desk: Client, upload: InvoiceUpload) -> None:
    desk.get(url)
    with CaptureQueriesContext(connection) as few:
        desk.get(url)
    for number in range(6):
        confirmed(make_supplier(f"Other {number}"), row("A"), row("B"))
    with CaptureQueriesContext(connection) as many:
        desk.get(url)
    assert len(many) == len(few)


# --- floors of categories -----------------------------------------------------------------------------------
def test_a_category_is_given_a_floor_that_those_below_it_follow(desk: Client) -> None:
    dairy = make_category("Dairy")
    cheese = make_category("Cheese", parent=dairy)
    page = reverse("admin:category_floor", args=[dairy.pk])
    assert desk.post(page, {"percent": "22.5"}).status_code == 302
    said = [panels_of(desk, CATEGORIES, one)["margin-floor"] for one in (dairy, cheese)]
    assert ["22.5%" in html for html in said] == [True, True]
    assert [line["margin_floor"] for line in cells(desk, CATEGORIES)] == [say.percent(d("0.225")), "—"]
    desk.post(page, {"percent": ""})
    after = panels_of(desk, CATEGORIES, dairy)["margin-floor"]
    assert "15.0%" in after
    assert "The shop" in after


@pytest.mark.parametrize("percent", ["100", "-1", "12.34", "much"])
def test_a_floor_that_makes_no_sense_is_refused(percent: str, desk: Client) -> None:
    dairy = make_category("Dairy")
    page = reverse("admin:category_floor", args=[dairy.pk])
    assert desk.post(page, {"percent": percent}).status_code == 422
    assert not AuditEntry.objects.filter(action="category.floor_set").exists()


def test_a_clerk_sets_no_floor(clerks_desk: Client) -> None:
    page = reverse("admin:category_floor", args=[make_category("Dairy").pk])
    assert clerks_desk.post(page, {"percent": "1"}).status_code == 403
    assert not AuditEntry.objects.filter(action="category.floor_set").exists()
