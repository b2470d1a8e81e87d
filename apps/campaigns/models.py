"""What ERPNext holds as Pricing Rules; campaigns are compared with them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.campaigns.querysets import ErpPricingRuleQuerySet
from apps.core.mirror import (
    MirroredModel,
    MirroredRow,
    check_column,
    date_column,
    long_text_column,
    number_column,
    text_column,
)


class ErpPricingRule(MirroredModel):
    """A Pricing Rule as the till applies it; of two that match, the higher priority wins."""

    ERP_COLUMNS = (
        "title",
        "is_active",
        "applies_on",
        "gives",
        "discount_kind",
        "rate",
        "discount_percentage",
        "discount_amount",
        "margin_kind",
        "margin",
        "for_selling",
        "for_buying",
        "applicable_for",
        "customer_name",
        "customer_group_name",
        "territory_name",
        "sales_partner_name",
        "campaign_name",
        "supplier_name",
        "supplier_group_name",
        "min_quantity",
        "max_quantity",
        "min_amount",
        "max_amount",
        "valid_from",
        "valid_until",
        "company",
        "currency",
        "price_list_name",
        "warehouse_name",
        "same_item",
        "free_item_code",
        "free_quantity",
        "free_rate",
        "free_unit",
        "rounds_free_quantity",
        "lets_drop_free_item",
        "is_recursive",
        "recurse_for",
        "recursion_from",
        "has_priority",
        "priority",
        "applies_with_others",
        "discounts_the_rate",
        "mixes_items",
        "is_cumulative",
        "needs_coupon",
        "applies_to_other",
        "other_item_code",
        "other_item_group_name",
        "other_brand_name",
        "discount_on",
        "threshold_percentage",
        "is_suggestion",
        "condition",
        "description",
        "scheme_name",
        "larder_reference",
    )

    title = text_column(_("title"))
    is_active = check_column(_("active"))
    applies_on = text_column(_("applies on"))
    gives = text_column(_("gives"))
    discount_kind = text_column(_("kind of discount"))
    rate = number_column(_("price"))
    discount_percentage = number_column(_("discount, %"))
    discount_amount = number_column(_("discount"))
    margin_kind = text_column(_("kind of margin"))
    margin = number_column(_("margin"))
    for_selling = check_column(_("for selling"))
    for_buying = check_column(_("for buying"))
    applicable_for = text_column(_("applicable for"))
    customer_name = text_column(_("customer"))
    customer_group_name = text_column(_("customer group"))
    territory_name = text_column(_("territory"))
    sales_partner_name = text_column(_("sales partner"))
    campaign_name = text_column(_("campaign in ERPNext"))
    supplier_name = text_column(_("supplier"))
    supplier_group_name = text_column(_("supplier group"))
    min_quantity = number_column(_("from quantity"))
    max_quantity = number_column(_("up to quantity"))
    min_amount = number_column(_("from amount"))
    max_amount = number_column(_("up to amount"))
    valid_from = date_column(_("valid from"))
    valid_until = date_column(_("valid until"))
    company = text_column(_("company"))
    currency = text_column(_("currency"))
    price_list_name = text_column(_("price list"))
    warehouse_name = text_column(_("warehouse"))
    same_item = check_column(_("gives the same item"))
    free_item_code = text_column(_("free item"))
    free_quantity = number_column(_("free quantity"))
    free_rate = number_column(_("price of the free item"))
    free_unit = text_column(_("unit of the free item"))
    rounds_free_quantity = check_column(_("rounds the free quantity"))
    lets_drop_free_item = check_column(_("free item may be dropped"))
    is_recursive = check_column(_("again for each so many"))
    recurse_for = number_column(_("so many"))
    recursion_from = number_column(_("counted from"))
    has_priority = check_column(_("has a priority"))
    priority = text_column(_("priority"))
    applies_with_others = check_column(_("applies with others"))
    discounts_the_rate = check_column(_("on the discounted price"))
    mixes_items = check_column(_("mixes items"))
    is_cumulative = check_column(_("cumulative"))
    needs_coupon = check_column(_("needs a coupon"))
    applies_to_other = text_column(_("applies to another"))
    other_item_code = text_column(_("the other item"))
    other_item_group_name = text_column(_("the other category"))
    other_brand_name = text_column(_("the other brand"))
    discount_on = text_column(_("discount applies to"))
    threshold_percentage = number_column(_("suggested from, %"))
    is_suggestion = check_column(_("suggested only"))
    condition = long_text_column(_("condition"))
    description = long_text_column(_("description"))
    scheme_name = text_column(_("promotional scheme"))
    larder_reference = text_column(_("Larder's reference"))

    objects = ErpPricingRuleQuerySet.as_manager()

    class Meta(MirroredModel.Meta):
        verbose_name = _("pricing rule")
        verbose_name_plural = _("pricing rules")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["is_active", "valid_from"], name="campaigns_rule_by_active"),
        ]

    def __str__(self) -> str:
        return f"{self.erp_name}: {self.title}"


class _RuleRow(MirroredRow):
    rule = models.ForeignKey(ErpPricingRule, models.CASCADE, verbose_name=_("pricing rule"))
    unit = text_column(_("unit"))

    class Meta(MirroredRow.Meta):
        abstract = True


class ErpRuleItem(_RuleRow):
    """An item that a rule applies to."""

    ERP_COLUMNS = ("item_code", "unit")
    item_code = text_column(_("item code"))

    class Meta(MirroredRow.Meta):
        verbose_name = _("item of a pricing rule")
        verbose_name_plural = _("items of pricing rules")
        default_related_name = "items"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["item_code"], name="campaigns_rule_by_item")
        ]

    def __str__(self) -> str:
        return self.item_code


class ErpRuleCategory(_RuleRow):
    """A category, with all below it, that a rule applies to."""

    ERP_COLUMNS = ("item_group_name", "unit")
    item_group_name = text_column(_("category"))

    class Meta(MirroredRow.Meta):
        verbose_name = _("category of a pricing rule")
        verbose_name_plural = _("categories of pricing rules")
        default_related_name = "categories"

    def __str__(self) -> str:
        return self.item_group_name


class ErpRuleBrand(_RuleRow):
    """A brand that a rule applies to."""

    ERP_COLUMNS = ("brand_name", "unit")
    brand_name = text_column(_("brand"))

    class Meta(MirroredRow.Meta):
        verbose_name = _("brand of a pricing rule")
        verbose_name_plural = _("brands of pricing rules")
        default_related_name = "brands"

    def __str__(self) -> str:
        return self.brand_name
