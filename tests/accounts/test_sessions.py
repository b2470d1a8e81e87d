"""Sign-ins that last: whose and on what, for how long, and ended."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from apps.accounts import services
from apps.accounts.errors import NotYoursToManageError
from apps.accounts.models import Session, StaffSignIn, User
from apps.accounts.permissions import Role
from apps.accounts.services.sessions import end_sessions
from apps.core import options
from apps.core.actors import COMMAND, Actor
from apps.core.errors import NotFoundError
from apps.core.models import AuditEntry
from apps.core.states import SignInEnd
from tests.desks import signed_in
from tests.factories.accounts import PASSWORD, StaffFactory
from tests.factories.app_keys import make_key, make_sign_in
from tests.phones import phone_of

pytestmark = pytest.mark.django_db
PROFILE = "/admin/profile/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
NOON = datetime.fromisoformat("2026-12-01T12:00:00+00:00")


def through_the_door(person: User, **headers: str) -> Client:
    client = Client()
    sent = {"username": person.email, "password": PASSWORD}
    client.post("/admin/login/", sent, headers=headers)
    return client


def is_in(client: Client) -> bool:
    return client.get(PROFILE).status_code == 200


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def test_a_session_says_whose_it_is_and_on_what():
    ada = StaffFactory()
    through_the_door(ada, user_agent=FIREFOX)
    session = Session.objects.get()
    assert (session.user, session.address, session.device) == (ada, "127.0.0.1", "Firefox on Windows")
    assert session.session_key not in str(session.public_id)


@pytest.mark.parametrize("agent", ["", "x" * 5000, "<script>alert(1)</script>", "Firefox/\u202e\x00"])
def test_whatever_a_browser_says_of_itself_is_survived(agent):
    ada = StaffFactory()
    client = through_the_door(ada, user_agent=agent)
    assert client.get(PROFILE).status_code == 200
    assert "<script>alert" not in client.get(PROFILE).content.decode()


def test_it_is_seen_at_most_once_a_minute(clock, django_assert_num_queries):
    client = through_the_door(StaffFactory())
    clock.shift(timedelta(seconds=59))
    client.get(PROFILE)
    assert Session.objects.get().last_seen_at == NOON
    clock.shift(timedelta(seconds=1))
    client.get(PROFILE)
    assert Session.objects.get().last_seen_at == NOON + timedelta(minutes=1)


def test_it_lasts_as_long_as_the_option_says_however_busy(clock):
    options.save({"security.session_length": "1 h"}, actor=COMMAND)
    client = through_the_door(StaffFactory())
    for _minute in range(11):
        clock.shift(timedelta(minutes=5))
        client.post(PROFILE, {"full_name": "Ada", "language": "en", "theme": "dark"})
        assert is_in(client)
    clock.shift(timedelta(minutes=6))
    assert not is_in(client)


def test_its_cookie_is_for_the_server_alone(settings):
    settings.SESSION_COOKIE_SECURE = True
    cookie = through_the_door(StaffFactory()).cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True)


def test_a_planted_session_key_is_not_the_one_that_is_signed_in():
    ada, client = StaffFactory(), Client()
    client.get("/admin/login/")
    planted = client.session
    planted["x"] = 1
    planted.save()
    client.cookies["sessionid"] = planted.session_key
    client.post("/admin/login/", {"username": ada.email, "password": PASSWORD})
    assert Session.objects.get().session_key != planted.session_key
    assert "x" not in client.session


def test_one_session_is_ended_from_another_and_says_why():
    ada = StaffFactory()
    here, there = through_the_door(ada), through_the_door(ada)
    other = Session.objects.get(pk=there.session.session_key)
    here.post(PROFILE, {"do": "end_session", "session": str(other.public_id)})
    assert (is_in(here), there.get(PROFILE).url) == (
        True,
        "/admin/login/?next=/admin/profile/&why=elsewhere",
    )
    door = there.get("/admin/login/?next=/admin/profile/&why=elsewhere").content.decode()
    assert "You ended this session from another one." in door
    other.refresh_from_db()
    assert (other.session_data, other.ended_because) == ("", "elsewhere")
    assert AuditEntry.objects.filter(action="user.session_ended").count() == 1


def test_a_part_that_is_asked_for_after_the_end_leads_the_whole_page_to_the_door():
    ada = StaffFactory()
    client = through_the_door(ada)
    services.end_all_sessions(ada.pk, actor=COMMAND, at=timezone.now())
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/admin/settings/?q=a"}
    answer = client.get("/admin/", headers=headers)
    assert answer.headers["HX-Redirect"] == ("/admin/login/?why=manager&next=%2Fadmin%2Fsettings%2F%3Fq%3Da")
    assert answer.content == b""


def test_everywhere_else_is_every_other_browser_and_every_app():
    ada, ben = StaffFactory(), StaffFactory()
    key = make_key().app_key
    here, *others = (through_the_door(ada) for _device in range(3))
    bens = through_the_door(ben)
    for who in (ada, ada, ben):
        make_sign_in(who, key)
    make_sign_in(ada, key, expires_at=timezone.now())  # these two are over already
    make_sign_in(ada, key, version=ada.permissions_version - 1)
    assert "Sign out everywhere else" in here.get(PROFILE).content.decode()
    told = here.post(PROFILE, {"do": "end_others"}, follow=True).content.decode()
    assert "Ended: 2 sessions and 2 sign-ins through apps." in told
    assert [is_in(client) for client in (here, *others, bens)] == [True, False, False, True]
    assert [len(services.apps_signed_in(who, at=timezone.now())) for who in (ada, ben)] == [0, 1]
    assert StaffSignIn.objects.filter(ended_because=SignInEnd.REVOKED).count() == 2
    entry = AuditEntry.objects.filter(action="user.sessions_ended").get()
    assert entry.before == {"sessions": 2, "apps": 2}
    assert "Sign out everywhere else" not in here.get(PROFILE).content.decode()


def test_who_is_signed_in_nowhere_else_is_signed_out_of_nothing():
    ada = StaffFactory()
    here = through_the_door(ada)
    told = here.post(PROFILE, {"do": "end_others"}, follow=True).content.decode()
    assert "Ended: 0 sessions and 0 sign-ins through apps." in told
    assert is_in(here)
    assert not AuditEntry.objects.filter(action="user.sessions_ended").exists()


def test_ending_takes_one_query_however_many_sessions_there_are(django_assert_num_queries):
    ada = StaffFactory()
    for _device in range(3):
        signed_in(ada)
        signed_in(StaffFactory())
    with django_assert_num_queries(1):
        assert end_sessions(ada, because="manager") == 3


def test_a_request_that_was_under_way_brings_no_ended_session_back():
    ada = StaffFactory()
    client = signed_in(ada)
    under_way = client.session
    under_way["x"] = 1
    services.end_all_sessions(ada.pk, actor=COMMAND, at=timezone.now())
    under_way.save()
    assert not is_in(client)


def test_a_manager_sees_and_ends_those_of_others(desk):
    clerk = StaffFactory(role=Role.CLERK)
    theirs = through_the_door(clerk, user_agent=FIREFOX)
    profile = f"/admin/accounts/user/{clerk.pk}/"
    assert "Firefox on Windows" in desk.get(f"{profile}change/").content.decode()
    make_sign_in(clerk, make_key().app_key)
    sent = {"_form_submitted": "on", "reason": "left a phone on the bus"}
    told = desk.post(f"{profile}end_sessions/", sent, follow=True).content.decode()
    assert theirs.get(PROFILE).url.endswith("why=manager")
    assert "Ended: 1 session and 1 sign-in through an app." in told
    reasons = AuditEntry.objects.filter(subject_id=str(clerk.pk)).values_list("action", "reason")
    assert set(reasons) >= {
        ("user.sessions_ended", "left a phone on the bus"),
        ("user.app_sign_in_ended", "left a phone on the bus"),
    }


def test_who_is_signed_in_through_an_app_alone_can_be_signed_out_too(desk):
    clerk = StaffFactory(role=Role.CLERK)
    profile = f"/admin/accounts/user/{clerk.pk}/"
    assert "Sign out everywhere" not in desk.get(f"{profile}change/").content.decode()
    make_sign_in(clerk, make_key().app_key)
    assert "Sign out everywhere" in desk.get(f"{profile}change/").content.decode()
    desk.post(f"{profile}end_sessions/", {"_form_submitted": "on"})
    assert services.apps_signed_in(clerk, at=timezone.now()) == []


def test_nobody_else_ends_somebodys_session():
    ada, ben = StaffFactory(role=Role.CLERK), StaffFactory(role=Role.CLERK)
    client, _phone = signed_in(ada), make_sign_in(ada, make_key().app_key)
    session = Session.objects.get(user=ada)
    with pytest.raises(NotYoursToManageError):
        services.end_session(session.public_id, actor=Actor.of(ben), at=timezone.now())
    with pytest.raises(NotYoursToManageError):
        services.end_all_sessions(ada.pk, actor=Actor.of(ben), at=timezone.now())
    assert is_in(client)
    assert len(services.apps_signed_in(ada, at=timezone.now())) == 1


@pytest.mark.parametrize("which", ["", "nonsense", "83bb2eec-afc1-406d-b299-b26534997546", "\x00", "9" * 40])
def test_a_session_that_is_not_there_is_not_ended(which):
    ada = StaffFactory()
    signed_in(ada)
    with pytest.raises(NotFoundError):
        services.end_session(which, actor=Actor.of(ada), at=timezone.now())
    assert Session.objects.filter(ended_at__isnull=False).count() == 0


def test_a_new_password_ends_the_others_and_keeps_where_this_one_was_made():
    ada = StaffFactory()
    here, there = through_the_door(ada, user_agent=FIREFOX), through_the_door(ada)
    new = {"new_password1": "quite-another-word-7", "new_password2": "quite-another-word-7"}
    here.post("/admin/password_change/", {"old_password": PASSWORD, **new})
    assert (is_in(here), there.get(PROFILE).url.endswith("why=password")) == (True, True)
    assert Session.objects.live(timezone.now()).get().device == "Firefox on Windows"


def test_who_is_stopped_is_told_nothing():
    clerk = StaffFactory(role=Role.CLERK)
    client = through_the_door(clerk)
    services.deactivate(clerk.pk, actor=COMMAND)
    door = client.get(client.get(PROFILE).url).content.decode()
    assert "session" not in re_text(door)


def re_text(page: str) -> str:
    """What stands on the page's card."""
    return page.partition('<div class="lr-door-card">')[2].partition("</main>")[0].replace("sessionid", "")


def test_one_sees_oneself_ones_sessions_and_what_one_did():
    ada = StaffFactory(full_name="Ada Byron", role=Role.CLERK)
    client = through_the_door(ada)
    client.post(PROFILE, {"full_name": "Ada Lovelace", "language": "ar", "theme": "dark"})
    ada.refresh_from_db()
    assert (ada.full_name, ada.language, ada.theme) == ("Ada Lovelace", "ar", "dark")
    page = client.get(PROFILE)
    assert [line.what for line in page.context["done"]] == ["Changed", "Signed in"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("full_name", ""), ("full_name", "x" * 151), ("language", "xx"), ("theme", "<b>"), ("theme", "")],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_saved(field, value):
    ada = StaffFactory(full_name="Ada")
    sent = {"full_name": "Grace", "language": "en", "theme": "dark"} | {field: value}
    answer = signed_in(ada).post(PROFILE, sent)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    ada.refresh_from_db()
    assert (ada.full_name, ada.theme) == ("Ada", "system")


def test_a_planted_session_does_not_learn_whose_password_was_right():
    ada, client, thief = StaffFactory(), Client(), Client()
    phone_of(ada)
    client.get("/admin/login/")
    planted = client.session
    planted["x"] = 1
    planted.save()
    thief.cookies["sessionid"] = client.cookies["sessionid"] = planted.session_key
    client.post("/admin/login/", {"username": ada.email, "password": PASSWORD})
    assert 'name="code"' in client.get("/admin/login/?step=code").content.decode()
    assert 'name="code"' not in thief.get("/admin/login/?step=code").content.decode()


# --- what was being typed when it ended -------------------------------------------------------------
def test_what_is_sent_after_the_end_leads_back_to_the_page_that_it_was_typed_on():
    came = Client().post(
        "/admin/media/1/edit/", headers={"referer": "http://testserver/admin/media/1/?as=list"}
    )
    assert came.url == "/admin/login/?next=/admin/media/1/%3Fas%3Dlist&why=unsaved"
    page = Client().get(came.url).content.decode()
    assert "what you sent was not saved" in page
    assert 'name="next" value="/admin/media/1/?as=list"' in page


@pytest.mark.parametrize(
    "elsewhere", ["", "https://evil.example/admin/", "javascript:alert(1)", "//evil.example"]
)
def test_a_page_elsewhere_is_no_way_back(elsewhere):
    came = Client().post("/admin/media/1/edit/", headers={"referer": elsewhere})
    assert came.url == "/admin/login/?next=/admin/media/1/edit/&why=unsaved"


def test_an_ended_session_says_why_and_still_knows_the_way_back():
    ada = StaffFactory()
    client = through_the_door(ada)
    end_sessions(ada, because=Session.Because.MANAGER)
    came = client.post("/admin/media/1/edit/", headers={"referer": "http://testserver/admin/media/1/"})
    assert came.url == "/admin/login/?next=/admin/media/1/&why=unsaved&why=manager"


def test_who_was_stopped_is_told_so_where_his_session_was():
    ada = StaffFactory()
    client = through_the_door(ada)
    services.deactivate(ada.pk, actor=COMMAND)
    door = client.get(client.get(PROFILE).url)
    assert "You may not sign in any more." in door.content.decode()
    refused = client.post("/admin/login/", {"username": ada.email, "password": PASSWORD})
    assert "do not go together, or may not sign in" in refused.content.decode()


def test_an_address_that_only_takes_forms_says_so_on_a_page_of_ours():
    client = through_the_door(StaffFactory(role=Role.SUPER_ADMIN))
    page = client.get("/admin/media/upload/")
    assert (page.status_code, page.headers["Allow"]) == (405, "POST")
    assert "only takes what a form sends" in page.content.decode()
