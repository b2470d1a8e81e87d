"""The least valid product, on sale."""

from itertools import count
from typing import Any

from apps.catalog.models import Barcode, Category, Product, SupplierPart
from tests.factories.mirror import blank_columns, document

numbers = count(1)


def make_category(name: str = "Dairy", **given: Any) -> Category:
    return Category.objects.create(**document(Category, name) | {"name_en": name} | given)


def make_product(item_code: str = "", *, barcodes: tuple[str, ...] = (), **given: Any) -> Product:
    """A product that can be sold; its code is made up unless one is given."""
    code = item_code or f"ITEM-{next(numbers):05d}"
    usual = {"item_code": code, "name_en": f"Product {code}", "is_active": True, "is_sold": True}
    product = Product.objects.create(**document(Product, code) | usual | given)
    for position, barcode in enumerate(barcodes, start=1):
        make_barcode(product, barcode, position=position)
    return product


def make_barcode(product: Product, barcode: str, *, position: int = 1) -> Barcode:
    row = {"erp_row": f"{product.erp_name}-{barcode}", "position": position}
    return Barcode.objects.create(**blank_columns(Barcode) | row, product=product, barcode=barcode)


def make_part(product: Product, part_number: str, *, position: int = 1, **given: Any) -> SupplierPart:
    row = {"erp_row": f"{product.erp_name}-{part_number}", "position": position}
    return SupplierPart.objects.create(**row | given, product=product, part_number=part_number)
