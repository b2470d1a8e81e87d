"""Read again now: one document, at once, as a run would read it."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.permissions import Role
from apps.catalog.models import ItemPrice, Product
from apps.core import options
from apps.core.actors import Actor
from apps.core.errors import NotFoundError
from apps.core.locks import only_one
from apps.core.models import AuditEntry
from apps.customers.models import Customer
from apps.orders.models import Order, OrderLine
from apps.sync import reports, services
from apps.sync.demo.faults import Fault
from apps.sync.demo.server import DemoServer
from apps.sync.demo.throttle import RateLimit
from apps.sync.erpnext import Address
from apps.sync.feed import feed
from apps.sync.models import Change, Connection, Cursor, Mark, Quarantine, Run
from apps.sync.services import rereading
from apps.sync.services.rereading import Outcome, Reread, read_again
from apps.sync.states import Reach, RunState
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory
from tests.sync.test_going import NOW, rename

pytestmark = pytest.mark.django_db
RunSync = Callable[..., list[Run]]
Again = Callable[..., Reread]
ADA = Actor(kind="staff", id="7", label="Ada Boss")


@pytest.fixture
def again(address: Address) -> Again:
    return lambda record: read_again(type(record), record.pk, actor=ADA, address=address)


@pytest.fixture
def honey(run_sync: RunSync) -> Product:
    """An item that a run has brought in."""
    run_sync("item_groups", "items")
    return Product.objects.get(erp_name="HONEY")


def save(erp: DemoServer, doctype: str, name: str, **values: Any) -> None:
    erp.site.store.put(doctype, name=name, **{"modified": NOW} | values)


# --- what comes of it -------------------------------------------------------------------------------------
def test_what_changed_is_written_and_said_in_the_words_of_staff(
    erp: DemoServer, honey: Product, again: Again
) -> None:
    save(erp, "Item", "HONEY", brand="Hive & Co", lead_time_days=9)
    reread = again(honey)
    honey.refresh_from_db()
    assert (honey.brand_name, honey.lead_time_days) == ("Hive & Co", 9)
    assert reread.outcome == Outcome.CHANGED
    assert reread.sentence == "Item HONEY was read again. Changed: brand in ERPNext · lead time, days."
    change = Change.objects.get(row=honey.pk, table="catalog.Product")
    assert (change.run, change.differences["brand_name"][1]) == (reread.run, "Hive & Co")


def test_it_leaves_a_run_over_one_document_and_a_trace(erp: DemoServer, honey: Product, again: Again) -> None:
    save(erp, "Item", "HONEY", brand="Hive & Co")
    run = again(honey).run
    assert run is not None
    assert (run.entity, run.doctype, run.erp_name, run.actor_label) == ("items", "Item", "HONEY", "Ada Boss")
    assert (run.state, run.expected, run.read, run.updated) == (RunState.SUCCEEDED, 1, 1, 1)
    honey.refresh_from_db()
    assert honey.read_by == run.pk
    entry = AuditEntry.objects.get(action="sync.reread")
    assert (entry.subject_kind, entry.subject_id) == ("catalog.product", str(honey.pk))
    assert entry.after == {"outcome": "changed", "run": run.pk}


def test_the_feed_names_the_document_and_who_wanted_it(honey: Product, again: Again) -> None:
    again(honey)
    newest = feed(at=timezone.now())[0]
    assert newest.text == "Item HONEY, read again by Ada Boss: 1 read, nothing had changed"


def test_what_did_not_change_counts_as_read_all_the_same(honey: Product, again: Again) -> None:
    reread = again(honey)
    was_read_at = honey.read_at
    honey.refresh_from_db()
    assert (reread.outcome, reread.sentence) == (Outcome.UNCHANGED, "Item HONEY is here as ERPNext has it.")
    assert reread.run is not None
    assert (honey.read_by, honey.read_at > was_read_at) == (reread.run.pk, True)
    assert not Change.objects.exists()


def test_a_save_that_changed_nothing_we_keep_is_called_that(
    erp: DemoServer, honey: Product, again: Again
) -> None:
    save(erp, "Item", "HONEY")
    reread = again(honey)
    assert reread.outcome == Outcome.CHANGED
    assert reread.sentence == "Item HONEY was saved in ERPNext, but nothing has changed that Larder keeps."


def test_what_erpnext_has_no_more_is_marked_as_gone(erp: DemoServer, honey: Product, again: Again) -> None:
    erp.site.store.remove("Item", "HONEY")
    assert again(honey).sentence == "ERPNext has no Item HONEY any more. It stays here, marked as gone."
    honey.refresh_from_db()
    assert honey.is_gone
    assert again(honey).sentence == "ERPNext still has no Item HONEY."


def test_what_comes_back_is_said_to_be_back(erp: DemoServer, honey: Product, again: Again) -> None:
    row = dict(erp.site.store.doctypes["Item"].rows["honey"])
    erp.site.store.remove("Item", "HONEY")
    again(honey)
    erp.site.store.put("Item", **row)
    honey.refresh_from_db()
    assert again(honey).sentence == "Item HONEY is back in ERPNext, and here."
    honey.refresh_from_db()
    assert not honey.is_gone


def test_a_name_that_another_record_has_now_is_no_longer_this_ones(
    erp: DemoServer, honey: Product, again: Again
) -> None:
    save(erp, "Item", "HONEY", creation=NOW)
    reread = again(honey)
    assert reread.outcome == Outcome.GONE
    assert reread.sentence == "ERPNext has given the name of Item HONEY to another record. This one is gone."
    assert Product.objects.filter(erp_name="HONEY").count() == 2


def test_what_is_deleted_with_its_document_is_said_to_be_removed(
    erp: DemoServer, run_sync: RunSync, again: Again
) -> None:
    run_sync("prices")
    price = ItemPrice.objects.order_by("id")[0]
    erp.site.store.remove("Item Price", price.erp_name)
    reread = again(price)
    assert (reread.outcome, reread.is_here) == (Outcome.GONE, False)
    assert not ItemPrice.objects.filter(pk=price.pk).exists()


def test_a_renamed_record_keeps_its_row_and_never_counts_as_gone(
    erp: DemoServer, honey: Product, again: Again
) -> None:
    Product.objects.filter(pk=honey.pk).update(name_fr="Miel")
    rename(erp, "Item", "HONEY", "HONEY-340", item_code="HONEY-340")
    reread = again(honey)
    assert reread.sentence == "Item HONEY was read again. Changed: name in ERPNext · item code."
    honey.refresh_from_db()
    assert (honey.erp_name, honey.name_fr, honey.is_gone) == ("HONEY-340", "Miel", False)
    assert [change.differences["erp_name"] for change in Change.objects.all()] == [["HONEY", "HONEY-340"]]


def test_two_that_swapped_their_names_are_both_here(erp: DemoServer, honey: Product, again: Again) -> None:
    cola = Product.objects.get(erp_name="COLA#330")
    rename(erp, "Item", "HONEY", "between")
    rename(erp, "Item", "COLA#330", "HONEY")
    rename(erp, "Item", "between", "COLA#330")
    again(honey)
    for product, name in ((honey, "COLA#330"), (cola, "HONEY")):
        product.refresh_from_db()
        assert (product.erp_name, product.is_gone) == (name, False)


def test_what_cannot_be_read_is_quarantined_and_what_was_here_stays(
    erp: DemoServer, honey: Product, again: Again
) -> None:
    save(erp, "Item", "HONEY", brand="Hive & Co", disabled=7)
    reread = again(honey)
    parked = Quarantine.objects.get()
    assert (reread.outcome, parked.erp_name, parked.field) == (Outcome.PARKED, "HONEY", "disabled")
    assert reread.sentence == (
        f"Item HONEY cannot be read: disabled: {parked.reason}. "
        "It waits in quarantine; what is here stays as it was."
    )
    brand_was = honey.brand_name
    honey.refresh_from_db()
    assert (honey.brand_name, Run.objects.latest("id").state) == (brand_was, RunState.PARTIAL)


def test_what_is_mended_leaves_the_quarantine(erp: DemoServer, honey: Product, again: Again) -> None:
    save(erp, "Item", "HONEY", disabled=7)
    again(honey)
    save(erp, "Item", "HONEY", disabled=0)
    again(honey)
    assert not Quarantine.objects.exists()


def test_what_went_to_another_company_stays_as_it_was(
    erp: DemoServer, run_sync: RunSync, again: Again, settings: Any
) -> None:
    settings.ERPNEXT = type(settings.ERPNEXT)(**vars(settings.ERPNEXT) | {"company": "Corner Grocer Ltd"})
    run_sync("sales")
    order = Order.objects.filter(company="Corner Grocer Ltd", document="invoice").order_by("id")[0]
    erp.site.store.put("Sales Invoice", name=order.erp_name, company="Another Ltd")
    reread = again(order)
    order.refresh_from_db()
    assert (reread.outcome, order.company) == (Outcome.ELSEWHERE, "Corner Grocer Ltd")


def test_its_lines_are_read_with_it(erp: DemoServer, run_sync: RunSync, again: Again) -> None:
    run_sync()
    order = Order.objects.filter(document="invoice", lines__isnull=False).order_by("id")[0]
    line = order.lines.order_by("position")[0]
    row = next(
        row
        for row in erp.site.store.doctypes["Sales Invoice Item"].rows.values()
        if row["name"] == line.erp_row
    )
    erp.site.store.put("Sales Invoice Item", **row | {"qty": 77})
    reread = again(order)
    assert reread.sentence == f"Sales Invoice {order.erp_name} was read again. Changed: order lines."
    assert OrderLine.objects.get(order=order, position=line.position).quantity == 77


def test_nobody_reads_what_is_not_here(honey: Product) -> None:
    with pytest.raises(NotFoundError):
        read_again(Product, 10**9, actor=ADA)


# --- what stands in the way -------------------------------------------------------------------------------
def test_without_an_answer_it_is_marked_for_the_next_run(
    erp: DemoServer, honey: Product, again: Again, run_sync: RunSync
) -> None:
    runs = Run.objects.count()
    save(erp, "Item", "HONEY", brand="Hive & Co")
    erp.site.faults.plan(Fault.MAINTENANCE, times=100)
    reread = again(honey)
    assert (reread.outcome, reread.run) == (Outcome.UNANSWERED, None)
    assert reread.sentence.endswith("Item HONEY is marked: the next run that gets through reads it.")
    mark = Mark.objects.get()
    assert (mark.entity, mark.doctype, mark.value, mark.reason) == (
        "items", "Item", "HONEY", "asked for by Ada Boss",
    )  # fmt: skip
    assert Run.objects.count() == runs
    assert not Connection.objects.exclude(reach=Reach.WELL).exists()  # it asked only once
    erp.site.faults.calm()
    run_sync("items")
    honey.refresh_from_db()
    assert (honey.brand_name, Mark.objects.count()) == ("Hive & Co", 0)


def test_what_breaks_off_on_the_way_is_a_failed_run_and_a_mark(
    erp: DemoServer, honey: Product, again: Again
) -> None:
    erp.site.faults.plan(Fault.MAINTENANCE, where="Item", times=100)
    reread = again(honey)
    assert reread.run is not None
    assert (reread.outcome, reread.run.state) == (Outcome.UNANSWERED, RunState.FAILED)
    assert Mark.objects.filter(value="HONEY").exists()


def test_who_is_told_to_wait_for_long_does_not(
    erp: DemoServer, honey: Product, again: Again, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rereading, "LONGEST_PAUSE", 0.0)
    erp.site.rate_limit = RateLimit(limit=0.01, window=50)
    reread = again(honey)
    assert reread.outcome == Outcome.UNANSWERED
    assert reread.sentence.startswith("ERPNext asks to be left alone for ")


def test_while_the_entity_is_being_read_it_is_marked(
    honey: Product, again: Again, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rereading, "TURN_SECONDS", 0.0)
    with only_one("sync:items"):
        reread = again(honey)
    assert (reread.outcome, reread.run) == (Outcome.BUSY, None)
    assert reread.sentence == (
        "Items are being read just now. Item HONEY is marked: that run reads it, or the one after it."
    )
    assert Mark.objects.get().value == "HONEY"


def test_it_waits_a_moment_for_its_turn(honey: Product, again: Again) -> None:
    """A second click, or a run that has nothing to do, is over before anybody notices."""
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        with only_one("sync:items"):
            taken.set()
            done.wait(0.3)

    other = threading.Thread(target=hold)
    other.start()
    taken.wait()
    assert again(honey).outcome == Outcome.UNCHANGED
    other.join()


# --- what it must not disturb -----------------------------------------------------------------------------
def test_it_moves_no_cursor_and_leaves_no_mark(erp: DemoServer, honey: Product, again: Again) -> None:
    before = list(Cursor.objects.order_by("id").values())
    save(erp, "Item", "HONEY", brand="Hive & Co")
    again(honey)
    assert list(Cursor.objects.order_by("id").values()) == before
    assert not Mark.objects.exists()


def test_the_entity_stands_as_before_and_is_due_when_it_was(honey: Product, again: Again) -> None:
    def standing() -> Any:
        [items] = [one for one in reports.standings(at=at) if one.entity.name == "items"]
        return items.last_run, items.due_at

    at = timezone.now()
    before = standing()
    again(honey)
    assert standing() == before


def test_a_run_makes_up_for_what_a_reread_left_unresolved(honey: Product, run_sync: RunSync) -> None:
    """It died between its page and its end: the next run looks at every reference, as after its own kind."""
    run_sync("sales")
    line = OrderLine.objects.exclude(product=None).order_by("id")[0]
    Run.objects.create(
        entity="items", mode="modified", doctype="Item", erp_name="HONEY", state=RunState.RUNNING,
        actor_kind="staff", actor_label="Ada Boss",
    )  # fmt: skip
    OrderLine.objects.filter(pk=line.pk).update(product=None)
    run_sync("items")
    line.refresh_from_db()
    assert line.product_id is not None
    assert Run.objects.get(erp_name="HONEY").state == RunState.INTERRUPTED


# --- the button -------------------------------------------------------------------------------------------
@pytest.fixture
def _open(settings: Any, _demo_as_ours: None) -> None:
    settings.DEPLOYMENT = replace(settings.DEPLOYMENT, sync_post_enabled=True)


def door(record: Any) -> str:
    return reverse("admin:sync_read_again", kwargs={"label": record._meta.label_lower, "pk": record.pk})


def profile(record: Any) -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])


@pytest.mark.usefixtures("_open")
def test_the_button_reads_it_and_comes_back_with_what_came_of_it(
    desk: Client, erp: DemoServer, honey: Product
) -> None:
    assert f'action="{door(honey)}"' in desk.get(profile(honey)).content.decode()
    save(erp, "Item", "HONEY", brand="Hive & Co")
    answer = desk.post(door(honey), follow=True)
    assert answer.redirect_chain == [(profile(honey), 302)]
    page = answer.content.decode()
    assert "Item HONEY was read again. Changed: brand in ERPNext." in page
    assert "Hive &amp; Co" in page
    again = desk.post(door(honey), follow=True)
    assert "Item HONEY is here as ERPNext has it." in again.content.decode()


@pytest.mark.usefixtures("_open")
def test_what_went_with_its_document_leads_to_the_list(
    desk: Client, erp: DemoServer, run_sync: RunSync, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_sync("customers")
    customer = Customer.objects.order_by("id")[0]
    gone = Reread(Outcome.GONE, "It went.", is_here=False)
    monkeypatch.setattr("apps.sync.pages.rereading.read_again", lambda *given, **named: gone)
    assert desk.post(door(customer)).headers["Location"] == "/admin/customers/customer/"


@pytest.mark.usefixtures("_open")
def test_a_clerk_sees_no_button_and_is_refused(clerks_desk: Client, honey: Product) -> None:
    page = clerks_desk.get(profile(honey)).content.decode()
    assert "last read" in page
    assert ("Read again now" in page, "Explain" in page) == (False, False)
    assert clerks_desk.post(door(honey)).status_code == 403
    assert not AuditEntry.objects.filter(action="sync.reread").exists()


@pytest.mark.usefixtures("_open")
def test_who_may_run_the_sync_but_not_see_the_record_is_refused(honey: Product) -> None:
    person = StaffFactory(role=Role.SUPER_ADMIN)
    person.rights.create(key="products.view", source="deny")
    assert signed_in(person).post(door(honey)).status_code == 403


def test_a_closed_gate_is_said_beside_the_button_and_holds(desk: Client, honey: Product) -> None:
    page = desk.get(profile(honey)).content.decode()
    assert "SYNC_POST_ENABLED is not set on the server" in page
    assert f'action="{door(honey)}"' not in page
    assert desk.post(door(honey)).status_code == 403
    assert not Mark.objects.exists()


@pytest.mark.usefixtures("_open")
def test_a_control_that_is_off_refuses_before_the_right_is_asked(
    desk: Client, clerks_desk: Client, honey: Product
) -> None:
    services.gate.set_controls({("items", services.gate.Direction.PULL): False}, actor=ADA)
    assert "The control “Items: Pull” is off." in desk.get(profile(honey)).content.decode()
    for browser in (desk, clerks_desk):
        answer = browser.post(door(honey))
        assert (answer.status_code, "The control “Items: Pull” is off." in answer.content.decode()) == (
            403,
            True,
        )
    options.forget()


@pytest.mark.usefixtures("_open")
@pytest.mark.parametrize("label", ["accounts.user", "catalog.nothing", "nothing", "catalog.barcode"])
def test_there_is_no_door_for_what_erpnext_does_not_own(desk: Client, label: str) -> None:
    at = reverse("admin:sync_read_again", kwargs={"label": label, "pk": 1})
    assert desk.post(at).status_code == 404
