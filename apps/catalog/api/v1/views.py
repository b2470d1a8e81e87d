"""Products for staff."""

from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema

from apps.catalog.api.v1.filters import ProductFilter
from apps.catalog.api.v1.serializers import ProductDetailOut, ProductOut
from apps.catalog.models import Product
from apps.catalog.pricing import with_todays_price
from apps.catalog.querysets import ProductQuerySet
from apps.core.api.permissions import StaffKey
from apps.core.api.views import ListView, RecordView


class Shown:
    """Products with their picture, and what everybody pays today."""

    def get_queryset(self) -> QuerySet[Any]:
        products = super().get_queryset()  # type: ignore[misc]
        pictured = products.select_related("category", "picture__asset")
        pictured = pictured.prefetch_related("barcodes", "picture__asset__renditions")
        return with_todays_price(cast("ProductQuerySet", pictured))


class StaffProducts(Shown, ListView):
    """Products that ERPNext has, disabled ones included."""

    permission_classes = (StaffKey,)
    summaries: ClassVar = {"GET": "List products"}
    required_keys: ClassVar = {"GET": "products.view"}
    queryset = Product.objects.present()
    serializer_class = ProductOut
    filterset_class = ProductFilter
    orderings: ClassVar = {"name": ("name_en", "id"), "item_code": ("item_code", "id"), "id": ("id",)}
    usual_ordering = "name"


class StaffProduct(Shown, RecordView):
    """One product, by its item code or by a barcode."""

    permission_classes = (StaffKey,)
    summaries: ClassVar = {"GET": "One product, by code or barcode"}
    addressed_by = "The item code, or a barcode."
    required_keys: ClassVar = {"GET": "products.view"}
    queryset = Product.objects.present().prefetch_related("units")
    serializer_class = ProductDetailOut

    @extend_schema(description="By item code; where no product has that code, by barcode.")
    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return super().get(request, *args, **kwargs)

    def get_object(self) -> Product:
        product: Product | None = cast("ProductQuerySet", self.get_queryset()).coded(self.kwargs["item_code"])
        if product is None:
            raise Http404
        return product
