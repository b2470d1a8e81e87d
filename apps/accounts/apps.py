from typing import Any

from corsheaders.signals import check_request_enabled
from django.apps import AppConfig
from django.apps import apps as global_apps
from django.db.models.signals import post_migrate
from django.http import HttpRequest
from django.utils.module_loading import autodiscover_modules, import_string


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    verbose_name = "Staff"

    def ready(self) -> None:
        post_migrate.connect(_seed_roles, sender=self, dispatch_uid="accounts.seed_roles")
        check_request_enabled.connect(_allows_origin, dispatch_uid="accounts.cors")
        autodiscover_modules("scopes")


def _seed_roles(*, using: str, apps: Any = global_apps, **_: Any) -> None:
    """After every migrate; not when it stopped before our tables were made."""
    if using == "default" and "right" in apps.all_models["accounts"]:
        import_string("apps.accounts.services.seed_roles")()  # models exist only once apps are ready


def _allows_origin(*, request: HttpRequest, **_: Any) -> bool:
    """Asked by the CORS middleware, for the only origins that it lets in."""
    allows: bool = import_string("apps.accounts.api.cors.allows_origin")(request)
    return allows
