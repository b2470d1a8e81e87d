"""What ERPNext deletes, renames, merges or hides: found, and never more than the guard lets through."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from apps.approvals.models import Item
from apps.approvals.services import accept
from apps.approvals.states import ItemState
from apps.catalog.models import Barcode, ItemPrice, Product
from apps.core.actors import Actor
from apps.core.clock import erp_zone
from apps.core.mirror import Written
from apps.customers.models import Customer
from apps.orders.models import Order, OrderLine
from apps.sync import entities, services
from apps.sync.demo import DEMO_KEY
from apps.sync.demo.server import DemoServer
from apps.sync.engine import marking, pulling
from apps.sync.engine.declarations import Entity, Gone, Touch
from apps.sync.erpnext import Address
from apps.sync.models import Change, Cursor, Mark, Run
from apps.sync.states import Mode, RunState
from tests.sync.conftest import PullEntity, only_source

pytestmark = pytest.mark.django_db
CUSTOMERS = only_source(entities.CUSTOMERS, "Customer")
ITEMS = only_source(entities.ITEMS, "Item")
SALES = only_source(entities.SALES, "Sales Invoice")
RunSync = Callable[..., list[Run]]
NOW = "2026-11-24 09:00:00.000001"
LATER = "2026-11-24 09:00:00.000002"
ADMIN = Actor(kind="staff", id="7", label="Ada Admin")


def now_there() -> str:
    """The site's own clock, as it stamps what is saved now."""
    return timezone.now().astimezone(erp_zone()).strftime("%Y-%m-%d %H:%M:%S.%f")


def names(model: Any) -> set[str]:
    return set(model.objects.filter(gone_at=None).values_list("erp_name", flat=True))


def changed(entity: Entity, **values: Any) -> Entity:
    """The entity with other properties of its first source."""
    first, *rest = entity.sources
    return replace(entity, sources=(replace(first, **values), *rest))


def rename(erp: DemoServer, doctype: str, old: str, new: str, **values: Any) -> None:
    """As frappe renames: another name and stamp, the same creation, links rewritten without a stamp."""
    store = erp.site.store
    row = dict(store.doctypes[doctype].rows[old.casefold()])
    tables = [t for t in store.doctypes.values() if t.is_table]
    inside = [r for t in tables for r in t.rows.values() if r["parent"] == old]
    del store.doctypes[doctype].rows[old.casefold()]
    store.doctypes[doctype].rows[new.casefold()] = row | {"name": new, "modified": NOW} | values
    for line in inside:
        line["parent"] = new


# --- renames ----------------------------------------------------------------------------------------------
def test_a_renamed_item_is_the_same_row_with_its_translations(
    erp: DemoServer, pull_pages: PullEntity
) -> None:
    pull_pages(ITEMS)
    was = Product.objects.get(erp_name="COLA#330")
    Product.objects.filter(pk=was.pk).update(name_fr="Cola en canette")
    rename(erp, "Item", "COLA#330", "COLA-330", item_code="COLA-330")
    run = pull_pages(ITEMS)
    now = Product.objects.get(pk=was.pk)
    assert (now.erp_name, now.item_code, now.name_fr) == ("COLA-330", "COLA-330", "Cola en canette")
    assert (run.renamed, run.created, run.removed) == (1, 0, 0)
    assert Product.objects.count() == 60
    assert Change.objects.get(row=was.pk).differences["erp_name"] == ["COLA#330", "COLA-330"]


def test_links_follow_a_renamed_record_as_they_do_in_erpnext(erp: DemoServer, run_sync: RunSync) -> None:
    run_sync()
    line = OrderLine.objects.exclude(product=None).order_by("id").first()
    assert line is not None
    rename(erp, "Item", line.item_code, "RENAMED-1", item_code="RENAMED-1")
    run_sync("items")
    line.refresh_from_db()
    assert (line.item_code, line.product.erp_name) == ("RENAMED-1", "RENAMED-1")


def test_two_customers_that_swap_their_names_keep_their_rows(erp: DemoServer, pull_pages: PullEntity) -> None:
    pull_pages(CUSTOMERS)
    first, second = Customer.objects.order_by("id")[:2]
    names_were = first.erp_name, second.erp_name
    rename(erp, "Customer", names_were[0], "between")
    rename(erp, "Customer", names_were[1], names_were[0])
    rename(erp, "Customer", "between", names_were[1])
    run = pull_pages(CUSTOMERS)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.erp_name, second.erp_name) == (names_were[1], names_were[0])
    assert (run.renamed, run.created, Customer.objects.filter(gone_at=None).count()) == (2, 0, 60)


def test_a_name_that_changes_by_its_case_alone_is_a_rename(erp: DemoServer, pull_pages: PullEntity) -> None:
    pull_pages(ITEMS)
    was = Product.objects.get(erp_name="HONEY")
    erp.site.store.put("Item", name="HONEY", modified=NOW)
    erp.site.store.doctypes["Item"].rows["honey"]["name"] = "Honey"
    for table in erp.site.store.doctypes.values():
        if table.is_table:
            for line in table.rows.values():
                if line["parent"] == "HONEY":
                    line["parent"] = "Honey"
    run = pull_pages(ITEMS)
    assert Product.objects.get(pk=was.pk).erp_name == "Honey"
    assert (run.renamed, run.created) == (1, 0)


def test_two_records_of_one_moment_are_not_taken_for_a_rename(
    erp: DemoServer, pull_pages: PullEntity
) -> None:
    pull_pages(CUSTOMERS)
    here = Customer.objects.order_by("id").first()
    assert here is not None
    erp.site.store.put("Customer", name="Twin", creation=here.erp_creation, modified=NOW)
    run = pull_pages(CUSTOMERS)
    assert (run.renamed, run.created) == (0, 1)
    assert {here.erp_name, "Twin"} <= names(Customer)


def test_of_several_renamed_of_one_moment_each_finds_the_row_of_its_content(
    erp: DemoServer, pull_pages: PullEntity
) -> None:
    for name, tax in (("a", "1"), ("b", "2")):
        erp.site.store.put("Customer", name=name, creation=NOW, modified=NOW, customer_name=tax, tax_id=tax)
    pull_pages(CUSTOMERS)
    rows = {one.tax_id: one.pk for one in Customer.objects.filter(erp_creation=NOW)}
    rename(erp, "Customer", "a", "c")
    rename(erp, "Customer", "b", "d")
    pull_pages(CUSTOMERS)
    now = {one.erp_name: one.pk for one in Customer.objects.filter(erp_creation=NOW)}
    assert now == {"c": rows["1"], "d": rows["2"]}


# --- what is gone -----------------------------------------------------------------------------------------
def test_a_deletion_is_followed_between_full_runs(erp: DemoServer, run_sync: RunSync) -> None:
    run_sync("customers")
    erp.site.store.remove("Customer", "Emily Smith")
    erp.site.store.put(
        "Deleted Document", name="del1", creation=NOW, modified=now_there(),
        deleted_doctype="Customer", deleted_name="Emily Smith",
    )  # fmt: skip
    [run] = run_sync("customers")
    assert (run.removed, run.state) == (1, RunState.SUCCEEDED)
    assert Customer.objects.get(erp_name="Emily Smith").gone_at is not None


def test_a_deleted_name_that_is_there_again_is_not_gone(erp: DemoServer, run_sync: RunSync) -> None:
    run_sync("customers")
    erp.site.store.put(
        "Deleted Document", name="del1", creation=NOW, modified=now_there(),
        deleted_doctype="Customer", deleted_name="Emily Smith",
    )  # fmt: skip
    [run] = run_sync("customers")
    assert (run.removed, "Emily Smith" in names(Customer)) == (0, True)


def test_where_deletions_may_not_be_read_the_list_of_names_finds_them(
    erp: DemoServer, run_sync: RunSync
) -> None:
    for key, user in erp.site.users.items():
        erp.site.users[key] = replace(user, may_not_read=frozenset({"Deleted Document"}))
    run_sync("customers")
    erp.site.store.remove("Customer", "Emily Smith")
    run_sync("customers")
    [run] = run_sync("customers")
    assert (run.state, "Emily Smith" in names(Customer)) == (RunState.SUCCEEDED, True)
    assert sum("Deleted" in path for path in erp.site.asked) == 1  # refused once, not asked again for a day
    [run] = run_sync("customers", full=True)
    assert (run.removed, "Emily Smith" in names(Customer)) == (1, False)


def test_what_comes_back_is_the_row_it_was(erp: DemoServer, run_sync: RunSync) -> None:
    run_sync("customers")
    was = Customer.objects.get(erp_name="Emily Smith")
    row = dict(erp.site.store.doctypes["Customer"].rows["emily smith"])
    erp.site.store.remove("Customer", "Emily Smith")
    run_sync("customers", full=True)
    erp.site.store.put("Customer", **row)  # restored, with its old stamp
    [run] = run_sync("customers", full=True)
    now = Customer.objects.get(erp_name="Emily Smith")
    assert (now.pk, now.gone_at, run.updated) == (was.pk, None, 1)


def test_a_cancelled_order_says_so_when_it_is_gone(erp: DemoServer, run_sync: RunSync) -> None:
    run_sync("sales")
    order = Order.objects.filter(document="invoice").exclude(status="cancelled").order_by("id").first()
    assert order is not None
    erp.site.store.remove("Sales Invoice", order.erp_name)
    run_sync("sales", full=True)
    order.refresh_from_db()
    assert (order.gone_at is not None, order.status) == (True, "cancelled")


def test_a_list_of_names_that_breaks_off_removes_nothing(
    erp: DemoServer, run_sync: RunSync, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short list without any sign of it: whatever it leaves out is asked for by name before it goes."""
    run_sync("customers")
    listed = pulling.sweep.__globals__["names_of"]
    monkeypatch.setitem(
        pulling.sweep.__globals__,
        "names_of",
        lambda *args, **rest: (docs[: len(docs) * 6 // 10] for docs in listed(*args, **rest)),
    )
    [run] = run_sync("customers", full=True)
    assert (run.removed, run.held, len(names(Customer))) == (0, 0, 60)


def test_a_full_walk_that_stops_at_sixty_percent_removes_nothing(
    erp: DemoServer, pull_pages: PullEntity
) -> None:
    pull_pages(CUSTOMERS)
    erp.site.store.remove("Customer", "Emily Smith")
    pull_pages(CUSTOMERS, page=6, stop_after=6, full=True)  # 36 of 60
    assert len(names(Customer)) == 60
    assert Cursor.objects.get(doctype="Customer").walk_modified


def test_what_drifted_behind_a_killed_full_run_is_found_by_the_one_that_goes_on(
    erp: DemoServer, pull_pages: PullEntity
) -> None:
    drifting = changed(CUSTOMERS, drifts=("tax_id",))
    pull_pages(drifting)
    pull_pages(drifting, page=6, stop_after=6, full=True)
    first = Customer.objects.order_by("erp_modified", "erp_name")[0]
    erp.site.store.put("Customer", name=first.erp_name, tax_id="silent")
    pull_pages(drifting, page=6, full=True)
    first.refresh_from_db()
    assert first.tax_id == "silent"


def test_a_full_run_that_was_killed_goes_on_from_its_last_page(
    erp: DemoServer, pull_pages: PullEntity
) -> None:
    pull_pages(CUSTOMERS)
    pull_pages(CUSTOMERS, page=6, stop_after=6, full=True)
    run = pull_pages(CUSTOMERS, page=6, full=True)
    assert 24 <= run.read <= 30
    cursor = Cursor.objects.get(doctype="Customer")
    assert (cursor.walk_at, cursor.walk_modified) == (None, "")


def test_what_is_deleted_between_a_first_full_run_and_the_first_modified_one_goes(
    erp: DemoServer, run_sync: RunSync
) -> None:
    stamp = "2026-11-01 10:00:00.000001"
    erp.site.store.put("Customer", name="Lonely", creation=stamp, modified=stamp)
    run_sync("customers", full=True)
    erp.site.desk.delete(erp.site.users[DEMO_KEY], "Customer", "Lonely")
    [run] = run_sync("customers")
    assert (run.removed, "Lonely" in names(Customer)) == (1, False)


def test_who_was_renamed_before_he_was_merged_goes_though_nothing_tells_of_his_name_here(
    erp: DemoServer, run_sync: RunSync
) -> None:
    run_sync("customers")
    user, desk = erp.site.users[DEMO_KEY], erp.site.desk
    one, other = sorted(names(Customer))[:2]
    desk.rename(user, "Customer", one, "In between")
    desk.rename(user, "Customer", "In between", other, merge=True)
    [run] = run_sync("customers")
    assert (run.removed, names(Customer) & {one, "In between", other}) == (1, {other})


# --- the guard --------------------------------------------------------------------------------------------
def vanish(erp: DemoServer, doctype: str, number: int) -> list[str]:
    gone = sorted(row["name"] for row in erp.site.store.doctypes[doctype].rows.values())[:number]
    for name in gone:
        erp.site.store.remove(doctype, name)
    return gone


def test_a_run_that_would_remove_a_third_stops_and_waits_in_to_do(erp: DemoServer, run_sync: RunSync) -> None:
    run_sync("customers")
    gone = vanish(erp, "Customer", 21)
    [run] = run_sync("customers", full=True)
    assert (run.state, run.held, run.removed, len(names(Customer))) == (RunState.HELD, 21, 0, 60)
    [item] = Item.objects.open()
    assert item.title == "21 of 60 Customer records are gone from ERPNext"
    assert sorted(item.after["records"]) == gone
    run_sync("customers", full=True)
    assert Item.objects.count() == 1  # brought up to date, not asked again


def test_what_a_deletion_tells_and_a_count_misses_is_held_back_once(
    erp: DemoServer, run_sync: RunSync
) -> None:
    run_sync("prices")
    gone = sorted(str(row["name"]) for row in erp.site.store.doctypes["Item Price"].rows.values())[:25]
    for name in gone:
        erp.site.desk.delete(erp.site.users[DEMO_KEY], "Item Price", name)
    [run] = run_sync("prices")
    assert (run.state, run.held, run.removed) == (RunState.HELD, 25, 0)
    [item] = Item.objects.open()
    assert item.title == "25 of 60 Item Price records are gone from ERPNext"
    assert sorted(item.after["records"]) == gone
    first = ItemPrice.objects.get(erp_name=gone[0])
    assert item.after["records"][gone[0]] == f"{first}, created {first.erp_creation[:10]}"


def test_nor_do_many_go_by_twenties(erp: DemoServer, run_sync: RunSync, pull_pages: PullEntity) -> None:
    run_sync("customers")
    gone = vanish(erp, "Customer", 30)
    marking.mark("customers", "Customer", gone, reason="ERPNext told of it by a webhook")
    run = pull_pages(only_source(entities.entity_called("customers"), "Customer"), page=10)
    assert (run.removed, len(names(Customer))) == (0, 60)


def test_twenty_may_go_unasked(erp: DemoServer, run_sync: RunSync) -> None:
    run_sync("customers")
    vanish(erp, "Customer", 20)
    [run] = run_sync("customers", full=True)
    assert (run.state, run.removed, len(names(Customer))) == (RunState.SUCCEEDED, 20, 40)


def test_what_an_admin_accepts_goes_and_nothing_else(
    erp: DemoServer, run_sync: RunSync, address: Address
) -> None:
    run_sync("customers")
    vanish(erp, "Customer", 25)
    run_sync("customers", full=True)
    item = accept(Item.objects.open().get().pk, actor=ADMIN)
    vanish(erp, "Customer", 2)  # meanwhile
    [run] = services.run_approved(item.pk, "customers", actor=ADMIN, address=address)
    assert (run.state, run.removed, len(names(Customer))) == (RunState.SUCCEEDED, 27, 33)


def test_what_went_beyond_what_was_accepted_is_asked_about_again(
    erp: DemoServer, run_sync: RunSync, address: Address
) -> None:
    run_sync("customers")
    vanish(erp, "Customer", 25)
    run_sync("customers", full=True)
    item = accept(Item.objects.open().get().pk, actor=ADMIN)
    vanish(erp, "Customer", 22)
    [run] = services.run_approved(item.pk, "customers", actor=ADMIN, address=address)
    assert (run.state, run.removed) == (RunState.HELD, 0)


def test_what_the_guard_held_back_waits_whatever_runs_in_between(erp: DemoServer, run_sync: RunSync) -> None:
    run_sync("customers")
    vanish(erp, "Customer", 25)
    run_sync("customers", full=True)
    run_sync("customers")  # it lists no names, so it cannot know
    assert Item.objects.open().count() == 1


def test_an_item_of_the_guard_closes_by_itself_when_the_records_are_back(
    erp: DemoServer, run_sync: RunSync
) -> None:
    run_sync("customers")
    before = dict(erp.site.store.doctypes["Customer"].rows)
    vanish(erp, "Customer", 25)
    run_sync("customers", full=True)
    erp.site.store.doctypes["Customer"].rows.update(before)
    [run] = run_sync("customers", full=True)
    assert (run.state, Item.objects.get().state) == (RunState.SUCCEEDED, ItemState.CLOSED)


# --- what vanishes, drifts, or is touched from elsewhere --------------------------------------------------
def test_what_vanishes_without_a_trace_is_missed_in_the_next_run(
    erp: DemoServer, pull_pages: PullEntity
) -> None:
    vanishing = changed(CUSTOMERS, vanishes=True, gone=Gone.DELETE)
    pull_pages(vanishing)
    erp.site.asked.clear()
    pull_pages(vanishing)
    assert sum("sync_names" in path or '"name+asc"' in path for path in erp.site.asked) == 0
    erp.site.store.remove("Customer", "Emily Smith")
    run = pull_pages(vanishing)
    assert (run.removed, Customer.objects.filter(erp_name="Emily Smith").count()) == (1, 0)


def test_what_changes_without_a_stamp_is_found_by_the_compare(
    erp: DemoServer, pull_pages: PullEntity
) -> None:
    drifting = changed(SALES, drifts=("status", "docstatus", "outstanding_amount"))
    pull_pages(drifting)
    order = Order.objects.filter(erp_docstatus=1).order_by("id").first()
    assert order is not None
    erp.site.store.put("Sales Invoice", name=order.erp_name, status="Overdue", outstanding_amount=3.5)
    assert pull_pages(drifting).updated == 0
    assert pull_pages(drifting, mode=Mode.COMPARE).updated == 1
    order.refresh_from_db()
    assert (order.erp_status, f"{order.outstanding:.2f}") == ("Overdue", "3.50")


def test_a_line_that_changes_without_a_stamp_is_found_by_the_compare(
    erp: DemoServer, pull_pages: PullEntity
) -> None:
    lines = replace(SALES.sources[0].children[0], drifts=("item_code",))
    drifting = changed(SALES, children=(lines,))
    pull_pages(drifting)
    line = OrderLine.objects.order_by("id").first()
    assert line is not None
    erp.site.store.put("Sales Invoice Item", name=line.erp_row, item_code="HONEY-S")
    run = pull_pages(drifting, mode=Mode.COMPARE)
    assert run.updated == 1
    assert OrderLine.objects.get(erp_row=line.erp_row).item_code == "HONEY-S"


def test_a_record_that_was_committed_long_after_its_stamp_is_found_by_the_compare(
    erp: DemoServer, pull_pages: PullEntity
) -> None:
    pull_pages(CUSTOMERS)
    erp.site.store.put("Customer", name="Late", creation=NOW, modified="2026-01-02 10:00:00.000001")
    assert pull_pages(CUSTOMERS).created == 0
    assert pull_pages(CUSTOMERS, mode=Mode.COMPARE).created == 1


def test_saving_one_document_has_others_looked_at_again(erp: DemoServer, pull_pages: PullEntity) -> None:
    touching = changed(SALES, touches=(Touch("customers", "Customer", "name", "customer_erp_name"),))
    pull_pages(CUSTOMERS)
    pull_pages(touching)
    assert not Mark.objects.exists()  # a first pull touches nothing: all is read anyway
    order = Order.objects.exclude(customer=None).order_by("id").first()
    assert order is not None
    erp.site.store.put("Customer", name=order.customer_erp_name, tax_id="GB1")  # silently
    erp.site.store.put("Sales Invoice", name=order.erp_name, modified=now_there(), remarks="touched")
    pull_pages(touching)
    assert [mark.value for mark in Mark.objects.all()] == [order.customer_erp_name]
    pull_pages(CUSTOMERS)
    assert Customer.objects.get(erp_name=order.customer_erp_name).tax_id == "GB1"
    assert not Mark.objects.exists()


def test_marks_are_forgotten_together_but_for_those_made_anew_meanwhile(
    django_assert_num_queries: Callable[..., Any],
) -> None:
    marking.mark("customers", "Customer", ["a", "b", "c"], reason="a test")
    seen = list(Mark.objects.all())
    marking.mark("customers", "Customer", ["b"], reason="once more")
    with django_assert_num_queries(1):
        marking.forget(seen)
    assert [mark.value for mark in Mark.objects.all()] == ["b"]


def test_what_a_merge_points_elsewhere_is_read_again(erp: DemoServer, run_sync: RunSync) -> None:
    run_sync()
    order = Order.objects.filter(document="invoice").exclude(customer=None).order_by("id").first()
    assert order is not None
    old, new = order.customer_erp_name, "Zed"
    erp.site.store.put("Customer", name=new, creation=NOW, modified=now_there())
    for row in erp.site.store.doctypes["Sales Invoice"].rows.values():
        if row["customer"] == old:
            row["customer"] = new
    erp.site.store.remove("Customer", old)
    run_sync("customers", full=True)
    run_sync("sales")
    order.refresh_from_db()
    assert (order.customer_erp_name, order.customer.erp_name) == (new, new)


# --- told and explained -----------------------------------------------------------------------------------
def test_the_owning_app_is_told_of_a_page_in_its_transaction(erp: DemoServer, pull_pages: PullEntity) -> None:
    told: list[Written] = []
    telling = changed(CUSTOMERS, wrote=(told.append,))
    pull_pages(telling)
    assert [len(one.created) for one in told] == [60]
    erp.site.store.put("Customer", name="Emily Smith", modified=now_there(), tax_id="GB2")
    pull_pages(telling)
    emily = Customer.objects.get(erp_name="Emily Smith")
    assert (told[-1].changed, told[-1].created) == ((emily.pk,), ())


def test_a_listener_that_refuses_keeps_the_whole_page_out(erp: DemoServer, pull_pages: PullEntity) -> None:
    def refuse(_: Written) -> None:
        raise RuntimeError("not today")

    with pytest.raises(RuntimeError, match="not today"):
        pull_pages(changed(CUSTOMERS, wrote=(refuse,)))
    assert (Customer.objects.count(), Cursor.objects.get(doctype="Customer").modified) == (0, "")


def test_what_a_run_changed_is_kept_field_by_field(erp: DemoServer, pull_pages: PullEntity) -> None:
    pull_pages(ITEMS)
    assert not Change.objects.exists()
    barcode = Barcode.objects.select_related("product").order_by("barcode")[0]
    product = barcode.product
    name = product.erp_name
    erp.site.store.put("Item", name=name, modified=NOW, item_name="Small honey", safety_stock=2.5)
    erp.site.store.put("Item Barcode", name=barcode.erp_row, barcode="999")
    run = pull_pages(ITEMS)
    [change] = Change.objects.all()
    assert (change.run_id, change.row, change.table) == (run.pk, product.pk, "catalog.Product")
    assert change.differences == {
        "name_en": [product.name_en, "Small honey"],
        "safety_stock": [f"{product.safety_stock.normalize():f}", "2.5"],
        "Item Barcode": [{"position": 1, "changed": {"barcode": [barcode.barcode, "999"]}}],
    }


def test_a_new_stamp_alone_explains_nothing(erp: DemoServer, pull_pages: PullEntity) -> None:
    pull_pages(CUSTOMERS)
    erp.site.store.put("Customer", name="Emily Smith", modified=LATER)
    assert pull_pages(CUSTOMERS).updated == 1
    assert Customer.objects.get(erp_name="Emily Smith").erp_modified == LATER
    assert not Change.objects.exists()


def test_an_admin_reads_what_is_held_back_name_by_name(
    erp: DemoServer, run_sync: RunSync, desk: Client
) -> None:
    run_sync("customers")
    gone = vanish(erp, "Customer", 25)
    run_sync("customers", full=True)
    page = desk.get(Item.objects.open().get().get_absolute_url()).content.decode()
    assert "25 of 60 Customer records are gone from ERPNext" in page
    assert all(escape(name) in page for name in gone)
    assert "Records held back" in page
