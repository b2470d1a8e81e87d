"""Giving an item to somebody to look at."""

from datetime import datetime

from django.db import models, transaction
from django.utils import timezone

from apps.approvals.events import ItemAssigned
from apps.approvals.models import Item
from apps.approvals.services.steps import check_open, locked
from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.events import publish


@transaction.atomic
def assign(item_id: int, *, to: models.Model | None, actor: Actor, at: datetime | None = None) -> Item:
    """Give an open item to somebody to look at, or to nobody in particular."""
    item = locked(item_id)
    check_open(item)
    if item.assignee_id == (to.pk if to is not None else None):
        return item
    before = {"assignee": str(item.assignee) if item.assignee_id else None}
    item.assignee_id = to.pk if to is not None else None
    item.save(update_fields=["assignee"])
    after = {"assignee": str(to) if to is not None else None}
    audit.record(actor=actor, action="todo.assigned", subject=Subject.of(item), before=before, after=after)
    if to is not None:
        publish(
            ItemAssigned(
                item_id=item.pk,
                title=item.title,
                assignee_id=to.pk,
                given_by=actor.label,
                giver_id=actor.id if actor.kind == "staff" else "",
                given_at=(at or timezone.now()).isoformat(),
                link=item.get_absolute_url(),
            )
        )
    return item
