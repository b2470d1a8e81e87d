"""What the sync command prints: a sentence a run, a line an entity, and the same as JSON for scripts."""

from collections.abc import Iterable
from typing import Any, Final

from django.utils import timezone

from apps.sync.engine.job import Difference
from apps.sync.models import Parity, Quarantine, Run
from apps.sync.reports import PicturesStanding, Standing
from apps.sync.services import Rehearsal

COUNTS: Final = {
    "read": "read",
    "created": "created",
    "updated": "updated",
    "unchanged": "unchanged",
    "renamed": "renamed",
    "removed": "gone",
    "skipped": "of another company",
    "quarantined": "quarantined",
    "held": "held back",
}


def run_as_json(run: Run) -> dict[str, Any]:
    """A run for scripts."""
    return {
        "entity": run.entity,
        "mode": run.mode,
        "state": run.state,
        **{count: getattr(run, count) for count in COUNTS},
        "requests": run.requests,
        "seconds": round(run.duration.total_seconds(), 3) if run.duration else None,
        "problem_code": run.problem_code,
        "problem": run.problem,
    }


def run_sentence(run: Run) -> str:
    """A run for people."""
    took = f" in {run.duration.total_seconds():.1f} s" if run.duration else ""
    problem = f". {run.problem}" if run.problem else ""
    counted = counts(run, COUNTS) or "nothing read"
    return f"{run.entity}: {run.get_state_display().lower()}{took}; {counted}{problem}"


def counts(run: Run, shown: Iterable[str]) -> str:
    """The counts that are not zero."""
    return ", ".join(f"{getattr(run, name)} {COUNTS[name]}" for name in shown if getattr(run, name))


def standing_line(standing: Standing) -> str:
    """How an entity stands, in one line."""
    run = standing.last_run
    last = f"{run.get_state_display().lower()} {run.started_at:%Y-%m-%d %H:%M} UTC" if run else "never run"
    problem = f" ({run.problem})" if run and run.problem else ""
    cursors = ", ".join(f"{cursor.doctype} up to {cursor.modified or '-'}" for cursor in standing.cursors)
    parked = f", {standing.quarantined} in quarantine" if standing.quarantined else ""
    equal = f", {parity_words(standing.sound)}" if standing.sound else ""
    due = f"; due {_when(standing)}"
    here = f"{standing.records} records{parked}{equal}"
    return f"{standing.entity.name}: {here}; {last}{problem}{due}; {cursors or 'nothing read'}"


def pictures_line(standing: PicturesStanding) -> str:
    """How the images that products name stand, in one line."""
    failed = f", {standing.failed} could not be fetched" if standing.failed else ""
    refused = f", {standing.refused} not taken" if standing.refused else ""
    waiting = f", {standing.waiting} to be fetched" if standing.waiting else ""
    return f"images: {standing.here} here{waiting}{failed}{refused}"


def _when(standing: Standing) -> str:
    if standing.due_at is None:
        return "never: its interval is 0"
    return "now" if standing.due_at <= timezone.now() else f"{standing.due_at:%Y-%m-%d %H:%M} UTC"


def rehearsal_lines(rehearsal: Rehearsal) -> Iterable[str]:
    """What a run would have done, with a sample of the differences."""
    run = rehearsal.run
    shown = ("created", "updated", "unchanged", "renamed", "removed", "quarantined", "skipped", "held")
    said = f". {run.problem}" if run.problem else ""
    yield f"{run.entity}: would read {run.read}; {counts(run, shown) or 'nothing to do'}{said}"
    for one in rehearsal.differences:
        yield f"  {_difference(one)}"
    for hold in rehearsal.holds:
        yield f"  held back: {len(hold.records)} of {hold.present} {hold.doctype} ({hold.kind.value})"


def rehearsal_as_json(rehearsal: Rehearsal) -> dict[str, Any]:
    """The same for scripts."""
    found = [
        {"doctype": one.doctype, "name": one.name, "what": one.what, "columns": dict(one.columns)}
        for one in rehearsal.differences
    ]
    return run_as_json(rehearsal.run) | {"state": "rehearsed", "differences": found}


def _difference(one: Difference) -> str:
    columns = "; ".join(f"{column}: {_change(change)}" for column, change in one.columns.items())
    return f"{one.what} {one.doctype} {one.name}{f' ({columns})' if columns else ''}"


def _change(change: Any) -> str:
    if isinstance(change, list) and len(change) == 2 and not isinstance(change[0], dict):
        return f"{change[0]!s} → {change[1]!s}"
    return f"{len(change)} rows"


def parity_words(parity: Parity) -> str:
    """The score, and how many differ."""
    differ = f", {parity.differing} differ" if parity.differing else ""
    return f"{parity.score_words} equal{differ}"


def parity_lines(parity: Parity) -> Iterable[str]:
    """A comparison, with what differs."""
    if parity.problem:
        yield f"{parity.entity}: not compared. {parity.problem}"
        return
    yield f"{parity.entity}: {parity_words(parity)}; {parity.here} here, {parity.there} in ERPNext"
    for one in parity.differences[:20]:
        yield f"  {one['doctype']} {one['name']}: {one['what']}"
    if parity.differing > 20:
        yield f"  … and {parity.differing - 20} more"


def parity_as_json(parity: Parity) -> dict[str, Any]:
    """The same for scripts."""
    return {
        "entity": parity.entity,
        "score": None if parity.known_score is None else float(parity.known_score),
        "here": parity.here,
        "there": parity.there,
        "differing": parity.differing,
        "differences": parity.differences,
        "problem": parity.problem,
    }


def parked_line(parked: Quarantine) -> str:
    """One record that could not be read."""
    tries = f"tried {parked.tries} times, last {parked.last_at:%Y-%m-%d %H:%M} UTC"
    return f"{parked.entity}: {parked.doctype} {parked.erp_name}: {parked.field} {parked.reason} ({tries})"
