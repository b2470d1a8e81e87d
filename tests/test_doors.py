"""Every door of the project × nobody and every role, against the one table ``tests/doors.toml``."""

import logging
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.template import Origin
from django.template.loaders.base import Loader
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from apps.accounts.permissions import CATALOGUE, Role
from apps.core.doors import Door, doors
from apps.sync.api.v1.webhooks import HEADER
from apps.sync.demo.desk.deliveries import signature
from tests.world import World, make_world, open_gates

TABLE: Final[dict[str, dict[str, str]]] = tomllib.loads(
    Path(__file__).with_name("doors.toml").read_text(encoding="utf-8")
)
METHODS: Final = ("GET", "POST")
OF_THE_API: Final = (*METHODS, "PUT", "PATCH", "DELETE")  # the admin takes any of them for a GET or a POST
DOORS: Final = {door.route: door for door in doors()}
ASKED: Final = {"admin/autocomplete/": "?app_label=orders&model_name=order&field_name=customer"}
SECRET: Final = "doors"  # of ERPNext's webhooks
PUBLIC, STAFF, NOBODY = "public", "staff", "nobody"
APP = "app"  # any app that has a key, and the back office
KEY = "key:"  # a key that has the scope which follows, and nothing else
SCOPE = "scope:"  # a key that has the scope which follows, whoever sits before it, and the back office


def may_pass(role: Role | None, who: str) -> bool:
    """What the table and the data file of defaults say together."""
    if who == PUBLIC:
        return True
    if role is None or who == NOBODY or who.startswith(KEY):
        return False
    return who in (STAFF, APP) or who.startswith(SCOPE) or who in CATALOGUE.defaults[role]


def test_every_door_is_in_the_table():
    assert sorted(set(DOORS) - set(TABLE)) == [], "say in tests/doors.toml who may pass"


def test_the_table_names_no_door_that_is_gone():
    assert sorted(set(TABLE) - set(DOORS)) == []


def test_the_table_names_only_keys_that_exist():
    named = {who for methods in TABLE.values() for who in methods.values()}
    named = {who for who in named if not who.startswith((KEY, SCOPE))}
    assert named - {PUBLIC, STAFF, APP, NOBODY} <= CATALOGUE.keys


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for all doors; each test rolls back what its requests change."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True, scope="module")
def _blank_pages() -> Iterator[None]:
    """A door's answer is its status: what the pages look like is tried elsewhere, and costs far more."""
    blank = {**settings.TEMPLATES[0], "APP_DIRS": False}
    blank["OPTIONS"] = {**blank["OPTIONS"], "loaders": ["tests.test_doors.BlankLoader"]}
    log = logging.getLogger("django.request")  # would write every refusal down with its traceback
    before = log.level
    log.setLevel(logging.CRITICAL)
    with override_settings(TEMPLATES=[blank]):
        yield
    log.setLevel(before)


@pytest.fixture(autouse=True, scope="module")
def _open_gate() -> Iterator[None]:
    """The environment's gate refuses everybody before his rights are looked at; a webhook needs a secret."""
    secret = replace(settings.ERPNEXT, webhook_secret=SECRET)
    with open_gates(), override_settings(ERPNEXT=secret):
        yield


class BlankLoader(Loader):
    """Finds every template, and nothing in it."""

    def get_template_sources(self, template_name: str) -> Iterator[Origin]:
        yield Origin(name=template_name, template_name=template_name, loader=self)

    def get_contents(self, origin: Origin) -> str:
        return ""


@pytest.mark.django_db
@pytest.mark.parametrize("route", sorted(set(DOORS) & set(TABLE)))
def test_a_door_opens_to_whom_the_table_says_and_to_nobody_else(route: str, world: World):
    wrong = [
        f"{method} as {role or 'nobody'}: {answer.status_code}, the table says {TABLE[route].get(method)}"
        for method in methods_of(route)
        for role in (None, *Role)
        if not fits(answer := knock(DOORS[route], method, world, role=role), method, role, TABLE[route])
    ]
    assert "\n".join(wrong) == ""


def methods_of(route: str) -> tuple[str, ...]:
    """What a door is knocked at with."""
    return OF_THE_API if route.startswith("api/") else METHODS


ASKING_FOR_A_KEY: Final = sorted(
    (route, method, who)
    for route, methods in TABLE.items()
    for method, who in methods.items()
    if who in CATALOGUE.keys and route in DOORS
)


@pytest.mark.django_db
@pytest.mark.parametrize(("route", "method", "key"), ASKING_FOR_A_KEY)
def test_a_door_asks_for_the_very_key(route: str, method: str, key: str, world: World):
    """Roles alone do not tell ``settings.edit`` from ``settings.view``: every role that has one has both."""
    with transaction.atomic():
        world.people[Role.SUPER_ADMIN].rights.create(key=key, source="deny")
        answer = knock(DOORS[route], method, world, role=Role.SUPER_ADMIN)
        transaction.set_rollback(True)
    assert answer.status_code == 403


def knock(
    door: Door, method: str, world: World, *, role: Role | None = None, app: Client | None = None
) -> HttpResponse:
    """Really ask, with the address filled in from the world."""
    client = app or Client()
    if role is not None:
        client.force_login(world.people[role])
    body = {} if door.route.startswith("admin/") else {"data": "{}", "content_type": "application/json"}
    with transaction.atomic():
        answer = client.generic(method, address(door, world), **body, headers=signed_as_asked(door))
        transaction.set_rollback(True)
    return answer  # type: ignore[return-value]


def signed_as_asked(door: Door) -> dict[str, str]:
    """The one door that is open to whoever signs."""
    is_webhook = door.route == "api/v1/sync/webhooks/erpnext"
    return {HEADER: signature(SECRET, "{}")} if is_webhook else {}


def address(door: Door, world: World) -> str:
    """Where the door is, with real records for its arguments."""
    if not door.name:
        return "/" + filled(door, world)
    given = {name: world.argument(name, route=door.route) for name in door.arguments}
    return reverse(door.name, kwargs=given) + ASKED.get(door.route, "")


def filled(door: Door, world: World) -> str:
    """The address of a door without a name: the redirect to a record, and the admin's own 404."""
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: world.argument(found[1], route=door.route), door.route)


def fits(answer: HttpResponse, method: str, role: Role | None, table: dict[str, str]) -> bool:
    """Whether a door answered as the table says; a method that the table leaves out is no way in."""
    if any(who.startswith(KEY) for who in table.values()):
        role = None  # a door that looks at no session knows nobody by one
    who = table.get(method)
    if who is None:
        is_sent_away = role is None and answer.status_code == 302
        return is_sent_away or is_refusal(answer, role) or answer.status_code in (404, 405)
    if may_pass(role, who):
        return not is_refusal(answer, role) and answer.status_code not in (405, 500)
    return is_refusal(answer, role)


def is_refusal(answer: HttpResponse, role: Role | None) -> bool:
    """Nobody is asked to sign in, in the way of the door; whoever is signed in is told no."""
    if role is not None:
        return answer.status_code == 403
    to_sign_in = answer.status_code == 302 and answer.headers["Location"].startswith(reverse("admin:login"))
    return to_sign_in or answer.status_code == 401
