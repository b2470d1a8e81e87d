"""The shop as our copy knows it, for the rules of what is sent."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.conf import settings

from apps.catalog.models import Brand, Category, ItemPrice, PriceList, Product
from apps.core.clock import shop_day
from apps.customers.models import Customer, CustomerGroup, Territory
from apps.inventory.models import Batch, Supplier, Warehouse
from apps.sync.push.shop import Item, Known, Prices

MODELS: Final[dict[Known, Any]] = {
    Known.CATEGORY: Category,
    Known.BRAND: Brand,
    Known.CUSTOMER: Customer,
    Known.CUSTOMER_GROUP: CustomerGroup,
    Known.TERRITORY: Territory,
    Known.SUPPLIER: Supplier,
    Known.WAREHOUSE: Warehouse,
}


class MirroredShop:
    """What ERPNext has, as far as it has been read."""

    def __init__(self, *, at: datetime) -> None:
        self.today = shop_day(at)
        self.company: str = settings.ERPNEXT.company

    def item(self, code: str) -> Item | None:
        product = Product.objects.filter(gone_at=None, erp_name=code).first()
        if product is None:
            return None
        units = set(product.units.values_list("unit", flat=True))
        return Item(
            code=code,
            is_active=product.is_active,
            is_template=product.has_variants,
            stock_unit=product.stock_unit,
            units=frozenset(units | {product.stock_unit}),
            most_discount=product.max_discount,
        )

    def price_list(self, name: str) -> Prices | None:
        found = PriceList.objects.filter(gone_at=None, erp_name=name).first()
        if found is None:
            return None
        return Prices(name, found.currency, found.is_active, found.for_selling, found.for_buying)

    def has(self, what: Known, name: str) -> bool:
        found: bool = MODELS[what].objects.filter(gone_at=None, erp_name=name).exists()
        return found

    def item_of_batch(self, number: str) -> str | None:
        return Batch.objects.filter(gone_at=None, erp_name=number).values_list("item_code", flat=True).first()

    def least_price(self, code: str, *, unit: str, currency: str, on: date) -> Decimal | None:
        prices = ItemPrice.objects.shelf().filter(item_code=code, unit=unit, for_selling=True)
        return min(prices.filter(currency=currency).best_on(on).values_list("rate", flat=True), default=None)
