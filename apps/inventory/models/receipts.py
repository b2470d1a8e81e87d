"""Who delivers, and what was delivered."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.catalog.models import Product
from apps.core.mirror import (
    MirroredModel,
    MirroredRow,
    NamedQuerySet,
    check_column,
    date_column,
    long_text_column,
    number_column,
    text_column,
)
from apps.inventory.querysets import RECEIPT_WORDS, ReceiptQuerySet


class Supplier(MirroredModel):
    """A supplier. Mobile and e-mail are copies of the primary contact, stale until the supplier is saved."""

    ERP_COLUMNS = (
        "name",
        "group_name",
        "kind",
        "country",
        "mobile",
        "email",
        "tax_id",
        "currency",
        "price_list_name",
        "payment_terms_name",
        "language",
        "website",
        "contact_name",
        "address_name",
        "details",
        "image_path",
        "is_active",
        "is_frozen",
        "is_internal",
        "is_on_hold",
        "hold_kind",
        "held_until",
    )

    name = text_column(_("name"))
    group_name = text_column(_("group"))
    kind = text_column(_("kind"))
    country = text_column(_("country"))
    mobile = text_column(_("mobile"))
    email = long_text_column(_("email"))
    tax_id = text_column(_("tax id"))
    currency = text_column(_("currency"))
    price_list_name = text_column(_("price list"))
    payment_terms_name = text_column(_("payment terms"))
    language = text_column(_("language"))
    website = text_column(_("website"))
    contact_name = text_column(_("primary contact"))
    address_name = text_column(_("primary address"))
    details = long_text_column(_("notes in ERPNext"))
    image_path = long_text_column(_("image in ERPNext"))
    is_active = check_column(_("active"))
    is_frozen = check_column(_("frozen"))
    is_internal = check_column(_("one of our own companies"))
    is_on_hold = check_column(_("on hold"))
    hold_kind = text_column(_("what is on hold"))
    held_until = date_column(_("on hold until"))

    # ours: inventory.services writes them, the sync never
    display_name = models.CharField(
        _("display name"), max_length=140, blank=True, db_default="", help_text=_("empty: ERPNext's name")
    )
    batch_prefix = models.CharField(
        _("batch prefix"),
        max_length=8,
        blank=True,
        db_default="",
        help_text=_("first part of its batch numbers"),
    )
    column_mapping = models.JSONField(_("columns of its invoices"), default=dict, blank=True, db_default={})
    last_upload_number = models.PositiveIntegerField(_("last upload number"), db_default=0)
    lead_time_days = models.PositiveSmallIntegerField(_("lead time, days"), null=True, blank=True)

    objects = NamedQuerySet.as_manager()

    class Meta(MirroredModel.Meta):
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *MirroredModel.Meta.constraints,
            models.UniqueConstraint(
                Lower("batch_prefix"),
                condition=~Q(batch_prefix=""),
                name="inventory_supplier_own_prefix",
            ),
            models.CheckConstraint(
                condition=Q(batch_prefix__regex=r"^[A-Za-z0-9]{0,8}$"), name="inventory_supplier_prefix_plain"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["name", "id"], name="inventory_supplier_by_name")
        ]

    def __str__(self) -> str:
        return self.display_name or self.name or self.erp_name


class Receipt(MirroredModel):
    """A purchase receipt: what a supplier delivered, and where it came from in his books."""

    ERP_COLUMNS = (
        "erp_docstatus",
        "erp_status",
        "company",
        "supplier_erp_name",
        "supplier_name",
        "delivery_note",
        "posted_on",
        "posted_time",
        "is_return",
        "return_of_name",
        "amends_name",
        "currency",
        "conversion_rate",
        "total_quantity",
        "total",
        "net_total",
        "grand_total",
        "base_net_total",
        "base_grand_total",
        "billed_percent",
        "returned_percent",
        "remarks",
        "larder_reference",
    )

    erp_docstatus = models.PositiveSmallIntegerField(_("draft, submitted or cancelled in ERPNext"))
    erp_status = text_column(_("status in ERPNext"))
    company = text_column(_("company"))
    supplier_erp_name = text_column(_("supplier in ERPNext"))
    supplier = models.ForeignKey(
        Supplier, models.SET_NULL, null=True, blank=True, related_name="receipts", verbose_name=_("supplier")
    )
    supplier_name = text_column(_("supplier as delivered"))
    delivery_note = text_column(_("supplier's own number"))
    posted_on = models.DateField(_("posted on"))
    posted_time = models.TimeField(_("posted at"))
    is_return = check_column(_("return"))
    return_of_name = text_column(_("return of, in ERPNext"))
    amends_name = text_column(_("amends, in ERPNext"))
    currency = text_column(_("currency"))
    conversion_rate = number_column(_("rate to company currency"))
    total_quantity = number_column(_("total quantity"))
    total = number_column(_("total of lines"))
    net_total = number_column(_("net total"))
    grand_total = number_column(_("grand total"))
    base_net_total = number_column(_("net total, company currency"))
    base_grand_total = number_column(_("grand total, company currency"))
    billed_percent = number_column(_("billed, %"))
    returned_percent = number_column(_("returned, %"))
    remarks = long_text_column(_("remarks"))
    larder_reference = text_column(_("Larder's reference"))

    objects = ReceiptQuerySet.as_manager()

    class Meta(MirroredModel.Meta):
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *MirroredModel.Meta.constraints,
            models.CheckConstraint(
                condition=Q(erp_docstatus__in=[0, 1, 2]), name="inventory_receipt_known_docstatus"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(RECEIPT_WORDS, name="inventory_receipt_by_words"),
            models.Index(fields=["supplier", "-posted_on"], name="inventory_receipt_by_supplier"),
            models.Index(fields=["-posted_on", "-id"], name="inventory_receipt_newest"),
            models.Index(fields=["delivery_note"], name="inventory_receipt_by_note"),
            models.Index(  # ours, among many that are not
                fields=["larder_reference"],
                condition=Q(larder_reference__gt=""),
                name="inventory_receipt_by_ref",
            ),
            models.Index(
                fields=["supplier_erp_name"],
                condition=Q(supplier=None, supplier_erp_name__gt=""),
                name="inventory_receipt_no_supplier",
            ),
        ]

    def __str__(self) -> str:
        return self.erp_name


class ReceiptLine(MirroredRow):
    """A delivered line; ``rate`` is for its unit, ``valuation_rate`` the unrounded cost of a stock unit."""

    ERP_COLUMNS = (
        "item_code",
        "item_name",
        "supplier_part",
        "received_quantity",
        "quantity",
        "rejected_quantity",
        "unit",
        "unit_factor",
        "stock_quantity",
        "stock_unit",
        "rate",
        "amount",
        "net_rate",
        "net_amount",
        "valuation_rate",
        "warehouse_name",
        "batch_number",
        "batch_bundle_name",
        "is_free",
        "purchase_order_name",
        "returns_row",
    )

    receipt = models.ForeignKey(Receipt, models.CASCADE, related_name="lines", verbose_name=_("receipt"))
    item_code = text_column(_("item code"))
    product = models.ForeignKey(
        Product,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="receipt_lines",
        verbose_name=_("product"),
    )
    item_name = text_column(_("name as delivered"))
    supplier_part = text_column(_("supplier's part number"))
    received_quantity = number_column(_("received"))
    quantity = number_column(_("accepted"))
    rejected_quantity = number_column(_("rejected"))
    unit = text_column(_("unit"))
    unit_factor = number_column(_("stock units in it"))
    stock_quantity = number_column(_("accepted, in stock units"))
    stock_unit = text_column(_("stock unit"))
    rate = number_column(_("price"))
    amount = number_column(_("amount"))
    net_rate = number_column(_("net price"))
    net_amount = number_column(_("net amount"))
    valuation_rate = number_column(_("cost per stock unit"))
    warehouse_name = text_column(_("warehouse"))
    batch_number = text_column(_("batch"))
    batch_bundle_name = text_column(_("batch bundle"))
    is_free = check_column(_("free"))
    purchase_order_name = text_column(_("purchase order"))
    returns_row = text_column(_("returns the row"))

    class Meta(MirroredRow.Meta):
        verbose_name = _("receipt line")
        verbose_name_plural = _("receipt lines")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["product", "-id"], name="inventory_received_product"),
            models.Index(
                fields=["item_code"],
                condition=Q(product=None, item_code__gt=""),
                name="inventory_received_no_product",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.item_name or self.item_code}"
