"""manage.py sync: what ops and the clock of a plain cron use."""

import json
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import OperationalError
from django.utils import timezone

from apps.core.actors import COMMAND
from apps.core.commands import LarderCommand
from apps.sync import services
from apps.sync.engine.job import Plan
from apps.sync.entities import ENTITIES
from apps.sync.management import checking, connecting, outboxing, picturing, printing
from apps.sync.management.bars import Bars
from apps.sync.models import Quarantine, Run
from apps.sync.reports import pictures_standing, standings
from apps.sync.states import Mode, RunState

EXIT_FAILED, EXIT_PARTIAL, EXIT_STOPPED = 1, 3, 130
NAMES = ", ".join(entity.name for entity in ENTITIES)


class Command(LarderCommand):
    help = "Bring in what ERPNext knows, and say how that stands."

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
        _run_arguments(commands.add_parser("run", help="bring in entities: all, or those named"))
        _json(commands.add_parser("status", help="how each entity stands"))
        checking.add_arguments(commands.add_parser("check", help="what keeps this ERPNext from being read"))
        connecting.add_arguments(commands.add_parser("connect", help="connect an ERPNext, step by step"))
        verify = commands.add_parser("verify", help="compare the copy with ERPNext; nothing is changed")
        verify.add_argument("entity", nargs="*", help=NAMES)
        verify.add_argument(
            "--deep", action="store_true", help="compare every field, not only names and stamps"
        )
        _json(verify)
        quarantine = commands.add_parser("quarantine", help="records that could not be read")
        quarantine.add_argument("--retry", action="store_true", help="try to read them again, now")
        _json(quarantine)
        outboxing.add_arguments(commands.add_parser("outbox", help="what ERPNext has not been told yet"))
        _json(commands.add_parser("pictures", help="fetch the images of products that are due, all of them"))
        _json(
            commands.add_parser("prune", help="drop what belongs to entities that are no longer registered")
        )
        reset = commands.add_parser("reset", help="forget which ERPNext this database mirrors")
        reset.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        verbs: dict[str, Callable[[dict[str, Any]], int]] = {
            "run": self._run,
            "status": self._status,
            "check": lambda options: checking.handle(self, options),
            "connect": lambda options: connecting.handle(self, options),
            "verify": self._verify,
            "quarantine": self._quarantine,
            "outbox": lambda options: outboxing.handle(self, options),
            "pictures": lambda options: picturing.handle(self, options),
            "prune": self._prune,
            "reset": self._reset,
        }
        try:
            code = verbs[options["command"]](options)
        except KeyboardInterrupt:
            self.stderr.write("Stopped. What was read is kept; the next run goes on from there.")
            sys.exit(EXIT_STOPPED)
        except OperationalError as why:
            raise CommandError(f"The database does not answer any more: {why}") from why
        if code:
            sys.exit(code)

    # --- run -----------------------------------------------------------------------------------------------
    def _run(self, options: dict[str, Any]) -> int:
        plan = Plan(
            mode=_mode(options),
            since=options["since"] or "",
            limit=options["limit"],
            is_forced=options["force"],
        )
        if options["dry_run"]:
            return self._rehearse(plan, options)
        bars = Bars(sys.stderr, say=lambda run: self.stdout.write(printing.run_sentence(run)))
        try:
            runs = services.run(
                options["entity"],
                mode=plan.mode,
                plan=plan,
                actor=COMMAND,
                progress=None if options["json"] else bars,
            )
        finally:
            bars.stop()
        if options["json"]:
            self._print_json([printing.run_as_json(run) for run in runs])
        return _exit_code(runs)

    def _rehearse(self, plan: Plan, options: dict[str, Any]) -> int:
        found = services.rehearse(options["entity"], plan=plan)
        if options["json"]:
            self._print_json([printing.rehearsal_as_json(one) for one in found])
        else:
            self._print_lines(line for one in found for line in printing.rehearsal_lines(one))
        return EXIT_FAILED if any(one.run.problem_code for one in found) else 0

    # --- the others ----------------------------------------------------------------------------------------
    def _status(self, options: dict[str, Any]) -> int:
        services.bury_all_the_dead()  # the clock does, too; here it may not run
        found = standings(at=timezone.now())
        if options["json"]:
            self._print_json([standing.as_json() for standing in found])
        else:
            self._print_lines(map(printing.standing_line, found))
            self._print_lines([printing.pictures_line(pictures_standing())])
        return 0

    def _verify(self, options: dict[str, Any]) -> int:
        found = services.verify(options["entity"], is_deep=options["deep"], actor=COMMAND)
        if options["json"]:
            self._print_json([printing.parity_as_json(parity) for parity in found])
        else:
            self._print_lines(line for parity in found for line in printing.parity_lines(parity))
        if any(parity.problem for parity in found):
            return EXIT_FAILED
        return EXIT_PARTIAL if any(parity.differing for parity in found) else 0

    def _quarantine(self, options: dict[str, Any]) -> int:
        if options["retry"]:
            runs = services.retry_quarantine(actor=COMMAND)
            if not options["json"]:
                self._print_lines(map(printing.run_sentence, runs))
        parked = Quarantine.objects.order_by("entity", "doctype", "erp_name")
        if options["json"]:
            rows = parked.values("entity", "doctype", "erp_name", "field", "reason", "tries", "document")
            self._print_json(list(rows))
        else:
            self._print_lines(map(printing.parked_line, parked) if parked else ["Nothing is quarantined."])
        return EXIT_PARTIAL if parked else 0

    def _prune(self, options: dict[str, Any]) -> int:
        pruned = services.prune(at=timezone.now(), actor=COMMAND)
        if options["json"]:
            self._print_json(asdict(pruned))
            return 0
        for entity, number in pruned.unknown.items():
            self.stdout.write(f"{entity}: {number} rows of a state that nothing needs any more are dropped.")
        if not pruned.unknown:
            self.stdout.write("Every entity that has state is registered.")
        self.stdout.write(
            f"{pruned.changes} old differences, {pruned.runs} old runs and {pruned.webhooks} old webhooks "
            "are dropped."
        )
        return 0

    def _reset(self, options: dict[str, Any]) -> int:
        site = services.mirrored_site()
        if site and not options["yes"]:
            self.stdout.write(
                f"This database mirrors {site}. After a reset everything of it counts as gone, until a sync\n"
                "brings it back or brings another site instead. What Larder added to it stays."
            )
            if input(f"Type “{site}” to go on: ").strip() != site:
                raise CommandError("Nothing was reset.")
        gone = services.reset(actor=COMMAND)
        self.stdout.write(f"{site} is forgotten; {gone} records count as gone until they are read again.")
        return 0

    def _print_json(self, found: Any) -> None:
        self.stdout.write(json.dumps(found, indent=2, default=str))

    def _print_lines(self, lines: Any) -> None:
        for line in lines:
            self.stdout.write(line)


def _run_arguments(run: CommandParser) -> None:
    run.add_argument("entity", nargs="*", help=NAMES)
    how = run.add_mutually_exclusive_group()
    how.add_argument("--full", action="store_true", help="read every record, not only what was saved since")
    how.add_argument(
        "--compare", action="store_true", help="read every name and what can drift, and again what differs"
    )
    run.add_argument("--since", metavar="STAMP", type=_stamp, help="begin here, in ERPNext's time zone")
    run.add_argument("--limit", metavar="N", type=_positive, help="stop after so many documents of a DocType")
    run.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    run.add_argument(
        "--force", action="store_true", help="past the guard that stops mass removals and price jumps"
    )
    _json(run)


def _json(parser: CommandParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON, for scripts")


def _stamp(text: str) -> str:
    """A moment as ERPNext writes it; a day alone is its midnight."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is no moment; write it as 2026-11-25 10:42:00") from None


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise ArgumentTypeError(f"“{text}” is no number of documents; write 1 or more")
    return int(text)


def _mode(options: dict[str, Any]) -> Mode:
    if options["full"]:
        return Mode.FULL
    return Mode.COMPARE if options["compare"] else Mode.MODIFIED


def _exit_code(runs: list[Run]) -> int:
    states = {run.state for run in runs}
    if RunState.FAILED in states:
        return EXIT_FAILED
    return EXIT_PARTIAL if states & {RunState.PARTIAL, RunState.HELD} else 0
