"""What could not be read waits in To Do until it could, or somebody said to leave it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.approvals import services as inbox
from apps.approvals.gone import close_gone_items
from apps.approvals.models import Item
from apps.approvals.states import ItemState
from apps.core.actors import SYSTEM, Actor
from apps.core.models import AuditEntry
from apps.notifications.models import Notice
from apps.sync.demo.server import DemoServer
from apps.sync.errors import SyncPostDisabledError
from apps.sync.models import Quarantine, Run
from apps.sync.services import quarantining
from apps.sync.states import Mode, RunState
from tests.sync.test_telling import run, spoil

pytestmark = pytest.mark.django_db
Committing = Callable[[], AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def _heard(_demo_as_ours: None, django_capture_on_commit_callbacks: Any, erp: DemoServer) -> None:
    """Two customers that cannot be read, and the run that found them out."""
    spoil(erp, "Olivia Jones", "Emily Smith")
    with django_capture_on_commit_callbacks(execute=True):
        run("customers")


@pytest.fixture
def told(django_capture_on_commit_callbacks: Any) -> Committing:
    return lambda: django_capture_on_commit_callbacks(execute=True)


def waiting() -> Item:
    return Item.objects.open().get(kind=quarantining.KIND)


def test_what_could_not_be_read_waits_once_an_entity():
    item = waiting()
    assert (item.title, item.subject_id) == ("2 records of Customers could not be read", "customers")
    assert item.after["number"] == 2
    assert list(item.after["records"]) == ["Customer Emily Smith", "Customer Olivia Jones"]
    assert item.after["records"]["Customer Emily Smith"].startswith("disabled ")


def test_it_is_told_once_by_the_notice_that_names_the_records(manager: User):
    assert not Notice.objects.filter(kind="todo.asked").exists()
    assert Notice.objects.filter(kind="sync.quarantine").count() == 1


def test_a_run_that_finds_the_same_changes_nothing(told: Committing):
    before = waiting()
    with told():
        run("customers")
    assert waiting().revision == before.revision
    assert AuditEntry.objects.filter(action="todo.changed").count() == 0


def test_one_more_brings_it_up_to_date(erp: DemoServer, told: Committing):
    spoil(erp, "Jack Wilson")
    with told():
        run("customers", mode=Mode.FULL)
    assert waiting().after["number"] == 3
    assert Item.objects.filter(kind=quarantining.KIND).count() == 1


def test_what_was_left_is_not_asked_again_until_there_is_another(
    erp: DemoServer, manager: User, told: Committing
):
    inbox.reject(waiting().pk, actor=Actor.of(manager), reason="old cards")
    with told():
        run("customers")
    assert not Item.objects.open().filter(kind=quarantining.KIND).exists()
    spoil(erp, "Jack Wilson")
    with told():
        run("customers", mode=Mode.FULL)
    assert waiting().after["number"] == 3


def test_accepted_its_entity_is_read_first_of_all(manager: User, settings: Any):
    settings.DEPLOYMENT = replace(settings.DEPLOYMENT, sync_post_enabled=True)
    item = waiting()
    inbox.accept(item.pk, seen=item.revision, actor=Actor.of(manager))
    asked = Run.objects.get(state=RunState.QUEUED)
    assert (asked.entity, asked.mode, asked.actor_label) == ("customers", Mode.MODIFIED, "Ada Boss")


def test_through_a_closed_gate_nothing_is_begun_and_it_stays(manager: User):
    item = waiting()
    with pytest.raises(SyncPostDisabledError):
        inbox.accept(item.pk, seen=item.revision, actor=Actor.of(manager))
    assert waiting().state == ItemState.OPEN
    assert not Run.objects.filter(state=RunState.QUEUED).exists()


def test_once_all_could_be_read_it_closes_by_itself():
    Quarantine.objects.all().delete()
    assert close_gone_items(actor=SYSTEM) == 1
    assert not Item.objects.open().filter(kind=quarantining.KIND).exists()


def test_a_run_that_nobody_knows_asks_nothing():
    assert quarantining.ask(4711, actor=SYSTEM) is None


def test_its_page_says_which_records_and_what_accepting_does(desk: Client):
    page = desk.get(waiting().get_absolute_url()).content.decode()
    assert "2 records of Customers could not be read" in page
    assert "Customer Emily Smith" in page
    assert "Accepted, its entity is read now" in page
