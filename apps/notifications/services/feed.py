"""Telling staff, once, and remembering who has read it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.cache import cache
from django.db import models, transaction
from django.utils import timezone

from apps.accounts.models import Right, User
from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.counts import kept
from apps.notifications import registry
from apps.notifications.models import MutedKind, Notice, Receipt
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
    deaf = _deaf_to(notice)
    receipts = [
        Receipt(notice=notice, user_id=person, read_at=notice.created_at if person in deaf else None)
        for person in people
    ]
    Receipt.objects.bulk_create(receipts, ignore_conflicts=True)
    transaction.on_commit(lambda: _forget_counts(people), robust=True)
    return notice


def _deaf_to(notice: Notice) -> set[int]:
    """Who has muted such notices: they stand in his feed as read, and the bell does not count them."""
    if notice.severity == Severity.ACT or not registry.kind_of(notice.kind).can_be_muted:
        return set()
    return set(MutedKind.objects.filter(kind=notice.kind).values_list("user_id", flat=True))


@transaction.atomic
def choose_muted(kinds: Collection[str], *, person: User, actor: Actor) -> set[str]:
    """Mute just these kinds for a person; what needs acting on stays loud. Says which are muted now."""
    wanted = {kind.key for kind in registry.kinds() if kind.key in set(kinds) and kind.can_be_muted}
    User.objects.select_for_update().get(pk=person.pk)  # two tabs: the last one saved holds as a whole
    before = set(MutedKind.objects.filter(user_id=person.pk).values_list("kind", flat=True))
    MutedKind.objects.filter(user_id=person.pk, kind__in=before - wanted).delete()
    MutedKind.objects.bulk_create([MutedKind(user_id=person.pk, kind=kind) for kind in wanted - before])
    if wanted != before:
        audit.record(
            actor=actor,
            action="notices.muted",
            subject=Subject.of(person),
            before={"muted": sorted(before)},
            after={"muted": sorted(wanted)},
        )
    return wanted


def muted_by(person: models.Model) -> set[str]:
    """The kinds that this person has muted."""
    return set(MutedKind.objects.filter(user_id=person.pk).values_list("kind", flat=True))


def latest(person: models.Model, *, many: int) -> list[Receipt]:
    """The last things this person was told."""
    return list(Receipt.objects.of(person).latest_first()[:many])


def unread_count(person: models.Model) -> int:
    """How many notices this person has not read: one read of the cache, on every page."""
    return kept(_key(person.pk), Receipt.objects.of(person).unread().count, seconds=COUNT_KEPT)


def mark_read(receipt_ids: Collection[int], *, person: User, at: datetime | None = None) -> int:
    """Note that this person has read these; those of others are left alone. Says how many were new to him."""
    return _mark(person, only=receipt_ids, at=at or timezone.now())


def mark_unread(receipt_ids: Collection[int], *, person: User) -> int:
    """Put these back among what is still to be read. Says how many had been read."""
    read = Receipt.objects.of(person).filter(pk__in=receipt_ids, read_at__isnull=False)
    marked = read.update(read_at=None)
    transaction.on_commit(lambda: _forget_counts([person.pk]), robust=True)
    return marked


def mark_all_read(*, person: User, kind: str = "", at: datetime | None = None) -> int:
    """Note that this person has read everything he has been told, or everything of one kind."""
    return _mark(person, only=None, kind=kind, at=at or timezone.now())


def settle(*, kinds: Collection[str], links: Collection[str], at: datetime) -> int:
    """What asked for something that is done by now is read for everybody. Says how many had not read it."""
    asked = Notice.objects.filter(kind__in=kinds, link__in=links)
    unread = Receipt.objects.unread().filter(notice_id__in=asked.values("pk"))
    people = set(unread.values_list("user_id", flat=True))
    settled = unread.update(read_at=at)
    transaction.on_commit(lambda: _forget_counts(people), robust=True)
    return settled


def _mark(person: User, *, only: Collection[int] | None, at: datetime, kind: str = "") -> int:
    unread = Receipt.objects.of(person).unread()
    if kind:
        unread = unread.filter(notice_id__in=Notice.objects.filter(kind=kind).values("pk"))
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
