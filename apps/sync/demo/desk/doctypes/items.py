"""What the shop sells: items with their barcodes, units and copies of themselves on prices."""

from typing import ClassVar, Final

from apps.sync.demo.collation import collated
from apps.sync.demo.desk import filling, ledger, refusals
from apps.sync.demo.desk.controllers import Controller
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.lifecycle import Life
from apps.sync.demo.desk.work import Work
from apps.sync.demo.store import Row

# Which copies of an item its prices hold, and of what.
COPIES: Final = {"item_name": "item_name", "item_description": "description", "brand": "brand"}
LENGTHS: Final = {"EAN": (8, 13), "EAN-8": (8,), "EAN-13": (13,), "EAN-12": (12,), "UPC-A": (12,)}


class Item(Controller):
    named_by = "item_code"
    may_be_disabled = True
    required = ("item_code", "item_group", "stock_uom")
    labels: ClassVar = {"stock_uom": "Default Unit of Measure", "item_group": "Item Group"}
    links: ClassVar = {
        "item_group": "Item Group",
        "stock_uom": "UOM",
        "brand": "Brand",
        "variant_of": "Item",
        "sales_uom": "UOM",
        "purchase_uom": "UOM",
        "weight_uom": "UOM",
        "country_of_origin": "Country",
    }
    defaults: ClassVar = {
        "naming_series": "STO-ITEM-.YYYY.-",
        "is_stock_item": 1,
        "is_sales_item": 1,
        "is_purchase_item": 1,
        "end_of_life": "2099-12-31",
        "default_material_request_type": "Purchase",
        "variant_based_on": "Item Attribute",
        "grant_commission": 1,
        "include_item_in_manufacturing": 1,
        "valuation_method": "",
    }

    def before_insert(self, work: Work, document: Document) -> None:
        document["stock_uom"] = document["stock_uom"] or work.setting("Stock Settings", "stock_uom")

    def validate(self, work: Work, document: Document) -> None:
        document["item_name"] = document["item_name"] or document["item_code"]
        document["description"] = document["description"] or document["item_name"]
        _count_in_stock_unit(work, document)
        for row in document.tables.get("barcodes", []):
            _check_barcode(work, document, row)

    def after_insert(self, work: Work, document: Document) -> None:
        """A standard rate becomes its first price, and nothing else ever (FIELDS.md)."""
        if not document["standard_rate"]:
            return
        own = [row["default_price_list"] for row in document.tables.get("item_defaults", [])] or [None]
        for listed in own:
            price_list = listed or work.setting("Selling Settings", "selling_price_list")
            given = {"item_code": document.name, "uom": document["stock_uom"], "price_list": price_list}
            Life(work).insert(
                "Item Price", given | {"price_list_rate": document["standard_rate"]}, as_system=True
            )

    def on_update(self, work: Work, document: Document) -> None:
        """Its prices hold copies of its name, description and brand; their stamps stay (API.md 7)."""
        if document.is_new:
            return
        for price in work.having("Item Price", "item_code", document.name):
            work.put("Item Price", price["name"], **{copy: document[of] for copy, of in COPIES.items()})

    def on_trash(self, work: Work, document: Document) -> None:
        """Prices and bins go with their item, by SQL: no Deleted Document tells of them (API.md 8)."""
        for doctype in ("Item Price", "Bin"):
            for row in work.having(doctype, "item_code", document.name):
                work.take(doctype, row["name"])

    def after_rename(self, work: Work, old: str, new: str, *, merges: bool) -> None:
        """The name follows only where it was the code; the positions on old papers keep theirs."""
        if merges:
            ledger.join_bins(work, new)
        row = work.row("Item", new)
        if row is not None and not merges and row["item_name"] == old:
            work.put("Item", new, item_name=new)


def _count_in_stock_unit(work: Work, document: Document) -> None:
    """The stock unit is always among the units, with the factor 1."""
    units = document.tables.get("uoms", [])
    if document["stock_uom"] and document["stock_uom"] not in {row["uom"] for row in units}:
        filling.add_row(work, document, "uoms", uom=document["stock_uom"], conversion_factor=1.0)


def _check_barcode(work: Work, document: Document, row: Row) -> None:
    code = str(row["barcode"] or "")
    lengths = LENGTHS.get(str(row["barcode_type"] or ""))
    if lengths and not (code.isdecimal() and len(code) in lengths and _checks(code)):
        raise refusals.by_erpnext(
            f"Barcode {code} is not a valid {row['barcode_type']} code",
            "InvalidBarcode",
            module="erpnext.stock.doctype.item.item",
        )
    for other in work.having("Item Barcode", "barcode", code):
        if collated(other["parent"]) != collated(document.name):
            raise refusals.by_erpnext(
                f"Barcode {code} already used in Item {other['parent']}", "DuplicateBarcode"
            )


def _checks(code: str) -> bool:
    """Whether the last digit is the check digit of EAN and UPC: weights 3 and 1 from the right."""
    digits = [int(sign) for sign in reversed(code)]
    return (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0


class Barcode(Controller):
    named_by = "barcode"
    required = ("barcode",)
    links: ClassVar = {"uom": "UOM"}


class UnitConversion(Controller):
    labels: ClassVar = {"uom": "UOM"}
    links: ClassVar = {"uom": "UOM"}


class ItemSupplier(Controller):
    required = ("supplier",)
    links: ClassVar = {"supplier": "Supplier"}


class ItemDefault(Controller):
    links: ClassVar = {
        "default_warehouse": "Warehouse",
        "default_price_list": "Price List",
        "default_supplier": "Supplier",
    }


class Reorder(Controller):
    links: ClassVar = {"warehouse": "Warehouse"}
