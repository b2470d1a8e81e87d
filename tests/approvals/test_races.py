"""Two at once, with real transactions: one of them wins, and the other is told; nothing is half done."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from apps.approvals import services
from apps.approvals.models import Item
from apps.core.actors import Actor
from apps.core.errors import DomainError
from apps.core.models import AuditEntry
from tests.approvals.conftest import decider, price_of
from tests.factories.accounts import StaffFactory
from tests.factories.approvals import proposal

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("price_kind")]


def race(*verbs):
    """What became of each: "done", or the code of its refusal."""
    at_once = Barrier(len(verbs))

    def run(verb):
        try:
            at_once.wait(timeout=10)
            verb()
        except DomainError as why:
            return why.code
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(verbs)) as pool:
        return list(pool.map(run, verbs))


@pytest.fixture
def maker():
    return Actor.of(StaffFactory(full_name="Clara Clerk"))


@pytest.fixture
def boss():
    return Actor.of(decider(full_name="Ben Boss"))


@pytest.fixture
def item(maker):
    return services.ask(proposal(), actor=maker)


def ends(item):
    actions = ["todo.accepted", "todo.rejected", "todo.closed"]
    return AuditEntry.objects.filter(subject_id=str(item.pk), action__in=actions).count()


@pytest.mark.parametrize("round_", range(3))
def test_accepting_and_rejecting(item, boss, round_):
    other = Actor.of(decider(full_name="Olga Other"))
    outcomes = race(
        lambda: services.accept(item.pk, seen=1, actor=boss),
        lambda: services.reject(item.pk, reason="too dear", actor=other),
    )
    assert sorted(outcomes) == ["already-decided", "done"]
    item.refresh_from_db()
    assert price_of("milk") == ("1.20" if item.state == "accepted" else None)
    assert ends(item) == 1


@pytest.mark.parametrize("round_", range(3))
def test_accepting_and_closing_because_the_subject_has_gone(item, boss, round_):
    outcomes = race(
        lambda: services.accept(item.pk, seen=1, actor=boss),
        lambda: services.close_for_subject("test.product", "milk", actor=boss, reason="gone"),
    )
    item.refresh_from_db()
    # a closing that comes second finds nothing open, and has nothing to say
    assert (outcomes, item.state) in [(["done", "done"], "accepted"), (["already-decided", "done"], "closed")]
    assert price_of("milk") == ("1.20" if item.state == "accepted" else None)
    assert ends(item) == 1


@pytest.mark.parametrize("round_", range(3))
def test_the_maker_changes_it_while_it_is_accepted(item, maker, boss, round_):
    outcomes = race(
        lambda: services.accept(item.pk, seen=1, actor=boss),
        lambda: services.ask(proposal(after={"price": "9.99"}), actor=maker),
    )
    item.refresh_from_db()
    if outcomes[0] == "done":  # he was first: what he saw was carried out, and the change waits anew
        assert (item.state, item.after, price_of("milk")) == ("accepted", {"price": "1.20"}, "1.20")
    else:
        assert outcomes == ["changed-since", "done"]
        assert (item.state, item.after, price_of("milk")) == ("open", {"price": "9.99"}, None)


def test_one_person_in_two_tabs_accepts_once(item, boss):
    outcomes = race(*[lambda: services.accept(item.pk, seen=1, actor=boss)] * 2)
    assert outcomes == ["done", "done"]
    assert (ends(item), Item.objects.get().state) == (1, "accepted")
