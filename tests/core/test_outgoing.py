"""The outbox: nothing is lost, nothing goes twice."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.db import IntegrityError, transaction

from apps.core import outgoing
from apps.core.actors import SYSTEM, Actor
from apps.core.audit import Subject
from apps.core.errors import IllegalMoveError, InvalidInputError, NotFoundError
from apps.core.events import OutgoingQueued
from apps.core.models import AuditEntry, Outgoing
from apps.core.states import OUTGOING_MOVES, OutgoingState

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
AYSE = Actor(kind="staff", id="7", label="Ayşe Demir")
OFFER = Subject(kind="campaigns.offer", id="4", label="Two for one")


def queue(reference="LDR-OFFER-4", **given):
    return outgoing.queue(
        **{"kind": "pricing_rules", "subject": OFFER, "reference": reference, "actor": AYSE} | given
    )


def send(message, **given):
    return outgoing.sent(
        message.pk,
        **{
            "revision": message.revision,
            "at": NOON,
            "actor": SYSTEM,
            "payload": {"rate": "1.20"},
            "answer": {"name": "PRLE-0001"},
            "erp_name": "PRLE-0001",
        }
        | given,
    )


def steps(message):
    return list(message.journal.values_list("was", "now"))


def test_what_is_queued_waits_and_says_who_wanted_it():
    message = queue(payload={"rate": "1.20"})
    assert list(Outgoing.objects.waiting(NOON)) == [message]
    assert (message.state, message.actor_label, message.subject_label) == (
        "pending",
        "Ayşe Demir",
        "Two for one",
    )


def test_what_is_rolled_back_was_never_queued():
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    assert Outgoing.objects.count() == 0


def test_a_message_goes_its_way_and_the_journal_knows_it():
    message = queue()
    taken = outgoing.take(message.pk, at=NOON, actor=SYSTEM)
    assert (taken.attempts, taken.taken_at) == (1, NOON)
    done = send(taken)
    assert (done.state, done.erp_name, done.sent_at, done.taken_at) == ("sent", "PRLE-0001", NOON, None)
    assert steps(message) == [("", "pending"), ("pending", "sending"), ("sending", "sent")]
    assert not Outgoing.objects.waiting(NOON).exists()


def test_two_senders_cannot_have_the_same_message():
    message = queue()
    outgoing.take(message.pk, at=NOON, actor=SYSTEM)
    with pytest.raises(IllegalMoveError):
        outgoing.take(message.pk, at=NOON, actor=SYSTEM)
    message.refresh_from_db()
    assert message.attempts == 1


def test_queueing_the_same_reference_again_is_one_message_with_the_newer_content():
    queue(payload={"rate": "1.20"})
    again = queue(payload={"rate": "1.10"})
    assert (again.revision, again.payload) == (2, {"rate": "1.10"})
    assert Outgoing.objects.count() == 1


def test_what_changes_while_it_is_under_way_goes_out_once_more():
    taken = outgoing.take(queue(payload={"rate": "1.20"}).pk, at=NOON, actor=SYSTEM)
    queue(payload={"rate": "1.10"})
    after = send(taken)
    assert (after.state, after.payload, after.erp_name) == ("pending", {"rate": "1.10"}, "PRLE-0001")


def test_what_was_sent_and_changes_later_is_sent_again():
    send(outgoing.take(queue().pk, at=NOON, actor=SYSTEM))
    again = queue()
    assert (again.state, again.sent_at) == ("pending", None)


def test_a_failure_waits_for_its_next_try():
    message = outgoing.take(queue().pk, at=NOON, actor=SYSTEM)
    outgoing.failed(message.pk, error="timed out", next_try_at=NOON + timedelta(minutes=5), actor=SYSTEM)
    assert not Outgoing.objects.waiting(NOON).exists()
    assert Outgoing.objects.waiting(NOON + timedelta(minutes=5)).get().last_error == "timed out"


def test_what_is_held_back_waits_without_having_been_tried():
    message = queue()
    assert outgoing.hold([message.pk], why="no field for it", until=NOON + timedelta(minutes=5)) == 1
    assert not Outgoing.objects.waiting(NOON).exists()
    held = Outgoing.objects.waiting(NOON + timedelta(minutes=5)).get()
    assert (held.state, held.attempts, held.last_error) == ("pending", 0, "no field for it")
    taken = outgoing.take(message.pk, at=NOON, actor=SYSTEM)
    assert outgoing.hold([message.pk], why="late", until=NOON) == 0
    assert (taken.state, taken.next_try_at) == ("sending", None)


def test_what_a_dead_sender_had_under_way_is_tried_again_and_only_that():
    taken = outgoing.take(queue().pk, at=NOON, actor=SYSTEM)
    assert list(Outgoing.objects.under_way()) == [taken]
    found = outgoing.recover(taken.pk, next_try_at=NOON + timedelta(seconds=10), actor=SYSTEM)
    assert (found.state, found.attempts, found.taken_at) == ("failed", 1, None)
    again = outgoing.recover(taken.pk, next_try_at=NOON, actor=SYSTEM)
    assert (again.state, again.next_try_at) == ("failed", NOON + timedelta(seconds=10))


def test_what_is_refused_while_it_changes_is_tried_as_it_is_now():
    taken = outgoing.take(queue(payload={"rate": "0"}).pk, at=NOON, actor=SYSTEM)
    queue(payload={"rate": "1.20"})
    after = outgoing.give_up(taken.pk, error="rate is 0", actor=SYSTEM, revision=taken.revision)
    assert (after.state, after.attempts, after.last_error) == ("pending", 0, "")


def test_what_changes_again_has_all_its_attempts_before_it():
    message = outgoing.take(queue().pk, at=NOON, actor=SYSTEM)
    outgoing.give_up(message.pk, error="rate is 0", actor=SYSTEM)
    again = queue()
    assert (again.state, again.attempts, again.last_error, again.next_try_at) == ("pending", 0, "", None)


SETTLED = NOON + outgoing.SETTLED


def lost(message):
    """It was sent, and no answer came."""
    outgoing.take(message.pk, at=NOON, actor=SYSTEM)
    later = NOON + timedelta(hours=1)
    outgoing.failed(message.pk, error="timed out", next_try_at=later, settles_at=SETTLED, actor=SYSTEM)
    return message


@time_machine.travel(NOON, tick=False)
def test_what_failed_and_changes_again_waits_until_the_first_attempt_must_be_over():
    message = lost(queue())
    again = queue()
    assert (again.state, again.attempts, again.next_try_at) == ("pending", 0, SETTLED)
    lost(message)
    assert outgoing.retry(message.pk, actor=AYSE).next_try_at is None  # the same again: he takes his time


@time_machine.travel(NOON, tick=False)
def test_it_waits_so_whatever_became_of_it_since():
    message = lost(queue())
    outgoing.discard(message.pk, actor=AYSE, reason="withdrawn")
    assert queue().next_try_at == SETTLED
    outgoing.take(message.pk, at=NOON, actor=SYSTEM)
    outgoing.give_up(message.pk, error="tried 12 times", actor=SYSTEM, settles_at=SETTLED)
    assert outgoing.retry(message.pk, actor=AYSE, payload={"rate": "2"}).next_try_at == SETTLED


@time_machine.travel(SETTLED, tick=False)
def test_what_has_settled_waits_no_more():
    message = lost(queue())
    assert queue().next_try_at is None
    assert message.pk == Outgoing.objects.waiting(SETTLED).get().pk


def test_the_sender_is_nudged_once_what_is_queued_is_there(django_capture_on_commit_callbacks, monkeypatch):
    nudges = []
    table = {OutgoingQueued: (SimpleNamespace(delay=lambda: nudges.append(1)),)}
    monkeypatch.setattr("config.wiring.LISTENERS", table)
    with django_capture_on_commit_callbacks(execute=True):
        message = queue()
        assert nudges == []
    assert nudges == [1]
    outgoing.discard(message.pk, actor=AYSE, reason="withdrawn")
    with django_capture_on_commit_callbacks(execute=True):
        outgoing.retry(message.pk, actor=AYSE)
    assert nudges == [1, 1]


def test_a_reference_tells_documents_apart_by_what_they_say():
    reference = outgoing.reference_for("price", "FETA+PDO", "Shop/Till", "", "")
    assert reference == "price/FETA+PDO/Shop%2FTill"
    assert outgoing.said_in(reference) == ["FETA+PDO", "Shop/Till"]
    assert outgoing.reference_for("price", "A/B", "C") != outgoing.reference_for("price", "A", "B/C")
    long = [outgoing.reference_for("price", "x" * 200, end) for end in "ab"]
    assert [len(one) for one in long] == [140, 140]
    assert long[0] != long[1]


def test_what_will_not_heal_waits_for_a_person_who_sends_his_own_version():
    message = outgoing.take(queue(payload={"rate": "0"}).pk, at=NOON, actor=SYSTEM)
    outgoing.give_up(
        message.pk, error="rate is missing", actor=SYSTEM, answer={"exc_type": "ValidationError"}
    )
    assert not Outgoing.objects.waiting(NOON).exists()
    again = outgoing.retry(message.pk, actor=AYSE, payload={"rate": "1.20"})
    assert (again.state, again.attempts, again.payload) == ("pending", 0, {"rate": "1.20"})
    entry = AuditEntry.objects.get()
    assert (entry.before["payload"], entry.after["payload"]) == ({"rate": "0"}, {"rate": "1.20"})


def test_discarding_needs_a_reason_and_is_audited():
    message = queue()
    with pytest.raises(InvalidInputError):
        outgoing.discard(message.pk, actor=AYSE, reason=" ")
    assert Outgoing.objects.get().state == "pending"
    outgoing.discard(message.pk, actor=AYSE, reason="offer withdrawn")
    assert Outgoing.objects.get().state == "discarded"
    assert AuditEntry.objects.get().reason == "offer withdrawn"


def test_what_a_killed_sender_left_behind_is_found():
    outgoing.take(queue().pk, at=NOON, actor=SYSTEM)
    assert not Outgoing.objects.stuck(NOON).exists()
    assert Outgoing.objects.stuck(NOON + timedelta(seconds=1)).count() == 1


def test_what_is_not_there_cannot_be_moved():
    with pytest.raises(NotFoundError):
        outgoing.retry(404, actor=AYSE)


@pytest.mark.parametrize("was", OutgoingState)
@pytest.mark.parametrize("to", OutgoingState)
def test_only_the_steps_of_the_table_are_taken(was, to):
    message = queue()
    dates = {
        OutgoingState.SENT: {"sent_at": NOON},
        OutgoingState.SENDING: {"taken_at": NOON},
        OutgoingState.FAILED: {"next_try_at": NOON},
    }
    Outgoing.objects.update(state=was, **dates.get(was, {}))
    message.refresh_from_db()
    for name, value in dates.get(to, {}).items():
        setattr(message, name, value)
    if to in OUTGOING_MOVES[was]:
        outgoing._move(message, to, actor=SYSTEM)
        assert Outgoing.objects.get().state == to
    else:
        with pytest.raises(IllegalMoveError):
            outgoing._move(message, to, actor=SYSTEM)
        assert Outgoing.objects.get().state == was


@pytest.mark.parametrize("state", ["sent", "sending", "failed", "lost"])
def test_the_database_refuses_a_state_without_its_date_and_one_that_is_none(state):
    queue()
    with pytest.raises(IntegrityError), transaction.atomic():
        Outgoing.objects.update(state=state)
    assert Outgoing.objects.get().state == "pending"


# --- what is sent at all -----------------------------------------------------------------------------------
@pytest.fixture
def offered(monkeypatch):
    """Only what a test offers."""
    monkeypatch.setattr(outgoing, "_sent_kinds", {})
    return outgoing.offer


def test_a_kind_is_wanted_while_its_sender_says_so_and_an_unknown_one_never(offered):
    answers = [True, False]
    offered("parcel", outgoing.Sends(lambda: answers.pop(0)))
    assert [outgoing.is_wanted(kind) for kind in ("parcel", "parcel", "umbrella")] == [True, False, False]


@pytest.mark.parametrize(
    ("rows", "parts"),
    [
        ([], [("upload/7", [])]),
        ([1, 2, 3], [("upload/7", [1, 2, 3])]),
        ([1, 2, 3, 4], [("upload/7/1", [1, 2, 3]), ("upload/7/2", [4])]),
        ([1, 2, 3, 4, 5, 6], [("upload/7/1", [1, 2, 3]), ("upload/7/2", [4, 5, 6])]),
    ],
)
def test_what_is_too_large_for_one_document_is_told_in_parts(offered, rows, parts):
    offered("parcel", outgoing.Sends(lambda: True, most_rows=3))
    assert outgoing.parts_of("parcel", "upload/7", rows) == parts
    assert outgoing.parts_of("umbrella", "upload/7", rows) == [("upload/7", rows)]


# --- many at once -------------------------------------------------------------------------------------------
def telling(reference, **payload):
    return outgoing.Telling(kind="item_price", subject=OFFER, reference=reference, payload=payload)


def test_several_are_queued_like_one_each_and_the_journal_knows_them():
    messages = outgoing.queue_several([telling("A", rate="1"), telling("B", rate="2")], actor=AYSE)
    assert sorted((one.reference, one.state, one.payload["rate"]) for one in messages) == [
        ("A", "pending", "1"),
        ("B", "pending", "2"),
    ]
    assert [steps(one) for one in messages] == [[("", "pending")]] * 2


def test_of_one_reference_among_several_the_last_one_counts_and_a_known_one_changed_again():
    send(outgoing.take(queue("A").pk, at=NOON, actor=SYSTEM))
    outgoing.queue_several([telling("A", rate="1"), telling("A", rate="3"), telling("B")], actor=AYSE)
    known = Outgoing.objects.get(reference="A")
    assert (known.payload, known.revision, known.state) == ({"rate": "3"}, 2, "pending")
    assert Outgoing.objects.count() == 2


@pytest.mark.parametrize("number", [2, 50])
def test_several_cost_as_many_questions_however_many(number, django_assert_num_queries):
    with django_assert_num_queries(5):
        outgoing.queue_several([telling(f"R-{n}") for n in range(number)], actor=AYSE)


def test_several_are_withdrawn_together():
    messages = outgoing.queue_several([telling("A"), telling("B")], actor=AYSE)
    assert outgoing.withdraw([one.pk for one in messages], actor=AYSE, reason="undone") == 2
    assert set(Outgoing.objects.values_list("state", flat=True)) == {"discarded"}
    assert steps(messages[0]) == [("", "pending"), ("pending", "discarded")]


def test_with_one_under_way_none_is_withdrawn():
    messages = outgoing.queue_several([telling("A"), telling("B")], actor=AYSE)
    outgoing.take(messages[1].pk, at=NOON, actor=SYSTEM)
    with pytest.raises(IllegalMoveError):
        outgoing.withdraw([one.pk for one in messages], actor=AYSE, reason="undone")
    assert sorted(Outgoing.objects.values_list("state", flat=True)) == ["pending", "sending"]
