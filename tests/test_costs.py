"""No door asks the database more often because there is more to show (spec/00 rule 10)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts import services as accounts
from apps.accounts.models import Session, Tries
from apps.accounts.permissions import Role
from apps.approvals import services as approvals
from apps.core.actors import COMMAND, Actor
from apps.core.audit import Subject, record
from apps.core.doors import doors
from apps.core.outgoing import queue
from apps.notifications.models import Notice, Receipt
from apps.sync.models import Quarantine, Run
from tests.caches import forget_cached
from tests.factories.accounts import StaffFactory
from tests.factories.app_keys import make_key, make_sign_in
from tests.factories.approvals import proposal
from tests.factories.catalog import make_category, make_product
from tests.factories.customers import make_customer
from tests.factories.media import make_asset
from tests.factories.notifications import make_message
from tests.factories.orders import make_order
from tests.test_doors import TABLE, address
from tests.world import KIND, World, make_shop, make_world

DOORS: Final = {door.route: door for door in doors()}
# The home page asks most; a page that needs more than this should read less, or read it together.
MOST: Final = 16
ROUTES: Final = sorted(route for route, who in TABLE.items() if "GET" in who and route != "readyz")


@pytest.fixture(scope="module")
def costs(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[tuple[str, Role], tuple[int, int]]]:
    """(queries with little there, queries with much more) of each door, as who may do most and as a clerk."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        few = {(route, role): cost(route, role, world) for route in ROUTES for role in ASKING}
        make_more(world)
        yield {door: (spent, cost(*door, world)) for door, spent in few.items()}
        transaction.set_rollback(True)


ASKING: Final = (Role.SUPER_ADMIN, Role.CLERK)


def cost(route: str, role: Role, world: World) -> int:
    """How many queries the door's second answer takes: the first fills what is kept for everybody."""
    forget_cached()  # or it might run out between the two answers
    client = Client()
    client.force_login(world.people[role])
    at = address(DOORS[route], world)
    client.get(at)
    with CaptureQueriesContext(connection) as queries:
        client.get(at)
    return len(queries)


def make_more(world: World) -> None:
    """Nine more of everything that a page can list."""
    boss = world.people[Role.SUPER_ADMIN]
    maker = Actor.of(world.people[Role.CLERK])
    for number in range(9):
        product = make_product(
            f"MORE-{number}", category=make_category(f"More {number}"), barcodes=(f"77{number}",)
        )
        customer = make_customer(f"CUST-{number}")
        make_order(f"SINV-{number}", lines=3)
        make_shop(f"MORE{number}")
        make_asset(f"more-{number}.jpg", tags=[f"tag {number}"])
        make_message(StaffFactory(role=Role.DRIVER))
        record(
            actor=maker, action="door.made", subject=Subject.of(product), before={"a": 1}, after={"a": number}
        )
        record(actor=COMMAND, action="door.made", subject=Subject.of(customer))
        Run.objects.create(entity="items", mode="full", actor_kind="command", actor_label="doors")
        Quarantine.objects.create(
            entity="items", doctype="Item", erp_name=f"BAD-{number}", reason="bad", document={}
        )
        queue(kind="item_price", subject=Subject.of(product), reference=f"item_price/{number}", actor=maker)
        for person in (boss, world.people[Role.CLERK]):
            Receipt.objects.create(notice=Notice.objects.create(kind="doors", title=f"{number}"), user=person)
        item = approvals.ask(
            proposal(kind=KIND, subject=Subject("test.product", f"more-{number}", "Milk")), actor=maker
        )
        approvals.assign(item.pk, to=boss, actor=COMMAND)
        make_more_of_signing_in(world, number)


def make_more_of_signing_in(world: World, number: int) -> None:
    """One more role, key, session and app that is signed in; and somebody who has to wait."""
    at = timezone.now()
    boss, clerk = world.people[Role.SUPER_ADMIN], world.people[Role.CLERK]
    role = accounts.add_role(f"More {number}", actor=COMMAND, copy_of=Group.objects.get(name=Role.CLERK).pk)
    person = StaffFactory(role=Role.CLERK)
    accounts.set_roles(person.pk, [Role.ADMIN, role.name], actor=COMMAND)
    accounts.set_override(person.pk, key="orders.view", source="deny", actor=COMMAND)
    made = make_key(name=f"More {number}")
    accounts.rotate_app_key(made.app_key.pk, actor=COMMAND, at=at)
    for somebody in (boss, clerk, world.people[Role.ADMIN], person):
        make_sign_in(somebody, made.app_key)
        Session.objects.create(
            session_key=f"more-{number}-{somebody.pk}", user=somebody, expire_date=at + timedelta(hours=1)
        )
    Tries.objects.create(
        account=f"user:{person.pk}", address="203.0.113.7", user=person, locked_until=at + timedelta(hours=1)
    )
    record(
        actor=COMMAND, action="user.sign_in_failed", subject=Subject.of(person), after={"why": "wrong-code"}
    )


@pytest.mark.xdist_group("costs")  # what they share takes a minute: one worker makes it, for all of them
@pytest.mark.django_db
@pytest.mark.parametrize("role", ASKING)
@pytest.mark.parametrize("route", ROUTES)
def test_a_door_costs_the_same_however_much_there_is(route: str, role: Role, costs: Any):
    few, many = costs[route, role]
    assert (many, many <= MOST) == (few, True)
