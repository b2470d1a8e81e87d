"""What every route asks of an app: by real requests, through everything that stands before a view."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from redis import Redis, RedisError

from apps.accounts import services
from apps.accounts.models import AppSecret
from apps.accounts.permissions import Role
from apps.accounts.scopes import all_scopes
from apps.accounts.services import app_key_use, keyring
from apps.accounts.states import AppKind
from apps.accounts.tasks import tell_expiring_app_keys, write_app_key_uses
from apps.core.actors import COMMAND, SYSTEM
from apps.core.api import throttling
from apps.core.api.route_table import api_routes
from apps.core.options import reading
from apps.core.store import named, redis
from apps.notifications.models import Receipt
from tests.core.api.test_ground import problem
from tests.factories.accounts import StaffFactory
from tests.factories.app_keys import app_client, make_key

pytestmark = pytest.mark.django_db
APP, ME, RUNS = "/api/v1/app", "/api/v1/staff/me", "/api/v1/sync/runs"
SHOP = "https://shop.example.com"


def code(answer: Any, status: int) -> str:
    return str(problem(answer, status)["code"])


# --- who is let in -----------------------------------------------------------------------------------------
def test_an_app_is_told_what_its_key_is():
    made = make_key(AppKind.EXTERNAL, name="Price tags", scopes=["sync"], channel="tags")
    assert app_client(made.secret).get(APP).json() == {
        "name": "Price tags",
        "kind": "external",
        "channel": "tags",
        "scopes": ["sync"],
        "scopes_alone": ["sync"],
        "expires_at": None,
    }


def test_nobody_is_told_to_send_a_key(client):
    assert code(client.get(APP), 401) == "app-key-missing"
    assert client.get(APP).headers["WWW-Authenticate"] == 'Bearer realm="Larder"'


def test_the_back_offices_own_session_needs_no_key(desk):
    assert desk.get(APP).json()["kind"] == "back_office"
    assert desk.get(ME).status_code == 200


def test_with_a_key_no_session_is_looked_at(manager):
    app = app_client(make_key().secret)
    app.force_login(manager)
    assert app.get(APP).json()["kind"] == "admin_app"
    assert code(app.get(ME), 401) == "not-authenticated"


def test_a_wrong_key_is_refused_even_beside_a_session(manager):
    app = app_client("ak_wrong")
    app.force_login(manager)
    assert code(app.get(ME), 401) == "app-key-unknown"


def test_each_end_of_a_key_has_its_own_problem():
    now = timezone.now()
    ended = make_key(expires_at=now + timedelta(days=1))
    ended.app_key.expires_at = now - timedelta(days=1)
    ended.app_key.save()
    gone = make_key()
    services.revoke_app_key(gone.app_key.pk, actor=COMMAND, at=now)
    assert code(app_client(ended.secret).get(APP), 401) == "app-key-expired"
    assert code(app_client(gone.secret).get(APP), 401) == "app-key-revoked"


def test_a_key_without_the_scope_is_told_so_before_anybody_signs_in():
    customers = app_client(make_key(AppKind.CUSTOMER_APP).secret)
    assert code(customers.get(ME), 403) == "scope-missing"
    tags = app_client(make_key(AppKind.EXTERNAL, scopes=["staff"]).secret)
    assert code(tags.get(ME), 401) == "not-authenticated"
    assert code(tags.get(RUNS), 403) == "scope-missing"


def test_a_bearer_token_needs_a_key_beside_it(client):
    assert code(client.get(ME, headers={"Authorization": "Bearer x"}), 401) == "app-key-missing"


def test_every_route_but_a_few_asks_for_a_key():
    free = {route.path for route in api_routes() if not route.app}
    assert free == {"/api/docs/", "/api/schema/", "/api/v1/sync/webhooks/erpnext"}


def test_no_view_names_a_scope_that_no_key_can_have():
    named_by_views = {route.app.strip("`") for route in api_routes()} - {"", "any key"}
    assert named_by_views == {scope.name for scope in all_scopes()}


@pytest.mark.parametrize(
    "header",
    ["\x00", "ak_\x00", "x" * 10_000, "ak_" + "x" * 10_000, "ключ", "\u202eak", "ak_abcdefgh_" + "\x7f" * 43,
     "", "ak_,ak_"],
)  # fmt: skip
def test_a_hostile_key_or_token_is_a_401(client, header):
    assert code(client.get(APP, headers={"X-App-Key": header}), 401) == "app-key-unknown"
    app = app_client(make_key().secret)
    for token in (header, f"{header}.{header}.{header}", "[" * 3000):
        answer = app.get(ME, headers={"Authorization": f"Bearer {token}"})
        assert code(answer, 401) == "token-invalid"


# --- without Redis -----------------------------------------------------------------------------------------
@pytest.fixture
def without_redis(monkeypatch, settings):
    """As if nobody listened there."""
    nowhere = Redis.from_url("unix:///nowhere/redis.sock")
    for place in (throttling, app_key_use):
        monkeypatch.setattr(place, "redis", lambda: nowhere)
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "unix:///nowhere/redis.sock"}}


@pytest.mark.usefixtures("without_redis")
def test_without_redis_a_key_is_known_and_its_use_written_at_most_once_a_minute():
    with pytest.raises(RedisError):
        cache.get("x")
    made = make_key()
    app = app_client(made.secret, **{"X-App-Version": "1.0"})
    assert [app.get(APP).status_code for _ in range(2)] == [200, 200]
    first = AppSecret.objects.get()
    assert (first.used_version, first.used_from) == ("1.0", "127.0.0.1")
    app.get(APP, headers={"X-App-Version": "2.0"})
    assert AppSecret.objects.get().used_version == "1.0"
    services.revoke_app_key(made.app_key.pk, actor=COMMAND, at=timezone.now())
    assert code(app.get(APP), 401) == "app-key-revoked"


# --- when it was used --------------------------------------------------------------------------------------
def test_a_use_costs_no_write_and_is_written_within_the_minute(django_assert_num_queries):
    made = make_key()
    app = app_client(made.secret)
    app.get(APP, headers={"X-App-Version": "3.1.0"})
    with django_assert_num_queries(0):
        app.get(APP, headers={"X-App-Version": "3.2.1+45"})
    assert AppSecret.objects.get().used_at is None
    write_app_key_uses()
    secret = AppSecret.objects.get()
    assert (secret.used_version, secret.used_from) == ("3.2.1+45", "127.0.0.1")
    assert timezone.now() - secret.used_at < timedelta(minutes=1)
    assert redis().exists(named(app_key_use.NOTED), named(app_key_use.TAKEN)) == 0


@pytest.mark.parametrize("version", ["x" * 33, "1.0\x00", "<b>", "é", "-1", ""])
def test_what_is_no_version_is_not_kept_for_one(version):
    app_client(make_key().secret).get(APP, headers={"X-App-Version": version})
    write_app_key_uses()
    assert (AppSecret.objects.get().used_version, AppSecret.objects.get().used_at is None) == ("", False)


def test_a_use_that_a_dead_task_had_taken_is_written_by_the_next():
    app_client(make_key().secret).get(APP)
    redis().rename(named(app_key_use.NOTED), named(app_key_use.TAKEN))
    app_client(make_key(name="Other").secret).get(APP)
    assert (services.write_uses(actor=SYSTEM), services.write_uses(actor=SYSTEM)) == (1, 1)
    assert AppSecret.objects.filter(used_at__isnull=True).count() == 0


def test_an_earlier_use_does_not_hide_a_later_one():
    made, now = make_key(), timezone.now()
    app = keyring.app_of(made.secret, at=now)
    AppSecret.objects.update(used_at=now, used_version="2")
    app_key_use.note_use(app, at=now - timedelta(minutes=5), address=None, version="1")
    assert services.write_uses(actor=SYSTEM) == 0
    assert AppSecret.objects.get().used_version == "2"


def test_no_cache_keeps_an_answer_or_hands_one_apps_to_another():
    app = app_client(make_key().secret)
    for answer in (app.get(APP), app.get(ME), Client().get(ME)):
        assert {"x-app-key", "authorization"} <= {
            name.strip().lower() for name in answer.headers["Vary"].split(",")
        }
        assert answer.headers["Cache-Control"] == "no-store"


# --- how often ---------------------------------------------------------------------------------------------
def test_a_key_of_a_server_has_one_budget_of_its_own():
    app = app_client(make_key(AppKind.WOOCOMMERCE, requests_per_minute=2).secret)
    answers = [app.get(APP, headers={"X-Forwarded-For": "192.0.2.1"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert answers[0].headers["RateLimit-Limit"] == "2"
    assert code(answers[2], 429) == "throttled"
    assert 0 < int(answers[2].headers["Retry-After"]) <= throttling.SPAN


def test_a_key_without_a_figure_of_its_own_goes_by_the_settings():
    app = app_client(make_key(AppKind.WOOCOMMERCE).secret)
    assert app.get(APP).headers["RateLimit-Limit"] == "600"


def test_one_caller_cannot_use_up_the_key_that_all_customers_share(settings):
    settings.TRUSTED_PROXIES = 1
    reading.hold({"api.requests_per_address": 10})
    app = app_client(make_key(AppKind.CUSTOMER_APP, requests_per_minute=15).secret)
    greedy = [app.get(APP, headers={"X-Forwarded-For": "192.0.2.1"}).status_code for _ in range(30)]
    other = [app.get(APP, headers={"X-Forwarded-For": "192.0.2.2"}).status_code for _ in range(6)]
    assert greedy == [200] * 10 + [429] * 20
    assert other == [200] * 5 + [429]


def test_who_guesses_keys_is_counted_by_his_address(client):
    reading.hold({"api.requests_per_address": 10})
    answers = [client.get(APP, headers={"X-App-Key": f"ak_{number}"}) for number in range(12)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 2


def test_who_tries_many_passwords_waits_whoever_they_are_for():
    reading.hold({"api.sign_ins_per_minute": 5})
    app = app_client(make_key().secret)
    tries = [
        app.post(
            "/api/v1/staff/auth/sign-in",
            {"email": f"somebody-{number}@example.com", "password": "guessed"},
            content_type="application/json",
        )
        for number in range(6)
    ]
    assert [code(answer, 401) for answer in tries[:5]] == ["sign-in-refused"] * 5
    assert code(tries[5], 429) == "throttled"
    renewed = app.post("/api/v1/staff/auth/refresh", {"refresh_token": "x"}, content_type="application/json")
    assert code(renewed, 401) == "token-invalid"  # a shop's phones renew behind one address


# --- browsers ----------------------------------------------------------------------------------------------
def preflight(client: Client, origin: str, path: str = APP) -> Any:
    asks = {
        "Origin": origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "x-app-key",
    }
    return client.options(path, headers=asks)


def test_a_preflight_is_answered_for_an_origin_that_some_key_allows(client):
    make_key(AppKind.CUSTOMER_APP, origins=[SHOP])
    answer = preflight(client, SHOP)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == SHOP
    assert "x-app-key" in answer.headers["Access-Control-Allow-Headers"]
    assert "authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert "origin" in answer.headers["Vary"].lower()
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", f"{SHOP}.evil.example", "x" * 10_000, "http://["]
)
def test_a_preflight_of_another_origin_is_not(client, origin):
    make_key(AppKind.CUSTOMER_APP, origins=[SHOP])
    assert "Access-Control-Allow-Origin" not in preflight(client, origin).headers


def test_a_revoked_or_expired_key_allows_no_origin(client, django_capture_on_commit_callbacks):
    now = timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        gone = make_key(origins=[SHOP])
        ended = make_key(origins=["https://old.example"], expires_at=now + timedelta(days=1))
        ended.app_key.expires_at = now
        ended.app_key.save()
    assert preflight(client, SHOP).headers["Access-Control-Allow-Origin"] == SHOP
    with django_capture_on_commit_callbacks(execute=True):
        services.revoke_app_key(gone.app_key.pk, actor=COMMAND, at=now)
    for origin in (SHOP, "https://old.example"):
        assert "Access-Control-Allow-Origin" not in preflight(client, origin).headers


def test_the_answer_is_readable_only_where_the_very_key_allows_the_origin():
    mine = app_client(make_key(AppKind.CUSTOMER_APP, origins=[SHOP]).secret)
    make_key(AppKind.CUSTOMER_APP, origins=["https://other.example"])
    answer = mine.get(APP, headers={"Origin": SHOP})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, SHOP)
    assert "RateLimit-Remaining" in answer.headers["Access-Control-Expose-Headers"]
    foreign = mine.get(APP, headers={"Origin": "https://other.example"})
    assert code(foreign, 403) == "origin-not-allowed"
    assert "Access-Control-Allow-Origin" not in foreign.headers
    for each in (answer, foreign, mine.get(APP)):
        assert "origin" in each.headers["Vary"].lower()


def test_a_key_of_an_installed_app_is_not_for_pages_but_our_own():
    app = app_client(make_key().secret)
    assert code(app.get(APP, headers={"Origin": SHOP}), 403) == "origin-not-allowed"
    assert app.get(APP, headers={"Origin": "http://testserver"}).status_code == 200


def test_a_session_is_never_readable_by_pages_of_other_origins(manager, client):
    make_key(AppKind.CUSTOMER_APP, origins=[SHOP])
    client.force_login(manager)
    answer = client.get(ME, headers={"Origin": SHOP})
    assert "Access-Control-Allow-Origin" not in answer.headers


# --- before it runs out ------------------------------------------------------------------------------------
def test_whoever_can_mend_it_is_told_once_that_a_key_runs_out(django_capture_on_commit_callbacks):
    now = timezone.now()
    boss = StaffFactory(role=Role.SUPER_ADMIN)
    StaffFactory(role=Role.CLERK)
    soon = make_key(name="Tills", expires_at=now + timedelta(days=13))
    make_key(name="Later", expires_at=now + timedelta(days=15))
    for _day in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            tell_expiring_app_keys()
    receipt = Receipt.objects.select_related("notice").get()
    assert (receipt.user, receipt.notice.link) == (boss, f"/admin/accounts/appkey/{soon.app_key.pk}/change/")
    assert "“Tills”" in receipt.notice.title
