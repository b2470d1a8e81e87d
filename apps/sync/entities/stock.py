"""Warehouses and what they hold. A bin goes with its item, by plain SQL; then nothing lies there."""

from decimal import Decimal

from apps.catalog.models import Product
from apps.inventory.models import StockLevel, Warehouse
from apps.inventory.services import warehouses_synced
from apps.sync.engine.declarations import Entity, Reference, Source, check, derived, number, text
from apps.sync.engine.values import unchecked

QUANTITIES = {
    "actual": "actual_qty",
    "reserved": "reserved_qty",
    "ordered": "ordered_qty",
    "requested": "indented_qty",
    "planned": "planned_qty",
    "projected": "projected_qty",
    "held_back": "reserved_stock",
}

STOCK = Entity(
    name="stock",
    title="Stock",
    sources=(
        Source(
            doctype="Warehouse",
            model=Warehouse,
            wrote=(warehouses_synced,),
            company_field="company",
            drifts=("parent_warehouse", "is_group"),
            columns=(
                text("name", "warehouse_name"),
                text("parent_name", "parent_warehouse"),
                check("is_group", "is_group"),
                text("company", "company"),
                text("kind", "warehouse_type"),
                derived("is_active", "disabled", by=unchecked),
            ),
            references=(Reference("parent_id", by="parent_name", to=Warehouse),),
        ),
        Source(
            doctype="Bin",
            model=StockLevel,
            gone_values=dict.fromkeys((*QUANTITIES, "value"), Decimal(0)),
            vanishes=True,
            drifts=("item_code", "warehouse", *QUANTITIES.values()),
            page_size=1000,
            columns=(
                text("item_code", "item_code"),
                text("warehouse_name", "warehouse"),
                text("unit", "stock_uom"),
                *(number(column, field) for column, field in QUANTITIES.items()),
                number("valuation_rate", "valuation_rate"),
                number("value", "stock_value"),
            ),
            references=(
                Reference("product_id", by="item_code", to=Product),
                Reference("warehouse_id", by="warehouse_name", to=Warehouse),
            ),
        ),
    ),
)
