"""Which of ERPNext's pricing rules take part in a sale, and what the database refuses of them."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.campaigns.models import ErpPricingRule, ErpRuleItem
from tests.factories.campaigns import make_pricing_rule

pytestmark = pytest.mark.django_db


def names(rules: object) -> list[str]:
    return sorted(rule.erp_name for rule in rules)  # type: ignore[attr-defined]


def test_enabled_is_what_erpnext_has_and_has_not_disabled() -> None:
    make_pricing_rule("on")
    make_pricing_rule("off", is_active=False)
    make_pricing_rule("gone", gone_at=timezone.now())
    assert names(ErpPricingRule.objects.enabled()) == ["on"]


@pytest.mark.parametrize(
    ("day", "valid"),
    [
        (date(2026, 2, 28), ["always", "until March"]),
        (date(2026, 3, 1), ["March", "always", "since March", "until March"]),
        (date(2026, 3, 31), ["March", "always", "since March", "until March"]),
        (date(2026, 4, 1), ["always", "since March"]),
    ],
)
def test_both_ends_of_a_span_are_in_it_and_an_open_end_never_comes(day: date, valid: list[str]) -> None:
    begins, ends = {"valid_from": date(2026, 3, 1)}, {"valid_until": date(2026, 3, 31)}
    make_pricing_rule("March", **begins | ends)
    make_pricing_rule("since March", **begins)
    make_pricing_rule("until March", **ends)
    make_pricing_rule("always")
    assert names(ErpPricingRule.objects.valid_on(day)) == valid


def test_questions_can_be_asked_together() -> None:
    make_pricing_rule("now")
    make_pricing_rule("over", valid_until=date(2026, 3, 1))
    make_pricing_rule("off", is_active=False)
    assert names(ErpPricingRule.objects.enabled().valid_on(date(2026, 3, 2))) == ["now"]


def test_one_name_is_one_present_rule_at_a_time() -> None:
    make_pricing_rule("PRLE-0001", erp_creation="2026-01-01 08:00:00")
    with pytest.raises(IntegrityError, match="campaigns_erppricingrule_present_name"), transaction.atomic():
        make_pricing_rule("PRLE-0001", erp_creation="2026-01-02 08:00:00")
    ErpPricingRule.objects.update(gone_at=timezone.now())
    make_pricing_rule("PRLE-0001", erp_creation="2026-01-02 08:00:00")
    assert ErpPricingRule.objects.count() == 2


def test_the_rows_of_a_rule_stand_in_its_order_and_go_with_it() -> None:
    rule = make_pricing_rule()
    for position, item in ((2, "COLA"), (1, "HONEY")):
        ErpRuleItem.objects.create(rule=rule, erp_row=item, position=position, item_code=item)
    assert [str(row) for row in rule.items.all()] == ["HONEY", "COLA"]
    rule.delete()
    assert not ErpRuleItem.objects.exists()
