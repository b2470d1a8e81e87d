"""What was sold or promised: ERPNext's invoices, sales orders and till invoices (docs/adr/0103)."""

from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
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
    whole_column,
)
from apps.customers.models import Customer
from apps.orders.querysets import ORDER_WORDS, SUBMITTED, OrderQuerySet
from apps.orders.states import INVOICES, OrderDocument, OrderSource, OrderStatus


class Order(MirroredModel):
    """One sale. ``status`` is our word for where it stands, ``erp_status`` is ERPNext's."""

    ERP_COLUMNS = (
        "status",
        "source",
        "placed_at",
        "erp_status",
        "erp_docstatus",
        "naming_series",
        "company",
        "customer_erp_name",
        "customer_name",
        "customer_group_name",
        "territory_name",
        "posted_on",
        "posted_time",
        "due_on",
        "is_return",
        "return_of_name",
        "amends_name",
        "is_pos",
        "pos_profile_name",
        "is_consolidated",
        "consolidated_name",
        "moves_stock",
        "currency",
        "conversion_rate",
        "total_quantity",
        "total",
        "net_total",
        "tax_total",
        "grand_total",
        "base_total",
        "base_net_total",
        "base_tax_total",
        "base_grand_total",
        "rounds_total",
        "rounding_adjustment",
        "rounded_total",
        "outstanding",
        "paid",
        "change",
        "written_off",
        "discount_on",
        "discount_percentage",
        "discount_amount",
        "redeems_points",
        "points_redeemed",
        "points_value",
        "loyalty_program_name",
        "price_list_name",
        "ignores_price_rules",
        "warehouse_name",
        "address_name",
        "contact_name",
        "contact_mobile",
        "contact_email",
        "po_number",
        "remarks",
        "order_kind",
        "delivery_on",
        "delivery_status",
        "billing_status",
        "delivered_percent",
        "billed_percent",
        "picked_percent",
        "larder_reference",
    )

    document = models.CharField(_("document"), max_length=20, choices=OrderDocument.choices)
    status = models.CharField(_("status"), max_length=20, choices=OrderStatus.choices)
    source = models.CharField(_("source"), max_length=20, choices=OrderSource.choices)
    placed_at = models.DateTimeField(_("placed"))
    erp_status = text_column(_("status in ERPNext"))
    erp_docstatus = models.PositiveSmallIntegerField(_("draft, submitted or cancelled in ERPNext"))
    naming_series = text_column(_("naming series"))
    company = text_column(_("company"))

    customer = models.ForeignKey(
        Customer,
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,  # orders_order_by_customer serves
        related_name="orders",
        verbose_name=_("customer"),
    )
    customer_erp_name = text_column(_("customer in ERPNext"))
    customer_name = text_column(_("customer as sold"))
    customer_group_name = text_column(_("customer group as sold"))
    territory_name = text_column(_("territory as sold"))

    posted_on = models.DateField(_("posted on"))
    posted_time = models.TimeField(_("posted at"))
    due_on = date_column(_("due on"))
    is_return = check_column(_("return"))
    return_of_name = text_column(_("return of, in ERPNext"))
    return_of = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,  # few do; orders_order_by_original holds those
        related_name="returns",
        verbose_name=_("return of"),
    )
    amends_name = text_column(_("amends, in ERPNext"))
    amends = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,  # few do; orders_order_by_amended holds those
        related_name="amendments",
        verbose_name=_("amends"),
    )
    is_pos = check_column(_("paid at the till"))
    pos_profile_name = text_column(_("till profile"))
    is_consolidated = check_column(_("sum of till invoices"))
    consolidated_name = text_column(_("summed up in"))
    moves_stock = check_column(_("moves stock"))

    currency = text_column(_("currency"))
    conversion_rate = number_column(_("rate to company currency"))
    total_quantity = number_column(_("total quantity"))
    total = number_column(_("total of lines"))
    net_total = number_column(_("net total"))
    tax_total = number_column(_("taxes and charges"))
    grand_total = number_column(_("grand total"))
    base_total = number_column(_("total of lines, company currency"))
    base_net_total = number_column(_("net total, company currency"))
    base_tax_total = number_column(_("taxes and charges, company currency"))
    base_grand_total = number_column(_("grand total, company currency"))
    rounds_total = check_column(_("rounded total is owed"))
    rounding_adjustment = number_column(_("rounding"))
    rounded_total = number_column(_("rounded total"))
    outstanding = number_column(_("outstanding"))
    paid = number_column(_("paid"))
    change = number_column(_("change given"))
    written_off = number_column(_("written off"))
    discount_on = text_column(_("discount applies to"))
    discount_percentage = number_column(_("discount on the whole, %"))
    discount_amount = number_column(_("discount on the whole"))

    redeems_points = check_column(_("pays with points"))
    points_redeemed = whole_column(_("points spent"))
    points_value = number_column(_("worth of points spent"))
    loyalty_program_name = text_column(_("loyalty program"))
    price_list_name = text_column(_("price list"))
    ignores_price_rules = check_column(_("ignores pricing rules"))
    warehouse_name = text_column(_("warehouse"))
    address_name = text_column(_("address"))
    contact_name = text_column(_("contact"))
    contact_mobile = long_text_column(_("contact's mobile"))
    contact_email = text_column(_("contact's email"))
    po_number = text_column(_("customer's order number"))
    remarks = long_text_column(_("remarks"))

    order_kind = text_column(_("kind of order"))
    delivery_on = date_column(_("to be delivered on"))
    delivery_status = text_column(_("delivery in ERPNext"))
    billing_status = text_column(_("billing in ERPNext"))
    delivered_percent = number_column(_("delivered, %"))
    billed_percent = number_column(_("billed, %"))
    picked_percent = number_column(_("picked, %"))
    larder_reference = text_column(_("Larder's reference"))

    # ours: which sales order this invoice bills, found by its lines (orders.services)
    bills = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,  # few do; orders_order_by_billed holds those
        related_name="invoices",
        verbose_name=_("bills"),
    )

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["document", "erp_name"],
                condition=models.Q(gone_at=None),
                name="orders_order_present_name",
            ),
            models.UniqueConstraint(
                fields=["erp_creation", "erp_name", "document"], name="orders_order_identity"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=OrderStatus.values), name="orders_order_known_status"
            ),
            models.CheckConstraint(
                condition=models.Q(source__in=OrderSource.values), name="orders_order_known_source"
            ),
            models.CheckConstraint(
                condition=models.Q(document__in=OrderDocument.values), name="orders_order_known_document"
            ),
            models.CheckConstraint(
                condition=models.Q(erp_docstatus__in=[0, 1, 2]), name="orders_order_known_docstatus"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(ORDER_WORDS, name="orders_order_by_words"),
            models.Index(fields=["-placed_at", "-id"], name="orders_order_newest"),
            models.Index(fields=["customer", "-placed_at"], name="orders_order_by_customer"),
            models.Index(fields=["status", "-placed_at"], name="orders_order_by_status"),
            models.Index(fields=["posted_on", "erp_docstatus"], name="orders_order_by_day"),
            models.Index(
                fields=["customer_erp_name"],
                condition=models.Q(customer=None, customer_erp_name__gt=""),
                name="orders_order_no_customer",
            ),
            models.Index(
                fields=["return_of_name"],
                condition=models.Q(return_of=None, return_of_name__gt=""),
                name="orders_order_no_original",
            ),
            models.Index(
                fields=["amends_name"],
                condition=models.Q(amends=None, amends_name__gt=""),
                name="orders_order_no_amended",
            ),
            models.Index(
                fields=["return_of"],
                condition=models.Q(return_of__isnull=False),
                name="orders_order_by_original",
            ),
            models.Index(
                fields=["amends"], condition=models.Q(amends__isnull=False), name="orders_order_by_amended"
            ),
            models.Index(
                fields=["bills"], condition=models.Q(bills__isnull=False), name="orders_order_by_billed"
            ),
        ]

    def __str__(self) -> str:
        return self.erp_name

    @property
    def owed(self) -> Decimal:
        """What the customer was asked for: the rounded total where the site rounds."""
        return self.rounded_total if self.rounds_total else self.grand_total

    @property
    def counts_as_revenue(self) -> bool:
        """Whether its total is part of what was sold."""
        is_invoice = self.document in INVOICES and not self.is_consolidated
        return is_invoice and not self.is_gone and self.erp_docstatus == SUBMITTED


class OrderLine(MirroredRow):
    """A line as it was sold: a later change of the product's name or price does not touch it."""

    ERP_COLUMNS = (
        "item_code",
        "item_name",
        "description_source",
        "item_group_name",
        "brand_name",
        "image_path",
        "barcode",
        "quantity",
        "unit",
        "unit_factor",
        "stock_quantity",
        "stock_unit",
        "price_list_rate",
        "margin_kind",
        "margin",
        "rate_with_margin",
        "discount_percentage",
        "discount_amount",
        "rate",
        "amount",
        "net_rate",
        "net_amount",
        "base_amount",
        "base_net_amount",
        "shared_discount",
        "price_rules",
        "is_free",
        "warehouse_name",
        "batch_number",
        "batch_bundle_name",
        "has_batch_fields",
        "incoming_rate",
        "sales_order_name",
        "sales_order_row",
        "delivery_note_name",
        "delivery_note_row",
        "returns_row",
        "delivered_quantity",
        "billed_amount",
        "returned_quantity",
        "picked_quantity",
        "delivery_on",
    )

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", verbose_name=_("order"))
    item_code = text_column(_("item code"))  # empty on a free-text line
    product = models.ForeignKey(
        Product, models.SET_NULL, null=True, blank=True, related_name="order_lines", verbose_name=_("product")
    )
    item_name = text_column(_("name as sold"))
    description_source = long_text_column(_("description as ERPNext holds it"))
    item_group_name = text_column(_("category as sold"))
    brand_name = text_column(_("brand as sold"))
    image_path = long_text_column(_("image in ERPNext"))
    barcode = text_column(_("barcode"))
    quantity = number_column(_("quantity"))
    unit = text_column(_("unit"))
    unit_factor = number_column(_("stock units in it"))
    stock_quantity = number_column(_("quantity in stock units"))
    stock_unit = text_column(_("stock unit"))
    price_list_rate = number_column(_("list price"))
    margin_kind = text_column(_("kind of margin"))
    margin = number_column(_("margin"))
    rate_with_margin = number_column(_("price with margin"))
    discount_percentage = number_column(_("discount, %"))
    discount_amount = number_column(_("discount"))
    rate = number_column(_("price"))
    amount = number_column(_("amount"))
    net_rate = number_column(_("net price"))
    net_amount = number_column(_("net amount"))
    base_amount = number_column(_("amount, company currency"))
    base_net_amount = number_column(_("net amount, company currency"))
    shared_discount = number_column(_("share of the whole's discount"))
    price_rules = long_text_column(_("pricing rules"))
    is_free = check_column(_("free"))
    warehouse_name = text_column(_("warehouse"))
    batch_number = text_column(_("batch"))
    batch_bundle_name = text_column(_("batch bundle"))
    has_batch_fields = check_column(_("batch given on the line"))
    incoming_rate = number_column(_("cost per stock unit"))
    sales_order_name = text_column(_("sales order"))
    sales_order_row = text_column(_("row of the sales order"))
    delivery_note_name = text_column(_("delivery note"))
    delivery_note_row = text_column(_("row of the delivery note"))
    returns_row = text_column(_("returns the row"))
    delivered_quantity = number_column(_("delivered"))
    billed_amount = number_column(_("billed"))
    returned_quantity = number_column(_("returned"))
    picked_quantity = number_column(_("picked"))
    delivery_on = date_column(_("to be delivered on"))

    class Meta(MirroredRow.Meta):
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["item_code"],
                condition=models.Q(product=None, item_code__gt=""),
                name="orders_line_no_product",
            ),
            models.Index(
                fields=["sales_order_name"],
                condition=models.Q(sales_order_name__gt=""),
                name="orders_line_by_sales_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.item_name or self.item_code}"
