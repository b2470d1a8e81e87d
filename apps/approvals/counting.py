"""How many items wait: asked for on every page, so counted once and kept for a few seconds."""

from typing import Final

from django.core.cache import cache
from django.db.models import Count

from apps.approvals import registry
from apps.approvals.models import Item

KEY: Final = "approvals:open"
KEPT: Final = 30  # seconds; a decision forgets it at once


def open_count(person: object) -> int:
    """How many items wait that this person may decide: one read of the cache."""
    counts: dict[str, int] = cache.get_or_set(KEY, _by_kind, KEPT) or {}
    return sum(counts.get(kind, 0) for kind in registry.kinds_decided_by(person))


def _by_kind() -> dict[str, int]:
    return dict(Item.objects.open().order_by().values_list("kind").annotate(Count("id")))


def forget_counts() -> None:
    cache.delete(KEY)
