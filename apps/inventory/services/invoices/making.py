"""What a confirmed invoice makes: batches and prices of ours, and what is learned of its supplier.

All by the set: the number of statements does not grow with the number of lines.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

from django.conf import settings

from apps.catalog.models import PriceList
from apps.catalog.options import ShopOptions as CatalogOptions
from apps.core.locks import in_turn
from apps.core.outgoing import reference_for
from apps.inventory.models import InvoiceUpload, LocalBatch, LocalPrice, UploadLine
from apps.inventory.options import InvoiceOptions
from apps.inventory.services.invoices.writing import write_columns
from apps.inventory.states import Decision, LocalState, PriceKind

AT_ONCE: Final = 1000
ITEM_PRICE: Final = "item_price"
IN_TURN: Final = "inventory.localprice"  # two invoices may set the price of one product


def make_batches(
    upload: InvoiceUpload, lines: Sequence[UploadLine], *, state: LocalState
) -> list[LocalBatch]:
    """One batch a line with a product, in stock units; what was made of these lines before is brought up to
    date under its number, and void where its line is none any more."""
    standing = {batch.line_id: batch for batch in upload.batches.standing().filter(line__in=lines)}
    wanted = [_batch(upload, line, standing.pop(line.pk, None), state) for line in lines if line.product_id]
    kept = [batch for batch in wanted if batch.pk]
    write_columns(kept, "product", "quantity", "unit_cost", "expires_on", "received_on", "state")
    LocalBatch.objects.bulk_create([batch for batch in wanted if not batch.pk], batch_size=AT_ONCE)
    upload.batches.filter(pk__in=[batch.pk for batch in standing.values()]).update(state=LocalState.VOID)
    return wanted


def _batch(
    upload: InvoiceUpload, line: UploadLine, batch: LocalBatch | None, state: LocalState
) -> LocalBatch:
    made = batch or LocalBatch(
        upload=upload,
        supplier=upload.supplier,
        line=line,
        number=f"{upload.batch_stem}-L{line.position}",
    )
    made.line, made.product_id = line, line.product_id  # type: ignore[assignment]  # lines without make none
    made.quantity, made.unit_cost = line.stock_quantity, line.unit_cost
    made.expires_on, made.received_on, made.state = line.expires_on, upload.dated, state
    return made


def make_prices(upload: InvoiceUpload, lines: Sequence[UploadLine], *, state: LocalState) -> list[LocalPrice]:
    """A buying and a selling price of each product, from the invoice's day; of two lines the last one's.

    What comes free of charge sets no price of its kind: it does not say what the product costs, or sells for.
    A list that ERPNext has not, or has in another currency, gets none (``price_list``).
    """
    in_turn(IN_TURN)
    upload.prices.filter(line__in=lines, state=LocalState.PENDING).delete()
    buying, selling = price_list(PriceKind.BUYING), price_list(PriceKind.SELLING)
    made: dict[tuple[int, PriceKind], LocalPrice] = {}
    for line in lines:
        if line.product is None:
            continue
        if buying and line.unit_cost:
            made[line.product.pk, PriceKind.BUYING] = _buying(upload, line, buying)
        if selling and line.sell_price:
            made[line.product.pk, PriceKind.SELLING] = _selling(upload, line, selling, line.sell_price)
    for price in made.values():
        price.state, price.reference = state, reference_of(price)
    _make_way(upload, made.values())
    return LocalPrice.objects.bulk_create(made.values(), batch_size=AT_ONCE)


def _make_way(upload: InvoiceUpload, prices: Iterable[LocalPrice]) -> None:
    """A line that came later (a parked one) may name a product that the invoice priced already."""
    references = [price.reference for price in prices]
    upload.prices.standing().filter(reference__in=references).update(state=LocalState.VOID, item_price=None)


def _buying(upload: InvoiceUpload, line: UploadLine, prices: PriceList) -> LocalPrice:
    kind = PriceKind.BUYING
    return LocalPrice(kind=kind, rate=line.unit_cost, supplier=upload.supplier, **_said(upload, line, prices))


def _selling(upload: InvoiceUpload, line: UploadLine, prices: PriceList, rate: Decimal) -> LocalPrice:
    return LocalPrice(kind=PriceKind.SELLING, rate=rate, **_said(upload, line, prices))


def _said(upload: InvoiceUpload, line: UploadLine, prices: PriceList) -> dict[str, Any]:
    assert line.product is not None  # noqa: S101 - lines without one make no price
    return {
        "upload": upload,
        "line": line,
        "product": line.product,
        "price_list_name": prices.erp_name,
        "currency": prices.currency,
        "unit": line.product.stock_unit,
        "valid_from": upload.dated,
    }


def reference_of(price: LocalPrice) -> str:
    """How a message to ERPNext would be called that tells it: by what ERPNext knows a price by."""
    supplier = price.supplier.erp_name if price.supplier else ""
    said = (price.product.item_code, price.price_list_name, price.unit, price.valid_from.isoformat())
    return reference_for(ITEM_PRICE, *said, "", supplier)


def named_anew(prices: Iterable[LocalPrice]) -> list[LocalPrice]:
    """Prices that are to be told again, by what their products are called by now: ERPNext may have renamed
    an item since, and knows none by its old code."""
    named = list(prices)
    for price in named:
        price.reference = reference_of(price)
    write_columns(named, "reference")
    return named


def said_by(price: LocalPrice) -> tuple[Any, ...]:
    """What two prices have in common that are one in ERPNext, whatever its item was called at the time."""
    return price.product_id, price.price_list_name, price.unit, price.valid_from, price.supplier_id


def price_list(kind: PriceKind) -> PriceList | None:
    """The list in which prices of invoices stand; None where ERPNext has none such in the shop's currency."""
    name = InvoiceOptions().buying_price_list if kind == PriceKind.BUYING else CatalogOptions().price_list
    found = PriceList.objects.present().named(name or "")
    if found is None or not found.is_active or found.currency != settings.SHOP_CURRENCY:
        return None
    fits = found.for_buying if kind == PriceKind.BUYING else found.for_selling
    return found if fits else None


def park(lines: Iterable[UploadLine]) -> int:
    """New items wait for a product of theirs."""
    new = [line.pk for line in lines if line.decision == Decision.NEW_ITEM]
    return UploadLine.objects.filter(pk__in=new).update(is_parked=True)


def void(upload: InvoiceUpload) -> None:
    """Nothing that the invoice made stands any longer; its numbers stay given out."""
    upload.batches.standing().update(state=LocalState.VOID, batch=None, joined_at=None, is_contested=False)
    upload.prices.standing().update(state=LocalState.VOID, item_price=None, joined_at=None)
    upload.lines.parked().update(is_parked=False)
