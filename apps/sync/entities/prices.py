"""Price lists and their prices. Prices vanish with their item, and all of a list change at one stamp."""

from apps.catalog.models import ItemPrice, PriceList, Product
from apps.inventory.services import prices_synced
from apps.sync.engine.declarations import (
    Entity,
    Gone,
    PriceGuard,
    Reference,
    Source,
    check,
    day,
    long_text,
    number,
    text,
    whole,
)

PRICES = Entity(
    name="prices",
    title="Prices",
    sources=(
        Source(
            doctype="Price List",
            model=PriceList,
            columns=(
                text("name", "price_list_name"),
                text("currency", "currency"),
                check("is_active", "enabled"),
                check("for_selling", "selling"),
                check("for_buying", "buying"),
                check("ignores_unit", "price_not_uom_dependent"),
            ),
        ),
        Source(
            doctype="Item Price",
            model=ItemPrice,
            gone=Gone.DELETE,
            vanishes=True,
            drifts=("item_code", "price_list", "customer", "supplier", "batch_no", "uom"),
            guard=PriceGuard("rate"),
            wrote=(prices_synced,),
            page_size=1000,
            columns=(
                text("item_code", "item_code"),
                text("price_list_name", "price_list"),
                number("rate", "price_list_rate"),
                text("currency", "currency"),
                check("for_selling", "selling"),
                check("for_buying", "buying"),
                text("unit", "uom"),
                whole("packing_unit", "packing_unit"),
                day("valid_from", "valid_from"),
                day("valid_until", "valid_upto"),
                text("customer_erp_name", "customer"),
                text("supplier_erp_name", "supplier"),
                text("batch_number", "batch_no"),
                whole("lead_time_days", "lead_time_days"),
                long_text("note", "note"),
                text("reference", "reference"),
            ),
            references=(
                Reference("product_id", by="item_code", to=Product),
                Reference("price_list_id", by="price_list_name", to=PriceList),
            ),
        ),
    ),
)
