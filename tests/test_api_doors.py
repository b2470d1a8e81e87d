"""Every route of the API × what an app can show: no key, a wrong one, its key alone, a token with it.

Beside ``tests/test_doors.py``, which knocks by the session of every role, and by the same table.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from apps.accounts import services
from apps.accounts.permissions import CATALOGUE, Role
from apps.accounts.services import NewSecret, keyring
from apps.accounts.services.app_sign_ins import SIGN_INS
from apps.accounts.states import AppKind
from apps.core.actors import COMMAND, Actor
from apps.core.api.route_table import Route, api_routes
from tests.caches import forget_cached
from tests.factories.app_keys import app_client, make_key
from tests.test_doors import APP, DOORS, KEY, PUBLIC, SCOPE, STAFF, TABLE, knock
from tests.world import World, make_world, open_gates

ROUTES: Final = [route for route in api_routes() if TABLE[route.path.lstrip("/")][route.method] != PUBLIC]
NAMES: Final = [f"{route.method} {route.path}" for route in ROUTES]


@dataclass(frozen=True)
class Apps:
    """Keys of every sort, and who is signed in through them."""

    world: World
    admin: NewSecret  # has every scope of routes for staff
    customers: NewSecret
    revoked: NewSecret
    expired: NewSecret

    def token(self, role: Role, made: NewSecret) -> str:
        """What a member of staff shows in an app."""
        user, now = self.world.people[role], timezone.now()
        app = keyring.app_of(made.secret, at=now)
        _sign_in, tokens = SIGN_INS.start(
            app=app,
            at=now,
            actor=Actor.of(user),
            user=user,
            app_key_id=app.id,
            version=user.permissions_version,
        )
        return tokens.access


@pytest.fixture(scope="module")
def apps(django_db_setup: None, django_db_blocker: Any) -> Iterator[Apps]:
    """One world for all routes; each request is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic(), open_gates():
        now = timezone.now()
        revoked, expired = make_key(name="Gone"), make_key(name="Old")
        services.revoke_app_key(revoked.app_key.pk, actor=COMMAND, at=now)
        type(expired.app_key).objects.filter(pk=expired.app_key.pk).update(expires_at=now - timedelta(days=1))
        yield Apps(make_world(), make_key(), make_key(AppKind.CUSTOMER_APP), revoked, expired)
        transaction.set_rollback(True)
        forget_cached()


def who(route: Route) -> str:
    return TABLE[route.path.lstrip("/")][route.method]


def answered(route: Route, apps: Apps, app: Client) -> tuple[int, str]:
    """The status, and the code of the problem if it is one."""
    answer = knock(DOORS[route.path.lstrip("/")], route.method, apps.world, app=app)
    is_problem = answer.headers.get("Content-Type") == "application/problem+json"
    return answer.status_code, answer.json()["code"] if is_problem else ""  # type: ignore[attr-defined]


def is_let_in(status: int) -> bool:
    return status not in (401, 403, 405, 429, 500)


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_without_a_key_no_route_answers(route: Route, apps: Apps):
    assert answered(route, apps, Client()) == (401, "app-key-missing")


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_a_key_that_does_not_count_opens_nothing(route: Route, apps: Apps):
    invented = keyring.new_key()[0]
    codes = [answered(route, apps, app_client(key)) for key in ("nonsense", invented)]
    ends = [answered(route, apps, app_client(made.secret)) for made in (apps.revoked, apps.expired)]
    assert codes == [(401, "app-key-unknown")] * 2
    assert ends == [(401, "app-key-revoked"), (401, "app-key-expired")]


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_a_key_alone_opens_what_is_for_apps_and_nothing_of_the_staffs(route: Route, apps: Apps):
    status, code = answered(route, apps, app_client(apps.admin.secret))
    if who(route) == APP or who(route).startswith(KEY):
        assert is_let_in(status) or code == "token-invalid"  # the sign-ins read an empty body
    elif who(route).startswith(SCOPE):
        assert (status, code) == (403, "scope-missing")
        assert is_let_in(answered(route, apps, app_client(apps.customers.secret))[0])
    else:
        assert (status, code) == (401, "not-authenticated")


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_a_key_of_another_kind_opens_no_more_with_a_token(route: Route, apps: Apps):
    token = apps.token(Role.SUPER_ADMIN, apps.admin)
    alone = answered(route, apps, app_client(apps.customers.secret))
    with_foreign_token = answered(route, apps, app_client(apps.customers.secret, token=token))
    if who(route) == APP or who(route).startswith(SCOPE):
        assert (is_let_in(alone[0]), with_foreign_token) == (True, (401, "token-of-another-app"))
    elif who(route).startswith(KEY):  # no token is looked at there
        assert alone == with_foreign_token == (403, "scope-missing")
    else:
        assert (alone, with_foreign_token) == ((403, "scope-missing"), (401, "token-of-another-app"))


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_a_token_opens_what_the_persons_rights_open(route: Route, apps: Apps):
    for role in (Role.SUPER_ADMIN, Role.CLERK, Role.DRIVER):
        status, code = answered(
            route, apps, app_client(apps.admin.secret, token=apps.token(role, apps.admin))
        )
        asked = who(route)
        may = asked in (APP, STAFF) or asked.startswith(KEY) or asked in CATALOGUE.defaults[role]
        refusal = "scope-missing" if asked.startswith(SCOPE) else "permission-denied"
        assert is_let_in(status) if may else (status, code) == (403, refusal), (role, status, code)


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_a_token_without_its_key_opens_nothing(route: Route, apps: Apps):
    token = apps.token(Role.SUPER_ADMIN, apps.admin)
    app = Client(headers={"Authorization": f"Bearer {token}"})
    app.force_login(apps.world.people[Role.SUPER_ADMIN])
    assert answered(route, apps, app) == (401, "app-key-missing")
