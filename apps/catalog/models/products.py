# modeltranslation builds the managers of translated models while Django loads; mypy cannot follow it there.
# mypy: disable-error-code="django-manager-missing"
"""Item groups, brands and items with their tables."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from apps.catalog.models.pictures import Pictured
from apps.catalog.models.showing import ShownInApp
from apps.catalog.querysets import (
    BARCODE_WORDS,
    PART_WORDS,
    PRODUCT_WORDS,
    CategoryQuerySet,
    ProductQuerySet,
)
from apps.catalog.states import CategorySource
from apps.core.mirror import (
    MirroredModel,
    MirroredRow,
    NamedQuerySet,
    check_column,
    date_column,
    long_text_column,
    number_column,
    text_column,
    whole_column,
)


class Category(ShownInApp, Pictured, MirroredModel):
    """An item group, or one of the registry.

    The tree is built from the parents: ERPNext's own tree positions drift silently.
    """

    ERP_COLUMNS = ("name_en", "parent_name", "is_group", "image_path")

    # one of the registry was made here, and is in the table until ERPNext has a group of its name
    source = models.CharField(
        _("source"),
        max_length=10,
        choices=CategorySource.choices,
        default=CategorySource.ERPNEXT,
        db_default=CategorySource.ERPNEXT.value,
    )
    name = text_column(_("name"))
    name_en: str  # modeltranslation's, and the one that is ERPNext's
    parent_name = text_column(_("parent in ERPNext"))
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    is_group = check_column(_("holds other groups"))
    image_path = long_text_column(_("image in ERPNext"))

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["source", "erp_name"],
                condition=models.Q(gone_at=None),
                name="catalog_category_present_name",
            ),
            models.UniqueConstraint(
                fields=["erp_creation", "erp_name", "source"], name="catalog_category_identity"
            ),
            models.UniqueConstraint(
                Upper("name_en"),
                condition=models.Q(source=CategorySource.REGISTRY),
                name="catalog_category_registered_name",
            ),
            models.CheckConstraint(
                condition=models.Q(source__in=CategorySource.values), name="catalog_category_known_source"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["name_en", "id"], name="catalog_category_by_name"),
            models.Index(
                fields=["parent_name"],
                condition=models.Q(parent=None, parent_name__gt=""),
                name="catalog_category_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.erp_name

    @property
    def is_registered(self) -> bool:
        """Whether it was made here and ERPNext does not have it yet."""
        return self.source == CategorySource.REGISTRY


class Brand(MirroredModel):
    """Who stands on the label."""

    ERP_COLUMNS = ("name", "description", "image_path")

    name = text_column(_("name"))
    description = long_text_column(_("description"))
    image_path = long_text_column(_("image in ERPNext"))

    objects = NamedQuerySet.as_manager()

    class Meta(MirroredModel.Meta):
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["name", "id"], name="catalog_brand_by_name")
        ]

    def __str__(self) -> str:
        return self.name or self.erp_name


@dataclass(frozen=True)
class ShelfPrice:
    """What everybody pays for a unit of a product."""

    rate: Decimal
    currency: str
    unit: str


class Product(ShownInApp, Pictured, MirroredModel):
    """An item. ``item_code`` is what staff and invoices call it; it equals the name in ERPNext."""

    ERP_COLUMNS = (
        "item_code",
        "name_en",
        "description_source",
        "description_en",
        "item_group_name",
        "brand_name",
        "image_path",
        "is_active",
        "sold_until",
        "is_sold",
        "is_bought",
        "is_stocked",
        "has_variants",
        "variant_of_name",
        "stock_unit",
        "sales_unit",
        "purchase_unit",
        "is_batched",
        "makes_batches",
        "batch_series",
        "has_expiry",
        "shelf_life_days",
        "is_serialised",
        "standard_rate",
        "valuation_rate",
        "last_purchase_rate",
        "max_discount",
        "safety_stock",
        "lead_time_days",
        "min_order_quantity",
        "weight_per_unit",
        "weight_unit",
        "origin_country",
        "customs_tariff",
    )

    item_code = text_column(_("item code"))
    name = text_column(_("name"))
    description_source = long_text_column(
        _("description as ERPNext holds it")
    )  # never shown: see docs/adr/0102
    description = long_text_column(_("description"))
    item_group_name = text_column(_("category in ERPNext"))
    category = models.ForeignKey(
        Category, models.SET_NULL, null=True, blank=True, related_name="products", verbose_name=_("category")
    )
    brand_name = text_column(_("brand in ERPNext"))
    brand = models.ForeignKey(
        Brand, models.SET_NULL, null=True, blank=True, related_name="products", verbose_name=_("brand")
    )
    image_path = long_text_column(_("image in ERPNext"))

    is_active = check_column(_("active"))
    sold_until = date_column(_("sold until"))
    is_sold = check_column(_("for sale"))
    is_bought = check_column(_("bought in"))
    is_stocked = check_column(_("kept in stock"))
    has_variants = check_column(_("template of variants"))
    variant_of_name = text_column(_("variant of, in ERPNext"))
    variant_of = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,  # few are; catalog_product_by_template holds those
        related_name="variants",
        verbose_name=_("variant of"),
    )

    stock_unit = text_column(_("stock unit"))
    sales_unit = text_column(_("sales unit"))
    purchase_unit = text_column(_("purchase unit"))
    is_batched = check_column(_("kept in batches"))
    makes_batches = check_column(_("batches made on receipt"))
    batch_series = text_column(_("batch number series"))
    has_expiry = check_column(_("batches expire"))
    shelf_life_days = whole_column(_("shelf life, days"))
    is_serialised = check_column(_("kept by serial number"))

    standard_rate = number_column(_("standard rate"))
    valuation_rate = number_column(_("valuation rate"))
    last_purchase_rate = number_column(_("last purchase rate"))
    max_discount = number_column(_("highest discount, %"))
    safety_stock = number_column(_("safety stock"))
    lead_time_days = whole_column(_("lead time, days"))
    min_order_quantity = number_column(_("smallest order"))
    weight_per_unit = number_column(_("weight per unit"))
    weight_unit = text_column(_("unit of weight"))
    origin_country = text_column(_("country of origin"))
    customs_tariff = text_column(_("customs tariff number"))

    # ours: what ERPNext does not know of it (catalog.services.describe_product)
    minimum_life_days = models.PositiveSmallIntegerField(
        _("minimum remaining life, days"),
        db_default=0,
        help_text=_("not sold when it would expire sooner than this after it is sold"),
    )
    own_reorder_level = models.DecimalField(
        _("reorder level"),
        max_digits=15,
        decimal_places=3,
        null=True,
        blank=True,
        help_text=_("in stock units; empty: the levels that ERPNext has"),
    )
    notes = models.TextField(_("notes"), blank=True, db_default="")

    objects = ProductQuerySet.as_manager()

    class Meta(MirroredModel.Meta):
        verbose_name = _("product")
        verbose_name_plural = _("products")
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(PRODUCT_WORDS, name="catalog_product_by_words"),
            models.Index(fields=["name_en", "id"], name="catalog_product_by_name"),
            models.Index(fields=["item_code"], name="catalog_product_by_code"),
            models.Index(fields=["brand_name"], name="catalog_product_by_brand"),
            models.Index(fields=["is_active", "name_en", "id"], name="catalog_product_by_active"),
            models.Index(
                fields=["item_group_name"],
                condition=models.Q(category=None, item_group_name__gt=""),
                name="catalog_product_no_category",
            ),
            models.Index(
                fields=["brand_name"],
                condition=models.Q(brand=None, brand_name__gt=""),
                name="catalog_product_no_brand",
            ),
            models.Index(
                fields=["variant_of_name"],
                condition=models.Q(variant_of=None, variant_of_name__gt=""),
                name="catalog_product_no_template",
            ),
            models.Index(
                fields=["variant_of"],
                condition=models.Q(variant_of__isnull=False),
                name="catalog_product_by_template",
            ),
        ]

    shelf_price_found: dict[str, Any] | None  # by with_shelf_price()

    def __str__(self) -> str:
        return self.name or self.item_code

    @property
    def shelf_price(self) -> ShelfPrice | None:
        """What everybody pays, of a product that was asked for ``with_shelf_price``."""
        found = self.shelf_price_found
        return ShelfPrice(Decimal(found["rate"]), found["currency"], found["unit"]) if found else None


class Barcode(MirroredRow):
    """What a till scans for a product; ERPNext keeps it unique over all items."""

    ERP_COLUMNS = ("barcode", "kind", "unit")

    product = models.ForeignKey(Product, models.CASCADE, related_name="barcodes", verbose_name=_("product"))
    barcode = text_column(_("barcode"))
    kind = text_column(_("kind"))
    unit = text_column(_("unit"))

    class Meta(MirroredRow.Meta):
        verbose_name = _("barcode")
        verbose_name_plural = _("barcodes")
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(BARCODE_WORDS, name="catalog_barcode_by_words"),
            models.Index(fields=["barcode"], name="catalog_barcode_by_barcode"),
        ]

    def __str__(self) -> str:
        return self.barcode


class ProductUnit(MirroredRow):
    """A unit in which a product is dealt, and how many stock units it holds; the stock unit itself is one."""

    ERP_COLUMNS = ("unit", "factor")

    product = models.ForeignKey(Product, models.CASCADE, related_name="units", verbose_name=_("product"))
    unit = text_column(_("unit"))
    factor = number_column(_("stock units in it"))

    class Meta(MirroredRow.Meta):
        verbose_name = _("unit of a product")
        verbose_name_plural = _("units of products")

    def __str__(self) -> str:
        return f"{self.unit} × {self.factor.normalize():f}"


class SupplierPart(MirroredRow):
    """A supplier's own number for a product. The supplier is kept by name until suppliers are here."""

    ERP_COLUMNS = ("supplier_name", "part_number")

    product = models.ForeignKey(
        Product, models.CASCADE, related_name="supplier_parts", verbose_name=_("product")
    )
    supplier_name = text_column(_("supplier"))
    part_number = text_column(_("part number"))

    class Meta(MirroredRow.Meta):
        verbose_name = _("supplier part number")
        verbose_name_plural = _("supplier part numbers")
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(PART_WORDS, name="catalog_part_by_words"),
            models.Index(fields=["supplier_name", "part_number"], name="catalog_part_by_supplier"),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_name} {self.part_number}".strip()


class ReorderLevel(MirroredRow):
    """At what stock in a warehouse ERPNext asks for more of a product."""

    ERP_COLUMNS = ("warehouse_name", "warehouse_group_name", "level", "quantity", "request_kind")

    product = models.ForeignKey(
        Product, models.CASCADE, related_name="reorder_levels", verbose_name=_("product")
    )
    warehouse_name = text_column(_("warehouse"))
    warehouse_group_name = text_column(_("checked in"))
    level = number_column(_("reorder level"))
    quantity = number_column(_("reorder quantity"))
    request_kind = text_column(_("kind of request"))

    class Meta(MirroredRow.Meta):
        verbose_name = _("reorder level")
        verbose_name_plural = _("reorder levels")

    def __str__(self) -> str:
        return f"{self.warehouse_name}: {self.level.normalize():f}"


class ProductDefault(MirroredRow):
    """Where a product is kept and whom it is bought from, unless a document says otherwise; one a company."""

    ERP_COLUMNS = ("company", "warehouse_name", "supplier_name", "price_list_name")

    product = models.ForeignKey(Product, models.CASCADE, related_name="defaults", verbose_name=_("product"))
    company = text_column(_("company"))
    warehouse_name = text_column(_("warehouse"))
    supplier_name = text_column(_("supplier"))
    price_list_name = text_column(_("price list"))

    class Meta(MirroredRow.Meta):
        verbose_name = _("defaults of a product")
        verbose_name_plural = _("defaults of products")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["supplier_name"], name="catalog_default_by_supplier")
        ]

    def __str__(self) -> str:
        return f"{self.company}: {self.warehouse_name} {self.supplier_name}".strip()
