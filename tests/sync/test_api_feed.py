"""The live feed over the API: read by who may see the sync, cleared by who may run it."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.permissions import Role
from apps.core.models import AuditEntry
from apps.sync.models import FeedCleared, Run
from apps.sync.states import Mode, RunState
from tests.factories.accounts import StaffFactory

pytestmark = pytest.mark.django_db
FEED = "/api/v1/sync/feed"


def signed_in(role: Role) -> Client:
    client = Client()
    client.force_login(StaffFactory(full_name="Anna", role=role))
    return client


def make_run(state: RunState = RunState.SUCCEEDED, **given: Any) -> Run:
    ended = None if state == RunState.RUNNING else timezone.now()
    usual = {"entity": "items", "mode": Mode.MODIFIED, "actor_kind": "system", "actor_label": "Larder"}
    return Run.objects.create(**usual | {"state": state, "finished_at": ended} | given)


def lines(client: Client) -> list[Any]:
    answer = client.get(FEED)
    assert answer.status_code == 200
    return answer.json()["results"]  # type: ignore[no-any-return]


def test_nobody_and_who_may_not_see_the_sync_hears_nothing(client: Client):
    make_run()
    assert client.get(FEED).json()["code"] == "app-key-missing"
    assert signed_in(Role.DRIVER).get(FEED).json()["code"] == "permission-denied"


def test_a_line_has_what_a_screen_needs():
    run = make_run(RunState.RUNNING, entity="sales", read=500, expected=2000)
    (line,) = lines(signed_in(Role.ADMIN))
    assert line.pop("rate") > 0
    assert line == {
        "at": run.started_at.isoformat().replace("+00:00", "Z"),
        "kind": "run",
        "tone": "running",
        "icon": "progress_activity",
        "text": "Sales: 500 read so far, started by Larder",
        "entity": "sales",
        "run_id": str(run.pk),
        "done": 500,
        "expected": 2000,
        "is_running": True,
    }


def test_it_is_told_in_the_language_of_who_asks():
    make_run(read=20)
    answer = signed_in(Role.ADMIN).get(FEED, headers={"accept-language": "ar"})
    assert answer.headers["Content-Language"] == "ar"


def test_cleared_it_begins_anew_for_everybody_and_nothing_is_lost():
    make_run()
    boss, other = signed_in(Role.ADMIN), signed_in(Role.SUPER_ADMIN)
    answer = boss.delete(FEED)
    assert (answer.status_code, answer.content) == (204, b"")
    assert lines(boss) == lines(other) == []
    assert boss.get("/api/v1/sync/runs").json()["results"] != []
    later = make_run()
    assert [line["run_id"] for line in lines(other)] == [str(later.pk)]


def test_who_cleared_it_and_when_is_kept():
    boss = signed_in(Role.ADMIN)
    boss.delete(FEED)
    first = FeedCleared.objects.get()
    boss.delete(FEED)
    second = FeedCleared.objects.get()
    assert second.at > first.at
    assert second.by_label == "Anna"
    entries = AuditEntry.objects.filter(action="sync.feed_cleared").order_by("id")
    assert [entry.actor_label for entry in entries] == ["Anna", "Anna"]
    assert [set(entry.before) for entry in entries] == [set(), {"cleared at"}]


@pytest.mark.parametrize("role", [None, Role.CLERK, Role.DRIVER])
def test_who_may_run_nothing_clears_nothing(role: Role | None):
    run = make_run()
    refused = (signed_in(role) if role else Client()).delete(FEED)
    code = "permission-denied" if role else "app-key-missing"
    assert (refused.status_code, refused.json()["code"]) == (403 if role else 401, code)
    assert not FeedCleared.objects.exists()
    assert not AuditEntry.objects.filter(action="sync.feed_cleared").exists()
    assert [line["run_id"] for line in lines(signed_in(Role.ADMIN))] == [str(run.pk)]
