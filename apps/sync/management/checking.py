"""manage.py sync check: a table for people, JSON for scripts. Exit codes: 0 well, 1 errors, 3 warnings."""

import json
from dataclasses import asdict
from io import StringIO
from shutil import get_terminal_size
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.table import Table
from rich.text import Text

from apps.sync.erpnext import Address
from apps.sync.services.checking import Finding, Level, Report, check

EXIT_CODES: Final = {Level.OK: 0, Level.NOTE: 0, Level.WARNING: 3, Level.ERROR: 1}
STYLES: Final = {Level.OK: "green", Level.NOTE: "cyan", Level.WARNING: "yellow", Level.ERROR: "bold red"}


def add_arguments(parser: CommandParser) -> None:
    """What may be said on the command line."""
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def handle(command: BaseCommand, options: dict[str, Any]) -> int:
    """Check and print; the exit code."""
    return run(command, as_json=options["json"])


def run(command: BaseCommand, *, as_json: bool, address: Address | None = None) -> int:
    """The same for any address."""
    report = check(address=address)
    if as_json:
        command.stdout.write(json.dumps(as_dict(report), indent=2, ensure_ascii=False))
    else:
        is_seen = command.stdout.isatty()
        width = get_terminal_size().columns if is_seen else 120
        command.stdout.write(_table(report, width=width, in_colour=is_seen))
    return EXIT_CODES[report.worst]


def as_dict(report: Report) -> dict[str, Any]:
    """For scripts."""
    return {"level": report.worst.value, "findings": [asdict(finding) for finding in report.findings]}


def _table(report: Report, *, width: int, in_colour: bool) -> str:
    table = Table("What", "", "How it stands, and what to do", show_edge=False, pad_edge=False)
    for finding in report.findings:
        table.add_row(finding.what, Text(finding.level.value, style=STYLES[finding.level]), _words(finding))
    page = StringIO()
    console = Console(file=page, width=width, force_terminal=in_colour, highlight=False)
    console.print(table)
    console.print(_summary(report))
    return page.getvalue()


def _words(finding: Finding) -> str:
    return f"{finding.said} {finding.advice}".strip()


def _summary(report: Report) -> str:
    bad = {level: sum(1 for finding in report.findings if finding.level == level) for level in Level}
    if report.worst in {Level.OK, Level.NOTE}:
        return "All well."
    return f"{bad[Level.ERROR]} errors, {bad[Level.WARNING]} warnings."
