"""What was sent, for staff: states, search, and nothing personal to who may not see customers."""

import pytest

from apps.accounts.models import Right
from apps.core.actors import SYSTEM
from apps.notifications import services
from apps.notifications.models import Delivery, Message
from apps.notifications.services import Recipient
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory
from tests.factories.notifications import make_message, make_phone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("never_quiet")]
PAGE = "/admin/notifications/message/"
VALUES = {"number": "SAL-7", "day": "Friday"}


@pytest.fixture
def told(order_kind, ann):
    """One message that failed to reach Ann's phone, and one to Bob, who has none."""
    make_phone(ann)
    first = services.tell(ann, order_kind, VALUES, actor=SYSTEM)
    Delivery.objects.update(state="failed", ended_at=first.created_at, why="400 INVALID_ARGUMENT")
    second = services.tell(Recipient("customer", "42", "ar"), order_kind, VALUES, actor=SYSTEM)
    return first, second


def listed(desk, **query):
    return [message.pk for message in desk.get(PAGE, query).context["cl"].result_list]


def test_messages_are_found_by_state_kind_language_and_recipient(desk, told):
    first, second = (message.pk for message in told)
    assert listed(desk) == [second, first]
    assert listed(desk, state="failed") == [first]
    assert listed(desk, state="none") == [second]
    assert listed(desk, state="sent") == []
    assert listed(desk, language="ar") == [second]
    assert listed(desk, q="41") == [first]
    assert listed(desk, q="4") == []


def test_staff_are_named_and_a_customer_is_known_by_his_id(desk, told):
    ada = StaffFactory(full_name="Ada Marsh")
    make_message(ada)
    page = desk.get(PAGE).content.decode()
    assert ("Ada Marsh" in page, "Customer 41" in page, f"Staff {ada.pk}" in page) == (True, True, False)
    shown = desk.get(f"{PAGE}{Message.objects.latest('pk').pk}/change/").content.decode()
    assert "Ada Marsh" in shown


def test_a_failed_push_is_tried_again_from_the_page(desk, told, django_capture_on_commit_callbacks):
    url = f"{PAGE}{told[0].pk}/try_again/"
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(url, {"_form_submitted": "on"})
    assert Delivery.objects.get().state == "sent"


def test_the_page_says_why_a_push_did_not_arrive(desk, told):
    page = desk.get(f"{PAGE}{told[0].pk}/change/").content.decode()
    assert "400 INVALID_ARGUMENT" in page


def test_who_may_not_see_customers_sees_nobody_and_nothing_that_was_said(told):
    person = StaffFactory()
    Right.objects.create(user=person, key="settings.view", source=Right.Source.ALLOW)
    desk = signed_in(person)
    for page in (PAGE, f"{PAGE}{told[0].pk}/change/"):
        said = desk.get(page).content.decode()
        assert ("SAL-7" in said, "Customer 41" in said, "•••" in said) == (False, False, True)
    assert listed(desk, q="41") == []
    assert Message.objects.count() == 2
