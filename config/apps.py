"""The admin, as Larder's own site."""

from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import autodiscover_modules


class LarderAdminConfig(AdminConfig):
    """Besides every app's ``admin``, loads its staff pages and what it offers to the palette."""

    default_site = "apps.core.admin.site.LarderSite"

    def ready(self) -> None:
        autodiscover_modules("pages")  # first: the admin's URLs are read once, and not late
        super().ready()
        autodiscover_modules("palette")
