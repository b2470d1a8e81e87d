"""Why a record is as it is: which run brought it in, what waits, and what was changed, field by field."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import takewhile
from typing import Any, Final

from django.db import models
from django.db.models import Q, Subquery, Value
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.core import figures
from apps.core.admin.columns import plain_text
from apps.core.clock import shop_day
from apps.core.mirror import MirroredModel
from apps.sync.engine.declarations import Children, Reference, Source
from apps.sync.entities import origin_of, origins
from apps.sync.labels import change_labels, column_label, enumerated, field_of, table_label, told_columns
from apps.sync.models import Change, Mark, Quarantine, Run
from apps.sync.states import RunState

KEPT: Final = 20  # changes that the card can unfold
SHOWN: Final = 5  # of them at once
WAITING_SHOWN: Final = 5
LONG: Final = 90  # characters of a text on either side
BEFORE: Final = 20  # of them that lead up to where two texts part
PARKED: Final = "parked"
MARKED: Final = "marked"
ENDED_WELL: Final = (RunState.SUCCEEDED, RunState.PARTIAL, RunState.HELD)


@dataclass(frozen=True)
class FieldChange:
    """One field as it was and as it is."""

    label: str
    was: str
    now: str


@dataclass(frozen=True)
class LineChange:
    """What became of one line of a table inside the document."""

    title: str
    verb: str  # changed, added, removed
    fields: list[FieldChange]


@dataclass(frozen=True)
class Told:
    """One change, in the words of staff."""

    change: Change
    headline: str
    fields: list[FieldChange]
    tables: list[tuple[str, list[LineChange]]]


@dataclass(frozen=True)
class Pending:
    """Something that stands between a record and what ERPNext has: since when, of which field, and why."""

    pk: int
    at: datetime
    field: str
    reason: str


class Explanation:
    """One record's; each part is asked for when it is shown, by one question or by one a table."""

    def __init__(self, record: MirroredModel) -> None:
        self.record = record
        self.origin = origin_of(record)
        self.entity, self.doctype = self.origin.entity.name, self.origin.source.doctype

    @cached_property
    def changes(self) -> list[Told]:
        """The latest, newest first."""
        rows = Change.objects.filter(table=self.record._meta.label, row=self.record.pk)
        latest = rows.select_related("run").order_by("-id")[:KEPT]
        return [told(change, self.origin.source) for change in latest]

    @property
    def at_once(self) -> list[Told]:
        return self.changes[:SHOWN]

    @property
    def folded(self) -> list[Told]:
        return self.changes[SHOWN:]

    @cached_property
    def _runs(self) -> dict[int, Run]:
        """The run that brought it in, and the last over its entity that ended well."""
        over_all = Run.objects.over_entities().filter(entity=self.entity, state__in=ENDED_WELL)
        latest = over_all.order_by("-id").values("pk")[:1]
        return Run.objects.filter(Q(pk=self.record.read_by) | Q(pk=Subquery(latest))).in_bulk()

    @property
    def run(self) -> Run | None:
        """What brought it in, as long as runs are kept."""
        return self._runs.get(self.record.read_by)

    @property
    def looked(self) -> Run | None:
        """The last run that has looked for anything newer since."""
        since = [run for pk, run in self._runs.items() if pk > self.record.read_by]
        return since[0] if since else None

    @property
    def parked(self) -> "Pending | None":
        """What ERPNext sent last, if it could not be read."""
        return self._pending.get(PARKED)

    @property
    def mark(self) -> "Pending | None":
        """The note that it is to be read again."""
        return self._pending.get(MARKED)

    @cached_property
    def _pending(self) -> "dict[str, Pending]":
        """Both, by one question."""
        parked = Quarantine.objects.of(self.entity, self.doctype).filter(erp_name=self.record.erp_name)
        told = _pending_of(parked, PARKED, at="first_at")
        found = told.union(_pending_of(self._marks(), MARKED, at="at"), all=True)
        return {what: Pending(*rest) for what, *rest in found}

    def _marks(self) -> "models.QuerySet[Any]":
        """The first that names it, or a field that it shares with others."""
        asked = Q(field="name", value=self.record.erp_name)
        for name, value in self._shared():
            asked |= Q(field=name, value=value)
        return Mark.objects.filter(asked, entity=self.entity, doctype=self.doctype).order_by("id")[:1]

    def _shared(self) -> Iterator[tuple[str, str]]:
        source = self.origin.source
        fields = {
            touch.field
            for other in origins()
            for touch in other.source.touches
            if touch.doctype == self.doctype
        }
        for column in source.columns:
            if len(column.sources) == 1 and column.sources[0] in fields:
                yield column.sources[0], getattr(self.record, column.target)

    @cached_property
    def waits(self) -> list[str]:
        """What it names that is not here yet."""
        if self.record.is_gone:
            return []
        return list(dict.fromkeys(self._waiting()))

    def _waiting(self) -> Iterator[str]:
        for reference in self.origin.source.references:
            name = getattr(self.record, reference.by)
            if name and getattr(self.record, reference.column) is None:
                yield _called(reference, name)
        for table in self.origin.source.children:
            for reference in table.references:
                for name in _waiting_lines(table, reference, self.record.pk):
                    yield _called(reference, name)


def _pending_of(rows: "models.QuerySet[Any]", what: str, *, at: str) -> "models.QuerySet[Any, Any]":
    """Rows as a union takes them."""
    return rows.values_list(Value(what), "pk", at, "field", "reason")


def _waiting_lines(table: Children, reference: Reference, parent: int) -> "models.QuerySet[Any, str]":
    lines = table.model._base_manager.filter(
        **{f"{table.parent}_id": parent, f"{reference.column}__isnull": True, f"{reference.by}__gt": ""}
    )
    return lines.order_by("position").values_list(reference.by, flat=True)[:WAITING_SHOWN]


def _called(reference: Reference, name: str) -> str:
    return f"{reference.to._meta.verbose_name} “{name}”"


# --- changes in words --------------------------------------------------------------------------------------
def told(change: Change, source: Source) -> Told:
    """A change in words; of a column that is no more, what it was called."""
    differences: dict[str, Any] = change.differences
    tables = [table for table in source.children if table.doctype in differences]
    return Told(
        change=change,
        headline=_headline(source, differences),
        fields=list(_fields(source, differences)),
        tables=[
            (str(capfirst(table_label(table))), [_line(table, line) for line in differences[table.doctype]])
            for table in tables
        ],
    )


def _headline(source: Source, differences: dict[str, Any]) -> str:
    if "gone_at" in differences:
        return _("Gone from ERPNext") if differences["gone_at"][1] else _("Back in ERPNext")
    return str(capfirst(enumerated(change_labels(source, differences), most=3)))


def _fields(source: Source, differences: dict[str, Any]) -> Iterator[FieldChange]:
    if "erp_name" in differences:
        was, now = differences["erp_name"]
        yield FieldChange(_("name in ERPNext"), was, now)
    yield from _columns(source, differences)


def _columns(mapped: Source | Children, differences: dict[str, Any]) -> Iterator[FieldChange]:
    for column in told_columns(mapped, differences):
        was, now = parted(*(value_words(field_of(mapped, column), it) for it in differences[column]))
        yield FieldChange(column_label(mapped, column), was, now)


def _line(table: Children, line: dict[str, Any]) -> LineChange:
    verb = next(verb for verb in ("changed", "added", "removed") if verb in line)
    titles = {"changed": _("Line %d"), "added": _("Line %d added"), "removed": _("Line %d removed")}
    columns = line[verb]
    if verb != "changed":
        columns = {name: [None, it] if verb == "added" else [it, None] for name, it in columns.items()}
    moved = [FieldChange(_("line"), *map(str, columns["position"]))] if "position" in columns else []
    title = titles[verb] % line["position"]
    return LineChange(title, verb, [*moved, *_columns(table, columns)])


def value_words(field: Any, value: Any) -> str:
    """A value as a change keeps it, as staff read it."""
    if value is None or value == "":
        return figures.NONE
    if field is not None and field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(field, models.DateTimeField):
        return figures.stamp_text(datetime.fromisoformat(value))
    if isinstance(field, models.DateField):
        return figures.day_text(date.fromisoformat(value), today=shop_day(timezone.now()))
    return plain_text(value) if isinstance(field, models.TextField) else str(value)


def parted(was: str, now: str) -> tuple[str, str]:
    """Two texts, of long ones the part around the first letter in which they differ."""
    if max(len(was), len(now)) <= LONG:
        return was, now
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(was, now, strict=False))
    start = max(0, sum(1 for _pair in alike) - BEFORE)
    return _cut(was, start), _cut(now, start)


def _cut(text: str, start: int) -> str:
    end = start + LONG
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
