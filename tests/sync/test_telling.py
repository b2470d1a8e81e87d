"""What staff are told of the sync: once each, with what it means and where to go."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from apps.accounts.permissions import Role
from apps.core import options, outgoing
from apps.core.actors import COMMAND, SYSTEM, Actor
from apps.core.audit import Subject
from apps.core.errors import NotFoundError
from apps.notifications.models import Notice, Receipt
from apps.notifications.states import Severity
from apps.sync import services
from apps.sync.demo.server import DemoServer
from apps.sync.models import Parity, Run
from apps.sync.services import telling
from apps.sync.states import Mode, Reach
from tests.factories.accounts import StaffFactory
from tests.sync.test_going import vanish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_demo_as_ours")]
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
Committing = Callable[[], AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    yield
    options.forget()


@pytest.fixture
def told(django_capture_on_commit_callbacks: Any) -> Committing:
    """A block after which everything that was announced in it has been heard."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def run(*names: str, mode: Mode = Mode.MODIFIED) -> Run:
    [done] = services.run(names, mode=mode, actor=COMMAND)
    return done


def titles(kind: str) -> list[str]:
    return list(Notice.objects.filter(kind=kind).order_by("id").values_list("title", flat=True))


# --- ERPNext itself ----------------------------------------------------------------------------------------
def test_an_outage_is_told_once_and_so_is_its_end(erp: DemoServer, told: Committing):
    with time_machine.travel(NOON), told():
        run("suppliers")
        assert titles("sync.reach") == []
        erp.site.maintenance = True
        run("suppliers")
    with time_machine.travel(NOON + timedelta(minutes=30)), told():
        run("suppliers")
        run("item_groups")
    with time_machine.travel(NOON + timedelta(hours=1, minutes=10, seconds=1)), told():
        erp.site.maintenance = False
        run("suppliers")
    away, back = Notice.objects.filter(kind="sync.reach").order_by("id")
    assert (away.title, away.severity) == ("ERPNext has not answered since 12:00", Severity.ACT)
    assert away.text.startswith(
        "ERPNext is in maintenance, or nothing stands behind its address. What is here"
    )
    assert (back.title, back.severity) == ("ERPNext answers again, after 1 h 10 min", Severity.GOOD)
    assert away.link.startswith("/admin/")


def test_a_refused_key_says_where_to_get_another(erp: DemoServer, told: Committing):
    key, user = next(iter(erp.site.users.items()))
    with time_machine.travel(NOON), told():
        erp.site.users.clear()
        run("suppliers")
    with time_machine.travel(NOON + timedelta(minutes=2)), told():
        erp.site.users[key] = user
        run("suppliers")
    assert titles("sync.reach") == [
        "ERPNext has refused our key since 12:00",
        "ERPNext accepts our key again, after 2 min",
    ]
    assert "ERPNEXT_API_KEY" in Notice.objects.earliest("id").text


def test_a_comparison_tells_of_it_too(erp: DemoServer, told: Committing):
    with time_machine.travel(NOON), told():
        erp.site.maintenance = True
        services.verify(actor=SYSTEM)
    assert titles("sync.reach") == ["ERPNext has not answered since 12:00"]
    assert titles("sync.parity") == []


def test_whoever_may_see_the_sync_is_told_and_nobody_else(erp: DemoServer, told: Committing):
    admin, _clerk = StaffFactory(role=Role.ADMIN), StaffFactory(role=Role.CLERK)
    with told():
        erp.site.maintenance = True
        run("suppliers")
    assert list(Receipt.objects.values_list("user_id", flat=True)) == [admin.pk]


@pytest.mark.parametrize("reach", [Reach.UNREACHABLE, Reach.REFUSED, Reach.ANOTHER_SITE])
def test_the_same_message_twice_is_one_notice(reach: Reach):
    for _ in range(2):
        telling.tell_reach(
            reach=reach, problem="It is so.", was=Reach.WELL, at=NOON, lasted=timedelta(days=1)
        )
    notice = Notice.objects.get()
    assert notice.title.endswith("since 12:00")
    assert notice.text.startswith("It is so. ")


# --- quarantine --------------------------------------------------------------------------------------------
def spoil(erp: DemoServer, *names: str) -> None:
    for name in names:
        erp.site.store.put("Customer", name=name, disabled=7)


def test_what_could_not_be_read_is_told_once(erp: DemoServer, told: Committing):
    spoil(erp, "Olivia Jones", "Emily Smith")
    with told():
        first = run("customers")
    with told():
        run("customers")  # tried again, and parked again
    notice = Notice.objects.get(kind="sync.quarantine")
    assert (notice.title, notice.severity) == ("2 records of Customers could not be read", Severity.LOOK)
    assert notice.link == "/admin/sync/quarantine/?entity=customers"
    assert notice.text.startswith("Customer Emily Smith: disabled ")
    spoil(erp, "Jack Wilson")
    with told():
        run("customers", mode=Mode.FULL)
    assert titles("sync.quarantine")[1:] == ["1 record of Customers could not be read"]
    assert first.quarantined == 2


def test_of_many_the_first_are_named_and_the_rest_counted(erp: DemoServer, told: Committing):
    spoil(erp, *[row["name"] for row in list(erp.site.store.doctypes["Customer"].rows.values())[:5]])
    with told():
        run("customers")
    text = Notice.objects.get(kind="sync.quarantine").text.splitlines()
    assert text[3:] == ["… and 2 more", "Each is tried again at every run. The rest of the run came in."]


def test_a_run_that_nobody_knows_any_more_tells_nothing():
    assert telling.tell_parked(4711) is None
    assert telling.tell_parity(4711) is None


# --- the guard ---------------------------------------------------------------------------------------------
def test_what_the_guard_held_back_is_told_to_those_who_decide(erp: DemoServer, told: Committing):
    admin, clerk = StaffFactory(role=Role.ADMIN), StaffFactory(role=Role.CLERK)
    run("customers")
    vanish(erp, "Customer", 21)
    with told():
        run("customers", mode=Mode.FULL)
    with told():
        run("customers", mode=Mode.FULL)
    notice = Notice.objects.get(kind="todo.asked")
    assert notice.title == "21 of 60 Customer records are gone from ERPNext"
    assert notice.link.startswith("/admin/todo/")
    assert [receipt.user_id for receipt in Receipt.objects.filter(notice=notice)] == [admin.pk]
    assert clerk.pk != admin.pk


# --- parity ------------------------------------------------------------------------------------------------
def compared(differing: int, *, at: datetime = NOON, problem: str = "") -> Notice | None:
    parity = Parity.objects.create(
        entity="items", there=12_000, here=12_000, differing=differing, at=at, problem=problem
    )
    return telling.tell_parity(parity.pk)


def test_what_differs_is_told_with_its_score(erp: DemoServer, told: Committing):
    run("customers")
    erp.site.store.put("Customer", name="Olivia Jones", modified="2026-11-23 10:00:00")
    with told():
        services.verify(["customers"], actor=SYSTEM)
    notice = Notice.objects.get(kind="sync.parity")
    assert notice.title.endswith("% equal, 1 differs")
    assert notice.title.startswith("Customers: 9")
    assert (notice.link, notice.severity) == ("/admin/settings/sync/parity/#customers", Severity.LOOK)


def test_it_is_told_once_a_day_unless_it_got_worse():
    notices = [compared(3), compared(3), compared(2), compared(4), compared(4)]
    assert [notice and notice.title for notice in notices] == [
        "Items: 99.97 % equal, 3 differ",
        None,
        None,
        "Items: 99.96 % equal, 4 differ",
        None,
    ]
    assert compared(1, at=NOON + timedelta(days=1)) is not None


def test_who_compared_it_himself_sees_it_on_the_page(erp: DemoServer, told: Committing):
    asker, other = StaffFactory(role=Role.ADMIN), StaffFactory(role=Role.ADMIN)
    run("customers")
    erp.site.store.put("Customer", name="Olivia Jones", modified="2026-11-23 10:00:00")
    with told():
        services.verify(["customers"], actor=Actor.of(asker))
    assert list(Receipt.objects.values_list("user_id", flat=True)) == [other.pk]


def test_being_equal_again_is_good_news_once():
    assert compared(0) is None  # as it ought to be
    compared(3)
    assert compared(0, problem="ERPNext does not answer.") is None
    good = compared(0)
    assert good is not None
    assert (good.title, good.severity) == ("Items: 100.00 % equal again", Severity.GOOD)
    assert compared(0) is None
    assert compared(3) is not None  # the same as this morning, but it had been well since


# --- the outbox --------------------------------------------------------------------------------------------
def test_staff_hear_of_a_message_as_soon_as_it_is_given_up(told: Committing):
    with told():
        message = outgoing.queue(
            kind="pricing_rules",
            subject=Subject(kind="campaigns.offer", id="4", label="Two for one"),
            reference="LDR-OFFER-4",
            actor=COMMAND,
        )
        outgoing.take(message.pk, at=NOON, actor=SYSTEM)
        outgoing.give_up(message.pk, error="ERPNext has no item HONEY.", actor=SYSTEM)
    assert titles("sync.outbox") == ["Not sent to ERPNext: Two for one"]


def test_a_message_that_needs_attention_is_told_once_each_time_it_is_given_up():
    message = outgoing.queue(
        kind="pricing_rules",
        subject=Subject(kind="campaigns.offer", id="4", label="Two for one"),
        reference="LDR-OFFER-4",
        actor=COMMAND,
    )
    outgoing.take(message.pk, at=NOON, actor=SYSTEM)
    outgoing.give_up(message.pk, error="ERPNext has no item HONEY.", actor=SYSTEM)
    notice = telling.tell_needs_attention(message.pk)
    assert telling.tell_needs_attention(message.pk).pk == notice.pk
    assert (notice.title, notice.severity) == ("Not sent to ERPNext: Two for one", Severity.ACT)
    assert notice.text.startswith("ERPNext has no item HONEY. Send it again")
    outgoing.retry(message.pk, actor=COMMAND)
    assert telling.tell_needs_attention(message.pk).pk != notice.pk
    with pytest.raises(NotFoundError):
        telling.tell_needs_attention(message.pk + 1)
