"""An item whose subject has gone closes itself, whoever removed it and however quietly."""

import pytest
from django.utils import timezone

from apps.approvals import gone, registry, services
from apps.approvals.gone import close_gone_items, is_gone
from apps.approvals.models import Item
from apps.approvals.registry import ItemKind
from apps.approvals.tasks import close_gone_items as the_task
from apps.core.actors import SYSTEM, Actor
from apps.core.audit import Subject
from apps.core.models import AuditEntry
from apps.notifications.models import Receipt
from apps.notifications.notices import DECISION_TAKEN, DECISION_WAITS
from tests.approvals.conftest import decider
from tests.factories.accounts import StaffFactory
from tests.factories.approvals import proposal
from tests.factories.catalog import make_product

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("price_kind")]


def ask(subject):
    return services.ask(proposal(subject=subject), actor=SYSTEM)


def test_a_row_that_was_deleted_without_a_word_closes_its_item_and_no_other():
    gone, stays = StaffFactory(), StaffFactory()
    waits, other = ask(Subject.of(gone)), ask(Subject.of(stays))
    type(gone).objects.filter(pk=gone.pk).delete()
    assert (is_gone(waits), is_gone(other)) == (True, False)
    the_task()
    waits.refresh_from_db()
    other.refresh_from_db()
    assert (waits.state, waits.reason, other.state) == ("closed", "What it is about has gone.", "open")
    assert close_gone_items(actor=SYSTEM) == 0


def test_what_erpnext_retired_has_gone():
    milk = make_product("MILK")
    ask(Subject.of(milk))
    assert close_gone_items(actor=SYSTEM) == 0
    type(milk).objects.filter(pk=milk.pk).update(gone_at=timezone.now())
    assert close_gone_items(actor=SYSTEM) == 1


@pytest.mark.parametrize(
    "subject",
    [Subject("test.product", "milk", "Milk"), Subject("no.model", "1", "x"), Subject("words", "1", "x")],
)
def test_what_nobody_can_look_up_is_left_alone(subject):
    ask(subject)
    assert close_gone_items(actor=SYSTEM) == 0
    assert Item.objects.open().count() == 1


def test_a_key_that_no_row_can_have_is_of_nothing():
    ask(Subject("accounts.user", "not a number", "x"))
    assert close_gone_items(actor=SYSTEM) == 1


def test_a_kind_may_say_itself_what_is_still_there(price_kind):
    object.__setattr__(price_kind, "still_there", lambda ids: set(ids) & {"milk"})
    for name in ("milk", "tea"):
        ask(Subject("test.product", name, name))
    assert close_gone_items(actor=SYSTEM) == 1
    assert Item.objects.open().get().subject_id == "milk"
    assert registry.kind_of("test.price") is price_kind


@pytest.fixture
def small_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gone, "AT_ONCE", 2)


@pytest.mark.usefixtures("small_lots")
@pytest.mark.django_db(transaction=True)
def test_many_that_have_gone_leave_a_trace_each_and_every_maker_is_told_once():
    ada, ben = StaffFactory(), StaffFactory()
    asked = [
        services.ask(
            proposal(subject=Subject("accounts.user", str(10**6 + n), "x"), title=f"Price {n}"),
            actor=Actor.of(maker),
        )
        for n, maker in enumerate([ada, ada, ben, ben, ben])
    ]
    assert close_gone_items(actor=SYSTEM) == 5
    entries = AuditEntry.objects.filter(action="todo.closed").order_by("pk")
    assert [
        (entry.subject_id, entry.subject_label, entry.actor_kind, entry.before, entry.reason)
        for entry in entries
    ] == [
        (str(item.pk), item.title, "system", {"price": "1.10"}, "What it is about has gone.")
        for item in asked
    ]
    assert {
        person: [
            receipt.notice.title
            for receipt in Receipt.objects.of(person).of_kind(DECISION_TAKEN.key).order_by("pk")
        ]
        for person in (ada, ben)
    } == {
        ada: ["“Price 0” was closed", "“Price 1” was closed"],
        ben: ["“Price 2” was closed", "“Price 3” was closed", "“Price 4” was closed"],
    }
    for item in asked:
        item.refresh_from_db()
        assert (item.state, item.decider_kind, item.decided_at is None) == ("closed", "system", False)


@pytest.mark.django_db(transaction=True)
def test_what_is_closed_together_asks_nobody_any_more():
    boss = decider()
    item = ask(Subject("accounts.user", "1000000", "x"))
    receipt = Receipt.objects.of(boss).of_kind(DECISION_WAITS.key).get()
    assert (receipt.read_at, receipt.notice.link) == (None, item.get_absolute_url())
    close_gone_items(actor=SYSTEM)
    receipt.refresh_from_db()
    assert receipt.read_at is not None


def test_what_was_decided_meanwhile_stays_as_it_was_decided():
    waits, taken = ask(Subject("test.product", "milk", "Milk")), ask(Subject("test.product", "tea", "Tea"))
    services.reject(taken.pk, actor=SYSTEM, reason="Too dear.")
    assert services.close_items([waits.pk, taken.pk], actor=SYSTEM, reason="Gone.") == 1
    taken.refresh_from_db()
    waits.refresh_from_db()
    assert (waits.state, taken.state, taken.reason) == ("closed", "rejected", "Too dear.")
    assert AuditEntry.objects.filter(subject_id=str(taken.pk), action="todo.closed").count() == 0


def test_an_item_of_another_kind_about_the_same_subject_is_asked_by_its_own_kind(price_kind):
    person = StaffFactory()
    gone_by_price, other = ask(Subject.of(person)), ItemKind(**{**vars(price_kind), "key": "test.other"})
    registry.register(other)
    try:
        stays = services.ask(proposal(kind="test.other", subject=Subject.of(person)), actor=SYSTEM)
        object.__setattr__(price_kind, "still_there", lambda ids: set())
        assert close_gone_items(actor=SYSTEM) == 1
    finally:
        registry.forget("test.other")
    assert list(Item.objects.open()) == [stays]
    assert gone_by_price.pk != stays.pk


@pytest.mark.parametrize("many", [3, 12])
def test_closing_costs_the_same_however_many_have_gone(many, django_assert_num_queries):
    for n in range(many):
        ask(Subject("accounts.user", str(10**6 + n), "x"))
    with django_assert_num_queries(7):  # what waits, who is there; then savepoint, lock, state, traces
        assert close_gone_items(actor=SYSTEM) == many


def test_it_asks_no_more_often_for_many(django_assert_num_queries):
    for _each in range(5):
        ask(Subject.of(StaffFactory()))
    with django_assert_num_queries(2):
        close_gone_items(actor=SYSTEM)
