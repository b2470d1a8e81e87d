"""A sheet as it was read, before anybody knows its columns: filled rows, and what the file was like."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from apps.inventory.intake.cells import Cell, SheetRow, letter
from apps.inventory.intake.limits import HELD_ROWS, MOST_COLUMNS, MOST_SIGNS, UnfitError


class FileKind(StrEnum):
    """The kinds of file that are read."""

    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class Area:
    """A block of cells, counted from 0, its ends within."""

    top: int
    left: int
    bottom: int
    right: int

    def covers(self, row: int, column: int) -> bool:
        """Whether a cell lies in it."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the file is written."""

    kind: FileKind
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: int = 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """The filled rows of a file; of more than ``HELD_ROWS`` the rest is only counted."""

    dialect: Dialect
    rows: tuple[SheetRow, ...]
    count: int
    merged: tuple[Area, ...] = ()
    hidden_columns: frozenset[int] = field(default_factory=frozenset)
    hidden_rows: tuple[tuple[int, int], ...] = ()  # from, to
    counts_from_1904: bool = False
    swallowed: frozenset[int] = field(
        default_factory=frozenset
    )  # rows in which a quotation mark swallowed others


def held(rows: Iterable[tuple[int, tuple[Cell, ...]]]) -> tuple[tuple[SheetRow, ...], int]:
    """The filled rows, without blank ends, and their number. Raises UnfitError for cells beyond bounds."""
    kept: list[SheetRow] = []
    count = 0
    for number, cells in rows:
        if not any(cells_are_filled(cells)):
            continue
        count += 1
        if count <= HELD_ROWS:
            kept.append(SheetRow(number, _bounded(number, cells)))
    return tuple(kept), count


def cells_are_filled(cells: Iterable[Cell]) -> Iterator[bool]:
    """Of each cell whether anything is in it."""
    return (cell != "" for cell in cells)


def _bounded(number: int, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    last = max(index for index, cell in enumerate(cells) if cell != "")
    if last >= MOST_COLUMNS:
        raise UnfitError("too-many-columns", row=number, columns=last + 1)
    for index, cell in enumerate(cells):
        if isinstance(cell, str) and len(cell) > MOST_SIGNS:
            raise UnfitError("too-long-cell", row=number, column=letter(index))
    return cells[: last + 1]
