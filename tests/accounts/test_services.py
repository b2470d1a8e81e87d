"""Roles, rights, passwords and profiles are changed; every change leaves a trace."""

import pytest
from django.contrib.auth.models import Group

from apps.accounts import services
from apps.accounts.errors import (
    NotYoursToManageError,
    UnfitPasswordError,
)
from apps.accounts.models import Right, RoleGrant, User
from apps.accounts.permissions import CATALOGUE, Catalogue, Reach, Role
from apps.core.actors import COMMAND, Actor
from apps.core.audit import AuditEntry
from apps.core.errors import InvalidInputError, NotFoundError
from tests.accounts.acting import acting, picture, trail
from tests.factories.accounts import PASSWORD, StaffFactory, given_by, join, set_role_grants

pytestmark = pytest.mark.django_db
NEW = "quite-another-word-7"


def test_new_roles_replace_the_old_ones_and_end_what_was_given_out_before():
    clerk = StaffFactory(role=Role.CLERK)
    services.set_roles(clerk.pk, [Role.PACKER, Role.DRIVER], actor=COMMAND, reason="on the road")
    stored = User.objects.get(pk=clerk.pk)
    assert stored.reach_of("deliveries.view") == Reach.DAY
    assert stored.has_key("orders.view") is False
    assert stored.permissions_version == clerk.permissions_version + 1
    entry = AuditEntry.objects.get()
    assert (entry.before, entry.after, entry.reason) == (
        {"roles": ["Clerk"]}, {"roles": ["Driver", "Packer"]}, "on the road",
    )  # fmt: skip


def test_another_role_leaves_what_an_old_one_gave_before_it_was_changed():
    clerk = StaffFactory(role=Role.CLERK)
    set_role_grants(Role.CLERK, {"orders.view": Reach.ALL}, actor=COMMAND)
    services.set_roles(clerk.pk, [Role.CLERK, Role.DRIVER], actor=COMMAND)
    stored = User.objects.get(pk=clerk.pk)
    assert stored.has_key("campaigns.view")  # of the role as it was when he joined it
    assert stored.reach_of("deliveries.view") == Reach.ALL  # the wider of both


def test_setting_the_roles_he_has_changes_and_records_nothing():
    clerk = StaffFactory(role=Role.CLERK)
    before = picture(clerk)
    services.set_roles(clerk.pk, [Role.CLERK], actor=COMMAND)
    assert (picture(clerk), trail()) == (before, [])


def test_who_asks_again_for_roles_that_he_has_set_is_told_of_nobody_else():
    clerk = StaffFactory(role=Role.CLERK)
    for _sent in range(2):  # the answer was lost, or the button pressed twice
        services.set_roles(clerk.pk, [Role.PACKER], actor=COMMAND, seen=[Role.CLERK])
    assert User.objects.get(pk=clerk.pk).role_names == {Role.PACKER}
    assert AuditEntry.objects.filter(action="user.roles_set").count() == 1


def test_a_single_right_can_be_allowed_denied_and_left_to_the_role_again():
    clerk, admin = StaffFactory(role=Role.CLERK), acting(Role.ADMIN)
    answers = []
    for source in ("allow", "deny", None):
        user = services.set_override(clerk.pk, key="customers.export", source=source, actor=admin)
        answers.append((user.has_key("customers.export"), user.why("customers.export").decided_by))
    assert answers == [(True, "allow"), (False, "deny"), (False, "nothing")]
    assert trail() == ["user.rights_set"] * 3
    # from denied to not given by any role nothing changes that a token could tell
    assert User.objects.get(pk=clerk.pk).permissions_version == clerk.permissions_version + 2


def test_an_admin_does_not_give_a_right_that_he_lacks_himself():
    clerk = StaffFactory(role=Role.CLERK)
    with pytest.raises(NotYoursToManageError, match="you do not have it"):
        services.set_override(clerk.pk, key="roles.edit", source="allow", actor=acting(Role.ADMIN))
    assert Right.objects.own().count() == 0


def test_a_right_that_does_not_exist_is_neither_given_nor_taken():
    clerk = StaffFactory(role=Role.CLERK)
    with pytest.raises(InvalidInputError, match=r"ghosts\.view"):
        services.set_override(clerk.pk, key="ghosts.view", source="deny", actor=COMMAND)
    assert Right.objects.own().count() == 0


def test_a_changed_role_concerns_who_joins_it_and_the_others_only_when_asked():
    driver, chief = StaffFactory(role=Role.DRIVER), acting(Role.SUPER_ADMIN)
    grants = {"deliveries.view": Reach.OWN, "orders.view": Reach.ALL}
    set_role_grants(Role.DRIVER, grants, actor=chief)
    assert User.objects.get(pk=driver.pk).reaches == CATALOGUE.defaults[Role.DRIVER]
    assert StaffFactory(role=Role.DRIVER).reaches == grants
    set_role_grants(Role.DRIVER, grants, actor=chief, apply_to_people=True)
    stored = User.objects.get(pk=driver.pk)
    assert (stored.reaches, stored.permissions_version) == (grants, driver.permissions_version + 1)


def test_applying_one_role_leaves_what_another_role_gave():
    both = join(StaffFactory(role=Role.DRIVER), Role.CLERK)
    set_role_grants(Role.DRIVER, {}, actor=COMMAND, apply_to_people=True)
    assert User.objects.get(pk=both.pk).reaches == CATALOGUE.defaults[Role.CLERK]


@pytest.mark.parametrize(
    ("role", "actor_role"), [(Role.CLERK, Role.ADMIN), (Role.SUPER_ADMIN, Role.SUPER_ADMIN)]
)
def test_what_roles_give_is_a_super_admins_to_change_and_his_own_nobodys(role, actor_role):
    before = given_by(role)
    with pytest.raises(NotYoursToManageError):
        set_role_grants(role, {}, actor=acting(actor_role))
    assert given_by(role) == before


def test_who_is_deactivated_loses_every_key_and_gets_them_back():
    clerk, admin = StaffFactory(role=Role.CLERK), acting(Role.ADMIN)
    assert services.deactivate(clerk.pk, actor=admin, reason="left").keys == frozenset()
    assert User.objects.get(pk=clerk.pk).is_active is False
    services.reactivate(clerk.pk, actor=admin)
    assert User.objects.get(pk=clerk.pk).reaches == CATALOGUE.defaults[Role.CLERK]
    assert trail() == ["user.deactivated", "user.reactivated"]


def test_everyone_changes_his_own_password_by_the_present_one():
    clerk = StaffFactory(role=Role.CLERK)
    services.change_password(clerk.pk, old=PASSWORD, new=NEW, actor=Actor.of(clerk))
    stored = User.objects.get(pk=clerk.pk)
    assert (stored.check_password(NEW), stored.permissions_version) == (True, clerk.permissions_version + 1)
    assert trail() == ["user.password_changed"]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [("wrong", NEW, "old_password"), (PASSWORD, "12345678", "password"), (PASSWORD, "", "password")],
)
def test_a_wrong_or_weak_password_changes_nothing(old, new, field):
    clerk = StaffFactory(role=Role.CLERK)
    before = picture(clerk)
    with pytest.raises(UnfitPasswordError) as refusal:
        services.change_password(clerk.pk, old=old, new=new, actor=Actor.of(clerk))
    assert {one.field for one in refusal.value.errors} == {field}
    assert (picture(clerk), trail()) == (before, [])


def test_not_even_a_super_admin_changes_anothers_password_as_if_it_were_his():
    clerk = StaffFactory(role=Role.CLERK)
    with pytest.raises(NotYoursToManageError):
        services.change_password(clerk.pk, old=PASSWORD, new=NEW, actor=acting(Role.SUPER_ADMIN))
    assert User.objects.get(pk=clerk.pk).check_password(PASSWORD)


def test_everyone_changes_his_own_language_and_theme():
    driver = StaffFactory(role=Role.DRIVER)
    services.change_profile(driver.pk, actor=Actor.of(driver), language="ar", theme="dark")
    stored = User.objects.get(pk=driver.pk)
    assert (stored.language, stored.theme) == ("ar", "dark")
    entry = AuditEntry.objects.get()
    assert (entry.before, entry.after) == (
        {"language": "en", "theme": "system"}, {"language": "ar", "theme": "dark"},
    )  # fmt: skip


@pytest.mark.parametrize("wrong", [{"language": "xx"}, {"theme": "pink"}])
def test_a_profile_holds_only_what_there_is(wrong):
    driver = StaffFactory(role=Role.DRIVER)
    with pytest.raises(InvalidInputError) as refusal:
        services.change_profile(driver.pk, actor=Actor.of(driver), **wrong)
    assert [one.field for one in refusal.value.errors] == list(wrong)
    assert (User.objects.get(pk=driver.pk).language, trail()) == ("en", [])


def test_who_is_not_there_cannot_be_changed():
    with pytest.raises(NotFoundError):
        services.deactivate(0, actor=COMMAND)


def test_seeding_again_changes_nothing_that_the_shop_has_changed():
    set_role_grants(Role.CLERK, {"orders.view": Reach.ALL}, actor=COMMAND)
    before = set(RoleGrant.objects.values_list("role__name", "key", "reach"))
    services.seed_roles()
    assert set(RoleGrant.objects.values_list("role__name", "key", "reach")) == before
    assert set(Group.objects.values_list("name", flat=True)) == set(Role)


def test_a_key_that_is_new_in_a_release_is_given_to_roles_and_the_people_in_them():
    clerk = StaffFactory(role=Role.CLERK)
    clerk_before = clerk.keys
    services.seed_roles(with_key("recipes.view", Role.SUPER_ADMIN, Role.CLERK))
    assert User.objects.get(pk=clerk.pk).keys == clerk_before | {"recipes.view"}
    assert set(RoleGrant.objects.filter(key="recipes.view").values_list("role__name", flat=True)) == {
        "Super Admin", "Clerk",
    }  # fmt: skip


def test_a_key_that_a_release_drops_is_taken_from_everybody():
    services.seed_roles(with_key("recipes.view", Role.SUPER_ADMIN, Role.CLERK))
    clerk = StaffFactory(role=Role.CLERK)
    services.seed_roles()
    assert User.objects.get(pk=clerk.pk).reaches == CATALOGUE.defaults[Role.CLERK]
    assert RoleGrant.objects.filter(key="recipes.view").exists() is False


def with_key(key: str, *roles: str) -> Catalogue:
    category, _dot, action = key.partition(".")
    defaults = {
        role: {**grants, key: Reach.ALL} if role in roles else grants
        for role, grants in CATALOGUE.defaults.items()
    }
    return Catalogue({**CATALOGUE.categories, category: (action,)}, CATALOGUE.menu, defaults)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SUPER_ADMIN])
def test_nobody_sets_his_own_password_without_the_present_one(role):
    person = StaffFactory(role=role)
    before = picture(person)
    with pytest.raises(NotYoursToManageError, match="by the present one"):
        services.set_password(person.pk, new=NEW, actor=Actor.of(person))
    assert (picture(person), trail()) == (before, [])
