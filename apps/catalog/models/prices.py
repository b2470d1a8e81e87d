"""Price lists and the prices in them."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.catalog.models.products import Product
from apps.catalog.querysets import ItemPriceQuerySet
from apps.core.mirror import (
    MirroredModel,
    NamedQuerySet,
    check_column,
    date_column,
    long_text_column,
    number_column,
    text_column,
    whole_column,
)


class PriceList(MirroredModel):
    """A list of prices for selling or buying, in one currency."""

    ERP_COLUMNS = ("name", "currency", "is_active", "for_selling", "for_buying", "ignores_unit")

    name = text_column(_("name"))
    currency = text_column(_("currency"))
    is_active = check_column(_("active"))
    for_selling = check_column(_("for selling"))
    for_buying = check_column(_("for buying"))
    ignores_unit = check_column(_("price whatever the unit"))

    objects = NamedQuerySet.as_manager()

    class Meta(MirroredModel.Meta):
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")

    def __str__(self) -> str:
        return self.name or self.erp_name


class ItemPrice(MirroredModel):
    """A price of a product in a list, for a unit and a span of days; both days are in it.

    One for a customer, a supplier or a batch alone is no shelf price (FIELDS.md, Item Price).
    """

    ERP_COLUMNS = (
        "item_code",
        "price_list_name",
        "rate",
        "currency",
        "for_selling",
        "for_buying",
        "unit",
        "packing_unit",
        "valid_from",
        "valid_until",
        "customer_erp_name",
        "supplier_erp_name",
        "batch_number",
        "lead_time_days",
        "note",
        "reference",
    )

    item_code = text_column(_("item code"))
    product = models.ForeignKey(
        Product, models.SET_NULL, null=True, blank=True, related_name="prices", verbose_name=_("product")
    )
    price_list_name = text_column(_("price list in ERPNext"))
    price_list = models.ForeignKey(
        PriceList, models.SET_NULL, null=True, blank=True, related_name="prices", verbose_name=_("price list")
    )
    rate: "models.DecimalField[Decimal, Decimal]" = number_column(_("price"))
    currency = text_column(_("currency"))
    for_selling = check_column(_("for selling"))
    for_buying = check_column(_("for buying"))
    unit = text_column(_("unit"))
    packing_unit = whole_column(_("packing unit"))  # 0: any quantity
    valid_from = date_column(_("valid from"))
    valid_until = date_column(_("valid until"))
    customer_erp_name = text_column(_("customer in ERPNext"))
    supplier_erp_name = text_column(_("supplier in ERPNext"))
    batch_number = text_column(_("batch"))
    is_shelf = models.GeneratedField(
        expression=models.Case(
            models.When(customer_erp_name="", supplier_erp_name="", batch_number="", then=models.Value(True)),
            default=models.Value(False),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
        verbose_name=_("shelf price"),
    )
    lead_time_days = whole_column(_("lead time, days"))
    note = long_text_column(_("note"))
    reference = text_column(_("reference"))

    objects = ItemPriceQuerySet.as_manager()

    class Meta(MirroredModel.Meta):
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["product", "price_list", "-valid_from"], name="catalog_price_of_product"),
            models.Index(fields=["item_code"], name="catalog_price_by_code"),
            models.Index(fields=["price_list", "item_code"], name="catalog_price_by_list"),
            models.Index(
                fields=["item_code"],
                condition=Q(product=None, item_code__gt=""),
                name="catalog_price_no_product",
            ),
            models.Index(
                fields=["price_list_name"],
                condition=Q(price_list=None, price_list_name__gt=""),
                name="catalog_price_no_list",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_code}: {self.rate.normalize():f} {self.currency}"
