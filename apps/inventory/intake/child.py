"""The process that opens a workbook from outside: ``python -m apps.inventory.intake.child < upload``.

It answers one line of JSON: the first sheet, or why there is none. It has no database, no secrets in its
environment, a bound on memory and time, and lives for one workbook (docs/adr/0230).
"""

import json
import sys
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import chain, repeat
from math import isfinite
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from apps.core.child_bounds import bind
from apps.inventory.intake import wire
from apps.inventory.intake.cells import Cell, Faulty, Flaw, clean
from apps.inventory.intake.limits import MEMORY, MOST_MERGED, SECONDS, UnfitError
from apps.inventory.intake.package import Workbook, unpacked
from apps.inventory.intake.scanning import Scan, Texts
from apps.inventory.intake.sheets import Area, Dialect, FileKind, Sheet, held


def main() -> None:
    """Answer for one workbook."""
    bind(seconds=SECONDS, memory=MEMORY)
    try:
        answer = wire.sent(read(sys.stdin.buffer.read()))
    except UnfitError as why:
        answer = json.dumps({"unfit": why.code, "facts": why.facts}).encode()
    except MemoryError:
        answer = b'{"unfit": "too-heavy", "facts": {}}'
    sys.stdout.buffer.write(answer)


def read(content: bytes) -> Sheet:
    """The first sheet of a workbook. Raises UnfitError."""
    book = unpacked(content)
    scan = Scan(book.sheet, Texts(book.shared))
    parsed = _parsed(book)
    rows, count = held(_rows(parsed, scan))
    return Sheet(
        dialect=Dialect(FileKind.XLSX, sheet=book.sheet_name[:80], sheets=book.sheets),
        rows=rows,
        count=count,
        merged=tuple(Area(*start, *end) for start, end in (parsed.merged_cell_ranges or ())[:MOST_MERGED]),
        hidden_columns=frozenset(scan.hidden_columns),
        hidden_rows=tuple((first + 1, last + 1) for first, last in scan.hidden_rows),
        counts_from_1904=book.counts_from_1904,
    )


def _parsed(book: Workbook) -> CalamineSheet:
    try:
        return CalamineWorkbook.from_filelike(BytesIO(book.packed())).get_sheet_by_index(0)
    except (CalamineError, ValueError, OSError) as why:
        raise UnfitError("damaged") from why


def _rows(parsed: CalamineSheet, scan: Scan) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Every row of the sheet by its number, and where the parser gives a blank for a flaw, the flaw."""
    flaws: dict[int, dict[int, Cell]] = {}
    for (row, column), text in scan.flaws.items():
        flaws.setdefault(row, {})[column] = Faulty(Flaw.ERROR if text else Flaw.NO_VALUE, text)
    begin: tuple[Cell, ...] = ("",) * (parsed.start[1] if parsed.start else 0)
    values = chain(parsed.iter_rows(), repeat([]))
    for row in range(scan.last_row + 1):
        cells = (*begin, *(_cell(value) for value in next(values)))
        yield row + 1, _with_flaws(cells, flaws[row]) if row in flaws else cells


def _with_flaws(cells: tuple[Cell, ...], flaws: dict[int, Cell]) -> tuple[Cell, ...]:
    width = max(len(cells), max(flaws) + 1)
    return tuple(flaws.get(index, cells[index] if index < len(cells) else "") for index in range(width))


def _cell(value: Any) -> Cell:
    """A value as we know it. Numbers come as floats; fifteen digits of them count, as a sheet shows them."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return Decimal(format(value, ".15g")) if isfinite(value) else str(value)
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else str(value)


if __name__ == "__main__":
    main()
