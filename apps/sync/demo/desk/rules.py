"""What Pricing Rules do to a document: other rates, lines that cost nothing, something off the whole."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from apps.sync.demo.desk import filling, lines, matching, refusals, sheets
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.figures import ZERO, exact, told
from apps.sync.demo.desk.lines import Side
from apps.sync.demo.desk.matching import Met
from apps.sync.demo.desk.work import Work
from apps.sync.demo.store import Row


def act_on_lines(work: Work, document: Document, side: Side) -> None:
    """Have the rules act on each line, before its figures are worked out. Raises RefusalError."""
    document.tables["pricing_rules"] = []
    for line in list(document.tables["items"]):
        if line["is_free_item"] or not line["item_code"]:
            continue
        met = None
        if not document["ignore_pricing_rule"]:
            met = matching.rule_for(work, document, line, side)
        if met is not None:
            _trace(work, document, line, met)
            _act(work, document, line, met, side)
        elif line["pricing_rules"]:
            _undo(line)


def act_on_whole(work: Work, document: Document, side: Side) -> None:
    """Have rules act on the document as a whole, once its total is known. Raises RefusalError.

    The first that takes something off counts. One that needs a coupon takes nothing off: it even resets.
    """
    for rule in matching.rules_for_whole(work, document, side):
        if rule["price_or_product_discount"] == "Product":
            _give(work, document, Met(rule), {"qty": document["total_qty"]}, side)
            sheets.add_up(work, document)
            continue
        document["apply_discount_on"] = rule["apply_discount_on"] or document["apply_discount_on"]
        off = {
            "additional_discount_percentage": rule["discount_percentage"],
            "discount_amount": rule["discount_amount"],
        }
        for field, value in off.items():
            if value:
                document[field] = 0.0 if rule["coupon_code_based"] else value
        sheets.add_up(work, document)
        if any(off.values()) and not rule["coupon_code_based"]:
            return


# --- on a line ---------------------------------------------------------------------------------------------
def _trace(work: Work, document: Document, line: Row, met: Met) -> None:
    line["pricing_rules"] = json.dumps([met.name], indent=1)
    row = {"pricing_rule": met.name, "item_code": line["item_code"], "child_docname": line["name"]}
    filling.add_row(work, document, "pricing_rules", **row, rule_applied=1)


def _act(work: Work, document: Document, line: Row, met: Met, side: Side) -> None:
    rule = met.rule
    if rule["coupon_code_based"] or rule["validate_applied_rule"]:
        return  # it is noted, and changes nothing
    if rule["price_or_product_discount"] == "Product":
        _give(work, document, met, line, side)
        return
    has_margin = bool(rule["margin_rate_or_amount"])
    line["margin_type"] = rule["margin_type"] if has_margin else None
    line["margin_rate_or_amount"] = rule["margin_rate_or_amount"] if has_margin else 0.0
    _reprice(document, line, met)


def _reprice(document: Document, line: Row, met: Met) -> None:
    """Whatever rate was sent, the list price less what the rule takes off (WRITING.md 6)."""
    rule, listed = met.rule, exact(line["price_list_rate"])
    off = percent = ZERO
    match rule["rate_or_discount"]:
        case "Rate" if rule["rate"] and rule["currency"] == document["currency"]:
            factor = Decimal(1) if met.unit == line["uom"] else exact(line["conversion_factor"])
            listed = exact(rule["rate"]) * factor
        case "Discount Percentage":
            percent = exact(rule["discount_percentage"])
            off = listed * percent / 100
        case "Discount Amount":
            off = exact(rule["discount_amount"])
    line |= {"discount_percentage": told(percent), "discount_amount": told(off)}
    line["price_list_rate"] = told(listed)
    if listed:
        line["rate"] = told(listed - off)


def _undo(line: Row) -> None:
    """A line that a rule has left has its list price again."""
    line |= {"pricing_rules": "", "discount_percentage": 0.0, "discount_amount": 0.0}
    line |= {"margin_type": "", "margin_rate_or_amount": 0.0, "rate": line["price_list_rate"]}


# --- given away --------------------------------------------------------------------------------------------
def _give(work: Work, document: Document, met: Met, bought: Mapping[str, Any], side: Side) -> None:
    """A line of what the rule gives, or the one that is there already with so much on it as it now gives."""
    rule = met.rule
    item = bought["item_code"] if rule["same_item"] and bought.get("item_code") else rule["free_item"]
    if not item:
        raise refusals.by_erpnext(f"Free item not set in the pricing rule {met.name}")
    quantity = _given_for(rule, exact(bought["qty"]))
    if not quantity:
        return
    row = next((one for one in document.tables["items"] if _is_gift(one, item, met.name)), None)
    if row is None:
        rate = rule["free_item_rate"]
        gift = {"item_code": item, "is_free_item": 1, "rate": rate, "price_list_rate": rate}
        row = filling.add_row(work, document, "items", **gift, uom=rule["free_item_uom"])
    row |= {"qty": told(quantity), "pricing_rules": met.name}
    lines.fill_one(work, document, row, side)


def _is_gift(line: Row, item: str, rule: str) -> bool:
    return bool(line["is_free_item"]) and (line["item_code"], line["pricing_rules"]) == (item, rule)


def _given_for(rule: Row, bought: Decimal) -> Decimal:
    """How much is given; without ``round_free_qty`` half a loaf for half of what it takes (API.md 11)."""
    free = exact(rule["free_qty"]) or Decimal(1)
    counted = bought - exact(rule["apply_recursion_over"])
    if not rule["is_recursive"] or counted <= 0:
        return free
    times = counted / (exact(rule["recurse_for"]) or 1)
    return free * (times // 1 if rule["round_free_qty"] else times)
