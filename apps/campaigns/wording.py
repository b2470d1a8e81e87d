"""A pricing rule of ERPNext in a person's words: what it gives, to what, for whom."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.campaigns.models import ErpPricingRule
from apps.core import figures

CART = "Transaction"
MARGIN_IN_PERCENT = "Percentage"


def given(rule: ErpPricingRule) -> str:
    """What it gives: "15% off", "Price of £2.49", "1 free GRO-0130"; "Nothing" when it has no value set."""
    if rule.gives == "Product":
        return _goods(rule)
    parts = [_price(rule), _margin(rule)]
    return ", ".join(part for part in parts if part) or _("Nothing")


def _price(rule: ErpPricingRule) -> str:
    if rule.discount_kind == "Rate" and rule.rate:
        return _("Price of %s") % _money(rule.rate, rule)
    if rule.discount_kind == "Discount Amount" and rule.discount_amount:
        off = _("%s off") if rule.applies_on == CART else _("%s off each")
        return off % _money(rule.discount_amount, rule)
    if rule.discount_percentage:
        return _("%s off") % _percent(rule.discount_percentage)
    return ""


def _margin(rule: ErpPricingRule) -> str:
    if not rule.margin:
        return ""
    is_share = rule.margin_kind == MARGIN_IN_PERCENT
    return _("%s on top") % (_percent(rule.margin) if is_share else _money(rule.margin, rule))


def _goods(rule: ErpPricingRule) -> str:
    what = _("of the same item") if rule.same_item else rule.free_item_code
    amount = figures.quantity_text(rule.free_quantity or 1)
    words = {"amount": amount, "unit": rule.free_unit, "what": what}
    said = " ".join((_("%(amount)s %(unit)s %(what)s") % words).split())
    if rule.free_rate:
        return _("%(goods)s for %(price)s each") % {"goods": said, "price": _money(rule.free_rate, rule)}
    return _("%s free") % said


def conditions(rule: ErpPricingRule) -> str:
    """From and up to how much of it: "from 2, up to 10 pieces"; empty when any amount will do."""
    parts = [
        _("from %s") % figures.quantity_text(rule.min_quantity) if rule.min_quantity else "",
        _("up to %s") % figures.quantity_text(rule.max_quantity) if rule.max_quantity else "",
        _("from %s") % _money(rule.min_amount, rule) if rule.min_amount else "",
        _("up to %s") % _money(rule.max_amount, rule) if rule.max_amount else "",
        _("again for each %s") % figures.quantity_text(rule.recurse_for) if rule.is_recursive else "",
        _("counted together") if rule.mixes_items else "",
        _("added up over time") if rule.is_cumulative else "",
    ]
    return ", ".join(part for part in parts if part)


def reach(rule: ErpPricingRule, named: Iterable[str]) -> str:
    """To what it applies: the names of its items, categories or brands; the whole cart; or anything."""
    if rule.applies_on == CART:
        return _("The whole cart")
    return ", ".join(named) or _("Nothing named")


def whom(rule: ErpPricingRule) -> str:
    """For whom: the one that it names, everybody else; and by which list."""
    named = (
        (_("Customer %s"), rule.customer_name),
        (_("Group %s"), rule.customer_group_name),
        (_("Territory %s"), rule.territory_name),
        (_("Partner %s"), rule.sales_partner_name),
        (_("Campaign %s"), rule.campaign_name),
        (_("Supplier %s"), rule.supplier_name),
        (_("Suppliers of %s"), rule.supplier_group_name),
    )
    said = ", ".join(words % name for words, name in named if name) or _("Everybody")
    return _("%s with a coupon") % said if rule.needs_coupon else said


def trade(rule: ErpPricingRule) -> str:
    """Whether it is for what is sold, or for what is bought in."""
    kinds = ((rule.for_selling, _("selling")), (rule.for_buying, _("buying")))
    return ", ".join(words for is_so, words in kinds if is_so)


def _money(amount: Decimal, rule: ErpPricingRule) -> str:
    return figures.money_text(amount, currency=rule.currency)


def _percent(percent: Decimal) -> str:
    return f"{figures.quantity_text(percent)}%"
