"""The shop as our copy knows it, for the rules of what is sent."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.conf import settings

from apps.catalog.models import Brand, Category, ItemPrice, PriceList, Product
from apps.core.clock import erp_zone, shop_day
from apps.customers.models import Customer, CustomerGroup, Territory
from apps.inventory.models import Batch, Supplier, Warehouse
from apps.sync.push.shop import Item, Known, Place, Prices

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
        self.today_in_erpnext = at.astimezone(erp_zone()).date()
        self.company: str = settings.ERPNEXT.company
        self.currency: str = settings.SHOP_CURRENCY

    def items(self, codes: Iterable[str]) -> Mapping[str, Item]:
        products = Product.objects.filter(gone_at=None, erp_name__in=set(codes)).prefetch_related("units")
        return {product.erp_name: _as_item(product) for product in products}

    def item(self, code: str) -> Item | None:
        return self.items((code,)).get(code)

    def warehouse(self, name: str) -> Place | None:
        found = Warehouse.objects.filter(gone_at=None, erp_name=name).first()
        return Place(found.is_active, found.is_group, found.company) if found else None

    def is_supplier_active(self, name: str) -> bool | None:
        found = Supplier.objects.filter(gone_at=None, erp_name=name)
        return found.values_list("is_active", flat=True).first()

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


def _as_item(product: Product) -> Item:
    units = {row.unit: row.factor for row in product.units.all()}
    return Item(
        code=product.erp_name,
        is_active=product.is_active,
        is_template=product.has_variants,
        is_batched=product.is_batched,
        stock_unit=product.stock_unit,
        units=units | {product.stock_unit: Decimal(1)},
        most_discount=product.max_discount,
    )
