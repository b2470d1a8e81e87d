"""The least valid Pricing Rule of ERPNext, in force, and what it names."""

from itertools import count
from typing import Any

from apps.campaigns.models import ErpPricingRule, ErpRuleBrand, ErpRuleCategory, ErpRuleItem
from tests.factories.mirror import document

numbers = count(1)


def make_pricing_rule(
    erp_name: str = "",
    *,
    items: tuple[str, ...] = (),
    categories: tuple[str, ...] = (),
    brands: tuple[str, ...] = (),
    **given: Any,
) -> ErpPricingRule:
    """A rule that applies on any day; its name is made up unless one is given."""
    name = erp_name or f"PRLE-{next(numbers):04d}"
    usual = {"title": f"Rule {name}", "is_active": True, "for_selling": True}
    rule = ErpPricingRule.objects.create(**document(ErpPricingRule, name) | usual | given)
    for position, item in enumerate(items, start=1):
        ErpRuleItem.objects.create(**_row(rule, item, position), item_code=item)
    for position, category in enumerate(categories, start=1):
        ErpRuleCategory.objects.create(**_row(rule, category, position), item_group_name=category)
    for position, brand in enumerate(brands, start=1):
        ErpRuleBrand.objects.create(**_row(rule, brand, position), brand_name=brand)
    return rule


def _row(rule: ErpPricingRule, name: str, position: int) -> dict[str, Any]:
    return {"rule": rule, "erp_row": f"{rule.erp_name}-{name}", "position": position}
