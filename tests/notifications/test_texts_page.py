"""The words of messages on their page: previewed, saved, reset, sent to oneself."""

import pytest
from django.urls import reverse

from apps.accounts.models import Right
from apps.core.models import AuditEntry
from apps.notifications.models import Message, MessageText, Notice
from apps.notifications.services import Recipient
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory
from tests.factories.notifications import make_phone

pytestmark = pytest.mark.django_db


def page_of(kind, language="en"):
    return reverse("admin:message_text", args=[kind.key, language])


def test_the_list_says_whose_words_hold_in_each_language(desk, order_kind):
    MessageText.objects.create(kind=order_kind.key, language="en", title="Hi", changed_by="Ada")
    rows = desk.get(reverse("admin:message_texts")).context["rows"]
    (cells,) = [cells for kind, _category, cells in rows if kind == order_kind]
    assert [(cell.language, cell.state, cell.from_language) for cell in cells] == [
        ("en", "own", "en"),
        ("ar", "app", "ar"),
        ("tr", "other", "en"),
        ("fr", "other", "en"),
    ]


def test_the_preview_shows_the_examples_and_saves_nothing(desk, order_kind):
    asked = {"do": "preview", "title": "{number}!", "body": "<b>{day}</b>"}
    answer = desk.post(page_of(order_kind), asked, headers={"HX-Request": "true", "HX-Target": "preview"})
    said = answer.content.decode()
    assert ("SAL-1!" in said, "&lt;b&gt;Tuesday&lt;/b&gt;" in said, "<html" in said) == (True, True, False)
    assert not MessageText.objects.exists()


def test_the_preview_says_what_is_wrong(desk, order_kind):
    asked = {"do": "preview", "title": "{numbr}", "body": ""}
    answer = desk.post(page_of(order_kind), asked, headers={"HX-Request": "true", "HX-Target": "preview"})
    assert "{numbr} stands for nothing here" in answer.content.decode()


def test_a_text_is_saved_and_reset(desk, order_kind):
    desk.post(page_of(order_kind, "tr"), {"do": "save", "seen": "", "title": "Yolda: {number}", "body": ""})
    assert MessageText.objects.get().title == "Yolda: {number}"
    assert desk.get(page_of(order_kind, "tr")).context["is_own"] is True
    desk.post(page_of(order_kind, "tr"), {"do": "reset"})
    assert not MessageText.objects.exists()


def test_resetting_words_that_were_never_touched_does_nothing_and_says_so(desk, order_kind):
    answer = desk.post(page_of(order_kind, "tr"), {"do": "reset"}, follow=True)
    assert "Nothing to reset: these are the words that Larder brought." in answer.content.decode()
    assert not AuditEntry.objects.filter(action__startswith="message_text.").exists()


def test_what_is_refused_stays_in_its_field(desk, order_kind):
    answer = desk.post(
        page_of(order_kind), {"do": "save", "seen": "", "title": "{wrong} words", "body": "kept"}
    )
    assert answer.status_code == 422
    assert (answer.context["words"].title, answer.context["words"].body) == ("{wrong} words", "kept")
    assert list(answer.context["errors"]) == ["title"]
    assert not MessageText.objects.exists()


def test_the_second_of_two_editors_keeps_what_he_typed_and_is_told(desk, order_kind):
    desk.post(page_of(order_kind), {"do": "save", "seen": "", "title": "First", "body": ""})
    answer = desk.post(page_of(order_kind), {"do": "save", "seen": "", "title": "Second", "body": ""})
    assert (answer.status_code, answer.context["words"].title) == (409, "Second")
    assert "has changed this text meanwhile" in answer.content.decode()
    assert MessageText.objects.get().title == "First"


def test_a_test_goes_to_oneself_and_says_where(desk, manager, order_kind):
    said = desk.post(page_of(order_kind), {"do": "test"}, follow=True).content.decode()
    assert "No phone of yours is registered" in said
    assert Notice.objects.get().title == "Order SAL-1 is on its way"
    assert list(Message.objects.values_list("recipient_kind", "recipient_id")) == [("staff", str(manager.pk))]
    make_phone(Recipient.staff(manager))
    said = desk.post(page_of(order_kind), {"do": "test"}, follow=True).content.decode()
    assert "as pushes go to the log here, in the log" in said


def test_who_may_only_look_writes_nothing(order_kind):
    person = StaffFactory()
    Right.objects.create(user=person, key="settings.view", source=Right.Source.ALLOW)
    desk = signed_in(person)
    assert desk.get(page_of(order_kind)).context["may_edit"] is False
    for do in ("save", "reset", "test", "preview"):
        assert desk.post(page_of(order_kind), {"do": do, "title": "x"}).status_code == 403
    assert (MessageText.objects.count(), Message.objects.count()) == (0, 0)


@pytest.mark.parametrize(("kind", "language"), [("no.such", "en"), ("notifications.test", "xx")])
def test_what_is_not_there_is_not_found(desk, kind, language):
    assert desk.get(reverse("admin:message_text", args=[kind, language])).status_code == 404
