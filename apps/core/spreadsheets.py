"""Rows as a file that a spreadsheet opens: CSV in a stream, XLSX in bounded memory, and never a live formula.

Loaded only when something is exported: openpyxl is slow to import (docs/adr/0504).
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from apps.core.clock import shop_zone

STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
ROWS_OF_A_SHEET: Final = 1_048_576
BYTE_ORDER_MARK: Final = "\ufeff"  # without it Excel reads UTF-8 as something else

Row = Sequence[Any]


def harmless(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula, made plain by an apostrophe; numbers stay numbers."""
    if not isinstance(value, str):
        return value
    clean = CONTROL.sub("", value)
    return f"'{clean}" if clean.startswith(STARTS_A_FORMULA) else clean


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(headers: Row, rows: Iterable[Row]) -> Iterator[str]:
    """The lines of a CSV file, one after the other, whatever their number."""
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK + str(writer.writerow([harmless(name) for name in headers]))
    for row in rows:
        yield str(writer.writerow([harmless(_as_text(value)) for value in row]))


def _as_text(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(shop_zone()).isoformat(sep=" ", timespec="seconds")
    return format(value, "f") if isinstance(value, Decimal) and value == 0 else value


def xlsx_file(headers: Row, rows: Iterable[Row], *, notes: Iterable[Row] = ()) -> IO[bytes]:
    """A workbook in a temporary file; a full sheet is followed by another, notes have the last."""
    book = Workbook(write_only=True)
    sheet: Any = None
    used = ROWS_OF_A_SHEET
    for row in rows:
        if used >= ROWS_OF_A_SHEET:
            sheet, used = _sheet(book, headers), 1
        sheet.append([harmless(_as_cell(value)) for value in row])
        used += 1
    if sheet is None:
        _sheet(book, headers)
    _notes(book, notes)
    file = TemporaryFile()  # noqa: SIM115  the response that carries it closes it
    book.save(file)
    file.seek(0)
    return file


def _sheet(book: Workbook, headers: Row) -> Any:
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    cells = [WriteOnlyCell(sheet, value=harmless(name)) for name in headers]
    for cell in cells:
        cell.font = Font(bold=True)
    sheet.append(cells)
    return sheet


def _notes(book: Workbook, notes: Iterable[Row]) -> None:
    sheet: Any = None
    for row in notes:
        sheet = sheet or book.create_sheet("Notes")
        sheet.append([harmless(_as_cell(value)) for value in row])


def _as_cell(value: Any) -> Any:
    """Excel knows no zones: a moment is written as the shop's clock showed it."""
    if isinstance(value, datetime):
        return value.astimezone(shop_zone()).replace(tzinfo=None)
    return value
