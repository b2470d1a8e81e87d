"""One of everything that a door's address can name, and one person of every role."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from django.conf import settings
from django.db import models
from django.test.utils import override_settings

from apps.accounts.models import User
from apps.accounts.permissions import Role
from apps.approvals import services as approvals
from apps.approvals.models import Item
from apps.approvals.registry import ItemKind, register
from apps.core.actors import COMMAND, Actor
from apps.core.audit import Subject, record
from apps.core.models import SavedView
from apps.core.outgoing import queue
from apps.notifications.models import Notice, Receipt
from apps.sync.models import Quarantine, Run
from tests.factories.accounts import StaffFactory
from tests.factories.approvals import proposal
from tests.factories.catalog import make_category, make_product
from tests.factories.customers import make_customer
from tests.factories.orders import make_order

KIND: Final = "doors.price"


def _carry_out(item: Item, actor: Actor) -> None:
    """Nothing to do: the doors test asks who may decide, not what comes of it."""


WAITING: Final = ItemKind(key=KIND, title="A price", permission_key="products.approve", apply=_carry_out)


@dataclass(frozen=True)
class World:
    """Records by the name that addresses use for them."""

    people: dict[str, User]
    records: dict[str, models.Model]
    item: Item

    def argument(self, name: str, *, route: str) -> str:
        """What stands for an argument in a door's address. Raises LookupError for one that is new here."""
        if name == "object_id":
            return str(self._record_of(route).pk)
        known: dict[str, Callable[[], object]] = {
            "view_id": lambda: self.saved_view(route).pk,
            "receipt_id": lambda: self.records["notifications/receipt"].pk,
            "item_id": lambda: self.item.pk,
            "item_code": lambda: self.records["catalog/product"].item_code,
            "number": lambda: self.records["orders/order"].erp_name,
            "label": lambda: "customers.customer",
            "pk": lambda: self.records["customers/customer"].pk,
            "app_label": lambda: "orders",
            "entity": lambda: "items",
            "url": lambda: "nowhere/",
        }
        if name not in known:
            raise LookupError(f"{route} takes “{name}”: say in tests/world.py what may stand there")
        return str(known[name]())

    def saved_view(self, route: str) -> SavedView:
        """A shared filter of the list that the route belongs to."""
        page = ".".join(route.split("/")[1:3])
        return SavedView.objects.get_or_create(
            page=page, name="doors", defaults={"is_shared": True, "owner_kind": "staff", "owner_id": "0"}
        )[0]

    def _record_of(self, route: str) -> models.Model:
        label = "/".join(route.split("/")[1:3])
        if label.startswith("r/"):
            return self.records["orders/order"]
        if label not in self.records:
            raise LookupError(f"{route} names a record of {label}: make one in tests/world.py")
        return self.records[label]


def open_gates() -> override_settings:
    """What the environment itself would refuse to everybody is let through: a door shows its own lock."""
    return override_settings(DEPLOYMENT=replace(settings.DEPLOYMENT, sync_post_enabled=True))


def make_world() -> World:
    """The smallest world in which every door leads somewhere."""
    people = {role: StaffFactory(role=role, email=f"{role.name.lower()}@example.com") for role in Role}
    category = make_category()
    made: list[models.Model] = [
        StaffFactory(role=Role.DRIVER, email="colleague@example.com"),
        category,
        make_product("DOOR-1", category=category, barcodes=("501",)),
        make_customer("CUST-DOOR"),
        make_order("SINV-DOOR", lines=2),
        record(actor=COMMAND, action="door.made", subject=Subject("door", "1", "a door")),
        Run.objects.create(entity="items", mode="full", actor_kind="command", actor_label="doors"),
        Quarantine.objects.create(entity="items", doctype="Item", erp_name="BAD", reason="bad", document={}),
        queue(
            kind="pricing_rule",
            subject=Subject("campaigns.campaign", "1", "A door"),
            reference="campaign/door",
            actor=COMMAND,
        ),
    ]
    notice = Notice.objects.create(kind="doors", title="A door")
    made.append(Receipt.objects.create(notice=notice, user=people[Role.ADMIN]))
    records = {row._meta.label_lower.replace(".", "/"): row for row in made}
    return World(people=people, records=records, item=_waiting_item())


def _waiting_item() -> Item:
    register(WAITING)
    return approvals.ask(proposal(kind=KIND), actor=COMMAND)
