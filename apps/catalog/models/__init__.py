"""What the shop sells, as ERPNext knows it: item groups, brands, items with their tables, and prices."""

from apps.catalog.models.details import ProductAllergen
from apps.catalog.models.pictures import ErpPicture
from apps.catalog.models.prices import ItemPrice, PriceList
from apps.catalog.models.products import (
    Barcode,
    Brand,
    Category,
    Product,
    ProductDefault,
    ProductUnit,
    ReorderLevel,
    ShelfPrice,
    SupplierPart,
)

__all__ = [
    "Barcode",
    "Brand",
    "Category",
    "ErpPicture",
    "ItemPrice",
    "PriceList",
    "Product",
    "ProductAllergen",
    "ProductDefault",
    "ProductUnit",
    "ReorderLevel",
    "ShelfPrice",
    "SupplierPart",
]
