from typing import Any

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.db.models.signals import post_migrate
from django.utils.module_loading import import_string


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    verbose_name = "Staff"

    def ready(self) -> None:
        post_migrate.connect(_seed_roles, sender=self, dispatch_uid="accounts.seed_roles")


def _seed_roles(*, using: str, apps: Any = global_apps, **_: Any) -> None:
    """After every migrate; not when it stopped before our tables were made."""
    if using == "default" and "right" in apps.all_models["accounts"]:
        import_string("apps.accounts.services.seed_roles")()  # models exist only once apps are ready
