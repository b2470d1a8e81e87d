"""Statuses as chips: a tone, an icon and a word, so that colour never speaks alone.

An app says once what its statuses look like::

    chips.register("orders.Order.status", {Status.PAID: Chip(_("Paid"), Tone.WELL, "check_circle")})

and every list, profile and board shows them the same: ``{% chip_for order "status" %}``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.db.models import Model
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString


class Tone(StrEnum):
    """What a colour means. Nothing else is coloured."""

    WELL = "well"
    LOOK = "look"
    ACT = "act"
    RUNNING = "running"
    QUIET = "quiet"


ICONS: Final = {
    Tone.WELL: "check_circle",
    Tone.LOOK: "error",
    Tone.ACT: "cancel",
    Tone.RUNNING: "progress_activity",
    Tone.QUIET: "radio_button_unchecked",
}


@dataclass(frozen=True)
class Chip:
    """One status as it is shown."""

    word: str | Promise
    tone: Tone = Tone.QUIET
    icon: str = ""

    @property
    def mark(self) -> str:
        """The icon beside the word; each tone has one of its own."""
        return self.icon or ICONS[self.tone]

    def __html__(self) -> SafeString:
        return render_to_string("larder/components/chip.html", {"chip": self})

    def __str__(self) -> str:
        return self.__html__()


_faces: dict[str, Mapping[str, Chip]] = {}


def register(field: str, faces: Mapping[str, Chip]) -> None:
    """Say what the values of ``app.Model.field`` look like."""
    _faces[field] = {str(value): chip for value, chip in faces.items()}


def chip_for(record: Model, field: str) -> Chip:
    """The chip of a record's status; one that nobody registered is quiet, with Django's own word for it."""
    value = getattr(record, field)
    known = _faces.get(f"{record._meta.label}.{field}", {}).get(str(value))
    if known:
        return known
    said = getattr(record, f"get_{field}_display", None)
    return Chip(word=str(said() if said else value))
