"""What happened to a record, as its timeline shows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _

from apps.core import figures
from apps.core.models import AuditEntry
from apps.core.trail import here_of

SHOWN: Final = 20
TOLD: Final = 3  # changed fields that one line names with their values
LONG: Final = 60
ICONS: Final[Mapping[str, str]] = {
    "staff": "person",
    "customer": "shopping_bag",
    "app": "phone_iphone",
    "system": "settings",
    "command": "terminal",
}
TONES: Final[Mapping[str, str]] = {"added": "well", "removed": "act", "rejected": "act", "accepted": "well"}


@dataclass(frozen=True)
class Happening:
    """One line of a timeline."""

    what: str
    at: datetime
    who: str = ""
    note: str = ""
    icon: str = "radio_button_unchecked"
    tone: str = "quiet"
    link: str = ""


def history_of(record: models.Model) -> list[Happening]:
    """The latest acts on a record, newest first."""
    entries = AuditEntry.objects.about(kind=record._meta.label_lower, subject_id=str(record.pk)).order_by(
        "-id"
    )
    return [happening(entry, type(record)) for entry in entries[:SHOWN]]


def happening(entry: AuditEntry, model: type[models.Model] | None = None) -> Happening:
    """An entry of the audit trail in words."""
    verb = entry.action.rpartition(".")[2]
    notes = [note for note in ("; ".join(differences(entry, model)), entry.reason) if note]
    return Happening(
        what=here_of(entry.action),
        at=entry.at,
        who=entry.actor_label,
        note=" — ".join(notes),
        icon=ICONS.get(entry.actor_kind, "radio_button_unchecked"),
        tone=TONES.get(verb, "quiet"),
    )


def differences(entry: AuditEntry, model: type[models.Model] | None) -> list[str]:
    """ "name: Milk → Oat milk" for the first few fields; what came or went as a whole is not spelt out."""
    if not entry.before or not entry.after:
        return []
    told = [
        f"{field_words(model, name)}: {_short(entry.before.get(name))} → {_short(entry.after.get(name))}"
        for name in islice(entry.changed_fields, TOLD)
    ]
    more = len(entry.changed_fields) - len(told)
    return [*told, _("%d more") % more] if more > 0 else told


def field_words(model: type[models.Model] | None, name: str) -> str:
    """What staff call a field."""
    try:
        return str(model._meta.get_field(name).verbose_name) if model else name  # type: ignore[union-attr]
    except (FieldDoesNotExist, AttributeError):
        return name.replace("_", " ")


def _short(value: Any) -> str:
    text = in_words(value)
    return text if len(text) <= LONG else f"{text[: LONG - 1]}…"


def side_by_side(entry: AuditEntry, model: type[models.Model] | None) -> Iterator[tuple[str, str, str]]:
    """(field, before, after) of everything that an entry holds."""
    for name in entry.changed_fields:
        yield field_words(model, name), _whole(entry.before, name), _whole(entry.after, name)


def _whole(values: Mapping[str, Any], name: str) -> str:
    return in_words(values.get(name))


def in_words(value: Any) -> str:
    """A value as people say it; the whole of it."""
    if value is None or value in ("", [], {}):
        return figures.NONE
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(map(in_words, value))
    if isinstance(value, dict):
        return ", ".join(f"{name}: {in_words(inner)}" for name, inner in value.items())
    return (figures.time_text(value) or value) if isinstance(value, str) else str(value)
