"""The sync's routes for staff's apps."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.permissions import Role
from apps.core.actors import SYSTEM
from apps.sync import services
from apps.sync.demo.server import DemoServer
from apps.sync.engine import marking
from apps.sync.entities import ENTITIES
from apps.sync.erpnext import Address
from apps.sync.models import Parity, Quarantine, Run
from apps.sync.states import Mode, RunState
from tests.factories.accounts import StaffFactory

pytestmark = pytest.mark.django_db
NAMES = [entity.name for entity in ENTITIES]


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(StaffFactory(role=Role.ADMIN))
    return client


def got(client: Client, path: str, *, status: int = 200) -> Any:
    answer = client.get(f"/api/v1/sync/{path}")
    assert answer.status_code == status, answer.content
    return answer.json()


# --- entities ----------------------------------------------------------------------------------------------
def test_entities_come_in_the_order_in_which_they_are_read(admin: Client) -> None:
    entities = got(admin, "entities")["results"]
    assert [entity["name"] for entity in entities] == NAMES
    sales = entities[NAMES.index("sales")]
    assert sales == {
        "name": "sales",
        "title": "Sales",
        "doctypes": ["Sales Order", "Sales Invoice", "POS Invoice"],
        "after": ["items", "customers"],
        "interval_hours": "0.2500",
        "interval_is_fixed": False,
    }


def test_an_interval_of_the_environment_is_told_as_such(admin: Client, settings: Any) -> None:
    settings.OPTIONS_FROM_ENVIRONMENT = {"SYNC_INTERVAL_ITEMS_HOURS": "2"}
    items = got(admin, "entities")["results"][NAMES.index("items")]
    assert (items["interval_hours"], items["interval_is_fixed"]) == ("2.0000", True)


# --- status ------------------------------------------------------------------------------------------------
def test_before_the_first_run_everything_is_due_and_nothing_is_here(admin: Client) -> None:
    for standing in got(admin, "status")["results"]:
        assert standing["records"] == standing["quarantined"] == 0
        assert standing["last_run"] is standing["parity"] is None
        assert standing["due_at"] is not None


def test_status_tells_what_is_here_how_far_and_what_failed(
    admin: Client, erp: DemoServer, address: Address
) -> None:
    spoilt = next(iter(erp.site.store.doctypes["Customer"].rows.values()))
    erp.site.store.put("Customer", name=spoilt["name"], disabled=7)
    services.run(["items", "customers"], actor=SYSTEM, address=address)
    Parity.objects.create(entity="items", there=60, here=60, differing=3)
    status = {standing["entity"]: standing for standing in got(admin, "status")["results"]}
    items, customers = status["items"], status["customers"]
    assert items["records"] == 60
    assert items["last_run"]["state"] == "succeeded"
    assert (items["last_run"]["created"], items["last_run"]["read"]) == (60, 60)
    assert [cursor["doctype"] for cursor in items["cursors"]] == ["Deleted Document", "Item"]
    assert items["cursors"][1]["read_up_to"] > "2025"
    assert items["parity"] == {
        "at": items["parity"]["at"], "score": "95.00", "differing": 3, "problem": "",
    }  # fmt: skip
    assert customers["last_run"]["state"] == "partial"
    assert customers["quarantined"] == 1 == Quarantine.objects.count()


def test_no_score_is_told_of_a_comparison_that_came_to_nothing(admin: Client) -> None:
    Parity.objects.create(entity="items", problem="ERPNext is in maintenance.")
    told = got(admin, "status")["results"][NAMES.index("items")]["parity"]
    assert (told["score"], told["problem"]) == (None, "ERPNext is in maintenance.")


def test_a_hundred_is_told_of_nothing_less(admin: Client) -> None:
    Parity.objects.create(entity="items", there=100_000, here=100_000, differing=1)
    assert got(admin, "status")["results"][NAMES.index("items")]["parity"]["score"] == "99.99"


def test_an_entity_that_is_switched_off_is_not_due(admin: Client, settings: Any) -> None:
    settings.OPTIONS_FROM_ENVIRONMENT = {"SYNC_INTERVAL_STOCK_HOURS": "0"}
    assert got(admin, "status")["results"][NAMES.index("stock")]["due_at"] is None


def test_status_asks_as_much_of_a_full_database_as_of_an_empty_one(
    admin: Client, address: Address, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    got(admin, "status")
    with django_assert_max_num_queries(12) as empty:
        got(admin, "status")
    services.run(actor=SYSTEM, address=address)
    with django_assert_max_num_queries(len(empty)):
        got(admin, "status")


# --- runs --------------------------------------------------------------------------------------------------
def make_run(entity: str = "items", state: RunState = RunState.SUCCEEDED, mode: Mode = Mode.MODIFIED) -> Run:
    ended = None if state == RunState.RUNNING else timezone.now()
    return Run.objects.create(
        entity=entity, state=state, mode=mode, actor_kind="staff", actor_label="Ada", finished_at=ended
    )


def test_runs_come_newest_first_page_by_page(admin: Client) -> None:
    made = [str(make_run().pk) for _ in range(5)]
    first = got(admin, "runs?limit=3")
    assert [run["id"] for run in first["results"]] == made[:1:-1]
    second = admin.get(first["next"]).json()
    assert [run["id"] for run in second["results"]] == made[1::-1]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("entity=items", ["full", "failed"]),
        ("state=failed&state=running", ["running", "failed"]),
        ("mode=full", ["full"]),
        ("entity=items&state=succeeded", ["full"]),
    ],
)
def test_runs_are_narrowed(admin: Client, query: str, found: list[str]) -> None:
    made = {
        "failed": make_run(state=RunState.FAILED),
        "full": make_run(mode=Mode.FULL),
        "running": make_run("sales", RunState.RUNNING),
    }
    ids = [run["id"] for run in got(admin, f"runs?{query}")["results"]]
    assert ids == [str(made[name].pk) for name in found]


@pytest.mark.parametrize("query", ["entity=milk", "state=lost", "mode=half", "limit=x", "cursor=x"])
def test_nonsense_is_refused_and_named(admin: Client, query: str) -> None:
    problem = got(admin, f"runs?{query}", status=422 if "cursor" not in query else 400)
    assert problem["type"]


def test_a_run_is_followed_while_it_goes_on(admin: Client) -> None:
    run = make_run(state=RunState.RUNNING)
    Run.objects.filter(pk=run.pk).update(read=500, expected=2000)
    told = got(admin, f"runs/{run.pk}")
    assert (told["state"], told["read"], told["expected"], told["finished_at"]) == (
        "running",
        500,
        2000,
        None,
    )
    assert told["started_by"] == "Ada"
    Run.objects.filter(pk=run.pk).update(
        state=RunState.FAILED, finished_at=run.started_at + timedelta(seconds=5), problem="ERPNext is away."
    )
    assert got(admin, f"runs/{run.pk}")["problem"] == "ERPNext is away."
    got(admin, f"runs/{run.pk + 1}", status=404)


@pytest.mark.parametrize(
    ("state", "minutes"), [(RunState.SUCCEEDED, 60), (RunState.FAILED, 5), (RunState.INTERRUPTED, 5)]
)
def test_status_says_when_the_clock_will_really_run_it(admin: Client, state: RunState, minutes: int) -> None:
    """What failed is tried again soon, however long its interval."""
    run = make_run("items", state)
    due = got(admin, "status")["results"][NAMES.index("items")]["due_at"]
    assert datetime.fromisoformat(due) == run.started_at + timedelta(minutes=minutes)
    at = run.started_at + timedelta(minutes=minutes)
    before = {one.entity for one in services.due(at=at - timedelta(seconds=1)) if one.mode == Mode.MODIFIED}
    assert "items" not in before
    assert "items" in {one.entity for one in services.due(at=at)}


def test_what_is_marked_is_due_at_once(admin: Client) -> None:
    make_run("loyalty")
    marking.mark("loyalty", "Loyalty Point Entry", ["Ann"], field="customer", reason="a test")
    due = got(admin, "status")["results"][NAMES.index("loyalty")]["due_at"]
    assert datetime.fromisoformat(due) <= timezone.now()
