"""Clearing the live feed: it tells of what comes after."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.sync.models import FeedCleared


@transaction.atomic
def clear_feed(*, actor: Actor, at: datetime | None = None) -> None:
    """Leave out of the feed what has happened so far; runs, messages and their journals stay."""
    FeedCleared.objects.update_or_create(
        pk=1, defaults={"at": at or timezone.now(), "by_label": actor.label[:200]}
    )
    audit.record(actor=actor, action="sync.feed_cleared", subject=Subject("sync.feed", "", "the live feed"))
