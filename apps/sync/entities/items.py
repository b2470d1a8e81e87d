"""Items: the shop's products, with the tables inside them."""

from apps.catalog.models import (
    Barcode,
    Brand,
    Category,
    Product,
    ProductDefault,
    ProductUnit,
    ReorderLevel,
    SupplierPart,
)
from apps.inventory.services import items_renamed, products_synced
from apps.sync.engine.declarations import (
    Children,
    Entity,
    Reference,
    Source,
    check,
    day,
    derived,
    long_text,
    number,
    text,
    whole,
)
from apps.sync.engine.values import safe_html, unchecked

BARCODES = Children(
    doctype="Item Barcode",
    model=Barcode,
    parent="product",
    columns=(text("barcode", "barcode"), text("kind", "barcode_type"), text("unit", "uom")),
)
UNITS = Children(
    doctype="UOM Conversion Detail",
    model=ProductUnit,
    parent="product",
    columns=(text("unit", "uom"), number("factor", "conversion_factor")),
)
SUPPLIER_PARTS = Children(
    doctype="Item Supplier",
    model=SupplierPart,
    parent="product",
    drifts=("supplier",),
    columns=(text("supplier_name", "supplier"), text("part_number", "supplier_part_no")),
)
REORDER_LEVELS = Children(
    doctype="Item Reorder",
    model=ReorderLevel,
    parent="product",
    columns=(
        text("warehouse_name", "warehouse"),
        text("warehouse_group_name", "warehouse_group"),
        number("level", "warehouse_reorder_level"),
        number("quantity", "warehouse_reorder_qty"),
        text("request_kind", "material_request_type"),
    ),
)

DEFAULTS = Children(
    doctype="Item Default",
    model=ProductDefault,
    parent="product",
    drifts=("default_supplier", "default_warehouse"),
    columns=(
        text("company", "company"),
        text("warehouse_name", "default_warehouse"),
        text("supplier_name", "default_supplier"),
        text("price_list_name", "default_price_list"),
    ),
)

ITEMS = Entity(
    name="items",
    title="Items",
    sources=(
        Source(
            doctype="Item",
            model=Product,
            wrote=(products_synced, items_renamed),
            columns=(
                text("item_code", "item_code"),
                text("name_en", "item_name", twin="name"),
                long_text("description_source", "description"),
                derived("description_en", "description", by=safe_html, twin="description"),
                text("item_group_name", "item_group"),
                text("brand_name", "brand"),
                long_text("image_path", "image"),
                derived("is_active", "disabled", by=unchecked),
                day("sold_until", "end_of_life"),
                check("is_sold", "is_sales_item"),
                check("is_bought", "is_purchase_item"),
                check("is_stocked", "is_stock_item"),
                check("has_variants", "has_variants"),
                text("variant_of_name", "variant_of"),
                text("stock_unit", "stock_uom"),
                text("sales_unit", "sales_uom"),
                text("purchase_unit", "purchase_uom"),
                check("is_batched", "has_batch_no"),
                check("makes_batches", "create_new_batch"),
                text("batch_series", "batch_number_series"),
                check("has_expiry", "has_expiry_date"),
                whole("shelf_life_days", "shelf_life_in_days"),
                check("is_serialised", "has_serial_no"),
                number("standard_rate", "standard_rate"),
                number("valuation_rate", "valuation_rate"),
                number("last_purchase_rate", "last_purchase_rate"),
                number("max_discount", "max_discount"),
                number("safety_stock", "safety_stock"),
                whole("lead_time_days", "lead_time_days"),
                number("min_order_quantity", "min_order_qty"),
                number("weight_per_unit", "weight_per_unit"),
                text("weight_unit", "weight_uom"),
                text("origin_country", "country_of_origin"),
                text("customs_tariff", "customs_tariff_number"),
            ),
            references=(
                Reference("category_id", by="item_group_name", to=Category),
                Reference("brand_id", by="brand_name", to=Brand),
                Reference("variant_of_id", by="variant_of_name", to=Product),
            ),
            children=(BARCODES, UNITS, SUPPLIER_PARTS, REORDER_LEVELS, DEFAULTS),
            drifts=("item_group", "brand", "variant_of", "valuation_rate", "last_purchase_rate"),
        ),
    ),
)
