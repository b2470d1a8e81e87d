"""The audit list: who did what to what, when, from where; before and after side by side."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core import audit
from apps.core.admin import filters
from apps.core.admin.base import ReadOnlyAdmin
from apps.core.admin.columns import Kind, Words, column
from apps.core.admin.history import Happening, side_by_side
from apps.core.admin.links import profile_link
from apps.core.admin.profile import Facts, Table
from apps.core.counts import kept
from apps.core.models import AuditEntry
from apps.core.options.saving import SUBJECT
from apps.core.trail import here_of, title_of

ACTIONS_KEPT: Final = 300  # seconds
ACTORS: Mapping[str, Words] = {
    "staff": _("Staff"),
    "customer": _("Customers"),
    "app": _("Apps"),
    "system": _("Larder itself"),
    "command": _("Command line"),
}


class KindOfActor(filters.ChoiceFilter):
    """Staff, an app, the house itself."""

    title = _("By")
    parameters = ("actor_kind",)
    lookup = "actor_kind"

    def offered(self) -> list[tuple[str, str]]:
        return [(kind, str(words)) for kind, words in ACTORS.items()]


class Who(filters.RelatedFilter):
    """One member of staff."""

    title = _("Who")
    parameters = ("who",)
    lookup = "actor_id"

    def offered(self) -> list[tuple[str, str]]:
        people = get_user_model().objects.order_by("pk")[: filters.OFFERED_AT_MOST]
        return sorted(
            ((str(person.pk), str(person)) for person in people), key=lambda pair: pair[1].casefold()
        )

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        narrowed = super().queryset(request, queryset)
        return narrowed.filter(actor_kind="staff") if self.is_set else narrowed


class KindOfSubject(filters.NamedFilter):
    """A product, an order, a setting: a kind of thing that something was ever done to."""

    title = _("What kind")
    parameters = ("kind",)
    lookup = "subject_kind"
    among = staticmethod(lambda: kept("audit:kinds", audit.known_kinds, seconds=ACTIONS_KEPT))

    def offered(self) -> list[tuple[str, str]]:
        named = ((kind, kind_words(kind)) for kind, _same in super().offered())
        return sorted(named, key=lambda pair: pair[1].casefold())


def _known_actions() -> list[str]:
    return kept("audit:actions", audit.known_actions, seconds=ACTIONS_KEPT)


class Act(filters.NamedFilter):
    """What was done: an action that was ever written down."""

    title = _("What happened")
    parameters = ("action",)
    lookup = "action"
    among = staticmethod(_known_actions)

    def offered(self) -> list[tuple[str, str]]:
        named = ((action, title_of(action)) for action, _same in super().offered())
        return sorted(named, key=lambda pair: pair[1].casefold())


@admin.register(AuditEntry)
class AuditAdmin(ReadOnlyAdmin):
    """Read only, for everyone: a trigger refuses anything else."""

    permission_category = "audit"
    list_display = ("what", "who", "at", "subject", "differences", "key")
    list_extra = ("values", "reason", "address", "request_id")
    list_filter = (Who, KindOfActor, Act, KindOfSubject, filters.days("at", _("When")))
    on_phone = ("at", "who", "subject")
    search_fields = ("action",)
    search_help_text = _("Person, action, record, reason, or what was before or after")
    ordering = ("-at", "-id")
    sortable_by = ("at",)
    list_icon = "history"
    empty_title = _("Nothing has been changed yet")
    empty_text = _("Every change by staff, an app or Larder itself is written down here.")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("Who"), ("who", "at", "address", "request_id")),
        Facts(_("What"), ("what_and_key", "subject_now", "reason")),
    )

    @column(_("What happened"))
    def what(self, entry: AuditEntry) -> str:
        return title_of(entry.action)

    @column(_("What happened"))
    def what_and_key(self, entry: AuditEntry) -> SafeString:
        """In words, and by the key that an export and the search know it by."""
        return format_html(
            '{}<br><bdi class="ll-typed-code lr-meta">{}</bdi>', title_of(entry.action), entry.action
        )

    @column(_("Act"), kind=Kind.CODE)
    def key(self, entry: AuditEntry) -> str:
        return entry.action

    @column(_("Who"))
    def who(self, entry: AuditEntry) -> str:
        return entry.actor_label

    @column(_("When"), order="at", kind=Kind.MOMENT)
    def at(self, entry: AuditEntry) -> Any:
        return entry.at

    @column(_("To what"))
    def subject(self, entry: AuditEntry) -> str:
        return entry.subject_label

    @column(_("To what"))
    def subject_now(self, entry: AuditEntry) -> SafeString | str:
        """As it was called then; a link while it is still there."""
        model = _model_of(entry.subject_kind)
        row = _row_of(model, entry.subject_id) if model else None
        return profile_link(row, entry.subject_label) if row is not None else entry.subject_label

    @column(_("Changed"))
    def differences(self, entry: AuditEntry) -> str:
        return ", ".join(name.replace("_", " ") for name in entry.changed_fields[:4])

    @column(_("Before and after"))
    def values(self, entry: AuditEntry) -> str:
        """The whole of it in words, for whoever takes the trail away as a file."""
        changes = side_by_side(entry, _model_of(entry.subject_kind))
        return "; ".join(f"{field}: {before} → {after}" for field, before, after in changes)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """By what stands in an entry, and by what the list calls it: “signed in”, “key revoked”."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        acts = _called(search_term)
        return (found | queryset.filter(action__in=acts) if acts else found), may_repeat

    def profile_title(self, record: AuditEntry) -> str:
        return f"{title_of(record.action)}: {record.subject_label}"

    def tables(self, record: AuditEntry, request: HttpRequest) -> Sequence[Table]:
        model = _model_of(record.subject_kind)
        rows = [
            (field, _value(before), _value(after)) for field, before, after in side_by_side(record, model)
        ]
        heads = ((_("Field"), False), (_("Before"), False), (_("After"), False))
        return (Table(_("Before and after"), heads, rows, _("Nothing was said of the values.")),)

    def happenings(self, record: AuditEntry) -> list[Happening]:
        """What else happened to the same thing."""
        others = AuditEntry.objects.about(kind=record.subject_kind, subject_id=record.subject_id)
        return [_linked(entry) for entry in others.order_by("-id")[:20]]


def kind_words(kind: str) -> str:
    """ "Orders" for ``orders.order``; what has no table of its own is called by the kind's own words."""
    if kind == SUBJECT:
        return _now("Settings")
    model = _model_of(kind)
    if model is not None:
        return str(capfirst(model._meta.verbose_name_plural))
    return str(capfirst(kind.replace(".", ": ").replace("_", " ")))


def _called(text: str) -> list[str]:
    """The actions whose words in the list begin with each of these."""
    wanted = text.casefold().split()
    return [
        action
        for action in (_known_actions() if wanted else ())
        if all(f" {word}" in f" {title_of(action).casefold()}" for word in wanted)
    ]


def _linked(entry: AuditEntry) -> Happening:
    said = here_of(entry.action)
    return Happening(said, entry.at, who=entry.actor_label, icon="history", link=f"../../{entry.pk}/change/")


def _model_of(kind: str) -> type[models.Model] | None:
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):
        return None


def _row_of(model: type[models.Model], pk: str) -> models.Model | None:
    try:
        return model._base_manager.filter(pk=pk).first()
    except (ValueError, OverflowError, ValidationError):  # a key of another time, or of another kind
        return None


def _value(text: str) -> SafeString:
    return format_html('<span class="ll-value"><bdi>{}</bdi></span>', text)


def pretty(document: Any) -> SafeString:
    """A JSON document, as a person can read it."""
    return format_html(
        '<pre class="ll-document" dir="ltr" tabindex="0">{}</pre>',
        json.dumps(document, indent=2, ensure_ascii=False),
    )
