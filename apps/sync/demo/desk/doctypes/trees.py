"""Groups, territories and warehouses, which form trees, and brands, which do not."""

from typing import ClassVar

from apps.sync.demo.desk import ledger
from apps.sync.demo.desk.controllers import Controller
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.work import Work
from apps.sync.demo.store import Row


class Tree(Controller):
    """A DocType whose documents have a parent of their own kind, and positions that follow from it."""

    doctype: ClassVar[str]
    parent: ClassVar[str]

    def on_update(self, work: Work, document: Document) -> None:
        if document.has_changed(self.parent):
            place(work, self.doctype, self.parent)

    def after_rename(self, work: Work, old: str, new: str, *, merges: bool) -> None:
        place(work, self.doctype, self.parent)


def place(work: Work, doctype: str, parent: str) -> None:
    """Number a whole tree anew; siblings move, and no stamp tells of it (API.md 7)."""
    below: dict[str, list[Row]] = {}
    for row in sorted(work.rows(doctype).values(), key=lambda row: (row["lft"] or 10**9, row["creation"])):
        below.setdefault(str(row[parent] or ""), []).append(row)
    _number(work, doctype, below, "", 1)


def _number(work: Work, doctype: str, below: dict[str, list[Row]], name: str, at: int) -> int:
    for row in below.get(name, []):
        end = _number(work, doctype, below, row["name"], at + 1)
        if (row["lft"], row["rgt"]) != (at, end):
            work.put(doctype, row["name"], lft=at, rgt=end)
        at = end + 1
    return at


class ItemGroup(Tree):
    doctype = "Item Group"
    parent = "parent_item_group"
    named_by = "item_group_name"
    required = ("item_group_name",)
    links: ClassVar = {"parent_item_group": "Item Group"}


class CustomerGroup(Tree):
    doctype = "Customer Group"
    parent = "parent_customer_group"
    named_by = "customer_group_name"
    required = ("customer_group_name",)
    links: ClassVar = {"parent_customer_group": "Customer Group", "default_price_list": "Price List"}


class SupplierGroup(Tree):
    doctype = "Supplier Group"
    parent = "parent_supplier_group"
    named_by = "supplier_group_name"
    required = ("supplier_group_name",)
    links: ClassVar = {"parent_supplier_group": "Supplier Group"}


class Territory(Tree):
    doctype = "Territory"
    parent = "parent_territory"
    named_by = "territory_name"
    required = ("territory_name",)
    links: ClassVar = {"parent_territory": "Territory"}


class Warehouse(Tree):
    """Its name ends in the abbreviation of its company."""

    doctype = "Warehouse"
    parent = "parent_warehouse"
    required = ("warehouse_name",)
    links: ClassVar = {"parent_warehouse": "Warehouse"}

    def autoname(self, work: Work, document: Document) -> str:
        return f"{document['warehouse_name']} - CG"

    def after_rename(self, work: Work, old: str, new: str, *, merges: bool) -> None:
        super().after_rename(work, old, new, merges=merges)
        if merges:
            for item in {row["item_code"] for row in work.having("Bin", "warehouse", new)}:
                ledger.join_bins(work, item)


class Brand(Controller):
    named_by = "brand"
    required = ("brand",)
