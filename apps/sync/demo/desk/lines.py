"""What a line of a document takes from its item, its price list and its warehouse, and what it may not be."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from apps.sync.demo.desk import listed, refusals, shortages
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.figures import FLOAT, exact, rounded, told
from apps.sync.demo.desk.sheets import note
from apps.sync.demo.desk.work import Work
from apps.sync.demo.store import Row

# What the one company of this site books to, unless an item says otherwise.
ACCOUNTS: Final = {
    "income_account": "Sales - CG",
    "expense_account": "Cost of Goods Sold - CG",
    "cost_center": "Main - CG",
}
FOLLOWED: Final = ("item_group", "brand", "stock_uom")  # whatever is sent of them
COPIED: Final = ("item_name", "description", "weight_uom")


@dataclass(frozen=True)
class Side:
    """Whether goods come or go: the columns that differ."""

    party: str
    price_list: str
    unit: str  # the item's usual one on this side


SELLING: Final = Side("customer", "selling_price_list", "sales_uom")
BUYING: Final = Side("supplier", "buying_price_list", "purchase_uom")


def fill(work: Work, document: Document, side: Side) -> None:
    """Fill in each line what was not sent of it. Raises RefusalError."""
    for line in document.tables["items"]:
        fill_one(work, document, line, side)


def fill_one(work: Work, document: Document, line: Row, side: Side) -> None:
    """Fill in what was not sent of a line. Raises RefusalError."""
    item = work.row("Item", line["item_code"])
    if item is None:
        _fill_bare(line)
        return
    _check_item(item)
    _describe(work, document, line, item)
    _measure(work, line, item, side)
    note(line, actual_qty=in_stock(work, line["item_code"], line["warehouse"]).get("actual_qty", 0.0))
    if not document.is_given(line, "price_list_rate"):
        line["price_list_rate"] = told(listed.rate(work, wanted(document, line, side)) or Decimal())


def wanted(document: Document, line: Row, side: Side) -> listed.Wanted:
    """What a line asks its price list for."""
    return listed.Wanted(
        item=line["item_code"],
        price_list=document[side.price_list] or "",
        unit=line["uom"],
        stock_unit=line["stock_uom"],
        factor=exact(line["conversion_factor"]),
        on=str(document["posting_date"] or document["transaction_date"]),
        batch=line.get("batch_no") or "",
        party=(side.party, document[side.party] or ""),
    )


def in_stock(work: Work, item: Any, warehouse: Any) -> Row:
    """The bin of an item in a warehouse; one that has never moved has none."""
    bins = work.having("Bin", "item_code", item)
    return next((one for one in bins if one["warehouse"] == warehouse), {})


def factor_of(work: Work, item: str, unit: str) -> Decimal:
    """How many stock units a unit of an item holds; one that the item has not is taken for one."""
    units = work.store.rows_of("Item", item, "UOM Conversion Detail", "uoms")
    return next((exact(row["conversion_factor"]) for row in units if row["uom"] == unit), Decimal(1))


def check(work: Work, document: Document) -> None:
    """That nothing is ordered in no or in broken numbers. Raises RefusalError."""
    for line in document.tables["items"]:
        if not line["qty"] and not document["is_return"]:
            raise refusals.by_erpnext(
                f"Row #{line['idx']}: Quantity for Item <strong>{line['item_code']}</strong> cannot be zero.",
                "InvalidQtyError",
                module="erpnext.controllers.accounts_controller",
                title="Invalid Quantity",
            )
        for unit, quantity in (("stock_uom", "stock_qty"), ("uom", "qty")):
            _check_whole(work, line, line[unit], line[quantity])


def check_expiry(work: Work, document: Document) -> None:
    """That no batch is moved after its day. Raises RefusalError."""
    for line in document.tables["items"]:
        batch = work.row("Batch", line.get("batch_no"))
        if batch and line["qty"] > 0 and (batch["expiry_date"] or "9999") < document["posting_date"]:
            raise shortages.expired(line["idx"], batch["name"])


def _check_whole(work: Work, line: Row, unit: Any, quantity: float) -> None:
    uom = work.row("UOM", unit)
    if uom and uom["must_be_whole_number"] and rounded(exact(quantity), FLOAT) % 1:
        raise refusals.by_erpnext(
            f"Row {line['idx']}: Quantity ({quantity}) cannot be a fraction. To allow this, "
            f"disable '<strong>Must be Whole Number</strong>' in UOM <strong>{unit}</strong>.",
            "UOMMustBeIntegerError",
            module="erpnext.utilities.transaction_base",
        )


def _fill_bare(line: Row) -> None:
    """A line of text: it has no item, only what was sent."""
    line["uom"] = line["stock_uom"] = line["uom"] or line["stock_uom"]
    line["conversion_factor"] = line["conversion_factor"] or 1.0
    line["stock_qty"] = told(exact(line["qty"]) * exact(line["conversion_factor"]))
    _book(line, {})


def _check_item(item: Row) -> None:
    if item["disabled"]:
        raise refusals.by_erpnext(f"Item {item['name']} is disabled")
    if item["has_variants"]:
        raise refusals.by_erpnext(f"Item {item['name']} is a template, please select one of its variants")


def _describe(work: Work, document: Document, line: Row, item: Row) -> None:
    line |= {column: item[column] for column in FOLLOWED}
    note(line, **{column: line[column] or item[column] for column in COPIED if column in line})
    barcodes = work.store.rows_of("Item", item["name"], "Item Barcode", "barcodes")
    first = next((row["barcode"] for row in barcodes), None)
    note(line, image=line.get("image") or item["image"] or "", barcode=line.get("barcode") or first)
    note(line, grant_commission=item["grant_commission"])
    defaults = next(work.store.rows_of("Item", item["name"], "Item Default", "item_defaults"), None) or {}
    usual = defaults.get("default_warehouse") or work.setting("Stock Settings", "default_warehouse")
    line["warehouse"] = document["set_warehouse"] or line["warehouse"] or usual
    if line.get("batch_no"):
        note(line, use_serial_batch_fields=1)
    _book(line, defaults)


def _book(line: Row, defaults: Row) -> None:
    for column, account in ACCOUNTS.items():
        note(line, **{column: line.get(column) or defaults.get(column) or account})
    note(line, item_tax_rate=line.get("item_tax_rate") or "{}", margin_type=line.get("margin_type") or "")


def _measure(work: Work, line: Row, item: Row, side: Side) -> None:
    """Units and weights; a unit that the item has not counts once unless the sender says how often."""
    line["uom"] = line["uom"] or item[side.unit] or item["stock_uom"]
    if line["uom"] == item["stock_uom"]:
        line["conversion_factor"] = 1.0
    line["conversion_factor"] = line["conversion_factor"] or told(factor_of(work, item["name"], line["uom"]))
    line["stock_qty"] = told(exact(line["qty"]) * exact(line["conversion_factor"]))
    weight = exact(item["weight_per_unit"])
    note(line, weight_per_unit=told(weight), total_weight=told(weight * exact(line["stock_qty"])))
