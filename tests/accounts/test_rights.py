"""What roles give and single people are allowed: saved as it was shown, told to exactly those it concerns."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts import services
from apps.accounts.errors import (
    NotYoursToManageError,
    StaleReviewError,
)
from apps.accounts.models import Right, RoleGrant, User
from apps.accounts.permissions import CATALOGUE, Reach, Role
from apps.accounts.services import Override
from apps.core.actors import COMMAND, Actor
from apps.core.errors import DomainError, InvalidInputError, NotFoundError
from apps.core.models import AuditEntry
from tests.accounts.acting import acting, at_once, gives, pk_of, trail, versions
from tests.factories.accounts import StaffFactory, join, set_role_grants

pytestmark = pytest.mark.django_db
ALLOW, DENY = Override(Right.Source.ALLOW), Override(Right.Source.DENY)


def clerk_with(**shifts: Reach | None) -> dict[str, Reach]:
    """A clerk's grants with some keys otherwise: ``orders__view=None``."""
    named = {name.replace("__", "."): reach for name, reach in shifts.items()}
    wanted = {**CATALOGUE.defaults[Role.CLERK], **named}
    return {key: reach for key, reach in wanted.items() if reach is not None}


# --- many keys of one person ------------------------------------------------------------------------------


def test_many_keys_are_saved_together_with_one_trace_of_before_and_after():
    clerk, admin = StaffFactory(role=Role.CLERK), acting(Role.ADMIN)
    services.set_overrides(clerk.pk, {"orders.view": DENY}, actor=admin)
    wanted = {"orders.view": None, "customers.export": ALLOW, "media.view": DENY}
    services.set_overrides(clerk.pk, wanted, actor=admin, reason="stock-taking")
    stored = User.objects.get(pk=clerk.pk)
    assert [stored.has_key(key) for key in wanted] == [True, True, False]
    assert stored.permissions_version == clerk.permissions_version + 2
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.reason) == ("user.rights_set", "stock-taking")
    assert entry.before == {"customers.export": None, "media.view": None, "orders.view": "deny"}
    assert entry.after == {"customers.export": "allow", "media.view": "deny", "orders.view": None}


def test_an_allowance_can_go_less_far_than_everything():
    packer = StaffFactory(role=Role.DRIVER)
    override = Override(Right.Source.ALLOW, Reach.DAY)
    services.set_overrides(packer.pk, {"deliveries.edit": override}, actor=COMMAND)
    assert User.objects.get(pk=packer.pk).reach_of("deliveries.edit") == Reach.DAY
    assert AuditEntry.objects.get().after == {"deliveries.edit": "allow (day)"}


def refusals() -> Iterator[tuple[str, Callable[[], tuple[User, Actor]], dict[str, Any], type[DomainError]]]:
    """(name, (person, actor), what is wanted, how it is refused)."""

    def clerk(actor: str) -> Callable[[], tuple[User, Actor]]:
        return lambda: (StaffFactory(role=Role.CLERK), acting(actor))

    def himself() -> tuple[User, Actor]:
        admin = StaffFactory(role=Role.ADMIN)
        return admin, Actor.of(admin)

    def denied_admin() -> tuple[User, Actor]:
        """An Admin who lacks what the clerk was denied by somebody else."""
        admin, denied = StaffFactory(role=Role.ADMIN), StaffFactory(role=Role.CLERK)
        for person in (admin, denied):
            person.rights.create(key="orders.view", source="deny")
        return denied, Actor.of(admin)

    def half_admin() -> tuple[User, Actor]:
        admin = StaffFactory(role=Role.ADMIN)
        admin.rights.create(key="deliveries.view", source="allow", reach="day")
        return StaffFactory(role=Role.CLERK), Actor.of(admin)

    boss = lambda: (StaffFactory(role=Role.SUPER_ADMIN), acting(Role.ADMIN))  # noqa: E731
    no = NotYoursToManageError
    yield "a clerk edits a clerk", clerk(Role.CLERK), {"orders.view": DENY}, no
    yield "an admin edits a super admin", boss, {"orders.view": DENY}, no
    yield "himself", himself, {"orders.view": DENY}, no
    yield "a key he lacks", clerk(Role.ADMIN), {"roles.edit": ALLOW}, no
    yield "lifting what he is denied too", denied_admin, {"orders.view": None}, no
    yield "further than he may himself", half_admin, {"deliveries.view": ALLOW}, no
    yield "no key", clerk(Role.ADMIN), {"ghosts.view": DENY}, InvalidInputError
    yield (
        "no such way",
        clerk(Role.ADMIN),
        {"orders.view": Override(Right.Source.ALLOW, Reach.OWN)},
        InvalidInputError,
    )
    yield "one bad of two", clerk(Role.ADMIN), {"media.view": DENY, "roles.edit": ALLOW}, no


@pytest.mark.parametrize(
    ("who", "wanted", "error"), [case[1:] for case in refusals()], ids=[c[0] for c in refusals()]
)
def test_what_may_not_be_given_is_refused_whole(who, wanted, error):
    person, actor = who()
    before = (list(Right.objects.values()), versions())
    with pytest.raises(error):
        services.set_overrides(person.pk, wanted, actor=actor)
    assert (list(Right.objects.values()), versions(), trail()) == (*before, [])


def test_what_is_so_already_is_neither_written_nor_traced():
    clerk = StaffFactory(role=Role.CLERK)
    services.set_overrides(clerk.pk, {"orders.view": DENY}, actor=COMMAND)
    before = versions()
    review = services.set_overrides(clerk.pk, {"orders.view": DENY, "media.view": None}, actor=COMMAND)
    assert (review.changes, versions(), trail()) == ((), before, ["user.rights_set"])


def test_an_override_that_changes_nothing_in_the_end_is_kept_but_ends_no_token():
    clerk = StaffFactory(role=Role.CLERK)
    services.set_overrides(clerk.pk, {"orders.view": ALLOW}, actor=COMMAND)
    assert Right.objects.own().count() == 1
    assert User.objects.get(pk=clerk.pk).permissions_version == clerk.permissions_version


def test_overrides_that_somebody_changed_meanwhile_are_shown_anew_and_not_written():
    clerk = StaffFactory(role=Role.CLERK)
    seen = services.review_overrides(clerk, {"orders.view": DENY}).seal
    services.set_overrides(clerk.pk, {"orders.view": ALLOW}, actor=COMMAND)
    with pytest.raises(StaleReviewError):
        services.set_overrides(clerk.pk, {"orders.view": DENY}, actor=COMMAND, seen=seen)
    assert list(Right.objects.own().values_list("source", flat=True)) == ["allow"]
    fresh = services.review_overrides(clerk, {"orders.view": DENY}).seal
    services.set_overrides(clerk.pk, {"orders.view": DENY}, actor=COMMAND, seen=fresh)
    assert list(Right.objects.own().values_list("source", flat=True)) == ["deny"]


# --- what roles give ---------------------------------------------------------------------------------------


def test_a_review_tells_who_gains_who_loses_and_whose_own_override_goes_on_deciding():
    plain, denied = StaffFactory(full_name="A", role=Role.CLERK), StaffFactory(full_name="B", role=Role.CLERK)
    StaffFactory(full_name="C", role=Role.DRIVER)
    services.set_overrides(denied.pk, {"customers.export": DENY}, actor=COMMAND)
    wanted = clerk_with(customers__export=Reach.ALL, orders__view=None)
    review = services.review_grants({pk_of(Role.CLERK): wanted})
    assert [(one.key, one.before, one.after) for one in review.roles[0].shifts] == [
        ("customers.export", None, Reach.ALL), ("orders.view", Reach.ALL, None),
    ]  # fmt: skip
    told = [
        (one.person, [s.key for s in one.gains], [s.key for s in one.losses], [key for key, _own in one.kept])
        for one in review.people
    ]
    assert told == [
        (plain, ["customers.export"], ["orders.view"], []),
        (denied, [], ["orders.view"], ["customers.export"]),
    ]
    assert review.members == 2


def test_applied_to_its_people_only_those_whom_it_changes_get_a_new_version_and_a_trace():
    changed, both, denied, other = (
        StaffFactory(role=Role.CLERK),
        join(StaffFactory(role=Role.CLERK), Role.ADMIN),  # has it by the other role
        StaffFactory(role=Role.CLERK),
        StaffFactory(role=Role.DRIVER),
    )
    services.set_overrides(denied.pk, {"customers.export": DENY}, actor=COMMAND)
    before, chief = versions(), acting(Role.SUPER_ADMIN)
    services.set_grants(
        {pk_of(Role.CLERK): clerk_with(customers__export=Reach.ALL)}, actor=chief, apply_to_people=True
    )
    after = versions()
    assert {pk: after[pk] - before[pk] for pk in before} == {
        changed.pk: 1, both.pk: 0, denied.pk: 0, other.pk: 0,
    }  # fmt: skip
    applied = AuditEntry.objects.get(action="user.role_applied")
    assert (applied.subject_id, applied.before, applied.after) == (
        str(changed.pk), {"customers.export": None}, {"customers.export": "all"},
    )  # fmt: skip
    written = AuditEntry.objects.get(action="role.grants_set_and_applied")
    assert (written.before, written.after) == ({"customers.export": None}, {"customers.export": "all"})
    assert User.objects.get(pk=denied.pk).has_key("customers.export") is False


def test_without_it_nobody_who_is_there_changes_and_who_joins_gets_it():
    clerk, before = StaffFactory(role=Role.CLERK), CATALOGUE.defaults[Role.CLERK]
    versions_before = versions()
    services.set_grants({pk_of(Role.CLERK): clerk_with(orders__view=None)}, actor=COMMAND)
    assert (User.objects.get(pk=clerk.pk).reaches, versions()) == (before, versions_before)
    joined = StaffFactory()
    services.set_roles(joined.pk, [Role.CLERK], actor=COMMAND)
    assert User.objects.get(pk=joined.pk).has_key("orders.view") is False
    assert trail() == ["role.grants_set", "user.roles_set"]


def test_people_who_were_left_out_can_be_brought_in_line_later():
    clerk = StaffFactory(role=Role.CLERK)
    wanted = {pk_of(Role.CLERK): clerk_with(orders__view=None)}
    services.set_grants(wanted, actor=COMMAND)
    services.set_grants(wanted, actor=COMMAND, apply_to_people=True)
    assert User.objects.get(pk=clerk.pk).has_key("orders.view") is False
    assert trail() == ["role.grants_set", "user.role_applied"]


@pytest.mark.parametrize(
    ("role", "grants", "actor", "error"),
    [
        (Role.CLERK, {}, Role.ADMIN, NotYoursToManageError),
        (Role.CLERK, {}, Role.CLERK, NotYoursToManageError),
        (Role.SUPER_ADMIN, {}, Role.SUPER_ADMIN, NotYoursToManageError),
        (Role.CLERK, {"ghosts.view": Reach.ALL}, Role.SUPER_ADMIN, InvalidInputError),
        (Role.CLERK, {"orders.view": Reach.DAY}, Role.SUPER_ADMIN, InvalidInputError),
        (Role.CLERK, {"todo.view": Reach.DAY}, Role.SUPER_ADMIN, InvalidInputError),
    ],
)
def test_a_role_that_may_not_be_changed_so_stays_as_it_is(role, grants, actor, error):
    before = gives(role)
    with pytest.raises(error):
        services.set_grants({pk_of(role): grants}, actor=acting(actor), apply_to_people=True)
    assert (gives(role), trail()) == (before, [])


def test_an_admin_who_was_allowed_the_key_changes_no_role_either():
    admin = StaffFactory(role=Role.ADMIN)
    admin.rights.create(key="roles.edit", source="allow")
    with pytest.raises(NotYoursToManageError, match="Only a Super Admin"):
        services.set_grants({pk_of(Role.CLERK): {}}, actor=Actor.of(admin))
    assert gives(Role.CLERK) == CATALOGUE.defaults[Role.CLERK]


def test_of_several_roles_all_are_saved_or_none():
    before = gives(Role.CLERK), gives(Role.PACKER)
    wanted = {pk_of(Role.CLERK): {}, pk_of(Role.SUPER_ADMIN): {}}
    with pytest.raises(NotYoursToManageError):
        services.set_grants(wanted, actor=acting(Role.SUPER_ADMIN))
    assert (gives(Role.CLERK), gives(Role.PACKER)) == before
    with pytest.raises(NotFoundError):
        services.set_grants({pk_of(Role.CLERK): {}, 0: {}}, actor=COMMAND)
    assert gives(Role.CLERK) == before[0]


def test_a_role_that_somebody_joined_after_the_review_is_shown_anew():
    wanted = {pk_of(Role.CLERK): clerk_with(orders__view=None)}
    seen = services.review_grants(wanted).seal
    StaffFactory(role=Role.CLERK)
    with pytest.raises(StaleReviewError):
        services.set_grants(wanted, actor=COMMAND, seen=seen)
    assert gives(Role.CLERK) == CATALOGUE.defaults[Role.CLERK]


@pytest.mark.django_db(transaction=True)
def test_of_two_super_admins_who_save_the_same_role_at_once_one_is_shown_it_anew():
    one, two = acting(Role.SUPER_ADMIN), acting(Role.SUPER_ADMIN)
    clerk = pk_of(Role.CLERK)
    first, second = {clerk: clerk_with(orders__view=None)}, {clerk: clerk_with(media__view=None)}
    seals = [services.review_grants(wanted).seal for wanted in (first, second)]
    outcomes = at_once(
        lambda: services.set_grants(first, actor=one, seen=seals[0]),
        lambda: services.set_grants(second, actor=two, seen=seals[1]),
    )
    assert outcomes.count(StaleReviewError) == 1
    saved = first if outcomes[1] is StaleReviewError else second
    assert gives(Role.CLERK) == saved[clerk]
    assert trail() == ["role.grants_set"]


@pytest.mark.django_db(transaction=True)
def test_who_joins_a_role_while_it_is_applied_holds_what_it_gives_in_the_end():
    """Whichever comes first: either he is among its people already, or he joins the changed role."""
    chief, joining = acting(Role.SUPER_ADMIN), [StaffFactory() for _ in range(3)]
    wanted = clerk_with(orders__view=None)
    at_once(
        lambda: services.set_grants({pk_of(Role.CLERK): wanted}, actor=chief, apply_to_people=True),
        *(lambda one=one: services.set_roles(one.pk, [Role.CLERK], actor=chief) for one in joining),
    )
    assert [User.objects.get(pk=one.pk).reaches for one in joining] == [wanted] * 3


@pytest.mark.django_db(transaction=True)
def test_who_leaves_a_role_while_it_is_applied_keeps_nothing_of_it():
    chief, leaving = acting(Role.SUPER_ADMIN), [StaffFactory(role=Role.CLERK) for _ in range(3)]
    at_once(
        lambda: services.set_grants({pk_of(Role.CLERK): clerk_with()}, actor=chief, apply_to_people=True),
        *(lambda one=one: services.set_roles(one.pk, [], actor=chief) for one in leaving),
    )
    assert Right.objects.filter(user__in=leaving).count() == 0


KEYS = st.sampled_from(["orders.view", "deliveries.view", "todo.view", "menu:orders", "media.edit"])


def reaches_for(keys: set[str]) -> st.SearchStrategy[dict[str, Reach]]:
    return st.fixed_dictionaries({key: st.sampled_from(CATALOGUE.reaches_of(key)) for key in keys})


GRANTS = st.sets(KEYS).flatmap(reaches_for)
OWN = st.dictionaries(KEYS, st.sampled_from(["allow", "deny"]))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(was=GRANTS, other=GRANTS, wanted=GRANTS, own=OWN)
def test_what_a_review_tells_is_what_comes_of_it(was, other, wanted, own):
    """For whatever roles, rights and overrides: the shifts that were shown are those that happen."""
    RoleGrant.objects.all().delete()
    Right.objects.all().delete()
    person = StaffFactory()
    for role, grants in ((Role.CLERK, was), (Role.PACKER, other)):
        set_role_grants(role, grants, actor=COMMAND)
    services.set_roles(person.pk, [Role.CLERK, Role.PACKER], actor=COMMAND)
    overrides = {key: Override(Right.Source(source)) for key, source in own.items()}
    services.set_overrides(person.pk, overrides, actor=COMMAND)
    before = User.objects.get(pk=person.pk)
    assert before.reaches is not None  # read now: it is kept with the instance
    review = services.review_grants({pk_of(Role.CLERK): wanted})
    told = {s.key: s.after for one in review.people if one.person == person for s in one.shifts}
    services.set_grants({pk_of(Role.CLERK): wanted}, actor=COMMAND, apply_to_people=True, seen=review.seal)
    after = User.objects.get(pk=person.pk)
    keys = before.reaches.keys() | after.reaches.keys()
    came = {k: after.reach_of(k) for k in keys if before.reach_of(k) != after.reach_of(k)}
    assert told == came
    assert after.permissions_version - before.permissions_version == bool(came)


def test_a_release_with_a_new_key_ends_the_tokens_of_those_who_get_it_and_of_no_others():
    clerk, driver = StaffFactory(role=Role.CLERK), StaffFactory(role=Role.DRIVER)
    RoleGrant.objects.filter(key="orders.view").delete()  # as before the release that brings it
    Right.objects.filter(key="orders.view").delete()
    before = versions()
    services.seed_roles()
    after = versions()
    assert (after[clerk.pk] - before[clerk.pk], after[driver.pk] - before[driver.pk]) == (1, 0)
    services.seed_roles()
    assert versions() == after
