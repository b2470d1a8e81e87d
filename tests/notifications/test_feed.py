"""The feed on the page and over the API: everyone his own."""

import pytest
from django.urls import reverse

from apps.core.actors import SYSTEM
from apps.core.models import AuditEntry
from apps.notifications import services
from apps.notifications.models import Device, Receipt
from apps.notifications.states import Severity
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


def test_the_bell_shows_the_latest_and_counts_anew(client, person):
    for number in range(10):
        told(person, title=f"Notice {number}")
    said = client.get("/admin/notifications/latest/").content.decode()
    assert ("Notice 9" in said, "Notice 2" in said, "Notice 1<" in said, "<html" in said) == (
        True,
        True,
        False,
        False,
    )
    assert 'data-unread="10"' in said
    assert 'data-unread="10"' in client.get("/admin/notifications/count/").content.decode()


def test_everything_is_marked_read_from_the_bell(client, person, django_capture_on_commit_callbacks):
    told(person)
    with django_capture_on_commit_callbacks(execute=True):
        said = client.post("/admin/notifications/latest/").content.decode()
    assert receipt_of(person).read_at is not None
    assert client.get("/admin/notifications/count/").content.decode().strip() == ""
    assert "not read" not in said


def test_one_is_marked_read_and_put_back(client, person, django_capture_on_commit_callbacks):
    told(person)
    mark = reverse("admin:notification_mark", args=[receipt_of(person).pk])
    for do, is_read in (("read", True), ("unread", False)):
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(f"{mark}?show=unread&cursor=x", {"do": do})
        assert answer["Location"] == f"{FEED}?show=unread"
        assert (receipt_of(person).read_at is not None) is is_read
        assert services.unread_count(person) == int(not is_read)


def test_anothers_notice_is_not_marked(client, person):
    other = StaffFactory()
    told(other)
    mark = reverse("admin:notification_mark", args=[receipt_of(other).pk])
    assert client.post(mark, {"do": "read"}).status_code == 404
    assert receipt_of(other).read_at is None


def test_of_one_kind_everything_is_marked_read(client, person):
    told(person)
    told(person, kind="sync.parity")
    client.post(f"{FEED}?kind=sync.parity")
    unread = Receipt.objects.of(person).unread().values_list("notice__kind", flat=True)
    assert list(unread) == ["todo.decided"]


def test_what_is_muted_stands_in_the_feed_and_the_bell_does_not_count_it(client, person):
    client.post(FEED, {"do": "mute", "kind": ["sync.parity", "sync.outbox", "todo.asked", "no.such"]})
    assert services.muted_by(person) == {"sync.parity"}
    for kind in ("sync.parity", "sync.outbox", "todo.asked"):
        told(person, kind=kind)
    told(person, kind="sync.parity", severity=Severity.ACT)
    unread = Receipt.objects.of(person).unread().values_list("notice__kind", "notice__severity")
    assert sorted(unread) == [("sync.outbox", "act"), ("sync.parity", "act"), ("todo.asked", "look")]
    assert Receipt.objects.of(person).count() == 4
    entry = AuditEntry.objects.get(action="notices.muted")
    assert entry.after == {"muted": ["sync.parity"]}
    client.post(FEED, {"do": "mute"})
    assert services.muted_by(person) == set()


def test_muting_is_ones_own(client, person):
    other = StaffFactory()
    client.post(FEED, {"do": "mute", "kind": ["todo.decided"]})
    told(other)
    assert receipt_of(other).read_at is None


def test_kinds_are_muted_over_the_api(client, person):
    kinds = {kind["key"]: kind for kind in client.get(f"{API}/kinds").json()}
    assert (kinds["todo.asked"]["can_be_muted"], kinds["sync.parity"]["can_be_muted"]) == (False, True)
    body = {"muted": ["sync.parity", "todo.asked"]}
    told_back = client.put(f"{API}/kinds", body, content_type="application/json").json()
    assert [kind["key"] for kind in told_back if kind["is_muted"]] == ["sync.parity"]


def test_over_the_api_one_is_put_back_and_a_kind_is_read(client, person, django_capture_on_commit_callbacks):
    told(person)
    told(person, kind="sync.parity")
    services.mark_all_read(person=person)
    ids = list(Receipt.objects.of(person).values_list("pk", flat=True))
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"{API}/unread", {"ids": ids}, content_type="application/json")
    assert (answer.json(), services.unread_count(person)) == ({"unread": 2}, 2)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{API}/read", {"kind": "sync.parity"}, content_type="application/json")
    assert services.unread_count(person) == 1


def test_a_phone_of_ones_own_is_registered_and_forgotten(client, person):
    body = {"token": "abc", "platform": "ios", "app": "admin", "version": "1.2"}
    for _each in range(2):
        made = client.post("/api/v1/staff/devices", body, content_type="application/json")
        assert made.status_code == 200
    assert Device.objects.get().recipient_id == str(person.pk)
    gone = client.delete("/api/v1/staff/devices", {"token": "abc"}, content_type="application/json")
    assert (gone.status_code, Device.objects.count()) == (204, 0)
    wrong = client.post(
        "/api/v1/staff/devices", {"token": "abc", "platform": "tv"}, content_type="application/json"
    )
    assert (wrong.status_code, Device.objects.count()) == (422, 0)
