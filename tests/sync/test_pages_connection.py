"""The connection on a page: how ERPNext stands, what was looked at, and making what is lacking."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.permissions import Role
from apps.core.actors import Actor
from apps.core.health import heartbeats
from apps.core.locks import only_one
from apps.core.models import AuditEntry
from apps.sync import services, tasks
from apps.sync.demo import DEMO_KEY, DEMO_SECRET
from apps.sync.demo.faults import Fault
from apps.sync.demo.server import DemoServer
from apps.sync.demo.site import User as SiteUser
from apps.sync.errors import CheckUnderWayError, NothingLackingError
from apps.sync.models import Connection, ConnectionCheck, MirroredSite
from apps.sync.services.connecting import events_of, told_doctypes
from apps.sync.services.inspecting import LOCK, Stage, stage_of
from apps.sync.states import Reach
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory
from tests.sync.sites import ManagedSite

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_demo_as_ours", "_open")]
PAGE = "/admin/settings/sync/connection/"
HOOKS = "https://larder.example/api/v1/sync/webhooks/erpnext"
ANNA = Actor("staff", "7", "Anna")
Committing = Callable[[], AbstractContextManager[Any]]


@pytest.fixture
def site() -> ManagedSite:
    """With one reference field of three."""
    return ManagedSite()


@pytest.fixture
def erp(site: ManagedSite) -> Iterator[DemoServer]:
    with DemoServer(site) as server:
        yield server


@pytest.fixture
def _open(settings: Any) -> None:
    settings.DEPLOYMENT = replace(settings.DEPLOYMENT, sync_post_enabled=True)


@pytest.fixture
def _signed(settings: Any) -> None:
    settings.ERPNEXT = replace(settings.ERPNEXT, webhook_secret="a secret")


@pytest.fixture
def done(django_capture_on_commit_callbacks: Any) -> Committing:
    """A block after which the worker has done what was asked for in it."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def words(page: HttpResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def part(desk: Client, seen: str = "") -> HttpResponse:
    """What the page asks for while the check goes on."""
    return desk.get(f"{PAGE}?seen={seen}", headers={"HX-Request": "true", "HX-Target": "connection"})  # type: ignore[return-value]


def checked(desk: Client, done: Committing, **given: str) -> ConnectionCheck:
    with done():
        desk.post(PAGE, {"do": "check"} | given)
    return ConnectionCheck.objects.get()


def make(desk: Client, done: Committing, *what: str, url: str = "") -> ConnectionCheck:
    with done():
        desk.post(PAGE, {"do": "make", "what": what, "webhook_url": url})
    return ConnectionCheck.objects.get()


# --- how it stands ------------------------------------------------------------------------------------------
def test_before_anybody_looked_it_says_where_erpnext_is_and_no_secret(desk: Client, erp: DemoServer):
    MirroredSite.objects.create(pk=1, site="the demo ERPNext")
    page = desk.get(PAGE)
    said = words(page)
    assert "Nobody has checked the connection yet" in said
    assert f"http://127.0.0.1:{erp.port}" in said
    assert f"{DEMO_KEY[:4]}••••" in said
    assert DEMO_KEY not in page.content.decode()
    assert DEMO_SECRET not in page.content.decode()
    assert f'href="http://127.0.0.1:{erp.port}/demo"' in page.content.decode()
    assert "the demo ERPNext since today" in said


def test_a_real_erpnext_is_opened_and_has_no_switches(desk: Client, settings: Any):
    settings.ERPNEXT = replace(settings.ERPNEXT, url="https://erp.shop.example", key="abcdef123", secret="s3")
    page = desk.get(PAGE).content.decode()
    assert 'href="https://erp.shop.example"' in page
    assert "/demo" not in page
    assert "abcd••••" in page


def test_that_no_worker_will_take_a_check_up_is_said(desk: Client):
    desk.post(PAGE, {"do": "check"})
    assert "No sync worker is running" in words(desk.get(PAGE))
    heartbeats.record("syncer", at=timezone.now())
    assert "No sync worker is running" not in words(desk.get(PAGE))


def test_a_dead_erpnext_is_shown_with_since_when(desk: Client, erp: DemoServer, done: Committing):
    erp.site.maintenance = True
    found = checked(desk, done)
    assert [(one["what"], one["level"]) for one in found.findings] == [("Connection", "error")]
    assert Connection.objects.get().reach == Reach.UNREACHABLE
    said = words(desk.get(PAGE))
    assert "Does not answer since today" in said
    assert "What is here stays as it was" in said
    assert found.lacking == []


def test_another_site_and_a_refused_key_are_known_everywhere(desk: Client, erp: DemoServer, done: Committing):
    MirroredSite.objects.create(pk=1, site="erp.shop.example")
    checked(desk, done)
    assert Connection.objects.get().reach == Reach.ANOTHER_SITE
    erp.site.users.clear()
    checked(desk, done)
    assert Connection.objects.get().reach == Reach.REFUSED


# --- the checklist ------------------------------------------------------------------------------------------
def test_a_check_looks_at_everything_and_names_problems_first(desk: Client, manager: User, done: Committing):
    found = checked(desk, done)
    assert (found.actor_label, stage_of(found)) == (str(manager), Stage.DONE)
    page = desk.get(PAGE)
    assert [step.title for step in page.context["problems"]] == [
        "Sales Invoice › custom_larder_ref",
        "Pricing Rule › custom_larder_ref",
    ]
    titles = [str(group.title) for group in page.context["groups"]]
    assert titles[:2] == ["The site", "Rights by DocType"]
    assert sum(len(group.steps) for group in page.context["groups"]) + 2 == len(found.findings)
    assert "knows us as sync.admin@grocer.example" in words(page)


def test_a_right_that_is_missing_comes_with_the_role_that_gives_it(
    desk: Client, erp: DemoServer, done: Committing
):
    erp.site.users[DEMO_KEY] = SiteUser("sync@grocer.example", DEMO_SECRET, roles=frozenset({"Stock User"}))
    checked(desk, done)
    page = desk.get(PAGE)
    refused = {step.what: step.advice for step in page.context["problems"]}
    assert refused["Sales Invoice"] == "Give that user the role Accounts User or Accounts Manager."
    assert "Deleted Document" in refused


def test_findings_are_there_as_they_come(desk: Client, monkeypatch: pytest.MonkeyPatch):
    seen: list[tuple[str, int]] = []
    saved = ConnectionCheck.save

    def watched(row: ConnectionCheck, *args: Any, **given: Any) -> None:
        saved(row, *args, **given)
        kept = ConnectionCheck.objects.get()
        seen.append((stage_of(kept).value, len(kept.findings)))

    asked = services.ask_for_check(actor=ANNA)
    monkeypatch.setattr(ConnectionCheck, "save", watched)
    services.check_asked(asked.pk)
    assert seen[:3] == [("running", 1), ("running", 2), ("running", 3)]
    assert seen[-1][0] == "done"


def test_the_page_asks_again_while_it_goes_on_and_is_left_alone_when_nothing_moved(desk: Client):
    desk.post(PAGE, {"do": "check"})
    page = desk.get(PAGE)
    assert "Waits for a worker since today" in words(page)
    seen = re.search(r"seen=(\w+)", page.content.decode())[1]  # type: ignore[index]
    assert part(desk, seen).status_code == 204
    services.check_asked(1)
    after = part(desk, seen)
    assert (after.status_code, b"hx-trigger" in after.content, b"<html" in after.content) == (
        200,
        False,
        False,
    )


def test_the_second_of_two_is_told(desk: Client):
    services.ask_for_check(actor=ANNA)
    assert "is being checked already: Anna asked for it" in words(
        desk.post(PAGE, {"do": "check"}, follow=True)
    )
    assert ConnectionCheck.objects.get().actor_label == "Anna"


def test_being_checked_ends_with_the_worker_however_it_dies(desk: Client):
    services.ask_for_check(actor=ANNA)
    ConnectionCheck.objects.update(begun_at="2026-11-23T10:42:00Z")
    with only_one(LOCK):
        assert "Being checked since" in words(desk.get(PAGE))
        with pytest.raises(CheckUnderWayError):
            services.ask_for_check(actor=ANNA)
        tasks.check_asked.delay(1)  # leaves the other one alone
    assert "was stopped. What it had found by then stands below" in words(desk.get(PAGE))
    services.ask_for_check(actor=ANNA)
    assert stage_of(services.last_check()) == Stage.WAITING


def test_the_clock_makes_up_for_a_lost_message(monkeypatch: pytest.MonkeyPatch):
    services.ask_for_check(actor=ANNA)
    ConnectionCheck.objects.update(asked_at="2026-11-23T10:42:00Z")
    sent: list[int] = []
    monkeypatch.setattr(tasks.check_asked, "delay", sent.append)
    monkeypatch.setattr(tasks.run_due, "delay", lambda name: None)
    tasks.queue_due_entities()
    assert sent == [1]
    services.check_asked(1)
    services.check_asked(1)  # came twice
    tasks.queue_due_entities()
    assert sent == [1]


# --- making what is lacking ---------------------------------------------------------------------------------
def test_what_is_lacking_is_listed_made_and_looked_at_again(
    desk: Client, manager: User, site: ManagedSite, done: Committing
):
    found = checked(desk, done)
    lacking = [one["what"] for one in found.lacking]
    assert lacking == [
        "the field custom_larder_ref on Sales Invoice",
        "the field custom_larder_ref on Pricing Rule",
    ]
    assert "Create 2 fields in ERPNext" in words(desk.get(PAGE))
    assert site.bodies == []  # looking makes nothing
    after = make(desk, done, *lacking)
    assert [(one["what"], one["is_done"]) for one in after.made] == [(what, True) for what in lacking]
    assert len(site.bodies) == 2
    assert (after.lacking, desk.get(PAGE).context["problems"]) == ([], [])
    told = AuditEntry.objects.filter(action__startswith="sync.ma").order_by("id")
    assert [(entry.action, entry.actor_label) for entry in told] == [
        ("sync.making", str(manager)),
        ("sync.made", str(manager)),
    ]
    assert told[0].after == {"create": lacking, "webhook_url": ""}
    assert told[1].after == dict.fromkeys(lacking, "made")


def test_only_what_was_shown_is_made(desk: Client, site: ManagedSite, done: Committing):
    found = checked(desk, done)
    after = make(desk, done, found.lacking[0]["what"], "the field is_admin on User")
    assert len(site.bodies) == 1
    assert [one["what"] for one in after.lacking] == [found.lacking[1]["what"]]
    with pytest.raises(NothingLackingError):
        services.ask_to_make(["the field is_admin on User"], webhook_url="", actor=ANNA)


def test_what_our_user_may_not_create_is_said_for_people(desk: Client, site: ManagedSite, done: Committing):
    found = checked(desk, done)
    site.faults.plan(Fault.RESET, where='"fieldtype":"Data"')
    after = make(desk, done, found.lacking[0]["what"])
    assert [one["is_done"] for one in after.made] == [False]
    assert "By hand" in words(desk.get(PAGE))
    site.users[DEMO_KEY] = SiteUser("sync@grocer.example", DEMO_SECRET, roles=frozenset({"Accounts User"}))
    assert len(checked(desk, done).by_hand) >= 1
    assert "Customize Form" in words(desk.get(PAGE))


def test_an_erpnext_that_dies_while_things_are_made_is_told(
    desk: Client, site: ManagedSite, done: Committing
):
    found = checked(desk, done)
    site.maintenance = True
    after = make(desk, done, *[one["what"] for one in found.lacking])
    assert after.problem == "ERPNext is in maintenance, or nothing stands behind its address."
    assert (after.made, stage_of(after)) == ([], Stage.DONE)
    assert AuditEntry.objects.get(action="sync.made").after == {}


@pytest.mark.usefixtures("_signed")
def test_webhooks_are_made_for_the_address_that_is_given(desk: Client, site: ManagedSite, done: Committing):
    found = checked(desk, done, webhook_url=HOOKS)
    hooks = [one["what"] for one in found.lacking if one["doctype"] == "Webhook"]
    assert len(hooks) == sum(len(events_of(doctype)) for doctype in told_doctypes())
    assert f"Create 2 fields and {len(hooks)} webhooks in ERPNext" in words(desk.get(PAGE))
    after = make(desk, done, *hooks[:2], url=HOOKS)
    assert [one["is_done"] for one in after.made] == [True, True]
    assert site.bodies[0]["request_url"].startswith(f"{HOOKS}?doctype=")
    assert after.webhook_url == HOOKS
    assert f'value="{HOOKS}"' in desk.get(PAGE).content.decode()


@pytest.mark.usefixtures("_signed")
def test_no_webhook_is_made_for_an_address_that_was_not_shown(
    desk: Client, site: ManagedSite, done: Committing
):
    checked(desk, done, webhook_url=HOOKS)
    assert f"Webhooks will post to {HOOKS}" in words(desk.get(PAGE)).replace(" .", ".")
    found = checked(desk, done, webhook_url="https://elsewhere.example/hook")  # a colleague, meanwhile
    after = make(desk, done, *[one["what"] for one in found.lacking], url=HOOKS)
    assert (after.made, site.bodies) == ([], [])
    assert AuditEntry.objects.filter(action="sync.making").count() == 0


@pytest.mark.usefixtures("_signed")
def test_our_own_address_is_offered_with_a_warning_where_erpnext_cannot_reach_it(desk: Client, settings: Any):
    page = desk.get(PAGE, headers={"host": "127.0.0.1"})
    assert 'value="http://127.0.0.1/api/v1/sync/webhooks/erpnext"' in page.content.decode()
    assert "cannot reach it" not in words(page)  # the demo stands beside us
    settings.ERPNEXT = replace(settings.ERPNEXT, url="https://erp.shop.example", key="abcdef", secret="s3")
    assert "an ERPNext elsewhere cannot reach it" in words(desk.get(PAGE, headers={"host": "127.0.0.1"}))


@pytest.mark.usefixtures("_signed")
@pytest.mark.parametrize(
    "url", ["ftp://larder.example/hook", "larder.example", "http://[::1", "https://" + "x" * 600]
)
def test_what_is_no_address_is_not_looked_for(desk: Client, url: str):
    page = desk.post(PAGE, {"do": "check", "webhook_url": url}, follow=True)
    assert "must begin with https:// or http://" in words(page)
    assert ConnectionCheck.objects.count() == 0


def test_without_a_secret_there_are_no_webhooks_and_the_page_says_what_to_set(desk: Client, done: Committing):
    found = checked(desk, done, webhook_url=HOOKS)
    assert (found.webhook_url, found.by_hand) == ("", [])
    assert "ERPNEXT_WEBHOOK_SECRET is not set on the server" in words(desk.get(PAGE))


# --- who may ------------------------------------------------------------------------------------------------
def test_checking_and_making_have_keys_of_their_own_behind_the_environments_gate(settings: Any):
    checker = StaffFactory(role=Role.ADMIN)
    checker.rights.create(key="sync.edit", source="deny")
    desk = signed_in(checker)
    refused = desk.post(PAGE, {"do": "make", "what": "anything"})
    assert (refused.status_code, "What is missing: sync.edit" in words(refused)) == (403, True)
    assert "It can be given by Admin, Super Admin." in words(refused)
    assert desk.post(PAGE, {"do": "check"}).status_code == 302
    assert desk.post(PAGE, {"do": "dance"}).status_code == 400
    settings.DEPLOYMENT = replace(settings.DEPLOYMENT, sync_post_enabled=False)
    refused = desk.post(PAGE, {"do": "check"})
    assert (refused.status_code, "SYNC_POST_ENABLED" in words(refused)) == (403, True)
    assert b'id="check"' not in desk.get(PAGE).content
