"""The least valid Pricing Rule of ERPNext, in force."""

from itertools import count
from typing import Any

from apps.campaigns.models import ErpPricingRule
from tests.factories.mirror import document

numbers = count(1)


def make_pricing_rule(erp_name: str = "", **given: Any) -> ErpPricingRule:
    """A rule that applies on any day; its name is made up unless one is given."""
    name = erp_name or f"PRLE-{next(numbers):04d}"
    usual = {"title": f"Rule {name}", "is_active": True, "for_selling": True}
    return ErpPricingRule.objects.create(**document(ErpPricingRule, name) | usual | given)
