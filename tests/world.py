"""One of everything that a door's address can name, and one person of every role."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.test.utils import override_settings

from apps.accounts.models import Photo, User
from apps.accounts.permissions import Role
from apps.approvals import services as approvals
from apps.approvals.models import Item
from apps.approvals.registry import ItemKind, register
from apps.catalog.models import Product
from apps.core.actors import COMMAND, Actor
from apps.core.audit import Subject, record
from apps.core.models import SavedView
from apps.core.outgoing import queue
from apps.inventory.models import ExpiringBatch, LearnedMatch, Supplier
from apps.inventory.services import recount
from apps.media.models import Rendition
from apps.notifications.models import Notice, Receipt
from apps.notifications.notices import TEST
from apps.sync.models import Quarantine, Run
from tests.factories.accounts import StaffFactory
from tests.factories.app_keys import make_key, make_sign_in
from tests.factories.approvals import proposal
from tests.factories.campaigns import make_pricing_rule
from tests.factories.catalog import (
    make_brand,
    make_category,
    make_part,
    make_picture,
    make_price,
    make_price_list,
    make_product,
)
from tests.factories.customers import (
    make_address,
    make_contact,
    make_customer,
    make_entry,
    make_group,
    make_program,
    make_territory,
)
from tests.factories.inventory import (
    make_batch,
    make_delivery,
    make_level,
    make_receipt,
    make_receipt_line,
    make_supplier,
    make_warehouse,
)
from tests.factories.invoices import confirmed, matched, row
from tests.factories.media import make_asset
from tests.factories.notifications import make_message
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
            "user_id": lambda: self.records["accounts/user"].pk,
            "role_id": lambda: Group.objects.get(name=Role.DRIVER).pk,
            "category_id": lambda: self.records["catalog/category"].pk,
            "view_id": lambda: self.saved_view(route).pk,
            "receipt_id": lambda: self.records["notifications/receipt"].pk,
            "upload_id": lambda: self.records["inventory/invoiceupload"].pk,
            "line_id": lambda: self.records["inventory/uploadline"].pk,
            "asset_id": lambda: self.records["media/asset"].pk,
            "item_id": lambda: self.item.pk,
            "item_code": lambda: self.records["catalog/product"].item_code,
            "number": lambda: self.records["orders/order"].erp_name,
            "label": lambda: "customers.customer",
            "pk": lambda: self.records["customers/customer"].pk,
            "app_label": lambda: "orders",
            "key_id": lambda: self.records["accounts/appkey"].pk,
            "sign_in_id": lambda: self.records["accounts/staffsignin"].pk,
            "entity": lambda: "items",
            "kind": lambda: TEST.key,
            "language": lambda: "en",
            "url": lambda: "nowhere/",
            "person_id": lambda: self.people[Role.ADMIN].pk,
            "uidb64": lambda: "MQ",
            "token": lambda: "set-password",
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
    Photo.objects.create(user=people[Role.ADMIN], content=b"a face")
    made: list[models.Model] = [
        StaffFactory(role=Role.DRIVER, email="colleague@example.com"),
        *make_shop(),
        make_asset("door.jpg"),
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
    made += _make_invoice()
    made += [key := make_key().app_key, make_sign_in(people[Role.ADMIN], key)]
    notice = Notice.objects.create(kind="doors", title="A door")
    made.append(Receipt.objects.create(notice=notice, user=people[Role.ADMIN]))
    made.append(make_message(people[Role.ADMIN]))
    records = {row._meta.label_lower.replace(".", "/"): row for row in made}
    return World(people=people, records=records, item=_waiting_item())


def _make_invoice() -> list[models.Model]:
    """A supplier's invoice whose line waits for a decision."""
    upload = matched(make_supplier("Supplier of invoices"), "Nothing that we know,1.00,2.00,3,")
    return [upload, upload.lines.get()]


def make_shop(mark: str = "DOOR") -> list[models.Model]:
    """One of each mirrored record, belonging together."""
    category, brand = make_category(f"Category {mark}"), make_brand(f"Brand {mark}")
    picture = make_picture(f"/files/{mark}.jpg")
    Rendition.objects.create(
        asset=picture.asset, name=f"{mark}-160.webp", kind="webp", side=160, width=160, height=107, size=900
    )
    product = make_product(
        f"{mark}-1",
        category=category,
        brand=brand,
        brand_name=brand.name,
        image_path=picture.path,
        barcodes=(f"501{mark}",),
    )
    price_list = make_price_list(f"List {mark}")
    bought = [category, brand, product, price_list, make_price(product, price_list)]
    return [*bought, *_make_buyer(mark), *_make_stock(product, mark=mark), _make_rule(product, mark=mark)]


def _make_buyer(mark: str) -> list[models.Model]:
    group, territory = make_group(f"Group {mark}"), make_territory(f"Territory {mark}")
    program = make_program(f"Club {mark}", tiers=(f"Gold {mark}",))
    customer = make_customer(
        f"CUST-{mark}",
        group=group,
        territory_name=territory.erp_name,
        loyalty_program_name=program.erp_name,
        loyalty_tier=f"Gold {mark}",
    )
    order = make_order(f"SINV-{mark}", customer=customer, lines=2)
    entry = make_entry(customer, program, invoice_name=order.erp_name, tier=f"Gold {mark}")
    theirs = [make_contact(customer), make_address(customer)]
    return [group, territory, program, customer, order, entry, *theirs]


def _make_stock(product: Product, *, mark: str) -> list[models.Model]:
    supplier, warehouse = make_supplier(f"Supplier {mark}"), make_warehouse(f"Stores {mark}")
    make_part(product, f"PART-{mark}", supplier_name=supplier.erp_name)
    make_contact(supplier.erp_name)
    receipt = make_receipt(f"PRE-{mark}", supplier=supplier)
    make_receipt_line(receipt, product=product, item_code=product.item_code)
    batch = make_batch(f"BATCH-{mark}", product=product, item_code=product.item_code)
    make_delivery(receipt, (batch, "5"), warehouse=warehouse.erp_name)
    recount([batch.pk])
    going = ExpiringBatch.objects.create(batch=batch, quantity=1, value=1, last_day="2026-12-24")
    held = [supplier, warehouse, receipt, batch, going, make_level(product, warehouse, actual="5")]
    return [*held, *_make_confirmed_invoice(supplier)]


def _make_confirmed_invoice(supplier: Supplier) -> list[models.Model]:
    """A confirmed invoice, with what it made and taught."""
    upload = confirmed(supplier, row("Milk", part="MLK6"))
    return [upload, upload.batches.get(), LearnedMatch.objects.filter(supplier=supplier)[0]]


def _make_rule(product: Product, *, mark: str) -> models.Model:
    return make_pricing_rule(
        f"PRLE-{mark}",
        items=(product.item_code,),
        categories=(f"Category {mark}",),
        brands=(f"Brand {mark}",),
    )


def _waiting_item() -> Item:
    register(WAITING)
    return approvals.ask(proposal(kind=KIND), actor=COMMAND)
