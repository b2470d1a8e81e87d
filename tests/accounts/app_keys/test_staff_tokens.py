"""Staff in an app: signed in, renewed, signed out, over real HTTP; and what ends it all."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import jwt
import pytest
from django.db import connection
from django.utils import timezone

from apps.accounts import services
from apps.accounts.models import StaffSignIn, User
from apps.accounts.permissions import Role
from apps.accounts.services import keyring
from apps.accounts.services.app_sign_ins import SIGN_INS, person_of
from apps.accounts.tasks import prune_app_sign_ins
from apps.core import options, tokens
from apps.core.actors import COMMAND, Actor
from apps.core.app_sign_ins import GRACE, KEPT, Tokens
from apps.core.calling import CallingApp
from apps.core.models import AuditEntry
from apps.core.states import SignInEnd
from apps.core.tokens import LIFE, TokenRefusedError
from tests.factories.accounts import PASSWORD, StaffFactory
from tests.factories.app_keys import make_key, make_sign_in
from tests.phones import phone_of, set_up

AUTH, ME = "/api/v1/staff/auth", "/api/v1/staff/me"
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
Answer = tuple[int, dict[str, Any], dict[str, str]]


class App:
    """An app on the other side of a real socket."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url, key
        self.tokens: dict[str, Any] = {}

    def ask(self, path: str, body: dict[str, Any] | None = None, *, token: str = "") -> Answer:
        """The status, the body and the headers."""
        headers = {"X-App-Key": self.key, "X-App-Version": "1.0", "Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(self.url + path, data=data, headers=headers)  # noqa: S310
        try:
            with urllib.request.urlopen(asked, timeout=20) as answer:  # noqa: S310
                return answer.status, json.loads(answer.read() or b"{}"), dict(answer.headers)
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read()), dict(refused.headers)

    def sign_in(self, email: str, **more: str) -> Answer:
        answer = self.ask(f"{AUTH}/sign-in", {"email": email, "password": PASSWORD, **more})
        self.tokens = answer[1]
        return answer

    def renew(self, token: str = "") -> Answer:
        answer = self.ask(f"{AUTH}/refresh", {"refresh_token": token or self.tokens["refresh_token"]})
        if answer[0] == 200:
            self.tokens = answer[1]
        return answer

    def me(self) -> tuple[int, str]:
        """Whether the access token still counts: the status, and the code of a refusal."""
        status, body, _headers = self.ask(ME, token=self.tokens["access_token"])
        return status, body.get("code", "")


def refusal(answer: Answer) -> tuple[int, str]:
    return answer[0], answer[1]["code"]


@pytest.fixture
def clerk(transactional_db: None) -> User:
    return StaffFactory(role=Role.CLERK, email="carla@example.com")


@pytest.fixture
def app(live_server: Any, clerk: User) -> App:
    return App(live_server.url, make_key().secret)


# --- a whole life ------------------------------------------------------------------------------------------
def test_a_member_of_staff_signs_in_works_renews_and_signs_out(app, clerk):
    status, body, headers = app.sign_in("Carla@Example.com", device="Carla's phone")
    assert (status, body["token_type"], headers["Cache-Control"]) == (200, "Bearer", "no-store")
    assert app.me() == (200, "")
    first = app.tokens
    assert app.renew()[0] == 200
    assert app.tokens["refresh_token"] != first["refresh_token"]
    assert app.me() == (200, "")
    assert app.ask(f"{AUTH}/sign-out", {"refresh_token": app.tokens["refresh_token"]})[0] == 204
    assert app.me() == (401, "token-revoked")
    assert refusal(app.renew()) == (401, "token-revoked")
    assert app.ask(f"{AUTH}/sign-out", {"refresh_token": app.tokens["refresh_token"]})[0] == 204
    clerk.refresh_from_db()
    assert timezone.now() - clerk.last_login < timedelta(minutes=1)
    sign_in = StaffSignIn.objects.get()
    assert (sign_in.user, sign_in.device, sign_in.address) == (clerk, "Carla's phone", "127.0.0.1")
    assert (sign_in.generation, sign_in.ended_because) == (2, SignInEnd.SIGNED_OUT)
    told = [entry.action for entry in AuditEntry.objects.filter(actor_id=str(clerk.pk)).order_by("id")]
    assert [action for action in told if "app" in action] == [
        "user.signed_in_by_app",
        "user.app_sign_in_ended",
    ]
    assert "user.signed_in" in told


def test_the_token_says_who_by_which_rights_through_which_app(app, clerk):
    app.sign_in("carla@example.com")
    said = jwt.decode(app.tokens["access_token"], options={"verify_signature": False})
    assert said.pop("exp") - said.pop("iat") == LIFE.total_seconds()
    sign_in = StaffSignIn.objects.get()
    assert said == {
        "iss": "larder",
        "aud": "larder:staff",
        "kind": "staff",
        "sub": str(clerk.pk),
        "ver": 1,
        "fam": sign_in.pk.hex,
        "app": sign_in.app_key_id,
        "roles": ["Clerk"],
    }


def test_a_wrong_password_is_refused_and_in_the_end_locks(app):
    wrong = {"email": "carla@example.com", "password": "not-hers"}
    refused = [app.ask(f"{AUTH}/sign-in", wrong) for _try in range(6)]
    assert [refusal(answer) for answer in refused[:4]] == [(401, "sign-in-refused")] * 4
    assert refusal(refused[5]) == (429, "locked-out")
    assert 0 < int(refused[5][2]["Retry-After"]) <= 15 * 60
    assert refusal(app.sign_in("carla@example.com")) == (429, "locked-out")
    assert not StaffSignIn.objects.exists()


def test_who_has_a_second_factor_sends_its_code(app, clerk):
    phone = phone_of(clerk)
    assert refusal(app.sign_in("carla@example.com")) == (401, "second-factor-needed")
    assert app.sign_in("carla@example.com", code=phone.code())[0] == 200
    assert app.me() == (200, "")


def test_whose_role_asks_for_a_second_factor_sets_it_up_in_the_back_office_first(app):
    StaffFactory(role=Role.ADMIN, email="ben@example.com")
    for _time in range(2):  # the one sign-in without it that is granted is none for apps
        assert refusal(app.sign_in("ben@example.com")) == (403, "second-factor-missing")
    assert not StaffSignIn.objects.exists()
    assert not User.objects.filter(grace_used_at__isnull=False).exists()  # nor is it used up


# --- what ends it ------------------------------------------------------------------------------------------
ENDS: dict[str, Callable[[User], object]] = {
    "stopped": lambda user: services.deactivate(user.pk, actor=COMMAND),
    "other roles": lambda user: services.set_roles(user.pk, [Role.PACKER], actor=COMMAND),
    "a right denied": lambda user: services.set_override(
        user.pk, key="orders.view", source="deny", actor=COMMAND
    ),
    "a new password": lambda user: services.set_password(
        user.pk, new="an-entirely-new-pass-2", actor=COMMAND
    ),
    "a second factor of his own": set_up,
    "his second factor reset": lambda user: services.reset_second_factor(user.pk, actor=COMMAND),
}


@pytest.mark.parametrize("name", ENDS)
def test_what_changes_a_persons_rights_ends_his_tokens_at_once(app, clerk, name):
    app.sign_in("carla@example.com")
    ENDS[name](clerk)
    assert app.me() == (401, "token-revoked")
    assert refusal(app.renew()) == (401, "token-revoked")
    assert StaffSignIn.objects.get().ended_because == SignInEnd.CHANGED
    assert services.apps_signed_in(User.objects.get(pk=clerk.pk), at=timezone.now()) == []


def test_a_second_factor_turned_off_ends_his_tokens_at_once(app, clerk):
    _phone, codes = set_up(clerk)
    app.sign_in("carla@example.com", code=codes[0])
    services.turn_off(clerk.pk, password=PASSWORD, code=codes[1], actor=Actor.of(clerk), at=timezone.now())
    assert app.me() == (401, "token-revoked")
    assert refusal(app.renew()) == (401, "token-revoked")


KEEPS: dict[str, Callable[[User], object]] = {
    "another name": lambda user: services.change_profile(user.pk, actor=COMMAND, full_name="Carla Two"),
    "no other roles": lambda user: services.set_roles(user.pk, [Role.CLERK], actor=COMMAND),
    "a second factor begun": lambda user: services.begin_second_factor(
        user.pk, proven_at=timezone.now(), actor=Actor.of(user), at=timezone.now()
    ),
}


@pytest.mark.parametrize("name", KEEPS)
def test_what_changes_nothing_of_it_keeps_them(app, clerk, name):
    app.sign_in("carla@example.com")
    KEEPS[name](clerk)
    assert app.me() == (200, "")
    assert app.renew()[0] == 200


def test_a_second_factor_that_is_asked_for_from_now_on_ends_what_was_begun_without_at_its_renewal(app, clerk):
    app.sign_in("carla@example.com")
    options.save({"security.second_factor_clerk": True}, actor=COMMAND)
    assert refusal(app.renew()) == (401, "token-revoked")
    assert app.me() == (401, "token-revoked")
    assert StaffSignIn.objects.get().ended_because == SignInEnd.CHANGED


def test_signed_out_everywhere_he_is_signed_out_of_apps_at_once(app, clerk):
    app.sign_in("carla@example.com")
    services.end_all_sessions(clerk.pk, actor=COMMAND, at=timezone.now())
    assert app.me() == (401, "token-revoked")
    assert refusal(app.renew()) == (401, "token-revoked")
    assert StaffSignIn.objects.get().ended_because == SignInEnd.REVOKED


def test_a_revoked_key_takes_its_sign_ins_with_it(app):
    app.sign_in("carla@example.com")
    key = StaffSignIn.objects.get().app_key
    services.revoke_app_key(key.pk, actor=COMMAND, at=timezone.now())
    assert app.me() == (401, "app-key-revoked")
    assert refusal(app.renew()) == (401, "app-key-revoked")
    assert StaffSignIn.objects.get().ended_because == SignInEnd.KEY_REVOKED


def test_tokens_go_with_the_key_that_they_were_issued_under(app, live_server):
    app.sign_in("carla@example.com")
    thief = App(live_server.url, make_key(name="Other").secret)
    thief.tokens = app.tokens
    assert thief.me() == (401, "token-of-another-app")
    assert refusal(thief.renew()) == (401, "token-of-another-app")
    assert refusal(thief.ask(f"{AUTH}/sign-out", {"refresh_token": app.tokens["refresh_token"]}))[0] == 401
    assert app.renew()[0] == 200


def test_a_rotated_key_keeps_its_people_signed_in(app):
    app.sign_in("carla@example.com")
    key = StaffSignIn.objects.get().app_key
    app.key = services.rotate_app_key(key.pk, actor=COMMAND, at=timezone.now()).secret
    assert (app.me(), app.renew()[0]) == ((200, ""), 200)


def test_a_refresh_token_that_comes_back_ends_the_sign_in(app):
    app.sign_in("carla@example.com")
    stolen = app.tokens["refresh_token"]
    app.renew()
    app.renew()  # two generations on there is no grace
    assert refusal(app.ask(f"{AUTH}/refresh", {"refresh_token": stolen})) == (401, "token-revoked")
    assert app.me() == (401, "token-revoked")
    assert StaffSignIn.objects.get().ended_because == SignInEnd.REUSED


@pytest.mark.parametrize("threads", [8])
def test_an_app_that_renews_twice_at_once_gets_the_same_tokens_and_one_generation(app, threads):
    app.sign_in("carla@example.com")
    old, start = app.tokens["refresh_token"], threading.Barrier(threads)

    def renew(_number: int) -> Answer:
        start.wait()
        return app.ask(f"{AUTH}/refresh", {"refresh_token": old})

    with ThreadPoolExecutor(threads) as pool:
        answers = list(pool.map(renew, range(threads)))
    assert {answer[0] for answer in answers} == {200}
    assert len({answer[1]["refresh_token"] for answer in answers}) == 1
    sign_in = StaffSignIn.objects.get()
    assert (sign_in.generation, sign_in.ended_at) == (2, None)


# --- the mechanism, with time in hand ----------------------------------------------------------------------
def calling(secret: str) -> CallingApp:
    return keyring.app_of(secret, at=NOW)


def started(app: CallingApp, user: User) -> Tokens:
    return SIGN_INS.start(
        app=app, at=NOW, actor=Actor.of(user), user=user, app_key_id=app.id, version=user.permissions_version
    )[1]


@pytest.mark.django_db
def test_the_same_answer_comes_once_more_within_the_grace_and_ends_everything_after_it():
    app, user = calling(make_key(at=NOW).secret), StaffFactory()
    first = started(app, user)
    second = SIGN_INS.renew(first.refresh, app=app, at=NOW)
    again = SIGN_INS.renew(first.refresh, app=app, at=NOW + GRACE)
    assert (again.refresh, again.refresh_until) == (second.refresh, second.refresh_until)
    with pytest.raises(TokenRefusedError):
        SIGN_INS.renew(first.refresh, app=app, at=NOW + GRACE + timedelta(seconds=1))
    with pytest.raises(TokenRefusedError):
        SIGN_INS.renew(second.refresh, app=app, at=NOW + GRACE + timedelta(seconds=1))
    assert StaffSignIn.objects.get().ended_because == SignInEnd.REUSED


@pytest.mark.django_db
def test_a_sign_in_that_nobody_renews_runs_out():
    app, user = calling(make_key(at=NOW).secret), StaffFactory()
    first = started(app, user)
    later = NOW + SIGN_INS.life()
    with pytest.raises(TokenRefusedError) as why:
        SIGN_INS.renew(first.refresh, app=app, at=later)
    assert why.value.code == "token-revoked"
    assert StaffSignIn.objects.get().generation == 1


@pytest.mark.django_db
def test_an_access_token_costs_one_question_for_person_rights_and_sign_in(django_assert_num_queries):
    app, user = calling(make_key(at=NOW).secret), StaffFactory()
    access = tokens.read(started(app, user).access, at=NOW)
    with django_assert_num_queries(1):
        assert person_of(access, app=app, at=NOW) == user
    for wrong in (
        {"version": 2},
        {"subject": str(user.pk + 1)},
        {"family": make_sign_in(StaffFactory(), make_key().app_key).pk},
    ):
        with django_assert_num_queries(1), pytest.raises(TokenRefusedError):
            person_of(replace(access, **wrong), app=app, at=NOW)


@pytest.mark.django_db
def test_with_the_key_known_a_request_by_token_costs_as_much_as_one_by_session(
    client, django_assert_num_queries
):
    made, user = make_key(at=NOW), StaffFactory(role=Role.CLERK)
    token = SIGN_INS.start(
        app=calling(made.secret), at=timezone.now(), actor=Actor.of(user), user=user,
        app_key_id=made.app_key.pk, version=1,
    )[1].access  # fmt: skip
    sent = {"X-App-Key": made.secret, "Authorization": f"Bearer {token}"}
    client.get(ME, headers=sent)
    with django_assert_num_queries(3):  # person with rights' version and sign-in; his rights; his roles
        assert client.get(ME, headers=sent).status_code == 200


@pytest.mark.django_db
def test_what_ended_long_ago_is_cleared_away():
    key, user, now = make_key().app_key, StaffFactory(), timezone.now()
    old = now - KEPT - timedelta(days=1)
    make_sign_in(user, key, ended_at=old, ended_because=SignInEnd.SIGNED_OUT)
    make_sign_in(user, key, expires_at=old)
    kept = [
        make_sign_in(user, key),
        make_sign_in(user, key, ended_at=now, ended_because=SignInEnd.REVOKED),
        make_sign_in(user, key, expires_at=now - timedelta(days=1)),
    ]
    prune_app_sign_ins()
    assert set(StaffSignIn.objects.all()) == set(kept)


@pytest.mark.django_db
def test_nothing_that_is_stored_is_a_token():
    made = make_key(at=NOW)
    given_out = started(calling(made.secret), StaffFactory())
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(s)::text FROM accounts_staffsignin s")
        stored = cursor.fetchone()[0]
    mac = given_out.refresh.rpartition("_")[2]
    assert mac not in stored
    assert sha256(given_out.refresh.encode()).hexdigest() not in stored
