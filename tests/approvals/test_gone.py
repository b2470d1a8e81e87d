"""An item whose subject has gone closes itself, whoever removed it and however quietly."""

import pytest
from django.utils import timezone

from apps.approvals import registry, services
from apps.approvals.gone import close_gone_items, is_gone
from apps.approvals.models import Item
from apps.approvals.tasks import close_gone_items as the_task
from apps.core.actors import SYSTEM
from apps.core.audit import Subject
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


def test_it_asks_no_more_often_for_many(django_assert_num_queries):
    for _each in range(5):
        ask(Subject.of(StaffFactory()))
    with django_assert_num_queries(2):
        close_gone_items(actor=SYSTEM)
