"""Signing in and out of the back office, and one's own password."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts import services
from apps.accounts.models import Session
from apps.accounts.permissions import Role
from apps.core.actors import COMMAND, SYSTEM
from apps.core.models import AuditEntry
from tests.factories.accounts import PASSWORD, StaffFactory

pytestmark = pytest.mark.django_db
NEW = "quite-another-word-7"
SENTENCE = "This e-mail address and password do not go together, or may not sign in."


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str):
    return client.post(reverse("admin:login"), {"username": email, "password": password, **more})


def is_in(client: Client) -> bool:
    return client.get(reverse("admin:index")).status_code == 200


def text_of(response) -> str:
    """The page without what differs from request to request."""
    page = re.sub(r"\b[A-Za-z0-9]{64}\b", "", response.content.decode())  # CSRF tokens
    return re.sub(r'value="[^"]*@example.com"', "", page)


@pytest.mark.parametrize("spelling", ["ada@example.com", "ADA@Example.com", " ada@example.com "])
def test_who_knows_address_and_password_is_in(client, spelling):
    StaffFactory(email="ada@example.com", role=Role.CLERK)
    response = sign_in(client, spelling)
    assert (response.status_code, response.url) == (302, reverse("admin:index"))
    assert is_in(client)


def test_a_wrong_password_an_unknown_address_and_one_who_has_left_get_the_same_answer(client):
    StaffFactory(email="here@example.com")
    StaffFactory(email="left@example.com", is_active=False)
    answers = [
        sign_in(client, "here@example.com", "wrong"),
        sign_in(client, "nobody@example.com", "wrong"),
        sign_in(client, "left@example.com"),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert all(SENTENCE in answer.content.decode() for answer in answers)
    assert len({text_of(answer) for answer in answers}) == 1
    assert not is_in(client)


def test_after_a_wrong_password_the_address_stands_there_and_the_password_is_typed_anew(client):
    page = sign_in(client, "ada@example.com", "wrong").content.decode()
    fields = {name: tag for tag, name in re.findall(r'(<input [^>]*name="(username|password)"[^>]*>)', page)}
    assert 'value="ada@example.com"' in fields["username"]
    assert {name: "autofocus" in tag for name, tag in fields.items()} == {"username": False, "password": True}


def test_an_unknown_address_costs_a_hash_like_a_known_one(client, monkeypatch):
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, *args: hashed.append(1) or encode(self, *args)
    )
    costs = []
    StaffFactory(email="here@example.com")
    StaffFactory(email="left@example.com", is_active=False)
    for email in ("here@example.com", "left@example.com", "nobody@example.com"):
        hashed.clear()
        sign_in(client, email, "wrong")
        costs.append(len(hashed))
    assert costs == [1, 1, 1]


@pytest.mark.parametrize(
    ("asked", "goes_to"),
    [
        ("/admin/password_change/", "/admin/password_change/"),
        ("https://evil.example/", "/admin/"),
        ("//evil.example/", "/admin/"),
        ("javascript:alert(1)", "/admin/"),
    ],
)
def test_after_signing_in_one_lands_where_one_was_going_if_it_is_here(client, asked, goes_to):
    StaffFactory(email="ada@example.com")
    assert sign_in(client, "ada@example.com", next=asked).url == goes_to


def test_signing_in_makes_a_new_session_key(client):
    StaffFactory(email="ada@example.com")
    client.get(reverse("admin:login"))
    session = client.session
    session["before"] = "1"
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    sign_in(client, "ada@example.com")
    assert client.session.session_key != planted


def test_sign_out_takes_a_post(client):
    client.force_login(StaffFactory(role=Role.CLERK))
    assert client.get(reverse("admin:logout")).status_code == 405
    assert is_in(client)
    client.post(reverse("admin:logout"))
    assert not is_in(client)


def test_the_sign_in_form_asks_for_a_csrf_token():
    strict = Client(enforce_csrf_checks=True)
    StaffFactory(email="ada@example.com")
    assert sign_in(strict, "ada@example.com").status_code == 403
    assert not is_in(strict)


def test_who_is_deactivated_is_out_at_once(client):
    clerk = StaffFactory(role=Role.CLERK)
    client.force_login(clerk)
    assert is_in(client)
    clerk.is_active = False
    clerk.save()
    assert not is_in(client)


def test_after_signing_in_the_pages_speak_the_persons_language(client):
    StaffFactory(email="ada@example.com", language="ar", role=Role.CLERK)
    sign_in(client, "ada@example.com")
    response = client.get(reverse("admin:password_change"), headers={"accept-language": "fr"})
    assert response.headers["Content-Language"] == "ar"
    assert 'dir="rtl"' in response.content.decode()


def change(client: Client, old: str, new: str):
    data = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post(reverse("admin:password_change"), data)


def test_a_new_password_of_ones_own_keeps_this_session_and_ends_the_others(client):
    ada, elsewhere = StaffFactory(role=Role.DRIVER), Client()
    client.force_login(ada)
    elsewhere.force_login(ada)
    assert change(client, PASSWORD, NEW).url == reverse("admin:password_change_done")
    ada.refresh_from_db()
    assert ada.check_password(NEW)
    assert (is_in(client), is_in(elsewhere)) == (True, False)
    assert [entry.action for entry in AuditEntry.objects.all()] == ["user.password_changed"]


@pytest.mark.parametrize(
    ("old", "new", "complaint", "trail"),
    [
        ("wrong", NEW, "old_password", [("user.sign_in_failed", {"why": "unfit-password"})]),
        (PASSWORD, "12345", "new_password2", []),
        (PASSWORD, PASSWORD, "new_password1", []),
    ],
)
def test_a_wrong_weak_or_unchanged_password_is_refused_at_its_field(client, old, new, complaint, trail):
    ada = StaffFactory(role=Role.DRIVER)
    client.force_login(ada)
    response = change(client, old, new)
    assert (response.status_code, list(response.context["form"].errors)) == (200, [complaint])
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)
    assert [(entry.action, entry.after) for entry in AuditEntry.objects.all()] == trail


def test_a_session_from_before_does_not_come_back_with_who_may_sign_in_again(client):
    clerk, colleague = StaffFactory(role=Role.CLERK), Client()
    client.force_login(clerk)
    colleague.force_login(StaffFactory(role=Role.CLERK))
    services.deactivate(clerk.pk, actor=COMMAND)
    services.reactivate(clerk.pk, actor=COMMAND)
    assert (is_in(client), is_in(colleague)) == (False, True)


def test_only_sessions_that_have_run_out_are_cleared_away(client):
    client.force_login(StaffFactory(role=Role.CLERK))
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(seconds=1))
    assert services.prune_sessions(at=now, actor=SYSTEM) == 1
    assert is_in(client)


def test_guesses_at_the_present_password_count_like_those_at_the_door(client):
    ada = StaffFactory(role=Role.DRIVER)
    client.force_login(ada)
    errors = [change(client, "wrong", NEW).context["form"].errors for _try in range(5)]
    assert [found["old_password"] for found in errors[:4]] == [["That is not your present password."]] * 4
    assert errors[4]["old_password"] == ["Too many tries failed. Try again in 15 min."]
    assert "old_password" in change(client, PASSWORD, NEW).context["form"].errors  # even the right one waits
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)
