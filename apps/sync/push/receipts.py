"""Purchase receipts: what a supplier delivered, as a draft that a person submits in ERPNext.

ERPNext takes any unit at any factor, empties a batch of another item without a word, puts today for a day
that is not meant to be set, and reads a rate of nothing as "what the list says" (WRITING.md 1 and 4).
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from apps.core.errors import FieldError
from apps.sync.entities.batches import BATCHES, LINES
from apps.sync.push import rules
from apps.sync.push.declarations import Awaited, Content, Kind, Premise, Table
from apps.sync.push.shop import Item, Known, Shop

MOST_LINES: Final = 200  # forty take four seconds, and ERPNext ends a request after two minutes (adr/0116)
PENCE, THOUSANDTHS = 2, 3  # places that ERPNext keeps of a price and of a quantity


# --- the head ----------------------------------------------------------------------------------------------
def _complaints(receipt: Content, shop: Shop) -> Iterator[FieldError]:
    if shop.company and receipt["company"] != shop.company:
        yield FieldError("company", "another-company", f"is not the one that Larder serves, {shop.company}")
    if receipt["currency"] != shop.currency:
        said = f"is not the shop's, {shop.currency}: ERPNext would need an exchange rate"
        yield FieldError("currency", "another-currency", said)
    if receipt["posted_on"] > shop.today_in_erpnext:
        said = f"is {receipt['posted_on']}, and in ERPNext it is {shop.today_in_erpnext}: it is to come"
        yield FieldError("posted_on", "to-come", said)
    yield from _of_supplier(receipt["supplier_erp_name"], shop)
    if len(receipt["lines"]) > MOST_LINES:
        said = f"are {len(receipt['lines'])}; one receipt has {MOST_LINES} at most"
        yield FieldError("lines", "too-many", said)
    else:
        yield from _lines(receipt, shop)


def _of_supplier(name: str, shop: Shop) -> Iterator[FieldError]:
    is_active = shop.is_supplier_active(name)
    if is_active is None:
        yield rules.unknown("supplier_erp_name", Known.SUPPLIER, name)
    elif not is_active:
        yield FieldError("supplier_erp_name", "inactive", f"“{name}” is switched off in ERPNext")


# --- its lines ---------------------------------------------------------------------------------------------
def _lines(receipt: Content, shop: Shop) -> Iterator[FieldError]:
    lines = receipt["lines"]
    items = shop.items(line["item_code"] for line in lines)
    names = dict.fromkeys(line["warehouse_name"] for line in lines)
    unfit = {name: said for name in names if (said := _why_unfit(name, shop))}
    for number, line in enumerate(lines, start=1):
        at = f"lines[{number}]."
        item = items.get(line["item_code"])
        yield from rules.of_found_item(item, line["item_code"], unit=line["unit"], at=at)
        if item:
            yield from _of_unit(line, item, at=at)
            yield from _of_batch(line, item, at=at)
        yield from _of_figures(line, at=at)
        if line["warehouse_name"] in unfit:
            yield FieldError(f"{at}warehouse_name", "no-place", unfit[line["warehouse_name"]])


def _why_unfit(name: str, shop: Shop) -> str:
    """Why nothing can be received there; empty when it can."""
    place = shop.warehouse(name)
    if place is None:
        return f"“{name}” is no warehouse that ERPNext has"
    if place.is_group:
        return f"“{name}” is a group of warehouses: say which of them"
    if not place.is_active:
        return f"“{name}” is switched off in ERPNext"
    if shop.company and place.company != shop.company:
        return f"“{name}” is of another company, {place.company}"
    return ""


def _of_unit(line: Content, item: Item, *, at: str) -> Iterator[FieldError]:
    if not line["unit"]:
        yield FieldError(f"{at}unit", "missing", "has to be said")
        return
    factor = item.units.get(line["unit"])
    if factor is not None and line["unit_factor"] != factor:
        said = f"is {_plain(line['unit_factor'])}; a {line['unit']} of “{item.code}” holds {_plain(factor)}"
        yield FieldError(f"{at}unit_factor", "wrong-factor", said)


def _of_batch(line: Content, item: Item, *, at: str) -> Iterator[FieldError]:
    """Without one ERPNext would make its own when the receipt is submitted, and ours would never fill."""
    if item.is_batched and not line["batch_number"]:
        yield FieldError(f"{at}batch_number", "missing", f"has to be said: “{item.code}” is kept in batches")
    elif line["batch_number"] and not item.is_batched:
        said = f"is said, and “{item.code}” is not kept in batches in ERPNext"
        yield FieldError(f"{at}batch_number", "not-batched", said)


def _of_figures(line: Content, *, at: str) -> Iterator[FieldError]:
    if line["quantity"] <= 0:
        said = f"is {_plain(line['quantity'])}; it has to be above nothing"
        yield FieldError(f"{at}quantity", "not-above-nothing", said)
    if line["rate"] < 0:
        yield FieldError(f"{at}rate", "below-nothing", f"is {_plain(line['rate'])}, below nothing")
    yield from rules.places(f"{at}quantity", line["quantity"], most=THOUSANDTHS)
    yield from rules.places(f"{at}rate", line["rate"], most=PENCE)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _meant(line: Content) -> Mapping[str, Any]:
    """A batch is meant as such; and nothing is a price, not the lack of one (WRITING.md, trap 3)."""
    told: dict[str, Any] = {"use_serial_batch_fields": 1} if line["batch_number"] else {}
    return told if line["rate"] else told | {"price_list_rate": 0, "allow_zero_valuation_rate": 1}


PURCHASE_RECEIPT = Kind(
    key="purchase_receipt",
    title="Purchase receipt",
    entity=BATCHES,
    doctype="Purchase Receipt",
    needed=("company", "supplier_erp_name", "delivery_note", "posted_on", "currency", "lines"),
    usual={},
    fixed={"is_return": False},
    adds={"set_posting_time": 1, "ignore_pricing_rule": 1},
    tables={
        "lines": Table(
            "items",
            LINES,
            says=("item_code", "quantity", "unit", "unit_factor", "rate", "warehouse_name", "batch_number"),
            adds=_meant,
        )
    },
    premises=(Premise("Batch", "batch_number", {"item": "item_code"}, table="lines"),),
    awaits=(Awaited("batch", "lines", "batch_number"),),
    is_handed_over=True,
    most_rows=MOST_LINES,
    rule=_complaints,
)
