"""The least valid category, brand, product on sale, price list and price."""

from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from apps.catalog.models import (
    Barcode,
    Brand,
    Category,
    ErpPicture,
    ItemPrice,
    PriceList,
    Product,
    SupplierPart,
)
from apps.catalog.states import PictureState
from apps.media.states import AssetSource
from tests.factories.media import make_asset
from tests.factories.mirror import blank_columns, document

numbers = count(1)


def make_category(name: str = "Dairy", **given: Any) -> Category:
    return Category.objects.create(**document(Category, name) | {"name_en": name} | given)


def make_brand(name: str = "Bramble Farm", **given: Any) -> Brand:
    return Brand.objects.create(**document(Brand, name) | {"name": name} | given)


def make_price_list(name: str = "Standard Selling", **given: Any) -> PriceList:
    """A list to sell by."""
    usual = {"name": name, "currency": "GBP", "is_active": True, "for_selling": True}
    return PriceList.objects.create(**document(PriceList, name) | usual | given)


def make_price(product: Product, price_list: PriceList, *, rate: str = "1", **given: Any) -> ItemPrice:
    """What everybody pays for a product in a list, on any day."""
    usual = {
        "item_code": product.item_code,
        "product": product,
        "price_list_name": price_list.erp_name,
        "price_list": price_list,
        "rate": Decimal(rate),
        "currency": price_list.currency,
        "for_selling": price_list.for_selling,
        "unit": "Nos",
    }
    return ItemPrice.objects.create(**document(ItemPrice, f"PRICE-{next(numbers)}") | usual | given)


def make_product(item_code: str = "", *, barcodes: tuple[str, ...] = (), **given: Any) -> Product:
    """A product that can be sold; its code is made up unless one is given."""
    code = item_code or f"ITEM-{next(numbers):05d}"
    usual = {"item_code": code, "name_en": f"Product {code}", "is_active": True, "is_sold": True}
    product = Product.objects.create(**document(Product, code) | usual | given)
    for position, barcode in enumerate(barcodes, start=1):
        make_barcode(product, barcode, position=position)
    return product


def make_picture(path: str = "/files/milk.jpg", **given: Any) -> ErpPicture:
    """An image of ERPNext that was fetched; its row alone, as its picture's: it has no file."""
    usual = {"state": PictureState.HERE, "looked_at": timezone.now()}
    if "asset" not in given:
        usual["asset"] = make_asset(path.rpartition("/")[2], source=AssetSource.ERPNEXT)
    return ErpPicture.objects.create(path=path, **usual | given)


def make_barcode(product: Product, barcode: str, *, position: int = 1) -> Barcode:
    row = {"erp_row": f"{product.erp_name}-{barcode}", "position": position}
    return Barcode.objects.create(**blank_columns(Barcode) | row, product=product, barcode=barcode)


def make_part(product: Product, part_number: str, *, position: int = 1, **given: Any) -> SupplierPart:
    row = {"erp_row": f"{product.erp_name}-{part_number}", "position": position}
    return SupplierPart.objects.create(**row | given, product=product, part_number=part_number)
