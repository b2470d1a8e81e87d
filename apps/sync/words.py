"""How figures of the sync read, on screens and in commands."""

from typing import Final

from django.utils.translation import gettext_lazy

from apps.core.figures import count_text
from apps.sync.models import Run

SHOWN_FIRST: Final = ("items", "customers", "sales", "loyalty")  # those that the shop knows by name
COUNTS: Final = {
    "created": gettext_lazy("%(count)s new"),
    "updated": gettext_lazy("%(count)s changed"),
    "renamed": gettext_lazy("%(count)s renamed"),
    "removed": gettext_lazy("%(count)s gone"),
    "quarantined": gettext_lazy("%(count)s in quarantine"),
    "held": gettext_lazy("%(count)s held back until an admin decides"),
}


def came_of(run: Run) -> list[str]:
    """What came of reading, such as "12 new"; what did not happen is left out."""
    return [
        word % {"count": count_text(number)}
        for name, word in COUNTS.items()
        if (number := getattr(run, name))
    ]


def rank(entity: str) -> int:
    """Where an entity stands on a page; the others follow as they are read."""
    return SHOWN_FIRST.index(entity) if entity in SHOWN_FIRST else len(SHOWN_FIRST)
