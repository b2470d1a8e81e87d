"""A first look at a worksheet, before it is parsed: how far it reaches, and what the parser does not tell.

The parser lays the sheet out in one block from its first filled cell to its last, so those must be known
before. And it gives a blank for an error and for a formula that was never worked out, which are no blanks to
whoever reads the sheet.
"""

import re
from typing import Final

from apps.inventory.intake.cells import letter
from apps.inventory.intake.limits import (
    MOST_COLUMNS,
    MOST_SIGNS,
    MOST_SPREAD,
    MOST_TEXT,
    UnfitError,
)
from apps.inventory.intake.markup import local, walk

PLACE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
MOST_FLAWS: Final = 100_000  # cells without a value, each of which is remembered
MOST_HIDDEN: Final = 200  # runs of hidden rows


class Texts:
    """The lengths of the texts that the cells of a workbook share."""

    def __init__(self, content: bytes) -> None:
        self.lengths: list[int] = []
        self._depth = 0
        if content:
            walk(content, begun=self._begun, texts=self._text)

    def _begun(self, name: str, _attributes: dict[str, str]) -> None:
        if local(name) == "si":
            self.lengths.append(0)

    def _text(self, text: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(text)

    def length(self, index: str) -> int:
        """The length of one, 0 for one that is not there: the parser will say so."""
        is_one = index.isascii() and index.isdigit() and len(index) < 10
        return self.lengths[int(index)] if is_one and int(index) < len(self.lengths) else 0


class Scan:
    """What one walk over a worksheet finds, rows and columns counted from 0."""

    def __init__(self, content: bytes, texts: Texts) -> None:
        self.first_row: int | None = None
        self.last_row = -1
        self.first_column = MOST_COLUMNS
        self.last_column = -1
        self.signs = 0
        self.flaws: dict[tuple[int, int], str] = {}  # "" for a formula without a value, else the error
        self.hidden_columns: set[int] = set()
        self.hidden_rows: list[list[int]] = []
        self._texts = texts
        self._row, self._column = -1, -1
        self._kind, self._value, self._has_formula, self._takes_text = "n", "", False, False
        walk(content, begun=self._begun, ended=self._ended, texts=self._text)
        self._within_bounds()

    def _begun(self, name: str, attributes: dict[str, str]) -> None:
        match local(name):
            case "c":
                self._cell(attributes)
            case "v" | "t":
                self._takes_text = True
            case "f":
                self._has_formula = True
            case "row":
                self._next_row(attributes)
            case "col":
                self._columns(attributes)

    def _next_row(self, attributes: dict[str, str]) -> None:
        told = attributes.get("r", "")
        self._row = int(told) - 1 if told.isascii() and told.isdigit() else self._row + 1
        self._column = -1
        if attributes.get("hidden") in {"1", "true"} and len(self.hidden_rows) < MOST_HIDDEN:
            self._hide(self._row)

    def _hide(self, row: int) -> None:
        if self.hidden_rows and self.hidden_rows[-1][1] == row - 1:
            self.hidden_rows[-1][1] = row
        else:
            self.hidden_rows.append([row, row])

    def _columns(self, attributes: dict[str, str]) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if attributes.get("hidden") in {"1", "true"} and first.isdigit() and last.isdigit():
            self.hidden_columns |= set(range(int(first) - 1, min(int(last), MOST_COLUMNS)))

    def _cell(self, attributes: dict[str, str]) -> None:
        self._column += 1
        if told := attributes.get("r"):
            self._row, self._column = _place(told)
        self._kind = attributes.get("t", "n")
        self._value, self._has_formula = "", False

    def _text(self, text: str) -> None:
        if self._takes_text and len(self._value) <= MOST_SIGNS:  # a longer one is refused when it ends
            self._value += text

    def _ended(self, name: str) -> None:
        match local(name):
            case "v" | "t":
                self._takes_text = False
            case "c":
                self._cell_ends()

    def _cell_ends(self) -> None:
        if self._kind == "e" or (self._has_formula and not self._value):
            self.flaws[(self._row, self._column)] = self._value[:20]
        elif not self._value:
            return
        self._reaches()
        length = self._texts.length(self._value) if self._kind == "s" else len(self._value)
        self.signs += length
        if length > MOST_SIGNS:
            raise UnfitError("too-long-cell", row=self._row + 1, column=letter(self._column))
        if self.signs > MOST_TEXT or len(self.flaws) > MOST_FLAWS:
            raise UnfitError("too-much-text")

    def _reaches(self) -> None:
        if self.first_row is None:
            self.first_row = self._row
        self.first_row, self.last_row = min(self.first_row, self._row), max(self.last_row, self._row)
        self.first_column = min(self.first_column, self._column)
        self.last_column = max(self.last_column, self._column)

    def _within_bounds(self) -> None:
        if self.first_row is None:
            raise UnfitError("empty")
        if self.last_column >= MOST_COLUMNS:
            raise UnfitError("too-many-columns", row=self.first_row + 1, columns=self.last_column + 1)
        columns = self.last_column - self.first_column + 1
        if (self.last_row - self.first_row + 1) * columns > MOST_SPREAD:
            raise UnfitError("too-spread", first=self.first_row + 1, last=self.last_row + 1, columns=columns)


def _place(told: str) -> tuple[int, int]:
    """Row and column of "B7". Raises UnfitError for what no spreadsheet has: the parser would believe it."""
    found = PLACE.fullmatch(told)
    if not found or int(found[2]) == 0:
        raise UnfitError("damaged")
    column = 0
    for sign in found[1].upper():
        column = column * 26 + ord(sign) - ord("A") + 1
    return int(found[2]) - 1, column - 1
