"""Roles of the shop's own: made, renamed, removed; those that Larder comes with stay."""

import pytest
from django.contrib.auth.models import Group

from apps.accounts import services
from apps.accounts.errors import (
    BuiltInRoleError,
    NotYoursToManageError,
    RoleInUseError,
    RoleTakenError,
)
from apps.accounts.models import RoleGrant, User
from apps.accounts.permissions import CATALOGUE, Reach, Role
from apps.core.actors import COMMAND
from apps.core.errors import InvalidInputError
from apps.core.models import AuditEntry
from tests.accounts.acting import acting, at_once, gives, pk_of, trail, versions
from tests.factories.accounts import StaffFactory, join

pytestmark = pytest.mark.django_db


def test_a_role_of_the_shops_own_starts_as_a_copy_and_goes_its_own_way():
    chief = acting(Role.SUPER_ADMIN)
    made = services.add_role("  Till   staff ", copy_of=pk_of(Role.CLERK), actor=chief)
    assert (made.name, gives("Till staff")) == ("Till staff", CATALOGUE.defaults[Role.CLERK])
    services.set_grants({made.pk: {"orders.view": Reach.ALL}}, actor=chief)
    assert gives(Role.CLERK) == CATALOGUE.defaults[Role.CLERK]
    till = StaffFactory()
    services.set_roles(till.pk, ["Till staff"], actor=acting(Role.ADMIN))
    assert User.objects.get(pk=till.pk).reaches == {"orders.view": Reach.ALL}


def test_a_renamed_role_keeps_its_people_and_what_it_gives():
    made = services.add_role("Till", copy_of=pk_of(Role.PACKER), actor=COMMAND)
    person = join(StaffFactory(), "Till")
    before = versions()
    services.rename_role(made.pk, name="Counter", actor=acting(Role.SUPER_ADMIN))
    stored = User.objects.get(pk=person.pk)
    assert (stored.role_names, stored.reaches) == ({"Counter"}, CATALOGUE.defaults[Role.PACKER])
    assert {pk: versions()[pk] for pk in before} == before
    entry = AuditEntry.objects.get(action="role.renamed")
    assert (entry.before, entry.after) == ({"name": "Till"}, {"name": "Counter"})


def test_an_empty_role_is_removed_and_seeding_does_not_bring_it_back():
    made = services.add_role("Till", copy_of=pk_of(Role.PACKER), actor=COMMAND)
    services.remove_role(made.pk, actor=acting(Role.SUPER_ADMIN), reason="closed")
    services.seed_roles()
    assert set(Group.objects.values_list("name", flat=True)) == set(Role)
    assert RoleGrant.objects.filter(role_id=made.pk).count() == 0
    assert AuditEntry.objects.get(action="role.removed").reason == "closed"


def test_a_role_that_somebody_is_in_is_not_removed_be_he_stopped_or_not():
    made = services.add_role("Till", actor=COMMAND)
    join(StaffFactory(is_active=False), "Till")
    with pytest.raises(RoleInUseError, match="1 person is"):
        services.remove_role(made.pk, actor=COMMAND)
    assert Group.objects.filter(name="Till").exists()


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(
    "change",
    [
        lambda pk, actor: services.rename_role(pk, name="Other", actor=actor),
        lambda pk, actor: services.remove_role(pk, actor=actor),
    ],
)
def test_the_roles_that_larder_comes_with_keep_their_names_and_stay(role, change):
    with pytest.raises(BuiltInRoleError):
        change(pk_of(role), COMMAND)
    assert (set(Group.objects.values_list("name", flat=True)), trail()) == (set(Role), [])


@pytest.mark.parametrize("name", ["clerk", "CLERK ", " Clerk"])
def test_no_two_roles_are_called_alike(name):
    made = services.add_role("Till", actor=COMMAND)
    for act in (
        lambda: services.add_role(name, actor=COMMAND),
        lambda: services.rename_role(made.pk, name=name, actor=COMMAND),
    ):
        with pytest.raises(RoleTakenError):
            act()
    assert set(Group.objects.values_list("name", flat=True)) == {*Role, "Till"}


def test_a_role_may_change_the_capitals_of_its_own_name():
    made = services.add_role("till", actor=COMMAND)
    assert services.rename_role(made.pk, name="Till", actor=COMMAND).name == "Till"


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "A, B", "a\x07b"])
def test_a_name_that_cannot_head_a_column_is_refused_at_its_field(name):
    with pytest.raises(InvalidInputError) as refusal:
        services.add_role(name, actor=COMMAND)
    assert [one.field for one in refusal.value.errors] == ["name"]
    assert Group.objects.count() == len(Role)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.CLERK])
@pytest.mark.parametrize(
    "change",
    [
        lambda pk, actor: services.add_role("New", actor=actor),
        lambda pk, actor: services.rename_role(pk, name="New", actor=actor),
        lambda pk, actor: services.remove_role(pk, actor=actor),
    ],
)
def test_only_a_super_admin_makes_renames_or_removes_roles(role, change):
    made = services.add_role("Till", actor=COMMAND)
    before = (set(Group.objects.values_list("name", flat=True)), trail())
    with pytest.raises(NotYoursToManageError):
        change(made.pk, acting(role))
    assert (set(Group.objects.values_list("name", flat=True)), trail()) == before


@pytest.mark.django_db(transaction=True)
def test_a_role_that_somebody_joins_as_it_is_removed_is_either_gone_or_his():
    made, chief, person = services.add_role("Till", actor=COMMAND), acting(Role.SUPER_ADMIN), StaffFactory()
    outcomes = at_once(
        lambda: services.remove_role(made.pk, actor=chief),
        lambda: services.set_roles(person.pk, ["Till"], actor=chief) and "joined",
    )
    is_in = User.objects.get(pk=person.pk).role_names == {"Till"}
    assert outcomes in ([RoleInUseError, "joined"], [None, InvalidInputError])
    assert is_in == (outcomes[1] == "joined") == Group.objects.filter(name="Till").exists()


@pytest.mark.django_db(transaction=True)
def test_two_roles_made_at_once_under_one_name_are_one():
    chief = acting(Role.SUPER_ADMIN)
    outcomes = at_once(*[lambda: services.add_role("Till", actor=chief) and "made"] * 2)
    assert sorted(map(str, outcomes)) == sorted(["made", str(RoleTakenError)])
