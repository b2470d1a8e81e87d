"""A new password by e-mail: one answer for everybody, a link that opens once, nothing secret left."""

import re
from datetime import datetime, timedelta
from smtplib import SMTPServerDisconnected
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts import services
from apps.accounts.errors import LinkGoneError, LockedOutError
from apps.accounts.models import Reset, User
from apps.accounts.permissions import Role
from apps.accounts.services.resetting import ask_for_reset
from apps.accounts.tasks import send_reset
from apps.core import options
from apps.core.actors import COMMAND, SYSTEM
from apps.core.models import AuditEntry
from tests.accounts.test_sessions import is_in
from tests.accounts.test_signing_in import together
from tests.desks import signed_in
from tests.factories.accounts import PASSWORD, StaffFactory
from tests.phones import phone_of

pytestmark = pytest.mark.django_db
ASK, SENT = "/admin/reset/", "/admin/reset/sent/"
NEW = "quite-another-word-7"
EMAIL = "ada@example.com"
NOON = datetime.fromisoformat("2026-12-01T12:00:00+00:00")


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def ada() -> User:
    return StaffFactory(email=EMAIL, role=Role.CLERK)


def ask(client: Client, email: str = EMAIL, **meta: str):
    return client.post(ASK, {"email": email}, **meta)


def link_in(letter) -> str:
    """The path of the link, which stands in the text and in the HTML."""
    found = re.findall(r"https?://\S+/admin/reset/[^\s\"<]+", letter.body)
    assert len(set(found)) == 1
    assert found[0] in letter.alternatives[0].content
    return urlsplit(found[0]).path


@pytest.fixture
def link(client, ada, django_capture_on_commit_callbacks) -> str:
    with django_capture_on_commit_callbacks(execute=True):
        ask(client)
    return link_in(mail.outbox[0])


def set_password(client: Client, link: str, new: str = NEW, again: str = ""):
    page = client.get(link, follow=True)
    if not page.redirect_chain:
        return page
    return client.post(page.redirect_chain[-1][0], {"new_password1": new, "new_password2": again or new})


def test_the_answer_is_the_same_whether_somebody_has_an_account(
    client, ada, django_capture_on_commit_callbacks
):
    StaffFactory(email="left@example.com", is_active=False)
    told, sent = [], []
    for email in (EMAIL, "left@example.com", "nobody@example.com"):
        with django_capture_on_commit_callbacks() as after:
            answer = ask(client, email)
        told.append((answer.status_code, answer.url))
        sent.append(len(after))
    assert told == [(302, SENT)] * 3
    assert sent == [1, 1, 1]  # the same work: what is found out is found out by the worker


def test_asking_costs_the_same_for_everybody(client, ada):
    costs = []
    for email in (EMAIL, "nobody@example.com"):
        with CaptureQueriesContext(connection) as queries:
            ask(client, email)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_only_whose_account_it_is_gets_a_letter(client, django_capture_on_commit_callbacks):
    StaffFactory(email="left@example.com", is_active=False)
    with django_capture_on_commit_callbacks(execute=True):
        ask(client, "left@example.com")
        ask(client, "nobody@example.com")
    assert mail.outbox == []


def test_the_letter_is_in_the_persons_language(client, django_capture_on_commit_callbacks):
    StaffFactory(email=EMAIL, language="ar", full_name="ليلى")
    with django_capture_on_commit_callbacks(execute=True):
        ask(client)
    letter = mail.outbox[0]
    assert letter.to == [EMAIL]
    assert letter.subject == "كلمة مرور جديدة لـ Larder"
    assert 'dir="rtl"' in letter.alternatives[0].content


def test_the_letter_says_whose_shop_it_is(client, ada, django_capture_on_commit_callbacks):
    options.save({"shop.name": "Plum & Barrel"}, actor=COMMAND)
    with django_capture_on_commit_callbacks(execute=True):
        ask(client)
    letter = mail.outbox[0]
    assert letter.subject == "A new password for Plum & Barrel"
    assert "your account at Plum & Barrel." in letter.body
    assert "your account at Plum &amp; Barrel." in letter.alternatives[0].content


def test_a_link_that_is_gone_says_so_in_the_title_too(client):
    page = client.get("/admin/reset/MQ/gone-gone/").content.decode()
    assert "<title>This link opens nothing any more" in " ".join(page.split()).replace("<title> ", "<title>")


def test_neither_queue_nor_database_hold_the_link(client, ada, link, monkeypatch):
    token = link.rstrip("/").rpartition("/")[2]
    kept = str(list(Reset.objects.values())) + str(list(AuditEntry.objects.values()))
    assert token not in kept
    given = []
    monkeypatch.setattr(send_reset, "delay", lambda **fields: given.append(fields))
    ask_for_reset(email=EMAIL, site="http://x", address=None, at=timezone.now())
    assert given in ([], [{"reset_id": Reset.objects.latest("pk").pk}])


def test_a_link_sets_a_new_password_once_and_ends_every_session(
    client, ada, django_capture_on_commit_callbacks
):
    before, version = signed_in(ada), ada.permissions_version
    with django_capture_on_commit_callbacks(execute=True):
        ask(client)
    link = link_in(mail.outbox[0])
    done = set_password(client, link)
    assert (done.status_code, done.url) == (302, "/admin/login/")
    ada.refresh_from_db()
    assert (ada.check_password(NEW), ada.permissions_version) == (True, version + 1)
    assert not is_in(before)
    assert "Your password is set." in client.get(done.url).content.decode()
    again = set_password(Client(), link)
    assert "This link opens nothing any more" in again.content.decode()
    assert AuditEntry.objects.filter(action="user.password_reset").count() == 1


def test_the_address_with_the_token_shows_no_page_of_its_own(client, link):
    answer = client.get(link)
    assert (answer.status_code, answer.url.endswith("/set-password/")) == (302, True)


def test_a_link_opens_for_an_hour(client, ada, clock, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ask(client)
    clock.shift(timedelta(hours=1, seconds=1))
    assert (
        "This link opens nothing any more" in set_password(client, link_in(mail.outbox[0])).content.decode()
    )
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


@pytest.mark.parametrize("new", ["short", "12345678901", "password123", EMAIL])
def test_a_weak_password_is_refused_at_its_field_and_the_link_still_opens(client, ada, link, new):
    answer = set_password(client, link, new)
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["new_password2"])
    assert set_password(client, link).status_code == 302


def test_how_long_a_password_must_be_is_an_option(client, ada, link):
    options.save({"security.password_length": 25}, actor=COMMAND)
    assert list(set_password(client, link).context["form"].errors) == ["new_password2"]


def test_who_was_stopped_meanwhile_sets_nothing(client, ada, link):
    User.objects.filter(pk=ada.pk).update(is_active=False)
    set_password(client, link)
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


def test_a_new_password_does_not_do_without_the_second_factor(client, ada, link):
    phone_of(ada)
    set_password(client, link)
    answer = client.post("/admin/login/", {"username": EMAIL, "password": NEW})
    assert answer.url.startswith("/admin/login/?step=code")


@pytest.mark.parametrize("path", ["MQ/x-y", "%00/a-b", "x" * 300 + "/a-b", "MQ/" + "9" * 400, "////"])
def test_a_made_up_link_opens_nothing(client, path):
    answer = client.get(f"/admin/reset/{path}/", follow=True)
    assert answer.status_code in {200, 400, 404}
    assert "new_password1" not in answer.content.decode()


def test_of_one_account_three_an_hour_are_sent_and_more_get_the_same_answer(
    client, ada, clock, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answers = [ask(client).url for _time in range(5)]
    assert (answers, len(mail.outbox)) == ([SENT] * 5, 3)
    clock.shift(timedelta(hours=1, seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        ask(client)
    assert len(mail.outbox) == 4


def test_one_address_asks_ten_times_an_hour_whatever_it_asks_for(client, clock):
    for number in range(10):
        assert ask(client, f"nobody-{number}@example.com").status_code == 302
    answer = ask(client, "one-more@example.com")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    assert 'value="one-more@example.com"' in answer.content.decode()
    assert ask(client, REMOTE_ADDR="192.0.2.7").status_code == 302
    assert Reset.objects.count() == 11


@pytest.mark.parametrize("email", ["", "no address", "a\x00b@example.com", "x" * 300 + "@example.com"])
def test_what_is_no_address_is_said_and_nothing_is_asked_for(client, email):
    assert ask(client, email).status_code == 422
    assert Reset.objects.count() == 0


def test_a_mail_server_that_is_away_is_tried_again(ada, monkeypatch):
    reset = Reset.objects.create(account="x", user=ada, site="http://x", asked_at=timezone.now())

    def away(*_given: object, **_named: object) -> None:
        raise SMTPServerDisconnected

    with monkeypatch.context() as patched:
        patched.setattr("apps.accounts.mail.send", away)
        with pytest.raises(SMTPServerDisconnected):
            services.send_reset(reset.pk, at=timezone.now())
    sent = [services.send_reset(reset.pk, at=timezone.now()) for _time in range(2)]
    assert (sent, len(mail.outbox)) == ([True, False], 1)


def test_a_message_that_comes_an_hour_late_sends_nothing(ada):
    long_ago = timezone.now() - timedelta(hours=1)
    reset = Reset.objects.create(account="x", user=ada, site="http://x", asked_at=long_ago)
    assert services.send_reset(reset.pk, at=timezone.now()) is False
    assert mail.outbox == []


def test_without_a_mail_server_the_page_says_whom_to_ask(client, settings):
    settings.EMAIL_WAY = "none"
    assert "An Admin can set a new password for you" in client.get(ASK).content.decode()
    assert ask(client).status_code == 422
    assert Reset.objects.count() == 0


def test_requests_are_forgotten_after_a_day():
    now = timezone.now()
    for hours in (1, 25):
        Reset.objects.create(account="x", site="http://x", asked_at=now - timedelta(hours=hours))
    assert services.prune_resets(at=now, actor=SYSTEM) == 1


@pytest.mark.django_db(transaction=True)
def test_a_link_used_twice_at_once_sets_one_password():
    ada = StaffFactory(email=EMAIL)
    reset = Reset.objects.create(account="x", user=ada, site="http://x", asked_at=timezone.now())
    services.send_reset(reset.pk, at=timezone.now())
    token = link_in(mail.outbox[0]).rstrip("/").rpartition("/")[2]
    words = [f"quite-another-word-{number}" for number in range(3)]
    said = together([lambda new=new: services.reset_password(ada.pk, token=token, new=new) for new in words])
    assert said == ["in", "link-gone", "link-gone"]
    with pytest.raises(LinkGoneError):
        services.reset_password(ada.pk, token=token, new="quite-another-word-9")


@pytest.mark.django_db(transaction=True)
def test_many_requests_at_once_are_counted_like_many_one_after_the_other():
    acts = [
        lambda number=number: ask_for_reset(
            email=f"{number}@example.com", site="http://x", address="192.0.2.1", at=timezone.now()
        )
        for number in range(14)
    ]
    assert together(acts).count(LockedOutError.code) == 4


@pytest.mark.parametrize("host", ["testserver", "other.example", "127.0.0.1"])
def test_a_letter_leads_to_where_people_find_larder_whatever_host_it_was_asked_by(
    client, ada, settings, django_capture_on_commit_callbacks, host
):
    settings.PUBLIC_URL = "https://larder.example.com"
    settings.HOSTS_FOR_MACHINES = ["127.0.0.1"]
    settings.ALLOWED_HOSTS = ["testserver", "other.example", "127.0.0.1"]
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(ASK, {"email": EMAIL}, headers={"host": host}).url == SENT
    assert "https://larder.example.com/admin/reset/" in mail.outbox[0].body
    assert host not in mail.outbox[0].body + mail.outbox[0].alternatives[0].content
    assert set_password(client, link_in(mail.outbox[0])).status_code == 302


def test_no_letter_leads_to_the_host_by_which_a_container_asks_itself(client, ada, settings):
    settings.HOSTS_FOR_MACHINES = ["127.0.0.1"]
    settings.ALLOWED_HOSTS = ["shop.example", "127.0.0.1"]
    hosts = ("127.0.0.1:9999", "evil.example", "shop.example")
    asked = [client.post(ASK, {"email": ada.email}, headers={"host": host}) for host in hosts]
    assert [answer.status_code for answer in asked] == [400, 400, 302]
    assert list(Reset.objects.values_list("site", flat=True)) == ["http://shop.example"]
