"""Warehouses, and what stands in them."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.catalog.models import Product
from apps.core.mirror import MirroredModel, NamedQuerySet, check_column, number_column, text_column
from apps.inventory.querysets import StockLevelQuerySet


class Warehouse(MirroredModel):
    """A place that holds stock, or a group of such places, which holds none itself."""

    ERP_COLUMNS = ("name", "parent_name", "is_group", "company", "kind", "is_active")

    name = text_column(_("name"))
    parent_name = text_column(_("parent in ERPNext"))
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    is_group = check_column(_("holds other warehouses"))
    company = text_column(_("company"))
    kind = text_column(_("kind"))
    is_active = check_column(_("active"))

    objects = NamedQuerySet.as_manager()

    class Meta(MirroredModel.Meta):
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["parent_name"],
                condition=Q(parent=None, parent_name__gt=""),
                name="inventory_warehouse_waiting",
            )
        ]

    def __str__(self) -> str:
        return self.erp_name


class StockLevel(MirroredModel):
    """How much of a product a warehouse holds, in stock units; no row means none."""

    ERP_COLUMNS = (
        "item_code",
        "warehouse_name",
        "unit",
        "actual",
        "reserved",
        "ordered",
        "requested",
        "planned",
        "projected",
        "held_back",
        "valuation_rate",
        "value",
    )

    item_code = text_column(_("item code"))
    product = models.ForeignKey(
        Product,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="stock_levels",
        verbose_name=_("product"),
    )
    warehouse_name = text_column(_("warehouse in ERPNext"))
    warehouse = models.ForeignKey(
        Warehouse, models.SET_NULL, null=True, blank=True, related_name="levels", verbose_name=_("warehouse")
    )
    unit = text_column(_("unit"))
    actual: "models.DecimalField[Decimal, Decimal]" = number_column(_("in stock"))
    reserved: "models.DecimalField[Decimal, Decimal]" = number_column(_("reserved for orders"))
    ordered = number_column(_("on order"))
    requested = number_column(_("requested"))
    planned = number_column(_("planned"))
    projected = number_column(_("projected"))
    held_back = number_column(_("held for reservations"))
    valuation_rate = number_column(_("valuation rate"))
    value = number_column(_("value"))
    free = models.GeneratedField(
        expression=F("actual") - F("reserved"),
        output_field=models.DecimalField(max_digits=22, decimal_places=9),
        db_persist=True,
        verbose_name=_("free"),
    )

    objects = StockLevelQuerySet.as_manager()

    class Meta(MirroredModel.Meta):
        verbose_name = _("stock level")
        verbose_name_plural = _("stock levels")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["product", "warehouse"], name="inventory_level_of_product"),
            models.Index(fields=["warehouse", "item_code"], name="inventory_level_by_warehouse"),
            models.Index(
                fields=["item_code"],
                condition=Q(product=None, item_code__gt=""),
                name="inventory_level_no_product",
            ),
            models.Index(
                fields=["warehouse_name"],
                condition=Q(warehouse=None, warehouse_name__gt=""),
                name="inventory_level_no_warehouse",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_code} in {self.warehouse_name}: {self.actual.normalize():f}"
