"""Marks: what is to be looked at again, because something else that changed changes it without a stamp."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from django.db import connection, models, transaction
from django.utils import timezone

from apps.sync.engine import tables
from apps.sync.engine.declarations import Entity, Reference, Source
from apps.sync.models import Cursor, Mark

MOST: Final = 5_000  # dependents of one page; beyond, the daily compare is the quicker way
MARK: Final = f"""
    INSERT INTO sync_mark (entity, doctype, field, reason, at, value)
    SELECT %s, %s, %s, %s, %s, marked.value FROM unnest({tables.TEXTS}) AS marked (value)
        ON CONFLICT (entity, doctype, field, value) DO UPDATE SET at = excluded.at, reason = excluded.reason
"""  # noqa: S608
FORGET: Final = """
    DELETE FROM sync_mark WHERE id IN (
        SELECT id FROM sync_mark WHERE id = ANY(%s) AND at = %s FOR UPDATE SKIP LOCKED
    )
"""


class Marked(NamedTuple):
    """A mark as a run sees it: ``value`` is a name, or what a field holds."""

    id: int
    value: str
    at: datetime


@dataclass(frozen=True)
class Link:
    """A reference where it stands: which table has it, and in whose documents."""

    entity: Entity
    source: Source
    model: type[models.Model]
    reference: Reference
    parent: str  # the key of a line to its document; empty for the document itself


def links_to(source: Source, every: Iterable[Entity]) -> Iterator[Link]:
    """Every reference to this source's records."""
    for link in links_of(every):
        if link.reference.to is source.model and _is_same_kind(link, source):
            yield link


def links_of(every: Iterable[Entity]) -> Iterator[Link]:
    """Every reference there is."""
    for entity in every:
        for source in entity.sources:
            for reference in source.references:
                yield Link(entity, source, source.model, reference, "")
            for table in source.children:
                for reference in table.references:
                    yield Link(entity, source, table.model, reference, table.parent)


def _is_same_kind(link: Link, source: Source) -> bool:
    """Documents of several kinds in one table refer to their own kind (an invoice to an invoice)."""
    return link.source.model is not source.model or link.source.fixed == source.fixed


def mark(entity: str, doctype: str, values: Iterable[str], *, field: str = "name", reason: str) -> None:
    """Have these looked at again; marked twice is marked once."""
    names = sorted({value for value in values if value})  # in one order for all: nobody waits for each other
    if names:
        with connection.cursor() as cursor:
            cursor.execute(MARK, [entity, doctype, field, reason, timezone.now(), tables.packed(names)])


def of_entity(entity: Entity) -> set[str]:
    """The DocTypes of which something is to be looked at again."""
    return set(Mark.objects.filter(entity=entity.name).values_list("doctype", flat=True).distinct())


def of_source(entity: Entity, source: Source) -> dict[str, list[Marked]]:
    """What is to be looked at again, by field, the oldest first."""
    found: defaultdict[str, list[Marked]] = defaultdict(list)
    marks = Mark.objects.filter(entity=entity.name, doctype=source.doctype)
    for field, pk, value, at in marks.order_by("id").values_list("field", "id", "value", "at"):
        found[field].append(Marked(pk, value, at))
    return found


def of_name(entity: Entity, source: Source, name: str) -> list[Marked]:
    """The mark of one document, if it has one."""
    marks = Mark.objects.filter(entity=entity.name, doctype=source.doctype, field="name", value=name)
    return [Marked(*mark) for mark in marks.values_list("id", "value", "at")]


def forget(marks: Iterable[Marked]) -> None:
    """These have been looked at; one that was made anew meanwhile stays.

    So does one that another run is making anew: to wait for it, with others in hand, could be for ever.
    """
    seen: defaultdict[datetime, list[int]] = defaultdict(list)
    for mark in marks:
        seen[mark.at].append(mark.id)
    with connection.cursor() as cursor:
        for at, ids in seen.items():  # what was marked together: one document's page, as a rule
            cursor.execute(FORGET, [ids, at])


def put_off(entity: Entity, source: Source, *, until: datetime) -> None:
    """Nothing is looked at for the sake of these before then; what is being marked anew stays as it is."""
    marks = Mark.objects.filter(entity=entity.name, doctype=source.doctype)
    with transaction.atomic():
        free = marks.select_for_update(skip_locked=True).values("pk")
        Mark.objects.filter(pk__in=free).update(at=until)


def forget_all(entity: Entity, source: Source) -> None:
    """The site has no such documents."""
    Mark.objects.filter(entity=entity.name, doctype=source.doctype).delete()


def mark_dependents(source: Source, ids: list[int], *, every: Iterable[Entity]) -> None:
    """What refers to records that go: ERPNext deletes nothing with links to it, so they lead elsewhere now.

    (A merge rewrites links without a stamp: API.md 6.) To be called while the references still stand.
    """
    for link in links_to(source, every):
        if link.source.model is source.model:
            continue
        owners = tables.owners_of(link.source, link.reference, link.model, ids, most=MOST)
        mark(link.entity.name, link.source.doctype, owners, reason=f"a {source.doctype} it names is gone")


def mark_touched(source: Source, rows: Iterable[Mapping[str, str]]) -> None:
    """What documents of this source change elsewhere by being saved, by the columns that both share."""
    found = list(rows)
    for touch in source.touches:
        if found and _has_been_read(touch.entity, touch.doctype):
            values = {row[touch.by] for row in found}
            reason = f"a {source.doctype} was saved"
            mark(touch.entity, touch.doctype, values, field=touch.field, reason=reason)


def _has_been_read(entity: str, doctype: str) -> bool:
    """What was never read will be read whole."""
    return Cursor.objects.filter(entity=entity, doctype=doctype).exclude(modified="").exists()
