"""An open session is not enough to bind a phone: the password is asked for, and guesses at it count."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.accounts import services
from apps.accounts.errors import PasswordNeededError
from apps.accounts.models import User
from apps.accounts.permissions import Role
from apps.accounts.services.changing_second_factor import PROVEN_FOR
from apps.accounts.services.second_factor import codes_left, device_of
from apps.core.actors import Actor
from apps.core.models import AuditEntry
from tests.accounts.test_second_factor import PAGE, at_set_up, codes_on
from tests.accounts.test_sessions import through_the_door
from tests.desks import signed_in
from tests.factories.accounts import PASSWORD, StaffFactory
from tests.phones import Phone

pytestmark = pytest.mark.django_db
NOON = datetime.fromisoformat("2026-12-01T12:00:00+00:00")


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def waiting(person: User) -> TOTPDevice:
    return TOTPDevice.objects.get(user=person, confirmed=False)


def confirm(desk: Client, person: User):
    return desk.post(PAGE, {"code": Phone(waiting(person)).code()})


def asks(desk: Client) -> str:
    """What the page asks for."""
    page = desk.get(PAGE).content.decode()
    assert ("otpauth://" in page) is ('name="code"' in page)
    return "password" if 'name="password"' in page else "code"


def test_who_finds_a_session_open_is_shown_no_secret_and_binds_no_phone():
    ada = StaffFactory()
    desk = signed_in(ada)
    assert asks(desk) == "password"
    assert TOTPDevice.objects.count() == 0
    for sent in ({"code": "123456"}, {"do": "confirm", "code": "123456"}):
        answer = desk.post(PAGE, sent)
        assert (answer.status_code, answer.url) == (302, PAGE)
    assert (TOTPDevice.objects.count(), codes_left(ada), AuditEntry.objects.count()) == (0, 0, 0)


def test_nor_by_what_the_owner_began_in_it_and_left(clock):
    ada = StaffFactory()
    desk = at_set_up(ada)
    assert asks(desk) == "code"
    clock.shift(PROVEN_FOR)
    assert asks(desk) == "code"
    clock.shift(timedelta(seconds=1))
    assert asks(desk) == "password"
    assert confirm(desk, ada).url == PAGE
    assert (device_of(ada), codes_left(ada)) == (None, 0)


def test_who_types_the_password_again_goes_on_with_the_secret_that_the_phone_has(clock):
    ada = StaffFactory()
    desk = at_set_up(ada)
    desk.get(PAGE)
    phone = Phone(waiting(ada))
    clock.shift(PROVEN_FOR + timedelta(seconds=1))
    desk.post(PAGE, {"do": "begin", "password": PASSWORD})
    assert asks(desk) == "code"
    assert len(codes_on(desk.post(PAGE, {"code": phone.code()}).content.decode())) == 10


def test_a_wrong_password_opens_nothing_and_counts_like_one_at_the_door():
    ada = StaffFactory()
    desk = signed_in(ada)
    answers = [desk.post(PAGE, {"do": "begin", "password": "guessed"}) for _try in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 6
    errors = [list(answer.context["ask_password"].errors) for answer in answers]
    assert errors == [["password"]] * 4 + [["__all__"]] * 2
    assert asks(desk) == "password"
    right = desk.post(PAGE, {"do": "begin", "password": PASSWORD})
    assert "Too many tries failed." in right.content.decode()
    assert TOTPDevice.objects.count() == 0
    door = Client().post("/admin/login/", {"username": ada.email, "password": PASSWORD})
    assert door.status_code == 429


def test_who_just_signed_in_to_set_one_up_is_not_asked_twice(clock):
    admin = StaffFactory(role=Role.ADMIN)
    last, held = through_the_door(admin), through_the_door(admin)
    assert [asks(last), asks(held)] == ["code", "code"]
    clock.shift(PROVEN_FOR + timedelta(seconds=1))
    assert [asks(last), asks(held)] == ["password", "password"]


def test_who_signed_in_for_something_else_is_asked():
    assert asks(through_the_door(StaffFactory(role=Role.CLERK))) == "password"


def test_the_password_opens_the_set_up_in_that_session_alone_and_once():
    ada = StaffFactory(role=Role.CLERK)
    desk, other = at_set_up(ada), signed_in(ada)
    assert [asks(desk), asks(other)] == ["code", "password"]
    assert confirm(desk, ada).status_code == 200
    TOTPDevice.objects.all().delete()
    assert asks(desk) == "password"


@pytest.mark.parametrize(
    "proven_at", [None, NOON - PROVEN_FOR - timedelta(seconds=1), NOON + timedelta(days=1)]
)
def test_the_verbs_ask_whoever_calls_them(proven_at):
    ada = StaffFactory()
    device = TOTPDevice.objects.create(user=ada, confirmed=False)
    actor, code = Actor.of(ada), Phone(device).code()
    with pytest.raises(PasswordNeededError):
        services.begin_second_factor(ada.pk, proven_at=proven_at, actor=actor, at=NOON)
    with pytest.raises(PasswordNeededError):
        services.confirm_second_factor(
            ada.pk, device_id=device.pk, code=code, proven_at=proven_at, actor=actor, at=NOON
        )
    assert (device_of(ada), TOTPDevice.objects.count()) == (None, 1)
