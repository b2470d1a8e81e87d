"""How many items wait: asked for on every page, so counted once and kept for a few seconds."""

from typing import Final

from django.core.cache import cache
from django.db.models import Count

from apps.approvals import registry
from apps.approvals.models import Item
from apps.core.counts import kept

KEY: Final = "approvals:open"
KEPT: Final = 30  # seconds; a decision forgets it at once


def open_count(person: object) -> int:
    """How many items wait that this person may decide, his own left out: one read of the cache."""
    counts = kept(KEY, _counted, seconds=KEPT)
    kinds, own = set(registry.kinds_decided_by(person)), f"staff:{getattr(person, 'pk', None)}"
    return sum(count for kind, maker, count in counts if kind in kinds and maker != own)


def _counted() -> list[tuple[str, str, int]]:
    """(kind, maker, how many) of what is open: a short list, since what waits is short."""
    rows = Item.objects.open().order_by().values_list("kind", "maker_kind", "maker_id")
    return [(kind, f"{by}:{who}", count) for kind, by, who, count in rows.annotate(count=Count("id"))]


def forget_counts() -> None:
    cache.delete(KEY)
