"""Warehouses, and what stands in them."""

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django.contrib import admin
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core.admin import filters
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.columns import Kind, Words, column
from apps.core.admin.links import list_link, profile_link
from apps.core.admin.mirrored import MirroredAdmin
from apps.core.admin.profile import Facts, Shown, Table
from apps.core.admin.standing import ACTIVE, IN_ERPNEXT, gone, usable
from apps.core.admin.trees import TreeAdmin
from apps.core.templatetags import larder as say
from apps.inventory.models import StockLevel, Warehouse
from apps.inventory.options import ShopOptions
from apps.inventory.querysets import StockLevelQuerySet


@admin.register(Warehouse)
class WarehouseAdmin(TreeAdmin):
    """Places that hold stock, under the groups they belong to."""

    permission_category = "products"
    erp_doctype = "Warehouse"
    list_display = ("title", "status", "parent", "kind", "company", "read_at")
    list_extra = ("is_group",)
    list_filter = (ACTIVE, IN_ERPNEXT)
    on_phone = ("status", "parent")
    search_fields = ("name",)
    search_help_text = _("Name")
    ordering = ("name", "id")
    sortable_by = ("title",)
    list_icon = "warehouse"
    empty_text = _("Warehouses come from ERPNext. “Sync everything” under Settings › Sync brings them in.")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("Warehouse"), ("name", "parent", "is_group", "kind", "company")),
    )

    @column(_("Warehouse"), order="name")
    def title(self, warehouse: Warehouse) -> Shown:
        return self.indented(warehouse)

    @column(_("Status"), kind=Kind.CHIP)
    def status(self, warehouse: Warehouse) -> Chip:
        return usable(warehouse, is_active=warehouse.is_active)

    def profile_chips(self, record: Warehouse) -> Sequence[Chip]:
        return [self.status(record)]

    def key_figures(self, record: Warehouse) -> Sequence[tuple[Words, Shown]]:
        if record.is_group:
            return ()
        held = record.levels.held().aggregate(products=Count("id"), value=Sum("value"))
        there = list_link(StockLevel, say.count(held["products"]), warehouse=record.pk, held="yes")
        return ((_("Products in it"), there), (_("Stock value"), say.money(held["value"] or 0)))

    def tables(self, record: Warehouse, request: HttpRequest) -> Sequence[Table]:
        return self.children_table(record)


@admin.register(StockLevel)
class StockLevelAdmin(MirroredAdmin):
    """What each warehouse holds of each product: warehouse by warehouse, by item code."""

    permission_category = "products"
    erp_doctype = "Bin"
    list_display = (
        "title",
        "status",
        "code",
        "warehouse",
        "actual",
        "reserved",
        "free",
        "ordered",
        "unit",
        "value",
    )
    list_extra = ("projected", "requested", "planned", "held_back", "valuation_rate", "read_at")
    list_totals: ClassVar[dict[str, Any]] = {"value": Sum("value", filter=Q(gone_at=None))}
    list_filter = (
        filters.related("warehouse", _("Warehouse")),
        filters.yes_no("held", _("Stock"), yes=~Q(actual=0), words=(_("Something there"), _("None"))),
        filters.yes_no("short", _("Free"), yes=Q(free__lte=0), words=(_("Nothing free"), _("Some free"))),
        filters.record("product", _("Product")),
        IN_ERPNEXT,
    )
    list_select_related = ("product", "warehouse")
    on_phone = ("status", "warehouse", "actual")
    search_fields = ("item_code",)
    search_help_text = _("Product, code or barcode")
    ordering = ("warehouse", "item_code", "id")
    sortable_by = ()
    list_icon = "shelves"
    empty_text = _("Stock comes from ERPNext. “Sync everything” under Settings › Sync brings it in.")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("What and where"), ("product", "warehouse", "unit")),
        Facts(
            _("Quantities"),
            ("actual", "reserved", "free", "ordered", "requested", "planned", "projected", "held_back"),
        ),
        Facts(_("Value"), ("cost", "value")),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockLevel]:
        """A list counts the shop's own warehouses, unless it is narrowed to one; a level's page shows any."""
        rows = cast("StockLevelQuerySet", super().get_queryset(request))
        return rows.in_warehouses(self._counted(request))

    def _counted(self, request: HttpRequest) -> tuple[str, ...] | None:
        match = request.resolver_match
        is_of_one = request.GET.get("warehouse") or (match and "object_id" in match.kwargs)
        return None if is_of_one else ShopOptions().stock_warehouses

    @property
    def totals_note(self) -> str:  # type: ignore[override]  # elsewhere it is the same at any time
        counted = ShopOptions().stock_warehouses
        return ", ".join([_now("in shop currency"), *(counted or ())])

    @column(_("Product"))
    def title(self, level: StockLevel) -> str:
        return str(level.product or level.item_code)

    @column(_("Status"), kind=Kind.CHIP)
    def status(self, level: StockLevel) -> Chip:
        if level.is_gone:
            return gone()
        if level.actual < 0:
            return Chip(_now("Below zero"), Tone.ACT, "error")
        if not level.actual:
            return Chip(_now("None"), Tone.QUIET)
        return Chip(_now("In stock"), Tone.WELL) if level.free > 0 else Chip(_now("All reserved"), Tone.LOOK)

    @column(_("Item code"))
    def code(self, level: StockLevel) -> Shown:
        return profile_link(level.product, level.item_code)

    @column(_("Product"))
    def product(self, level: StockLevel) -> Any:
        return level.product or level.item_code

    @column(_("Warehouse"))
    def warehouse(self, level: StockLevel) -> Warehouse | str:
        return level.warehouse or level.warehouse_name

    @column(_("Free"), kind=Kind.QUANTITY)
    def free(self, level: StockLevel) -> Any:
        """A generated column has no kind of its own."""
        return level.free

    @column(_("Value"), kind=Kind.MONEY)
    def value(self, level: StockLevel) -> Any:
        return level.value

    @column(_("Cost per stock unit"), kind=Kind.MONEY)
    def cost(self, level: StockLevel) -> Any:
        return level.valuation_rate or None

    def profile_title(self, record: StockLevel) -> str:
        return _now("%(product)s in %(warehouse)s") % {
            "product": self.title(record),
            "warehouse": self.warehouse(record),
        }

    def profile_chips(self, record: StockLevel) -> Sequence[Chip]:
        return [self.status(record)]

    def key_figures(self, record: StockLevel) -> Sequence[tuple[Words, Shown]]:
        return (
            (_("In stock"), say.quantity(record.actual)),
            (_("Reserved"), say.quantity(record.reserved)),
            (_("Free"), say.quantity(record.free)),
        )
