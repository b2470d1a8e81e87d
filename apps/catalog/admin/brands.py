"""Who stands on the label."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.catalog.models import Brand, Product
from apps.core.admin.chips import Chip
from apps.core.admin.columns import Kind, Words, column, plain_text
from apps.core.admin.links import list_link
from apps.core.admin.mirrored import MirroredAdmin
from apps.core.admin.profile import Facts, Shown
from apps.core.admin.standing import IN_ERPNEXT, usable
from apps.core.templatetags import larder as say


@admin.register(Brand)
class BrandAdmin(MirroredAdmin):
    """Brands, with how many products bear them."""

    permission_category = "products"
    erp_doctype = "Brand"
    list_display = ("title", "status", "products", "description", "read_at")
    list_filter = (IN_ERPNEXT,)
    on_phone = ("status", "description", "products")
    search_fields = ("name",)
    search_help_text = _("Name")
    ordering = ("name", "id")
    sortable_by = ("title",)
    list_icon = "sell"
    empty_text = _("Brands come from ERPNext. “Sync everything” under Settings › Sync brings them in.")
    facts: ClassVar[Sequence[Facts]] = (Facts(_("Brand"), ("title", "description")),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Brand]:
        present = Count("products", filter=Q(products__gone_at=None))
        rows: QuerySet[Brand] = super().get_queryset(request).annotate(product_count=present)
        return rows

    @column(_("Brand"), order="name")
    def title(self, brand: Brand) -> str:
        return str(brand)

    @column(_("Status"), kind=Kind.CHIP)
    def status(self, brand: Brand) -> Chip:
        return usable(brand)

    @column(_("Description"))
    def description(self, brand: Brand) -> str:
        return plain_text(brand.description)

    @column(_("Products"), kind=Kind.COUNT)
    def products(self, brand: Any) -> int:
        return int(brand.product_count)

    def key_figures(self, record: Any) -> Sequence[tuple[Words, Shown]]:
        shown = list_link(Product, say.count(record.product_count), brand_name=record.erp_name)
        return ((_("Products"), shown),)
