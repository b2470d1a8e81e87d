"""The one verb behind every door: who is let in, who is not, and how often somebody may guess."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from apps.accounts.errors import (
    LockedOutError,
    SecondFactorNeededError,
    SignInRefusedError,
    TooSoonError,
    WrongCodeError,
)
from apps.accounts.models import Tries, User
from apps.accounts.permissions import Role
from apps.accounts.services import Proven, prove, unlock
from apps.core import options
from apps.core.actors import COMMAND
from apps.core.errors import DomainError
from apps.core.models import AuditEntry
from tests.factories.accounts import PASSWORD, StaffFactory
from tests.phones import phone_of, set_up

pytestmark = pytest.mark.django_db
EMAIL = "ada@example.com"
NOON = datetime.fromisoformat("2026-12-01T12:00:00+00:00")


def come(
    password: str = PASSWORD, code: str = "", *, email: str = EMAIL, address: str = "192.0.2.1"
) -> Proven:
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    return prove(email=email, password=password, code=code, request=request, at=timezone.now())


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as why:
        act()
    return why.value.code


@pytest.fixture
def ada() -> User:
    return StaffFactory(email=EMAIL, role=Role.CLERK)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def test_the_right_password_is_enough_for_who_needs_no_second_factor(ada):
    assert come() == Proven(ada, has_second_factor=False, must_set_up=False)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_id, entry.after, entry.address) == (
        "user.signed_in",
        str(ada.pk),
        {"by": "password"},
        None,
    )


@pytest.mark.parametrize(
    ("email", "password", "is_active"),
    [
        (EMAIL, "wrong", True),
        ("nobody@example.com", PASSWORD, True),
        (EMAIL, PASSWORD, False),
        ("", "", True),
        ("a\x00b", "a\x00b", True),
        ("x" * 10_000, "y" * 10_000, True),
        ("ada@example.com' OR 1=1 --", PASSWORD, True),
    ],
)
def test_every_refusal_says_the_same_and_hashes_once(email, password, is_active, monkeypatch):
    StaffFactory(email=EMAIL, is_active=is_active)
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, *given: hashed.append(1) or encode(self, *given)
    )
    with pytest.raises(SignInRefusedError) as why:
        come(password, email=email)
    assert str(why.value) == "This e-mail address and password do not go together, or may not sign in."
    assert (why.value.status, why.value.code, len(hashed)) == (401, "sign-in-refused", 1)
    assert password not in str(list(AuditEntry.objects.values())) or not password


def test_a_refusal_costs_as_many_queries_whoever_it_is(ada, django_assert_num_queries):
    StaffFactory(email="left@example.com", is_active=False)
    for email in (EMAIL, "left@example.com", "nobody@example.com"):
        with django_assert_num_queries(8):
            refusal(lambda email=email: come("wrong", email=email))


def test_what_is_typed_stands_nowhere(ada):
    refusal(lambda: come("hunter2-typed", email="secret-typed-into-the-wrong-field"))
    refusal(lambda: come("hunter2-typed"))
    kept = str(list(AuditEntry.objects.values())) + str(list(Tries.objects.values()))
    assert "typed" not in kept


def test_the_fifth_failure_locks_and_even_the_right_password_waits(ada, clock):
    assert [refusal(lambda: come("wrong")) for _try in range(5)] == ["sign-in-refused"] * 4 + ["locked-out"]
    clock.shift(timedelta(minutes=14))
    with pytest.raises(LockedOutError) as why:
        come()
    assert (why.value.status, why.value.wait) == (429, 60)
    assert str(why.value) == "Too many tries failed. Try again in 1 min."
    clock.shift(timedelta(minutes=1))
    assert come().user == ada
    assert Tries.objects.count() == 0
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
        *["user.sign_in_failed"] * 5,
        "user.locked_out",
        "user.signed_in",
    ]


def test_who_has_no_account_is_locked_out_just_the_same(clock):
    StaffFactory(email=EMAIL)
    said = []
    for email in (EMAIL, "nobody@example.com"):
        for _try in range(6):
            with pytest.raises(DomainError) as why:
                come("wrong", email=email)
            said.append((why.value.code, str(why.value)))
    assert said[:6] == said[6:]


def test_other_accounts_and_addresses_go_on(ada):
    StaffFactory(email="ben@example.com")
    for _try in range(5):
        refusal(lambda: come("wrong"))
    assert come(email="ben@example.com").user.email == "ben@example.com"
    assert come(address="192.0.2.2").user == ada
    assert refusal(come) == "locked-out"


def test_one_household_of_ipv6_is_one_address(ada):
    for number in range(1, 6):
        refusal(lambda number=number: come("wrong", address=f"2001:db8::{number}"))
    assert refusal(lambda: come(address="2001:db8::ffff")) == "locked-out"
    assert come(address="2001:db8:0:1::1").user == ada


def test_the_spelling_of_the_address_gives_no_further_tries(ada):
    spellings = (EMAIL, "ADA@example.com", " Ada@Example.Com ", EMAIL, EMAIL)
    codes = [refusal(lambda email=email: come("wrong", email=email)) for email in spellings]
    assert codes[-1] == "locked-out"


def test_a_success_clears_the_count(ada):
    for _round in range(3):
        for _try in range(4):
            assert refusal(lambda: come("wrong")) == "sign-in-refused"
        assert come().user == ada


def test_failures_that_lie_apart_do_not_add_up(ada, clock):
    for _try in range(12):
        assert refusal(lambda: come("wrong")) == "sign-in-refused"
        clock.shift(timedelta(minutes=4))


def test_tries_and_window_are_options(ada, clock):
    wanted = {"api.sign_in_tries": 2, "api.sign_in_window": "1 min"}
    options.save(wanted, actor=COMMAND)
    assert [refusal(lambda: come("wrong")) for _try in range(2)] == ["sign-in-refused", "locked-out"]
    clock.shift(timedelta(seconds=61))
    assert come().user == ada


def test_an_admin_lets_somebody_try_again_at_once(ada):
    for _try in range(5):
        refusal(lambda: come("wrong"))
    assert unlock(ada.pk, actor=COMMAND, reason="rang") == 1
    assert come().user == ada


def test_a_code_is_asked_for_only_after_the_right_password_and_costs_no_try(ada):
    phone = phone_of(ada)
    assert refusal(lambda: come("wrong", phone.code())) == "sign-in-refused"
    for _try in range(8):
        with pytest.raises(SecondFactorNeededError) as why:
            come(code="  ")
    assert why.value.status == 401
    assert come(code=phone.code()) == Proven(ada, has_second_factor=True, must_set_up=False)


def test_a_code_with_spaces_is_read(ada):
    code = phone_of(ada).code()
    assert come(code=f" {code[:3]} {code[3:]} ").has_second_factor is True


def test_a_code_opens_once(ada, clock):
    phone = phone_of(ada)
    code = phone.code()
    come(code=code)
    with pytest.raises(WrongCodeError):
        come(code=code)
    clock.shift(timedelta(seconds=30))
    assert come(code=phone.code()).user == ada


def test_a_code_runs_out(ada, clock):
    code = phone_of(ada).code()
    clock.shift(timedelta(minutes=2))
    with pytest.raises(WrongCodeError):
        come(code=code)


def test_after_a_wrong_code_the_next_waits_and_is_not_counted(ada, clock):
    phone = phone_of(ada)
    with pytest.raises(WrongCodeError):
        come(code=phone.wrong())
    for _try in range(9):
        with pytest.raises(TooSoonError) as why:
            come(code=phone.code())
    assert (why.value.status, why.value.wait) == (429, 1.0)
    clock.shift(timedelta(seconds=1))
    assert come(code=phone.code()).user == ada


def test_wrong_codes_lock_like_wrong_passwords(ada, clock):
    phone = phone_of(ada)
    refusal(lambda: come("wrong"))
    codes = []
    for _try in range(4):
        codes.append(refusal(lambda: come(code=phone.wrong())))
        clock.shift(timedelta(seconds=20))
    assert codes == ["wrong-code"] * 3 + ["locked-out"]
    assert refusal(lambda: come(code=phone.code())) == "locked-out"


@pytest.mark.parametrize("code", ["12345", "１２３４５６", "\x00", "-" * 100, "x" * 10_000, "🍐", "0" * 16])
def test_a_hostile_code_is_a_wrong_code(ada, code):
    phone_of(ada)
    with pytest.raises(WrongCodeError):
        come(code=code)


def test_a_recovery_code_opens_once_however_it_is_typed(ada):
    _phone, codes = set_up(ada)
    typed = codes[0].upper().replace("-", " ").replace("O", "0")
    assert come(code=typed).has_second_factor is True
    assert refusal(lambda: come(code=codes[0])) == "wrong-code"
    assert come(code=codes[1]).user == ada
    assert [entry.after["by"] for entry in AuditEntry.objects.filter(action="user.signed_in")] == [
        "recovery code"
    ] * 2


def test_who_must_have_a_second_factor_comes_in_once_without(db):
    ada = StaffFactory(email=EMAIL, role=Role.ADMIN)
    assert come() == Proven(ada, has_second_factor=False, must_set_up=False, is_last_without=True)
    assert come() == Proven(ada, has_second_factor=False, must_set_up=True)
    assert come() == Proven(ada, has_second_factor=False, must_set_up=True)


def test_a_requirement_that_comes_later_gives_the_grace_then(ada):
    come()
    options.save({"security.second_factor_clerk": True}, actor=COMMAND)
    assert (come().is_last_without, come().must_set_up) == (True, True)
    options.save({"security.second_factor_clerk": False}, actor=COMMAND)
    assert come().must_set_up is False
    options.save({"security.second_factor_clerk": True}, actor=COMMAND)
    assert come().is_last_without is True


def together(acts: list[Callable[[], object]]) -> list[str]:
    """What each came to, all at once on connections of their own."""

    def run(act: Callable[[], object]) -> str:
        try:
            act()
        except DomainError as why:
            return why.code
        finally:
            connection.close()
        return "in"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_of_many_guesses_at_once_no_more_are_looked_at_than_are_allowed(monkeypatch):
    StaffFactory(email=EMAIL)
    looked_at = []
    check = User.check_password
    monkeypatch.setattr(User, "check_password", lambda self, given: looked_at.append(1) or check(self, given))
    codes = together([lambda: come("wrong")] * 5 + [lambda: come("wrong")] * 7)
    assert len(looked_at) == 5
    assert codes == ["locked-out"] * 8 + ["sign-in-refused"] * 4


@pytest.mark.django_db(transaction=True)
def test_a_recovery_code_used_twice_at_once_opens_once():
    ada = StaffFactory(email=EMAIL)
    _phone, codes = set_up(ada)
    assert together([lambda: come(code=codes[0])] * 4).count("in") == 1


@pytest.mark.django_db(transaction=True)
def test_a_phones_code_used_twice_at_once_opens_once():
    ada = StaffFactory(email=EMAIL)
    code = phone_of(ada).code()
    assert together([lambda: come(code=code)] * 4).count("in") == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_sign_ins_at_once_one_has_the_grace():
    StaffFactory(email=EMAIL, role=Role.ADMIN)
    proven: list[bool] = []
    together([lambda: proven.append(come().must_set_up)] * 2)
    assert sorted(proven) == [False, True]
