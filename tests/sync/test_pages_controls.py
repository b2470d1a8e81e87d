"""Sync controls: shown before they are saved, saved by admins only, each in the audit trail."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.permissions import Role
from apps.core.models import AuditEntry
from apps.sync.entities import ENTITIES
from apps.sync.options import ControlOptions
from apps.sync.services import gate
from apps.sync.states import Direction
from tests.factories.accounts import StaffFactory

pytestmark = pytest.mark.django_db
AS_THEY_ARE = [f"pull_{entity.name}" for entity in ENTITIES]


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(StaffFactory(role=Role.ADMIN, full_name="Anna Admin"))
    return client


def send(client: Client, on: list[str], **given: str) -> str:
    return client.post(reverse("admin:sync_controls"), {"on": on, **given}, follow=True).content.decode()


def seal_in(html: str) -> str:
    return html.partition('name="seen" value="')[2].partition('"')[0]


def test_what_would_change_is_shown_with_what_it_means_and_not_saved(admin: Client):
    html = send(admin, [*AS_THEY_ARE[1:], "push_prices"])
    assert "Nobody reads it any more, the clock included" in html
    assert "What waits in the outbox is sent" in html
    assert "Save 2 controls" in html
    assert gate.allows(ENTITIES[0].name, Direction.PULL)
    assert not gate.allows("prices", Direction.PUSH)


def test_the_second_post_saves_it_with_who_and_why(admin: Client):
    wanted = [*AS_THEY_ARE, "push_prices"]
    html = send(admin, wanted, seen=seal_in(send(admin, wanted)), reason="The tills are ready")
    assert "1 control was changed." in html
    assert gate.allows("prices", Direction.PUSH)
    entry = AuditEntry.objects.get(action="option.changed")
    assert (entry.actor_label, entry.reason, entry.after) == (
        "Anna Admin",
        "The tills are ready",
        {"value": "Yes"},
    )
    assert "Anna Admin" in admin.get(reverse("admin:sync_controls")).content.decode()


def test_what_the_environment_fixes_is_said_and_stays(admin: Client, settings: Any):
    settings.OPTIONS_FROM_ENVIRONMENT = {"OPTION_SYNC_CONTROLS_PULL_ITEMS": "no"}
    html = admin.get(reverse("admin:sync_controls")).content.decode()
    assert re.findall(r'value="(\w+)"[^>]*\bdisabled', html) == ["pull_items"]
    assert "OPTION_SYNC_CONTROLS_PULL_ITEMS" in html
    assert "Nothing would change" in send(admin, AS_THEY_ARE)
    wanted = [*AS_THEY_ARE, "push_prices"]
    assert "1 control was changed." in send(admin, wanted, seen=seal_in(send(admin, wanted)))
    assert not gate.allows("items", Direction.PULL)


def test_what_was_not_shown_is_not_saved(admin: Client):
    seal = seal_in(send(admin, [*AS_THEY_ARE, "push_prices"]))
    html = send(admin, [*AS_THEY_ARE, "push_sales"], seen=seal)
    assert "Save 1 control" in html
    assert not gate.allows("sales", Direction.PUSH)


def test_nothing_to_change_is_said(admin: Client):
    assert "Nothing would change" in send(admin, AS_THEY_ARE)


def test_who_may_only_look_sees_the_boxes_and_cannot_check_them(client: Client):
    person = StaffFactory(role=Role.ADMIN)
    person.rights.create(key="sync.edit", source="deny")
    client.force_login(person)
    html = client.get(reverse("admin:sync_controls")).content.decode()
    assert html.count("checked disabled") == len(ENTITIES)
    assert "Review changes" not in html
    assert client.post(reverse("admin:sync_controls"), {"on": []}).status_code == 403
    assert gate.pulled() == {entity.name for entity in ENTITIES}


def test_there_is_a_box_for_every_control_and_no_other(admin: Client):
    html = admin.get(reverse("admin:sync_controls")).content.decode()
    assert html.count('name="on"') == len(list(ControlOptions.own_options()))


def test_the_settings_page_leads_there_and_sets_none_of_them(admin: Client):
    html = admin.get(reverse("admin:settings")).content.decode()
    assert f'<a href="{reverse("admin:sync_controls")}"' in html
    found = admin.get(reverse("admin:settings"), {"q": "push prices"}).content.decode()
    assert "Push prices" in found
    assert 'name="sync_controls.push_prices"' not in found
    answer = admin.post(
        reverse("admin:settings") + "?group=sync_controls", {"sync_controls.push_prices": "true"}
    )
    assert answer.status_code == 400
    assert not gate.allows("prices", Direction.PUSH)
