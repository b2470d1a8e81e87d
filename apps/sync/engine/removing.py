"""Letting go of what ERPNext has no more: asked for once more by name, and never many at once unasked."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final

from django.db import models
from django.utils import timezone

from apps.core.locks import retry_deadlocks
from apps.sync.engine import marking, tables
from apps.sync.engine.applying import Stamp, let_go
from apps.sync.engine.declarations import Source
from apps.sync.engine.job import Difference, Hold, HoldKind, Job
from apps.sync.engine.renaming import still_there
from apps.sync.options import GuardOptions

Here = tuple[int, str, str]  # id, name, creation
AT_ONCE: Final = 500
DAY: Final = len("2026-11-25")


def remove(job: Job, source: Source, candidates: Sequence[Here], *, gone: Callable[[int], None]) -> bool:
    """Let go of those candidates that ERPNext really has no more; ``gone`` counts. Says whether they went.

    More than a share of what is here, and more than a few, wait for an admin (GuardOptions).
    """
    lost = _confirmed(job, source, candidates)
    if _is_too_many(job, source, lost):
        return False
    for rows in _batches(lost):
        job.watch.alive()
        if job.plan.is_rehearsal:
            job.watch.found(Difference(source.doctype, name, "removed", {}) for _, name, _ in rows)
        else:
            _let_go(job, source, rows)
        gone(len(rows))
    return True


def _confirmed(job: Job, source: Source, candidates: Sequence[Here]) -> list[Here]:
    """Those that ERPNext denies by name, too: a list may have been cut short without a sign."""
    if not candidates:
        return []
    there = still_there(source, [name for _, name, _ in candidates], job.erp)
    return [one for one in candidates if (one[1], one[2]) not in there]


def _is_too_many(job: Job, source: Source, lost: Sequence[Here]) -> bool:
    asked = [one for one in lost if (source.doctype, one[1]) not in job.plan.approved]
    if job.plan.is_forced or len(asked) <= GuardOptions().removal_few:
        return False
    present = tables.present(source)
    if len(asked) <= GuardOptions().removal_share / 100 * present:
        return False
    job.watch.hold(Hold(job.entity, source.doctype, HoldKind.REMOVAL, present, _described(source, lost)))
    return True


def _described(source: Source, rows: Sequence[Here]) -> dict[str, str]:
    """By name, what a person knows each record by, and its day."""
    known: dict[int, models.Model] = {}
    for batch in _batches(rows):
        known |= source.model._base_manager.in_bulk([row for row, _, _ in batch])
    return {name: _in_words(str(known.get(row, "")), name, creation) for row, name, creation in rows}


def _in_words(shown: str, name: str, creation: str) -> str:
    of_the_day = f"created {creation[:DAY]}"
    return of_the_day if shown in {"", name} else f"{shown}, {of_the_day}"


def _let_go(job: Job, source: Source, rows: Sequence[Here]) -> None:
    def gone() -> None:
        marking.mark_dependents(source, [row for row, _, _ in rows], every=job.every)
        stamp = Stamp(job.run.pk or 0, timezone.now(), job.every)
        let_go(source, [(row, name) for row, name, _ in rows], stamp=stamp)

    retry_deadlocks(gone)


def _batches(rows: Sequence[Here]) -> Iterator[list[Here]]:
    left = iter(rows)
    while batch := list(islice(left, AT_ONCE)):
        yield batch
