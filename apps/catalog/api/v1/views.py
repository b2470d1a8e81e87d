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


class Priced:
    """Products with what everybody pays today."""

    def get_queryset(self) -> QuerySet[Any]:
        return with_todays_price(cast("ProductQuerySet", super().get_queryset()))  # type: ignore[misc]


class StaffProducts(Priced, ListView):
    """Products that ERPNext has, disabled ones included."""

    permission_classes = (StaffKey,)
    summaries: ClassVar = {"GET": "List products"}
    required_keys: ClassVar = {"GET": "products.view"}
    queryset = Product.objects.present().select_related("category").prefetch_related("barcodes")
    serializer_class = ProductOut
    filterset_class = ProductFilter
    orderings: ClassVar = {"name": ("name_en", "id"), "item_code": ("item_code", "id"), "id": ("id",)}
    usual_ordering = "name"


class StaffProduct(Priced, RecordView):
    """One product, by its item code or by a barcode."""

    permission_classes = (StaffKey,)
    summaries: ClassVar = {"GET": "One product, by code or barcode"}
    addressed_by = "The item code, or a barcode."
    required_keys: ClassVar = {"GET": "products.view"}
    queryset = Product.objects.present().select_related("category").prefetch_related("barcodes", "units")
    serializer_class = ProductDetailOut

    @extend_schema(description="By item code; where no product has that code, by barcode.")
    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return super().get(request, *args, **kwargs)

    def get_object(self) -> Product:
        product: Product | None = cast("ProductQuerySet", self.get_queryset()).coded(self.kwargs["item_code"])
        if product is None:
            raise Http404
        return product
