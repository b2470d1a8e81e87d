"""Settings → Sync: what staff see of the sync, and what its buttons do."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from apps.accounts.permissions import Role
from apps.core.actors import COMMAND
from apps.core.models import AuditEntry
from apps.sync.entities import ENTITIES
from apps.sync.models import Cursor, Parity, Quarantine, Run
from apps.sync.overview import lines
from apps.sync.services import connection, gate
from apps.sync.states import Direction, RunState
from tests.factories.accounts import StaffFactory

pytestmark = pytest.mark.django_db
LIVE = {"HX-Request": "true", "HX-Target": "sync-live"}


@pytest.fixture(autouse=True)
def _open(settings: Any) -> None:
    settings.DEPLOYMENT = replace(settings.DEPLOYMENT, sync_post_enabled=True)


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(StaffFactory(role=Role.ADMIN))
    return client


def page(client: Client) -> str:
    return client.get(reverse("admin:sync")).content.decode()


def press(client: Client, **given: str) -> str:
    """Send a form of the page; answers what it said last."""
    answer = client.post(reverse("admin:sync"), given)
    assert answer.status_code == 302, answer.content
    return "".join([str(message) for message in get_messages(answer.wsgi_request)][-1:])


def a_run(entity: str = "items", state: str = RunState.SUCCEEDED, **given: Any) -> Run:
    over = {} if state in {RunState.RUNNING, RunState.QUEUED} else {"finished_at": "2026-11-26 09:00:05+00"}
    started = {"started_at": "2026-11-26 09:00:00+00"}
    who = {"mode": "modified", "actor_kind": "system", "actor_label": "the clock"}
    return Run.objects.create(entity=entity, state=state, **who | started | over | given)


def test_the_four_that_the_shop_knows_by_name_come_first(admin: Client):
    html = page(admin)
    shown = [html.index(f'id="run-{name}-full"') for name in ("items", "customers", "sales", "loyalty")]
    others = [html.index(f'id="run-{one.name}-full"') for one in ENTITIES]
    assert sorted(others)[:4] == shown
    assert len(others) == 10


def test_what_a_run_did_is_said_with_its_rate(admin: Client):
    a_run(read=1200, created=3, updated=12, unchanged=1185)
    html = page(admin)
    for words in ("1,200", "3 new", "12 changed", "<bdi>240</bdi>/s", "Modified, 5 s"):
        assert words in html


def test_a_problem_stands_where_the_counts_would(admin: Client):
    a_run(state=RunState.FAILED, problem="ERPNext refused the stock role.")
    html = page(admin)
    assert "ERPNext refused the stock role." in html
    assert "Failing" in html


def test_a_full_run_is_queued_for_whoever_asks(admin: Client):
    said = press(admin, do="run", entity="sales", mode="full")
    asked = Run.objects.get()
    assert (asked.entity, asked.mode, asked.state) == ("sales", "full", "queued")
    assert said == f"Sales: run {asked.pk} is queued (full)."


def test_the_second_is_told_which_run_is_at_it(admin: Client):
    press(admin, do="run", entity="sales", mode="full")
    said = press(admin, do="run", entity="sales", mode="modified")
    assert said.startswith(f"Sales is being read already: run {Run.objects.get().pk}")
    assert Run.objects.count() == 1


def test_sync_everything_leaves_out_what_is_off_or_under_way(admin: Client):
    gate.set_controls({("stock", Direction.PULL): False}, actor=COMMAND)
    press(admin, do="run", entity="sales", mode="full")
    assert press(admin, do="run_all", mode="modified") == "8 runs are queued."
    assert "stock" not in Run.objects.values_list("entity", flat=True)


def test_while_the_environment_says_no_nothing_starts_and_the_page_says_why(admin: Client, settings: Any):
    settings.DEPLOYMENT = replace(settings.DEPLOYMENT, sync_post_enabled=False)
    said = press(admin, do="run", entity="sales", mode="full")
    assert said.startswith("SYNC_POST_ENABLED is not set on the server")
    assert press(admin, do="run_all", mode="full") == said
    assert Run.objects.count() == 0
    html = page(admin)
    assert "SYNC_POST_ENABLED is not set on the server" in html
    assert html.count("disabled title=") == 2 * len(ENTITIES)
    assert "Sync everything" not in html


def test_a_control_that_is_off_is_said_beside_its_buttons(admin: Client):
    gate.set_controls({("stock", Direction.PULL): False}, actor=COMMAND)
    html = page(admin)
    assert html.count("disabled title=") == 2
    assert f'href="{reverse("admin:sync_controls")}">Its control is off.</a>' in html
    said = press(admin, do="run", entity="stock", mode="full")
    assert "“Stock: Pull” is off" in said


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"do": "explode"},
        {"do": "run", "entity": "umbrellas", "mode": "full"},
        {"do": "run", "entity": "items"},
    ],
)
def test_a_broken_form_does_nothing(admin: Client, given: dict[str, str]):
    assert admin.post(reverse("admin:sync"), given).status_code == 400
    assert Run.objects.count() == 0


def test_nobody_without_the_right_starts_or_clears_anything(client: Client):
    person = StaffFactory(role=Role.ADMIN)
    person.rights.create(key="sync.run", source="deny")
    client.force_login(person)
    for given in ({"do": "run", "entity": "items", "mode": "full"}, {"do": "run_all", "mode": "full"},
                  {"do": "clear"}, {"do": "prune"}):  # fmt: skip
        assert client.post(reverse("admin:sync"), given).status_code == 403
    assert Run.objects.count() == 0
    assert "This needs the right “sync.run”" in page(client)


def test_no_tab_leads_where_a_person_may_not_go(client: Client):
    person = StaffFactory(role=Role.ADMIN)
    client.force_login(person)
    assert reverse("admin:sync_intervals") in page(client)
    person.rights.create(key="settings.view", source="deny")
    html = page(client)
    assert reverse("admin:sync_intervals") not in html
    assert reverse("admin:sync_controls") in html


def live(client: Client, seen: str = "") -> HttpResponse:
    return client.get(reverse("admin:sync"), {"seen": seen}, headers=LIVE)  # type: ignore[return-value]


def stamp_in(answer: HttpResponse) -> str:
    return answer.content.decode().partition('data-seen="')[2].partition('"')[0]


@pytest.mark.parametrize(
    "change",
    [
        lambda run: Run.objects.filter(pk=run.pk).update(read=7),
        lambda run: a_run("customers", RunState.QUEUED),
        lambda run: Quarantine.objects.create(
            entity="items", doctype="Item", erp_name="BAD", reason="bad", document={}
        ),
        lambda run: Parity.objects.create(entity="items", there=3, here=3),
        lambda run: connection.note("erpnext-unreachable", "It is down."),
    ],
)
@time_machine.travel("2026-11-26 10:00:05+00:00")  # far from the end of a minute, when it is sent anyway
def test_the_live_part_is_sent_when_something_changed_and_only_then(
    admin: Client, change: Callable[[Run], object]
):
    run = a_run(state=RunState.RUNNING, expected=20, read=5)
    first = live(admin)
    assert first.status_code == 200
    assert b"<html" not in first.content
    assert live(admin, stamp_in(first)).status_code == 204
    change(run)
    assert live(admin, stamp_in(first)).status_code == 200


def test_progress_is_a_bar_with_figures(admin: Client):
    a_run("sales", RunState.RUNNING, mode="full", expected=2651, read=1000)
    html = page(admin)
    assert "1,000" in html
    assert "2,651" in html
    assert "inline-size: 37" in html  # per cent


def test_clearing_the_feed_leaves_the_runs_and_a_trace(admin: Client):
    a_run(read=3)
    assert 'class="ls-feed"' in page(admin)
    press(admin, do="clear")
    assert 'class="ls-feed"' not in page(admin)
    assert Run.objects.count() == 1
    assert AuditEntry.objects.filter(action="sync.feed_cleared").count() == 1


def test_pruning_drops_the_state_of_what_is_not_synced_any_more(admin: Client):
    Cursor.objects.create(entity="umbrellas", doctype="Umbrella")
    said = press(admin, do="prune")
    assert said.startswith("Dropped: 1 rows of what is no longer synced")
    assert Cursor.objects.count() == 0


def test_a_missing_worker_is_said(admin: Client):
    assert "No sync worker is running" in page(admin)


def test_parity_is_the_lowest_and_100_only_when_nothing_differs(admin: Client):
    Parity.objects.create(entity="items", there=300, here=300)
    Parity.objects.create(entity="sales", there=20_000, here=20_000, differing=1)
    html = page(admin)
    assert "<bdi>99.99 %</bdi>" in html
    assert "1 record differs" in html


def test_the_run_of_one_entity_moves_on_its_page_and_its_end_brings_the_page_anew(admin: Client):
    at = reverse("admin:sync_entity", args=["items"])
    asked = {"HX-Request": "true", "HX-Target": "entity-live"}
    run = a_run("items", RunState.RUNNING, mode="full", expected=300, read=120)
    assert "inline-size: 40" in admin.get(at).content.decode()
    part = admin.get(at, headers=asked)
    assert "nothing has changed so far" in part.content.decode()
    Run.objects.filter(pk=run.pk).update(state=RunState.SUCCEEDED, finished_at="2026-11-26 09:00:05+00")
    assert admin.get(at, headers=asked).headers["HX-Refresh"] == "true"


def test_what_was_known_stays_known_when_a_comparison_comes_to_nothing(admin: Client):
    Parity.objects.create(entity="items", there=4_321, here=4_321)
    Parity.objects.create(entity="items", problem="ERPNext is in maintenance.")
    html = page(admin)
    assert "never compared with ERPNext" not in html
    assert "<bdi>4,321</bdi>" in html


def test_equal_is_said_of_everything_only_when_everything_was_compared(admin: Client):
    for entity in ENTITIES[1:]:
        Parity.objects.create(entity=entity.name, there=3, here=3)
    assert "1 entity never compared" in page(admin)
    Parity.objects.create(entity=ENTITIES[0].name, there=3, here=3)
    assert "everything is equal" in page(admin)


def test_what_changes_while_the_page_is_made_is_sent_with_the_next(
    admin: Client, monkeypatch: pytest.MonkeyPatch
):
    run, shown = a_run(state=RunState.RUNNING, expected=20, read=5), lines

    def meanwhile(**given: Any) -> Any:
        found = shown(**given)
        Run.objects.filter(pk=run.pk).update(read=7)
        return found

    monkeypatch.setattr("apps.sync.overview.lines", meanwhile)
    seen = stamp_in(live(admin))
    monkeypatch.undo()
    assert live(admin, seen).status_code == 200


def test_one_entity_says_how_far_it_has_been_read_and_what_it_comes_after(admin: Client):
    a_run(read=12, created=12)
    Cursor.objects.create(entity="items", doctype="Item", modified="2026-11-25 07:40:21.063011")
    html = admin.get(reverse("admin:sync_entity", args=["items"])).content.decode()
    for words in ("2026-11-25 07:40:21.063011", "Item groups", "12 new", "Run full sync", "pull is on"):
        assert words in html
    assert admin.get(reverse("admin:sync_entity", args=["umbrellas"])).status_code == 404


def test_the_palette_leads_to_what_is_to_be_synced(admin: Client, client: Client):
    at = reverse("admin:sync_entity", args=["loyalty"])
    assert at in admin.get("/admin/search/", {"q": "sync loy"}).content.decode()
    assert at in admin.get("/admin/search/", {"q": "sync point"}).content.decode()  # by ERPNext's word
    client.force_login(StaffFactory(role=Role.CLERK))
    assert at not in client.get("/admin/search/", {"q": "sync loy"}).content.decode()
