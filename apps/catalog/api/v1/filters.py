"""What products can be narrowed by."""

from django_filters.rest_framework import FilterSet

from apps.catalog.models import Product
from apps.catalog.querysets import ProductQuerySet
from apps.core.api.filters import FlagFilter, IdFilter, TextFilter


class ProductFilter(FilterSet):  # type: ignore[misc]
    """``?search=milk&category=12&brand=Alpine&barcode=5012345678900&is_active=true``."""

    search = TextFilter(method="matching", label="In name, code, barcode or a supplier's part number.")
    category = IdFilter(field_name="category_id", label="The category's id.")
    brand = TextFilter(field_name="brand_name", label="The brand, exactly.")
    barcode = TextFilter(method="with_barcode", label="A barcode, exactly.")
    has_picture = FlagFilter(
        field_name="picture__asset", lookup_expr="isnull", exclude=True, label="A picture of it is here."
    )
    is_active = FlagFilter(label="Not disabled in ERPNext.")
    is_sold = FlagFilter(label="For sale.")

    class Meta:
        model = Product
        fields = ("search", "category", "brand", "barcode", "has_picture", "is_active", "is_sold")

    def matching(self, products: ProductQuerySet, name: str, words: str) -> ProductQuerySet:
        return products.matching(words)

    def with_barcode(self, products: ProductQuerySet, name: str, barcode: str) -> ProductQuerySet:
        return products.scanned(barcode)
