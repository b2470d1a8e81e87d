"""The admin, as Larder's own site."""

from django.contrib.admin.apps import AdminConfig


class LarderAdminConfig(AdminConfig):
    default_site = "apps.core.admin.site.LarderSite"
