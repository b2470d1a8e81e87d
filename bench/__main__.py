"""Run every measurement of this folder and print a table each: ``make bench``, or ``python -m bench start``;
``--json`` prints the same for scripts.

A measurement is a module with a ``TITLE`` and ``run() -> list[dict[str, str]]``, one dict a row. Numbers of
one run compare with each other; on another machine, or a busy one, only their ratios mean anything.
"""

import importlib
import json
import os
import platform
import sys
from pathlib import Path
from types import ModuleType

import django
from rich.console import Console
from rich.table import Table

from config.start import choose_settings, start_services

HERE = Path(__file__).parent


def main(names: list[str], *, as_json: bool = False) -> int:
    """Measure what is named, or everything; returns the exit code."""
    found = sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))
    if unknown := set(names) - set(found):
        sys.exit(f"There is no measurement {', '.join(sorted(unknown))}; there are: {', '.join(found)}.")
    start_services(choose_settings())
    django.setup()
    console = Console(stderr=as_json)
    measured: dict[str, list[dict[str, str]]] = {}
    console.print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for name in names or found:
        measurement = importlib.import_module(f"bench.{name}")
        measured[name] = measurement.run()
        console.print(_table(measurement, measured[name]))
    if as_json:
        print(json.dumps(measured, indent=2))
    return 0


def _table(measurement: ModuleType, rows: list[dict[str, str]]) -> Table:
    table = Table(title=measurement.TITLE, title_justify="left")
    for column in rows[0]:
        table.add_column(column, justify="left" if column == next(iter(rows[0])) else "right")
    for row in rows:
        table.add_row(*row.values())
    return table


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(main([name for name in given if name != "--json"], as_json="--json" in given))
