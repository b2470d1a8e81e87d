"""The pull: nothing skipped, nothing twice, nothing lost, whatever happens on the way."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.catalog.models import Barcode, Category, ItemPrice, Product
from apps.core.actors import SYSTEM
from apps.core.clock import erp_zone
from apps.customers.models import Customer
from apps.orders.models import Order, OrderLine
from apps.sync import entities, services
from apps.sync.demo.server import DemoServer
from apps.sync.engine import marking
from apps.sync.engine.cursors import stepped_back as start_of
from apps.sync.engine.job import Plan
from apps.sync.engine.settling import settle
from apps.sync.erpnext import Address
from apps.sync.models import Cursor, Mark, Quarantine, Run
from apps.sync.states import Mode
from tests.sync.conftest import PullEntity, only_source
from tests.sync.recorded import NEVER_SENT

pytestmark = pytest.mark.django_db
CUSTOMERS = only_source(entities.CUSTOMERS, "Customer")
ITEM_GROUPS = only_source(entities.ITEM_GROUPS, "Item Group")
ITEMS = only_source(entities.ITEMS, "Item")
SALES = only_source(entities.SALES, "Sales Invoice")
STAMP = "2026-11-01 10:00:00.123456"
RunSync = Callable[..., list[Run]]


def own_connection() -> dict[str, Any]:
    """Like Django's, for a second session beside it."""
    given = connection.get_connection_params()
    return {name: value for name, value in given.items() if name not in {"cursor_factory", "context"}}


def waiting_lines() -> list[OrderLine]:
    """Lines whose product has not come, but for the one that never will."""
    return list(OrderLine.objects.filter(product=None).exclude(item_code=NEVER_SENT))


def only(erp: DemoServer, doctype: str, *names: str, **values: Any) -> None:
    """Leave a DocType with these records and no others."""
    store = erp.site.store
    model = dict(next(iter(store.doctypes[doctype].rows.values())))
    store.doctypes[doctype].rows.clear()
    for name in names:
        store.put(doctype, **model | {"name": name, "creation": STAMP, "modified": STAMP} | values)


# --- the cursor -------------------------------------------------------------------------------------------
def test_five_items_of_one_instant_survive_a_worker_killed_after_its_first_page_of_two(
    erp: DemoServer, pull_pages: PullEntity
) -> None:
    only(erp, "Item", "a", "b", "c", "d", "e")
    pull_pages(ITEMS, page=2, stop_after=1)
    assert sorted(Product.objects.values_list("erp_name", flat=True)) == ["a", "b"]
    pull_pages(ITEMS, page=2)
    assert sorted(Product.objects.values_list("erp_name", flat=True)) == ["a", "b", "c", "d", "e"]
    cursor = Cursor.objects.get(doctype="Item")
    assert (cursor.modified, cursor.name) == (STAMP, "e")


@pytest.mark.parametrize("page", [1, 2, 3, 4, 7, 8, 100])
def test_ties_longer_than_a_page_are_read_once_each(
    erp: DemoServer, pull_pages: PullEntity, page: int
) -> None:
    only(erp, "Customer", *(f"tie {n}" for n in range(7)))
    for n in range(3):
        erp.site.store.put("Customer", name=f"before {n}", modified="2026-10-01 09:00:00", creation=f"c{n}")
        erp.site.store.put("Customer", name=f"after {n}", modified="2026-11-02 09:00:00", creation=f"d{n}")
    run = pull_pages(CUSTOMERS, page=page)
    assert (run.read, run.created) == (13, 13)
    assert Customer.objects.count() == 13


def test_a_record_saved_while_pages_are_read_comes_in_this_run_or_the_next(
    erp: DemoServer, pull_pages: PullEntity, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sorted(erp.site.store.doctypes["Customer"].rows.values(), key=lambda row: row["modified"])[0]
    pages_served = 0
    answer = erp.site.answer

    def saving_on_the_way(request: Any) -> Any:
        nonlocal pages_served
        if "/api/resource/Customer" in request.path:
            pages_served += 1
            if pages_served == 3:
                erp.site.store.put(
                    "Customer", name=first["name"], modified="2026-11-23 00:10:00.000001", mobile_no="999"
                )
        return answer(request)

    monkeypatch.setattr(erp.site, "answer", saving_on_the_way)
    pull_pages(CUSTOMERS, page=10)
    pull_pages(CUSTOMERS, page=10)
    assert Customer.objects.count() == 60
    assert Customer.objects.get(erp_name=first["name"]).mobile == "999"


def test_a_first_walk_that_meets_a_record_twice_looks_before_it_writes(
    erp: DemoServer, pull_pages: PullEntity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A price list is stamped by another clock: what it saves may come again behind what was just read."""
    only(erp, "Item", "a", "b", "c")
    for place, name in enumerate("abc"):
        erp.site.store.put("Item", name=name, creation=f"c{place}", modified=f"2026-03-0{place + 1} 09:00:00")
    answer = erp.site.answer

    def saving_on_the_way(request: Any) -> Any:
        if len(erp.site.asked) == 3:
            erp.site.store.put("Item", name="a", modified="2026-03-02 12:00:00", item_name="twice")
        return answer(request)

    monkeypatch.setattr(erp.site, "answer", saving_on_the_way)
    run = pull_pages(ITEMS, page=1)
    assert (run.read, run.created, run.updated, run.quarantined) == (4, 3, 1, 0)
    assert Product.objects.get(erp_name="a").name_en == "twice"


def test_a_record_committed_late_with_an_older_stamp_is_found(
    erp: DemoServer, pull_pages: PullEntity
) -> None:
    only(erp, "Item", "early")
    pull_pages(ITEMS)
    erp.site.store.put("Item", name="late", creation=STAMP, modified="2026-11-01 09:59:50.000001")
    assert pull_pages(ITEMS).created == 1


def test_an_invoice_committed_late_comes_with_its_lines(erp: DemoServer, pull_pages: PullEntity) -> None:
    store = erp.site.store
    late = dict(max(store.doctypes["Sales Invoice"].rows.values(), key=lambda row: str(row["modified"])))
    lines = [
        dict(row)
        for row in store.doctypes["Sales Invoice Item"].rows.values()
        if row["parent"] == late["name"]
    ]
    store.remove("Sales Invoice", late["name"])
    pull_pages(SALES)
    cursor = datetime.fromisoformat(Cursor.objects.get(doctype="Sales Invoice").modified)
    store.put("Sales Invoice", **late | {"modified": str(cursor - timedelta(minutes=9))})
    for line in lines:
        store.put("Sales Invoice Item", **line)
    assert pull_pages(SALES).created == 1
    came = Order.objects.get(erp_name=late["name"]).lines.values_list("erp_row", flat=True)
    assert sorted(came) == sorted(line["name"] for line in lines) != []


def test_a_stamp_from_the_future_never_becomes_the_cursor(erp: DemoServer, pull_pages: PullEntity) -> None:
    only(erp, "Item", "from-tomorrow", modified="2999-01-01 00:00:00.000001")
    pull_pages(ITEMS)
    assert Product.objects.get().erp_modified == "2999-01-01 00:00:00.000001"
    now = datetime.now(UTC).astimezone(erp_zone()).replace(tzinfo=None)
    assert Cursor.objects.get(doctype="Item").modified <= now.isoformat(sep=" ")


def test_a_run_starts_ten_minutes_before_the_cursor_and_never_beyond_the_sites_now() -> None:
    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert start_of("2026-11-23 11:00:00.5", moved_at=now, now=now) == "2026-11-23 10:50:00.500000"
    assert start_of("2026-11-23 19:00:00", moved_at=now, now=now) == "2026-11-23 11:50:00.000000"
    assert start_of("", moved_at=now, now=now) == ""


def test_the_hour_that_autumn_repeats_is_read_again() -> None:
    before = datetime(2026, 10, 25, 0, 59, tzinfo=UTC)  # 01:59 in London, summer time
    after = datetime(2026, 10, 25, 3, 0, tzinfo=UTC)  # 03:00 in London, winter time
    assert start_of("2026-10-25 01:59:00", moved_at=before, now=after) == "2026-10-25 00:49:00.000000"


# --- identity ---------------------------------------------------------------------------------------------
def test_a_name_given_to_another_invoice_is_a_second_order(erp: DemoServer, pull_pages: PullEntity) -> None:
    only(erp, "Sales Invoice", "SINV-1")
    pull_pages(SALES)
    erp.site.store.put(
        "Sales Invoice", name="SINV-1", creation="2026-11-02 08:00:00", modified="2026-11-02 08:00:00"
    )
    pull_pages(SALES)
    old, new = Order.objects.order_by("erp_creation")
    assert (old.erp_creation, old.is_gone) == (STAMP, True)
    assert (new.erp_creation, new.is_gone) == ("2026-11-02 08:00:00", False)
    assert list(Order.objects.counting_as_revenue()) == [new]


def test_a_cancelled_and_amended_invoice_counts_once(erp: DemoServer, pull_pages: PullEntity) -> None:
    only(erp, "Sales Invoice", "SINV-1", docstatus=2, status="Cancelled", base_grand_total=10.0)
    [first] = erp.site.store.doctypes["Sales Invoice"].rows.values()
    amended_values = {
        "name": "SINV-1-1",
        "amended_from": "SINV-1",
        "docstatus": 1,
        "status": "Paid",
        "creation": "x",
    }
    erp.site.store.put("Sales Invoice", **first | amended_values)
    pull_pages(SALES)
    assert [order.erp_name for order in Order.objects.counting_as_revenue()] == ["SINV-1-1"]
    amended = Order.objects.get(erp_name="SINV-1-1")
    assert amended.amends == Order.objects.get(erp_name="SINV-1")


# --- references -------------------------------------------------------------------------------------------
def test_a_reference_waits_for_its_record_and_never_drops_the_row(
    erp: DemoServer, pull_pages: PullEntity
) -> None:
    pull_pages(SALES)
    assert OrderLine.objects.count() == 116
    assert OrderLine.objects.exclude(product=None).count() == 0
    assert Order.objects.exclude(customer=None).count() == 0
    pull_pages(ITEMS)
    pull_pages(CUSTOMERS)
    assert waiting_lines() == []
    assert Order.objects.filter(customer=None).count() == 0
    assert Product.objects.exclude(category=None).count() == 0
    pull_pages(ITEM_GROUPS)
    assert Product.objects.filter(category=None).count() == 0


def test_a_category_that_moves_follows_its_new_parent(erp: DemoServer, pull_pages: PullEntity) -> None:
    pull_pages(ITEM_GROUPS)
    erp.site.store.put(
        "Item Group", name="Fruit", parent_item_group="Drinks", modified="2026-11-23 00:00:01.000000"
    )
    pull_pages(ITEM_GROUPS)
    assert Category.objects.get(erp_name="Fruit").parent == Category.objects.get(erp_name="Drinks")


@pytest.mark.django_db(transaction=True)
def test_resolving_what_waits_never_waits_for_a_row_that_another_run_holds(
    erp: DemoServer, pull_pages: PullEntity
) -> None:
    pull_pages(SALES)
    held = OrderLine.objects.filter(item_code="HONEY-S").first() or OrderLine.objects.first()
    assert held is not None
    with psycopg.connect(**own_connection()) as other:
        other.execute("SELECT 1 FROM orders_orderline WHERE id = %s FOR UPDATE", [held.pk])
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = '2s'")
        pull_pages(ITEMS)
    assert waiting_lines() == [held]
    pull_pages(SALES)  # reads what was passed over once more
    assert waiting_lines() == []


# --- tables inside documents ------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_forgetting_marks_leaves_those_that_another_run_makes_anew_and_waits_for_none() -> None:
    marking.mark("loyalty", "Loyalty Point Entry", ["Ann", "Bea"], field="customer", reason="first")
    seen = list(Mark.objects.all())
    with psycopg.connect(**own_connection()) as other:
        other.execute("UPDATE sync_mark SET at = now(), reason = 'again' WHERE value = 'Ann'")
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            marking.forget(seen)
    assert list(Mark.objects.values_list("value", "reason")) == [("Ann", "again")]


def test_the_rows_of_a_document_are_replaced_together_and_those_of_others_left_alone(
    erp: DemoServer, pull_pages: PullEntity
) -> None:
    pull_pages(ITEMS)
    others = set(Barcode.objects.exclude(product__erp_name="COLA#330").values_list("pk", "barcode"))
    [row] = [
        row for row in erp.site.store.doctypes["Item Barcode"].rows.values() if row["parent"] == "COLA#330"
    ]
    erp.site.store.put("Item Barcode", **row | {"barcode": "111"})
    erp.site.store.put("Item Barcode", **row | {"name": "another", "idx": 2, "barcode": "222"})
    run = pull_pages(ITEMS, full=True)
    assert (run.updated, run.unchanged) == (1, 59)
    cola = Product.objects.get(erp_name="COLA#330")
    assert list(cola.barcodes.values_list("position", "barcode")) == [(1, "111"), (2, "222")]
    assert set(Barcode.objects.exclude(product=cola).values_list("pk", "barcode")) == others


def test_sync_leaves_what_larder_adds_alone(erp: DemoServer, pull_pages: PullEntity) -> None:
    pull_pages(ITEMS)
    Product.objects.filter(erp_name="HONEY").update(name_fr="Miel", name_ar="عسل")
    erp.site.store.put("Item", name="HONEY", item_name="Forest Honey", modified="2026-11-23 00:00:01.000000")
    pull_pages(ITEMS)
    honey = Product.objects.get(erp_name="HONEY")
    assert (honey.name_en, honey.name_fr, honey.name_ar) == ("Forest Honey", "Miel", "عسل")


# --- records that cannot be read --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("last_purchase_rate", "a lot", "“a lot” is not a number"),
        ("last_purchase_rate", 10.0**13, "has more than twelve digits before the point"),
        ("end_of_life", "31/12/2026", "Invalid isoformat string: '31/12/2026'"),
        ("disabled", 7, "is 7, neither 0 nor 1"),
        ("item_name", "x" * 141, "is 141 characters long; 140 fit"),
        ("description", "half\x00way", "holds a NUL character, which PostgreSQL cannot store"),
    ],
)
def test_a_record_that_cannot_be_read_is_parked_with_field_and_reason_and_the_page_goes_on(
    erp: DemoServer, pull_pages: PullEntity, field: str, value: Any, reason: str
) -> None:
    good = erp.site.store.document("Item", "HONEY") or {}
    erp.site.store.put("Item", name="HONEY", **{field: value})
    run = pull_pages(ITEMS)
    assert (run.read, run.created, run.quarantined) == (60, 59, 1)
    parked = Quarantine.objects.get()
    assert (parked.entity, parked.doctype, parked.erp_name) == ("items", "Item", "HONEY")
    assert (parked.field, parked.reason) == (field, reason)
    assert parked.document["item_code"] == "HONEY"
    assert not Product.objects.filter(erp_name="HONEY").exists()

    erp.site.store.put("Item", name="HONEY", **{field: good[field]})  # mended without a new stamp
    assert pull_pages(ITEMS).created == 1
    assert not Quarantine.objects.exists()


@pytest.mark.parametrize("stamp", [None, ""])
def test_a_record_without_a_stamp_is_parked_once_and_stops_nothing(
    erp: DemoServer, pull_pages: PullEntity, stamp: str | None
) -> None:
    """ERPNext writes a stamp always; who imports rows into its database may not."""
    erp.site.store.put("Item", name="HONEY", modified=stamp)
    assert pull_pages(ITEMS).created == 59
    assert Quarantine.objects.get().field == "modified"
    erp.site.store.put("Item", name="COLA#330", modified=stamp)
    pull_pages(ITEMS)
    pull_pages(ITEMS, full=True)
    assert set(Quarantine.objects.values_list("erp_name", "field")) == {
        ("HONEY", "modified"),
        ("COLA#330", "modified"),
    }


def test_a_bad_line_parks_its_whole_document(erp: DemoServer, pull_pages: PullEntity) -> None:
    line = next(iter(erp.site.store.doctypes["Sales Invoice Item"].rows.values()))
    erp.site.store.put("Sales Invoice Item", **line | {"qty": None})
    assert pull_pages(SALES).quarantined == 1
    parked = Quarantine.objects.get()
    assert (parked.erp_name, parked.field) == (line["parent"], "Sales Invoice Item 1: qty")
    assert parked.document["Sales Invoice Item"][0]["qty"] is None
    assert not Order.objects.filter(erp_name=line["parent"]).exists()


def test_a_record_that_only_the_database_refuses_is_found_among_the_good_ones(
    erp: DemoServer, pull_pages: PullEntity
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE catalog_product ADD CONSTRAINT no_honey CHECK (item_code <> 'HONEY') NOT VALID"
        )
    run = pull_pages(ITEMS)
    assert (run.created, run.quarantined) == (59, 1)
    assert "no_honey" in Quarantine.objects.get(erp_name="HONEY").reason


def test_a_line_that_only_the_database_refuses_parks_its_document_and_no_other(
    erp: DemoServer, pull_pages: PullEntity
) -> None:
    line = next(iter(erp.site.store.doctypes["Sales Invoice Item"].rows.values()))
    erp.site.store.put("Sales Invoice Item", **line | {"idx": -1})
    run = pull_pages(SALES)
    assert (run.created, run.quarantined) == (60, 1)
    assert "orders_orderline" in Quarantine.objects.get(erp_name=line["parent"]).reason


def test_a_parked_record_that_erpnext_has_no_more_waits_no_more(
    erp: DemoServer, pull_pages: PullEntity
) -> None:
    erp.site.store.put("Item", name="HONEY", disabled=7)
    erp.site.store.put("Item", name="COLA#330", disabled=7)
    pull_pages(ITEMS)
    erp.site.store.remove("Item", "HONEY")
    pull_pages(ITEMS)
    assert [parked.erp_name for parked in Quarantine.objects.all()] == ["COLA#330"]


def test_a_parked_record_that_turns_out_to_be_another_companys_waits_no_more(
    erp: DemoServer, pull_pages: PullEntity, settings: Any
) -> None:
    erp.site.store.put("Sales Invoice", name="ACC-SINV-2026-00001", company="Another Ltd", due_date="?")
    assert pull_pages(SALES).quarantined == 1
    settings.ERPNEXT = type(settings.ERPNEXT)(**vars(settings.ERPNEXT) | {"company": "Corner Grocer Ltd"})
    pull_pages(SALES)
    assert not Quarantine.objects.exists()


def test_a_reason_that_repeats_what_the_database_cannot_store_is_kept_all_the_same(
    erp: DemoServer, pull_pages: PullEntity
) -> None:
    erp.site.store.put("Item", name="HONEY", last_purchase_rate="1\x002")
    assert pull_pages(ITEMS).quarantined == 1
    assert Quarantine.objects.get().reason == "“1␀2” is not a number"


def test_a_parked_record_counts_its_tries(erp: DemoServer, pull_pages: PullEntity) -> None:
    erp.site.store.put("Item", name="HONEY", disabled=7)
    pull_pages(ITEMS)
    pull_pages(ITEMS)
    assert Quarantine.objects.get().tries == 2


# --- the site ---------------------------------------------------------------------------------------------
def test_a_site_without_the_nationality_field_is_read_without_nationalities(
    erp: DemoServer, pull_pages: PullEntity
) -> None:
    erp.site.store.doctypes["Customer"].lose("custom_nationality")
    assert pull_pages(CUSTOMERS).created == 60
    assert set(Customer.objects.values_list("nationality", flat=True)) == {""}


def test_documents_of_another_company_are_skipped_and_counted(
    erp: DemoServer, pull_pages: PullEntity, settings: Any
) -> None:
    erp.site.store.put("Sales Invoice", name="ACC-SINV-2026-00001", company="Another Grocer Ltd")
    settings.ERPNEXT = type(settings.ERPNEXT)(**vars(settings.ERPNEXT) | {"company": "Corner Grocer Ltd"})
    run = pull_pages(SALES)
    assert (run.read, run.created, run.skipped) == (60, 60, 1)


# --- cost -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("entity", [ITEMS, SALES])
def test_a_page_costs_the_same_number_of_queries_however_long_it_is(
    pull_pages: PullEntity, entity: Any
) -> None:
    counts = []
    for page in (30, 30, 60):  # each holds variants, returns and every table; the first warms up the process
        with CaptureQueriesContext(connection) as captured:
            pull_pages(entity, page=page, stop_after=1, full=True)
        counts.append(len(captured))
        Order.objects.all().delete()
        Product.objects.all().delete()
        Cursor.objects.all().delete()
    assert counts[1] == counts[2]


def test_a_quiet_modified_run_asks_each_list_once(erp: DemoServer, pull_pages: PullEntity) -> None:
    only(erp, "Item", "a")
    pull_pages(ITEMS)
    erp.site.asked.clear()
    pull_pages(ITEMS)
    lists = [path for path in erp.site.asked if path.startswith("GET /api/resource/Item?")]
    assert len(lists) == 1
    assert len(erp.site.asked) == 2  # none for the five tables; the other is for what was deleted


def test_what_is_here_as_it_was_is_counted_and_neither_read_nor_written(run_sync: RunSync) -> None:
    run_sync("items")
    with CaptureQueriesContext(connection) as captured:
        [run] = run_sync("items")
    run.refresh_from_db()
    assert (run.read, run.unchanged, run.updated, run.requests) == (7, 7, 0, 3)
    assert not [one["sql"] for one in captured if "description_en" in one["sql"] or "BEGIN" in one["sql"]]


def test_who_names_a_beginning_mistrusts_the_stamps(
    erp: DemoServer, run_sync: RunSync, address: Address
) -> None:
    run_sync("items")
    last = Product.objects.latest("erp_modified")
    erp.site.store.put("Item", name=last.erp_name, brand="Silent")
    assert run_sync("items")[0].updated == 0
    plan = Plan(since=last.erp_modified)
    [run] = services.run(["items"], plan=plan, actor=SYSTEM, address=address)
    last.refresh_from_db()
    assert (run.updated, last.brand_name) == (1, "Silent")


def test_a_stamp_in_whole_seconds_is_not_trusted(erp: DemoServer, run_sync: RunSync) -> None:
    """A price list that is saved twice within a second gives its prices the same stamp twice."""
    stamp = "2026-11-22 23:59:59"
    price = min(erp.site.store.doctypes["Item Price"].rows.values(), key=lambda row: str(row["name"]))
    erp.site.store.put("Item Price", name=price["name"], price_list_rate=1.0, modified=stamp)
    run_sync("prices")
    erp.site.store.put("Item Price", name=price["name"], price_list_rate=2.0, modified=stamp)
    run_sync("prices")
    assert ItemPrice.objects.get(erp_name=price["name"]).rate == 2


def test_where_nothing_waits_one_question_shows_it(
    pull_pages: PullEntity, django_assert_num_queries: Callable[..., Any]
) -> None:
    pull_pages(only_source(entities.LOYALTY, "Loyalty Program"))
    with django_assert_num_queries(1):
        settle(entities.LOYALTY, every=(entities.LOYALTY,), written=1)


def test_the_planner_is_told_of_a_new_table_before_it_has_grown(pull_pages: PullEntity) -> None:
    with CaptureQueriesContext(connection) as captured:
        pull_pages(CUSTOMERS, page=10)
        pull_pages(CUSTOMERS, page=10, mode=Mode.FULL)
    told = [one["sql"] for one in captured if one["sql"].startswith('ANALYZE "')]
    assert told == ['ANALYZE "customers_customer"']


def _drop_identities(cursor: Any) -> None:
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute(r"SELECT conrelid::regclass, conname FROM pg_constraint WHERE conname LIKE '%\_identity'")
    for table, name in cursor.fetchall():
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


def test_names_are_looked_up_by_an_index_however_many_rows_there_are(
    erp: DemoServer, pull_pages: PullEntity
) -> None:
    pull_pages(SALES)
    with CaptureQueriesContext(connection) as captured:
        pull_pages(SALES, mode=Mode.FULL)
    # but for names of which no present record is: what is gone is seldom looked for
    asked = [sql for one in captured if "erp_name = ANY" in (sql := one["sql"]) and "DISTINCT" not in sql]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        _drop_identities(cursor)  # of so few rows it is as cheap to read such an index from end to end
        for sql in asked:
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "present_name" in plan, plan
    assert len(asked) == 5  # the documents; their customers, returns and amendments; products of their lines


def test_numbers_keep_nine_places_and_lose_the_floats_tail(erp: DemoServer, pull_pages: PullEntity) -> None:
    erp.site.store.put(
        "Item", name="HONEY", last_purchase_rate=0.22999999999999998, weight_per_unit=1.123456789
    )
    pull_pages(ITEMS)
    honey = Product.objects.get(erp_name="HONEY")
    assert (honey.last_purchase_rate, honey.weight_per_unit) == (Decimal("0.23"), Decimal("1.123456789"))
