"""What a message says beside what ERPNext has, and the ways from it to what it is about."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core.admin.chips import Chip, Tone
from apps.core.admin.history import field_words
from apps.core.admin.profile import Shown, Table
from apps.core.models import Outgoing
from apps.core.outgoing import said_in
from apps.sync.push import KINDS, Kind
from apps.sync.push.contents import as_said, content_of

HEADS = ((_("Field"), False), (_("Said"), False), (_("In ERPNext"), False), (_("Same"), False))


def title_of(message: Outgoing) -> str:
    """A kind and what tells the document from others of it."""
    kind = KINDS.get(message.kind)
    if kind is None or kind.is_referenced:
        return f"{_now(kind.title) if kind else message.kind} {message.reference}"
    return f"{_now(kind.title)} {', '.join(said_in(message.reference))}"


def subject_link(message: Outgoing) -> str:
    """Where the page of what it is about is; empty when it has none."""
    try:
        model = apps.get_model(message.subject_kind)
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        return reverse(name, args=[message.subject_id])
    except (LookupError, ValueError, NoReverseMatch):
        return ""


def compared(message: Outgoing) -> list[Table]:
    """Field by field, where ERPNext has answered with a document: what was said, and what differs."""
    kind = KINDS.get(message.kind)
    if kind is None or "name" not in message.answer:
        return []
    return [Table(_("Said and stored"), HEADS, list(_rows(kind, message)))]


def _rows(kind: Kind, message: Outgoing) -> Iterator[tuple[Shown, ...]]:
    """What differs first; of what was not said, only that."""
    said, stored = as_said(kind, message.payload), content_of(kind, message.answer)
    names = [name for name in (*kind.columns, *kind.tables) if name in said]
    for name in sorted(names, key=lambda name: said[name] == stored[name]):
        is_same = said[name] == stored[name]
        if is_same and name not in message.payload:
            continue
        chip = Chip(_now("Same"), Tone.WELL) if is_same else Chip(_now("Differs"), Tone.ACT, "difference")
        yield (
            capfirst(field_words(kind.source.model, name)),
            _shown(said[name]),
            _shown(stored[name]),
            chip.__html__(),
        )


def _shown(value: Any) -> str:
    match value:
        case list():
            return "; ".join(", ".join(str(one) for one in row.values() if one) for row in value) or "—"
        case bool():
            return _now("Yes") if value else _now("No")
        case Decimal():
            return f"{value.normalize():f}"
        case None | "":
            return "—"
    return str(value)
