"""A second factor is set up, renewed, turned off and reset; who lacks one that his role asks for is held."""

import re
from base64 import b32encode
from datetime import datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.accounts import errors, services
from apps.accounts.errors import NotYoursToManageError, SecondFactorRequiredError, WrongCodeError
from apps.accounts.models import RecoveryCode, User
from apps.accounts.permissions import Role
from apps.accounts.services.second_factor import codes_left, device_of
from apps.core import options
from apps.core.actors import COMMAND, Actor
from apps.core.api.problems import TITLES
from apps.core.errors import DomainError
from apps.core.models import AuditEntry
from tests.desks import signed_in
from tests.factories.accounts import PASSWORD, StaffFactory
from tests.phones import Phone, phone_of, set_up

pytestmark = pytest.mark.django_db
PAGE = "/admin/profile/second-factor/"
LOGIN = "/admin/login/"
NOON = datetime.fromisoformat("2026-12-01T12:00:00+00:00")


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def password(client: Client, person: User, **more: str):
    return client.post(LOGIN, {"username": person.email, "password": PASSWORD, **more})


def at_set_up(person: User) -> Client:
    """His browser, in which he typed the password a moment ago to set a phone up."""
    desk = signed_in(person)
    assert desk.post(PAGE, {"do": "begin", "password": PASSWORD}).url == PAGE
    return desk


def codes_on(page: str) -> list[str]:
    return re.findall(r"<code>([a-z2-7-]{19})</code>", page)


def test_the_page_shows_the_secret_to_scan_and_to_type_and_keeps_it_until_it_is_confirmed():
    ada = StaffFactory()
    desk = at_set_up(ada)
    pages = [desk.get(PAGE).content.decode() for _look in range(2)]
    device = TOTPDevice.objects.get(user=ada)
    assert device.confirmed is False
    assert all("<svg" in page and "otpauth://totp/Larder" in page for page in pages)
    assert desk.get(PAGE).headers["Cache-Control"].find("no-store") >= 0


@pytest.mark.parametrize(
    ("name", "issuer"),
    [
        (None, "Larder"),
        ("Plum & Barrel", "Plum & Barrel"),
        ("Obst: frisch/gut", "Obst frisch/gut"),
        ("متجر", "متجر"),
    ],
)
def test_the_phone_calls_the_account_by_the_shop_and_the_person(name, issuer):
    options.save({"shop.name": name}, actor=COMMAND)
    ada = StaffFactory(email="ada+till@example.com")
    page = at_set_up(ada).get(PAGE)
    link = urlsplit(page.context["setup_link"])
    told = parse_qs(link.query)
    assert (link.scheme, link.netloc) == ("otpauth", "totp")
    assert unquote(link.path) == f"/{issuer}:ada+till@example.com"
    assert told["issuer"] == [issuer]
    key = TOTPDevice.objects.get(user=ada).bin_key
    assert told["secret"] == [page.context["secret"].replace(" ", "")] == [b32encode(key).decode()]
    assert "+" not in link.query  # an authenticator would show it


def test_set_up_by_a_code_gives_ten_recovery_codes_once():
    ada = StaffFactory()
    desk = at_set_up(ada)
    desk.get(PAGE)
    phone = Phone(TOTPDevice.objects.get(user=ada))
    shown = codes_on(desk.post(PAGE, {"code": phone.code()}).content.decode())
    assert (len(set(shown)), codes_left(ada)) == (10, 10)
    assert codes_on(desk.get(PAGE).content.decode()) == []
    kept = str(list(RecoveryCode.objects.values_list("digest", flat=True)))
    assert not any(code.replace("-", "") in kept for code in shown)
    assert [entry.action for entry in AuditEntry.objects.all()] == ["user.second_factor_set_up"]


@pytest.mark.parametrize("code", ["", "000", "abcdef", "١٢٣٤٥٦", "\u202e123456"])
def test_a_wrong_code_turns_nothing_on(code):
    ada = StaffFactory()
    desk = at_set_up(ada)
    desk.get(PAGE)
    answer = desk.post(PAGE, {"code": code})
    assert (answer.status_code, device_of(ada), codes_left(ada)) == (422, None, 0)


def test_the_code_that_confirmed_it_does_not_sign_in_as_well(client, clock):
    ada = StaffFactory()
    phone, _codes = set_up(ada)
    password(client, ada)
    answer = client.post(f"{LOGIN}?step=code", {"code": phone.code()})
    assert (answer.status_code, answer.context["form"].errors["code"]) == (
        200,
        ["That code is not right, or was used already."],
    )
    clock.shift(timedelta(seconds=31))
    assert client.post(f"{LOGIN}?step=code", {"code": phone.code()}).status_code == 302


def test_the_door_asks_for_the_code_second_and_leads_on_to_where_one_was_going(client):
    ada = StaffFactory(role=Role.CLERK)
    phone = phone_of(ada)
    first = password(client, ada, next="/admin/profile/")
    assert first.url == f"{LOGIN}?step=code&next=%2Fadmin%2Fprofile%2F"
    page = client.get(first.url).content.decode()
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert client.get("/admin/").status_code == 302  # the password alone opens nothing
    done = client.post(first.url, {"code": phone.code(), "next": "/admin/profile/"})
    assert (done.status_code, done.url) == (302, "/admin/profile/")
    assert client.get("/admin/profile/").status_code == 200


def test_a_recovery_code_gets_a_field_of_its_own(client):
    ada = StaffFactory()
    _phone, codes = set_up(ada)
    password(client, ada)
    way = f"{LOGIN}?step=code&by=recovery"
    asked = client.get(way).content.decode()
    assert 'inputmode="numeric"' not in asked
    assert "Type one of the ten codes that you kept." in asked
    assert "What does your phone say?" not in asked
    assert client.post(way, {"code": codes[0]}).status_code == 302
    assert codes_left(ada) == 9


def test_who_came_in_by_a_recovery_code_reads_how_many_are_left(client):
    ada = StaffFactory()
    phone, codes = set_up(ada)
    password(client, ada)
    client.post(f"{LOGIN}?step=code&by=recovery", {"code": codes[0]})
    page = client.get("/admin/").content.decode()
    assert "You came in by a recovery code, which is used up: 9 are left." in page
    assert "Ask an Admin to reset your second factor" in page
    client.logout()
    password(client, ada)
    client.post(f"{LOGIN}?step=code", {"code": phone.code(later=1)})
    assert "recovery code" not in client.get("/admin/").content.decode()


def test_a_program_that_signs_people_in_has_a_title_for_each_refusal():
    kinds = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, DomainError)
    ]
    unnamed = {kind.code for kind in kinds if kind.status in {401, 403, 429}}
    assert unnamed - set(TITLES) == set()


def test_an_empty_code_is_asked_for_and_not_counted(client):
    ada = StaffFactory()
    phone = phone_of(ada)
    password(client, ada)
    for _try in range(7):
        answer = client.post(f"{LOGIN}?step=code", {"code": " "})
        assert list(answer.context["form"].errors) == ["code"]
    assert client.post(f"{LOGIN}?step=code", {"code": phone.code()}).status_code == 302


def test_after_a_wrong_code_the_page_says_how_long_to_wait(client, clock):
    ada = StaffFactory()
    phone = phone_of(ada)
    password(client, ada)
    client.post(f"{LOGIN}?step=code", {"code": phone.wrong()})
    answer = client.post(f"{LOGIN}?step=code", {"code": phone.code()})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    told = "After a wrong code the next one has to wait a moment. Try again in 1 s."
    assert told in answer.content.decode()


@pytest.mark.parametrize("change", ["late", "new password", "stopped"])
def test_a_right_password_is_worth_nothing_later_or_after_a_change(client, clock, change):
    ada = StaffFactory()
    phone = phone_of(ada)
    password(client, ada)
    if change == "late":
        clock.shift(timedelta(minutes=5, seconds=1))
    elif change == "new password":
        ada.set_password("another-long-word-7")
        ada.save()
    else:
        User.objects.filter(pk=ada.pk).update(is_active=False)
    answer = client.post(f"{LOGIN}?step=code", {"code": phone.code()})
    assert "That took too long. Sign in again." in answer.content.decode()
    assert client.get("/admin/").status_code == 302


def test_the_one_sign_in_without_says_so_on_every_page_and_opens_them(client):
    admin = StaffFactory(role=Role.ADMIN)
    password(client, admin)
    for address in ("/admin/", "/admin/settings/"):
        assert "This is your last sign-in without one." in client.get(address).content.decode()


def test_from_the_second_on_only_the_set_up_opens(client):
    admin = StaffFactory(role=Role.ADMIN)
    for _time in range(2):
        password(client, admin)
    for address in ("/admin/", "/admin/settings/", "/admin/accounts/user/", "/admin/password_change/"):
        answer = client.get(address)
        assert (answer.status_code, answer.url) == (302, PAGE), address
    saved = client.post("/admin/settings/?group=shop", {"shop.name": "Mine now"})
    assert (saved.status_code, saved.url) == (302, PAGE)
    part = client.get("/admin/", headers={"HX-Request": "true"})
    assert (part.headers["HX-Redirect"], part.content) == (PAGE, b"")
    assert {client.get(open_).status_code for open_ in (PAGE, "/admin/profile/")} == {200}


def test_a_held_session_opens_no_route_of_the_api(client):
    admin = StaffFactory(role=Role.ADMIN)
    for _time in range(2):
        password(client, admin)
    for route in ("/api/v1/staff/me", "/api/v1/staff/todo", "/api/v1/sync/runs"):
        answer = client.get(route)
        assert (answer.status_code, answer.json()["code"]) == (403, "second-factor-required"), route


def test_setting_it_up_frees_the_session(client):
    admin = StaffFactory(role=Role.ADMIN)
    for _time in range(2):
        password(client, admin)
    client.get(PAGE)
    phone = Phone(TOTPDevice.objects.get(user=admin))
    client.post(PAGE, {"code": phone.code()})
    assert client.get("/admin/settings/").status_code == 200
    assert client.get("/api/v1/staff/me").status_code == 200


def test_new_recovery_codes_take_password_and_code_and_end_the_old(clock):
    ada = StaffFactory()
    phone, old = set_up(ada)
    desk = signed_in(ada)
    clock.shift(timedelta(seconds=31))
    sent = {"do": "renew", "renew-password": "wrong", "renew-code": phone.code()}
    refused = desk.post(PAGE, sent)
    assert (refused.status_code, list(refused.context["renew"].errors)) == (422, ["password"])
    new = codes_on(desk.post(PAGE, sent | {"renew-password": PASSWORD}).content.decode())
    assert (len(new), codes_left(ada), set(new) & set(old)) == (10, 10, set())


def test_turned_off_by_password_and_code_where_no_role_asks_for_it():
    ada = StaffFactory(role=Role.CLERK)
    _phone, codes = set_up(ada)
    sent = {"do": "turn_off", "turn_off-password": PASSWORD, "turn_off-code": codes[0]}
    assert signed_in(ada).post(PAGE, sent).url == "/admin/profile/"
    assert (device_of(ada), RecoveryCode.objects.count()) == (None, 0)


def test_not_turned_off_where_a_role_asks_for_it(manager):
    _phone, codes = set_up(manager)
    with pytest.raises(SecondFactorRequiredError):
        services.turn_off(manager.pk, password=PASSWORD, code=codes[0], actor=Actor.of(manager), at=NOON)
    assert (device_of(manager) is not None, codes_left(manager)) == (True, 10)
    assert 'id="turn-off"' in signed_in(manager).get(PAGE).content.decode()


def test_guesses_inside_count_like_those_at_the_door():
    ada = StaffFactory()
    set_up(ada)
    desk = signed_in(ada)
    sent = {"do": "turn_off", "turn_off-password": "wrong", "turn_off-code": "1"}
    errors = [desk.post(PAGE, sent).context["turn_off"].errors for _try in range(6)]
    assert [list(found) for found in errors] == [["password"]] * 4 + [["__all__"]] * 2
    assert device_of(ada) is not None


def test_an_admin_resets_it_for_who_lost_the_phone(manager, desk):
    clerk = StaffFactory(role=Role.CLERK)
    set_up(clerk)
    theirs = signed_in(clerk)
    clerk.refresh_from_db()  # setting it up has ended tokens, too
    version = clerk.permissions_version
    desk.post(
        f"/admin/accounts/user/{clerk.pk}/reset_second_factor/",
        {"_form_submitted": "on", "reason": "lost in the Thames"},
    )
    clerk.refresh_from_db()
    assert (device_of(clerk), codes_left(clerk), clerk.permissions_version) == (None, 0, version + 1)
    assert theirs.get("/admin/").url == f"{LOGIN}?next=/admin/&why=second_factor"
    entry = AuditEntry.objects.filter(action="user.second_factor_reset").get()
    assert (entry.actor_id, entry.reason) == (str(manager.pk), "lost in the Thames")


@pytest.mark.parametrize(("who", "whose"), [(Role.ADMIN, Role.SUPER_ADMIN), (Role.CLERK, Role.DRIVER)])
def test_who_may_not_manage_somebody_resets_nothing(who, whose):
    person = StaffFactory(role=whose)
    set_up(person)
    with pytest.raises(NotYoursToManageError):
        services.reset_second_factor(person.pk, actor=Actor.of(StaffFactory(role=who)))
    assert device_of(person) is not None


def test_nobody_resets_his_own(manager):
    set_up(manager)
    with pytest.raises(NotYoursToManageError):
        services.reset_second_factor(manager.pk, actor=Actor.of(manager))
    assert device_of(manager) is not None


def test_after_a_reset_there_is_no_further_grace(client, manager):
    admin = StaffFactory(role=Role.ADMIN)
    password(client, admin)
    set_up(admin)
    services.reset_second_factor(admin.pk, actor=Actor.of(manager))
    password(client, admin)
    assert client.get("/admin/").url == PAGE


def test_nobody_sets_one_up_for_another(manager):
    clerk = StaffFactory()
    with pytest.raises(NotYoursToManageError):
        services.begin_second_factor(clerk.pk, proven_at=NOON, actor=Actor.of(manager), at=NOON)
    with pytest.raises(WrongCodeError):
        services.confirm_second_factor(
            clerk.pk, device_id=1, code="123456", proven_at=NOON, actor=Actor.of(clerk), at=NOON
        )
    assert TOTPDevice.objects.count() == 0


def test_the_secrets_have_no_page_of_django_otps_own(desk):
    assert desk.get("/admin/otp_totp/totpdevice/").status_code == 404
    assert reverse("admin:second_factor") == PAGE


def test_after_a_reset_there_is_none_for_who_never_used_it_either(client, manager):
    clerk = StaffFactory(role=Role.CLERK)
    set_up(clerk)  # by himself: no role of his asked for it
    services.set_roles(clerk.pk, [Role.ADMIN], actor=Actor.of(manager))
    services.reset_second_factor(clerk.pk, actor=Actor.of(manager))
    password(client, clerk)
    assert client.get("/admin/").url == PAGE


def test_no_other_session_is_shown_the_secret_that_will_count():
    ada = StaffFactory()
    desks = [at_set_up(ada) for _session in range(7)]
    secrets = [re.findall(r"secret=([A-Z2-7]+)", desk.get(PAGE).content.decode())[0] for desk in desks]
    assert (len(set(secrets)), TOTPDevice.objects.filter(user=ada).count()) == (7, 5)
    earlier = TOTPDevice.objects.filter(user=ada).order_by("pk")[3]
    assert desks[6].post(PAGE, {"code": Phone(earlier).code()}).status_code == 422
    assert desks[5].post(PAGE, {"code": Phone(earlier).code()}).status_code == 200
    assert list(TOTPDevice.objects.filter(user=ada)) == [device_of(ada)] == [earlier]
    assert desks[6].post(PAGE, {"code": Phone(earlier).code()}).status_code == 422
