"""Pages by key: every row once, in order, both ways, whatever is null or equal."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from django.db import connection
from django.db.models import F

from apps.core import keyset
from apps.core.keyset import BadCursorError
from apps.core.models import AuditEntry, OptionValue, Outgoing

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def entries(count, ties=1):
    AuditEntry.objects.bulk_create(
        AuditEntry(
            action="looked", actor_label="x", subject_label=str(n), at=NOON + timedelta(seconds=n // ties)
        )
        for n in range(count)
    )


def messages(*tries):
    """Messages with and without a next try: a column that may be null."""
    Outgoing.objects.bulk_create(
        Outgoing(
            kind="k",
            subject_kind="s",
            subject_id=str(n),
            subject_label=str(n),
            reference=str(n),
            actor_kind="system",
            actor_label="x",
            state="pending" if at is None else "failed",
            next_try_at=None if at is None else NOON + timedelta(seconds=at),
        )
        for n, at in enumerate(tries)
    )


def walk(rows, *, ordering, size):
    """Every page forward, then back from the last to the first."""
    forward, page = [], keyset.page(rows, ordering=ordering, size=size)
    forward.append(page)
    while page.next:
        page = keyset.page(rows, ordering=ordering, size=size, cursor=page.next)
        forward.append(page)
    back = [page]
    while page.previous:
        page = keyset.page(rows, ordering=ordering, size=size, cursor=page.previous)
        back.append(page)
    return [p.rows for p in forward], [p.rows for p in reversed(back)]


@pytest.mark.parametrize("ordering", [("id",), ("-id",), ("at", "id"), ("-at", "-id"), ("-at", "id")])
@pytest.mark.parametrize(("count", "size", "ties"), [(0, 3, 1), (3, 3, 1), (7, 3, 1), (9, 3, 9), (10, 4, 3)])
def test_every_row_comes_once_in_order_and_the_way_back_is_the_same(ordering, count, size, ties):
    entries(count, ties)
    expected = list(AuditEntry.objects.order_by(*ordering))
    forward, back = walk(AuditEntry.objects.all(), ordering=ordering, size=size)
    assert [row for page in forward for row in page] == expected
    assert back == forward
    assert [len(page) for page in forward[:-1]] == [size] * (len(forward) - 1)


@pytest.mark.parametrize("first", ["next_try_at", "-next_try_at"])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_what_has_no_value_comes_last_in_either_direction(first, size):
    messages(5, None, 3, None, None, 3, 9)
    place = F("next_try_at")
    nulls_last = place.desc(nulls_last=True) if first.startswith("-") else place.asc(nulls_last=True)
    expected = list(Outgoing.objects.order_by(nulls_last, "id"))
    forward, back = walk(Outgoing.objects.all(), ordering=(first, "id"), size=size)
    assert [row for page in forward for row in page] == expected
    assert back == forward
    assert [row.next_try_at for row in expected[-3:]] == [None] * 3


def test_annotations_and_related_columns_can_order():
    messages(5, None, 3)
    for message in Outgoing.objects.all():
        message.journal.create(now="pending", actor_kind="system", actor_label="x")
    steps = Outgoing.objects.first().journal.model.objects.select_related("outgoing")
    forward, back = walk(steps, ordering=("outgoing__next_try_at", "id"), size=1)
    assert [page[0].outgoing.reference for page in forward] == ["2", "0", "1"]
    assert back == forward
    doubled = Outgoing.objects.annotate(twice=F("id") * -1)
    forward, _back = walk(doubled, ordering=("twice", "id"), size=2)
    assert [row.reference for page in forward for row in page] == ["2", "1", "0"]


def test_rows_that_come_while_one_reads_shift_nothing():
    entries(6)
    first = keyset.page(AuditEntry.objects.all(), ordering=("-id",), size=3)
    entries(2)
    second = keyset.page(AuditEntry.objects.all(), ordering=("-id",), size=3, cursor=first.next)
    assert [row.subject_label for row in (*first.rows, *second.rows)] == ["5", "4", "3", "2", "1", "0"]


def test_the_row_that_a_cursor_stands_on_may_go():
    for key in "abcdef":
        OptionValue.objects.create(key=key)
    first = keyset.page(OptionValue.objects.all(), ordering=("key",), size=3)
    OptionValue.objects.filter(key__in="cd").delete()
    rest = keyset.page(OptionValue.objects.all(), ordering=("key",), size=3, cursor=first.next)
    assert [row.key for row in rest.rows] == ["e", "f"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda cursor: cursor[:-2],
        lambda cursor: "x" + cursor,
        lambda cursor: "nonsense",
        lambda cursor: signing.dumps(["f", [["v", 1]]], salt="of somebody else"),
        lambda cursor: cursor.swapcase(),
    ],
)
def test_a_damaged_cursor_is_refused_clearly(damage):
    entries(5)
    cursor = keyset.page(AuditEntry.objects.all(), ordering=("-id",), size=2).next
    with pytest.raises(BadCursorError, match="start from the first page"):
        keyset.page(AuditEntry.objects.all(), ordering=("-id",), size=2, cursor=damage(cursor))


def test_a_cursor_of_another_order_or_another_list_is_refused():
    entries(5)
    cursor = keyset.page(AuditEntry.objects.all(), ordering=("-id",), size=2).next
    with pytest.raises(BadCursorError):
        keyset.page(AuditEntry.objects.all(), ordering=("id",), size=2, cursor=cursor)
    with pytest.raises(BadCursorError):
        keyset.page(Outgoing.objects.all(), ordering=("-id",), size=2, cursor=cursor)


def test_a_page_is_one_query_and_reads_no_more_rows_than_it_shows(django_assert_num_queries):
    entries(30)
    first = keyset.page(AuditEntry.objects.all(), ordering=("-at", "-id"), size=5)
    with django_assert_num_queries(1) as asked:
        keyset.page(AuditEntry.objects.all(), ordering=("-at", "-id"), size=5, cursor=first.next)
    assert "LIMIT 6" in asked[0]["sql"]
    assert "OFFSET" not in asked[0]["sql"]


def test_the_place_is_found_by_an_index():
    entries(3000)
    cursor = keyset.page(AuditEntry.objects.all(), ordering=("-at", "-id"), size=5).next
    steps = [keyset.Step.of(part, AuditEntry) for part in ("-at", "-id")]
    _direction, place = keyset._read(cursor, AuditEntry, ("-at", "-id"))
    rows = AuditEntry.objects.order_by(*(step.order(backward=False) for step in steps))
    with connection.cursor() as cursor_:
        cursor_.execute("ANALYZE core_auditentry")
    plan = rows.filter(keyset._after(steps, place, backward=False))[:6].explain()
    assert "core_audit_by_time" in plan
    assert "Sort" not in plan
