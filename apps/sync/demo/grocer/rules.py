"""The grocer's pricing rules, of each kind that ERPNext has, and which of them a line of a sale meets."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from apps.sync.demo.grocer.catalogue import Good
from apps.sync.demo.grocer.people import GROUPS
from apps.sync.demo.grocer.rows import COMPANY, Books, Inside, pounds
from apps.sync.demo.store import Row

TABLES: Final = {
    "Item Code": ("items", "Pricing Rule Item Code", "item_code"),
    "Item Group": ("item_groups", "Pricing Rule Item Group", "item_group"),
    "Brand": ("brands", "Pricing Rule Brand", "brand"),
}


@dataclass(frozen=True)
class Rule:
    """A rule; days are counted from today, money is in pence. Where rules overlap, the higher number wins."""

    title: str
    on: str
    about: tuple[str, ...]
    begins: int
    ends: int | None
    priority: int
    percent: int = 0
    off: int = 0
    rate: int = 0
    least: int = 0
    least_spent: int = 0
    free: int = 0
    free_item: str | None = None
    group: str | None = None
    other: tuple[tuple[str, Any], ...] = ()  # what else the rule says
    is_sleeping: bool = False  # never met at our tills: disabled, for buying, by coupon
    name: str = ""

    def holds_on(self, day: date, today: date) -> bool:
        since = today + timedelta(days=self.begins)
        return since <= day and (self.ends is None or day <= today + timedelta(days=self.ends))


RULES: Final = (
    Rule("10% off soft drinks", "Item Group", ("Soft Drinks",), -75, 20, 2, percent=10),
    Rule("30p off each of 2+ bags of rice", "Item Group", ("Rice & Grains",), -200, None, 3, off=30, least=2,
         other=(("max_qty", 10.0),)),
    Rule("Pomegranate juice at 2.49", "Item Code", ("Pomegranate Juice 1L",), -60, 30, 9, rate=249),
    Rule("Buy 2 khobez, get one", "Item Code", ("Flatbread Khobez x5",), -180, 60, 8, least=2, free=1,
         other=(("is_recursive", 1), ("recurse_for", 2.0), ("round_free_qty", 1), ("same_item", 1))),
    Rule("Free mint with 3 spices", "Item Group", ("Herbs/Spices",), -150, -20, 4, least=3, free=1,
         free_item="Dried Mint 50g", other=(("recurse_for", 1.0),)),
    Rule("5% off baskets over £25", "Transaction", (), -120, None, 1, percent=5, least_spent=2500,
         other=(("apply_discount_on", "Grand Total"),)),
    Rule("Trade: 8% off household", "Item Group", ("Household", "Toiletries"), -330, None, 5, percent=8,
         group="Trade"),
    Rule("Own Label fortnight, 15%", "Brand", ("Own Label",), -40, -26, 7, percent=15),
    Rule("Own Label fortnight, 20%", "Brand", ("Own Label",), 10, 24, 12, percent=20,
         other=(("for_price_list", "Standard Selling"),)),
    Rule("Weekend fruit 15%", "Item Group", ("Fruit",), -100, -98, 10, percent=15, is_sleeping=True,
         other=(("disable", 1),)),
    Rule("Al Noor 3% on orders", "Item Group", ("Rice & Grains", "Oils & Sauces"), -330, None, 6, percent=3,
         is_sleeping=True, other=(("selling", 0), ("buying", 1), ("applicable_for", "Supplier"),
                                  ("supplier", "Al Noor Foods Ltd"))),
    Rule("Freezer surcharge 8%", "Item Group", ("Frozen",), 30, 60, 11, is_sleeping=True,
         other=(("margin_rate_or_amount", 8.0),)),
    Rule("Welcome coupon", "Item Group", ("Tea & Coffee",), -300, None, 13, percent=25, is_sleeping=True,
         other=(("coupon_code_based", 1),)),
    Rule("2 or more: mixed biscuits 12%", "Item Group", ("Biscuits & Sweets",), -90, 90, 14, percent=12,
         least=2, other=(("mixed_conditions", 0),)),
)  # fmt: skip


class Rules:
    """The rules by what they are about."""

    def __init__(self, books: Books, goods: list[Good]) -> None:
        self.today = books.today
        self.goods = {good.name: good for good in goods}
        self.written = [self._named(books, place, rule) for place, rule in enumerate(RULES)]
        self.awake = sorted(
            (rule for rule in self.written if not rule.is_sleeping), key=lambda rule: -rule.priority
        )

    def met_by(self, good: Good, quantity: int, *, group: str, day: date) -> Rule | None:
        """The rule that counts for a line."""
        return _first(
            rule
            for rule in self.awake
            if rule.on != "Transaction" and _is_about(rule, good) and quantity >= rule.least * 1000
            and self._counts(rule, group, day)
        )  # fmt: skip

    def met_by_basket(self, total: int, *, group: str, day: date) -> Rule | None:
        """The rule that counts for a whole sale."""
        return _first(
            rule
            for rule in self.awake
            if rule.on == "Transaction" and total >= rule.least_spent and self._counts(rule, group, day)
        )

    def free_of(self, rule: Rule, good: Good, quantity: int) -> tuple[Good, int]:
        """What is given beside so much of this good."""
        times = quantity // (rule.least * 1000) if dict(rule.other).get("is_recursive") else 1
        return self.goods.get(rule.free_item or "", good), times * rule.free * 1000

    def _counts(self, rule: Rule, group: str, day: date) -> bool:
        return rule.holds_on(day, self.today) and rule.group in {None, group, GROUPS[group][0]}

    def _named(self, books: Books, place: int, rule: Rule) -> Rule:
        """Write a rule, its goods by their codes; a kiosk's rules are only about what it has."""
        about = [self.goods[each].code if rule.on == "Item Code" else each for each in self._here(rule)]
        named = Rule(**{**rule.__dict__, "name": f"PRLE-{place + 1:04d}", "about": tuple(about)})
        typed = min(books.today + timedelta(days=rule.begins - 5), books.today - timedelta(days=2))
        at = books.moment(typed, 16, spread=2)
        free = self.goods[rule.free_item].code if rule.free_item in self.goods else None
        books.add("Pricing Rule", named.name, at=at, **_values(named, self.today, free=free))
        if named.on in TABLES:
            field, table, column = TABLES[named.on]
            for idx, each in enumerate(about, start=1):
                where = Inside("Pricing Rule", named.name, field)
                books.add(table, books.key(), at=at, inside=where, idx=idx, **{column: each})
        return named

    def _here(self, rule: Rule) -> tuple[str, ...]:
        if rule.on == "Item Code":
            return tuple(name for name in rule.about if name in self.goods)
        if rule.on == "Item Group":
            groups = {good.group for good in self.goods.values()}
            return tuple(name for name in rule.about if name in groups)
        return rule.about


def _first(rules: Iterable[Rule]) -> Rule | None:
    return next(iter(rules), None)


def _is_about(rule: Rule, good: Good) -> bool:
    return {"Item Code": good.code, "Item Group": good.group, "Brand": good.brand}[rule.on] in rule.about


def _values(rule: Rule, today: date, *, free: str | None) -> Row:
    kind = "Rate" if rule.rate else "Discount Amount" if rule.off else "Discount Percentage"
    until = None if rule.ends is None else (today + timedelta(days=rule.ends)).isoformat()
    return {
        "title": rule.title,
        "apply_on": rule.on,
        "price_or_product_discount": "Product" if rule.free else "Price",
        "selling": 1,
        "rate_or_discount": kind,
        "rate": pounds(rule.rate),
        "discount_amount": pounds(rule.off),
        "discount_percentage": float(rule.percent),
        "min_qty": float(rule.least),
        "min_amt": pounds(rule.least_spent),
        "free_qty": float(rule.free),
        "free_item": free,
        "same_item": int(bool(rule.free) and free is None),
        "applicable_for": "Customer Group" if rule.group else "",
        "customer_group": rule.group,
        "valid_from": (today + timedelta(days=rule.begins)).isoformat(),
        "valid_upto": until,
        "company": COMPANY,
        "currency": "GBP",
        "apply_discount_on": "Grand Total",
        "has_priority": 1,
        "priority": str(rule.priority),
    } | dict(rule.other)
