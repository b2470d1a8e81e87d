"""A cell and a row of a supplier's file, whichever kind of file it came from."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

# Signs that are not seen and mean nothing here: controls, marks of direction, zero width, soft hyphen.
UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)


class Flaw(StrEnum):
    """What a spreadsheet shows where a value should be."""

    ERROR = "error"  # "#REF!" and the like
    NO_VALUE = "no-value"  # a formula that was never worked out


@dataclass(frozen=True, slots=True)
class Faulty:
    """A cell without a value that could be read; ``text`` is what the spreadsheet shows."""

    kind: Flaw
    text: str = ""


Cell = str | Decimal | date | Faulty  # "" is blank


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that is not blank, by the number that a spreadsheet shows beside it."""

    number: int
    cells: tuple[Cell, ...]

    def at(self, index: int) -> Cell:
        """The cell of a column; rows may be shorter than the header."""
        return self.cells[index] if index < len(self.cells) else ""


class UnreadableError(Exception):
    """Why a cell is no value of its column: a code of ``wording.FINDINGS`` and what its sentence names."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def clean(text: str) -> str:
    """A text without what is not seen in it, around and in between; "" when nothing is left."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return UNSEEN.sub("", text).strip()


def one_line(text: str) -> str:
    """A text in one line, every run of space one space."""
    return " ".join(text.split())


def letter(index: int) -> str:
    """What a spreadsheet calls a column: A for 0, AA for 26."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def shown(cell: Cell) -> str:
    """A cell as a person would read it, in at most eighty signs."""
    text = _text(cell)
    return text if len(text) <= 80 else f"{text[:79]}…"


def _text(cell: Cell) -> str:
    if isinstance(cell, Faulty):
        return cell.text
    if isinstance(cell, Decimal):
        return plain(cell)
    return cell.isoformat() if isinstance(cell, date) else one_line(cell)


def plain(number: Decimal) -> str:
    """A number in digits, without an exponent and without zeros that say nothing."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
