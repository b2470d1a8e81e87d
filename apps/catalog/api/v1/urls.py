"""``/api/v1/staff/products…``."""

from django.urls import path

from apps.catalog.api.v1.views import StaffProduct, StaffProducts
from apps.core.api import routes  # noqa: F401 - knows <code:…>

urlpatterns = [
    path("products", StaffProducts.as_view(), name="staff-products"),
    path("products/<code:item_code>", StaffProduct.as_view(), name="staff-product"),
]
