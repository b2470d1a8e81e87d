"""Suppliers' invoices, from a file to what it made; each by the verbs, so that a test states what matters."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import count
from typing import Any, Final

from apps.accounts.permissions import Role
from apps.catalog.models import Product
from apps.core.actors import SYSTEM, Actor
from apps.inventory import services
from apps.inventory.models import InvoiceUpload, Supplier, UploadLine
from apps.inventory.services import Choice
from apps.inventory.states import Decision
from tests.factories.accounts import StaffFactory
from tests.factories.catalog import make_product

numbers = count(1)
# Their ids are nobody's: who really signs in has a row of his own.
CLERK: Final = Actor(kind="staff", id="1000007", label="Grace Clerk")
ADMIN: Final = Actor(kind="staff", id="1000003", label="Ada Boss")
DATED: Final = date(2026, 2, 2)
HEADER: Final = "Item name,Buy price,Sell price,Qty,Supplier part number"
MILK: Final = "Org. Whole Milk 6x1L,7.20,1.80,10,MLK6"


def approver(role: Role = Role.ADMIN) -> Actor:
    """Somebody who is there, with the rights of his role: for verbs that ask for one themselves."""
    return Actor.of(StaffFactory(role=role))


def make_bought(item_code: str = "", **given: Any) -> Product:
    """A product that is bought in, kept in batches, and counted by the piece."""
    usual = {"is_bought": True, "is_batched": True, "stock_unit": "Nos", "is_stocked": True}
    return make_product(item_code, **usual | given)


def csv_of(*rows: str, header: str = HEADER) -> BytesIO:
    """A file of a supplier."""
    return BytesIO("\n".join((header, *rows)).encode())


def start(supplier: Supplier, *rows: str, header: str = HEADER, **given: Any) -> InvoiceUpload:
    """A draft of these rows; its columns are proposed, its rows not read yet."""
    usual: dict[str, Any] = {
        "supplier_id": supplier.pk,
        "number": f"INV-{next(numbers)}",
        "dated": DATED,
        "file_name": "invoice.csv",
        "actor": CLERK,
    }
    return services.start_upload(csv_of(*rows, header=header), **usual | given)


def matched(supplier: Supplier, *rows: str, **given: Any) -> InvoiceUpload:
    """An upload whose lines the matcher has seen."""
    upload = start(supplier, *(rows or (MILK,)), **given)
    services.set_columns(upload.pk, mapping=upload.mapping, actor=given.get("actor", CLERK))
    services.match_upload(upload.pk, actor=SYSTEM)
    return InvoiceUpload.objects.get(pk=upload.pk)


def decide(upload: InvoiceUpload, *decisions: Product | Decision, **given: Any) -> None:
    """Decide its lines in their order: a product is that product, in the pack that stands."""
    lines = upload.lines.order_by("position")
    choices: Mapping[int, Choice] = {
        line.pk: Choice(decision=Decision.PRODUCT, product_id=one.pk)
        if isinstance(one, Product)
        else Choice(decision=one)
        for line, one in zip(lines, decisions, strict=True)
    }
    said: dict[str, Any] = {"choices": choices, "actor": CLERK} | given
    services.decide_lines(upload.pk, **said)


def confirmed(
    supplier: Supplier,
    *rows: str,
    to: tuple[Product | Decision, ...] = (),
    is_final: bool = True,
    **given: Any,
) -> InvoiceUpload:
    """An upload that is in force, or waits for approval."""
    upload = matched(supplier, *rows, **given)
    decide(upload, *(to or (make_bought(),) * upload.line_count))
    at: datetime | None = given.get("at")
    return services.confirm_upload(upload.pk, actor=given.get("actor", ADMIN), is_final=is_final, at=at)


def row(name: str, *, buy: str = "1.00", sell: str = "2.00", quantity: str = "10", part: str = "") -> str:
    return f"{name},{buy},{sell},{quantity},{part}"


def line_of(upload: InvoiceUpload, position: int = 0) -> UploadLine:
    return upload.lines.get(position=position)


def d(number: str) -> Decimal:
    return Decimal(number)
