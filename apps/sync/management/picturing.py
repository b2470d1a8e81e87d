"""What ``manage.py sync pictures`` does: fetch what is due, without the clock's bound on time."""

import json
import math
from dataclasses import asdict
from typing import Any, Final

from django.core.management.base import BaseCommand

from apps.catalog.models import ErpPicture
from apps.core.actors import COMMAND
from apps.sync import services
from apps.sync.management.printing import pictures_line
from apps.sync.reports import pictures_standing

EXIT_PARTIAL: Final = 3


def handle(command: BaseCommand, options: dict[str, Any]) -> int:
    """Fetch, and say how all images stand and what is wrong with those that are not here."""
    services.fetch_pictures(actor=COMMAND, seconds=math.inf)
    standing = pictures_standing()
    lacking = ErpPicture.objects.in_trouble().order_by("path")
    if options["json"]:
        found = asdict(standing) | {"troubles": dict(lacking.values_list("path", "trouble"))}
        command.stdout.write(json.dumps(found, indent=2))
    else:
        command.stdout.write(pictures_line(standing))
        for picture in lacking:
            command.stdout.write(f"  {picture.path}: {picture.trouble}")
    return EXIT_PARTIAL if standing.failed or standing.refused else 0
