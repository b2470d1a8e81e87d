"""The page System: live, quiet while nothing is new, and for who may see it."""

import re

import pytest
from django.utils import timezone

from apps.accounts.models import Right
from apps.core.health import heartbeats

pytestmark = pytest.mark.django_db
PAGE = "/admin/settings/system/"
LIVE = {"HX-Request": "true", "HX-Target": "system-live"}


def seen_on(page):
    return re.search(r'data-seen="(\w+)"', page.content.decode())[1]


def test_it_shows_every_part_and_the_report_to_copy(desk):
    page = desk.get(PAGE)
    said = page.content.decode()
    for part in page.context["found"]:
        assert f'id="part-{part.kind.name}"' in said
    assert 'data-copy-from="system-report"' in said
    assert "Have a nightly job" in said


def test_whoever_has_seen_it_all_gets_nothing_until_something_is_new(desk):
    for program in heartbeats.PROGRAMS:
        heartbeats.record(program, at=timezone.now())
    for _ in range(2):  # a minute may end between the two
        seen = seen_on(desk.get(PAGE))
        again = desk.get(PAGE, {"seen": seen}, headers=LIVE)
        if again.status_code == 204:
            break
    assert (again.status_code, again.content) == (204, b"")
    heartbeats.forget("syncer")
    part = desk.get(PAGE, {"seen": seen}, headers=LIVE)
    assert part.status_code == 200
    assert "Start the syncer." in part.content.decode()
    assert "<html" not in part.content.decode()


def test_a_clerk_sees_no_menu_entry_and_is_told_which_right_is_missing(clerks_desk):
    refused = clerks_desk.get(PAGE)
    assert refused.status_code == 403
    assert "system.view" in refused.content.decode()
    assert PAGE not in clerks_desk.get("/admin/notifications/").content.decode()


def test_measuring_again_takes_its_own_right(desk, manager):
    assert desk.post(PAGE, {"do": "measure"}).status_code == 302
    assert desk.post(PAGE, {"do": "drop"}).status_code == 400
    Right.objects.create(user=manager, key="system.run", source=Right.Source.DENY)
    assert "Measure again" not in desk.get(PAGE).content.decode()
    assert desk.post(PAGE, {"do": "measure"}).status_code == 403


def test_the_page_stands_while_redis_is_away(desk, settings):
    away = "unix:///nowhere/redis.sock"
    settings.REDIS_URL = away
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": away}}
    page = desk.get(PAGE)
    assert page.status_code == 200
    assert "Redis does not answer" in page.content.decode()


def test_it_costs_so_many_queries_and_no_more(desk, django_assert_max_num_queries):
    desk.get(PAGE)
    with django_assert_max_num_queries(24):
        desk.get(PAGE)
