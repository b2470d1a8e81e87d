from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "apps.core"
    verbose_name = "Core"

    def ready(self) -> None:
        """Let every app declare its settings, what it puts on pages below it, sends, how it is, and how its
        acts are called."""
        autodiscover_modules("options", "panels", "outgoing", "system", "checks", "acts")
