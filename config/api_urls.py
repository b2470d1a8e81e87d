"""The API's versions, its schema and its docs page; whatever is left is a 404 in the API's own shape."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from apps.core.api.permissions import Public
from apps.core.api.views import UnknownRoute

v1: list[URLPattern | URLResolver] = [
    path("", include("apps.accounts.api.v1.app_urls")),
    path("staff/", include("apps.accounts.api.v1.urls")),
    path("staff/", include("apps.notifications.api.v1.urls")),
    path("staff/", include("apps.approvals.api.v1.urls")),
    path("staff/", include("apps.catalog.api.v1.urls")),
    path("staff/", include("apps.customers.api.v1.urls")),
    path("staff/", include("apps.orders.api.v1.urls")),
    path("sync/", include("apps.sync.api.v1.urls")),
    path("", include("apps.mobile.api.v1.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include((v1, "v1"), namespace="v1")),
    path(
        "schema/",
        SpectacularAPIView.as_view(permission_classes=[Public], authentication_classes=[], api_version="v1"),
        name="schema",
    ),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(
            permission_classes=[Public], authentication_classes=[], url_name="schema"
        ),
        name="docs",
    ),
    re_path("", UnknownRoute.as_view(), name="unknown-route"),
]
