"""Staff made on the command line."""

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from apps.accounts.permissions import CATALOGUE, Role
from apps.accounts.services import add_role
from apps.core.actors import COMMAND
from apps.core.models import AuditEntry
from tests.desks import signed_in
from tests.factories.accounts import PASSWORD, StaffFactory
from tests.factories.app_keys import make_key, make_sign_in

pytestmark = pytest.mark.django_db


def test_createsuperuser_makes_a_super_admin_and_writes_it_down(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command(
        "createsuperuser", interactive=False, email="chief@example.com", full_name="Chief", verbosity=0
    )
    chief = User.objects.get()
    assert (chief.keys, chief.check_password(PASSWORD)) == (CATALOGUE.keys, True)
    assert AuditEntry.objects.get().after == {
        "email": "chief@example.com",
        "full_name": "Chief",
        "roles": ["Super Admin"],
    }


def test_createsuperuser_refuses_a_known_address_in_any_case(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    StaffFactory(email="chief@example.com")
    with pytest.raises(CommandError, match="signs in here already"):
        call_command(
            "createsuperuser", interactive=False, email="CHIEF@example.com", full_name="X", verbosity=0
        )
    assert User.objects.count() == 1


def test_create_staff_makes_someone_with_his_roles(monkeypatch, capsys):
    monkeypatch.setenv("LARDER_PASSWORD", PASSWORD)
    call_command("create_staff", "ada@example.com", "Ada", "--role", "Packer", "--role", "Driver")
    ada = User.objects.get()
    assert set(ada.groups.values_list("name", flat=True)) == {Role.PACKER, Role.DRIVER}
    assert ada.check_password(PASSWORD)
    assert "Ada may sign in as ada@example.com (Packer, Driver)." in capsys.readouterr().out


def test_create_staff_says_why_it_refuses(monkeypatch):
    monkeypatch.setenv("LARDER_PASSWORD", "short")
    with pytest.raises(CommandError, match="too short"):
        call_command("create_staff", "ada@example.com", "Ada")
    assert User.objects.count() == 0


def test_create_staff_knows_the_roles_of_the_shops_own_and_refuses_one_that_is_none(monkeypatch):
    monkeypatch.setenv("LARDER_PASSWORD", PASSWORD)
    add_role("Till", actor=COMMAND)
    call_command("create_staff", "ada@example.com", "Ada", "--role", "Till", verbosity=0)
    assert User.objects.get().role_names == {"Till"}
    with pytest.raises(CommandError, match="There is no role “Wizard”"):
        call_command("create_staff", "bob@example.com", "Bob", "--role", "Wizard")
    assert User.objects.count() == 1


def test_staff_end_sessions_signs_out_of_browsers_and_apps_and_says_how_many(capsys):
    ada = StaffFactory(email="ada@example.com")
    signed_in(ada)
    for _phone in range(2):
        make_sign_in(ada, make_key().app_key)
    call_command("staff", "end-sessions", "ada@example.com", "--reason", "stolen bag")
    told = "ada@example.com is signed out everywhere. Ended: 1 session and 2 sign-ins through apps.\n"
    assert capsys.readouterr().out == told
    entry = AuditEntry.objects.filter(action="user.sessions_ended").get()
    assert (entry.actor_kind, entry.reason) == ("command", "stolen bag")
