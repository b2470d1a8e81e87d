"""Asking, deciding, and being second."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from apps.approvals import services
from apps.approvals.counting import open_count
from apps.approvals.errors import AlreadyDecidedError, AlreadyWaitingError, NotEditableError, OwnWorkError
from apps.approvals.models import Item
from apps.approvals.states import ItemState, Risk
from apps.core.actors import SYSTEM, Actor
from apps.core.audit import Subject
from apps.core.errors import DomainError, InvalidInputError, NotFoundError
from apps.core.models import AuditEntry
from apps.notifications.models import Receipt
from apps.notifications.services import unread_count
from tests.approvals.conftest import decider, price_of
from tests.factories.accounts import StaffFactory
from tests.factories.approvals import proposal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("price_kind")]


@pytest.fixture
def maker():
    return StaffFactory(full_name="Clara Clerk")


@pytest.fixture
def boss():
    return decider(full_name="Ben Boss")


@pytest.fixture
def item(maker):
    return services.ask(proposal(), actor=Actor.of(maker))


def test_an_item_says_what_is_and_what_is_to_be_and_who_wants_it(item, maker):
    item.refresh_from_db()
    assert (item.before, item.after, item.edited) == ({"price": "1.10"}, {"price": "1.20"}, None)
    assert (item.maker_kind, item.maker_id, item.maker_label) == ("staff", str(maker.pk), "Clara Clerk")
    assert item.state == ItemState.OPEN


def test_accepting_runs_the_owning_apps_verb(item, boss):
    services.accept(item.pk, actor=Actor.of(boss))
    item.refresh_from_db()
    assert price_of("milk") == "1.20"
    assert (item.state, item.decider_label) == (ItemState.ACCEPTED, "Ben Boss")


def test_nobody_accepts_what_he_made_himself_even_with_the_key():
    both = decider(full_name="Eve Everything")
    made = services.ask(proposal(), actor=Actor.of(both))
    for verb in (
        lambda: services.accept(made.pk, actor=Actor.of(both)),
        lambda: services.edit_and_accept(made.pk, edited={"price": "9"}, actor=Actor.of(both)),
    ):
        with pytest.raises(OwnWorkError):
            verb()
    made.refresh_from_db()
    assert (made.state, price_of("milk")) == (ItemState.OPEN, None)


def test_bulk_acceptance_does_not_get_around_four_eyes():
    both = decider()
    made = services.ask(proposal(risk=Risk.LOW), actor=Actor.of(both))
    (outcome,) = services.accept_several({made.pk: made.revision}, actor=Actor.of(both))
    assert "yourself" in outcome.refusal
    assert price_of("milk") is None


def test_a_maker_may_take_his_own_back(item, maker):
    services.reject(item.pk, actor=Actor.of(maker), reason="wrong price")
    item.refresh_from_db()
    assert (item.state, item.reason) == (ItemState.REJECTED, "wrong price")


def test_what_the_owning_app_refuses_stays_open_and_leaves_nothing_behind(maker, boss):
    item = services.ask(proposal(after={"price": "13.00"}), actor=Actor.of(maker))
    entries = AuditEntry.objects.count()
    with pytest.raises(DomainError, match="thirteen"):
        services.accept(item.pk, actor=Actor.of(boss))
    item.refresh_from_db()
    assert (item.state, item.decided_at, item.decider_kind) == (ItemState.OPEN, None, "")
    assert (price_of("milk"), AuditEntry.objects.count()) == (None, entries)


def test_both_versions_are_kept_when_one_is_corrected(item, boss):
    services.edit_and_accept(item.pk, edited={"price": "1.15"}, actor=Actor.of(boss))
    item.refresh_from_db()
    assert (item.after, item.edited, item.proposed) == (
        {"price": "1.20"},
        {"price": "1.15"},
        {"price": "1.15"},
    )
    assert price_of("milk") == "1.15"
    entry = AuditEntry.objects.get(action="todo.accepted")
    assert (entry.before, entry.after) == ({"price": "1.20"}, {"price": "1.15"})


def test_a_correction_that_the_form_refuses_names_the_field_and_changes_nothing(item, boss):
    with pytest.raises(InvalidInputError) as refusal:
        services.edit_and_accept(item.pk, edited={"price": "-1"}, actor=Actor.of(boss))
    assert [error.field for error in refusal.value.errors] == ["price"]
    item.refresh_from_db()
    assert (item.state, item.edited, price_of("milk")) == (ItemState.OPEN, None, None)


def test_a_kind_without_a_form_cannot_be_edited(item, boss, price_kind):
    object.__setattr__(price_kind, "edit_form", None)
    with pytest.raises(NotEditableError):
        services.edit_and_accept(item.pk, edited={"price": "1.15"}, actor=Actor.of(boss))
    assert Item.objects.get().state == ItemState.OPEN


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_rejection_needs_a_reason(item, boss, reason):
    with pytest.raises(InvalidInputError):
        services.reject(item.pk, actor=Actor.of(boss), reason=reason)
    item.refresh_from_db()
    assert item.state == ItemState.OPEN


def test_a_rejection_is_kept_with_its_reason(item, boss):
    services.reject(item.pk, actor=Actor.of(boss), reason="too dear")
    entry = AuditEntry.objects.get(action="todo.rejected")
    assert (entry.reason, entry.actor_label, entry.before) == ("too dear", "Ben Boss", {"price": "1.10"})
    assert price_of("milk") is None


def test_the_second_is_told_who_was_first(item, boss):
    services.accept(item.pk, actor=Actor.of(boss))
    late = decider(full_name="Late Larry")
    with pytest.raises(AlreadyDecidedError, match=r"Ben Boss decided this today .*: accepted"):
        services.reject(item.pk, actor=Actor.of(late), reason="no")
    item.refresh_from_db()
    assert item.state == ItemState.ACCEPTED


def test_what_is_not_there_cannot_be_decided(boss):
    with pytest.raises(NotFoundError):
        services.accept(999, actor=Actor.of(boss))


def test_the_makers_newer_proposal_takes_the_place_of_his_older_one(item, maker):
    again = services.ask(proposal(after={"price": "1.25"}), actor=Actor.of(maker))
    assert again.pk == item.pk
    assert Item.objects.get().after == {"price": "1.25"}


def test_two_people_cannot_have_proposals_for_one_subject_waiting(item):
    with pytest.raises(AlreadyWaitingError, match="Clara Clerk"):
        services.ask(proposal(after={"price": "2.00"}), actor=Actor.of(StaffFactory()))
    assert Item.objects.get().after == {"price": "1.20"}


def test_after_a_decision_the_subject_may_wait_again(item, boss, maker):
    services.accept(item.pk, actor=Actor.of(boss))
    assert services.ask(proposal(), actor=Actor.of(maker)).pk != item.pk


def test_an_item_whose_subject_has_gone_closes_itself(item):
    other = services.ask(proposal(subject=Subject(kind="test.product", id="tea", label="Tea")), actor=SYSTEM)
    closed = services.close_for_subject("test.product", "milk", actor=SYSTEM, reason="retired")
    item.refresh_from_db()
    other.refresh_from_db()
    assert (closed, item.state, item.reason, other.state) == (1, ItemState.CLOSED, "retired", ItemState.OPEN)


def test_of_several_one_that_is_refused_holds_up_no_other(maker, boss):
    def low(name, price):
        subject = Subject(kind="test.product", id=name, label=name)
        asked = proposal(subject=subject, after={"price": price}, risk=Risk.LOW)
        return services.ask(asked, actor=Actor.of(maker))

    good, refused, fine = low("milk", "1.20"), low("tea", "13.00"), low("oats", "2.00")
    risky = services.ask(
        proposal(subject=Subject(kind="test.product", id="gin", label="gin"), risk=Risk.HIGH),
        actor=Actor.of(maker),
    )
    asked = {item.pk: item.revision for item in (good, refused, fine, risky)}
    outcomes = services.accept_several(asked, actor=Actor.of(boss))
    told = {outcome.item_id: outcome.refusal for outcome in outcomes}
    assert told == {good.pk: "", refused.pk: "Nothing costs thirteen pounds here.", fine.pk: ""}
    assert [price_of(name) for name in ("milk", "tea", "oats", "gin")] == ["1.20", None, "2.00", None]
    risky.refresh_from_db()
    assert risky.state == ItemState.OPEN


def test_an_item_is_given_to_somebody_and_taken_back(item, boss):
    services.assign(item.pk, to=boss, actor=Actor.of(boss))
    assert Item.objects.get().assignee == boss
    services.assign(item.pk, to=None, actor=Actor.of(boss))
    assert Item.objects.get().assignee is None
    changes = AuditEntry.objects.filter(action="todo.assigned").order_by("id")
    assert [(entry.before, entry.after) for entry in changes] == [
        ({"assignee": None}, {"assignee": "Ben Boss"}),
        ({"assignee": "Ben Boss"}, {"assignee": None}),
    ]


def test_people_see_what_they_may_decide_what_they_made_and_what_they_were_given(item, boss, maker):
    stranger, helper = StaffFactory(), StaffFactory()
    services.assign(item.pk, to=helper, actor=SYSTEM)
    seen = {person: Item.objects.visible_to(person).count() for person in (boss, maker, helper, stranger)}
    assert seen == {boss: 1, maker: 1, helper: 1, stranger: 0}
    assert [Item.objects.decidable_by(person).count() for person in (boss, maker, helper)] == [1, 0, 0]


def test_the_badge_counts_what_one_may_decide_without_asking_the_database_again(
    item, boss, maker, django_assert_num_queries
):
    assert open_count(boss) == 1
    boss.has_key("products.approve")
    with django_assert_num_queries(0):
        assert open_count(boss) == 1
    assert open_count(maker) == 0


def test_the_badge_goes_down_at_once_when_somebody_decides(item, boss, django_capture_on_commit_callbacks):
    assert open_count(boss) == 1
    with django_capture_on_commit_callbacks(execute=True):
        services.accept(item.pk, actor=Actor.of(boss))
    assert open_count(boss) == 0


def test_deciders_are_told_that_something_waits_and_the_maker_how_it_ended(
    boss, maker, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        item = services.ask(proposal(), actor=Actor.of(maker))
    with django_capture_on_commit_callbacks(execute=True):
        services.reject(item.pk, actor=Actor.of(boss), reason="too dear")
    told = Receipt.objects.order_by("id").values_list("user", "notice__title", "notice__text")
    assert list(told) == [
        (boss.pk, "Milk 1 l to £1.20", "Clara Clerk asks for a decision"),
        (maker.pk, "“Milk 1 l to £1.20” was rejected", "Ben Boss: too dear"),
    ]


def test_what_is_decided_is_no_longer_unread_for_those_who_were_asked(
    boss, maker, django_capture_on_commit_callbacks
):
    ben = decider(full_name="Second Ben")
    with django_capture_on_commit_callbacks(execute=True):
        item = services.ask(proposal(), actor=Actor.of(maker))
        services.ask(proposal(subject=Subject("test.product", "tea", "Tea")), actor=Actor.of(maker))
        services.assign(item.pk, to=ben, actor=Actor.of(boss))
    assert [unread_count(person) for person in (boss, ben)] == [2, 3]
    with django_capture_on_commit_callbacks(execute=True):
        services.accept(item.pk, actor=Actor.of(boss))
    assert [unread_count(person) for person in (boss, ben)] == [1, 1]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_the_same_instant_one_wins_and_the_other_is_told():
    item = services.ask(proposal(), actor=Actor(kind="staff", id="0", label="Maker"))
    deciders = [Actor.of(decider(full_name=name)) for name in ("Ann", "Bob")]
    at_once = Barrier(2)

    def decide(actor):
        try:
            at_once.wait(timeout=10)
            services.accept(item.pk, actor=actor)
        except AlreadyDecidedError as why:
            return str(why)
        else:
            return "won"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        told = dict(zip(("Ann", "Bob"), pool.map(decide, deciders), strict=True))
    winner = next(name for name, outcome in told.items() if outcome == "won")
    loser = next(name for name in told if name != winner)
    assert told[loser].startswith(f"{winner} decided this today")
    assert Item.objects.get().decider_label == winner
    assert AuditEntry.objects.filter(action="todo.accepted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_ask_for_one_subject_at_the_same_instant_one_waits():
    at_once = Barrier(2)

    def propose(name):
        try:
            at_once.wait(timeout=10)
            services.ask(proposal(), actor=Actor(kind="staff", id=name, label=name))
        except AlreadyWaitingError:
            return "refused"
        else:
            return "asked"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(propose, ("100001", "100002")))
    assert told == ["asked", "refused"]
    assert Item.objects.open().count() == 1
