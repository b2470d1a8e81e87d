"""The live feed: the newest first, in words for people, at the same price however much has happened."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.approvals import services as approvals
from apps.approvals.models import Item
from apps.core import outgoing
from apps.core.actors import SYSTEM, Actor
from apps.core.admin.chips import Tone
from apps.core.audit import Subject
from apps.core.models import OutgoingMove
from apps.sync.engine.job import Hold, HoldKind
from apps.sync.entities import entity_called
from apps.sync.feed import FeedKind, FeedLine, feed
from apps.sync.models import FeedCleared, Run, WebhookDelivery
from apps.sync.services import holding
from apps.sync.states import Mode, RunState

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANNA = Actor("staff", "7", "Anna")


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def make_run(state: RunState = RunState.SUCCEEDED, *, began: datetime = NOON, **given: Any) -> Run:
    ended = None if state in {RunState.QUEUED, RunState.RUNNING} else began + minutes(1)
    usual = {"entity": "items", "mode": Mode.MODIFIED, "actor_kind": "staff", "actor_label": "Anna"}
    return Run.objects.create(**usual | {"state": state, "started_at": began, "finished_at": ended} | given)


LATER = NOON + minutes(10)


def told(*, at: datetime = LATER, most: int = 50) -> list[FeedLine]:
    return feed(at=at, most=most)


def texts() -> list[str]:
    return [line.text for line in told()]


def deliver(number: int, *, at: datetime, doctype: str = "Sales Invoice", entity: str = "sales") -> None:
    for one in range(number):
        WebhookDelivery.objects.create(
            digest=f"{doctype}{at}{one}",
            doctype=doctype,
            event="on_update",
            erp_name=f"{one}",
            entity=entity,
            first_at=at,
            last_at=at,
        )


def message(reference: str = "LDR-1") -> Any:
    offer = Subject("campaigns.offer", "4", "Two for one")
    queued = outgoing.queue(kind="pricing_rules", subject=offer, reference=reference, actor=ANNA)
    return outgoing.take(queued.pk, at=NOON, actor=SYSTEM)


def steps_at(at: datetime) -> None:
    OutgoingMove.objects.update(at=at)


def test_before_anything_happened_there_is_nothing_to_tell():
    assert told() == []


@pytest.mark.parametrize(
    ("state", "given", "text", "tone"),
    [
        (RunState.QUEUED, {}, "Items: asked for by Anna, waits for a worker", Tone.RUNNING),
        (
            RunState.RUNNING,
            {"read": 1500, "created": 1400, "mode": Mode.FULL},
            "Items (full): 1,500 read, 1,400 new so far, started by Anna",
            Tone.RUNNING,
        ),
        (RunState.SUCCEEDED, {"read": 20}, "Items: 20 read, nothing had changed", Tone.WELL),
        (
            RunState.PARTIAL,
            {"read": 9, "updated": 4, "removed": 2, "renamed": 1, "quarantined": 3, "mode": Mode.COMPARE},
            "Items (compare): 9 read, 4 changed, 1 renamed, 2 gone, 3 in quarantine",
            Tone.LOOK,
        ),
        (
            RunState.HELD,
            {"read": 9, "held": 40},
            "Items: 9 read, 40 held back until an admin decides",
            Tone.LOOK,
        ),
        (RunState.FAILED, {"problem": "ERPNext is away."}, "Items failed: ERPNext is away.", Tone.ACT),
        (
            RunState.INTERRUPTED,
            {"problem": "The worker died on the way."},
            "Items broke off: The worker died on the way.",
            Tone.LOOK,
        ),
    ],
)
def test_a_run_is_told_in_a_sentence(state: RunState, given: dict[str, Any], text: str, tone: Tone):
    run = make_run(state, **given)
    (line,) = told()
    assert (line.text, line.tone, line.run_id, line.kind) == (text, tone, run.pk, FeedKind.RUN)
    assert line.is_running is (state == RunState.RUNNING)


def test_a_run_under_way_says_how_far_it_is_and_how_fast():
    run = make_run(RunState.RUNNING, read=900, expected=2000)
    assert told(at=NOON + timedelta(seconds=30)) == [
        FeedLine(
            at=NOON,
            kind=FeedKind.RUN,
            tone=Tone.RUNNING,
            icon="progress_activity",
            text="Items: 900 read so far, started by Anna",
            entity="items",
            run_id=run.pk,
            done=900,
            expected=2000,
            rate=30,
            is_running=True,
        )
    ]
    assert [line.rate for line in told(at=NOON)] == [None]


def test_of_a_run_that_is_over_the_rate_is_that_of_the_whole():
    make_run(read=1200)
    (line,) = told()
    assert (line.at, line.done, line.rate, line.is_running) == (NOON + minutes(1), 1200, 20, False)


def test_what_goes_on_comes_first_and_then_the_newest():
    long_since = make_run(RunState.RUNNING, began=NOON - minutes(60), entity="sales")
    old, new = make_run(), make_run(began=NOON + minutes(3))
    deliver(1, at=NOON + minutes(2))
    assert [line.run_id for line in told()] == [long_since.pk, new.pk, None, old.pk]
    assert [line.run_id for line in told(most=2)] == [long_since.pk, new.pk]


def test_what_the_guard_stops_is_told_until_it_is_decided():
    hold = Hold(
        entity=entity_called("items"),
        doctype="Item",
        kind=HoldKind.REMOVAL,
        records={f"I-{number}": {} for number in range(40)},
        present=100,
    )
    holding.ask(hold, actor=SYSTEM)
    stopped = "40 of 100 Item records are gone from ERPNext"
    (line,) = told()
    assert (line.text, line.tone, line.entity) == (f"{stopped}: that waits in To Do", Tone.LOOK, "items")
    assert line.kind == FeedKind.HOLD
    approvals.reject(Item.objects.get().pk, actor=ANNA, reason="they are needed")
    assert texts() == [f"{stopped}: Anna turned it down"]


def test_what_erpnext_was_told_is_told_and_what_could_not_be():
    payload: dict[str, Any] = {"at": NOON, "actor": SYSTEM, "payload": {}, "answer": {}}
    outgoing.sent(message().pk, revision=1, erp_name="PRLE-1", **payload)
    outgoing.failed(message("LDR-2").pk, error="It is away.", next_try_at=NOON, actor=SYSTEM)
    outgoing.give_up(message("LDR-3").pk, error="No such item.", actor=SYSTEM)
    steps_at(NOON)
    assert [(line.text, line.tone, line.kind, line.entity) for line in told()] == [
        (
            "Not sent, needs attention: Two for one. No such item.",
            Tone.ACT,
            FeedKind.MESSAGE,
            "pricing_rules",
        ),
        (
            "Not sent yet, will be tried again: Two for one. It is away.",
            Tone.LOOK,
            FeedKind.MESSAGE,
            "pricing_rules",
        ),
        ("Sent to ERPNext: Two for one", Tone.WELL, FeedKind.MESSAGE, "pricing_rules"),
    ]


def test_webhooks_are_counted_by_minute_and_doctype():
    deliver(3, at=NOON)
    deliver(2, at=NOON + timedelta(seconds=59))
    deliver(1, at=NOON, doctype="Item", entity="items")
    deliver(1, at=NOON + minutes(1))
    deliver(7, at=NOON - timedelta(days=2))  # too long ago to be news
    assert [(line.text, line.entity) for line in told()] == [
        ("1 webhook came: Sales Invoice", "sales"),
        ("5 webhooks came: Sales Invoice", "sales"),
        ("1 webhook came: Item", "items"),
    ]


def test_clearing_hides_what_is_over_and_nothing_that_goes_on():
    goes_on = make_run(RunState.RUNNING, began=NOON - minutes(9), entity="sales")
    make_run()
    deliver(1, at=NOON + minutes(1))
    outgoing.give_up(message().pk, error="No.", actor=SYSTEM)
    steps_at(NOON)
    FeedCleared.objects.create(pk=1, at=NOON + minutes(2), by_label="Anna")
    later = make_run(began=NOON + minutes(3))
    assert [line.run_id for line in told()] == [goes_on.pk, later.pk]
    assert Run.objects.count() == 3


def test_it_costs_six_queries_however_much_has_happened(django_assert_num_queries: Callable[[int], Any]):
    with django_assert_num_queries(6):
        told()
    for number in range(30):
        make_run(began=NOON + minutes(number))
        make_run(RunState.RUNNING, entity=f"e{number}")
        deliver(2, at=NOON + minutes(number))
        outgoing.give_up(message(f"LDR-{number}").pk, error="No.", actor=SYSTEM)
    with django_assert_num_queries(6):
        assert len(told(most=100)) == 100
