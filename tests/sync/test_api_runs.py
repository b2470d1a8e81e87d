"""Asking for a run over the API: what is refused, in which order, and what comes of it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from apps.accounts.permissions import Role
from apps.core import options
from apps.core.actors import COMMAND
from apps.core.locks import only_one
from apps.sync import services
from apps.sync.models import Run
from apps.sync.services import gate
from apps.sync.services.running import lock_name
from apps.sync.states import Direction, Mode, RunState
from tests.factories.accounts import StaffFactory

pytestmark = pytest.mark.django_db
RUNS = "/api/v1/sync/runs"
ITEMS = {"entity": "items", "mode": "full"}
NONSENSE: list[Any] = [{}, [], {"entity": "umbrellas", "mode": "full"}, {"entity": 7}, b"{", b"\xff", b""]


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    yield
    options.forget()


@pytest.fixture
def _open(settings: Any) -> None:
    settings.DEPLOYMENT = replace(settings.DEPLOYMENT, sync_post_enabled=True)


@pytest.fixture
def _items_off() -> None:
    gate.set_controls({("items", Direction.PULL): False}, actor=COMMAND)


def signed_in(role: Role) -> Client:
    client = Client()
    client.force_login(StaffFactory(full_name="Anna", role=role))
    return client


def post(client: Client, body: Any) -> HttpResponse:
    return client.post(RUNS, body, content_type="application/json")  # type: ignore[return-value]


def refused(answer: HttpResponse, status: int) -> Any:
    """The problem; nothing was begun."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert not Run.objects.exists()
    return answer.json()  # type: ignore[attr-defined]


# --- what is refused, in order -----------------------------------------------------------------------------
@pytest.mark.usefixtures("_items_off")
@pytest.mark.parametrize("body", [ITEMS, *NONSENSE])
def test_first_nobody_is_let_in(client: Client, body: Any):
    assert refused(post(client, body), 401)["type"] == "/problems/app-key-missing"


@pytest.mark.usefixtures("_items_off")
@pytest.mark.parametrize("body", [ITEMS, *NONSENSE])
@pytest.mark.parametrize("role", [Role.SUPER_ADMIN, Role.CLERK])
def test_then_the_environment_refuses_everybody_whatever_he_sends(role: Role, body: Any):
    problem = refused(post(signed_in(role), body), 403)
    assert (problem["type"], problem["code"]) == ("/problems/sync-post-disabled", "sync-post-disabled")
    assert "SYNC_POST_ENABLED" in problem["detail"]


@pytest.mark.usefixtures("_open", "_items_off")
@pytest.mark.parametrize("body", [ITEMS, {"entity": "items"}, {"entity": "items", "mode": "half", "x": 1}])
@pytest.mark.parametrize("role", [Role.SUPER_ADMIN, Role.CLERK])
def test_then_the_control_of_the_entity_that_is_named(role: Role, body: Any):
    problem = refused(post(signed_in(role), body), 403)
    assert problem["type"] == "/problems/direction-disabled"
    assert "“Items: Pull” is off" in problem["detail"]


@pytest.mark.usefixtures("_open", "_items_off")
@pytest.mark.parametrize("body", [{"entity": "sales", "mode": "full"}, *NONSENSE])
def test_then_the_right_of_the_person(body: Any):
    problem = refused(post(signed_in(Role.CLERK), body), 403)
    assert problem["type"] == "/problems/permission-denied"
    assert "“sync.run”" in problem["detail"]


@pytest.mark.usefixtures("_open")
@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, [("entity", "required"), ("mode", "required")]),
        (b"", [("entity", "required"), ("mode", "required")]),
        ({"entity": "umbrellas", "mode": "full"}, [("entity", "invalid-choice")]),
        ({"entity": "items", "mode": "compare"}, [("mode", "invalid-choice")]),
        ({"entity": ["items"], "mode": None}, [("entity", "invalid-choice"), ("mode", "null")]),
        ({**ITEMS, "force": True}, [("force", "unknown")]),
        ([ITEMS], [("", "invalid")]),
    ],
)
def test_then_a_body_that_cannot_be_used_each_complaint_at_its_field(
    body: Any, errors: list[tuple[str, str]]
):
    problem = refused(post(signed_in(Role.ADMIN), body), 422)
    assert problem["type"] == "/problems/invalid"
    assert [(error["field"], error["code"]) for error in problem["errors"]] == errors


@pytest.mark.usefixtures("_open")
@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"entity": NaN}'])
def test_or_that_is_no_json(body: bytes):
    assert refused(post(signed_in(Role.ADMIN), body), 400)["type"] == "/problems/malformed"


@pytest.mark.usefixtures("_open")
def test_or_too_large_or_in_another_form(settings: Any):
    boss = signed_in(Role.ADMIN)
    form = boss.post(RUNS, ITEMS)  # multipart, which Django reads before us
    assert refused(form, 415)["type"] == "/problems/unsupported-media-type"  # type: ignore[arg-type]
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert refused(post(boss, ITEMS), 413)["type"] == "/problems/payload-too-large"
    assert refused(post(signed_in(Role.CLERK), ITEMS), 403)["type"] == "/problems/permission-denied"


# --- what is under way -------------------------------------------------------------------------------------
@pytest.mark.usefixtures("_open")
def test_last_a_second_run_of_the_same_with_the_address_of_the_first():
    boss = signed_in(Role.ADMIN)
    first = post(boss, ITEMS)
    again = post(boss, {"entity": "items", "mode": "modified"})
    where = f"{RUNS}/{Run.objects.get().pk}"
    assert (again.status_code, again["Content-Type"]) == (409, "application/problem+json")
    problem = again.json()  # type: ignore[attr-defined]
    assert (problem["type"], problem["run"]) == ("/problems/already-running", where)
    assert again["Location"] == first["Location"] == where
    assert boss.get(where).json()["state"] == "queued"


@pytest.mark.usefixtures("_open")
def test_a_run_that_goes_on_is_in_the_way_too():
    running = Run.objects.create(
        entity="items", mode=Mode.MODIFIED, actor_kind="system", actor_label="Larder"
    )
    with only_one(lock_name("items")):  # its worker lives
        again = post(signed_in(Role.ADMIN), ITEMS)
    assert again.status_code == 409
    assert again["Location"] == f"{RUNS}/{running.pk}"
    assert Run.objects.count() == 1


# --- what comes of it --------------------------------------------------------------------------------------
@pytest.mark.usefixtures("_open")
@pytest.mark.parametrize("mode", ["full", "modified"])
def test_a_run_is_queued_and_says_where_to_follow_it(mode: str):
    boss = signed_in(Role.ADMIN)
    answer = post(boss, {"entity": "items", "mode": mode})
    run = Run.objects.get()
    assert (answer.status_code, answer["Location"]) == (202, f"{RUNS}/{run.pk}")
    told = answer.json()  # type: ignore[attr-defined]
    assert (told["id"], told["entity"], told["mode"], told["state"]) == (str(run.pk), "items", mode, "queued")
    assert (told["started_by"], run.actor_kind) == ("Anna", "staff")
    assert boss.get(answer["Location"]).json() == told


@pytest.mark.usefixtures("_open", "_demo_as_ours")
@pytest.mark.django_db(transaction=True)
def test_a_worker_makes_it():
    answer = post(signed_in(Role.ADMIN), {"entity": "suppliers", "mode": "full"})
    run = Run.objects.get()
    assert (run.state, run.mode, run.actor_label) == (RunState.SUCCEEDED, "full", "Anna")
    assert answer["Location"] == f"{RUNS}/{run.pk}"
    assert services.asked_for(before=run.started_at) == []
