"""Products and categories as ERPNext has them."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.catalog.models import Category, Product
from apps.catalog.trees import in_tree_order
from apps.core.admin import filters
from apps.core.admin.changelist import ShopChangeList
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.columns import Kind, Words, column, plain_text
from apps.core.admin.mirrored import MirroredAdmin
from apps.core.admin.profile import Facts, Shown, Table
from apps.core.templatetags import larder as say

IN_ERPNEXT = filters.yes_no(
    "present", _("In ERPNext"), yes=Q(gone_at=None), words=(_("Still there"), _("Gone"))
)


def standing(*, is_gone: bool, is_active: bool) -> Chip:
    """Whether it can be used, in one chip."""
    if is_gone:
        return Chip(_now("Gone"), Tone.ACT, "cloud_off")
    return Chip(_now("Active"), Tone.WELL) if is_active else Chip(_now("Disabled"), Tone.QUIET, "block")


@admin.register(Product)
class ProductAdmin(MirroredAdmin):
    """What the shop sells."""

    permission_category = "products"
    erp_doctype = "Item"
    list_display = ("title", "status", "item_code", "category", "brand_name", "stock_unit", "last_cost")
    list_extra = (
        "is_sold",
        "is_batched",
        "has_expiry",
        "valuation_rate",
        "safety_stock",
        "has_image",
        "read_at",
    )
    list_filter = (
        filters.related("category", _("Category")),
        filters.distinct("brand_name", _("Brand")),
        filters.yes_no("active", _("Status"), yes=Q(is_active=True), words=(_("Active"), _("Disabled"))),
        filters.yes_no("image", _("Image"), yes=Q(image_path__gt=""), words=(_("With one"), _("Without"))),
        IN_ERPNEXT,
    )
    list_select_related = ("category",)
    on_phone = ("status", "item_code", "last_cost")
    search_fields = ("item_code",)
    search_help_text = _("Name, code or barcode")
    ordering = (
        "name_en",
        "id",
    )  # not "name": modeltranslation would sort by the reader's language, without index
    sortable_by = ("title", "item_code", "brand_name")
    list_icon = "nutrition"
    empty_text = _("Products come from ERPNext. “manage.py sync run” on the server brings them in.")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("Product"), ("item_code", "category", "brand_name", "description", "variant_of")),
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
        Facts(_("Buying"), ("is_bought", "purchase_unit", "standard_rate")),
        Facts(
            _("Customs and weight"), ("origin_country", "customs_tariff", "weight_per_unit", "weight_unit")
        ),
    )

    @column(_("Product"), order="name_en")
    def title(self, product: Product) -> str:
        return str(product)

    @column(_("Description"))
    def description(self, product: Product) -> str:
        return plain_text(product.description)

    @column(_("Status"), kind=Kind.CHIP)
    def status(self, product: Product) -> Chip:
        return standing(is_gone=product.is_gone, is_active=product.is_active)

    @column(_("Last cost"), kind=Kind.MONEY)
    def last_cost(self, product: Product) -> Any:
        return product.last_purchase_rate or None

    @column(_("Has image"), kind=Kind.YES_NO)
    def has_image(self, product: Product) -> bool:
        return bool(product.image_path)

    def profile_chips(self, record: Product) -> Sequence[Chip]:
        return [standing(is_gone=record.is_gone, is_active=record.is_active)]

    def key_figures(self, record: Product) -> Sequence[tuple[Words, Shown]]:
        return (
            (_("Last cost"), say.money(record.last_purchase_rate or None)),
            (_("Valuation per stock unit"), say.money(record.valuation_rate or None)),
            (_("Shelf life, days"), say.quantity(record.shelf_life_days or None)),
        )

    def tables(self, record: Product, request: HttpRequest) -> Sequence[Table]:
        barcodes = [
            (say.code(row.barcode), row.kind or "—", row.unit or "—") for row in record.barcodes.all()
        ]
        units = [(row.unit, say.quantity(row.factor)) for row in record.units.all()]
        parts = [(row.supplier_name, say.code(row.part_number)) for row in record.supplier_parts.all()]
        offered = (
            Table(_("Barcodes"), ((_("Barcode"), False), (_("Kind"), False), (_("Unit"), False)), barcodes),
            Table(_("Units"), ((_("Unit"), False), (_("Stock units in it"), True)), units),
            Table(_("Suppliers' numbers"), ((_("Supplier"), False), (_("Part number"), False)), parts),
        )
        return [table for table in offered if table.rows]


class TreeChangeList(ShopChangeList):
    """Children stand under their parents, as long as nothing else was asked for."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.is_tree = "o" not in self.params and not self.is_narrowed and not self.multi_page
        if self.is_tree:
            self.result_list = in_tree_order(self.result_list)
            self.slice.rows[:] = self.result_list


@admin.register(Category)
class CategoryAdmin(MirroredAdmin):
    """ERPNext's item groups, as a tree."""

    permission_category = "products"
    erp_doctype = "Item Group"
    list_display = ("title", "status", "parent", "products", "read_at")
    list_extra = ("is_group",)
    list_filter = (IN_ERPNEXT,)
    list_select_related = ("parent",)
    list_per_page = 500
    on_phone = ("status", "parent", "products")
    search_fields = ("name_en",)
    search_help_text = _("Name")
    ordering = ("name_en", "id")
    sortable_by = ("title",)
    list_icon = "account_tree"
    empty_text = _("Categories are ERPNext's item groups. “manage.py sync run” on the server brings them in.")
    facts: ClassVar[Sequence[Facts]] = (Facts(_("Category"), ("parent", "is_group", "products")),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        present = Count("products", filter=Q(products__gone_at=None))
        rows: QuerySet[Category] = super().get_queryset(request).annotate(product_count=present)
        return rows

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ShopChangeList]:
        return TreeChangeList

    @column(_("Category"), order="name_en")
    def title(self, category: Category) -> Any:
        depth = getattr(category, "depth", 0)
        if not depth:
            return str(category)
        return format_html('<span class="ll-depth" style="--depth: {}"><bdi>{}</bdi></span>', depth, category)

    @column(_("Status"), kind=Kind.CHIP)
    def status(self, category: Category) -> Chip:
        return standing(is_gone=category.is_gone, is_active=True)

    @column(_("Products"), kind=Kind.COUNT)
    def products(self, category: Any) -> int:
        return int(category.product_count)

    def key_figures(self, record: Any) -> Sequence[tuple[Words, Shown]]:
        link = f"{reverse('admin:catalog_product_changelist')}?category={record.pk}"
        shown = format_html('<a class="lr-link" href="{}">{}</a>', link, say.count(record.product_count))
        return ((_("Products"), shown),)

    def tables(self, record: Category, request: HttpRequest) -> Sequence[Table]:
        below = [
            (
                format_html(
                    '<a class="lr-link" href="{}">{}</a>',
                    reverse("admin:catalog_category_change", args=[child.pk]),
                    child,
                ),
            )
            for child in record.children.order_by("name_en", "id")[:200]
        ]
        return [Table(_("Under it"), ((_("Category"), False),), below)] if below else []
