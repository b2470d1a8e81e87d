"""Pricing rules that Larder makes: a discount, a price or something free, for a span of days.

What ERPNext takes although it does harm is refused here (API.md 11): a percentage beyond a hundred, an
amount above the price, a rule that is over; and so is what it would change without a word, such as values
that belong to another choice than the one made.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from apps.core.errors import FieldError
from apps.sync.entities.pricing_rules import BRANDS, CATEGORIES, ITEMS, PRICING_RULES
from apps.sync.push import rules
from apps.sync.push.declarations import Content, Kind, Table
from apps.sync.push.shop import Known, Shop

PRICE, PRODUCT = "Price", "Product"
PERCENT, AMOUNT, RATE = "Discount Percentage", "Discount Amount", "Rate"
DISCOUNTS: Final = {PERCENT: "discount_percentage", AMOUNT: "discount_amount", RATE: "rate"}
TRANSACTION: Final = "Transaction"
# What a rule is for: the table in the payload, and the column that names each thing.
ROWS: Final = {
    "Item Code": ("items", "item_code"),
    "Item Group": ("categories", "item_group_name"),
    "Brand": ("brands", "brand_name"),
}
TARGETS: Final = {
    "Customer": ("customer_name", "for_selling", Known.CUSTOMER),
    "Customer Group": ("customer_group_name", "for_selling", Known.CUSTOMER_GROUP),
    "Territory": ("territory_name", "for_selling", Known.TERRITORY),
    "Supplier": ("supplier_name", "for_buying", Known.SUPPLIER),
}
FREE: Final = ("free_quantity", "free_rate", "recursion_from")
HUNDRED: Final = Decimal(100)


def _complaints(rule: Content, shop: Shop) -> Iterator[FieldError]:
    yield from _choices(rule)
    yield from _days(rule, shop)
    yield from _whose(rule, shop)
    yield from _bounds(rule)
    yield from _rows(rule, shop)
    yield from _target(rule, shop)
    yield from _discount(rule, shop) if rule["gives"] == PRICE else _free(rule, shop)


def _choices(rule: Content) -> Iterator[FieldError]:
    offered = {
        "applies_on": (*ROWS, TRANSACTION),
        "gives": (PRICE, PRODUCT),
        "discount_kind": tuple(DISCOUNTS),
        "discount_on": ("Grand Total", "Net Total"),
        "priority": tuple(str(number) for number in range(1, 21)),
    }
    for name, words in offered.items():
        if rule[name] not in words:
            known = "1 to 20" if name == "priority" else ", ".join(words)
            yield FieldError(name, "no-choice", f"is “{rule[name]}”, and can be {known}")
    if not (rule["for_selling"] or rule["for_buying"]):
        yield FieldError("for_selling", "no-direction", "or “for_buying” has to be true: it is for neither")


def _days(rule: Content, shop: Shop) -> Iterator[FieldError]:
    """A rule that is switched off may be over: that is how one ends."""
    yield from rules.span(rule)
    last = rule["valid_until"]
    if rule["is_active"] and last and last < shop.today:
        yield FieldError("valid_until", "over", f"is {last}, and today is {shop.today}: it is over already")


def _whose(rule: Content, shop: Shop) -> Iterator[FieldError]:
    if shop.company and rule["company"] != shop.company:
        yield FieldError("company", "another-company", f"is not the one that Larder serves, {shop.company}")
    if rule["warehouse_name"] and not shop.has(Known.WAREHOUSE, rule["warehouse_name"]):
        yield rules.unknown("warehouse_name", Known.WAREHOUSE, rule["warehouse_name"])
    if not rule["price_list_name"]:
        return
    prices = shop.price_list(rule["price_list_name"])
    if prices is None:
        yield rules.unknown("price_list_name", "price list", rule["price_list_name"])
    elif prices.currency != rule["currency"]:
        yield FieldError("currency", "another-currency", f"is not that of the list, {prices.currency}")


def _bounds(rule: Content) -> Iterator[FieldError]:
    for what in ("quantity", "amount"):
        least, most = rule[f"min_{what}"], rule[f"max_{what}"]
        yield from rules.not_below_nothing(rule, f"min_{what}", f"max_{what}")
        if most and least > most:
            yield FieldError(
                f"max_{what}", "below-least", f"is {most:f}, less than the {least:f} it begins at"
            )


# --- what it is for ----------------------------------------------------------------------------------------
def _rows(rule: Content, shop: Shop) -> Iterator[FieldError]:
    """Rows of the choice made, each once, and of no other: those ERPNext would drop without a word."""
    for choice, (table, column) in ROWS.items():
        named = [row[column] for row in rule[table]]
        if choice != rule["applies_on"]:
            if named:
                said = f"is dropped by ERPNext: the rule is for {rule['applies_on']}"
                yield FieldError(table, "other-choice", said)
            continue
        if not named:
            yield FieldError(table, "missing", f"has to name something: the rule is for {choice}")
        for said, number in Counter(name.casefold() for name in named).items():
            if number > 1:
                yield FieldError(table, "twice", f"names “{said}” {number} times")
        for place, row in enumerate(rule[table], start=1):
            yield from _row(table, f"{table}[{place}].", row, shop)


def _row(table: str, at: str, row: Content, shop: Shop) -> Iterator[FieldError]:
    if table == "items":
        yield from rules.of_item(shop, row["item_code"], unit=row["unit"], at=at)
    elif table == "categories" and not shop.has(Known.CATEGORY, row["item_group_name"]):
        yield rules.unknown(f"{at}item_group_name", Known.CATEGORY, row["item_group_name"])
    elif table == "brands" and not shop.has(Known.BRAND, row["brand_name"]):
        yield rules.unknown(f"{at}brand_name", Known.BRAND, row["brand_name"])


def _target(rule: Content, shop: Shop) -> Iterator[FieldError]:
    """Who it is for: the one that was chosen and no other, on the side where ERPNext has such people."""
    chosen = rule["applicable_for"]
    if chosen and chosen not in TARGETS:
        yield FieldError("applicable_for", "no-choice", f"is “{chosen}”, and can be {', '.join(TARGETS)}")
    for choice, (column, way, what) in TARGETS.items():
        if choice != chosen and rule[column]:
            yield FieldError(column, "other-choice", f"is dropped by ERPNext: the rule is not for a {choice}")
        elif choice == chosen and not rule[way]:
            yield FieldError("applicable_for", "wrong-direction", f"is a {choice}, so “{way}” has to be true")
        elif choice == chosen and not shop.has(what, rule[column]):
            yield rules.unknown(column, what, rule[column])


# --- what it gives -----------------------------------------------------------------------------------------
def _discount(rule: Content, shop: Shop) -> Iterator[FieldError]:
    chosen = rule["discount_kind"]
    for kind, name in DISCOUNTS.items():
        if kind == chosen:
            yield from rules.above_nothing(rule, name)
        elif rule[name]:
            yield FieldError(name, "other-choice", f"is dropped by ERPNext: the rule gives a {chosen}")
    yield from _only_for("product", rule, (*FREE, "free_item_code", "same_item", "is_recursive"))
    if chosen == RATE and rule["applies_on"] == TRANSACTION:
        yield FieldError("discount_kind", "no-choice", "is a price, which a whole sale has not")
    if chosen == PERCENT:
        yield from _percentage(rule, shop)
    if chosen == AMOUNT:
        yield from _amount(rule, shop)


def _only_for(what: str, rule: Content, names: Iterable[str]) -> Iterator[FieldError]:
    for name in names:
        if rule[name]:
            yield FieldError(name, "other-choice", f"is only for a rule that gives a {what}")


def _percentage(rule: Content, shop: Shop) -> Iterator[FieldError]:
    said = rule["discount_percentage"]
    if said > HUNDRED:
        yield FieldError("discount_percentage", "beyond-hundred", f"is {said:f}, more than a hundred")
    for row in rule["items"]:
        item = shop.item(row["item_code"])
        if item and 0 < item.most_discount < said:
            most = f"{item.most_discount.normalize():f}"
            yield FieldError(
                "discount_percentage", "beyond-most", f"is more than the {most} of “{item.code}”"
            )


def _amount(rule: Content, shop: Shop) -> Iterator[FieldError]:
    """Beyond the price each sale of the item would be refused: its line falls below nothing."""
    for row in rule["items"]:
        item = shop.item(row["item_code"])
        if item is None:
            continue
        unit = row["unit"] or item.stock_unit
        price = shop.least_price(item.code, unit=unit, currency=rule["currency"], on=rule["valid_from"])
        if price is not None and rule["discount_amount"] > price:
            said = f"is more than “{item.code}” costs, {price.normalize():f}"
            yield FieldError("discount_amount", "above-price", said)


def _free(rule: Content, shop: Shop) -> Iterator[FieldError]:
    yield from _only_for("price", rule, DISCOUNTS.values())
    yield from rules.above_nothing(rule, "free_quantity")
    yield from rules.not_below_nothing(rule, "free_rate", "recursion_from")
    if rule["same_item"] == bool(rule["free_item_code"]):
        yield FieldError("free_item_code", "which-item", "or “same_item” has to be said, and not both")
    if rule["same_item"] and (rule["mixes_items"] or rule["applies_on"] == TRANSACTION):
        yield FieldError("same_item", "which-item", "cannot be told of several items: name “free_item_code”")
    if rule["free_item_code"]:
        found = rules.of_item(shop, rule["free_item_code"], unit=rule["free_unit"])
        yield from (FieldError(f"free_{error.field}", error.code, error.message) for error in found)
    yield from _again(rule)


def _again(rule: Content) -> Iterator[FieldError]:
    """For each so many: two and a half pieces of cheese are no gift, and the sale of them is refused."""
    yield from rules.above_nothing(rule, "recurse_for")
    if not rule["is_recursive"]:
        return
    if not rule["rounds_free_quantity"]:
        yield FieldError("rounds_free_quantity", "not-rounded", "has to be true where “is_recursive” is")
    if rule["mixes_items"]:
        yield FieldError("mixes_items", "not-together", "cannot be true where “is_recursive” is")
    if rule["recursion_from"] > rule["min_quantity"]:
        yield FieldError("recursion_from", "above-least", "is more than “min_quantity”")


NOTHING: Final = Decimal(0)
PRICING_RULE = Kind(
    key="pricing_rule",
    title="Pricing rule",
    entity=PRICING_RULES,
    doctype="Pricing Rule",
    needed=("title", "applies_on", "gives", "company", "currency", "valid_from", "priority"),
    usual={
        "is_active": True, "for_selling": False, "for_buying": False, "valid_until": None,
        "discount_kind": PERCENT, "discount_on": "Grand Total",
        **dict.fromkeys(("discount_percentage", "discount_amount", "rate"), NOTHING),
        **dict.fromkeys(("min_quantity", "max_quantity", "min_amount", "max_amount"), NOTHING),
        **dict.fromkeys(("applicable_for", *(column for column, _, _ in TARGETS.values())), ""),
        **dict.fromkeys(("price_list_name", "warehouse_name", "free_item_code", "free_unit"), ""),
        **dict.fromkeys(("same_item", "is_recursive", "lets_drop_free_item", "mixes_items"), False),
        **dict.fromkeys(FREE, NOTHING),
        "rounds_free_quantity": True, "recurse_for": Decimal(1), "description": "",
        **dict.fromkeys(("items", "categories", "brands"), ()),
    },
    fixed={
        **dict.fromkeys(("applies_with_others", "discounts_the_rate", "is_cumulative"), False),
        **dict.fromkeys(("needs_coupon", "is_suggestion"), False),
        **dict.fromkeys(("applies_to_other", "condition", "campaign_name", "sales_partner_name"), ""),
        **dict.fromkeys(("supplier_group_name", "other_item_code", "other_brand_name"), ""),
        **dict.fromkeys(("margin", "threshold_percentage"), NOTHING),
        "other_item_group_name": "", "margin_kind": "Percentage", "has_priority": True,
    },
    tables={
        "items": Table("items", ITEMS),
        "categories": Table("item_groups", CATEGORIES),
        "brands": Table("brands", BRANDS),
    },
    rule=_complaints,
)  # fmt: skip
