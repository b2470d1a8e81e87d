"""``/api/v1/categories`` and ``/api/v1/products…``."""

from django.urls import path

from apps.core.api import routes  # noqa: F401 - knows <code:…>
from apps.mobile.api.v1.views import ShownCategories, ShownProduct, ShownProducts

urlpatterns = [
    path("categories", ShownCategories.as_view(), name="categories"),
    path("products", ShownProducts.as_view(), name="products"),
    path("products/<code:item_code>", ShownProduct.as_view(), name="product"),
]
