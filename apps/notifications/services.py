"""Telling staff, once, and remembering who has read it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.cache import cache
from django.db import models, transaction
from django.utils import timezone

from apps.accounts.models import Right, User
from apps.core.actors import Actor
from apps.core.counts import kept
from apps.notifications import registry
from apps.notifications.models import Notice, Receipt
from apps.notifications.options import NotificationOptions
from apps.notifications.states import Severity

COUNT_KEPT: Final = 60  # seconds; telling and reading forget the count at once
PRUNED_AT_ONCE: Final = 5000


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who is told: whoever holds a permission key, or these people; never ``but``, who did it himself."""

    permission_key: str = ""
    user_ids: Collection[int] = ()
    but: Actor | None = None

    def people(self) -> "models.QuerySet[User]":
        people = User.objects.filter(is_active=True)
        if self.permission_key:
            people = people.filter(pk__in=Right.objects.holders_of(self.permission_key))
        else:
            people = people.filter(pk__in=self.user_ids)
        if self.but is not None and self.but.kind == "staff" and self.but.id:
            people = people.exclude(pk=self.but.id)
        return people


@transaction.atomic
def notify_staff(
    *,
    kind: str,
    title: str,
    to: Audience,
    actor: Actor,
    text: str = "",
    link: str = "",
    severity: Severity | None = None,
    once: str = "",
    at: datetime | None = None,
) -> Notice:
    """Tell staff something. What has the same kind and ``once`` is one notice, told to each person once."""
    fields = {
        "title": title[:200],
        "text": text,
        "link": link,
        "severity": severity or registry.kind_of(kind).severity,
        "actor_label": actor.label[:200],
        "created_at": at or timezone.now(),
    }
    if once:
        notice, _is_new = Notice.objects.get_or_create(kind=kind, dedupe_key=once, defaults=fields)
    else:
        notice = Notice.objects.create(kind=kind, **fields)
    people = list(to.people().values_list("pk", flat=True))
    Receipt.objects.bulk_create(
        [Receipt(notice=notice, user_id=person) for person in people], ignore_conflicts=True
    )
    transaction.on_commit(lambda: _forget_counts(people), robust=True)
    return notice


def unread_count(person: models.Model) -> int:
    """How many notices this person has not read: one read of the cache, on every page."""
    return kept(_key(person.pk), Receipt.objects.of(person).unread().count, seconds=COUNT_KEPT)


def mark_read(receipt_ids: Collection[int], *, person: User, at: datetime | None = None) -> int:
    """Note that this person has read these; those of others are left alone. Says how many were new to him."""
    return _mark(person, only=receipt_ids, at=at or timezone.now())


def mark_all_read(*, person: User, at: datetime | None = None) -> int:
    """Note that this person has read everything he has been told."""
    return _mark(person, only=None, at=at or timezone.now())


def _mark(person: User, *, only: Collection[int] | None, at: datetime) -> int:
    unread = Receipt.objects.of(person).unread()
    if only is not None:
        unread = unread.filter(pk__in=only)
    marked = unread.update(read_at=at)
    transaction.on_commit(lambda: _forget_counts([person.pk]), robust=True)
    return marked


def prune_notices(*, at: datetime, actor: Actor) -> int:
    """Remove what was told longer ago than staff want to keep, a bit at a time. Says how many notices."""
    oldest = at - NotificationOptions().kept_for
    removed = 0
    while batch := list(Notice.objects.older_than(oldest).values_list("pk", flat=True)[:PRUNED_AT_ONCE]):
        Notice.objects.filter(pk__in=batch).delete()
        removed += len(batch)
    return removed


def _key(user_id: int) -> str:
    return f"notifications:unread:{user_id}"


def _forget_counts(user_ids: Collection[int]) -> None:
    cache.delete_many([_key(user_id) for user_id in user_ids])
