"""The matrix of roles, and a new colleague in three steps."""

import pytest
from django.test import Client

from apps.accounts.models import RoleGrant, User
from apps.accounts.permissions import CATALOGUE, Role
from apps.core.models import AuditEntry, Draft
from tests.factories.accounts import PASSWORD, StaffFactory

pytestmark = pytest.mark.django_db
ADD = "/admin/settings/staff/add/"
ROLES = "/admin/settings/roles/"
WHO = {"full_name": "Ada Byron", "email": "ada@example.com", "then": "next"}


@pytest.fixture
def boss() -> Client:
    client = Client()
    client.force_login(StaffFactory(role=Role.SUPER_ADMIN))
    return client


def test_the_matrix_shows_every_key_and_what_each_role_holds(boss: Client):
    html = boss.get(ROLES).content.decode()
    keys = {key for key in CATALOGUE.keys if not key.startswith("menu:")}
    assert all(f">{key}<" in html for key in keys)
    assert 'title="Clerk: products.view – yes"' in html
    assert 'title="Clerk: settings.view – no"' in html
    assert 'title="Driver: deliveries.view – his own"' in html


def test_the_matrix_costs_the_same_however_many_grants_there_are(boss: Client, django_assert_num_queries):
    boss.get(ROLES)
    with django_assert_num_queries(6):  # session, person, rights, his roles, roles, grants
        boss.get(ROLES)
    assert RoleGrant.objects.count() > 100


def test_a_new_colleague_in_three_steps(boss: Client):
    assert boss.post(ADD, WHO)["Location"] == f"{ADD}?step=roles"
    assert (
        boss.post(f"{ADD}?step=roles", {"roles": ["Clerk"], "then": "next"})["Location"]
        == f"{ADD}?step=check"
    )
    check = boss.get(f"{ADD}?step=check").content.decode()
    assert "Ada Byron" in check
    done = boss.post(f"{ADD}?step=check", {"password": PASSWORD, "then": "next"})
    person = User.objects.get(email="ada@example.com")
    assert done["Location"] == f"/admin/accounts/user/{person.pk}/change/"
    assert person.check_password(PASSWORD)
    assert person.has_key("products.edit")
    assert not Draft.objects.exists()
    assert AuditEntry.objects.filter(action="user.created").count() == 1


def test_can_be_left_and_taken_up_on_another_device(boss: Client):
    boss.post(ADD, WHO | {"then": "leave", "email": "not yet"})
    elsewhere = Client()
    elsewhere.force_login(User.objects.get(pk=boss.session["_auth_user_id"]))
    html = elsewhere.get(ADD).content.decode()
    assert 'value="Ada Byron"' in html
    assert 'value="not yet"' in html


def test_keeps_what_was_typed_and_says_what_is_wrong_at_the_field(boss: Client):
    answer = boss.post(ADD, WHO | {"email": "nonsense"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="nonsense"' in html
    assert 'value="Ada Byron"' in html
    assert "lr-field-wrong" in html
    assert User.objects.count() == 1


def test_no_step_can_be_jumped(boss: Client):
    html = boss.get(f"{ADD}?step=check").content.decode()
    assert "Who is it?" in html
    boss.post(f"{ADD}?step=check", {"password": PASSWORD, "then": "next"})
    assert User.objects.count() == 1


def test_a_password_is_never_kept(boss: Client):
    boss.post(ADD, WHO)
    boss.post(f"{ADD}?step=roles", {"roles": ["Clerk"], "then": "next"})
    boss.post(f"{ADD}?step=check", {"password": "a-secret-that-leaks", "then": "leave"})
    assert "a-secret-that-leaks" not in str(Draft.objects.get().answers)


def test_a_weak_password_is_refused_at_its_field_and_nobody_is_added(boss: Client):
    boss.post(ADD, WHO)
    boss.post(f"{ADD}?step=roles", {"roles": ["Clerk"], "then": "next"})
    answer = boss.post(f"{ADD}?step=check", {"password": "123", "then": "next"})
    assert answer.status_code == 422
    assert not User.objects.filter(email="ada@example.com").exists()
    assert Draft.objects.count() == 1


def test_an_address_taken_meanwhile_leads_back_to_its_step(boss: Client):
    boss.post(ADD, WHO)
    boss.post(f"{ADD}?step=roles", {"roles": ["Clerk"], "then": "next"})
    StaffFactory(email="ada@example.com")
    html = boss.post(f"{ADD}?step=check", {"password": PASSWORD, "then": "next"}).content.decode()
    assert "Who is it?" in html
    assert "signs in here already" in html
    assert 'value="Ada Byron"' in html  # nothing that was typed is lost
    assert User.objects.filter(email="ada@example.com").count() == 1


def test_what_one_has_begun_another_does_not_see(boss: Client):
    boss.post(ADD, WHO | {"then": "leave"})
    other = Client()
    other.force_login(StaffFactory(role=Role.ADMIN))
    assert "Ada Byron" not in other.get(ADD).content.decode()


def test_starting_over_forgets(boss: Client):
    boss.post(ADD, WHO)
    boss.post(ADD, {"then": "over"})
    assert not Draft.objects.exists()


def test_a_clerk_adds_nobody():
    clerk = Client()
    clerk.force_login(StaffFactory(role=Role.CLERK))
    assert clerk.get(ADD).status_code == 403
    assert clerk.post(ADD, WHO).status_code == 403
    assert not Draft.objects.exists()


@pytest.mark.parametrize(("role", "is_offered"), [(Role.SUPER_ADMIN, True), (Role.ADMIN, False)])
def test_a_role_that_would_be_refused_at_the_end_is_not_offered(role: Role, is_offered: bool):
    client = Client()
    client.force_login(StaffFactory(role=role))
    client.post(ADD, WHO)
    assert ('value="Super Admin"' in client.get(f"{ADD}?step=roles").content.decode()) is is_offered
    answer = client.post(f"{ADD}?step=roles", {"roles": ["Super Admin"], "then": "next"})
    assert answer.status_code == (302 if is_offered else 422)


@pytest.mark.parametrize(("role", "is_offered"), [(Role.SUPER_ADMIN, True), (Role.ADMIN, False)])
def test_neither_is_it_where_roles_are_changed(role: Role, is_offered: bool):
    client = Client()
    client.force_login(StaffFactory(role=role))
    dialog = f"/admin/accounts/user/{StaffFactory(role=Role.CLERK).pk}/change_roles/"
    assert ('value="Super Admin"' in client.get(dialog).content.decode()) is is_offered
