"""Which rows below the header are lines: sums at the end and headers in between are none, and are said so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from apps.inventory.intake.cells import SheetRow, shown
from apps.inventory.intake.fields import EXAMPLE_NAME, REQUIRED, Field
from apps.inventory.intake.vocabulary import is_total

FEW: Final = 3  # filled cells of a row below the sums that may be left out, such as a remark


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is no line: a code of ``wording.FINDINGS``, and its first text."""

    row: SheetRow
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Parted:
    """The rows of a file that are lines, and those that are none."""

    lines: tuple[SheetRow, ...]
    left_out: tuple[LeftOut, ...]


def parted(rows: Sequence[SheetRow], headers: Sequence[str], chosen: Mapping[Field, int]) -> Parted:
    """Part the rows below a header."""
    end = _end_of_lines(rows, chosen)
    lines: list[SheetRow] = []
    left_out: list[LeftOut] = []
    for place, row in enumerate(rows):
        code = _code(row, headers, chosen, is_behind=place >= end)
        if code:
            left_out.append(LeftOut(row, code, first_text(row)))
        else:
            lines.append(row)
    return Parted(tuple(lines), tuple(left_out))


def _code(row: SheetRow, headers: Sequence[str], chosen: Mapping[Field, int], *, is_behind: bool) -> str:
    if first_text(row) == EXAMPLE_NAME:
        return "example-row"
    if is_behind and is_total(first_text(row)):
        return "left-out-total"
    if is_behind and _is_remark(row, chosen):
        return "below-total"
    is_header = len(row.cells) > 1 and tuple(map(shown, row.cells)) == tuple(headers)[: len(row.cells)]
    return "repeated-header" if is_header else ""


def _is_remark(row: SheetRow, chosen: Mapping[Field, int]) -> bool:
    """Whether a row below the sums is no line: with a name and a quantity it may be one."""
    has_both = all(field in chosen and row.at(chosen[field]) != "" for field in (Field.NAME, Field.QUANTITY))
    return sum(cell != "" for cell in row.cells) <= FEW and not has_both


def _end_of_lines(rows: Sequence[SheetRow], chosen: Mapping[Field, int]) -> int:
    """The place of the first sum behind the last whole line."""
    place = len(rows)
    while place and is_incomplete(rows[place - 1], chosen):
        place -= 1
    sums = (at for at in range(place, len(rows)) if is_total(first_text(rows[at])))
    return next(sums, len(rows))


def is_incomplete(row: SheetRow, chosen: Mapping[Field, int]) -> bool:
    """Whether a row lacks what every line has; while no column is known, whether it is a sum by its words."""
    known = [field for field in REQUIRED if field in chosen]
    if len(known) < len(REQUIRED):
        return is_total(first_text(row)) or sum(cell != "" for cell in row.cells) == 1
    return any(row.at(chosen[field]) == "" for field in known)


def first_text(row: SheetRow) -> str:
    """The first filled cell."""
    return next((shown(cell) for cell in row.cells if cell != ""), "")
