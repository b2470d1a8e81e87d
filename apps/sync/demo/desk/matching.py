"""Which Pricing Rule a line meets, and which ones a whole document does (API.md 11).

A rule with a ``condition`` is never met here, for conditions are Python, which the demo does not run; nor is
one that acts on other goods than those it counts. Several rules are never added up on one line
(``apply_multiple_pricing_rules`` has only been seen not to help), and what was sold before does not count.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from apps.sync.demo.collation import collated
from apps.sync.demo.desk import refusals
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.figures import ZERO, exact
from apps.sync.demo.desk.lines import Side, factor_of
from apps.sync.demo.desk.work import Work
from apps.sync.demo.envelopes import RefusalError
from apps.sync.demo.store import Row

RULE: Final = "Pricing Rule"
# Where rules name what they are about, in the order in which ERPNext asks.
ABOUT: Final = {
    "item_code": "Pricing Rule Item Code",
    "item_group": "Pricing Rule Item Group",
    "brand": "Pricing Rule Brand",
}
TREES: Final = {
    "item_group": ("Item Group", "parent_item_group"),
    "warehouse": ("Warehouse", "parent_warehouse"),
    "customer_group": ("Customer Group", "parent_customer_group"),
    "supplier_group": ("Supplier Group", "parent_supplier_group"),
    "territory": ("Territory", "parent_territory"),
}
PLACES: Final = ("customer_group", "supplier_group", "territory")
PARTIES: Final = ("customer", "supplier", "campaign", "sales_partner")


@dataclass(frozen=True)
class Met:
    """A rule, and the unit for which it names what it is about; "" is any."""

    rule: Row
    unit: str = ""

    @property
    def name(self) -> str:
        return str(self.rule["name"])

    @property
    def priority(self) -> int:
        return int(self.rule["priority"] or 0)


def rule_for(work: Work, document: Document, line: Row, side: Side) -> Met | None:
    """The one rule that counts for a line. Raises RefusalError where two have an equal claim."""
    candidates = [met for met in _about(work, document, line, side) if _is_enough(work, document, line, met)]
    highest = max((met.priority for met in candidates), default=0)
    claims = [met for met in candidates if met.priority == highest]
    if len(claims) > 1 and all(met.rule["rate_or_discount"] == "Discount Percentage" for met in claims):
        listed = document[side.price_list]
        claims = [met for met in claims if met.rule["for_price_list"] == listed] or claims
    if len(claims) > 1:
        raise _conflict([met.name for met in claims])
    return claims[0] if claims else None


def rules_for_whole(work: Work, document: Document, side: Side) -> list[Row]:
    """The rules that count for a document as a whole, in the order of their names."""
    return [
        rule
        for rule in sorted(work.having(RULE, "apply_on", "Transaction"), key=lambda rule: rule["name"])
        if _holds(work, document, rule, side)
        and _is_between(exact(document["total_qty"]), rule["min_qty"], rule["max_qty"])
        and _is_between(exact(document["total"]), rule["min_amt"], rule["max_amt"])
    ]


def ancestors(work: Work, column: str, name: str) -> list[str]:
    """A member of a tree and all that it belongs to, from the inside out."""
    doctype, parent = TREES[column]
    found: list[str] = []
    while name and name not in found:
        found.append(name)
        name = str((work.row(doctype, name) or {}).get(parent) or "")
    return found


# --- what a rule is about ----------------------------------------------------------------------------------
def _about(work: Work, document: Document, line: Row, side: Side) -> list[Met]:
    """The rules that name the item, then those of its groups, then of its brand.

    One without a priority hides those that would be asked next.
    """
    found: list[Met] = []
    for column in ABOUT:
        named = (met for met in _naming(work, column, line) if _holds(work, document, met.rule, side, line))
        found += sorted(named, key=lambda met: (met.rule["priority"] or "", met.name), reverse=True)
        if found and not found[0].rule["has_priority"]:
            break
    return found


def _naming(work: Work, column: str, line: Row) -> Iterator[Met]:
    for name in _names(work, column, line):
        for row in work.having(ABOUT[column], column, name):
            rule = work.row(RULE, row["parent"])
            if rule is not None and (row["uom"] or line["uom"]) == line["uom"]:
                yield Met(rule, row["uom"] or "")


def _names(work: Work, column: str, line: Row) -> list[str]:
    if column == "item_group":
        return ancestors(work, column, line["item_group"] or "")
    if column == "item_code":
        item = work.row("Item", line["item_code"]) or {}
        return [name for name in (line["item_code"], item.get("variant_of")) if name]
    return [line["brand"]] if line["brand"] else []


# --- for whom and when -------------------------------------------------------------------------------------
def _holds(work: Work, document: Document, rule: Row, side: Side, line: Row | None = None) -> bool:
    """Whether a rule is in force for this day, this partner and this side of the trade."""
    day = str(document["posting_date"] or document["transaction_date"])
    return (
        not rule["disable"]
        and not rule["condition"]
        and not rule["apply_rule_on_other"]
        and bool(rule["selling" if side.party == "customer" else "buying"])
        and (rule["valid_from"] or "2000-01-01") <= day <= (rule["valid_upto"] or "2500-12-31")
        and _is_open(rule["company"], document["company"])
        and _is_open(rule["for_price_list"], document[side.price_list])
        and all(_is_open(rule[column], document[column]) for column in PARTIES if rule.get(column))
        and all(_is_inside(work, rule, column, document[column]) for column in PLACES)
        and (line is None or _is_inside(work, rule, "warehouse", line["warehouse"]))
    )


def _is_open(wanted: str | None, value: str | None) -> bool:
    return not wanted or collated(wanted) == collated(value or "")


def _is_inside(work: Work, rule: Row, column: str, value: str | None) -> bool:
    """Whether a rule is for this branch of a tree; who has no place in it is not asked, as in ERPNext."""
    wanted = rule.get(column)
    return not wanted or not value or wanted in ancestors(work, column, value)


# --- how much ----------------------------------------------------------------------------------------------
def _is_enough(work: Work, document: Document, line: Row, met: Met) -> bool:
    """Whether a line, or with mixed conditions all lines that the rule is about, are of its size."""
    lines = _mixed(work, document, met.rule) if met.rule["mixed_conditions"] else [line]
    quantity = sum((exact(one["stock_qty"]) for one in lines), ZERO)
    amount = sum((exact(one["price_list_rate"]) * exact(one["qty"]) for one in lines), ZERO)
    factor = factor_of(work, line["item_code"], met.unit) if met.unit else Decimal(1)
    rule = met.rule
    return _is_between(quantity, rule["min_qty"], rule["max_qty"], factor=factor) and _is_between(
        amount, rule["min_amt"], rule["max_amt"]
    )


def _mixed(work: Work, document: Document, rule: Row) -> Iterable[Row]:
    return [
        line
        for line in document.tables["items"]
        if not line["is_free_item"]
        and any(met.name == rule["name"] for column in ABOUT for met in _naming(work, column, line))
    ]


def _is_between(value: Decimal, least: float, most: float, *, factor: Decimal = Decimal(1)) -> bool:
    return value >= exact(least) * factor and (not most or value <= exact(most) * factor)


def _conflict(names: list[str]) -> RefusalError:
    """The last line of what is said stands for the exception."""
    listed = "\n".join(names)
    shown = (
        "Multiple Price Rules exists with same criteria, please resolve conflict by assigning priority. "
        f"Price Rules: {listed}"
    )
    return RefusalError(
        417,
        "MultiplePricingRuleConflict",
        exception=names[-1],
        shown=shown,
        extra=refusals.BY_ERPNEXT,
    )
