"""Telling a recipient: once, in his language, and only what he wants to be told."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.core.actors import COMMAND, SYSTEM
from apps.core.errors import InvalidInputError
from apps.core.models import AuditEntry
from apps.notifications import message_kinds, services
from apps.notifications.message_kinds import MessageKind
from apps.notifications.models import Delivery, Device, Message, MessageText
from apps.notifications.services import Phone, Recipient
from apps.notifications.services.texts import TextChangedError
from apps.notifications.states import Category
from apps.notifications.wording import Words, complaints
from tests.factories.notifications import make_phone

pytestmark = pytest.mark.django_db
VALUES = {"number": "SAL-7", "day": "Friday"}


def test_a_customer_is_told_in_his_language(order_kind):
    message = services.tell_customer("41", order_kind, VALUES, language="ar", actor=SYSTEM)
    assert (message.language, message.title) == ("ar", "طلبك SAL-7 في الطريق")


@pytest.mark.parametrize("language", ["tr", "en-gb", "", "xx"])
def test_in_a_language_without_words_the_shops_own_is_spoken(order_kind, language):
    message = services.tell_customer("41", order_kind, VALUES, language=language, actor=SYSTEM)
    assert (message.language, message.body) == ("en", "It arrives on Friday.")


def test_a_region_falls_back_to_its_language(order_kind):
    assert services.words_for(order_kind, "ar_EG", VALUES)[1] == "ar"


def test_what_staff_wrote_goes_before_what_the_app_brought_and_what_was_told_stays(order_kind, ann):
    before = services.tell(ann, order_kind, VALUES, actor=SYSTEM)
    services.save_text(order_kind.key, "en", Words("{number} left us"), actor=COMMAND)
    after = services.tell(ann, order_kind, VALUES, actor=SYSTEM)
    before.refresh_from_db()
    assert (before.title, after.title) == ("Order SAL-7 is on its way", "SAL-7 left us")
    services.reset_text(order_kind.key, "en", actor=COMMAND)
    assert services.tell(ann, order_kind, VALUES, actor=SYSTEM).title == "Order SAL-7 is on its way"
    actions = AuditEntry.objects.filter(action__startswith="message_text").order_by("pk")
    assert [(entry.action, entry.after["title"]) for entry in actions] == [
        ("message_text.changed", "{number} left us"),
        ("message_text.reset", "Order {number} is on its way"),
    ]


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (Words("{numbr} is on its way"), "title"),
        (Words("Hello", "{day.year}"), "body"),
        (Words("Hello {"), "title"),
        (Words("  "), "title"),
        (Words("two\nlines"), "title"),
        (Words("x" * 121), "title"),
        (Words("Hello", "x" * 1001), "body"),
        (Words("Hello", "nul\x00"), "body"),
    ],
)
def test_words_that_cannot_be_used_are_refused_at_their_field(order_kind, words, field):
    with pytest.raises(InvalidInputError) as refusal:
        services.save_text(order_kind.key, "en", words, actor=COMMAND)
    assert {error.field for error in refusal.value.errors} == {field}
    assert not MessageText.objects.exists()
    assert not AuditEntry.objects.filter(action="message_text.changed").exists()


def test_nothing_that_is_written_or_filled_in_is_ever_evaluated(order_kind, ann):
    services.save_text(order_kind.key, "en", Words("<b>{number}</b> {day}", "%s %(day)s $day"), actor=COMMAND)
    told = services.tell(ann, order_kind, {"number": "{day}", "day": "<script>\x00\n"}, actor=SYSTEM)
    assert (told.title, told.body) == ("<b>{day}</b> <script>", "%s %(day)s $day")


def test_of_two_who_edit_one_text_the_second_is_told(order_kind):
    seen = services.text_now(order_kind, "en").stamp
    services.save_text(order_kind.key, "en", Words("First"), seen=seen, actor=COMMAND)
    with pytest.raises(TextChangedError, match="command line"):
        services.save_text(order_kind.key, "en", Words("Second"), seen=seen, actor=COMMAND)
    assert MessageText.objects.get().title == "First"


def test_a_text_whose_name_a_release_took_away_gives_way_to_the_apps_words(order_kind, ann):
    MessageText.objects.create(kind=order_kind.key, language="en", title="{old_name}", changed_by="Ada")
    assert services.tell(ann, order_kind, VALUES, actor=SYSTEM).title == "Order SAL-7 is on its way"


@pytest.mark.parametrize("values", [{}, {"number": 1}, VALUES | {"more": 1}])
def test_a_kind_is_told_with_just_its_own_values(order_kind, ann, values):
    with pytest.raises(ValueError, match="is told with"):
        services.tell(ann, order_kind, values, actor=SYSTEM)
    assert not Message.objects.exists()


def test_a_kind_whose_own_words_cannot_be_used_does_not_get_in():
    with pytest.raises(ValueError, match="stands for nothing"):
        message_kinds.register(
            MessageKind(key="bad", title="Bad", category=Category.ACCOUNT, texts={"en": Words("{who}")})
        )
    with pytest.raises(ValueError, match="no words in"):
        message_kinds.register(
            MessageKind(key="bad", title="Bad", category=Category.ACCOUNT, texts={"tr": Words("x")})
        )
    assert message_kinds.kind_if_known("bad") is None


def test_the_words_of_every_kind_can_be_used():
    for kind in message_kinds.kinds():
        for words in kind.texts.values():
            assert list(complaints(words, kind.names)) == []


def test_the_same_event_is_told_once_to_each(order_kind, ann):
    bob = Recipient("customer", "42", "en")
    make_phone(ann)
    told = [services.tell(to, order_kind, VALUES, once="order:7", actor=SYSTEM) for to in (ann, ann, bob)]
    assert told[0] == told[1] != told[2]
    assert (Message.objects.count(), Delivery.objects.count()) == (2, 1)


def test_who_unsubscribed_is_told_nothing_but_what_he_has_to_know(order_kind, offer_kind, ann):
    for category in ("marketing", "orders"):
        services.unsubscribe(ann, category, actor=SYSTEM)
    assert services.tell(ann, offer_kind, {}, actor=SYSTEM) is None
    assert services.tell(ann, order_kind, VALUES, actor=SYSTEM) is not None
    services.resubscribe(ann, "marketing", actor=SYSTEM)
    assert services.tell(ann, offer_kind, {}, actor=SYSTEM) is not None
    with pytest.raises(InvalidInputError):
        services.unsubscribe(ann, "weather", actor=SYSTEM)


def test_reading_counts_ones_own_only(offer_kind, ann):
    bob = Recipient("customer", "42")
    mine, other = (services.tell(to, offer_kind, {}, actor=SYSTEM) for to in (ann, bob))
    assert services.mark_messages_read([mine.pk, other.pk], of=ann, actor=SYSTEM) == 1
    assert (services.unread_messages(ann), services.unread_messages(bob)) == (0, 1)
    assert services.mark_messages_read(None, of=bob, actor=SYSTEM) == 1


def test_a_phone_that_changes_hands_goes_to_the_new_ones(offer_kind, ann):
    bob = Recipient("customer", "42")
    make_phone(ann)
    make_phone(bob, version="2.0")
    phone = Device.objects.get()
    assert (phone.recipient_id, phone.version) == ("42", "2.0")
    assert services.forget_device(ann, "token-1", actor=SYSTEM) is False
    assert services.forget_device(bob, "token-1", actor=SYSTEM) is True
    assert not Device.objects.exists()


def test_nobody_keeps_phones_without_end(ann):
    now = timezone.now()
    for number in range(services.MOST_DEVICES + 3):
        seen = now + timedelta(minutes=number)
        services.register_device(ann, Phone(f"t{number}", "ios"), actor=SYSTEM, at=seen)
    kept = set(Device.objects.values_list("token", flat=True))
    assert len(kept) == services.MOST_DEVICES
    assert {"t0", "t1", "t2"} & kept == set()


@pytest.mark.parametrize("phone", [Phone("", "ios"), Phone("x", "fridge"), Phone("x" * 513, "ios")])
def test_what_is_no_phone_is_refused(ann, phone):
    with pytest.raises(InvalidInputError):
        services.register_device(ann, phone, actor=SYSTEM)
    assert not Device.objects.exists()


def test_what_is_too_old_is_cleared_with_its_pushes_and_phones_long_unseen(offer_kind, ann):
    now = timezone.now()
    make_phone(ann)
    services.tell(ann, offer_kind, {}, actor=SYSTEM, at=now - timedelta(days=366))
    services.tell(ann, offer_kind, {}, actor=SYSTEM, at=now - timedelta(days=364))
    Device.objects.update(seen_at=now - timedelta(days=271))
    assert services.prune_messages(at=now, actor=SYSTEM) == 1
    assert (Message.objects.count(), Delivery.objects.count(), Device.objects.count()) == (1, 1, 0)


@given(title=st.text(max_size=150), body=st.text(max_size=1200), value=st.text(max_size=200))
def test_whatever_passes_the_check_is_filled_in_within_bounds_and_means_nothing_else(title, body, value):
    words = Words(title, body)
    if not list(complaints(words, {"name"})):
        told = words.filled({"name": value})
        assert (len(told.title) <= 120, len(told.body) <= 1000) == (True, True)
        assert "\n" not in told.title
        assert "\x00" not in told.title + told.body
        if "{name}" not in title:
            assert told.title == " ".join(title.split())
