"""The catalogue for customers' apps: open to their key alone, for it says no more than the shop's window."""

from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema

from apps.catalog.models import Category, Product
from apps.catalog.pricing import with_todays_price
from apps.catalog.querysets import ProductQuerySet
from apps.catalog.showing import filled_categories, shown_categories
from apps.core.api.permissions import AppScope
from apps.core.api.views import ListView, RecordView
from apps.mobile.api.v1.filters import ShownProductFilter
from apps.mobile.api.v1.serializers import ShownCategoryOut, ShownProductDetailOut, ShownProductOut
from apps.mobile.scopes import CATALOGUE


class ShownCategories(ListView):
    """Categories that lead to a product. What is not shown, nor anything under it, is not in it."""

    permission_classes = (AppScope,)
    app_scope = CATALOGUE
    queryset = Category.objects.none()
    serializer_class = ShownCategoryOut
    summaries: ClassVar = {"GET": "List the app's categories"}
    orderings: ClassVar = {"name": ("name_en", "id"), "id": ("id",)}
    usual_ordering = "name"

    def get_queryset(self) -> QuerySet[Any]:
        self.filled = filled_categories(shown_categories())
        shown = Category.objects.filter(pk__in=self.filled).select_related("picture__asset")
        return shown.prefetch_related("picture__asset__renditions")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "shown": getattr(self, "filled", ())}


class Shown:
    """Products that customers see, each with what everybody pays today and whether there is any."""

    def get_queryset(self) -> QuerySet[Any]:
        shown = Product.objects.in_app(shown_categories()).select_related(
            "category", "outlook", "picture__asset"
        )
        shown = shown.prefetch_related("picture__asset__renditions")
        return with_todays_price(cast("ProductQuerySet", shown))


class ShownProducts(Shown, ListView):
    """Products that can be bought, by name."""

    permission_classes = (AppScope,)
    app_scope = CATALOGUE
    queryset = Product.objects.none()
    serializer_class = ShownProductOut
    summaries: ClassVar = {"GET": "List the app's products"}
    filterset_class = ShownProductFilter
    orderings: ClassVar = {"name": ("name_en", "id"), "item_code": ("item_code", "id")}
    usual_ordering = "name"


class ShownProduct(Shown, RecordView):
    """One product, by its item code or by a barcode."""

    permission_classes = (AppScope,)
    app_scope = CATALOGUE
    queryset = Product.objects.none()
    serializer_class = ShownProductDetailOut
    summaries: ClassVar = {"GET": "Show one of the app's products"}

    @extend_schema(description="By item code; where no product has that code, by barcode.")
    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return super().get(request, *args, **kwargs)

    def get_object(self) -> Product:
        products = cast("ProductQuerySet", self.get_queryset())
        products = products.prefetch_related("barcodes", "units", "allergens")
        product: Product | None = products.coded(self.kwargs["item_code"])
        if product is None:
            raise Http404
        return product
