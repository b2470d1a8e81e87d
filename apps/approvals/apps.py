from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ApprovalsConfig(AppConfig):
    name = "apps.approvals"
    verbose_name = "To Do"

    def ready(self) -> None:
        """Let every app say what of its own waits for a decision."""
        autodiscover_modules("todo")
