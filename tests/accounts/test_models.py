"""What a person may do: deny over allow over role, asked with one query."""

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from apps.accounts.models import Right, RoleGrant, User
from apps.accounts.permissions import CATALOGUE, Reach, Role
from apps.core.access import may, reach
from tests.factories.accounts import PASSWORD, StaffFactory, join

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", list(Role))
def test_a_person_holds_exactly_what_his_role_gives(role):
    assert StaffFactory(role=role).reaches == CATALOGUE.defaults[role]


def test_someone_in_no_role_may_do_nothing():
    assert StaffFactory().keys == frozenset()


def test_asking_for_many_keys_costs_one_query(django_assert_num_queries):
    clerk = StaffFactory(role=Role.CLERK)
    with django_assert_num_queries(1):
        answers = [clerk.has_key(key) for key in ("orders.view", "settings.view", "menu:orders", "no.such")]
    assert answers == [True, False, True, False]


def test_an_allowance_adds_to_the_role_and_a_denial_beats_both():
    clerk = StaffFactory(role=Role.CLERK)
    clerk.rights.create(key="customers.export", source="allow")
    clerk.rights.create(key="orders.view", source="deny")
    clerk.refresh_from_db()
    assert (clerk.has_key("customers.export"), clerk.has_key("orders.view")) == (True, False)
    assert clerk.keys == (frozenset(CATALOGUE.defaults[Role.CLERK]) | {"customers.export"}) - {"orders.view"}


def test_a_person_is_not_allowed_and_denied_the_same_key():
    clerk = StaffFactory()
    clerk.rights.create(key="orders.view", source="allow")
    with pytest.raises(IntegrityError), transaction.atomic():
        clerk.rights.create(key="orders.view", source="deny")
    assert [right.source for right in clerk.rights.all()] == ["allow"]


def test_of_two_roles_the_wider_reach_counts():
    packer = join(StaffFactory(role=Role.PACKER), Role.DRIVER)
    assert reach(packer, "deliveries.edit") == Reach.DAY
    assert reach(join(packer, Role.ADMIN), "deliveries.edit") == Reach.ALL
    assert reach(packer, "orders.view") == Reach.ALL
    assert reach(StaffFactory(), "orders.view") is None


def test_who_may_no_longer_sign_in_holds_nothing():
    gone = StaffFactory(role=Role.SUPER_ADMIN, is_active=False)
    assert gone.keys == frozenset()
    assert may(gone, "orders.view") is False
    assert gone.is_staff is False


def test_djangos_own_permissions_open_nothing_even_to_a_super_admin():
    chief = StaffFactory(role=Role.SUPER_ADMIN)
    assert chief.has_perm("accounts.view_user") is False
    assert chief.has_perms([]) is False
    assert chief.has_module_perms("accounts") is False


@pytest.mark.parametrize(
    ("rights", "is_active", "decided_by", "held"),
    [
        ([("deny", None), ("role", Role.CLERK)], True, "deny", False),
        ([("allow", None), ("role", Role.CLERK)], True, "allow", True),
        ([("role", Role.CLERK)], True, "role", True),
        ([], True, "nothing", False),
        ([("role", Role.CLERK)], False, "inactive", False),
    ],
)
def test_why_names_the_grant_that_decides(rights, is_active, decided_by, held):
    person = StaffFactory(is_active=is_active)
    for source, role in rights:
        group = Group.objects.get(name=role) if role else None
        person.rights.create(key="orders.view", source=source, role=group)
    reason = person.why("orders.view")
    assert (reason.decided_by, reason.held) == (decided_by, held)
    assert reason.roles == (("Clerk",) if ("role", Role.CLERK) in rights else ())


def test_an_e_mail_address_belongs_to_one_person_whatever_its_case():
    StaffFactory(email="Ada@Example.com")
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffFactory(email="ada@example.COM")
    assert User.objects.get_by_natural_key("ADA@example.com").email == "Ada@Example.com"


def test_a_superuser_is_a_super_admin_with_every_key():
    chief = User.objects.create_superuser("chief@example.com", "Chief", PASSWORD)
    assert chief.keys == CATALOGUE.keys
    assert chief.check_password(PASSWORD)


def test_a_later_change_of_the_role_does_not_reach_who_is_in_it_already():
    before = StaffFactory(role=Role.DRIVER)
    RoleGrant.objects.filter(role__name=Role.DRIVER).filter(key="deliveries.edit").delete()
    after = StaffFactory(role=Role.DRIVER)
    assert User.objects.get(pk=before.pk).has_key("deliveries.edit") is True
    assert after.has_key("deliveries.edit") is False


def test_following_the_roles_again_keeps_what_is_the_persons_own():
    clerk = StaffFactory(role=Role.CLERK)
    clerk.rights.create(key="users.view", source="allow")
    RoleGrant.objects.filter(role__name=Role.CLERK).exclude(key="orders.view").delete()
    Right.objects.filter(user=clerk).follow_roles([clerk.pk], grants=RoleGrant.objects.all())
    clerk.refresh_from_db()
    assert clerk.keys == {"orders.view", "users.view"}
