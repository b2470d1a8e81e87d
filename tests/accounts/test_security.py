"""The Security page, and what an Admin or the command line does for who cannot get in."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from apps.accounts.models import Tries, User
from apps.accounts.permissions import Role
from apps.accounts.services.second_factor import device_of
from apps.core import options
from apps.core.actors import COMMAND
from apps.core.models import AuditEntry
from config.first_people import demo_staff, first_owner
from tests.accounts.test_sessions import is_in
from tests.desks import signed_in
from tests.factories.accounts import PASSWORD, StaffFactory
from tests.phones import phone_of, set_up

pytestmark = pytest.mark.django_db
PAGE = "/admin/settings/security/"


def fail(email: str, times: int = 5) -> Client:
    client = Client()
    for _try in range(times):
        client.post("/admin/login/", {"username": email, "password": "wrong"})
    return client


def test_an_untouched_house_says_what_will_show_here(desk, manager):
    phone_of(manager)
    page = desk.get(PAGE).content.decode()
    for sentence in (
        "Nobody of your staff has to wait.",
        "None so far.",
        "Everybody whose role asks for a second factor has one.",
    ):
        assert sentence in page


def test_it_shows_who_lacks_a_second_factor_who_waits_and_what_failed(desk, manager):
    clerk = StaffFactory(role=Role.CLERK, full_name="Grace Clerk")
    phone_of(StaffFactory(role=Role.DRIVER))
    fail(clerk.email)
    fail("nobody@example.com")
    context = desk.get(PAGE).context
    found = context["found"]
    assert (found.staff, found.with_second_factor, found.lacking) == (3, 1, [manager])
    assert ([tries.user for tries in found.locked], found.locked_unknown) == ([clerk], 1)
    assert [tile.value for tile in context["tiles"]] == ["1 / 3", "1", "2", "10"]
    assert {str(why) for _entry, why in context["failed"]} == {"wrong password, or may not sign in"}


def test_a_role_of_the_shops_own_asks_for_it_where_staff_say_so(desk, manager):
    phone_of(manager)
    person = StaffFactory()
    person.groups.add(Group.objects.create(name="Night watch"))
    assert desk.get(PAGE).context["found"].lacking == []
    options.save({"security.second_factor_others": True}, actor=COMMAND)
    assert desk.get(PAGE).context["found"].lacking == [person]


def test_unlock_lets_try_again_at_once(desk):
    clerk = StaffFactory(role=Role.CLERK)
    locked = fail(clerk.email)
    desk.post(PAGE, {"person": str(clerk.pk)})
    answer = locked.post("/admin/login/", {"username": clerk.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert AuditEntry.objects.filter(action="user.unlocked").count() == 1


@pytest.mark.parametrize("person", ["", "x", "-1", "9" * 30, "\x00", "²"])
def test_nobody_is_unlocked_by_nonsense(desk, person):
    fail(StaffFactory().email)
    assert desk.post(PAGE, {"person": person}).status_code == 400
    assert Tries.objects.count() == 1


def test_an_admin_unlocks_no_super_admin(manager):
    fail(manager.email)
    signed_in(StaffFactory(role=Role.ADMIN)).post(PAGE, {"person": str(manager.pk)})
    assert Tries.objects.filter(user=manager).count() == 1


def test_locked_out_is_a_page_that_says_when_to_try_again():
    clerk = StaffFactory(role=Role.CLERK)
    client = fail(clerk.email)
    answer = client.post("/admin/login/", {"username": clerk.email, "password": PASSWORD})
    assert answer.status_code == 429
    assert 890 <= int(answer.headers["Retry-After"]) <= 900
    assert "Try again in 15 min." in answer.content.decode()
    assert not is_in(client)


def test_staff_are_narrowed_by_whether_they_have_a_second_factor(desk, manager):
    having = StaffFactory()
    phone_of(having)
    found = desk.get("/admin/accounts/user/", {"second_factor": "yes"}).context["cl"].result_list
    assert list(found) == [having]


def test_the_command_unlocks_one_or_everybody(capsys):
    ada, ben = StaffFactory(email="ada@example.com"), StaffFactory(email="ben@example.com")
    for person in (ada, ben):
        fail(person.email)
    call_command("staff", "unlock", "ADA@example.com", "--reason", "rang")
    assert [tries.user for tries in Tries.objects.all()] == [ben]
    call_command("staff", "unlock", "everybody")
    assert Tries.objects.count() == 0
    assert "ben@example.com may try again." in capsys.readouterr().out
    assert AuditEntry.objects.filter(action="user.unlocked").count() == 2


def test_the_command_resets_a_second_factor_and_ends_sessions(capsys):
    ada = StaffFactory(email="ada@example.com")
    set_up(ada)
    client = signed_in(ada)
    call_command("staff", "reset-2fa", "ada@example.com")
    assert (device_of(ada), is_in(client)) == (None, False)
    signed_in(ada)
    call_command("staff", "end-sessions", "ada@example.com")
    assert "ada@example.com is signed out everywhere. Ended: 1 session" in capsys.readouterr().out


def test_the_command_knows_nobody_by_another_name():
    with pytest.raises(CommandError, match=r"Nobody signs in as nobody@example\.com"):
        call_command("staff", "reset-2fa", "nobody@example.com")


def test_the_demos_people_need_no_phone_and_the_owner_of_a_shop_does(client):
    demo_staff()
    entry = AuditEntry.objects.filter(action="option.changed").first()
    assert entry is not None
    assert entry.reason == "A first look needs no phone."
    client.post("/admin/login/", {"username": "owner@larder.example", "password": "basket-of-plums"})
    assert "last sign-in without one" not in client.get("/admin/").content.decode()


def test_the_owner_of_a_new_shop_is_told_at_his_first_sign_in(client):
    User.objects.all().delete()
    (owner,) = first_owner()
    client.post("/admin/login/", {"username": owner.email, "password": owner.password})
    assert "This is your last sign-in without one." in client.get("/admin/").content.decode()


def test_nobody_unlocks_himself_to_go_on_guessing(desk, manager):
    for _try in range(5):
        desk.post(
            "/admin/password_change/", {"old_password": "x", "new_password1": "y", "new_password2": "y"}
        )
    assert Tries.objects.locked(timezone.now()).filter(user=manager).count() == 1
    desk.post(PAGE, {"person": str(manager.pk)})
    desk.post(f"/admin/accounts/user/{manager.pk}/unlock/", {"_form_submitted": "on", "reason": ""})
    assert Tries.objects.locked(timezone.now()).filter(user=manager).count() == 1
    assert not AuditEntry.objects.filter(action="user.unlocked").exists()
