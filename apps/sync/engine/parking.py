"""Quarantine: a document that cannot be read is kept as it came, tried again, and let out when it can."""

import json
from collections import defaultdict
from typing import Any

from django.db.models import F
from django.utils import timezone

from apps.sync.engine.converting import Parked
from apps.sync.engine.declarations import Entity, Source
from apps.sync.models import Quarantine


def names(entity: Entity) -> dict[str, set[str]]:
    """What waits of each DocType of an entity."""
    waiting: defaultdict[str, set[str]] = defaultdict(set)
    parked = Quarantine.objects.filter(entity=entity.name)
    for doctype, name in parked.values_list("doctype", "erp_name"):
        waiting[doctype].add(name)
    return waiting


def park(entity: Entity, source: Source, parked: list[Parked]) -> None:
    """Keep these, or write down that they failed once more."""
    if not parked:
        return
    here = Quarantine.objects.of(entity.name, source.doctype)
    here.filter(erp_name__in=[one.name for one in parked]).update(tries=F("tries") + 1)
    Quarantine.objects.bulk_create(
        [_row(entity, source, one) for one in parked],
        update_conflicts=True,
        unique_fields=["entity", "doctype", "erp_name"],
        update_fields=["erp_modified", "field", "reason", "document", "last_at"],
    )


def release(entity: Entity, source: Source, read: list[str]) -> None:
    """Let out what could be read."""
    Quarantine.objects.of(entity.name, source.doctype).filter(erp_name__in=read).delete()


def _row(entity: Entity, source: Source, one: Parked) -> Quarantine:
    return Quarantine(
        entity=entity.name,
        doctype=source.doctype,
        erp_name=_storable(one.name),
        erp_modified=_storable(one.modified),
        field=one.field[:200],
        reason=_storable(one.reason),
        document=_storable(one.document),
        last_at=timezone.now(),
    )


def _storable(value: Any) -> Any:
    """The same value without NUL characters, which jsonb refuses: the sign for one stands in their place."""
    return json.loads(json.dumps(value).replace("\\u0000", "\\u2400"))
