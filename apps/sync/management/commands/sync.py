"""manage.py sync: run, status. Exit codes: 0 all well, 1 failed, 3 partial."""

import json
import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import OperationalError

from apps.core.actors import COMMAND
from apps.core.commands import LarderCommand
from apps.sync import services
from apps.sync.entities import ENTITIES
from apps.sync.management.bars import Bars
from apps.sync.models import Run
from apps.sync.reports import Standing, standings
from apps.sync.states import Mode, RunState

EXIT_FAILED, EXIT_PARTIAL, EXIT_STOPPED = 1, 3, 130
COUNTS = {
    "read": "read",
    "created": "created",
    "updated": "updated",
    "unchanged": "unchanged",
    "skipped": "of another company",
    "quarantined": "quarantined",
}


class Command(LarderCommand):
    help = "Bring in what ERPNext knows, and say how that stands."

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True, metavar="run|status")
        run = commands.add_parser("run", help="bring in entities: all, or those named")
        run.add_argument("entity", nargs="*", help=", ".join(entity.name for entity in ENTITIES))
        run.add_argument(
            "--full", action="store_true", help="read every record, not only what was saved since"
        )
        run.add_argument("--json", action="store_true", help="print the runs as JSON")
        status = commands.add_parser("status", help="how each entity stands")
        status.add_argument("--json", action="store_true", help="print it as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        {"run": self._run, "status": self._status}[options["command"]](options)

    def _run(self, options: dict[str, Any]) -> None:
        bars = Bars(sys.stderr, say=lambda run: self.stdout.write(_sentence(run)))
        try:
            runs = services.run(
                options["entity"],
                mode=Mode.FULL if options["full"] else Mode.MODIFIED,
                actor=COMMAND,
                progress=None if options["json"] else bars,
            )
        except KeyboardInterrupt:
            self.stderr.write("Stopped. What was read is kept; the next run goes on from there.")
            sys.exit(EXIT_STOPPED)
        except OperationalError as why:
            raise CommandError(f"The database does not answer any more: {why}") from why
        finally:
            bars.stop()
        if options["json"]:
            self.stdout.write(json.dumps([_as_json(run) for run in runs], indent=2))
        if code := _exit_code(runs):
            sys.exit(code)

    def _status(self, options: dict[str, Any]) -> None:
        found = standings()
        if options["json"]:
            self.stdout.write(json.dumps([standing.as_json() for standing in found], indent=2))
            return
        for standing in found:
            self.stdout.write(_line(standing))


def _exit_code(runs: list[Run]) -> int:
    states = {run.state for run in runs}
    if RunState.FAILED in states:
        return EXIT_FAILED
    return EXIT_PARTIAL if RunState.PARTIAL in states else 0


def _as_json(run: Run) -> dict[str, Any]:
    return {
        "entity": run.entity,
        "mode": run.mode,
        "state": run.state,
        **{count: getattr(run, count) for count in COUNTS},
        "seconds": round(run.duration.total_seconds(), 3) if run.duration else None,
        "problem_code": run.problem_code,
        "problem": run.problem,
    }


def _sentence(run: Run) -> str:
    counts = ", ".join(f"{getattr(run, name)} {said}" for name, said in COUNTS.items() if getattr(run, name))
    took = f" in {run.duration.total_seconds():.1f} s" if run.duration else ""
    problem = f". {run.problem}" if run.problem else ""
    return f"{run.entity}: {run.get_state_display().lower()}{took}; {counts or 'nothing read'}{problem}"


def _line(standing: Standing) -> str:
    run = standing.last_run
    last = f"{run.get_state_display().lower()} {run.started_at:%Y-%m-%d %H:%M} UTC" if run else "never run"
    problem = f" ({run.problem})" if run and run.problem else ""
    cursors = ", ".join(f"{cursor.doctype} up to {cursor.modified or '-'}" for cursor in standing.cursors)
    parked = f", {standing.quarantined} in quarantine" if standing.quarantined else ""
    here = f"{standing.records} records{parked}"
    return f"{standing.entity.name}: {here}; {last}{problem}; {cursors or 'nothing read'}"
