"""Parity on a page: what is equal, what differs and since when; comparing and reading again from there."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.permissions import Role
from apps.core import options
from apps.core.actors import COMMAND, Actor
from apps.core.errors import AlreadyRunningError
from apps.core.health import heartbeats
from apps.core.locks import only_one
from apps.sync import services, tasks
from apps.sync.demo.server import DemoServer
from apps.sync.errors import ComparisonUnderWayError, NothingDiffersError
from apps.sync.models import Comparing, Connection, Mark, MirroredSite, Parity, Run
from apps.sync.services import gate
from apps.sync.services.comparing import under_way
from apps.sync.services.verifying import lock_name
from apps.sync.states import Direction, Mode, Reach, RunState
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_demo_as_ours", "_open")]
PAGE = "/admin/settings/sync/parity/"
ANNA = Actor("staff", "7", "Anna")
OnCommit = Callable[..., Any]


@pytest.fixture
def _open(settings: Any) -> None:
    settings.DEPLOYMENT = replace(settings.DEPLOYMENT, sync_post_enabled=True)


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    yield
    options.forget()


def pull(*names: str) -> None:
    services.run(names, mode=Mode.FULL, actor=COMMAND)


def change(erp: DemoServer, *names: str) -> None:
    for name in names:
        erp.site.store.put("Customer", name=name, modified="2026-11-23 10:00:00")


def part(desk: Client, seen: str = "") -> HttpResponse:
    """What the page asks for while something is compared."""
    return desk.get(f"{PAGE}?seen={seen}", headers={"HX-Request": "true", "HX-Target": "parity"})  # type: ignore[return-value]


def words(page: HttpResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


# --- what it shows ------------------------------------------------------------------------------------------
def test_nothing_is_said_of_what_nobody_compared(desk: Client):
    page = desk.get(PAGE)
    assert "Nothing has been compared yet" in words(page)
    assert words(page).count("Never compared") == 10
    assert "every 2s" not in page.content.decode()


def test_a_hundred_is_said_of_nothing_less(desk: Client):
    Parity.objects.create(entity="items", there=100_000, here=100_000, differing=1)
    Parity.objects.create(entity="sales", there=10, here=10)
    page = desk.get(PAGE)
    assert "99.99 %" in words(page)
    assert words(page).count("100.00 %") == 1
    assert (page.context["overall"].lowest.entity, page.context["overall"].differing) == ("items", 1)


def test_what_differs_is_told_in_words(desk: Client, erp: DemoServer):
    pull("customers", "sales")
    change(erp, "Olivia Jones")
    erp.site.store.put(
        "Customer", name="New <One>", creation="2026-11-23 10:00:00", modified="2026-11-23 10:00:00"
    )
    erp.site.store.remove("Customer", "Emily Smith")
    services.verify(["customers"], actor=ANNA)
    row = next(row for row in desk.get(PAGE).context["rows"] if row.name == "customers")
    told = {one.name: one.what for one in row.differences}
    assert told["New <One>"] == "ERPNext has it, and it is not here"
    assert told["Emily Smith"] == "It is here, and ERPNext has it no more"
    assert told["Olivia Jones"].startswith("Saved in ERPNext 23 Nov 2026")
    assert "New &lt;One&gt;" in desk.get(PAGE).content.decode()


def test_columns_are_named_as_people_call_them(desk: Client, erp: DemoServer):
    pull("items")
    erp.site.store.put("Item", name="HONEY", weight_per_unit=3.25)
    services.verify(["items"], actor=ANNA, is_deep=True)
    row = next(row for row in desk.get(PAGE).context["rows"] if row.name == "items")
    assert [(one.name, one.what) for one in row.differences] == [("HONEY", "Weight per unit")]
    assert "every field" in words(part(desk))


def test_why_it_could_not_be_compared_stands_beside_the_figures_of_before(desk: Client, erp: DemoServer):
    pull("suppliers")
    services.verify(["suppliers"], actor=ANNA)
    erp.site.maintenance = True
    services.verify(["suppliers"], actor=ANNA)
    said = words(desk.get(PAGE))
    assert "Not compared" in said
    assert "ERPNext is in maintenance" in said
    assert "The figures are those of today" in said


# --- comparing ----------------------------------------------------------------------------------------------
def test_a_button_has_one_entity_compared_under_the_name_of_who_pressed_it(
    desk: Client, manager: User, django_capture_on_commit_callbacks: OnCommit
):
    pull("suppliers")
    with django_capture_on_commit_callbacks(execute=True):
        page = desk.post(PAGE, {"compare": "suppliers"}, follow=True)
    parity = Parity.objects.get()
    assert (parity.entity, parity.score, parity.is_deep, parity.asked_by) == (
        "suppliers",
        100,
        False,
        str(manager),
    )
    assert "Suppliers will be compared with ERPNext." in words(page)
    assert Comparing.objects.count() == 0


def test_another_has_all_compared_and_every_field_where_that_is_ticked(
    desk: Client, django_capture_on_commit_callbacks: OnCommit
):
    pull()
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(PAGE, {"compare": "all", "deep": "on"})
    assert {(parity.score, parity.is_deep) for parity in Parity.objects.all()} == {(100, True)}
    assert Parity.objects.count() == 10


def test_until_a_worker_takes_it_up_it_waits_and_the_page_asks_again(desk: Client):
    desk.post(PAGE, {"compare": "suppliers"})
    page = desk.get(PAGE)
    assert "Waits for a worker" in words(page)
    seen = re.search(r"seen=(\w+)", page.content.decode())[1]  # type: ignore[index]
    assert part(desk, seen).status_code == 204
    services.compare_asked("suppliers")
    after = part(desk, seen)
    assert after.status_code == 200
    assert b'id="parity"' in after.content
    assert b"<html" not in after.content
    assert b"hx-trigger" not in after.content  # nothing moves any more


def test_that_no_worker_will_take_it_up_is_said_and_that_one_came_back(desk: Client):
    assert "No sync worker is running" not in words(desk.get(PAGE))  # nothing waits for one
    desk.post(PAGE, {"compare": "suppliers"})
    page = desk.get(PAGE)
    assert "No sync worker is running" in words(page)
    heartbeats.record("syncer", at=timezone.now())
    seen = re.search(r"seen=(\w+)", page.content.decode())[1]  # type: ignore[index]
    assert "No sync worker is running" not in words(part(desk, seen))


def test_the_second_of_two_is_told(desk: Client, manager: User):
    services.ask_for_comparison("suppliers", is_deep=False, actor=ANNA)
    page = desk.post(PAGE, {"compare": "suppliers"}, follow=True)
    assert "Suppliers is being compared already: Anna asked for it" in words(page)
    desk.post(PAGE, {"compare": "all"})
    assert Comparing.objects.get(entity="suppliers").actor_label == "Anna"
    assert Comparing.objects.count() == 10
    with pytest.raises(ComparisonUnderWayError, match="Everything"):
        services.ask_for_comparisons(is_deep=False, actor=ANNA)


def test_being_compared_ends_with_the_worker_however_it_dies(desk: Client):
    services.ask_for_comparison("suppliers", is_deep=True, actor=ANNA)
    Comparing.objects.update(begun_at="2026-11-23T10:42:00Z")
    with only_one(lock_name("suppliers")):
        assert "being compared since" in words(desk.get(PAGE))
        with pytest.raises(ComparisonUnderWayError):
            services.ask_for_comparison("suppliers", is_deep=False, actor=ANNA)
        services.bury_dead_comparisons()
        assert Comparing.objects.count() == 1
    assert under_way() == []
    assert "Never compared" in words(desk.get(PAGE))
    services.ask_for_comparison("suppliers", is_deep=False, actor=ANNA)
    assert Comparing.objects.get().is_deep is False


def test_the_clock_makes_up_for_a_lost_message_and_forgets_the_dead(monkeypatch: pytest.MonkeyPatch):
    for entity in ("suppliers", "items"):
        services.ask_for_comparison(entity, is_deep=False, actor=ANNA)
    Comparing.objects.update(asked_at="2026-11-23T10:42:00Z")
    Comparing.objects.filter(entity="items").update(begun_at="2026-11-23T10:43:00Z")
    sent: list[str] = []
    monkeypatch.setattr(tasks.compare_asked, "delay", sent.append)
    monkeypatch.setattr(tasks.run_due, "delay", lambda name: None)
    tasks.queue_due_entities()
    assert sent == ["suppliers"]
    assert [one.entity for one in Comparing.objects.all()] == ["suppliers"]


def test_a_comparison_that_begins_anyway_is_the_one_that_was_asked_for():
    pull("suppliers", "item_groups")
    services.ask_for_comparison("suppliers", is_deep=True, actor=ANNA)
    with only_one(lock_name("item_groups")), pytest.raises(AlreadyRunningError):
        services.verify(["suppliers", "item_groups"], actor=COMMAND)
    assert [(one.entity, one.is_deep) for one in Parity.objects.all()] == [("suppliers", True)]
    assert services.compare_asked("suppliers") == []


def test_every_field_is_not_compared_with_what_is_being_written():
    pull("suppliers")
    with only_one("sync:suppliers"):
        [parity] = services.verify(["suppliers"], actor=ANNA, is_deep=True)
    assert parity.problem == "Suppliers is being read just now. Compare every field again when that is over."
    assert Connection.objects.count() == 0


def test_a_dead_erpnext_is_asked_once_and_known_everywhere(erp: DemoServer):
    pull("suppliers")
    erp.site.users.clear()
    found = services.verify(actor=ANNA)
    assert {parity.problem for parity in found} == {found[0].problem}
    assert Connection.objects.get().reach == Reach.REFUSED
    assert len(found) == 10


def test_another_erpnext_is_not_compared():
    MirroredSite.objects.create(pk=1, site="erp.shop.example")
    [parity] = services.verify(["suppliers"], actor=ANNA)
    assert parity.problem.startswith("This database mirrors erp.shop.example")
    assert Connection.objects.get().reach == Reach.ANOTHER_SITE


# --- reading again ------------------------------------------------------------------------------------------
def test_what_differs_is_marked_and_a_run_reads_it(
    desk: Client, manager: User, erp: DemoServer, django_capture_on_commit_callbacks: OnCommit
):
    pull("customers")
    change(erp, "Olivia Jones")
    services.verify(["customers"], actor=ANNA)
    assert "Read 1 record again" in words(desk.get(PAGE))
    with django_capture_on_commit_callbacks(execute=True):
        page = desk.post(PAGE, {"read": "customers"}, follow=True)
    run = Run.objects.latest("id")
    assert (run.state, run.mode, run.actor_label) == (RunState.SUCCEEDED, Mode.MODIFIED, str(manager))
    assert f"by run {run.pk}" in words(page)
    assert "before the last run" in words(desk.get(PAGE))
    assert "Compare again" in words(desk.get(PAGE))
    [after] = services.verify(["customers"], actor=ANNA)
    assert after.differing == 0
    assert "before the last run" not in words(desk.get(PAGE))


def test_what_differs_is_read_again_though_erpnext_was_away_since(desk: Client, erp: DemoServer):
    pull("customers")
    change(erp, "Olivia Jones")
    services.verify(["customers"], actor=ANNA)
    erp.site.maintenance = True
    services.verify(["customers"], actor=ANNA)
    assert "Read 1 record again" in words(desk.get(PAGE))
    desk.post(PAGE, {"read": "customers"})
    assert list(Mark.objects.values_list("doctype", "value")) == [("Customer", "Olivia Jones")]


def test_names_are_marked_wherever_the_cursor_stands(erp: DemoServer):
    pull("items")
    erp.site.store.put("Item", name="HONEY", weight_per_unit=3.25)
    services.verify(["items"], actor=ANNA, is_deep=True)
    run = services.read_differing_again("items", actor=ANNA)
    assert list(Mark.objects.values_list("doctype", "field", "value")) == [("Item", "name", "HONEY")]
    services.run_asked(run.pk)
    [after] = services.verify(["items"], actor=ANNA, is_deep=True)
    assert after.differing == 0


def test_the_total_of_a_day_is_no_record(desk: Client, erp: DemoServer):
    pull("sales")
    row = next(r for r in erp.site.store.doctypes["Sales Invoice"].rows.values() if r["docstatus"] == 1)
    row["base_grand_total"] += 5
    services.verify(["sales"], actor=ANNA)
    said = words(desk.get(PAGE))
    assert f"Total of {row['posting_date']}" in said
    assert "a full run brings it right" in said
    assert "again" not in said.partition("What differs")[0].rpartition("Sales")[2]
    with pytest.raises(NothingDiffersError):
        services.read_differing_again("sales", actor=ANNA)


def test_while_one_reads_the_second_is_told_and_nothing_is_marked(desk: Client, erp: DemoServer):
    pull("customers")
    change(erp, "Olivia Jones")
    services.verify(["customers"], actor=ANNA)
    asked = services.ask_for_run("customers", mode=Mode.FULL, actor=ANNA)
    page = desk.post(PAGE, {"read": "customers"}, follow=True)
    assert f"run {asked.pk}, started by Anna" in words(page)
    assert Mark.objects.count() == 0
    assert f"run {asked.pk}" in words(part(desk))
    assert b"hx-trigger" in part(desk).content


# --- who may, and when --------------------------------------------------------------------------------------
def test_the_environment_is_asked_first_then_the_control_then_the_person(settings: Any):
    viewer = StaffFactory(role=Role.ADMIN)
    viewer.rights.create(key="sync.run", source="deny")
    desk = signed_in(viewer)
    gate.set_controls({("customers", Direction.PULL): False}, actor=COMMAND)
    assert "What is missing: sync.run" in words(desk.post(PAGE, {"compare": "items"}))
    refused = desk.post(PAGE, {"read": "customers"})
    assert (refused.status_code, "“Customers: Pull” is off" in words(refused)) == (403, True)
    settings.DEPLOYMENT = replace(settings.DEPLOYMENT, sync_post_enabled=False)
    refused = desk.post(PAGE, {"read": "customers"})
    assert (refused.status_code, "SYNC_POST_ENABLED" in words(refused)) == (403, True)
    assert Comparing.objects.count() == Run.objects.count() == 0


def test_buttons_that_are_off_say_why(desk: Client, erp: DemoServer, settings: Any):
    pull("customers")
    change(erp, "Olivia Jones")
    services.verify(["customers"], actor=ANNA)
    gate.set_controls({("customers", Direction.PULL): False}, actor=COMMAND)
    page = desk.get(PAGE)
    assert "They cannot be read again: The control “Customers: Pull” is off" in words(page)
    assert b'name="read"' not in page.content
    settings.DEPLOYMENT = replace(settings.DEPLOYMENT, sync_post_enabled=False)
    page = desk.get(PAGE)
    assert "SYNC_POST_ENABLED is not set on the server" in words(page)
    assert b'name="compare"' not in page.content


def test_comparing_asks_no_control(desk: Client):
    gate.set_controls({("suppliers", Direction.PULL): False}, actor=COMMAND)
    desk.post(PAGE, {"compare": "suppliers"})
    assert Comparing.objects.get().entity == "suppliers"


@pytest.mark.parametrize(("asked", "status"), [({"compare": "umbrellas"}, 302), ({"read": "umbrellas"}, 404)])
def test_what_is_not_synced_is_not_compared(desk: Client, asked: dict[str, str], status: int):
    assert desk.post(PAGE, asked).status_code == status
    assert Comparing.objects.count() == Run.objects.count() == 0
