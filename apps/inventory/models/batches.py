"""Batches, what moved them, and where they lie.

ERPNext's own ``batch_qty`` cannot be relied on (it is 0 for what is disabled or was expired when it last
moved), so a batch's quantity is our sum over its movements, which ERPNext keeps in bundles.
"""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.catalog.models import Product
from apps.core.mirror import (
    MirroredModel,
    MirroredRow,
    check_column,
    date_column,
    long_text_column,
    number_column,
    text_column,
)
from apps.inventory.models.receipts import Receipt, Supplier
from apps.inventory.models.stock import Warehouse
from apps.inventory.querysets import BATCH_WORDS, NOT_MADE_BY_STOCK, BatchQuerySet, BundleQuerySet
from apps.inventory.states import BatchState


class Batch(MirroredModel):
    """A received quantity of one product with a number, a cost and an expiry of its own.

    The last columns are ours: ``inventory.services`` writes them from the batch's movements, the sync never.
    """

    ERP_COLUMNS = (
        "number",
        "item_code",
        "item_name",
        "expires_on",
        "made_on",
        "erp_quantity",
        "stock_unit",
        "supplier_erp_name",
        "source_doctype",
        "source_name",
        "parent_number",
        "description_source",
        "image_path",
        "is_active",
    )

    number = text_column(_("batch number"))
    item_code = text_column(_("item code"))
    product = models.ForeignKey(
        Product, models.SET_NULL, null=True, blank=True, related_name="batches", verbose_name=_("product")
    )
    item_name = text_column(_("name in ERPNext"))
    expires_on = date_column(_("expires on"))
    made_on = date_column(_("made on"))
    erp_quantity = number_column(_("quantity as ERPNext shows it"))
    stock_unit = text_column(_("stock unit"))
    supplier_erp_name = text_column(_("supplier on the batch"))
    source_doctype = text_column(_("made by, kind of document"))
    source_name = text_column(_("made by"))
    parent_number = text_column(_("part of batch"))
    description_source = long_text_column(_("description as ERPNext holds it"))
    image_path = long_text_column(_("image in ERPNext"))
    is_active = check_column(_("active"))

    quantity: "models.DecimalField[Decimal, Decimal]" = models.DecimalField(
        _("quantity"), max_digits=21, decimal_places=9, db_default=Decimal(0)
    )
    received_quantity = models.DecimalField(
        _("received"), max_digits=21, decimal_places=9, db_default=Decimal(0)
    )
    received_on = models.DateField(_("received on"), null=True, blank=True)
    unit_cost = models.DecimalField(
        _("cost per stock unit"), max_digits=21, decimal_places=9, null=True, blank=True
    )
    supplier = models.ForeignKey(
        Supplier, models.SET_NULL, null=True, blank=True, related_name="batches", verbose_name=_("supplier")
    )
    receipt = models.ForeignKey(
        Receipt, models.SET_NULL, null=True, blank=True, related_name="batches", verbose_name=_("receipt")
    )

    objects = BatchQuerySet.as_manager()

    class Meta(MirroredModel.Meta):
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(BATCH_WORDS, name="inventory_batch_by_words"),
            models.Index(fields=["product", "expires_on"], name="inventory_batch_of_product"),
            models.Index(fields=["expires_on", "id"], name="inventory_batch_by_expiry"),
            models.Index(fields=["supplier", "-received_on"], name="inventory_batch_by_supplier"),
            models.Index(
                fields=["item_code"],
                condition=Q(product=None, item_code__gt=""),
                name="inventory_batch_no_product",
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.erp_name

    @property
    def has_moved(self) -> bool:
        """Whether anything of it has come; what was taken back whole has not."""
        return bool(self.quantity or self.received_quantity)

    def state_on(self, day: date) -> BatchState:
        """What can be done with it on a day; ``BatchQuerySet.in_states`` asks the same of the table."""
        if self.is_gone:
            return BatchState.VOID
        if self.quantity <= 0:
            has_come = self.received_on is not None or self.source_doctype not in NOT_MADE_BY_STOCK
            return BatchState.DEPLETED if has_come else BatchState.PENDING
        if not self.is_active:
            return BatchState.VOID
        is_expired = self.expires_on is not None and self.expires_on < day
        return BatchState.EXPIRED if is_expired else BatchState.ACTIVE


class BatchBundle(MirroredModel):
    """What one line of a document moved, batch by batch (ERPNext: Serial and Batch Bundle)."""

    ERP_COLUMNS = (
        "erp_docstatus",
        "company",
        "item_code",
        "warehouse_name",
        "direction",
        "total_quantity",
        "voucher_type",
        "voucher_name",
        "voucher_row",
        "posted_on",
        "is_cancelled",
    )

    erp_docstatus = models.PositiveSmallIntegerField(_("draft, submitted or cancelled in ERPNext"))
    company = text_column(_("company"))
    item_code = text_column(_("item code"))
    warehouse_name = text_column(_("warehouse"))
    direction = text_column(_("direction"))
    total_quantity = number_column(_("quantity"))
    voucher_type = text_column(_("kind of document"))
    voucher_name = text_column(_("document"))
    voucher_row = text_column(_("row of the document"))
    posted_on = date_column(_("posted on"))
    is_cancelled = check_column(_("cancelled"))

    objects = BundleQuerySet.as_manager()

    class Meta(MirroredModel.Meta):
        verbose_name = _("batch movement")
        verbose_name_plural = _("batch movements")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *MirroredModel.Meta.constraints,
            models.CheckConstraint(
                condition=Q(erp_docstatus__in=[0, 1, 2]), name="inventory_bundle_known_docstatus"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["voucher_type", "voucher_name"], name="inventory_bundle_by_voucher")
        ]

    def __str__(self) -> str:
        return f"{self.voucher_type} {self.voucher_name}".strip() or self.erp_name


class BatchEntry(MirroredRow):
    """How much of one batch a movement took (negative) or brought, in stock units."""

    ERP_COLUMNS = ("batch_number", "quantity", "warehouse_name", "incoming_rate", "value_difference")

    bundle = models.ForeignKey(
        BatchBundle, models.CASCADE, related_name="entries", verbose_name=_("batch movement")
    )
    batch_number = text_column(_("batch"))
    quantity = number_column(_("quantity"))
    warehouse_name = text_column(_("warehouse"))
    incoming_rate = number_column(_("cost per stock unit"))
    value_difference = number_column(_("change of stock value"))

    class Meta(MirroredRow.Meta):
        verbose_name = _("movement of a batch")
        verbose_name_plural = _("movements of batches")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["batch_number"], name="inventory_entry_by_batch")
        ]

    def __str__(self) -> str:
        return f"{self.batch_number}: {self.quantity.normalize():f}"


class BatchStock(models.Model):
    """How much of a batch lies in a warehouse: our sum of its movements."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="stock", verbose_name=_("batch"))
    warehouse_name = models.CharField(_("warehouse in ERPNext"), max_length=140)
    warehouse = models.ForeignKey(
        Warehouse, models.SET_NULL, null=True, blank=True, related_name="batches", verbose_name=_("warehouse")
    )
    quantity = models.DecimalField(_("quantity"), max_digits=21, decimal_places=9)

    class Meta:
        verbose_name = _("stock of a batch")
        verbose_name_plural = _("stock of batches")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["batch", "warehouse_name"], name="inventory_batchstock_once")
        ]

    def __str__(self) -> str:
        return f"{self.batch}: {self.quantity.normalize():f} in {self.warehouse_name}"
