"""The guard over prices: a slip in a price list must not reach the shop's apps before somebody has looked."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from apps.sync.engine import tables
from apps.sync.engine.declarations import PriceGuard, Source
from apps.sync.engine.job import Hold, HoldKind, Job
from apps.sync.engine.reading import query_of
from apps.sync.erpnext.lists import count, names_of
from apps.sync.options import GuardOptions


def stops(job: Job, source: Source, *, start: str) -> bool:
    """Whether this run would move too many prices too far; then nothing of the source is read."""
    guard = source.guard
    if guard is None or job.plan.is_forced:
        return False
    present = tables.present(source)
    most = GuardOptions().price_share / 100 * present
    if not present or count(job.erp, query_of(source), start=start) <= most:
        return False
    moved = dict(_moved(job, source, guard, start=start))
    unasked = [name for name in moved if (source.doctype, name) not in job.plan.approved]
    if len(unasked) <= most:
        job.watch.clear(job.entity, source.doctype, HoldKind.PRICES)
        return False
    job.watch.hold(Hold(job.entity, source.doctype, HoldKind.PRICES, present, moved))
    return True


def _moved(job: Job, source: Source, guard: PriceGuard, *, start: str) -> Iterator[tuple[str, str]]:
    """The prices that would move too far, each with what it is and would be."""
    column = next(column for column in source.columns if column.target == guard.column)
    by = GuardOptions().price_move / 100
    query = replace(query_of(source), filters=(("modified", ">=", start),) if start else ())
    for docs in names_of(job.erp, query, fields=("name", *column.sources)):
        here = tables.values_present(source, (guard.column,), [doc["name"] for doc in docs])
        for doc in docs:
            if doc["name"] not in here:
                continue
            was, now = here[doc["name"]][0], column.read(*[doc[field] for field in column.sources])
            if _is_far(was, now, by=by):
                yield doc["name"], f"{tables.plain_number(was)} → {tables.plain_number(now)}"


def _is_far(was: Decimal, now: Decimal, *, by: Decimal) -> bool:
    return abs(now - was) > by * abs(was)
