"""Every door of Larder."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    # Whoever types the bare address is looking for the back office; an app asks below /api/.
    path(
        "", RedirectView.as_view(pattern_name="admin:index", http_method_names=["get", "head"]), name="root"
    ),
    path("", include("apps.core.health.urls")),
    path("admin/", include("apps.accounts.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("config.api_urls")),
]

handler400 = "apps.core.admin.error_pages.bad_request"
handler403 = "apps.core.admin.error_pages.forbidden"
handler404 = "apps.core.admin.error_pages.not_found"
handler500 = "apps.core.admin.error_pages.server_error"
