"""Staff and roles over the API: the same verbs, the same refusals, as problems."""

import json

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from apps.accounts import services
from apps.accounts.models import Right, User
from apps.accounts.permissions import CATALOGUE, Reach, Role
from apps.accounts.services import Override
from apps.core.actors import COMMAND
from apps.core.models import AuditEntry
from tests.desks import signed_in
from tests.factories.accounts import PASSWORD, StaffFactory, given_by

pytestmark = pytest.mark.django_db
USERS, ROLES = "/api/v1/staff/users", "/api/v1/staff/roles"
NEW = "quite-another-word-7"


@pytest.fixture
def admin(db: None) -> User:
    return StaffFactory(full_name="Bea Admin", role=Role.ADMIN)


@pytest.fixture
def app(admin: User) -> Client:
    return signed_in(admin)


def send(client: Client, method: str, path: str, body: dict):
    return client.generic(method, path, json.dumps(body), content_type="application/json")


def pk_of(role: str) -> int:
    return Group.objects.get(name=role).pk


def gives(role: str) -> dict[str, str]:
    return given_by(role)


def test_staff_are_listed_by_name_with_their_roles_page_by_page(app):
    for number in range(3):
        StaffFactory(full_name=f"Clerk {number}", role=Role.CLERK)
    first = app.get(f"{USERS}?limit=2").json()
    second = app.get(first["next"]).json()
    names = [(row["full_name"], row["roles"]) for row in first["results"] + second["results"]]
    assert names == [
        ("Bea Admin", ["Admin"]), ("Clerk 0", ["Clerk"]), ("Clerk 1", ["Clerk"]), ("Clerk 2", ["Clerk"]),
    ]  # fmt: skip


def test_staff_are_narrowed_by_words_role_standing_and_own_rights(app, admin):
    clerk = StaffFactory(full_name="Grace Hopper", email="grace@example.com", role=Role.CLERK)
    stopped = StaffFactory(full_name="Grace Stopped", is_active=False)
    services.set_overrides(clerk.pk, {"orders.view": Override(Right.Source.DENY)}, actor=COMMAND)

    def found(query):
        return [int(row["id"]) for row in app.get(f"{USERS}?{query}").json()["results"]]

    assert found("search=grace+hop") == found("search=grace@ex") == [clerk.pk]
    assert found(f"role={pk_of(Role.CLERK)}") == found("own_rights=true") == [clerk.pk]
    assert found("active=false") == [stopped.pk]
    assert found("own_rights=false&active=true") == [admin.pk]


@pytest.mark.parametrize(
    "query", ["active=perhaps", "role=x", "role=0", "ordering=email", "limit=0", "search=%00"]
)
def test_what_a_list_cannot_read_it_refuses(app, query):
    assert app.get(f"{USERS}?{query}").status_code == 422


def test_one_person_is_told_with_every_right_and_where_it_comes_from(app):
    clerk = StaffFactory(role=Role.CLERK)
    decided = {"customers.export": Override(Right.Source.ALLOW), "orders.view": Override(Right.Source.DENY)}
    services.set_overrides(clerk.pk, decided, actor=COMMAND)
    told = app.get(f"{USERS}/{clerk.pk}").json()
    rights = {row["key"]: (row["reach"], row["by"]) for row in told["rights"]}
    assert (rights["customers.export"], rights["todo.view"]) == (("all", "allow"), ("own", "role"))
    assert "orders.view" not in rights
    assert told["overrides"] == [
        {"key": "customers.export", "source": "allow", "reach": "all"},
        {"key": "orders.view", "source": "deny", "reach": "all"},
    ]
    assert "password" not in told


def test_a_colleague_is_added_with_the_rights_of_his_roles(app):
    answer = send(
        app,
        "POST",
        USERS,
        {"email": "new@example.com", "full_name": "New", "roles": ["Clerk"], "password": NEW},
    )
    assert (answer.status_code, answer.json()["roles"]) == (201, ["Clerk"])
    made = User.objects.get(email="new@example.com")
    assert (made.check_password(NEW), made.reaches) == (True, CATALOGUE.defaults[Role.CLERK])
    assert NEW not in answer.content.decode() + str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"email": "TAKEN@example.com", "full_name": "N"}, 409, "email-taken", "email"),
        ({"email": "x", "full_name": "N"}, 422, "invalid", "email"),
        ({"email": "a@example.com", "full_name": " "}, 422, "invalid", "full_name"),
        ({"email": "a@example.com", "full_name": "N", "roles": ["Ghost"]}, 422, "invalid", "roles"),
        ({"email": "a@example.com", "full_name": "N", "password": "123"}, 422, "unfit-password", "password"),
        ({"email": "a@example.com", "full_name": "N", "is_superuser": True}, 422, "invalid", "is_superuser"),
        (
            {"email": "a@example.com", "full_name": "N", "roles": ["Super Admin"]},
            403,
            "permission-denied",
            None,
        ),
    ],
)
def test_who_cannot_be_added_is_a_problem_at_its_field(app, body, status, code, field):
    StaffFactory(email="taken@example.com")
    before = User.objects.count()
    answer = send(app, "POST", USERS, body)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert {error["field"] for error in problem["errors"]} == ({field} if field else set())
    assert (User.objects.count(), AuditEntry.objects.count()) == (before, 0)


def test_a_profile_is_patched_and_the_rest_stays(app):
    clerk = StaffFactory(full_name="Old", language="fr")
    assert (
        send(app, "PATCH", f"{USERS}/{clerk.pk}", {"full_name": "Renamed"}).json()["full_name"] == "Renamed"
    )
    stored = User.objects.get(pk=clerk.pk)
    assert (stored.full_name, stored.language) == ("Renamed", "fr")


def test_roles_are_put_and_overrides_patched(app):
    clerk = StaffFactory(role=Role.CLERK)
    put = send(app, "PUT", f"{USERS}/{clerk.pk}/roles", {"roles": ["Packer"], "reason": "moved"})
    assert put.json()["roles"] == ["Packer"]
    wanted = [
        {"key": "deliveries.view", "source": "allow", "reach": "own"},
        {"key": "deliveries.edit", "source": "deny"},
    ]
    told = send(app, "PATCH", f"{USERS}/{clerk.pk}/overrides", {"overrides": wanted}).json()
    assert [(one["key"], one["source"], one["reach"]) for one in told["overrides"]] == [
        ("deliveries.edit", "deny", "all"), ("deliveries.view", "allow", "own"),
    ]  # fmt: skip
    back = send(
        app,
        "PATCH",
        f"{USERS}/{clerk.pk}/overrides",
        {"overrides": [{"key": "deliveries.edit", "source": None}]},
    )
    assert [one["key"] for one in back.json()["overrides"]] == ["deliveries.view"]
    assert AuditEntry.objects.get(action="user.roles_set").reason == "moved"


@pytest.mark.parametrize(
    ("overrides", "status"),
    [
        ([{"key": "ghosts.view", "source": "deny"}], 422),
        ([{"key": "orders.view", "source": "allow", "reach": "own"}], 422),
        ([{"key": "orders.view", "source": "role"}], 422),
        ([{"key": "orders.view", "source": "deny"}, {"key": "orders.view", "source": None}], 422),
        ([], 422),
        ([{"key": "media.view", "source": "deny"}, {"key": "roles.edit", "source": "allow"}], 403),
    ],
)
def test_overrides_that_cannot_be_are_refused_whole(app, overrides, status):
    clerk = StaffFactory(role=Role.CLERK)
    answer = send(app, "PATCH", f"{USERS}/{clerk.pk}/overrides", {"overrides": overrides})
    assert (answer.status_code, Right.objects.own().count()) == (status, 0)


def test_who_is_stopped_and_let_in_again(app):
    clerk = StaffFactory(role=Role.CLERK)
    assert (
        send(app, "POST", f"{USERS}/{clerk.pk}/deactivate", {"reason": "left"}).json()["is_active"] is False
    )
    assert send(app, "POST", f"{USERS}/{clerk.pk}/reactivate", {}).json()["is_active"] is True
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "reason")) == [
        ("user.deactivated", "left"), ("user.reactivated", ""),
    ]  # fmt: skip


def test_a_password_is_put_and_told_nowhere(app):
    clerk = StaffFactory()
    answer = send(app, "PUT", f"{USERS}/{clerk.pk}/password", {"password": NEW})
    clerk.refresh_from_db()
    assert (answer.status_code, answer.content, clerk.check_password(NEW)) == (204, b"", True)


CHANGES = [
    ("PATCH", "", {"full_name": "Other"}),
    ("PUT", "/roles", {"roles": ["Clerk"]}),
    ("PATCH", "/overrides", {"overrides": [{"key": "orders.view", "source": "deny"}]}),
    ("POST", "/deactivate", {}),
    ("PUT", "/password", {"password": NEW}),
]


def picture(user: User) -> tuple[object, ...]:
    stored = User.objects.get(pk=user.pk)
    return stored.full_name, stored.password, stored.is_active, stored.permissions_version, stored.keys


@pytest.mark.parametrize(("method", "at", "body"), CHANGES)
def test_a_super_admin_is_seen_by_admins_and_changed_by_none(app, method, at, body, manager):
    before = picture(manager)
    assert app.get(f"{USERS}/{manager.pk}").status_code == 200
    answer = send(app, method, f"{USERS}/{manager.pk}{at}", body)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission-denied")
    assert picture(manager) == before


@pytest.mark.parametrize(("method", "at", "body"), CHANGES[1:])
def test_nobody_changes_himself_here(app, admin, method, at, body):
    before = picture(admin)
    assert send(app, method, f"{USERS}/{admin.pk}{at}", body).status_code == 403
    assert picture(admin) == before


@pytest.mark.parametrize(("method", "at", "body"), CHANGES)
@pytest.mark.parametrize("role", [None, Role.CLERK])
def test_strangers_and_clerks_change_nobody(method, at, body, role):
    other = StaffFactory(role=Role.DRIVER)
    before = picture(other)
    client = signed_in(StaffFactory(role=role)) if role else Client()
    assert send(client, method, f"{USERS}/{other.pk}{at}", body).status_code == (403 if role else 401)
    assert picture(other) == before


def test_the_last_super_admin_stays(manager):
    other = StaffFactory(role=Role.SUPER_ADMIN, is_active=False)
    answer = send(signed_in(manager), "POST", f"{USERS}/{other.pk}/reactivate", {})
    assert answer.status_code == 200
    assert send(signed_in(other), "POST", f"{USERS}/{manager.pk}/deactivate", {}).status_code == 200
    alone = send(signed_in(other), "PUT", f"{USERS}/{other.pk}/roles", {"roles": []})
    assert alone.status_code == 403
    assert User.objects.get(pk=other.pk).role_names == {"Super Admin"}


@pytest.mark.parametrize("path", [f"{USERS}/999999", f"{ROLES}/999999"])
def test_who_or_what_is_not_there_is_not_found(desk, path):
    answer = desk.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_roles_are_listed_with_what_they_give_and_how_many_are_in_them(app):
    rows = {row["name"]: row for row in app.get(f"{ROLES}?limit=100").json()["results"]}
    assert set(rows) == set(Role)
    assert {one["key"]: one["reach"] for one in rows["Driver"]["grants"]} == CATALOGUE.defaults[Role.DRIVER]
    assert (rows["Admin"]["people"], rows["Driver"]["people"], rows["Admin"]["is_built_in"]) == (1, 0, True)


def test_a_super_admin_puts_what_a_role_gives_over_a_review(desk):
    clerk = StaffFactory(role=Role.CLERK)
    at = f"{ROLES}/{pk_of(Role.CLERK)}/grants"
    body = {"grants": [{"key": "orders.view"}, {"key": "todo.view", "reach": "own"}], "apply_to_people": True}
    review = send(desk, "POST", f"{at}/review", body).json()
    assert (review["members"], [one["id"] for one in review["people"]]) == (1, [str(clerk.pk)])
    assert gives(Role.CLERK) == CATALOGUE.defaults[Role.CLERK]
    told = send(desk, "PUT", at, body | {"seen": review["seal"]}).json()
    assert told["grants"] == [{"key": "orders.view", "reach": "all"}, {"key": "todo.view", "reach": "own"}]
    assert User.objects.get(pk=clerk.pk).reaches == {"orders.view": Reach.ALL, "todo.view": Reach.OWN}
    stale = send(desk, "PUT", at, {"grants": [], "seen": review["seal"]})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale-review")
    assert gives(Role.CLERK) == {"orders.view": "all", "todo.view": "own"}


@pytest.mark.parametrize(
    ("role", "body", "status"),
    [
        (Role.CLERK, {"grants": [{"key": "ghosts.view"}]}, 422),
        (Role.CLERK, {"grants": [{"key": "orders.view", "reach": "day"}]}, 422),
        (Role.CLERK, {"grants": [{"key": "orders.view"}, {"key": "orders.view"}]}, 422),
        (Role.CLERK, {}, 422),
        (Role.SUPER_ADMIN, {"grants": []}, 403),
    ],
)
def test_a_role_that_may_not_be_changed_so_is_a_problem(desk, role, body, status):
    before = gives(role)
    at = f"{ROLES}/{pk_of(role)}/grants"
    assert (send(desk, "PUT", at, body).status_code, gives(role)) == (status, before)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.CLERK])
def test_only_a_super_admin_puts_grants(role):
    at = f"{ROLES}/{pk_of(Role.DRIVER)}/grants"
    assert send(signed_in(StaffFactory(role=role)), "PUT", at, {"grants": []}).status_code == 403
    assert gives(Role.DRIVER) == CATALOGUE.defaults[Role.DRIVER]


def test_who_signs_in_with_the_password_he_was_given(app):
    made = send(app, "POST", USERS, {"email": "new@example.com", "full_name": "New", "password": PASSWORD})
    assert made.json()["roles"] == []
    assert Client().login(username="new@example.com", password=PASSWORD) is True
