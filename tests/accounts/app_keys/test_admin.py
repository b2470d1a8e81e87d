"""App keys in the back office: made, shown once, used, ended."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts import services
from apps.accounts.models import AppKey, AppSecret, StaffSignIn
from apps.accounts.permissions import Role
from apps.accounts.services import keyring
from apps.accounts.states import AppKind
from apps.core.actors import COMMAND
from apps.core.clock import midnight, shop_day
from apps.core.models import AuditEntry
from apps.core.states import SignInEnd
from tests.desks import signed_in
from tests.factories.accounts import StaffFactory
from tests.factories.app_keys import make_key, make_sign_in

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/appkey/"
MAKE = "/admin/accounts/appkey/make/"
SECRET = re.compile(r"ak_[a-z0-9]{8}_[A-Za-z0-9_-]{43}")


def form_of(desk: Client, url: str) -> dict[str, str]:
    """What a page's form sends of itself."""
    once = re.search(r'name="once" value="([0-9a-f]{32})"', desk.get(url).content.decode())
    assert once is not None
    return {"once": once[1]}


def shown_in(answer: Any) -> str:
    found = set(SECRET.findall(answer.content.decode()))
    assert len(found) == 1
    return found.pop()


def rotate_url(key: AppKey) -> str:
    return reverse("admin:app_key_rotate", args=[key.pk])


def profile(key: AppKey) -> str:
    return reverse("admin:accounts_appkey_change", args=[key.pk])


# --- made and shown ----------------------------------------------------------------------------------------
def test_a_new_key_is_shown_in_the_answer_to_its_form(desk):
    today = shop_day(timezone.now())
    sent = form_of(desk, MAKE) | {
        "kind": AppKind.CUSTOMER_APP,
        "name": "Flutter",
        "origins": "https://Shop.example.com/\n\nhttp://localhost:5173\n",
        "channel": "App",
        "requests_per_minute": "900",
        "expires_on": (today + timedelta(days=30)).isoformat(),
    }
    answer = desk.post(MAKE, sent)
    app = keyring.app_of(shown_in(answer), at=timezone.now())
    assert (app.name, app.kind, app.channel, app.per_minute) == ("Flutter", "customer_app", "app", 900)
    assert app.origins == {"https://shop.example.com", "http://localhost:5173"}
    assert app.expires_at == midnight(today + timedelta(days=31))
    assert "no-store" in answer.headers["Cache-Control"]
    assert AuditEntry.objects.get(action="app_key.made").actor_label == "Ada Boss"


def test_what_was_shown_is_kept_nowhere_and_never_shown_again(desk):
    sent = form_of(desk, MAKE) | {"kind": AppKind.ADMIN_APP, "name": "Phones"}
    secret = shown_in(desk.post(MAKE, sent))
    again = desk.post(MAKE, sent)
    assert (again.status_code, again.headers["Location"]) == (302, LIST)
    assert [str(said) for said in get_messages(again.wsgi_request)] == [
        "This form was sent before. Its key was shown then, once; if it is lost, rotate the key."
    ]
    assert AppSecret.objects.count() == 1
    key = AppKey.objects.get()
    for page in (MAKE, LIST, profile(key), rotate_url(key)):
        text = desk.get(page).content.decode()
        assert SECRET.search(text) is None
    kept = [str(session.get_decoded()) for session in Session.objects.all()]
    kept += [str(cache.get(name)) for name in ("app-key", "once")]
    kept += [str(list(rows.values())) for rows in (AppKey.objects, AppSecret.objects, AuditEntry.objects)]
    assert not [text for text in kept if secret in text or secret[12:] in text]


def test_what_was_typed_wrong_is_said_at_its_field_and_nothing_is_made(desk):
    sent = form_of(desk, MAKE) | {
        "kind": AppKind.CUSTOMER_APP,
        "name": "",
        "origins": "shop",
        "expires_on": "2020-01-01",
    }
    answer = desk.post(MAKE, sent)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"name", "expires_on"})
    answer = desk.post(MAKE, sent | {"name": "x", "expires_on": "", "scopes": ["staff"]})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"origins", "scopes"})
    assert 'value="x"' in answer.content.decode()
    assert not AppKey.objects.exists()


def test_a_rotation_shows_the_new_secret_and_what_becomes_of_the_old(desk):
    made = make_key(name="Tills")
    url = rotate_url(made.app_key)
    sent = form_of(desk, url)
    new = shown_in(desk.post(url, sent))
    now = timezone.now()
    assert keyring.app_of(new, at=now).id == keyring.app_of(made.secret, at=now).id
    assert desk.post(url, sent).status_code == 302
    refused = desk.post(url, form_of(desk, url))
    assert refused.status_code == 422
    assert "Its old secret still counts" in refused.content.decode()
    assert AppSecret.objects.count() == 2
    page = desk.get(profile(made.app_key)).content.decode()
    assert ("Rotating" in page, "End old secret" in page) == (True, True)


# --- the list and the profile ------------------------------------------------------------------------------
def test_rotating_opens_a_page_from_the_profile_and_no_empty_dialog(desk):
    key = make_key().app_key
    shown = desk.get(profile(key)).content.decode()
    (button,) = re.findall(rf'<a [^>]*href="{rotate_url(key)}"[^>]*>', shown)
    assert "hx-get" not in button


def test_the_list_says_how_each_key_stands(desk):
    now = timezone.now()
    make_key(name="Plain")
    rotating, revoked, expired = make_key(name="Rotated"), make_key(name="Revoked one"), make_key(name="Old")
    make_key(name="Ending", expires_at=now + timedelta(days=3))
    services.rotate_app_key(rotating.app_key.pk, actor=COMMAND, at=now)
    services.revoke_app_key(revoked.app_key.pk, actor=COMMAND, at=now)
    AppKey.objects.filter(pk=expired.app_key.pk).update(expires_at=now)
    page = desk.get(LIST).content.decode()
    for word in ("In use", "Rotating", "Revoked", "Expired", "Expires soon"):
        assert word in page
    assert "Plain" in desk.get(f"{LIST}?in_use=yes").content.decode()
    assert "Revoked one" not in desk.get(f"{LIST}?in_use=yes").content.decode()


def test_a_key_is_found_by_its_name_and_by_what_it_begins_with(desk):
    made = make_key(name="Tills")
    make_key(name="Website")
    for words in ("till", keyring.parse(made.secret)):
        page = desk.get(f"{LIST}?q={words}").content.decode()
        assert ("Tills" in page, "Website" in page) == (True, False)


def test_the_profile_tells_how_to_use_it_who_did_and_when(desk):
    made = make_key(name="Tills")
    AppSecret.objects.update(used_at=timezone.now(), used_from="192.0.2.7", used_version="3.2.1")
    page = desk.get(profile(made.app_key)).content.decode()
    for told in (
        f"ak_{keyring.parse(made.secret)}_***",
        "192.0.2.7",
        "3.2.1",
        "X-App-Key",
        "staff/auth/sign-in",
        "Made",
    ):
        assert told in page


def test_an_edit_starts_from_what_is_there_and_ends_in_one_verb(desk):
    made = make_key(AppKind.EXTERNAL, name="Tags", scopes=["sync"], origins=["https://a.example"])
    url = f"{LIST}{made.app_key.pk}/edit/"
    form = desk.get(url).context["form"]
    assert form.initial["origins"] == "https://a.example"
    sent = {"_form_submitted": "on", "name": "Price tags", "scopes": ["staff"], "origins": ""}
    assert desk.post(url, sent).status_code == 302
    key = AppKey.objects.get()
    assert (key.name, key.scopes, key.origins) == ("Price tags", ["staff"], [])
    assert desk.post(url, sent | {"origins": "nonsense"}).status_code == 200
    assert AppKey.objects.get().origins == []


def test_revoking_signs_out_whoever_came_through_it(desk, manager):
    made = make_key()
    make_sign_in(manager, made.app_key)
    url = f"{LIST}{made.app_key.pk}/revoke/"
    assert desk.post(url, {"_form_submitted": "on", "reason": "Stolen"}).status_code == 302
    assert AppKey.objects.get().revoked_by == "Ada Boss"
    assert StaffSignIn.objects.get().ended_because == SignInEnd.KEY_REVOKED
    page = desk.get(profile(made.app_key)).content.decode()
    assert "Revoked by Ada Boss. Stolen" in page
    assert rotate_url(made.app_key) not in page


# --- apps signed in ----------------------------------------------------------------------------------------
def test_a_profile_lists_the_apps_that_a_colleague_is_signed_in_through(desk):
    clerk = StaffFactory(role=Role.CLERK, full_name="Carla")
    sign_in = make_sign_in(clerk, make_key(name="Shop floor").app_key)
    make_sign_in(clerk, make_key().app_key, version=99, device="An old one")
    page = desk.get(reverse("admin:accounts_user_change", args=[clerk.pk])).content.decode()
    assert ("Carla&#x27;s phone" in page, "An old one" in page) == (True, False)
    assert reverse("admin:app_sign_in_end", args=[sign_in.pk]) in page


def test_one_signs_out_of_ones_own_apps_and_managers_of_others():
    clerk, other = StaffFactory(role=Role.CLERK), StaffFactory(role=Role.CLERK)
    key = make_key().app_key
    own, foreign, managed = make_sign_in(clerk, key), make_sign_in(other, key), make_sign_in(other, key)
    desk = signed_in(clerk)
    for sign_in in (own, foreign):
        desk.post(reverse("admin:app_sign_in_end", args=[sign_in.pk]), {"next": "/admin/"})
    signed_in(StaffFactory(role=Role.SUPER_ADMIN)).post(reverse("admin:app_sign_in_end", args=[managed.pk]))
    ended = set(StaffSignIn.objects.filter(ended_because=SignInEnd.REVOKED))
    assert ended == {own, managed}


def test_ones_own_profile_lists_the_apps_and_signs_out_of_them():
    clerk, other = StaffFactory(role=Role.CLERK), StaffFactory(role=Role.CLERK)
    key = make_key().app_key
    own, _foreign = make_sign_in(clerk, key, device="My phone"), make_sign_in(other, key, device="Another's")
    desk = signed_in(clerk)
    page = desk.get("/admin/profile/").content.decode()
    assert ("My phone" in page, "Another" in page) == (True, False)
    answer = desk.post(reverse("admin:app_sign_in_end", args=[own.pk]), {"next": "/admin/profile/"})
    assert answer.url == "/admin/profile/"
    assert "My phone</" not in desk.get("/admin/profile/").content.decode()
