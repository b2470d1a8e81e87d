"""Intervals on a page: how often, why so and when next; shown before they are saved."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from apps.accounts.models import User
from apps.accounts.permissions import Role
from apps.core import options
from apps.core.actors import COMMAND, Actor
from apps.core.models import AuditEntry, OptionValue
from apps.sync import services
from apps.sync.entities import ENTITIES
from apps.sync.models import Run
from apps.sync.options import SyncOptions
from apps.sync.pages.intervals import Row
from apps.sync.services import gate
from apps.sync.states import Direction
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory

pytestmark = pytest.mark.django_db
PAGE = "/admin/settings/sync/intervals/"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def words(page: HttpResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def rows(page: Any) -> dict[str, Row]:
    return {row.name: row for row in page.context["rows"]}


def line(page: Any, name: str) -> str:
    """What the row of an entity says."""
    found = re.search(rf'<tr id="sync\.{name}_hours">(.*?)</tr>', page.content.decode(), re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[1])).strip()  # type: ignore[index]


def given(**hours: str) -> dict[str, str]:
    """The form as it stands, but for these."""
    now = {
        option.key: option.typed(options.value_of(option))
        for option in SyncOptions.own_options()
        if not options.is_fixed(option)
    }
    return now | {f"sync.{name}_hours": value for name, value in hours.items()}


def review_and_save(desk: Client, **hours: str) -> HttpResponse:
    form = given(**hours)
    seal = re.search(r'name="seen" value="(\w+)"', desk.post(PAGE, form).content.decode())
    return desk.post(PAGE, form | {"seen": seal[1], "reason": "tills"}, follow=True)  # type: ignore[index,return-value]


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ("1", "1 h"),
        ("0.0833", "5 min"),
        ("0.25", "15 min"),
        ("24", "1 d"),
        ("1.5", "1 h 30 min"),
        ("0", "off"),
    ],
)
def test_an_interval_is_said_as_people_say_it(hours: str, said: str):
    assert SyncOptions.items_hours.shown(Decimal(hours)) == said


def test_every_entity_is_there_those_first_that_the_shop_knows_by_name(desk: Client):
    names = [row.name for row in desk.get(PAGE).context["rows"]]
    assert names[:4] == ["items", "customers", "sales", "loyalty"]
    assert set(names) == {entity.name for entity in ENTITIES}


def test_the_environment_is_named_where_it_decides(desk: Client, settings: Any):
    settings.OPTIONS_FROM_ENVIRONMENT = {"SYNC_INTERVAL_ITEMS_HOURS": "2"}
    page = desk.get(PAGE)
    assert "2 h lock fixed by the environment: SYNC_INTERVAL_ITEMS_HOURS" in line(page, "items")
    assert 'name="sync.items_hours"' not in page.content.decode()
    assert 'name="sync.sales_hours"' in page.content.decode()


def test_it_says_who_set_it_and_when(desk: Client):
    with time_machine.travel(NOON - timedelta(days=1)):
        options.save({"sync.items_hours": "3"}, actor=Actor("staff", "7", "Anna"), reason="quiet week")
    with time_machine.travel(NOON):
        said = line(desk.get(PAGE), "items")
        assert "3 h set by Anna yesterday 12:00 · quiet week" in said
        assert "Default: 1 h" in said
        options.reset("sync.items_hours", actor=COMMAND)
        assert "1 h the default, put back by command line today 12:00" in line(desk.get(PAGE), "items")
        assert "15 min the default never" in line(desk.get(PAGE), "sales")


@time_machine.travel(NOON)
def test_the_next_run_is_the_last_start_and_the_interval(desk: Client):
    run = {"mode": "modified", "state": "succeeded", "actor_kind": "system", "actor_label": "Larder"}
    ago = NOON - timedelta(minutes=20)
    for entity in ("items", "sales"):
        Run.objects.create(entity=entity, started_at=ago, finished_at=ago, **run)
    page = desk.get(PAGE)
    assert "today 11:40 today 12:40" in line(page, "items")
    assert "today 11:40 at the next minute" in line(page, "sales")
    assert [one.entity for one in services.due(at=NOON) if one.entity in {"items", "sales"}] == ["sales"]


def test_why_there_is_no_next_run(desk: Client):
    options.save({"sync.sales_hours": "0"}, actor=COMMAND)
    gate.set_controls({("items", Direction.PULL): False}, actor=COMMAND)
    page = desk.get(PAGE)
    assert "off set by command line" in line(page, "sales")
    assert "never: its interval is 0" in line(page, "sales")
    assert "never: its control is off" in line(page, "items")


def test_the_quiet_hours_stand_in_a_sentence(desk: Client):
    page = desk.get(PAGE)
    assert "Each night between 02:00 and 05:00 by the shop's clock" in words(page)
    assert "every 7 days it is read in full" in words(page)
    assert 'href="/admin/settings/?group=sync_nights"' in page.content.decode()
    options.save({"sync_nights.quiet_until": "2"}, actor=COMMAND)
    assert "There are no quiet hours" in words(desk.get(PAGE))


def test_what_will_change_is_shown_before_it_is_saved(desk: Client):
    page = desk.post(PAGE, given(items="0.5"))
    assert [(change.option.name, change.was, change.now) for change in page.context["changes"]] == [
        ("items_hours", "1 h", "30 min")
    ]
    assert f'href="{PAGE}"' in page.content.decode()  # Discard
    assert OptionValue.objects.count() == 0


def test_then_it_is_saved_with_who_and_why(desk: Client, manager: User):
    page = review_and_save(desk, items="0.5", sales="0")
    assert page.redirect_chain == [(PAGE, 302)]  # type: ignore[attr-defined]
    assert (services.interval_of("items"), services.interval_of("sales")) == (timedelta(minutes=30), None)
    told = AuditEntry.objects.filter(action="option.changed", reason="tills")
    assert {entry.actor_label for entry in told} == {str(manager)}
    assert "30 min set by" in line(page, "items")


def test_an_empty_field_is_the_default(desk: Client):
    options.save({"sync.items_hours": "3"}, actor=COMMAND)
    review_and_save(desk, items="")
    assert services.interval_of("items") == timedelta(hours=1)
    assert OptionValue.objects.count() == 0


def test_a_mistake_is_said_at_its_field_and_nothing_is_saved(desk: Client):
    page = desk.post(PAGE, given(items="1O", sales="0.5"))
    assert page.status_code == 422
    assert "“1O” is not a number." in line(page, "items")
    assert OptionValue.objects.count() == 0


def test_the_settings_page_leads_there_and_sets_them_no_more(desk: Client):
    page = desk.get("/admin/settings/?group=sync")
    assert f'href="{PAGE}"' in page.content.decode()
    assert 'name="sync.items_hours"' not in page.content.decode()
    found = desk.get("/admin/settings/?q=items").content.decode()  # search finds it, and leads there
    assert f'href="{PAGE}#sync.items_hours"' in found
    assert 'name="sync.items_hours"' not in found
    assert rows(desk.get(f"{PAGE}?q=milk&group=api"))  # what an address says changes nothing here


def test_who_may_only_see_settings_sees_no_field():
    viewer = StaffFactory(role=Role.ADMIN)
    viewer.rights.create(key="settings.edit", source="deny")
    desk = signed_in(viewer)
    page = desk.get(PAGE)
    assert 'name="sync.items_hours"' not in page.content.decode()
    assert "Review changes" not in words(page)
    assert desk.post(PAGE, given(items="2")).status_code == 403
