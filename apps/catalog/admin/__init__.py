"""What the shop sells, as staff see it: one file a matter."""

from apps.catalog.admin.brands import BrandAdmin
from apps.catalog.admin.categories import CategoryAdmin
from apps.catalog.admin.prices import ItemPriceAdmin, PriceListAdmin
from apps.catalog.admin.products import ProductAdmin

__all__ = ["BrandAdmin", "CategoryAdmin", "ItemPriceAdmin", "PriceListAdmin", "ProductAdmin"]
