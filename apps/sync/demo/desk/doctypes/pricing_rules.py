"""Pricing rules as they are kept: what ERPNext refuses of one, and what it straightens without a word.

Percentages over 100, amounts above the price and duplicate titles are taken (API.md 11): who writes a rule
has to refuse those himself.
"""

import re
from typing import ClassVar, Final

from apps.sync.demo.desk import checking, refusals
from apps.sync.demo.desk.controllers import Controller
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.work import Work
from apps.sync.demo.envelopes import RefusalError

ROWS: Final = {"Item Code": "items", "Item Group": "item_groups", "Brand": "brands"}
FOR_SELLING: Final = ("Customer", "Customer Group", "Territory", "Sales Partner", "Campaign")
FOR_BUYING: Final = ("Supplier", "Supplier Group")
DISCOUNTS: Final = ("Rate", "Discount Percentage", "Discount Amount")
ASSIGNMENT: Final = re.compile(r"[\w\.:_]+\s*={1}\s*[\w\.@'\"]+")


class PricingRule(Controller):
    series = "PRLE-.####"
    required = ("title", "apply_on", "price_or_product_discount", "currency")
    defaults: ClassVar = {
        "naming_series": "PRLE-.####",
        "apply_on": "Item Code",
        "price_or_product_discount": "Price",
        "rate_or_discount": "Discount Percentage",
        "apply_discount_on": "Grand Total",
        "margin_type": "Percentage",
        "applicable_for": "",
        "apply_rule_on_other": "",
        "priority": "",
    }
    choices: ClassVar = {
        "apply_on": ("", *ROWS, "Transaction"),
        "price_or_product_discount": ("Price", "Product"),
        "rate_or_discount": ("", *DISCOUNTS),
        "apply_discount_on": ("Grand Total", "Net Total"),
        "applicable_for": ("", *FOR_SELLING, *FOR_BUYING),
        "apply_rule_on_other": ("", *ROWS),
        "margin_type": ("", "Percentage", "Amount"),
        "priority": ("", *(str(number) for number in range(1, 21))),
    }
    links: ClassVar = {
        "customer": "Customer",
        "customer_group": "Customer Group",
        "territory": "Territory",
        "supplier": "Supplier",
        "supplier_group": "Supplier Group",
        "warehouse": "Warehouse",
        "for_price_list": "Price List",
        "free_item": "Item",
        "free_item_uom": "UOM",
        "other_item_code": "Item",
        "other_item_group": "Item Group",
        "other_brand": "Brand",
    }

    def before_insert(self, work: Work, document: Document) -> None:
        """It begins today unless it says when, in the shop's company and currency."""
        document["valid_from"] = document["valid_from"] or work.today.isoformat()
        for field in ("company", "currency"):
            document[field] = document[field] or work.setting("Global Defaults", f"default_{field}")

    def validate(self, work: Work, document: Document) -> None:
        """In ERPNext's order: the first thing that is wrong is the one that is told."""
        self._check_complete(document)
        _check_twice(document)
        _check_direction(document)
        _check_bounds(document)
        _settle_recursion(document)
        _clean(document)
        _check_discount(work, document)
        _check_currency(work, document)
        _check_dates(document)
        _check_condition(document)
        if not document["margin_type"]:
            document["margin_rate_or_amount"] = 0.0

    def _check_complete(self, document: Document) -> None:
        if document["has_priority"] and not document["priority"]:
            raise _lacking("Priority is mandatory", title="Please Set Priority")
        document["has_priority"] = int(bool(document["priority"]))
        rows = ROWS.get(document["apply_on"])
        if rows and not document.tables.get(rows):
            raise _lacking(f"{document['apply_on']} is not added in the table")
        target = _field(document["applicable_for"])
        if target and not document[target]:
            raise _lacking(f"{self.label(target)} is required")
        if document["price_or_product_discount"] == "Price" and not document["rate_or_discount"]:
            raise _lacking("Rate or Discount is required for the price discount.")
        _check_other(document)
        _check_on_top(document)


def _lacking(shown: str, *, title: str = "Message") -> RefusalError:
    return refusals.by_erpnext(shown, "MandatoryError", title=title)


def _field(choice: object) -> str:
    """The field that goes with what was chosen: ``customer_group`` with "Customer Group"."""
    return str(choice or "").lower().replace(" ", "_")


def _check_other(document: Document) -> None:
    other = document["apply_rule_on_other"]
    if other and not document[f"other_{_field(other)}"]:
        raise refusals.by_erpnext(
            f"For the 'Apply Rule On Other' condition the field <strong>{other}</strong> is mandatory"
        )


def _check_on_top(document: Document) -> None:
    """A discount on a discounted rate has to come behind another: its priority is more than the lowest."""
    if not document["apply_discount_on_rate"]:
        return
    what = "As the field <strong>Apply Discount on Discounted Rate</strong> is enabled, "
    if not document["priority"]:
        raise refusals.by_erpnext(f"{what}the field <strong>Priority</strong> is mandatory.")
    if document["priority"] == "1":
        raise refusals.by_erpnext(
            f"{what}the value of the field <strong>Priority</strong> should be more than 1."
        )


def _check_twice(document: Document) -> None:
    rows, field = ROWS.get(document["apply_on"], ""), _field(document["apply_on"])
    named = [row[field] for row in document.tables.get(rows, []) if row[field]]
    if len(named) != len(set(named)):
        raise refusals.by_erpnext(f"Duplicate {document['apply_on']} found in the table")


def _check_direction(document: Document) -> None:
    if not document["selling"] and not document["buying"]:
        raise refusals.by_erpnext("Atleast one of the Selling or Buying must be selected")
    target = document["applicable_for"]
    for way, targets in (("Selling", FOR_SELLING), ("Buying", FOR_BUYING)):
        if target in targets and not document[_field(way)]:
            raise refusals.by_erpnext(f"{way} must be checked, if Applicable For is selected as {target}")


def _check_bounds(document: Document) -> None:
    for what in ("Amt", "Qty"):
        low, high = document[f"min_{what.lower()}"], document[f"max_{what.lower()}"]
        if low and high and low > high:
            raise refusals.by_erpnext(f"Min {what} can not be greater than Max {what}")


def _settle_recursion(document: Document) -> None:
    if document["price_or_product_discount"] != "Product":
        return
    if (document["free_item"] or document["same_item"]) and document["recurse_for"] <= 0:
        document["recurse_for"] = 1.0
    if document["is_recursive"] and document["apply_recursion_over"] > document["min_qty"]:
        raise refusals.by_erpnext("Min Qty should be greater than Recurse Over Qty")
    if document["is_recursive"] and document["apply_recursion_over"] < 0:
        raise refusals.by_erpnext("Recurse Over Qty cannot be less than 0")


def _clean(document: Document) -> None:
    """What belongs to another choice than the one made goes, without a word."""
    for choice, rows in ROWS.items():
        if choice != document["apply_on"]:
            document.tables[rows] = []
    for target in (*FOR_SELLING, *FOR_BUYING):
        if target != document["applicable_for"]:
            document[_field(target)] = None
    for discount in DISCOUNTS:
        if discount != document["rate_or_discount"]:
            document[_field(discount)] = 0.0
    if document["mixed_conditions"]:
        document["same_item"] = 0


def _check_discount(work: Work, document: Document) -> None:
    if document["rate"] < 0:
        raise refusals.by_erpnext("Rate can not be negative")
    if document["price_or_product_discount"] == "Product" and not document["free_item"]:
        if document["mixed_conditions"]:
            raise refusals.by_erpnext("Free item code is not selected")
        document["same_item"] = 1
    for row in document.tables.get("items", []):
        item = work.row("Item", row["item_code"])
        most = item["max_discount"] if item else 0.0
        if most and document["discount_percentage"] > most:
            raise refusals.by_erpnext(f"Max discount allowed for item: {row['item_code']} is {most}%")


def _check_currency(work: Work, document: Document) -> None:
    listed = work.row("Price List", document["for_price_list"])
    if listed is not None and document["currency"] != listed["currency"]:
        raise refusals.by_erpnext(f"Currency should be same as Price List Currency: {listed['currency']}")


def _check_dates(document: Document) -> None:
    if document["is_cumulative"] and not (document["valid_from"] and document["valid_upto"]):
        raise refusals.by_erpnext("Valid from and valid upto fields are mandatory for the cumulative")
    checking.dates(document)


def _check_condition(document: Document) -> None:
    if ASSIGNMENT.match(document["condition"] or ""):
        raise refusals.by_erpnext("Invalid condition expression")
    if document["mixed_conditions"] and document["is_recursive"]:
        raise refusals.by_erpnext("Recursive Discounts with Mixed condition is not supported by the system")


class OnItem(Controller):
    labels: ClassVar = {"uom": "UOM"}
    links: ClassVar = {"item_code": "Item", "uom": "UOM"}


class OnItemGroup(Controller):
    labels: ClassVar = {"uom": "UOM"}
    links: ClassVar = {"item_group": "Item Group", "uom": "UOM"}


class OnBrand(Controller):
    labels: ClassVar = {"uom": "UOM"}
    links: ClassVar = {"brand": "Brand", "uom": "UOM"}


class Applied(Controller):
    """The row of an invoice, draft or not, that names a rule and so keeps it from being deleted."""

    links: ClassVar = {"pricing_rule": "Pricing Rule", "item_code": "Item"}
