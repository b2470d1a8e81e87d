"""What ERPNext is told of a confirmed invoice: its batches, a draft receipt of them, its prices.

Each only while the shop wants its kind told (``outgoing.is_wanted``); the payloads say the mirrored records
as they are to be (docs/adr/0114).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from django.conf import settings

from apps.catalog.models import ProductDefault, ProductUnit
from apps.core import outgoing
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.money import money
from apps.core.outgoing import Telling, reference_for
from apps.inventory.models import InvoiceUpload, LocalBatch, LocalPrice, UploadLine, Warehouse
from apps.inventory.options import InvoiceOptions
from apps.inventory.services.invoices.making import ITEM_PRICE
from apps.inventory.states import DRAFT, SUBMITTED

BATCH: Final = "batch"
RECEIPT: Final = "purchase_receipt"
TOLD: Final = (BATCH, RECEIPT, ITEM_PRICE)
ONE: Final = Decimal(1)


def tell(
    upload: InvoiceUpload,
    lines: Sequence[UploadLine],
    batches: Sequence[LocalBatch],
    prices: Sequence[LocalPrice],
    *,
    actor: Actor,
) -> int:
    """Queue what of this is wanted, in the transaction of the confirmation. Says how many messages."""
    wanted = [kind for kind in TOLD if outgoing.is_wanted(kind)]
    tellings = tellings_of(upload, lines, batches, prices, kinds=wanted)
    outgoing.queue_several(tellings, actor=actor)
    return len(tellings)


def tellings_of(
    upload: InvoiceUpload,
    lines: Sequence[UploadLine],
    batches: Sequence[LocalBatch],
    prices: Iterable[LocalPrice] = (),
    *,
    kinds: Collection[str] = TOLD,
) -> list[Telling]:
    """What these kinds say of it; goods that a receipt in ERPNext says are on no second one."""
    subject = Subject.of(upload)
    tellings: list[Telling] = []
    if BATCH in kinds:
        tellings += _batches(upload, batches, subject)
    if RECEIPT in kinds:
        said = set(_said_by_receipts(batches))
        unsaid = [line for line in lines if line.pk not in said]
        tellings += _receipts(upload, unsaid, batches, subject)
    if ITEM_PRICE in kinds:
        tellings += [price_told(price, subject) for price in prices]
    return tellings


def _said_by_receipts(batches: Iterable[LocalBatch]) -> Iterable[int | None]:
    """The lines of which a receipt stands there already, as one that somebody typed before we came."""
    rows = LocalBatch.objects.filter(pk__in=[batch.pk for batch in batches], receipt__gone_at=None)
    return rows.filter(receipt__erp_docstatus__in=(DRAFT, SUBMITTED)).values_list("line_id", flat=True)


def _batches(upload: InvoiceUpload, batches: Iterable[LocalBatch], subject: Subject) -> Iterable[Telling]:
    """Of what ERPNext keeps in batches; it has no place for the others."""
    for batch in batches:
        product = batch.line.product if batch.line else None
        if product is not None and product.is_batched:
            payload = {
                "number": batch.number,
                "item_code": product.item_code,
                "supplier_erp_name": upload.supplier.erp_name,
            }
            if batch.expires_on:
                payload["expires_on"] = batch.expires_on.isoformat()
            reference = batch_reference(batch.number)
            yield Telling(kind=BATCH, subject=subject, reference=reference, payload=payload)


def batch_reference(number: str) -> str:
    """How the message is called that tells a batch."""
    return reference_for(BATCH, number)


def _receipts(
    upload: InvoiceUpload, lines: Sequence[UploadLine], batches: Iterable[LocalBatch], subject: Subject
) -> Iterable[Telling]:
    """One draft, or several where it would be more than ERPNext takes at once."""
    numbers = {batch.line_id: batch.number for batch in batches}
    wanted = [line for line in lines if line.product is not None]
    units, places = units_of(wanted), _places(wanted)
    rows = [receipt_row(line, numbers.get(line.pk, ""), units=units, places=places) for line in wanted]
    reference = receipt_reference(upload, wanted)
    for part, part_rows in outgoing.parts_of(RECEIPT, reference, rows) if rows else ():
        payload = {
            "company": _company(rows),
            "supplier_erp_name": upload.supplier.erp_name,
            "delivery_note": upload.number,
            "posted_on": upload.dated.isoformat(),
            "currency": settings.SHOP_CURRENCY,
            "lines": part_rows,
        }
        yield Telling(kind=RECEIPT, subject=subject, reference=part, payload=payload)


def _company(rows: Sequence[Mapping[str, Any]]) -> str:
    """The one that Larder serves; where any may be, whose warehouse it is."""
    names = {row["warehouse_name"] for row in rows}
    owners = Warehouse.objects.present().filter(erp_name__in=names).order_by("pk")
    return str(settings.ERPNEXT.company or owners.values_list("company", flat=True).first() or "")


def receipt_reference(upload: InvoiceUpload, lines: Sequence[UploadLine]) -> str:
    """The invoice's own; of a line that was parked and came later one of its own."""
    if lines and lines[0].is_taken_up:
        return reference_for(RECEIPT, upload.batch_stem, f"L{lines[0].position}")
    return reference_for(RECEIPT, upload.batch_stem)


def receipt_row(
    line: UploadLine,
    number: str,
    *,
    units: Mapping[tuple[int, Decimal], str],
    places: Mapping[int, str],
) -> dict[str, Any]:
    """A line in the unit it was invoiced in, where ERPNext knows one of that size.

    Its rates have pennies only, and the price of a case loses less by that than the price of a piece.
    """
    product = line.product
    assert product is not None  # noqa: S101 - lines without one are not received
    unit = product.stock_unit if line.pack_factor == ONE else units.get((product.pk, line.pack_factor), "")
    quantity, factor, rate = line.quantity, line.pack_factor, line.buy_price
    if not unit:
        unit, quantity, factor, rate = product.stock_unit, line.stock_quantity, ONE, line.unit_cost
    return {
        "item_code": product.item_code,
        "quantity": _plain(quantity),
        "unit": unit,
        "unit_factor": _plain(factor),
        "rate": _plain(money(rate)),
        "warehouse_name": places.get(product.pk, InvoiceOptions().receiving_warehouse or ""),
        "batch_number": number if product.is_batched else "",
    }


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def units_of(lines: Iterable[UploadLine]) -> dict[tuple[int, Decimal], str]:
    """Product and factor → the unit that holds as much; the first of several by its place."""
    rows = ProductUnit.objects.filter(product__in={line.product_id for line in lines}).order_by(
        "-position", "-id"
    )
    return {
        (product_id, factor): unit
        for product_id, factor, unit in rows.values_list("product", "factor", "unit")
    }


def _places(lines: Iterable[UploadLine]) -> dict[int, str]:
    """Product → where ERPNext keeps it by default."""
    rows = ProductDefault.objects.filter(product__in={line.product_id for line in lines})
    served = settings.ERPNEXT.company
    own = (rows.filter(company=served) if served else rows).exclude(warehouse_name="")
    return dict(own.order_by("-position", "-id").values_list("product", "warehouse_name"))


def price_told(price: LocalPrice, subject: Subject) -> Telling:
    """A price as ERPNext is to have it."""
    payload = {
        "item_code": price.product.item_code,
        "price_list_name": price.price_list_name,
        "rate": _plain(price.rate),
        "currency": price.currency,
        "unit": price.unit,
        "valid_from": price.valid_from.isoformat(),
        "supplier_erp_name": price.supplier.erp_name if price.supplier else "",
    }
    return Telling(kind=ITEM_PRICE, subject=subject, reference=price.reference, payload=payload)
