"""What stock, sales and expiry dates say of a product: figures that are written down, to be filtered by."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.catalog.models import Product
from apps.inventory.models.batches import Batch
from apps.inventory.querysets import OutlookQuerySet
from apps.inventory.states import StockState


class DailyDemand(models.Model):
    """How much of a product was sold on a day, in stock units; what came back that day is taken off.

    The sales are above us, so ``orders`` tells (``inventory.services.write_demand``). A day is ERPNext's
    posting date.
    """

    product = models.ForeignKey(
        Product, models.CASCADE, db_index=False, related_name="demand", verbose_name=_("product")
    )
    day = models.DateField(_("day"))
    quantity = models.DecimalField(_("sold"), max_digits=21, decimal_places=9)

    class Meta:
        verbose_name = _("demand of a day")
        verbose_name_plural = _("demand by day")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["product", "day"], name="inventory_demand_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["day"], include=["product", "quantity"], name="inventory_demand_by_day")
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.day}: {self.quantity.normalize():f}"


class UncountedDay(models.Model):
    """A day of which sales have changed since its demand was counted: a row for each page that changed some.

    Nothing is unique here, so that no two pages wait for each other, and a count takes away no row that it
    has not seen (docs/adr/0802).
    """

    day = models.DateField(_("day"))

    class Meta:
        verbose_name = _("day to be counted")
        verbose_name_plural = _("days to be counted")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.day)


class StockOutlook(models.Model):
    """How a product stands: what is free to sell, how long that lasts, what of it will not sell in time.

    Counted as a whole by ``inventory.services.count_outlook``, over the warehouses that count for the shop.
    Quantities are in stock units. A product that is not kept in stock has no row.
    """

    product = models.OneToOneField(
        Product, models.CASCADE, primary_key=True, related_name="outlook", verbose_name=_("product")
    )
    state = models.CharField(_("stock"), max_length=20, choices=StockState.choices)
    actual = models.DecimalField(_("in stock"), max_digits=21, decimal_places=9)
    reserved = models.DecimalField(_("reserved for orders"), max_digits=21, decimal_places=9)
    free: "models.DecimalField[Decimal, Decimal]" = models.DecimalField(
        _("free to sell"), max_digits=21, decimal_places=9
    )
    daily_demand: "models.DecimalField[Decimal, Decimal]" = models.DecimalField(
        _("sold a day"), max_digits=21, decimal_places=9, help_text=_("the mean of the last 28 whole days")
    )
    cover_days: "models.DecimalField[Decimal | None, Decimal | None]" = models.DecimalField(
        _("days of cover"), max_digits=12, decimal_places=1, null=True, help_text=_("empty: nothing is sold")
    )
    reorder_level = models.DecimalField(_("reorder level"), max_digits=21, decimal_places=9)
    lead_days = models.PositiveIntegerField(_("lead time, days"))
    expiring_quantity: "models.DecimalField[Decimal, Decimal]" = models.DecimalField(
        _("will not sell in time"), max_digits=21, decimal_places=9
    )
    expiring_value: "models.DecimalField[Decimal, Decimal]" = models.DecimalField(
        _("cost of that"), max_digits=21, decimal_places=6
    )
    counted_at = models.DateTimeField(_("changed"))

    objects = OutlookQuerySet.as_manager()

    class Meta:
        verbose_name = _("outlook of a product")
        verbose_name_plural = _("outlook of products")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=StockState.values), name="inventory_outlook_known_state"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state"], name="inventory_outlook_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.product}: {self.get_state_display()}"


class ExpiringBatch(models.Model):
    """What of a batch will not be sold before it expires, if each day sells what a day sells on average.

    Batches are taken to be sold in the order in which they expire, so a batch is waste only by what those
    before it leave unsold on its last day.
    """

    batch = models.OneToOneField(
        Batch, models.CASCADE, primary_key=True, related_name="expiring", verbose_name=_("batch")
    )
    quantity: "models.DecimalField[Decimal, Decimal]" = models.DecimalField(
        _("will not sell in time"), max_digits=21, decimal_places=9
    )
    value: "models.DecimalField[Decimal, Decimal]" = models.DecimalField(
        _("cost of that"), max_digits=21, decimal_places=6
    )
    last_day = models.DateField(_("to be sold until"))

    class Meta:
        verbose_name = _("expiring batch")
        verbose_name_plural = _("waste to come")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["last_day", "batch"], name="inventory_expiring_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.batch}: {self.quantity.normalize():f}"
