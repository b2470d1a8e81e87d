"""Clearing the live feed: it tells from then on only what comes."""

from datetime import datetime

from django.db import transaction

from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.sync.models import FeedCleared


@transaction.atomic
def clear_feed(*, at: datetime, actor: Actor) -> FeedCleared:
    """Have the feed begin at ``at``, for everybody; runs, messages and webhooks stay where they are.

    It starts nothing, so the environment's gate does not apply: who may run a sync may clear what it says.
    """
    before = FeedCleared.objects.select_for_update().filter(pk=1).first()
    cleared, _ = FeedCleared.objects.update_or_create(
        pk=1, defaults={"at": at, "by_label": actor.label[:200]}
    )
    audit.record(
        actor=actor,
        action="sync.feed_cleared",
        subject=Subject("sync.feed", "", "live feed"),
        before={"cleared at": before.at} if before else None,
        after={"cleared at": at},
    )
    return cleared
