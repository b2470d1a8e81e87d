"""Marks: what is to be looked at again, because something else that changed changes it without a stamp."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import models, transaction
from django.utils import timezone

from apps.sync.engine import tables
from apps.sync.engine.declarations import Entity, Reference, Source
from apps.sync.models import Cursor, Mark

MOST: Final = 5_000  # dependents of one page; beyond, the daily compare is the quicker way


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
    now = timezone.now()
    Mark.objects.bulk_create(
        [
            Mark(entity=entity, doctype=doctype, field=field, value=value, reason=reason, at=now)
            for value in sorted(set(values))
            if value
        ],
        update_conflicts=True,
        unique_fields=["entity", "doctype", "field", "value"],
        update_fields=["at", "reason"],
    )


def forget(marks: Iterable[Mark]) -> None:
    """These have been looked at; one that was made anew meanwhile stays.

    So does one that another run is making anew: to wait for it, with others in hand, could be for ever.
    """
    seen: dict[datetime, list[int]] = {}
    for mark in marks:
        seen.setdefault(mark.at, []).append(mark.pk)
    for at, keys in seen.items():  # what was marked together: one document's page, as a rule
        with transaction.atomic(savepoint=False):
            free = Mark.objects.filter(pk__in=keys, at=at).select_for_update(skip_locked=True)
            Mark.objects.filter(pk__in=free.values("pk")).delete()


def mark_dependents(source: Source, ids: list[int], *, every: Iterable[Entity]) -> None:
    """What refers to records that go: ERPNext deletes nothing with links to it, so they lead elsewhere now.

    (A merge rewrites links without a stamp: API.md 6.) To be called while the references still stand.
    """
    for link in links_to(source, every):
        if link.source.model is source.model:
            continue
        owners = tables.owners_of(link.reference, link.model, ids, parent=link.parent, most=MOST)
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
