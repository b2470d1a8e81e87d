"""Staff are told once, and the count is right."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from apps.accounts.models import Right
from apps.core import options
from apps.core.actors import SYSTEM, Actor
from apps.notifications import registry, services
from apps.notifications.models import Notice, Receipt
from apps.notifications.registry import NoticeKind
from apps.notifications.services import Audience
from apps.notifications.states import Severity
from tests.factories.accounts import StaffFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
KIND = NoticeKind(key="test.sync", title="Sync", severity=Severity.ACT)


@pytest.fixture(autouse=True)
def _kind():
    registry.register(KIND)
    yield
    registry.forget(KIND.key)


def holder(key="sync.view", source=Right.Source.ALLOW, **given):
    person = StaffFactory(**given)
    Right.objects.create(user=person, key=key, source=source)
    return person


def tell(*people, **given):
    to = {"to": Audience(user_ids=[person.pk for person in people])} if people else {}
    return services.notify_staff(
        **{
            "kind": "test.sync",
            "title": "ERPNext does not answer",
            "actor": SYSTEM,
            "at": NOON,
            "to": Audience(permission_key="sync.view"),
        }
        | to
        | given
    )


def told(person):
    return list(Receipt.objects.of(person).values_list("notice__title", flat=True))


def test_whoever_holds_the_key_is_told_and_nobody_else():
    allowed, denied, without = holder(), holder(source=Right.Source.DENY), StaffFactory()
    gone = holder(is_active=False)
    tell()
    assert [len(told(person)) for person in (allowed, denied, without, gone)] == [1, 0, 0, 0]


def test_who_did_it_himself_is_not_told():
    doer, other = holder(), holder()
    tell(to=Audience(permission_key="sync.view", but=Actor.of(doer)))
    assert (told(doer), told(other)) == ([], ["ERPNext does not answer"])


def test_a_notice_matters_as_its_kind_says_unless_told_otherwise():
    person = StaffFactory()
    assert tell(person).severity == Severity.ACT
    assert tell(person, severity=Severity.GOOD).severity == Severity.GOOD


def test_an_unknown_kind_is_refused():
    with pytest.raises(LookupError):
        tell(StaffFactory(), kind="nobody.registered")
    assert Notice.objects.count() == 0


def test_the_same_thing_is_told_once_and_late_comers_still_hear_of_it():
    first = StaffFactory()
    tell(first, once="down:2026-11-23")
    late = StaffFactory()
    tell(first, late, once="down:2026-11-23")
    assert Notice.objects.count() == 1
    assert [told(first), told(late)] == [["ERPNext does not answer"]] * 2


def test_what_has_no_key_may_be_told_again():
    person = StaffFactory()
    tell(person)
    tell(person)
    assert len(told(person)) == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_event_tell_it_once():
    person = StaffFactory()
    at_once = Barrier(2)

    def deliver(_number):
        try:
            at_once.wait(timeout=10)
            tell(person, once="event:1")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(deliver, range(2)))
    assert (Notice.objects.count(), len(told(person))) == (1, 1)


def test_the_count_is_cheap_and_right_after_telling_and_reading(
    django_assert_num_queries, django_capture_on_commit_callbacks
):
    person = StaffFactory()
    with django_capture_on_commit_callbacks(execute=True):
        tell(person)
        tell(person)
    assert services.unread_count(person) == 2
    with django_assert_num_queries(0):
        assert services.unread_count(person) == 2
    with django_capture_on_commit_callbacks(execute=True):
        services.mark_read([Receipt.objects.of(person).first().pk], person=person, at=NOON)
    assert services.unread_count(person) == 1
    with django_capture_on_commit_callbacks(execute=True):
        assert services.mark_all_read(person=person, at=NOON) == 1
    assert services.unread_count(person) == 0


def test_nobody_reads_for_somebody_else():
    mine, yours = StaffFactory(), StaffFactory()
    tell(mine, yours)
    theirs = Receipt.objects.of(yours).get()
    assert services.mark_read([theirs.pk], person=mine, at=NOON) == 0
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_reading_twice_keeps_the_first_time():
    person = StaffFactory()
    tell(person)
    services.mark_all_read(person=person, at=NOON)
    services.mark_all_read(person=person, at=NOON + timedelta(days=1))
    assert Receipt.objects.get().read_at == NOON


def test_telling_many_costs_no_more_than_telling_one(django_assert_num_queries):
    holder()
    with django_assert_num_queries(5):
        tell()
    for _number in range(20):
        holder()
    with django_assert_num_queries(5):
        tell()


def test_old_notices_go_as_staff_decided_and_young_ones_stay():
    person = StaffFactory()
    for days in (91, 90, 1):
        tell(person, title=f"{days} days", at=NOON - timedelta(days=days))
    assert services.prune_notices(at=NOON, actor=SYSTEM) == 1
    assert told(person) == ["1 days", "90 days"]
    options.save({"notifications.kept_for": "1 d"}, actor=SYSTEM)
    assert services.prune_notices(at=NOON, actor=SYSTEM) == 1
    assert told(person) == ["1 days"]
    assert Receipt.objects.count() == 1


def test_a_notice_whose_kind_is_gone_still_shows():
    notice = tell(StaffFactory())
    registry.forget(KIND.key)
    assert notice.kind_shown.title == "test.sync"
