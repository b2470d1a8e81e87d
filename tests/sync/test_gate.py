"""What may be started, and in which order it is refused (acceptance example 5)."""

from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.permissions import Role
from apps.core.actors import COMMAND
from apps.core.errors import PermissionDeniedError
from apps.core.models import AuditEntry
from apps.sync import services, tasks
from apps.sync.entities import ENTITIES
from apps.sync.errors import DirectionDisabledError, SyncPostDisabledError, UnknownEntityError
from apps.sync.options import ControlOptions
from apps.sync.services import gate
from apps.sync.services.scheduling import due
from apps.sync.states import Direction
from tests.factories.accounts import StaffFactory

pytestmark = pytest.mark.django_db
PULL, PUSH = Direction.PULL, Direction.PUSH
PUSHED = {"prices", "batches", "sales", "pricing_rules"}


@pytest.fixture
def _open(settings: Any) -> None:
    settings.DEPLOYMENT = replace(settings.DEPLOYMENT, sync_post_enabled=True)


def test_every_entity_can_be_pulled_and_four_can_be_pushed():
    assert [one.name for one in ENTITIES if gate.control_of(one.name, PULL) is None] == []
    assert {one.name for one in ENTITIES if gate.control_of(one.name, PUSH) is not None} == PUSHED
    assert len(list(ControlOptions.own_options())) == len(ENTITIES) + len(PUSHED)


def test_at_first_all_is_pulled_and_nothing_pushed():
    assert gate.pulled() == {one.name for one in ENTITIES}
    assert not any(gate.allows(one.name, PUSH) for one in ENTITIES)


def test_the_environment_is_asked_before_the_control_and_the_control_before_the_person(settings: Any):
    owner, clerk = StaffFactory(role=Role.SUPER_ADMIN), StaffFactory(role=Role.CLERK)
    gate.set_controls({("items", PULL): False}, actor=COMMAND)
    with pytest.raises(SyncPostDisabledError):
        gate.check_trigger(owner, "items", PULL)
    settings.DEPLOYMENT = replace(settings.DEPLOYMENT, sync_post_enabled=True)
    with pytest.raises(DirectionDisabledError, match="“Items: Pull” is off"):
        gate.check_trigger(clerk, "items", PULL)
    gate.set_controls({("items", PULL): True}, actor=COMMAND)
    with pytest.raises(PermissionDeniedError, match=r"“sync\.run”"):
        gate.check_trigger(clerk, "items", PULL)
    gate.check_trigger(owner, "items", PULL)


@pytest.mark.usefixtures("_open")
def test_a_button_says_why_it_is_off():
    owner = StaffFactory(role=Role.ADMIN)
    assert gate.why_closed(owner, "items", PULL) == ""
    assert "“Items: Push” is off" in gate.why_closed(owner, "items", PUSH)
    with pytest.raises(UnknownEntityError):
        gate.check_trigger(owner, "umbrellas", PULL)


def test_each_box_that_changes_is_in_the_audit_trail():
    gate.set_controls({("items", PULL): False, ("prices", PUSH): True, ("sales", PULL): True}, actor=COMMAND)
    told = AuditEntry.objects.filter(action="option.changed").order_by("id")
    assert [entry.subject_id for entry in told] == ["sync_controls.pull_items", "sync_controls.push_prices"]


def test_what_waited_for_a_push_is_sent_once_it_is_on(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
):
    nudges: list[str] = []
    monkeypatch.setattr(tasks.send_outgoing, "delay", lambda: nudges.append("sent"))
    with django_capture_on_commit_callbacks(execute=True):
        gate.set_controls({("items", PULL): False}, actor=COMMAND)
    assert nudges == []
    with django_capture_on_commit_callbacks(execute=True):
        gate.set_controls({("prices", PUSH): True}, actor=COMMAND)
    assert nudges == ["sent"]


def test_the_clock_leaves_out_what_must_not_be_pulled():
    now = timezone.now()
    assert "items" in {one.entity for one in due(at=now)}
    gate.set_controls({("items", PULL): False}, actor=COMMAND)
    assert "items" not in {one.entity for one in due(at=now)}


@pytest.mark.usefixtures("_demo_as_ours")
def test_the_command_leaves_it_out_too_and_refuses_it_by_name():
    gate.set_controls({("suppliers", PULL): False, ("item_groups", PULL): False}, actor=COMMAND)
    read = {one.entity for one in services.run(actor=COMMAND)}
    assert read == {one.name for one in ENTITIES} - {"suppliers", "item_groups"}
    with pytest.raises(DirectionDisabledError):
        services.run(["customers", "suppliers"], actor=COMMAND)
