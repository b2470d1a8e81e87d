"""The feed on the page and over the API: everyone his own."""

import pytest
from django.urls import reverse

from apps.core.actors import SYSTEM
from apps.notifications import services
from tests.factories.accounts import StaffFactory
from tests.factories.notifications import receipt_of, told

pytestmark = pytest.mark.django_db
FEED = "/admin/notifications/"
API = "/api/v1/staff/notifications"


@pytest.fixture
def person(client):
    person = StaffFactory()
    client.force_login(person)
    return person


def test_everyone_sees_his_own(client, person):
    told(person, title="For you")
    told(StaffFactory(), title="For another")
    page = client.get(FEED).content.decode()
    assert "For you" in page
    assert "For another" not in page
    assert [row["title"] for row in client.get(API).json()["results"]] == ["For you"]


def test_nobody_sees_nothing(client):
    assert client.get(FEED).status_code == 302
    assert client.get(API).status_code == 401


def test_opening_one_marks_it_read_and_goes_where_it_leads(client, person):
    told(person, link="/admin/todo/")
    answer = client.post(reverse("admin:notification_open", args=[receipt_of(person).pk]))
    assert (answer.status_code, answer["Location"]) == (302, "/admin/todo/")
    assert receipt_of(person).read_at is not None


def test_a_notice_leads_nowhere_outside(client, person):
    told(person, link="https://elsewhere.example/")
    answer = client.post(reverse("admin:notification_open", args=[receipt_of(person).pk]))
    assert answer["Location"] == FEED


def test_anothers_notice_cannot_be_opened(client, person):
    other = StaffFactory()
    told(other)
    assert client.post(reverse("admin:notification_open", args=[receipt_of(other).pk])).status_code == 404
    assert receipt_of(other).read_at is None


def test_a_link_alone_reads_nothing(client, person):
    told(person)
    assert client.get(reverse("admin:notification_open", args=[receipt_of(person).pk])).status_code == 405
    assert receipt_of(person).read_at is None


def test_all_are_marked_read_at_once(client, person, django_capture_on_commit_callbacks):
    told(person)
    told(person)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(FEED)
    assert services.unread_count(person) == 0
    assert client.get(FEED, {"show": "unread"}).context["receipts"] == []


def test_the_api_marks_some_or_all(client, person, django_capture_on_commit_callbacks):
    other = StaffFactory()
    for _number in range(3):
        told(person)
    told(other)
    ids = [row["id"] for row in client.get(API).json()["results"]]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{API}/read", {"ids": [ids[0], receipt_of(other).pk]}, content_type="application/json")
    assert client.get(f"{API}/read").json() == {"unread": 2}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{API}/read", {}, content_type="application/json")
    assert client.get(f"{API}/read").json() == {"unread": 0}
    assert receipt_of(other).read_at is None


def test_a_part_is_answered_without_the_frame(client, person):
    told(person, title="For you")
    part = client.get(FEED, headers={"HX-Request": "true", "HX-Target": "notices"}).content.decode()
    assert "For you" in part
    assert "<html" not in part


@pytest.mark.parametrize("rows", [2, 25])
def test_the_feed_costs_the_same_however_long_it_is(client, person, rows, django_assert_max_num_queries):
    for _number in range(rows):
        told(person, actor=SYSTEM)
    with django_assert_max_num_queries(7):
        assert len(client.get(FEED).context["receipts"]) == rows
