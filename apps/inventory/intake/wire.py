"""A sheet as JSON, between the child that reads a workbook and whoever asked for it."""

import json
from datetime import date
from decimal import Decimal
from typing import Any, Final

from apps.inventory.intake.cells import Cell, Faulty, Flaw, SheetRow
from apps.inventory.intake.sheets import Area, Dialect, FileKind, Sheet

NUMBER, DATE, ERROR, NO_VALUE = "n", "d", "e", "f"
FLAWS: Final = {ERROR: Flaw.ERROR, NO_VALUE: Flaw.NO_VALUE}


def sent(sheet: Sheet) -> bytes:
    """The sheet of a workbook as JSON."""
    rows = [[row.number, [_sent(cell) for cell in row.cells]] for row in sheet.rows]
    return json.dumps(
        {
            "name": sheet.dialect.sheet,
            "sheets": sheet.dialect.sheets,
            "rows": rows,
            "count": sheet.count,
            "merged": [[area.top, area.left, area.bottom, area.right] for area in sheet.merged],
            "hidden_columns": sorted(sheet.hidden_columns),
            "hidden_rows": sheet.hidden_rows,
            "since_1904": sheet.counts_from_1904,
        }
    ).encode()


def received(said: dict[str, Any]) -> Sheet:
    """The sheet that was sent."""
    return Sheet(
        dialect=Dialect(FileKind.XLSX, sheet=said["name"], sheets=said["sheets"]),
        rows=tuple(
            SheetRow(number, tuple(_received(one) for one in cells)) for number, cells in said["rows"]
        ),
        count=said["count"],
        merged=tuple(Area(*ends) for ends in said["merged"]),
        hidden_columns=frozenset(said["hidden_columns"]),
        hidden_rows=tuple((first, last) for first, last in said["hidden_rows"]),
        counts_from_1904=said["since_1904"],
    )


def _sent(cell: Cell) -> str | list[str]:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Decimal):
        return [NUMBER, str(cell)]
    if isinstance(cell, Faulty):
        return [ERROR if cell.kind is Flaw.ERROR else NO_VALUE, cell.text]
    return [DATE, cell.isoformat()]


def _received(one: str | list[str]) -> Cell:
    if isinstance(one, str):
        return one
    kind, text = one
    if kind == NUMBER:
        return Decimal(text)
    return date.fromisoformat(text) if kind == DATE else Faulty(FLAWS[kind], text)
