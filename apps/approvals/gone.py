"""Items whose subject has gone without a word: found by looking, and closed."""

from collections import defaultdict
from collections.abc import Callable, Collection
from itertools import islice
from typing import Final

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from apps.approvals import registry
from apps.approvals.models import Item
from apps.approvals.services import close_items
from apps.core.actors import Actor

AT_ONCE: Final = 500
Still = Callable[[Collection[str]], set[str]]


def close_gone_items(*, actor: Actor) -> int:
    """Close what waits about records that are no longer there. Says how many items."""
    rows = Item.objects.open().exclude(subject_id="").order_by("kind", "pk")
    waiting = rows.values_list("pk", "kind", "subject_kind", "subject_id").iterator(AT_ONCE)
    closed = 0
    while some := list(islice(waiting, AT_ONCE)):  # each lot in a transaction of its own
        gone = _gone_of(some)
        if gone:
            closed += close_items(gone, actor=actor, reason=_("What it is about has gone."))
    return closed


def _gone_of(waiting: Collection[tuple[int, str, str, str]]) -> list[int]:
    """Those of these items whose subject has gone: asked once for each kind among them."""
    by_kind: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for pk, kind, subject_kind, subject_id in waiting:
        by_kind[kind, subject_kind][subject_id] = pk  # of a kind, a subject waits once
    return [
        items[subject_id]
        for (kind, subject_kind), items in by_kind.items()
        for subject_id in _gone(kind, subject_kind, set(items))
    ]


def is_gone(item: Item) -> bool:
    """Whether there is nothing left to decide about."""
    return bool(item.subject_id and _gone(item.kind, item.subject_kind, {item.subject_id}))


def _gone(kind: str, subject_kind: str, ids: set[str]) -> set[str]:
    """Which subjects are no longer there; none where nobody can tell."""
    known = registry.kind_if_known(kind)
    still = (known.still_there if known else None) or _rows_of(subject_kind)
    return ids - still(ids) if still else set()


def _rows_of(subject_kind: str) -> Still | None:
    """By key, where the subject is a row of ours; a mirrored row that ERPNext has retired has gone."""
    try:
        model = apps.get_model(subject_kind)
    except (LookupError, ValueError):
        return None
    return lambda ids: {
        str(pk) for pk in _present(model).filter(pk__in=_keys(model, ids)).values_list("pk", flat=True)
    }


def _present(model: type[models.Model]) -> "models.QuerySet[models.Model]":
    rows = model._base_manager.all()
    return rows.filter(gone_at=None) if "gone_at" in {field.name for field in model._meta.fields} else rows


def _keys(model: type[models.Model], ids: Collection[str]) -> list[str]:
    """Those that can be keys of the model: a whole-number column refuses anything else."""
    if isinstance(model._meta.pk, models.IntegerField):
        return [pk for pk in ids if pk.isascii() and pk.isdecimal() and len(pk) < 19]
    return list(ids)
