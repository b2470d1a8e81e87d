"""Products as ERPNext has them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar, cast

from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.catalog.admin.product_acts import ProductActs
from apps.catalog.admin.showing import IN_APP
from apps.catalog.faces import portrait_of, thumbnail
from apps.catalog.models import Brand, ItemPrice, Product
from apps.catalog.pricing import with_todays_price
from apps.catalog.querysets import ProductQuerySet
from apps.catalog.reports import Belongings, belongings_of
from apps.catalog.states import Allergen, AllergenState
from apps.core.admin import filters
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.columns import Kind, Words, column, plain_text
from apps.core.admin.links import profile_link, rest_link
from apps.core.admin.mirrored import MirroredAdmin
from apps.core.admin.profile import Facts, Shown, Table
from apps.core.admin.standing import ACTIVE, IN_ERPNEXT, in_force, usable
from apps.core.templatetags import larder as say

PRICES_SHOWN = 10


@admin.register(Product)
class ProductAdmin(ProductActs, MirroredAdmin):
    """What the shop sells."""

    permission_category = "products"
    erp_doctype = "Item"
    list_display = (
        "title",
        "status",
        "item_code",
        "category",
        "brand_name",
        "stock_unit",
        "last_cost",
        "price",
    )
    list_extra = (
        "is_sold",
        "is_batched",
        "has_expiry",
        "valuation_rate",
        "safety_stock",
        "has_image",
        "is_in_app",
        "read_at",
    )
    list_filter = (
        filters.related("category", _("Category")),
        filters.distinct("brand_name", _("Brand")),
        ACTIVE,
        filters.yes_no(
            "image", _("Image"), yes=Q(picture__asset__isnull=False), words=(_("With one"), _("Without"))
        ),
        filters.choice("picture__state", _("Image in ERPNext")),
        IN_APP,
        IN_ERPNEXT,
    )
    on_phone = ("status", "item_code", "price")
    search_fields = ("item_code",)
    search_help_text = _("Name, code, barcode or part number")
    ordering = (
        "name_en",
        "id",
    )  # not "name": modeltranslation would sort by the reader's language, without index
    sortable_by = ("title", "item_code", "brand_name")
    actions = ("show", "hide")
    actions_detail = ("describe", "declare_allergens", "present", "fetch_picture")
    list_icon = "nutrition"
    empty_text = _("Products come from ERPNext. “Sync everything” under Settings › Sync brings them in.")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("Product"), ("item_code", "category", "brand", "description", "variant_of")),
        Facts(_("Selling"), ("is_sold", "sales_unit", "max_discount", "min_order_quantity")),
        Facts(
            _("Stock"),
            (
                "stock_unit",
                "is_stocked",
                "is_batched",
                "has_expiry",
                "shelf_life_days",
                "safety_stock",
                "lead_time_days",
            ),
        ),
        Facts(_("What Larder adds"), ("contains", "unknown_allergens", "minimum_life", "own_level", "notes")),
        Facts(_("Customer app"), ("is_in_app", "labels")),
        Facts(_("Buying"), ("is_bought", "purchase_unit", "standard_rate")),
        Facts(
            _("Customs and weight"), ("origin_country", "customs_tariff", "weight_per_unit", "weight_unit")
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        rows = super().get_queryset(request).select_related("category", "brand", "picture__asset")
        return with_todays_price(cast("ProductQuerySet", rows))

    @column(_("Product"), order="name_en")
    def title(self, product: Product) -> str:
        return str(product)

    @column(_("Brand"))
    def brand(self, product: Product) -> Brand | str:
        return product.brand or product.brand_name

    @column(_("Description"))
    def description(self, product: Product) -> str:
        return plain_text(product.description)

    @column(_("Status"), kind=Kind.CHIP)
    def status(self, product: Product) -> Chip:
        return usable(product, is_active=product.is_active)

    @column(_("Last cost"), kind=Kind.MONEY)
    def last_cost(self, product: Product) -> Any:
        return product.last_purchase_rate or None

    @column(_("Price"), kind=Kind.MONEY)
    def price(self, product: Product) -> tuple[Decimal, str] | None:
        """In the price list for apps; another currency than the shop's is said."""
        found = product.shelf_price
        return (found.rate, found.currency) if found else None

    @column(_("Contains"))
    def contains(self, product: Product) -> str:
        """What it has or may have in it."""
        there = {AllergenState.CONTAINS: "%s", AllergenState.MAY: _now("maybe %s")}
        known = _belongings(product).allergens
        return ", ".join(
            there[state] % str(allergen.label).lower()
            for allergen, state in sorted(known.items(), key=lambda pair: (pair[1], pair[0]))
            if state in there
        )

    @column(_("Allergens"))
    def unknown_allergens(self, product: Product) -> Chip:
        """How much nobody has said yet."""
        unknown = len(Allergen) - len(_belongings(product).allergens)
        if unknown:
            words = ngettext("%d unknown: unsafe", "%d unknown: unsafe", unknown) % unknown
            return Chip(words, Tone.LOOK, "help")
        return Chip(_now("All known"), Tone.WELL)

    @column(_("Minimum remaining life, days"), kind=Kind.COUNT)
    def minimum_life(self, product: Product) -> int | None:
        return product.minimum_life_days or None

    @column(_("Our reorder level"), kind=Kind.QUANTITY)
    def own_level(self, product: Product) -> Decimal | None:
        return product.own_reorder_level

    @column(_("Has image"), kind=Kind.YES_NO)
    def has_image(self, product: Product) -> bool:
        return product.asset is not None

    def picture_of(self, record: Product) -> SafeString:
        return thumbnail(record)

    def portrait(self, record: Product) -> SafeString:
        return portrait_of(record, now=timezone.now())

    def profile_chips(self, record: Product) -> Sequence[Chip]:
        return [self.status(record)]

    def key_figures(self, record: Product) -> Sequence[tuple[Words, Shown]]:
        found = record.shelf_price
        per_unit = _("Price per %(unit)s") % {"unit": found.unit} if found and found.unit else _("Price")
        return (
            (per_unit, say.money(found.rate, found.currency) if found else "—"),
            (_("Last cost"), say.money(record.last_purchase_rate or None)),
            (_("Valuation per stock unit"), say.money(record.valuation_rate or None)),
        )

    def tables(self, record: Product, request: HttpRequest) -> Sequence[Table]:
        own = _belongings(record)
        barcodes = [(say.code(barcode), kind or "—", unit or "—") for barcode, kind, unit in own.barcodes]
        units = [(unit, say.quantity(factor)) for unit, factor in own.units]
        parts = [(supplier, say.code(number)) for supplier, number in own.parts]
        offered = (
            prices_of(record),
            Table(_("Barcodes"), ((_("Barcode"), False), (_("Kind"), False), (_("Unit"), False)), barcodes),
            Table(_("Units"), ((_("Unit"), False), (_("Stock units in it"), True)), units),
            Table(_("Suppliers' numbers"), ((_("Supplier"), False), (_("Part number"), False)), parts),
        )
        return [table for table in offered if table.rows]


def _belongings(product: Product) -> Belongings:
    """What stands in its tables, asked once a page."""
    if "_belongings" not in product.__dict__:
        product.__dict__["_belongings"] = belongings_of(product.pk)
    found: Belongings = product.__dict__["_belongings"]
    return found


def prices_of(product: Product) -> Table:
    """What it costs in each list, what everybody pays first."""
    latest_first = F("valid_from").desc(nulls_last=True)
    rows = product.prices.present().order_by("-is_shelf", "price_list_name", latest_first, "id")
    prices = list(rows[: PRICES_SHOWN + 1])
    shown = [
        (
            profile_link(price, price.price_list_name),
            in_force(price, begins=price.valid_from, ends=price.valid_until),
            price.unit,
            say.day(price.valid_from),
            say.day(price.valid_until),
            say.money(price.rate, price.currency),
        )
        for price in prices[:PRICES_SHOWN]
    ]
    heads = (
        (_("Price list"), False),
        (_("Status"), False),
        (_("Unit"), False),
        (_("From"), False),
        (_("Until"), False),
        (_("Price"), True),
    )
    more = rest_link(ItemPrice, is_cut=len(prices) > PRICES_SHOWN, product=product.pk)
    return Table(_("Prices"), heads, shown, more=more)
