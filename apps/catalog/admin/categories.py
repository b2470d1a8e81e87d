"""ERPNext's item groups."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.catalog.models import Category, Product
from apps.core.admin.chips import Chip
from apps.core.admin.columns import Kind, Words, column
from apps.core.admin.links import list_link
from apps.core.admin.profile import Facts, Shown, Table
from apps.core.admin.standing import IN_ERPNEXT, usable
from apps.core.admin.trees import TreeAdmin
from apps.core.templatetags import larder as say


@admin.register(Category)
class CategoryAdmin(TreeAdmin):
    """ERPNext's item groups, as a tree."""

    permission_category = "products"
    erp_doctype = "Item Group"
    list_display = ("title", "status", "parent", "products", "read_at")
    list_extra = ("is_group",)
    list_filter = (IN_ERPNEXT,)
    on_phone = ("status", "parent", "products")
    search_fields = ("name_en",)
    search_help_text = _("Name")
    ordering = ("name_en", "id")
    children_order = ("name_en", "id")
    sortable_by = ("title",)
    list_icon = "category"
    empty_text = _(
        "Categories are ERPNext's item groups. “Sync everything” under Settings › Sync brings them in."
    )
    facts: ClassVar[Sequence[Facts]] = (Facts(_("Category"), ("parent", "is_group", "products")),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        present = Count("products", filter=Q(products__gone_at=None))
        rows: QuerySet[Category] = super().get_queryset(request).annotate(product_count=present)
        return rows

    @column(_("Category"), order="name_en")
    def title(self, category: Category) -> Shown:
        return self.indented(category)

    @column(_("Status"), kind=Kind.CHIP)
    def status(self, category: Category) -> Chip:
        return usable(category)

    @column(_("Products"), kind=Kind.COUNT)
    def products(self, category: Any) -> int:
        return int(category.product_count)

    def key_figures(self, record: Any) -> Sequence[tuple[Words, Shown]]:
        return ((_("Products"), list_link(Product, say.count(record.product_count), category=record.pk)),)

    def tables(self, record: Category, request: HttpRequest) -> Sequence[Table]:
        return self.children_table(record)
