"""``manage.py api_routes``: write docs/api-routes.md, or with ``--check`` say whether it is up to date."""

from argparse import ArgumentParser
from typing import Any, Final

from django.conf import settings
from django.core.management.base import CommandError

from apps.core.api.route_table import as_document
from apps.core.commands import LarderCommand

DOCUMENT: Final = "docs/api-routes.md"


class Command(LarderCommand):
    """Writes or checks the table of routes."""

    help = "Write docs/api-routes.md from the URL configuration."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Fail when the document is out of date.")

    def handle(self, *args: Any, **options: Any) -> None:
        document = settings.BASE_DIR / DOCUMENT
        if not options["check"]:
            document.write_text(as_document(), encoding="utf-8")
        elif not document.exists() or document.read_text(encoding="utf-8") != as_document():
            raise CommandError(f"{DOCUMENT} is out of date: run manage.py api_routes.")
