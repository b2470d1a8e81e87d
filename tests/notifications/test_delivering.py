"""Pushes: by FCM, against a server that answers like it; in quiet hours; with two senders, and a dead one."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import IntegrityError, connection
from django.utils import timezone

from apps.core import options
from apps.core.actors import SYSTEM
from apps.core.models import AuditEntry
from apps.notifications import services
from apps.notifications.models import Delivery, Device, Message
from apps.notifications.push.adapter import Outcome, Result
from apps.notifications.push.console import Console
from apps.notifications.push.fcm import Fcm
from apps.notifications.services import Recipient, delivering
from apps.notifications.services.delivering import IllegalMoveError
from apps.notifications.states import DELIVERY_MOVES, DeliveryState
from apps.notifications.tasks import send_pushes
from tests.factories.notifications import make_phone
from tests.notifications.fcm_standin import Answer, fcm_standin

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("never_quiet")]
VALUES = {"number": "SAL-7", "day": "Friday"}


@pytest.fixture
def google():
    with fcm_standin() as server:
        yield server


@pytest.fixture
def fcm(google):
    return Fcm(json.loads(google.account()), url=google.url)


@pytest.fixture
def waiting(order_kind, ann):
    """Something to push to Ann's phone."""
    make_phone(ann)
    message = services.tell(ann, order_kind, VALUES, link="/orders/7", data={"order": 7}, actor=SYSTEM)
    return Delivery.objects.get(message=message)


def stands(delivery):
    delivery.refresh_from_db()
    return delivery.state, delivery.why


def test_a_push_arrives_with_its_words_its_data_and_a_name_that_makes_it_replace_itself(google, fcm, waiting):
    assert services.send_due(actor=SYSTEM, adapter=fcm) == {"sent": 1}
    (message,) = google.sent
    assert message["token"] == "token-1"
    assert message["notification"] == {"title": "Order SAL-7 is on its way", "body": "It arrives on Friday."}
    assert message["data"] == {
        "order": "7",
        "message": str(waiting.message_id),
        "kind": "test.on_its_way",
        "link": "/orders/7",
    }
    name = f"larder-{waiting.message_id}"
    assert message["android"]["notification"]["tag"] == message["apns"]["headers"]["apns-collapse-id"] == name
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reference) == ("sent", "projects/larder-test/messages/1")
    assert services.send_due(actor=SYSTEM, adapter=fcm) == {}


def test_one_access_token_serves_many_pushes(google, fcm, order_kind, ann):
    for number in range(30):
        make_phone(Recipient("customer", str(number)), f"t{number}")
        services.tell(Recipient("customer", str(number)), order_kind, VALUES, actor=SYSTEM)
    assert services.send_due(actor=SYSTEM, adapter=fcm) == {"sent": 30}
    assert len(google.tokens_given) == 1
    assert sorted(message["token"] for message in google.sent) == sorted(f"t{number}" for number in range(30))


def test_an_access_token_that_was_withdrawn_is_fetched_anew(google, fcm, order_kind, ann, waiting):
    services.send_due(actor=SYSTEM, adapter=fcm)
    google.withdraw_tokens()
    services.tell(ann, order_kind, VALUES, actor=SYSTEM)
    assert services.send_due(actor=SYSTEM, adapter=fcm) == {"sent": 1}
    assert len(google.tokens_given) == 2


@pytest.mark.parametrize(("status", "code"), [(404, "UNREGISTERED"), (403, "SENDER_ID_MISMATCH")])
def test_a_phone_whose_token_is_dead_is_forgotten(google, fcm, waiting, status, code):
    google.answers["token-1"] = [Answer(status, code)]
    services.send_due(actor=SYSTEM, adapter=fcm)
    assert not Device.objects.exists()
    state, why = stands(waiting)
    assert (state, code in why) == ("dropped", True)


@pytest.mark.parametrize(("status", "code"), [(400, "INVALID_ARGUMENT"), (403, ""), (404, ""), (413, "")])
def test_what_is_refused_is_not_tried_again_and_the_phone_stays(google, fcm, waiting, status, code):
    google.answers["token-1"] = [Answer(status, code)]
    assert services.send_due(actor=SYSTEM, adapter=fcm) == {"failed": 1}
    assert stands(waiting)[0] == "failed"
    assert services.send_due(actor=SYSTEM, adapter=fcm) == {}
    assert Device.objects.count() == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_heal_is_tried_again_later_and_later(google, fcm, waiting, status):
    google.answers["token-1"] = [Answer(status), Answer(status)]
    start = timezone.now()
    assert services.send_due(actor=SYSTEM, adapter=fcm) == {"later": 1}
    waiting.refresh_from_db()
    assert timedelta(seconds=15) <= waiting.due_at - start <= timedelta(seconds=31)
    assert services.send_due(actor=SYSTEM, adapter=fcm) == {}
    with time_machine.travel(start + timedelta(seconds=40), tick=False):
        assert services.send_due(actor=SYSTEM, adapter=fcm) == {"later": 1}
        waiting.refresh_from_db()
        assert timedelta(seconds=30) <= waiting.due_at - timezone.now() <= timedelta(seconds=60)
    with time_machine.travel(start + timedelta(seconds=140), tick=False):
        assert services.send_due(actor=SYSTEM, adapter=fcm) == {"sent": 1}


def test_the_service_says_itself_how_long_to_wait(google, fcm, waiting):
    google.answers["token-1"] = [Answer(429, "QUOTA_EXCEEDED", retry_after="600")]
    start = timezone.now()
    services.send_due(actor=SYSTEM, adapter=fcm)
    waiting.refresh_from_db()
    assert timedelta(seconds=599) <= waiting.due_at - start <= timedelta(seconds=605)


NONSENSE = {
    "no-json": b"<html>502</html>",
    "nothing": b"",
    "not-text": b"\xff\xfe\x00",
    "a-list": b"[1, 2]",
    "too-deep": b"[" * 200_000,
    "a-huge-number": b'{"name": ' + b"9" * 5000 + b"}",
    "error-is-text": b'{"error": "no"}',
    "details-are-a-number": b'{"error": {"details": 7}}',
    "details-are-odd": b'{"error": {"details": [null, 3, {"errorCode": {"a": 1}}]}}',
    "no-character": b'{"error": {"status": "A\\u0000B", "message": "\\ud800 \\u0000"}}',
}


@pytest.mark.parametrize("status", [200, 503])
@pytest.mark.parametrize("body", NONSENSE.values(), ids=NONSENSE)
def test_an_answer_that_makes_no_sense_is_tried_again_and_holds_up_no_other_push(
    google, fcm, order_kind, ann, waiting, status, body
):
    make_phone(ann, token="token-2")
    other = services.tell(ann, order_kind, VALUES, once="other", actor=SYSTEM)
    google.answers["token-1"] = [Answer(status, body=body)] * 2
    assert services.send_due(actor=SYSTEM, adapter=fcm) == {"later": 2, "sent": 1}
    assert stands(waiting)[0] == "waiting"
    assert set(other.deliveries.values_list("state", flat=True)) == {"waiting", "sent"}


@pytest.mark.parametrize(
    "asked",
    ["Wed, 21 Oct 2037 07:28:00", "Wed, 21 Oct 2037 07:28:00 -0000", "99999999999999999999", "soon", "-5"],
)
def test_a_wait_that_makes_no_sense_does_no_harm(google, fcm, waiting, asked):
    google.answers["token-1"] = [Answer(503, retry_after=asked)]
    assert services.send_due(actor=SYSTEM, adapter=fcm) == {"later": 1}
    waiting.refresh_from_db()
    assert timedelta() < waiting.due_at - timezone.now() <= timedelta(hours=1)


@pytest.mark.parametrize("body", [b"nonsense", b"[]", b'{"access_token": 7, "expires_in": "soon"}', b"{}"])
def test_nonsense_in_place_of_an_access_token_makes_everything_wait(google, fcm, waiting, body):
    google.token_body = body
    assert services.send_due(actor=SYSTEM, adapter=fcm) == {"later": 1}
    assert stands(waiting)[0] == "waiting"


def test_after_eight_tries_it_has_failed_and_a_person_may_try_again(google, fcm, waiting, manager):
    google.answers["token-1"] = [Answer(500)] * 8
    at = timezone.now()
    for _each in range(8):
        with time_machine.travel(at, tick=False):
            services.send_due(actor=SYSTEM, adapter=fcm)
        at += timedelta(hours=1, minutes=1)
    assert stands(waiting)[0] == "failed"
    assert services.try_again([waiting.message_id], actor=SYSTEM) == 1
    assert AuditEntry.objects.filter(action="message.tried-again").count() == 1
    assert services.send_due(actor=SYSTEM, adapter=fcm) == {"sent": 1}
    with pytest.raises(IllegalMoveError):
        services.try_again([waiting.message_id], actor=SYSTEM)


def test_without_an_access_token_everything_waits(google, fcm, waiting):
    google.gives_tokens = False
    assert services.send_due(actor=SYSTEM, adapter=fcm) == {"later": 1}
    state, why = stands(waiting)
    assert (state, why.startswith("Google gave no access token")) == ("waiting", True)


def test_when_nobody_answers_everything_waits(google, waiting):
    fcm = Fcm(json.loads(google.account()), url="http://127.0.0.1:1")
    assert services.send_due(actor=SYSTEM, adapter=fcm) == {"later": 1}
    assert stands(waiting)[1].startswith("FCM did not answer")


NIGHT = datetime(2026, 6, 10, 23, 30, tzinfo=UTC)  # half past midnight in London


def test_in_quiet_hours_only_what_is_urgent_rings_and_the_rest_goes_once_they_end(
    google, fcm, order_kind, offer_kind, ann
):
    options.save({"notifications.quiet_from": "22", "notifications.quiet_until": "8"}, actor=SYSTEM)
    make_phone(ann)
    with time_machine.travel(NIGHT, tick=False):
        services.tell(ann, offer_kind, {}, actor=SYSTEM)
        services.tell(ann, order_kind, VALUES, actor=SYSTEM)
        assert services.send_due(actor=SYSTEM, adapter=fcm) == {"sent": 1}
        assert services.send_due(actor=SYSTEM, adapter=fcm) == {}
    assert [message["notification"]["title"] for message in google.sent] == ["Order SAL-7 is on its way"]
    with time_machine.travel(NIGHT.replace(day=11, hour=6, minute=59), tick=False):
        assert services.send_due(actor=SYSTEM, adapter=fcm) == {}
    with time_machine.travel(NIGHT.replace(day=11, hour=7, minute=0), tick=False):
        assert services.send_due(actor=SYSTEM, adapter=fcm) == {"sent": 1}
        assert services.send_due(actor=SYSTEM, adapter=fcm) == {}
    assert google.sent[1]["notification"]["title"] == "Apples are cheap today"


def unsubscribed(delivery, ann):
    services.unsubscribe(ann, "marketing", actor=SYSTEM)


def read(delivery, ann):
    services.mark_messages_read(None, of=ann, actor=SYSTEM)


def signed_out(delivery, ann):
    services.forget_device(ann, "token-1", actor=SYSTEM)


def handed_on(delivery, ann):
    make_phone(Recipient("customer", "99"))


def too_late(delivery, ann):
    long_ago = timezone.now() - timedelta(hours=25)
    Message.objects.update(created_at=long_ago)
    Delivery.objects.update(created_at=long_ago)


@pytest.mark.parametrize("gone", [unsubscribed, read, signed_out, handed_on, too_late])
def test_what_nobody_wants_or_waits_for_any_longer_is_dropped(google, fcm, offer_kind, ann, gone):
    make_phone(ann)
    message = services.tell(ann, offer_kind, {}, actor=SYSTEM)
    delivery = Delivery.objects.get(message=message)
    gone(delivery, ann)
    assert services.send_due(actor=SYSTEM, adapter=fcm) == {"dropped": 1}
    state, why = stands(delivery)
    assert (state, bool(why), google.sent) == ("dropped", True, [])


def test_the_task_pushes_what_waits_after_the_commit(
    waiting, ann, order_kind, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        message = services.tell(ann, order_kind, VALUES, actor=SYSTEM)
    assert message.deliveries.get().state == "sent"


def test_the_clock_finds_what_a_lost_nudge_left(waiting):
    send_pushes()
    assert stands(waiting)[0] == "sent"


def test_a_push_moves_only_as_the_table_says(waiting):
    for was in DeliveryState:
        for to in DeliveryState:
            ended = None if was == DeliveryState.WAITING else timezone.now()
            Delivery.objects.filter(pk=waiting.pk).update(state=was, ended_at=ended)
            waiting.refresh_from_db()
            if to in DELIVERY_MOVES[was]:
                delivering._move(waiting, to, at=timezone.now())
                assert stands(waiting)[0] == to
            else:
                with pytest.raises(IllegalMoveError):
                    delivering._move(waiting, to, at=timezone.now())
                assert stands(waiting)[0] == was


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_nothing_twice(google, order_kind, settings, monkeypatch):
    settings.EVENT_LISTENERS = "tests.notifications.conftest.NOBODY_LISTENS"
    monkeypatch.setattr(delivering, "AT_ONCE", 7)
    for number in range(60):
        make_phone(Recipient("customer", str(number)), f"t{number}")
        services.tell(Recipient("customer", str(number)), order_kind, VALUES, actor=SYSTEM)
    at_once = Barrier(2)
    fcm = Fcm(json.loads(google.account()), url=google.url)

    def send(_number):
        try:
            at_once.wait(timeout=10)
            return services.send_due(actor=SYSTEM, adapter=fcm)["sent"]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(send, range(2))) == 60
    assert sorted(message["token"] for message in google.sent) == sorted(f"t{number}" for number in range(60))
    assert Delivery.objects.filter(state="sent").count() == 60


class Killed(BaseException):
    """The worker is no more."""


def test_what_a_killed_sender_had_in_hand_goes_out_after_his_lease_in_its_own_place(google, fcm, waiting):
    class Dies(Console):
        def send(self, pushes):
            fcm.send(pushes)  # it arrives, and nobody writes it down
            raise Killed

    start = timezone.now()
    with pytest.raises(Killed):
        services.send_due(actor=SYSTEM, adapter=Dies())
    assert services.send_due(actor=SYSTEM, adapter=fcm) == {}
    with time_machine.travel(start + delivering.LEASE + timedelta(seconds=1), tick=False):
        assert services.send_due(actor=SYSTEM, adapter=fcm) == {"sent": 1}
    first, second = google.sent
    assert first["android"]["notification"]["tag"] == second["android"]["notification"]["tag"]


def test_what_fells_every_sender_is_given_up_after_eight_of_them(fcm, waiting):
    class Deadly:
        name = "deadly"

        def send(self, pushes):
            raise SystemExit

    at = timezone.now()
    for fall in range(8):
        with time_machine.travel(at + fall * timedelta(minutes=6)), pytest.raises(SystemExit):
            services.send_due(actor=SYSTEM, adapter=Deadly())
    with time_machine.travel(at + 8 * timedelta(minutes=6)):
        assert services.send_due(actor=SYSTEM, adapter=Deadly()) == {"failed": 1}
    assert stands(waiting) == ("failed", "Whoever sent it fell, 8 times.")


def test_of_a_sick_service_nobody_asks_more_than_a_batch_a_minute(order_kind):
    for number in range(delivering.AT_ONCE + 50):
        make_phone(Recipient("customer", str(number)), f"t{number}")
        services.tell(Recipient("customer", str(number)), order_kind, VALUES, actor=SYSTEM)

    class Sick(Console):
        def send(self, pushes):
            return [Result(Outcome.LATER, "503")] * len(pushes)

    assert services.send_due(actor=SYSTEM, adapter=Sick()) == {"later": delivering.AT_ONCE}


def test_a_message_and_a_phone_have_one_push(waiting):
    with pytest.raises(IntegrityError, match="notifications_delivery_once"):
        Delivery.objects.create(message=waiting.message, device=waiting.device, platform="ios")
