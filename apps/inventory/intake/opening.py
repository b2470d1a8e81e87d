"""From bytes to a table: the sheet, its header, and what its columns probably are."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from apps.inventory.intake import delimited, workbook
from apps.inventory.intake.cells import Cell, SheetRow, letter, one_line, shown
from apps.inventory.intake.closing import parted
from apps.inventory.intake.columns import (
    Columns,
    Memory,
    Origin,
    by_headers,
    by_order,
    header_of,
    looks_like_header,
)
from apps.inventory.intake.encodings import Encoding
from apps.inventory.intake.findings import Collector, Finding, Findings, Level
from apps.inventory.intake.kinds import is_workbook
from apps.inventory.intake.limits import HELD_ROWS, MOST_BYTES, MOST_ROWS, UnfitError
from apps.inventory.intake.refusals import refusal
from apps.inventory.intake.sheets import Dialect, Sheet
from apps.inventory.intake.vocabulary import is_discount

SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was opened: how it is written, its rows below the header, and its proposed columns."""

    dialect: Dialect
    digest: str  # SHA-256 of the bytes: the same file twice is told by it
    header_row: int | None  # as the spreadsheet numbers it
    columns: Columns
    rows: tuple[SheetRow, ...]
    findings: Findings
    sheet: Sheet

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers as they stand in the file."""
        return self.columns.headers

    def samples(self, index: int, *, most: int = SAMPLES) -> tuple[str, ...]:
        """The first filled cells of a column, as a person would read them."""
        found: list[str] = []
        for row in self.rows:
            if row.at(index) != "":
                found.append(shown(row.at(index)))
            if len(found) == most:
                break
        return tuple(found)


def open_file(source: bytes | Path | IO[bytes], *, remembered: Memory | None = None) -> Table:
    """The table that a file holds; ``remembered`` is what was chosen for its supplier before.

    Of a file no more is read than is taken. Raises FileRefusedError, and nothing else.
    """
    try:
        return _opened(_content(source), remembered or {})
    except UnfitError as why:
        raise refusal(why) from why


def _content(source: bytes | Path | IO[bytes]) -> bytes:
    if isinstance(source, Path):
        with source.open("rb") as file:
            return _content(file)
    content = source if isinstance(source, bytes) else source.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        size = len(content) if isinstance(source, bytes) else _size(source)
        raise UnfitError("too-many-bytes", megabytes=f"{size / 1024 / 1024:.2f}")
    if not content:
        raise UnfitError("empty")
    return content


def _size(file: IO[bytes]) -> int:
    return file.seek(0, 2) if file.seekable() else MOST_BYTES + 1


def _opened(content: bytes, memory: Memory) -> Table:
    sheet = workbook.read(content) if is_workbook(content) else delimited.read(content)
    if not sheet.count:
        raise UnfitError("empty")
    if max(len(row.cells) for row in sheet.rows) == 1:
        raise UnfitError("one-column")
    place, columns = _columns(sheet.rows, memory)
    first = 0 if place is None else place + 1
    rows = sheet.rows[first:]
    if not rows:
        raise UnfitError("no-rows")
    _few_enough(sheet, first, columns)
    found = Collector()
    found.extend(_about_file(sheet, columns, place))
    found.extend(_about_columns(sheet, columns, place))
    return Table(
        dialect=sheet.dialect,
        digest=hashlib.sha256(content).hexdigest(),
        header_row=None if place is None else sheet.rows[place].number,
        columns=columns,
        rows=rows,
        findings=found.done(),
        sheet=sheet,
    )


def _columns(rows: Sequence[SheetRow], memory: Memory) -> tuple[int | None, Columns]:
    """The place of the header, and what the columns are by it or without it."""
    place = header_of(rows, memory)
    if place is None and (ordered := by_order(rows, memory)).chosen:
        return None, ordered
    if place is None and looks_like_header(rows):
        place = 0
    if place is None:
        return None, ordered
    return place, by_headers(_headers(rows, place), memory)


def _headers(rows: Sequence[SheetRow], place: int) -> list[str]:
    """The header's cells, and blank ones for columns that have none."""
    width = max(len(row.cells) for row in rows[place:])
    return [_header(rows[place].at(index)) for index in range(width)]


def _header(cell: Cell) -> str:
    return one_line(cell) if isinstance(cell, str) and len(cell) <= 80 else shown(cell)


def _few_enough(sheet: Sheet, first: int, columns: Columns) -> None:
    """Raises UnfitError for too many lines; sums below them are not counted where all rows are held."""
    lines = sheet.count - first
    if lines > MOST_ROWS and sheet.count <= HELD_ROWS:
        lines = len(parted(sheet.rows[first:], columns.headers, columns.chosen).lines)
    if lines > MOST_ROWS:
        raise UnfitError("too-many-rows", rows=lines)


def _about_file(sheet: Sheet, columns: Columns, place: int | None) -> Iterator[Finding]:
    if sheet.dialect.encoding == Encoding.WINDOWS_1252.value:
        yield Finding(Level.WARNING, "windows-1252")
    if sheet.dialect.sheets > 1:
        yield _notice("other-sheets", sheet=sheet.dialect.sheet, sheets=sheet.dialect.sheets)
    if place:
        yield _notice("above-header", row=str(sheet.rows[place].number))
    if place is None and Origin.POSITION in columns.origins.values():
        yield Finding(Level.WARNING, "no-header")
    elif not columns.chosen:
        yield Finding(Level.WARNING, "unknown-header")
    if columns.chosen and set(columns.origins.values()) == {Origin.REMEMBERED}:
        yield _notice("remembered")
    if sheet.hidden_rows:
        spans = (str(one) if one == other else f"{one}–{other}" for one, other in sheet.hidden_rows[:20])
        yield Finding(Level.WARNING, "hidden-rows", facts={"rows": ", ".join(spans)})


def _about_columns(sheet: Sheet, columns: Columns, place: int | None) -> Iterator[Finding]:
    row = None if place is None else sheet.rows[place].number
    for field, claims in columns.doubled.items():
        named = ", ".join(f"{letter(index)} ({columns.headers[index]})" for index in claims)
        facts: Mapping[str, str | int] = {"field": field.label, "columns": named}
        yield Finding(Level.WARNING, "doubled-column", row=row, facts=facts)
    for index, header in enumerate(columns.headers):
        if index in sheet.hidden_columns:
            yield Finding(Level.WARNING, "hidden-column", column=letter(index), header=header)
        if is_discount(header):
            facts = {"value": header}
            yield Finding(
                Level.WARNING, "discount-column", row=row, column=letter(index), header=header, facts=facts
            )


def _notice(code: str, **facts: str | int) -> Finding:
    return Finding(Level.NOTICE, code, facts=facts)
