"""What a confirmed invoice made here, until ERPNext has it; and the margin that a category is to keep.

Nothing of it counts as stock or as the shop's price: ERPNext's own rows do, once they come (docs/adr/0241).
"""

from decimal import Decimal
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.catalog.models import Category, ItemPrice, Product
from apps.inventory.models.batches import Batch
from apps.inventory.models.receipts import Receipt, Supplier
from apps.inventory.models.uploads import InvoiceUpload, UploadLine
from apps.inventory.querysets import LocalBatchQuerySet, LocalQuerySet
from apps.inventory.states import CANCELLED, DRAFT, LocalState, PriceKind, Standing

OWN_STANDING: Final = {LocalState.PENDING: Standing.PENDING, LocalState.VOID: Standing.VOID}


class LocalBatch(models.Model):
    """A batch that a line of an invoice made. Its number is nobody else's, ever."""

    number = models.CharField(_("batch number"), max_length=40)
    upload = models.ForeignKey(
        InvoiceUpload, models.PROTECT, related_name="batches", verbose_name=_("invoice")
    )
    # Empty once it is void and its file was replaced (docs/adr/0241): the number stays given out.
    line = models.ForeignKey(
        UploadLine, models.SET_NULL, null=True, blank=True, related_name="batches", verbose_name=_("line")
    )
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="local_batches", verbose_name=_("product")
    )
    supplier = models.ForeignKey(
        Supplier, models.PROTECT, related_name="local_batches", verbose_name=_("supplier")
    )
    quantity: "models.DecimalField[Decimal, Decimal]" = models.DecimalField(
        _("quantity in stock units"), max_digits=15, decimal_places=3
    )
    unit_cost: "models.DecimalField[Decimal, Decimal]" = models.DecimalField(
        _("cost per stock unit"), max_digits=18, decimal_places=6
    )
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    received_on = models.DateField(_("received on"))
    state = models.CharField(_("state"), max_length=7, choices=LocalState.choices)
    batch = models.OneToOneField(
        Batch,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="local",
        verbose_name=_("batch in ERPNext"),
    )
    joined_at = models.DateTimeField(_("in ERPNext since"), null=True, blank=True)
    gone_at = models.DateTimeField(
        _("gone from ERPNext since"), null=True, blank=True, help_text=_("ERPNext had it, and has it no more")
    )
    # The receipt in ERPNext that says that it comes, or came; of a cancelled one and another, the other.
    receipt = models.ForeignKey(
        Receipt,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="local_batches",
        verbose_name=_("receipt in ERPNext"),
    )
    is_contested = models.BooleanField(
        _("contested"), default=False, help_text=_("ERPNext has a batch of this number, of another item")
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    objects: ClassVar[LocalBatchQuerySet] = LocalBatchQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("local batch")
        verbose_name_plural = _("local batches")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("number"), name="inventory_localbatch_number_once"),
            models.UniqueConstraint(
                fields=["line"], condition=~Q(state=LocalState.VOID), name="inventory_localbatch_line_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=LocalState.values), name="inventory_localbatch_state_known"
            ),
            models.CheckConstraint(
                condition=Q(batch=None) | Q(state=LocalState.JOINED), name="inventory_localbatch_joined"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="inventory_localbatch_some"),
            models.CheckConstraint(
                condition=Q(line__isnull=False) | Q(state=LocalState.VOID),
                name="inventory_localbatch_of_line",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["product", "-id"], name="inventory_localbatch_product"),
            models.Index(fields=["state", "-id"], name="inventory_localbatch_by_state"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def standing(self) -> Standing:
        """How far it has come; it looks at its batch and its receipt, which should be at hand."""
        if self.state in OWN_STANDING:
            return OWN_STANDING[LocalState(self.state)]
        if self.state == LocalState.JOINED and (self.batch is None or self.batch.has_moved):
            return Standing.ARRIVED
        return self._said_by_its_receipt()

    def _said_by_its_receipt(self) -> Standing:
        is_joined = self.state == LocalState.JOINED
        if self.receipt is None:
            return Standing.NUMBERED if is_joined else Standing.AWAITED
        if self.receipt.is_gone:
            return Standing.DELETED
        if self.receipt.erp_docstatus == CANCELLED:
            return Standing.CANCELLED
        if self.receipt.erp_docstatus == DRAFT:
            return Standing.DRAFTED
        return Standing.ARRIVED if is_joined else Standing.LEFT_OUT


class LocalPrice(models.Model):
    """A price that an invoice set, from its date on; ERPNext knows it by what it says."""

    upload = models.ForeignKey(
        InvoiceUpload, models.PROTECT, related_name="prices", verbose_name=_("invoice")
    )
    line = models.ForeignKey(
        UploadLine, models.SET_NULL, null=True, blank=True, related_name="prices", verbose_name=_("line")
    )
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="local_prices", verbose_name=_("product")
    )
    kind = models.CharField(_("kind"), max_length=7, choices=PriceKind.choices)
    price_list_name = models.CharField(_("price list in ERPNext"), max_length=140)
    supplier = models.ForeignKey(
        Supplier,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="local_prices",
        verbose_name=_("supplier"),
        help_text=_("of a buying price"),
    )
    unit = models.CharField(_("unit"), max_length=140)
    currency = models.CharField(_("currency"), max_length=140)
    rate: "models.DecimalField[Decimal, Decimal]" = models.DecimalField(
        _("price"), max_digits=18, decimal_places=6
    )
    valid_from = models.DateField(_("valid from"))
    reference = models.CharField(_("reference"), max_length=140)  # of the message that would tell it
    state = models.CharField(_("state"), max_length=7, choices=LocalState.choices)
    item_price = models.ForeignKey(
        ItemPrice,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="local",
        verbose_name=_("price in ERPNext"),
    )
    joined_at = models.DateTimeField(_("in ERPNext since"), null=True, blank=True)
    gone_at = models.DateTimeField(
        _("gone from ERPNext since"), null=True, blank=True, help_text=_("ERPNext had it, and has it no more")
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    objects: ClassVar[LocalQuerySet] = LocalQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("local price")
        verbose_name_plural = _("local prices")
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["upload", "product", "kind"],
                condition=~Q(state=LocalState.VOID),
                name="inventory_localprice_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LocalState.values, kind__in=PriceKind.values),
                name="inventory_localprice_state_known",
            ),
            models.CheckConstraint(
                condition=Q(item_price=None) | Q(state=LocalState.JOINED), name="inventory_localprice_joined"
            ),
            models.CheckConstraint(condition=Q(rate__gte=0), name="inventory_localprice_some"),
            models.CheckConstraint(
                condition=Q(line__isnull=False) | Q(state=LocalState.VOID),
                name="inventory_localprice_of_line",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["product", "kind", "-valid_from"], name="inventory_localprice_product"),
            models.Index(fields=["reference"], name="inventory_localprice_by_ref"),
        ]

    def __str__(self) -> str:
        return f"{self.product}: {self.rate.normalize():f} {self.currency}"


class CategoryFloor(models.Model):
    """The margin that a category is to keep, where it is not the shop's; its children follow it."""

    category = models.OneToOneField(
        Category, models.CASCADE, related_name="margin_floor", verbose_name=_("category")
    )
    percent: "models.DecimalField[Decimal, Decimal]" = models.DecimalField(
        _("least margin, %"), max_digits=4, decimal_places=1
    )

    class Meta:
        verbose_name = _("margin floor of a category")
        verbose_name_plural = _("margin floors of categories")
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lt=100), name="inventory_floor_within_bounds"
            )
        ]

    def __str__(self) -> str:
        return f"{self.category}: {self.percent} %"
