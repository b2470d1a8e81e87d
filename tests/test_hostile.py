"""Bad input never ends in a 500: every door, asked with what no honest link or form would send (spec/09)."""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory

from apps.accounts.permissions import Role
from apps.core.doors import doors
from tests.test_doors import TABLE, address
from tests.world import World, make_world, open_gates

DOORS: Final = {door.route: door for door in doors()}
ATTACKS: Final[dict[str, list[bytes]]] = {
    "a NUL": [b"cu\x00st"],
    "long": [b"x" * 10_000],
    "a huge number": [b"9" * 30],
    "a negative number": [b"-1"],
    "the first day of all": [b"0001-01-01"],
    "the last day of all": [b"9999-12-31"],
    "other scripts": ["\u202eس\u0301🛒'\"<%".encode()],
    "bytes that are no text": [b"\xff\xfe"],
    "several": [b"a", b"b"],
}
IN_ADDRESSES: Final = (
    "q", "o", "p", "view", "cursor", "limit", "ordering", "fields", "search", "kind", "show", "step", "group",
    "week", "days", "from", "to", "next", "term", "placed_from", "placed_to", "item_code",
    "password__startswith", "why", "by", "tag", "use", "as", "pick",
)  # fmt: skip
IN_FORMS: Final = (
    "name", "reason", "_selected_action", "select_across", "index", "_form_submitted", "column", "to", "item",
    "language", "theme", "next", "full_name", "email", "roles", "password", "username", "old_password",
    "new_password1", "new_password2", "shared", "seen", "price", "compare", "read", "code",
    "session", "person", "renew-password", "renew-code", "turn_off-password", "turn_off-code",
    "scopes", "origins", "channel", "requests_per_minute", "expires_on", "kind", "once",
    "asset", "add", "remove", "back", "tags", "alt_en", "version", "file", "again",
    "seen_full_name", "seen_language", "seen_theme",
)  # fmt: skip
ACTS: Final = ("deactivate", "reject", "edit", "assign")
OWN_ACTS: Final = (
    "save",
    "end_session",
    "end_others",
    "photo",
    "remove_photo",
    "confirm",
    "renew",
    "turn_off",
)


def acts_at(route: str) -> tuple[str, ...]:
    """What the forms of a page can be asked to do."""
    if "todo" in route:
        return ACTS
    return OWN_ACTS if "admin/profile/" in route else ACTS[:1]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for all doors; each test rolls back what its requests change."""
    with django_db_blocker.unblock(), transaction.atomic(), open_gates():
        yield make_world()
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("route", sorted(route for route, who in TABLE.items() if "GET" in who))
def test_a_hostile_address_is_answered(route: str, world: World):
    at = address(DOORS[route], world).partition("?")[0]
    words = words_of(route, world)
    wrong = [
        f"{name}{' in ' + only if only else ''}: {found}"
        for name, values in ATTACKS.items()
        for only in ("", *(("q", "cursor") if name == "a NUL" or name == "several" else ()))
        if (found := fault(world, "GET", f"{at}?{sent([only] if only else words, values)}"))
    ]
    assert "\n".join(wrong) == ""


@pytest.mark.django_db
@pytest.mark.parametrize("route", sorted(route for route, who in TABLE.items() if "POST" in who))
def test_a_hostile_form_is_answered(route: str, world: World):
    at = address(DOORS[route], world)
    wrong = [
        f"{name}, {act}: {found}"
        for name, values in ATTACKS.items()
        for act in acts_at(route)
        if (
            found := fault(
                world,
                "POST",
                at,
                data=f"{sent(IN_FORMS, values)}&{urlencode({'do': act, 'action': act, 'format': 'csv'})}",
                content_type="application/x-www-form-urlencoded",
            )
        )
    ]
    assert "\n".join(wrong) == ""


def words_of(route: str, world: World) -> list[str]:
    """What the address of a door may say: what those of all doors understand, and the filters of its list."""
    request = RequestFactory().get("/")
    request.user = world.people[Role.SUPER_ADMIN]
    lists = {
        f"admin/{own.opts.app_label}/{own.opts.model_name}/": own for own in admin.site._registry.values()
    }
    filters = [own.filter_parameters(request) for start, own in lists.items() if route.startswith(start)]
    return sorted({*IN_ADDRESSES, *(word for words in filters for word in words)})


def sent(names: Any, values: list[bytes]) -> str:
    return urlencode([(name, value) for name in names for value in values])


def fault(world: World, method: str, url: str, **body: Any) -> str:
    """What broke, or nothing. Someone who may do everything asks, so that nothing is refused too early."""
    client = Client(raise_request_exception=False)
    client.force_login(world.people[Role.SUPER_ADMIN])
    with transaction.atomic():
        answer: HttpResponse = client.generic(method, url, **body)  # type: ignore[assignment]
        if answer.streaming:
            b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        transaction.set_rollback(True)
    if answer.status_code != 500:
        return ""
    _kind, why, _trace = answer.exc_info  # type: ignore[attr-defined]
    return repr(why)
