"""What customers' apps can narrow products by."""

from typing import Any

from django.utils.translation import gettext as _
from django_filters.rest_framework import FilterSet
from rest_framework.exceptions import ErrorDetail, ValidationError

from apps.catalog.models import Product
from apps.catalog.querysets import ProductQuerySet
from apps.catalog.showing import shown_categories, within
from apps.core.api.filters import FlagFilter, IdFilter, MoneyFilter, TextFilter
from apps.inventory.shelf import can_be_had


class ShownProductFilter(FilterSet):  # type: ignore[misc]
    """``?search=milk&category=12&brand=Alpine&in_stock=true&price_from=1&price_to=2.50``."""

    search = TextFilter(method="matching", label="In name, code or barcode.")
    category = IdFilter(method="in_category", label="The id of a category, with all that hangs under it.")
    brand = TextFilter(field_name="brand_name", label="The brand, exactly.")
    in_stock = FlagFilter(method="with_stock", label="Whether any is free to be sold.")
    price_from = MoneyFilter(method="priced", label="The lowest price, in the price list's currency.")
    price_to = MoneyFilter(method="priced", label="The highest price, in the price list's currency.")

    class Meta:
        model = Product
        fields = ("search", "category", "brand", "in_stock", "price_from", "price_to")

    def matching(self, products: ProductQuerySet, name: str, words: str) -> ProductQuerySet:
        return products.matching(words)

    def in_category(self, products: ProductQuerySet, name: str, category: int) -> ProductQuerySet:
        return products.filter(category__in=within(category, shown_categories()))

    def with_stock(self, products: ProductQuerySet, name: str, wanted: bool) -> ProductQuerySet:
        return products.filter(can_be_had()) if wanted else products.exclude(can_be_had())

    def priced(self, products: ProductQuerySet, name: str, bound: Any) -> ProductQuerySet:
        least, most = (self.form.cleaned_data.get(each) for each in ("price_from", "price_to"))
        if least is not None and most is not None and most < least:
            complaint = _("It is less than price_from.")
            raise ValidationError({"price_to": [ErrorDetail(complaint, code="below-least")]})
        return products.priced_between(least, most)
