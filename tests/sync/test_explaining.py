"""Explain: every mirrored record says where it comes from, what waits, and what was changed in it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.catalog.models import Product
from apps.core import panels
from apps.core.mirror import MirroredModel
from apps.customers.models import LoyaltyEntry
from apps.orders.models import Order
from apps.sync.demo.server import DemoServer
from apps.sync.engine import marking
from apps.sync.entities import entity_of, origin_of, origins
from apps.sync.explanation import KEPT, SHOWN, Explanation, parted, told
from apps.sync.links import record_link, record_links
from apps.sync.models import Change, Quarantine, Run
from tests.core.admin.test_lists import CountedQueries
from tests.factories.catalog import make_category, make_product
from tests.factories.customers import make_customer
from tests.factories.orders import make_line, make_order
from tests.sync.test_going import NOW

pytestmark = pytest.mark.django_db
RunSync = Callable[..., list[Run]]


def profile(record: Any) -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])


def a_run(entity: str = "items", **given: Any) -> Run:
    usual = {"mode": "modified", "state": "succeeded", "finished_at": timezone.now()}
    return Run.objects.create(entity=entity, actor_kind="staff", actor_label="Bo Peep", **usual | given)


def a_change(record: MirroredModel, **differences: Any) -> Change:
    return Change.objects.create(
        run=a_run(origin_of(record).entity.name),
        table=record._meta.label,
        row=record.pk,
        erp_name=record.erp_name,
        at=timezone.now(),
        differences=differences,
    )


def fields(change: Change, record: MirroredModel) -> list[tuple[str, str, str]]:
    shown = told(change, origin_of(record).source)
    return [(field.label, field.was, field.now) for field in shown.fields]


# --- where it stands --------------------------------------------------------------------------------------
def test_every_profile_of_a_mirrored_record_explains_it(manager: Any) -> None:
    models = {origin.source.model for origin in origins()}
    for model in models:
        assert "explain" in {panel.name for panel in panels.panels_for(model, manager)}, model
        tools = [tool.name for tool in panels.strip_tools_for(model, manager)]
        assert tools == ["explain", "read-again"], model
    assert {model for model in admin.site._registry if issubclass(model, MirroredModel)} <= models


def test_a_record_knows_its_source_among_several_of_its_table() -> None:
    invoice, order = make_order(document="invoice"), make_order(document="order")
    assert origin_of(invoice).source.doctype == "Sales Invoice"
    assert origin_of(order).source.doctype == "Sales Order"
    assert entity_of(Order).name == "sales"
    with pytest.raises(LookupError):
        entity_of(Run)  # type: ignore[arg-type]


def test_a_clerk_is_spared_it(clerks_desk: Client) -> None:
    page = clerks_desk.get(profile(make_product())).content.decode()
    assert ("panel-explain" in page, "last read" in page) == (False, True)


# --- what it says -----------------------------------------------------------------------------------------
def test_what_a_run_changed_is_shown_field_by_field_with_the_run(
    desk: Client, erp: DemoServer, run_sync: RunSync
) -> None:
    run_sync("item_groups", "items")
    erp.site.store.put("Item", name="HONEY", modified=NOW, lead_time_days=9, disabled=1)
    [run] = run_sync("items", full=True)
    honey = Product.objects.get(erp_name="HONEY")
    [change] = Explanation(honey).changes
    assert change.headline == "Active · lead time, days"
    assert [(one.label, one.was, one.now) for one in change.fields] == [
        ("active", "Yes", "No"),
        ("lead time, days", "0", "9"),
    ]
    page = desk.get(profile(honey)).content.decode()
    assert f'href="/admin/sync/run/{run.pk}/change/"' in page
    for said in ("Where this comes from", "Active · lead time, days", NOW, "Full · <bdi>Larder</bdi>"):
        assert said in page, said


def test_a_record_that_nobody_has_changed_says_so(desk: Client) -> None:
    page = desk.get(profile(make_product())).content.decode()
    assert "Nothing has changed since it came." in page


def test_it_names_who_brought_it_in_and_which_run_looked_last(run_sync: RunSync) -> None:
    [_, first] = run_sync("item_groups", "items")
    honey = Product.objects.get(erp_name="HONEY")
    assert (Explanation(honey).run, Explanation(honey).looked) == (first, None)
    [_, second] = run_sync("item_groups", "items")
    assert (Explanation(honey).run, Explanation(honey).looked) == (first, second)
    a_run(erp_name="HONEY", doctype="Item")  # over one document: it says nothing of the others
    a_run(state="failed")
    assert Explanation(honey).looked == second


def test_a_run_that_is_no_longer_kept_is_said_by_its_number(desk: Client) -> None:
    page = desk.get(profile(make_product(read_by=12))).content.decode()
    assert "run 12, no longer kept" in page


def test_renames_and_goings_are_told_as_such() -> None:
    product = make_product()
    source = origin_of(product).source
    headlines = [
        told(a_change(product, **differences), source).headline
        for differences in (
            {"erp_name": ["COLA#330", "COLA-330"], "item_code": ["COLA#330", "COLA-330"]},
            {"gone_at": [None, "2026-11-24T09:00:00+00:00"]},
            {"gone_at": ["2026-11-24T09:00:00+00:00", None]},
        )
    ]
    assert headlines == ["Name in ERPNext · item code", "Gone from ERPNext", "Back in ERPNext"]


def test_values_read_as_staff_write_them() -> None:
    order = make_order()
    change = a_change(
        order,
        status=["open", "completed"],
        is_pos=[False, True],
        due_on=["2025-11-12", None],
        placed_at=["2025-11-12T06:42:05Z", "2025-11-12T06:43:05Z"],
        outstanding=["1234.567891234", "0"],
        po_number=["", "<b>7"],
    )
    assert sorted(fields(change, order)) == [
        ("customer's order number", "—", "<b>7"),
        ("due on", "12 Nov 2025", "—"),
        ("outstanding", "1234.567891234", "0"),
        ("paid at the till", "No", "Yes"),
        ("placed", "12 Nov 2025, 06:42:05 GMT", "12 Nov 2025, 06:43:05 GMT"),
        ("status", "Open", "Completed"),
    ]


def test_fields_stand_in_the_order_of_the_declaration_and_forgotten_ones_are_left_out() -> None:
    product = make_product()
    change = a_change(product, brand_name=["a", "b"], name_en=["Milk", "Oat milk"], dropped=[1, 2])
    assert fields(change, product) == [("name", "Milk", "Oat milk"), ("brand in ERPNext", "a", "b")]


def test_a_field_that_is_kept_in_two_columns_is_told_once() -> None:
    product = make_product()
    both = {"description_source": ["<p>Milk</p>", "<p>Oats</p>"], "description_en": ["Milk", "Oats"]}
    assert fields(a_change(product, **both), product) == [("description", "Milk", "Oats")]
    assert fields(a_change(product, description_source=["<p>a</p>", "<p>b</p>"]), product) == [
        ("description as ERPNext holds it", "a", "b")
    ]


def test_of_long_texts_the_part_is_shown_in_which_they_differ() -> None:
    was, now = parted("x" * 200 + "OLD" + "y" * 200, "x" * 200 + "NEW" + "y" * 200)
    assert (was, now) == ("…" + "x" * 20 + "OLD" + "y" * 67 + "…", "…" + "x" * 20 + "NEW" + "y" * 67 + "…")
    assert parted("—", "z" * 91) == ("—", "z" * 90 + "…")


def test_lines_are_told_by_their_place(desk: Client) -> None:
    order = make_order()
    lines = [
        {"position": 2, "changed": {"quantity": ["1", "3"], "position": [1, 2]}},
        {"position": 4, "added": {"item_code": "MILK-1L", "quantity": "2"}},
        {"position": 5, "removed": {"item_code": "<i>"}},
    ]
    change = a_change(order, **{"Sales Invoice Item": lines})
    [(title, shown)] = told(change, origin_of(order).source).tables
    assert title == "Order lines"
    assert [(line.title, [(one.label, one.was, one.now) for one in line.fields]) for line in shown] == [
        ("Line 2", [("line", "1", "2"), ("quantity", "1", "3")]),
        ("Line 4 added", [("item code", "—", "MILK-1L"), ("quantity", "—", "2")]),
        ("Line 5 removed", [("item code", "<i>", "—")]),
    ]
    assert "<bdi>&lt;i&gt;</bdi>" in desk.get(profile(order)).content.decode()


def test_what_it_names_and_is_not_here_yet_is_listed() -> None:
    product = make_product(item_group_name="Cheese", category=None)
    assert Explanation(product).waits == ["category “Cheese”"]
    order = make_order(customer=None, customer_erp_name="Nobody")
    for code in ("MILK-1L", "MILK-1L", "OAT-1"):
        make_line(order, product=None, item_code=code)
    assert Explanation(order).waits == ["customer “Nobody”", "product “MILK-1L”", "product “OAT-1”"]


def test_what_is_parked_is_said_with_its_reason_and_a_way_there(desk: Client) -> None:
    product = make_product("HONEY")
    parked = Quarantine.objects.create(
        entity="items",
        doctype="Item",
        erp_name="HONEY",
        field="disabled",
        reason="7 is no check",
        document={},
    )
    Quarantine.objects.create(
        entity="items", doctype="Item", erp_name="OTHER", reason="not this one", document={}
    )
    page = desk.get(profile(product)).content.decode()
    assert "7 is no check" in page
    assert f'href="/admin/sync/quarantine/{parked.pk}/change/"' in page
    assert "not this one" not in page


def test_a_mark_is_said_with_its_reason(desk: Client) -> None:
    product = make_product("HONEY")
    marking.mark("items", "Item", ["HONEY"], reason="a Brand it names is gone")
    assert "a Brand it names is gone" in desk.get(profile(product)).content.decode()


def test_a_mark_of_all_documents_of_a_customer_counts(run_sync: RunSync) -> None:
    run_sync("customers", "sales", "loyalty")
    entry = LoyaltyEntry.objects.order_by("id")[0]
    marking.mark(
        "loyalty", "Loyalty Point Entry", [entry.customer_erp_name], field="customer", reason="an invoice"
    )
    mark = Explanation(entry).mark
    assert mark is not None
    assert mark.reason == "an invoice"


def test_more_than_a_few_changes_are_folded_and_very_old_ones_left_out(desk: Client) -> None:
    product = make_product()
    for number in range(KEPT + 3):
        a_change(product, brand_name=[str(number), str(number + 1)])
    why = Explanation(product)
    assert (len(why.at_once), len(why.folded)) == (SHOWN, KEPT - SHOWN)
    assert why.at_once[0].fields[0].now == str(KEPT + 3)
    assert f"{KEPT - SHOWN} older changes" in desk.get(profile(product)).content.decode()


def test_it_costs_the_same_however_much_there_is_to_tell(desk: Client) -> None:
    order = make_order(lines=1)

    def cost() -> int:
        with CountedQueries() as asked:
            assert desk.get(profile(order)).status_code == 200
        return len(asked)

    cost()
    few = cost()
    for number in range(8):
        make_line(order, product=None, item_code=f"NONE-{number}")
        a_change(order, outstanding=[str(number), "0"])
    marking.mark("sales", "Sales Invoice", [order.erp_name], reason="for once")
    assert cost() == few


# --- links from elsewhere ---------------------------------------------------------------------------------
def test_a_document_is_found_by_doctype_and_name() -> None:
    product, order = make_product("HONEY"), make_order("SAL-1", document="order")
    make_order("SAL-1", document="invoice")
    assert record_link("Item", "HONEY") == profile(product)
    assert record_link("Sales Order", "SAL-1") == profile(order)
    assert record_link("Item", "NOTHING") == ""
    assert record_link("Nothing", "HONEY") == ""


def test_the_present_record_of_a_name_goes_before_those_that_are_gone() -> None:
    make_product("HONEY", gone_at=timezone.now(), erp_creation=NOW)
    here = make_product("HONEY")
    assert record_link("Item", "HONEY") == profile(here)


def test_what_has_no_page_has_no_link() -> None:
    pairs = [("Bin", "nowhere"), ("total of 2026-11-24", "x")]
    assert record_links(pairs) == {}


def test_many_links_are_a_question_for_each_doctype(django_assert_num_queries: Any) -> None:
    products = [make_product() for _ in range(5)]
    customer, category = make_customer("C-1"), make_category("Dairy")
    pairs = [("Item", product.erp_name) for product in products]
    with django_assert_num_queries(3):
        found = record_links([*pairs, ("Customer", "C-1"), ("Item Group", "Dairy")])
    assert found == {
        **{("Item", product.erp_name): profile(product) for product in products},
        ("Customer", "C-1"): profile(customer),
        ("Item Group", "Dairy"): profile(category),
    }
