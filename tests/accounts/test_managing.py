"""Who may make, change and stop whom; every refusal changes nothing."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from apps.accounts import services
from apps.accounts.errors import (
    EmailTakenError,
    LastSuperAdminError,
    NotYoursToManageError,
    UnfitPasswordError,
)
from apps.accounts.models import User
from apps.accounts.permissions import CATALOGUE, Role
from apps.core.actors import COMMAND, SYSTEM, Actor
from apps.core.audit import AuditEntry
from apps.core.errors import DomainError, InvalidInputError
from tests.accounts.acting import acting, picture, trail
from tests.factories.accounts import PASSWORD, StaffFactory

pytestmark = pytest.mark.django_db
NEW = "quite-another-word-7"


def test_who_is_made_a_clerk_can_sign_in_and_has_a_clerks_rights():
    made = services.create_staff(
        email=" Ada@Example.COM ",
        full_name=" Ada ",
        password=PASSWORD,
        roles=[Role.CLERK],
        actor=acting(Role.ADMIN),
    )
    stored = User.objects.get(pk=made.pk)
    assert (stored.email, stored.full_name) == ("Ada@example.com", "Ada")
    assert stored.check_password(PASSWORD)
    assert stored.reaches == made.reaches == CATALOGUE.defaults[Role.CLERK]


def test_making_someone_is_written_down_without_his_password():
    made = services.create_staff(
        email="ada@example.com", full_name="Ada", password=PASSWORD, roles=[Role.CLERK], actor=COMMAND
    )
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_kind, entry.subject_id) == ("user.created", "command", str(made.pk))
    assert entry.after == {
        "email": "ada@example.com",
        "full_name": "Ada",
        "language": "en",
        "theme": "system",
        "roles": ["Clerk"],
    }


def test_without_a_password_nobody_can_sign_in_yet():
    made = services.create_staff(email="ada@example.com", full_name="Ada", actor=SYSTEM)
    assert made.has_usable_password() is False
    assert made.keys == frozenset()


@pytest.mark.parametrize(
    ("given", "error", "field"),
    [
        ({"email": "TAKEN@example.com"}, EmailTakenError, "email"),
        ({"email": "no address"}, InvalidInputError, "email"),
        ({"full_name": "  "}, InvalidInputError, "full_name"),
        ({"password": "short"}, UnfitPasswordError, "password"),
        ({"roles": ["Wizard"]}, InvalidInputError, "roles"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_field_and_nobody_is_made(given, error, field):
    StaffFactory(email="taken@example.com")
    asked = {"email": "ada@example.com", "full_name": "Ada"} | given
    with pytest.raises(error) as refusal:
        services.create_staff(actor=COMMAND, **asked)
    assert {one.field for one in refusal.value.errors} == {field}
    assert (User.objects.count(), trail()) == (1, [])


@pytest.mark.parametrize(
    ("role", "makes", "is_allowed"),
    [
        (Role.SUPER_ADMIN, Role.SUPER_ADMIN, True),
        (Role.SUPER_ADMIN, Role.ADMIN, True),
        (Role.ADMIN, Role.ADMIN, True),
        (Role.ADMIN, Role.CLERK, True),
        (Role.ADMIN, Role.SUPER_ADMIN, False),
        (Role.CLERK, Role.DRIVER, False),
        (Role.DRIVER, Role.DRIVER, False),
    ],
)
def test_who_may_make_whom(role, makes, is_allowed):
    actor, asked = acting(role), {"email": "new@example.com", "full_name": "New", "roles": [makes]}
    if is_allowed:
        assert services.create_staff(actor=actor, **asked).reaches == CATALOGUE.defaults[makes]
    else:
        with pytest.raises(NotYoursToManageError):
            services.create_staff(actor=actor, **asked)
        assert (User.objects.count(), trail()) == (1, [])


def test_a_clerk_who_was_allowed_the_key_still_does_not_manage_staff():
    clerk = StaffFactory(role=Role.CLERK)
    clerk.rights.create(key="users.create", source="allow")
    with pytest.raises(NotYoursToManageError, match="Only an Admin or a Super Admin"):
        services.create_staff(email="new@example.com", full_name="New", actor=Actor.of(clerk))
    assert User.objects.count() == 1


def test_an_admin_who_was_denied_the_key_does_not_manage_staff_either():
    admin = StaffFactory(role=Role.ADMIN)
    admin.rights.create(key="users.create", source="deny")
    with pytest.raises(NotYoursToManageError, match=r"users\.create"):
        services.create_staff(email="new@example.com", full_name="New", actor=Actor.of(admin))
    assert User.objects.count() == 1


@pytest.mark.parametrize("kind", ["customer", "app"])
def test_customers_and_apps_manage_nobody(kind):
    chief = StaffFactory(role=Role.SUPER_ADMIN)
    with pytest.raises(NotYoursToManageError):
        services.deactivate(StaffFactory().pk, actor=Actor(kind=kind, id=str(chief.pk), label="x"))
    assert User.objects.filter(is_active=False).count() == 0


EVERY_CHANGE = [
    lambda user, actor: services.set_roles(user.pk, [Role.CLERK], actor=actor),
    lambda user, actor: services.set_override(user.pk, key="orders.view", source="deny", actor=actor),
    lambda user, actor: services.deactivate(user.pk, actor=actor),
    lambda user, actor: services.set_password(user.pk, new=NEW, actor=actor),
    lambda user, actor: services.change_profile(user.pk, actor=actor, full_name="Changed"),
]


@pytest.mark.parametrize("change", EVERY_CHANGE)
def test_an_admin_changes_nothing_of_a_super_admin(change):
    chief = StaffFactory(role=Role.SUPER_ADMIN)
    before = picture(chief)
    with pytest.raises(NotYoursToManageError, match="Only a Super Admin"):
        change(chief, acting(Role.ADMIN))
    assert (picture(chief), trail()) == (before, [])


@pytest.mark.parametrize("change", EVERY_CHANGE)
def test_a_super_admin_changes_another_and_it_is_written_down(change):
    chief, other = StaffFactory(role=Role.SUPER_ADMIN), StaffFactory(role=Role.SUPER_ADMIN)
    before = picture(other)
    change(other, Actor.of(chief))
    assert picture(other) != before
    assert AuditEntry.objects.get().actor_id == str(chief.pk)


@pytest.mark.parametrize("change", EVERY_CHANGE)
@pytest.mark.parametrize("role", [Role.CLERK, Role.PACKER, Role.DRIVER])
def test_who_is_no_manager_changes_nobody(change, role):
    other = StaffFactory(role=Role.DRIVER)
    before = picture(other)
    with pytest.raises(NotYoursToManageError):
        change(other, acting(role))
    assert (picture(other), trail()) == (before, [])


@pytest.mark.parametrize("change", EVERY_CHANGE[:3])
@pytest.mark.parametrize("role", [Role.ADMIN, Role.SUPER_ADMIN])
def test_nobody_changes_his_own_roles_rights_or_standing(change, role):
    StaffFactory(role=Role.SUPER_ADMIN)
    own = StaffFactory(role=role)
    before = picture(own)
    with pytest.raises(NotYoursToManageError, match="Nobody changes his own"):
        change(own, Actor.of(own))
    assert (picture(own), trail()) == (before, [])


@pytest.mark.parametrize(
    "change",
    [
        lambda user: services.set_roles(user.pk, [Role.ADMIN], actor=COMMAND),
        lambda user: services.deactivate(user.pk, actor=COMMAND),
    ],
)
def test_the_last_super_admin_is_neither_demoted_nor_removed(change):
    last = StaffFactory(role=Role.SUPER_ADMIN)
    StaffFactory(role=Role.SUPER_ADMIN, is_active=False)
    before = picture(last)
    with pytest.raises(LastSuperAdminError):
        change(last)
    assert (picture(last), trail()) == (before, [])
    StaffFactory(role=Role.SUPER_ADMIN)
    change(last)
    assert picture(last) != before


@pytest.mark.django_db(transaction=True)
def test_two_super_admins_who_remove_one_another_at_once_leave_one():
    one, two = StaffFactory(role=Role.SUPER_ADMIN), StaffFactory(role=Role.SUPER_ADMIN)

    def remove(pair):
        try:
            services.deactivate(pair[0].pk, actor=Actor.of(pair[1]))
        except DomainError as why:
            return type(why)
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(2) as both:
        outcomes = list(both.map(remove, [(one, two), (two, one)]))
    assert outcomes.count(None) == 1
    assert User.objects.filter(is_active=True).count() == 1


@pytest.mark.parametrize(
    ("role", "offered"),
    [(Role.SUPER_ADMIN, list(Role)), (Role.ADMIN, list(Role)[1:]), (Role.CLERK, [])],
)
def test_who_manages_is_offered_the_roles_that_he_may_give_and_no_others(role, offered):
    assert services.roles_to_give(acting(role)) == offered


def test_two_addresses_that_are_one_in_capitals_only_are_two_people():
    plain = StaffFactory(email="sam@example.com")
    StaffFactory(email="\u017fam@example.com")  # a long s, whose capital is S
    assert User.objects.get_by_natural_key("SAM@example.com") == plain
