"""Run every measurement of this folder and print a table each: ``make bench``, or ``python -m bench start``;
``--json`` prints the same for scripts.

A measurement is a module with a ``TITLE`` and ``run() -> list[dict[str, str]]``, one dict a row; each runs
in a process of its own, so that none pays for another's memory. Numbers of one run compare with each
other; on another machine, or a busy one, only their ratios mean anything.
"""

import json
import os
import platform
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench._alone import Rows, measured_alone
from config.start import choose_settings, start_services

HERE = Path(__file__).parent
WIDE = 160  # columns of a table that goes into a file


def main(names: list[str], *, as_json: bool = False) -> int:
    """Measure what is named, or everything; returns the exit code."""
    found = sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))
    if unknown := set(names) - set(found):
        sys.exit(f"There is no measurement {', '.join(sorted(unknown))}; there are: {', '.join(found)}.")
    start_services(choose_settings())
    console = Console(stderr=as_json)
    console.width = console.width if console.is_terminal else WIDE
    measured: dict[str, Rows] = {}
    console.print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for name in names or found:
        title, measured[name] = measured_alone(name)
        console.print(_table(title, measured[name]))
    if as_json:
        print(json.dumps(measured, indent=2))
    return 0


def _table(title: str, rows: Rows) -> Table:
    table = Table(title=title, title_justify="left")
    for column in rows[0]:
        table.add_column(column, justify="left" if column == next(iter(rows[0])) else "right")
    for row in rows:
        table.add_row(*row.values())
    return table


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(main([name for name in given if name != "--json"], as_json="--json" in given))
