"""Looking after the copy: rehearsed, compared, pruned, forgotten, and run again at night."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError
from django.utils import timezone

from apps.catalog.models import Category, ItemPrice, Product
from apps.core import options
from apps.core.actors import COMMAND, SYSTEM
from apps.core.locks import is_held, only_one
from apps.core.models import AuditEntry
from apps.customers.models import Customer
from apps.sync import entities, services
from apps.sync.demo.server import DemoServer
from apps.sync.entities import ENTITIES
from apps.sync.erpnext import Address
from apps.sync.models import Change, Cursor, Mark, MirroredSite, Parity, Quarantine, Run
from apps.sync.states import Mode, RunState
from tests.sync.conftest import PullEntity, only_source
from tests.sync.test_commands import sync
from tests.sync.test_going import now_there, vanish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_demo_as_ours")]
RunSync = Callable[..., list[Run]]
NIGHT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)  # in London, too
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


# --- rehearsed ----------------------------------------------------------------------------------------------
def test_a_dry_run_says_what_it_would_do_and_does_nothing(erp: DemoServer) -> None:
    sync("run", "customers")
    states = (Run.objects.count(), Cursor.objects.values_list("modified", flat=True).get(doctype="Customer"))
    erp.site.store.put("Customer", name="Emily Smith", tax_id="GB9", modified=now_there())
    erp.site.store.put("Customer", name="New One", creation=now_there(), modified=now_there())
    gone = vanish(erp, "Customer", 1)[0]
    code, said = sync("run", "customers", "--full", "--dry-run")
    assert code == 0
    assert "customers: would read 117; 1 created, 1 updated, 115 unchanged, 1 gone" in said
    assert "changed Customer Emily Smith (tax_id: " in said
    assert "created Customer New One" in said
    assert f"removed Customer {gone}" in said
    assert Customer.objects.present().count() == 60
    assert not Customer.objects.filter(tax_id="GB9").exists()
    assert not Change.objects.exists()
    now = (Run.objects.count(), Cursor.objects.values_list("modified", flat=True).get(doctype="Customer"))
    assert now == states


def test_a_dry_run_counts_what_would_get_another_stamp_only_and_does_not_list_it(erp: DemoServer) -> None:
    sync("run", "customers")
    erp.site.store.put("Customer", name="Emily Smith", modified=now_there())
    _, said = sync("run", "customers", "--dry-run")
    assert "1 updated" in said
    assert "Emily Smith" not in said


def test_a_dry_run_of_an_empty_database_leaves_it_empty() -> None:
    code, said = sync("run", "--dry-run", "--json")
    assert code == 0
    assert [one["entity"] for one in json.loads(said)] == [entity.name for entity in ENTITIES]
    assert (Product.objects.count(), Customer.objects.count(), Run.objects.count()) == (0, 0, 0)
    assert set(Cursor.objects.values_list("modified", flat=True)) == {""}


def test_a_limited_run_stops_and_goes_on_from_there() -> None:
    sync("run", "item_groups", "--limit", "10")
    assert Category.objects.count() == 10
    sync("run", "item_groups")
    assert Category.objects.count() == 23


def test_since_reads_from_where_it_is_told(erp: DemoServer) -> None:
    sync("run", "customers")
    erp.site.store.put("Customer", name="Emily Smith", tax_id="silent", modified="2026-03-01 10:00:00")
    sync("run", "customers")
    assert not Customer.objects.filter(tax_id="silent").exists()
    sync("run", "customers", "--since", "2026-02-28")
    assert Customer.objects.filter(tax_id="silent").exists()


def test_since_leaves_no_gap_behind_the_cursor(erp: DemoServer) -> None:
    sync("run", "customers", "--limit", "5")
    sync("run", "customers", "--since", "2026-11-20")
    assert Customer.objects.count() < 60
    sync("run", "customers")
    assert Customer.objects.count() == 60


def test_documents_of_other_companies_are_not_taken_for_vanished(erp: DemoServer, settings: Any) -> None:
    settings.ERPNEXT = type(settings.ERPNEXT)(**vars(settings.ERPNEXT) | {"company": "Corner Grocer Ltd"})
    rows = erp.site.store.doctypes["Loyalty Point Entry"].rows
    erp.site.store.put("Loyalty Point Entry", **rows[next(iter(rows))] | {"name": "x", "company": "Another"})
    sync("run", "loyalty")
    erp.site.asked.clear()
    sync("run", "loyalty")
    assert not any("order_by=name+asc" in path for path in erp.site.asked)  # no list of names was needed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--since", "yesterday"], "“yesterday” is no moment; write it as 2026-11-25 10:42:00"),
        (["--limit", "0"], "“0” is no number of documents; write 1 or more"),
        (["--full", "--compare"], "not allowed with argument"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_what_to_write(arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        sync("run", "items", *arguments)
    assert not Run.objects.exists()


def test_force_goes_past_the_guard(erp: DemoServer) -> None:
    sync("run", "customers")
    vanish(erp, "Customer", 30)
    code, said = sync("run", "customers", "--full")
    assert (code, "held" in said or "decision" in said) == (3, True)
    assert not AuditEntry.objects.filter(action="sync.forced").exists()
    assert sync("run", "customers", "--full", "--force")[0] == 0
    entry = AuditEntry.objects.get(action="sync.forced")
    assert (entry.actor_kind, entry.subject_id) == ("command", str(Run.objects.latest("id").pk))
    assert Customer.objects.present().count() == 30


# --- compared -----------------------------------------------------------------------------------------------
def test_an_equal_copy_is_said_to_be_equal() -> None:
    sync("run")
    code, said = sync("verify", "--deep")
    assert code == 0
    assert said.splitlines()[1] == "items: 100.00 % equal; 60 here, 60 in ERPNext"
    assert {parity.score for parity in Parity.objects.all()} == {100}
    assert "100.00 % equal" in sync("status")[1].splitlines()[1]


def test_what_differs_is_named(erp: DemoServer) -> None:
    sync("run", "customers", "sales")
    erp.site.store.put("Customer", name="New One", creation=now_there(), modified=now_there())
    erp.site.store.put("Customer", name="Olivia Jones", modified="2026-11-23 10:00:00")
    erp.site.store.remove("Customer", "Emily Smith")
    code, said = sync("verify", "customers", "--json")
    assert code == 3
    [found] = json.loads(said)
    told = {(one["name"], one["what"].split(" ")[-1]) for one in found["differences"]}
    assert told == {("New One", "here"), ("Emily Smith", "ERPNext"), ("Olivia Jones", "there")}
    assert found["differing"] == 3
    assert Customer.objects.present().count() == 60  # nothing was changed


def test_a_day_whose_total_differs_is_named(erp: DemoServer) -> None:
    sync("run", "sales")
    row = next(r for r in erp.site.store.doctypes["Sales Invoice"].rows.values() if r["docstatus"] == 1)
    row["base_grand_total"] += 5  # silently
    [parity] = services.verify(["sales"], actor=COMMAND)
    assert parity.differing == 1
    assert parity.differences[0]["name"] == f"total of {row['posting_date']}"


def test_a_silent_change_of_any_field_is_found_by_the_deep_comparison(erp: DemoServer) -> None:
    sync("run", "items", "prices")
    erp.site.store.put("Item", name="HONEY", weight_per_unit=3.25)
    assert sync("verify", "items")[0] == 0
    code, said = sync("verify", "items", "--deep")
    assert code == 3
    assert "Item HONEY: weight_per_unit" in said


def test_the_deep_comparison_begins_at_the_beginning_whatever_was_cut_off(
    erp: DemoServer, pull_pages: PullEntity
) -> None:
    sync("run", "items")
    pull_pages(only_source(entities.ITEMS, "Item"), page=6, stop_after=8, full=True)
    first = Product.objects.order_by("erp_modified")[0]
    erp.site.store.put("Item", name=first.erp_name, weight_per_unit=3.25)
    assert f"Item {first.erp_name}: weight_per_unit" in sync("verify", "items", "--deep")[1]


def test_what_cannot_be_compared_is_said_to_be_that(erp: DemoServer) -> None:
    sync("run", "items")
    erp.site.users.clear()
    code, said = sync("verify", "items")
    assert code == 1
    assert "does not accept our API key" in said
    assert said.startswith("items: not compared. ")
    assert json.loads(sync("verify", "items", "--json")[1])[0]["score"] is None
    assert "equal" not in sync("status")[1].splitlines()[1]
    assert json.loads(sync("status", "--json")[1])[1]["parity"] is None


# --- parked -------------------------------------------------------------------------------------------------
def test_what_is_parked_is_listed_and_tried_again(erp: DemoServer) -> None:
    erp.site.store.put("Item", name="HONEY", disabled=7)
    assert sync("run", "items")[0] == 3
    code, said = sync("quarantine")
    assert code == 3
    assert said.startswith("items: Item HONEY: disabled is 7, neither 0 nor 1 (tried 1 times")
    erp.site.store.put("Item", name="HONEY", disabled=0)
    code, said = sync("quarantine", "--retry")
    assert (code, said.splitlines()[-1]) == (0, "Nothing is quarantined.")
    assert Product.objects.filter(erp_name="HONEY").exists()


# --- forgotten ----------------------------------------------------------------------------------------------
def test_state_of_an_entity_that_is_no_more_is_dropped() -> None:
    sync("run", "items")
    Cursor.objects.create(entity="potatoes", doctype="Potato")
    Mark.objects.create(entity="potatoes", doctype="Potato", value="x", reason="")
    code, said = sync("prune")
    assert code == 0
    assert said.splitlines()[0] == "potatoes: 2 rows of a state that nothing needs any more are dropped."
    assert not Cursor.objects.filter(entity="potatoes").exists()
    assert Cursor.objects.filter(entity="items").exists()


def test_old_differences_and_runs_are_dropped_after_their_time() -> None:
    at = timezone.now()
    for days in (10, 100, 400):
        began = at - timedelta(days=days)
        run = Run.objects.create(
            entity="items", mode="full", state="succeeded", started_at=began, finished_at=began
        )
        Change.objects.create(run=run, table="t", row=1, erp_name="x", at=began, differences={})
    pruned = services.prune(at=at, actor=SYSTEM)
    assert pruned.changes == 2
    assert [at - run.started_at for run in Run.objects.order_by("id")] == [
        timedelta(days=10),
        timedelta(days=100),
    ]


def test_a_reset_keeps_the_rows_and_a_site_that_moved_finds_them_again(address: Address) -> None:
    sync("run")
    here = dict(Product.objects.values_list("erp_name", "id"))
    Product.objects.filter(erp_name="HONEY").update(name_fr="Miel")
    moved = Address(url=address.url, key=address.key, secret=address.secret, site="erp.example.com")
    [refused] = services.run(["items"], actor=COMMAND, address=moved)
    assert refused.problem_code == "another-site"
    code, said = sync("reset", "--yes")
    assert code == 0
    assert said.startswith("the demo ERPNext is forgotten; ")
    assert Product.objects.present().count() == ItemPrice.objects.count() == 0
    assert not MirroredSite.objects.exists()
    assert AuditEntry.objects.filter(action="sync.reset").count() == 1
    runs = services.run(actor=COMMAND, address=moved)
    assert {run.state for run in runs} == {RunState.SUCCEEDED}
    assert dict(Product.objects.present().values_list("erp_name", "id")) == here
    assert Product.objects.get(erp_name="HONEY").name_fr == "Miel"


def test_a_reset_is_refused_without_the_sites_name_and_while_anything_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sync("run", "items")
    monkeypatch.setattr("builtins.input", lambda _: "yes")
    with pytest.raises(CommandError, match="Nothing was reset"):
        sync("reset")
    with only_one("sync:sales"), pytest.raises(CommandError, match="has been running since"):
        sync("reset", "--yes")
    assert Product.objects.present().count() == 60
    assert MirroredSite.objects.exists()


def test_a_reset_of_nothing_is_refused() -> None:
    with pytest.raises(CommandError, match="Nothing is mirrored yet"):
        sync("reset", "--yes")


# --- at night -----------------------------------------------------------------------------------------------
def ran(entity: str, mode: Mode, at: datetime, state: RunState = RunState.SUCCEEDED) -> None:
    Run.objects.create(entity=entity, mode=mode, state=state, started_at=at, finished_at=at)


def due_of(entity: str, at: datetime) -> list[Any]:
    return [one.mode for one in services.due(at=at) if one.entity == entity]


def test_each_night_compares_and_each_week_reads_in_full() -> None:
    ran("items", Mode.FULL, NIGHT - timedelta(days=3))
    ran("items", Mode.MODIFIED, NIGHT - timedelta(minutes=5))
    assert due_of("items", NIGHT) == [Mode.COMPARE]
    ran("items", Mode.COMPARE, NIGHT)
    assert due_of("items", NIGHT + timedelta(minutes=10)) == []
    assert due_of("items", NIGHT + timedelta(days=1)) == [Mode.COMPARE]
    assert due_of("items", NIGHT + timedelta(days=5)) == [Mode.FULL]


def test_by_day_nothing_is_read_as_a_whole() -> None:
    ran("items", Mode.MODIFIED, NOON - timedelta(minutes=5))
    assert due_of("items", NOON) == []
    assert due_of("items", NOON + timedelta(hours=1)) == [Mode.MODIFIED]


def test_a_night_that_failed_is_tried_again_soon_and_not_every_minute() -> None:
    ran("items", Mode.FULL, NIGHT - timedelta(days=1))
    ran("items", Mode.COMPARE, NIGHT, RunState.FAILED)
    assert due_of("items", NIGHT + timedelta(minutes=1)) == []
    assert due_of("items", NIGHT + timedelta(minutes=6)) == [Mode.COMPARE]


def test_quiet_hours_are_the_shops_and_may_go_over_midnight(settings: Any) -> None:
    options.save({"sync_nights.quiet_from": "23", "sync_nights.quiet_until": "1"}, actor=COMMAND)
    ran("items", Mode.MODIFIED, NIGHT - timedelta(days=2))
    summer = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # 23:30 in London
    ran("items", Mode.MODIFIED, summer - timedelta(minutes=1))
    assert due_of("items", summer) == [Mode.FULL]
    assert due_of("items", summer - timedelta(hours=1)) == []


def test_what_is_marked_is_due_at_once() -> None:
    ran("loyalty", Mode.MODIFIED, NOON - timedelta(minutes=5))
    assert due_of("loyalty", NOON) == []
    Mark.objects.create(
        entity="loyalty", doctype="Loyalty Point Entry", field="customer", value="x", reason="", at=NOON
    )
    assert due_of("loyalty", NOON) == [Mode.MODIFIED]


def test_a_run_whose_worker_died_is_written_off_within_a_minute() -> None:
    Run.objects.create(entity="items", mode="full")
    with only_one("sync:items"):
        assert services.bury_all_the_dead() == 0
    deadline = time.monotonic() + 5  # PostgreSQL lets go of the lock when it sees that the connection is gone
    while is_held("sync:items"):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert services.bury_all_the_dead() == 1
    assert Run.objects.get().state == RunState.INTERRUPTED
    assert not Quarantine.objects.exists()
