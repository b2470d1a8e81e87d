"""A text file with separators: which one, and its rows as a spreadsheet numbers them."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from itertools import islice
from typing import Final

from apps.inventory.intake.cells import Cell, clean
from apps.inventory.intake.encodings import decoded
from apps.inventory.intake.limits import HEADER_WITHIN, MOST_COLUMNS, UnfitError
from apps.inventory.intake.sheets import Dialect, FileKind, Sheet, held
from apps.inventory.intake.vocabulary import meaning_of

DELIMITERS: Final = (",", ";", "\t", "|")
MOST_LINES: Final = 1_048_576  # a spreadsheet has no more rows, blank ones among them
SAMPLE: Final = 60  # rows that are tried with each separator
SAMPLED: Final = 64 * 1024  # signs of them at most
TOLD: Final = re.compile(
    r"\Asep=(.)[ ,;\t|]*(?:\r\n|\r|\n)", re.IGNORECASE
)  # Excel's own line above the table
NUMBER: Final = re.compile(r"[-+(]?\D{0,4}\d[\d., '’]*\D{0,4}")
END: Final = "\x00"  # a line that no text holds: where it is missing, a quotation mark has swallowed it
MOST_DELIMITERS: Final = 50_000  # of one line; they may stand in a text between quotation marks
Record = tuple[
    int, int, list[str]
]  # the spreadsheet's number of the row, the file's of its first line, the cells


def read(content: bytes) -> Sheet:
    """The sheet that a text file holds. Raises UnfitError."""
    text, encoding = decoded(content)
    lines = text.count("\n") or text.count("\r")
    if lines > MOST_LINES:
        raise UnfitError("too-many-lines", lines=lines)
    told, body, skipped = _told(text)
    delimiter = told or _delimiter(body)
    swallowed: set[int] = set()
    rows, count = held(_rows(body, delimiter, skipped, swallowed))
    dialect = Dialect(FileKind.CSV, encoding=encoding.value, delimiter=delimiter)
    return Sheet(dialect, rows, count, swallowed=frozenset(swallowed))


def _told(text: str) -> tuple[str, str, int]:
    """The separator that the file names itself, what follows, and how many lines that took."""
    found = TOLD.match(text)
    return (found[1], text[found.end() :], 1) if found else ("", text, 0)


def _delimiter(text: str) -> str:
    """The separator under which the first rows look most like a table."""
    return max(DELIMITERS, key=lambda one: _likeness(text, one))


def _likeness(text: str, delimiter: str) -> tuple[int, float, float, int]:
    """Known headers in one row, then rows of one width, then cells that are numbers, then columns."""
    rows = [row for row in _sampled(text, delimiter) if any(row)]
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return (0, 0.0, 0.0, 0)
    width, alike = max(widths.items(), key=lambda one: (one[1], one[0]))
    cells = [cell for row in rows if len(row) == width for cell in row]
    numbers = sum(1 for cell in cells if len(cell) < 40 and NUMBER.fullmatch(cell))
    known = max(_known(row) for row in rows[:HEADER_WITHIN])
    return (known, alike / len(rows), numbers / len(cells), width)


def _known(row: list[str]) -> int:
    """How many columns of ours a row names; one alone may be chance."""
    fields = {meaning.field for cell in row[:MOST_COLUMNS] if (meaning := meaning_of(cell))}
    return len(fields) if len(fields) > 1 else 0


def _sampled(text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(StringIO(text[:SAMPLED], newline=""), delimiter=delimiter)
    try:
        return [[clean(cell) for cell in row] for row in islice(reader, SAMPLE)]
    except csv.Error:
        return []


def _rows(
    text: str, delimiter: str, skipped: int, swallowed: set[int]
) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    for number, _line, cells in _records(text, delimiter, skipped):
        if not cells:
            continue
        if any("\n" in cell or "\r" in cell for cell in cells) and _is_swallowed(cells, delimiter):
            swallowed.add(number)
        yield number, tuple(clean(cell) for cell in cells)


def _is_swallowed(cells: list[str], delimiter: str) -> bool:
    """Whether a cell of several lines holds rows of the table: lines with half a row's separators."""
    least = max(2, len(cells) // 2)
    return any(line.count(delimiter) >= least for cell in cells for line in cell.splitlines()[1:])


def _records(text: str, delimiter: str, skipped: int) -> Iterator[Record]:
    """Every record. Raises UnfitError for a quotation mark never closed, and for a row beyond bounds."""
    reader = csv.reader(_lines(text, delimiter), delimiter=delimiter)
    number, line = 1, 1 + skipped
    try:
        for cells in reader:
            if cells == [END, END]:
                return
            if cells and cells[-1].endswith(END):
                raise UnfitError("open-quote", row=number, line=line)
            yield number, line, cells
            number, line = number + 1, 1 + skipped + reader.line_num
    except csv.Error as why:  # a cell beyond the module's own bound
        is_one_line = reader.line_num + skipped == line
        raise UnfitError("too-long-row" if is_one_line else "open-quote", row=number, line=line) from why


def _lines(text: str, delimiter: str) -> Iterator[str]:
    """The lines of a text, then one that ends it. A line of a hundred thousand cells is never taken apart."""
    for number, line in enumerate(StringIO(text, newline=""), start=1):
        if line.count(delimiter) > MOST_DELIMITERS:
            raise UnfitError("too-many-columns", row=number, columns=line.count(delimiter) + 1)
        yield line
    yield f"{END}{delimiter}{END}"
