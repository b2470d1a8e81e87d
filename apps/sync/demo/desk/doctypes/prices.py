"""Prices and their lists: what a price is known by, what saving a list does, prices that trade makes."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, ClassVar, Final

from apps.sync.demo.collation import worded
from apps.sync.demo.desk import checking, refusals
from apps.sync.demo.desk.controllers import Controller
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.lifecycle import Life
from apps.sync.demo.desk.values import number
from apps.sync.demo.desk.work import Work
from apps.sync.demo.store import Row
from apps.sync.demo.users import Right

# No two prices of an item in a list may share all of these.
KNOWN_BY: Final = (
    "price_list", "uom", "valid_from", "valid_upto", "customer", "supplier", "batch_no", "packing_unit",
)  # fmt: skip
OF_LIST: Final = ("buying", "selling", "currency")
STOCK: Final = "Stock Settings"
PLACES: Final = Decimal("1e-9")  # of a decimal(21,9) column


class PriceList(Controller):
    named_by = "price_list_name"
    required = ("price_list_name", "currency")
    links: ClassVar = {"currency": "Currency"}
    defaults: ClassVar = {"enabled": 1}

    def before_insert(self, work: Work, document: Document) -> None:
        document["currency"] = document["currency"] or work.setting("Global Defaults", "default_currency")

    def validate(self, work: Work, document: Document) -> None:
        if not document["buying"] and not document["selling"]:
            raise refusals.by_erpnext("Price List must be applicable for Buying or Selling")

    def on_update(self, work: Work, document: Document) -> None:
        """All its prices get one stamp, which is the database's and of whole seconds (API.md, trap 5)."""
        now = work.store.now() + work.store.database_ahead
        at = now.replace(microsecond=0, tzinfo=None).isoformat(sep=" ")
        told = {field: document[field] for field in OF_LIST}
        for price in work.having("Item Price", "price_list", document.name):
            work.put("Item Price", price["name"], **told, modified=at)


class ItemPrice(Controller):
    """Negative rates, units that the item lacks and disabled items are all taken (WRITING.md 5)."""

    labels: ClassVar = {"price_list_rate": "Rate", "uom": "UOM"}
    required = ("item_code", "uom", "price_list", "price_list_rate")
    links: ClassVar = {
        "item_code": "Item",
        "uom": "UOM",
        "price_list": "Price List",
        "customer": "Customer",
        "supplier": "Supplier",
        "batch_no": "Batch",
    }

    def before_insert(self, work: Work, document: Document) -> None:
        """Its day and unit; a rate that was not sent is none, while a 0 is a price."""
        item = _item_of(work, document)
        document["uom"] = document["uom"] or item["stock_uom"]
        document["valid_from"] = document["valid_from"] or work.today.isoformat()
        if document.sent.get("price_list_rate") in (None, ""):
            document["price_list_rate"] = None

    def validate(self, work: Work, document: Document) -> None:
        item = _item_of(work, document)
        checking.dates(document)
        _copy_list(work, document)
        document.head |= {"item_name": item["item_name"], "item_description": item["description"]}
        document["brand"] = item["brand"]
        _check_twins(work, document)
        _name_party(document)
        if item["has_variants"]:
            shown = f"Item Price cannot be created for the template item <strong>{item['name']}</strong>"
            raise refusals.by_erpnext(shown)


def _item_of(work: Work, document: Document) -> Row:
    item = work.row("Item", document["item_code"])
    if item is None:
        raise refusals.by_erpnext(f"Item {document['item_code']} not found.")
    return item


def _copy_list(work: Work, document: Document) -> None:
    """Currency and direction are the list's, whatever was sent."""
    name = document["price_list"]
    listed = work.row("Price List", name)
    if not name or listed is None:
        return
    if not listed["enabled"]:
        link = f'<a href="/app/price-list/{name}">{name}</a>'
        raise refusals.by_erpnext(f"The price list {link} does not exist or is disabled")
    document.head |= {field: listed[field] for field in OF_LIST}


def _check_twins(work: Work, document: Document) -> None:
    known_by = [worded(document[field] or "") for field in KNOWN_BY]
    for price in work.having("Item Price", "item_code", document["item_code"]):
        is_other = price["name"] != document.name
        if is_other and [worded(price[field] or "") for field in KNOWN_BY] == known_by:
            raise refusals.by_erpnext(
                "Item Price appears multiple times based on Price List, Supplier/Customer, Currency, Item, "
                "Batch, UOM, Qty, and Dates.",
                "ItemPriceDuplicateItem",
                module="erpnext.stock.doctype.item_price.item_price",
            )


def _name_party(document: Document) -> None:
    """A price is for a customer or a supplier as its list sells or buys."""
    if document["selling"]:
        document["reference"] = document["customer"]
    if document["buying"]:
        document["reference"] = document["supplier"]
    if document["selling"] and not document["buying"]:
        document["supplier"] = None
    if document["buying"] and not document["selling"]:
        document["customer"] = None


# --- prices that trade makes -------------------------------------------------------------------------------
def insert_missing(work: Work, document: Document) -> None:
    """Make or change the prices of a document's lines from their rates, where the settings say so.

    To be called at each save, once the lines have found their own prices: what is made is for the next one.
    """
    listed = work.row("Price List", document["selling_price_list"] or document["buying_price_list"])
    if listed is None or not work.setting(STOCK, "auto_insert_price_list_rate_if_missing"):
        return
    if listed["currency"] != document["currency"] or not work.user.may(Right.WRITE, "Item Price"):
        return
    for row, asked in _asked(document):
        if row["item_code"] and number(asked.get("rate") or 0):
            _price(work, listed, row, asked)


def _asked(document: Document) -> Iterator[tuple[Row, Any]]:
    """Each line with what was sent of it; with itself where the lines were not sent."""
    rows, sent = document.tables.get("items", []), document.sent.get("items")
    return zip(rows, sent if isinstance(sent, list) else rows, strict=False)


def _price(work: Work, listed: Row, row: Row, asked: Row) -> None:
    """Put a line's rate per stock unit into the list; a price that is there moves by another setting only."""
    there = _there(work, listed, row)
    if there is None:
        rate = _rate(work, row, asked) or _per_stock_unit(asked["rate"], row)
        given = {"price_list": listed["name"], "item_code": row["item_code"], "uom": row["stock_uom"]}
        Life(work).insert("Item Price", given | {"price_list_rate": rate}, as_system=True)
        work.say(f"Item Price added for {row['item_code']} in Price List {listed['name']}", alert=1)
    elif work.setting(STOCK, "update_existing_price_list_rate"):
        rate = _rate(work, row, asked)
        if rate and rate != there["price_list_rate"]:
            work.touch("Item Price", there["name"], price_list_rate=rate)
            work.say(f"Item Price updated for {row['item_code']} in Price List {listed['name']}", alert=1)


def _rate(work: Work, row: Row, asked: Row) -> float:
    """What the setting goes by: the line's rate, or its list rate before discounts."""
    by_list = work.setting(STOCK, "update_price_list_based_on") == "Price List Rate"
    return _per_stock_unit(asked.get("price_list_rate" if by_list else "rate"), row)


def _there(work: Work, listed: Row, row: Row) -> Row | None:
    """The price in the stock unit that frappe would find: the one changed last."""
    wanted = {"price_list": listed["name"], "currency": listed["currency"], "uom": row["stock_uom"]}
    found = [
        price
        for price in work.having("Item Price", "item_code", row["item_code"])
        if all(price[field] == value for field, value in wanted.items())
    ]
    return max(found, key=lambda price: worded(price["modified"]), default=None)


def _per_stock_unit(rate: Any, row: Row) -> float:
    factor = Decimal(repr(row["conversion_factor"] or 1))
    return float((Decimal(repr(number(rate or 0))) / factor).quantize(PLACES))
