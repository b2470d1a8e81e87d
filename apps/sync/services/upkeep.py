"""Looking after what the sync remembers: parked records, state nobody needs, and beginning anew."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import models, transaction
from django.utils import timezone

from apps.core import audit
from apps.core.actors import Actor
from apps.core.audit import Subject
from apps.core.errors import NotFoundError
from apps.core.locks import LockConnection
from apps.sync.engine import tables
from apps.sync.engine.declarations import Gone, Source
from apps.sync.engine.job import Plan
from apps.sync.entities import ENTITIES, in_order
from apps.sync.erpnext import Address
from apps.sync.models import (
    Change,
    Comparing,
    Cursor,
    Mark,
    MirroredSite,
    Parity,
    Quarantine,
    Run,
    WebhookDelivery,
)
from apps.sync.options import QuietOptions
from apps.sync.services.holding import approved_in
from apps.sync.services.running import lock_name, run
from apps.sync.states import Mode

AT_ONCE: Final = 10_000
OF_ENTITIES: Final[tuple[type[models.Model], ...]] = (Cursor, Mark, Quarantine, Parity, Comparing, Run)


def retry_quarantine(names: Sequence[str] = (), *, actor: Actor, address: Address | None = None) -> list[Run]:
    """Run the entities (all, when none is named) of which something is parked; a run tries that first."""
    waiting = set(Quarantine.objects.values_list("entity", flat=True).distinct())
    chosen = [entity.name for entity in in_order(names) if entity.name in waiting]
    return run(chosen, actor=actor, address=address) if chosen else []


def run_approved(item_id: int, entity: str, *, actor: Actor, address: Address | None = None) -> list[Run]:
    """Run an entity as a whole, with what an admin accepted in To Do past the guard."""
    plan = Plan(approved=approved_in(item_id))
    return run([entity], mode=Mode.COMPARE, plan=plan, actor=actor, address=address)


@dataclass(frozen=True)
class Pruned:
    """How much was forgotten."""

    unknown: dict[str, int]  # state of entities that are no longer registered, by entity
    changes: int
    runs: int
    webhooks: int


def prune(*, at: datetime, actor: Actor) -> Pruned:
    """Drop the state of entities that are no longer registered, and what is older than staff want to keep."""
    kept = QuietOptions()
    pruned = Pruned(
        unknown=_prune_unknown(),
        changes=_prune_old(Change, at__lt=at - kept.changes_kept_for),
        runs=_prune_old(Run, started_at__lt=at - kept.runs_kept_for, finished_at__isnull=False)
        + _prune_old(Parity, at__lt=at - kept.runs_kept_for),
        webhooks=_prune_old(WebhookDelivery, last_at__lt=at - kept.webhooks_kept_for),
    )
    if pruned.unknown:
        audit.record(
            actor=actor, action="sync.pruned", subject=Subject("sync.state", "", "sync"), after=pruned.unknown
        )
    return pruned


@transaction.atomic
def _prune_unknown() -> dict[str, int]:
    known = [entity.name for entity in ENTITIES]
    found: dict[str, int] = {}
    for model in OF_ENTITIES:
        strange = model._base_manager.exclude(entity__in=known)
        for row in strange.values("entity").annotate(number=models.Count("pk")):
            found[row["entity"]] = found.get(row["entity"], 0) + row["number"]
        strange.delete()
    return found


def _prune_old(model: type[models.Model], **older: Any) -> int:
    """A transaction for each so many, so that nothing waits long."""
    removed = 0
    while oldest := list(model._base_manager.filter(**older).values_list("pk", flat=True)[:AT_ONCE]):
        removed += model._base_manager.filter(pk__in=oldest).delete()[0]
    return removed


def mirrored_site() -> str:
    """The ERPNext that this database mirrors; empty before the first sync."""
    return MirroredSite.objects.values_list("site", flat=True).first() or ""


def reset(*, actor: Actor) -> int:
    """Forget which ERPNext this is and how far it was read, so that another may be mirrored.

    The mirrored records stay, for what is ours hangs on them, and count as gone; those that the next site
    has under the same name and creation (a site that moved, or was restored) come back as they were. Says
    how many went. Raises AlreadyRunningError while anything is read, NotFoundError when nothing was mirrored.
    """
    site = mirrored_site()
    if not site:
        raise NotFoundError("Nothing is mirrored yet: there is nothing to reset.")
    with _all_locks(), transaction.atomic():
        gone = sum(_let_go(source) for entity in ENTITIES for source in entity.sources)
        for model in (Cursor, Mark, Quarantine, MirroredSite):
            model._base_manager.all().delete()
        audit.record(
            actor=actor,
            action="sync.reset",
            subject=Subject("sync.site", "", site),
            before={"site": site},
            after={"records gone": gone},
        )
    return gone


@contextmanager
def _all_locks() -> Iterator[None]:
    with LockConnection() as locks, ExitStack() as held:
        for entity in ENTITIES:
            held.enter_context(locks.only_one(lock_name(entity.name)))
        yield


def _let_go(source: Source) -> int:
    rows = source.model._base_manager.filter(gone_at=None, **source.fixed)
    ids = list(rows.values_list("pk", flat=True))
    if source.gone == Gone.DELETE:
        tables.delete(source, ids)
    else:
        rows.update(gone_at=timezone.now())
    return len(ids)
