"""Pricing rules as ERPNext holds them, in words."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.campaigns import wording
from apps.campaigns.models import ErpPricingRule, ErpRuleItem
from apps.catalog.models import Brand, Category, Product
from apps.core.access import may
from apps.core.admin import filters
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.columns import Kind, Words, column, plain_text
from apps.core.admin.links import profile_link
from apps.core.admin.mirrored import MirroredAdmin
from apps.core.admin.profile import Facts, Shown, Table
from apps.core.admin.standing import ACTIVE, IN_ERPNEXT, in_force, standing_filter, usable
from apps.core.templatetags import larder as say

NAMED_IN_A_ROW = 2


# What the items of a rule are called: a rule names codes, and staff think in names.
NAMES = ArraySubquery(
    Product.objects.present()
    .filter(
        item_code__in=ErpRuleItem.objects.filter(rule=OuterRef(OuterRef("pk"))).order_by().values("item_code")
    )
    .order_by("name_en")
    .values("name_en")
)


def named_by(rule: ErpPricingRule) -> Iterator[tuple[type[Any], str, str]]:
    """(model, its name in ERPNext, unit) of everything that a rule names."""
    for item in rule.items.all():
        yield Product, item.item_code, item.unit
    for category in rule.categories.all():
        yield Category, category.item_group_name, category.unit
    for brand in rule.brands.all():
        yield Brand, brand.brand_name, brand.unit


@admin.register(ErpPricingRule)
class ErpPricingRuleAdmin(MirroredAdmin):
    """What the till gives away; what is in force stands first."""

    permission_category = "campaigns"
    erp_doctype = "Pricing Rule"
    list_display = (
        "heading",
        "status",
        "given",
        "reach",
        "whom",
        "valid_from",
        "valid_until",
        "priority_shown",
    )
    list_extra = ("erp_name", "conditions", "trade", "price_list_name", "applies_with_others", "read_at")
    list_filter = (
        standing_filter(begins="valid_from", ends="valid_until"),
        ACTIVE,
        filters.yes_no("selling", _("For"), yes=Q(for_selling=True), words=(_("Selling"), _("Buying only"))),
        filters.yes_no("coupon", _("Coupon"), yes=Q(needs_coupon=True), words=(_("Needs one"), _("Without"))),
        IN_ERPNEXT,
    )
    on_phone = ("status", "given", "whom")
    search_fields = ("title",)
    search_help_text = _("Title or number")
    ordering = ("-is_active", "-valid_from", "-id")
    sortable_by = ("valid_from",)
    list_icon = "percent"
    empty_text = _("Pricing rules come from ERPNext. “Sync everything” under Settings › Sync brings them in.")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("What it gives"), ("given", "conditions", "discount_on_shown", "text", "threshold")),
        Facts(_("For whom"), ("whom", "trade", "price_list_name", "warehouse_name", "company")),
        Facts(_("When"), ("valid_from", "valid_until", "is_active")),
        Facts(
            _("When several rules match"),
            ("priority_shown", "applies_with_others", "discounts_the_rate", "is_suggestion", "condition"),
        ),
        Facts(_("In ERPNext"), ("erp_name", "scheme_name", "campaign_name")),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ErpPricingRule]:
        rows: QuerySet[ErpPricingRule] = super().get_queryset(request)
        return rows.annotate(product_names=NAMES).prefetch_related("items", "categories", "brands")

    @column(_("Rule"))
    def heading(self, rule: ErpPricingRule) -> str:
        return rule.title or rule.erp_name

    @column(_("Status"), kind=Kind.CHIP)
    def status(self, rule: ErpPricingRule) -> Chip:
        if rule.is_gone or not rule.is_active:
            return usable(rule, is_active=rule.is_active)
        return in_force(rule, begins=rule.valid_from, ends=rule.valid_until)

    @column(_("Gives"))
    def given(self, rule: ErpPricingRule) -> str:
        return wording.given(rule)

    @column(_("On"))
    def reach(self, rule: ErpPricingRule) -> str:
        others = [name for model, name, _unit in named_by(rule) if model is not Product]
        codes = [item.item_code for item in rule.items.all()]
        names = [*(getattr(rule, "product_names", ()) or codes), *others]
        more = _now("%d more") % (len(names) - NAMED_IN_A_ROW) if len(names) > NAMED_IN_A_ROW else ""
        return wording.reach(rule, [*names[:NAMED_IN_A_ROW], *([more] if more else [])])

    @column(_("For whom"))
    def whom(self, rule: ErpPricingRule) -> str:
        return wording.whom(rule)

    @column(_("Needs"))
    def conditions(self, rule: ErpPricingRule) -> str:
        return wording.conditions(rule)

    @column(_("For"))
    def trade(self, rule: ErpPricingRule) -> str:
        return wording.trade(rule)

    @column(_("Taken off"))
    def discount_on_shown(self, rule: ErpPricingRule) -> str:
        """Only a discount on a whole cart says of which total it is taken."""
        return rule.discount_on if rule.applies_on == wording.CART else ""

    @column(_("Description"))
    def text(self, rule: ErpPricingRule) -> str:
        return plain_text(rule.description)

    @column(_("Suggested from, %"), kind=Kind.QUANTITY)
    def threshold(self, rule: ErpPricingRule) -> Any:
        return rule.threshold_percentage or None

    @column(_("Priority"), kind=Kind.COUNT)
    def priority_shown(self, rule: ErpPricingRule) -> int | None:
        """ERPNext keeps it as text; of two rules that match, the higher wins."""
        return int(rule.priority) if rule.has_priority and rule.priority.isdecimal() else None

    def profile_title(self, record: ErpPricingRule) -> str:
        return self.heading(record)

    def profile_chips(self, record: ErpPricingRule) -> Sequence[Chip]:
        coupon = [Chip(_now("Coupon"), Tone.QUIET, "confirmation_number")] if record.needs_coupon else []
        return [self.status(record), *coupon]

    def key_figures(self, record: ErpPricingRule) -> Sequence[tuple[Words, Shown]]:
        return (
            (_("Gives"), wording.given(record)),
            (_("For whom"), wording.whom(record)),
            (_("Priority"), say.count(self.priority_shown(record))),
        )

    def tables(self, record: ErpPricingRule, request: HttpRequest) -> Sequence[Table]:
        return (what_it_is_on(record, links=may(request.user, "products.view")),)


KINDS: dict[type[Any], Words] = {Product: _("Product"), Category: _("Category"), Brand: _("Brand")}


def what_it_is_on(rule: ErpPricingRule, *, links: bool) -> Table:
    """Everything that a rule names, each with its page; a category reaches all below it."""
    named = list(named_by(rule))
    known = _records(named) if links else {}
    found = [(known.get((model, name)), model, name, unit) for model, name, unit in named]
    rows = [(profile_link(record, record or name), KINDS[model], unit) for record, model, name, unit in found]
    heads = ((_("Name"), False), (_("Kind"), False), (_("Only by the unit"), False))
    nothing = _("The whole cart.") if rule.applies_on == wording.CART else _("It names nothing.")
    return Table(_("On what"), heads, rows, nothing)


def _records(named: Sequence[tuple[type[Any], str, str]]) -> dict[tuple[type[Any], str], Any]:
    """What of it is here, by kind and name: a query for each kind."""
    return {
        (model, record.erp_name): record
        for model in KINDS
        for record in model.objects.present().filter(
            erp_name__in=[name for kind, name, _unit in named if kind is model]
        )
    }
