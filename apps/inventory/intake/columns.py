"""Which column of a file is what: as chosen for the supplier before, by its header, or by its place."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final

from apps.inventory.intake import numbers
from apps.inventory.intake.cells import Cell, SheetRow, UnreadableError, letter, shown
from apps.inventory.intake.fields import BY_ORDER, REQUIRED, Field
from apps.inventory.intake.limits import HEADER_WITHIN, UnfitError
from apps.inventory.intake.vocabulary import Meaning, folded, meaning_of

LEAST_KNOWN: Final = 2  # headers in one row: a single one may stand in a title
MOSTLY: Final = Decimal("0.8")
Memory = Mapping[
    str, str
]  # of a supplier: key of a header -> the field's name, "" for a column that is left alone


class Origin(StrEnum):
    """Why a column is taken for what it is."""

    REMEMBERED = "remembered"
    HEADER = "header"
    POSITION = "position"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file, and which of them is what."""

    headers: tuple[str, ...]  # as they stand in the file; of a file without a header ""
    chosen: Mapping[Field, int]
    origins: Mapping[Field, Origin]
    doubled: Mapping[Field, tuple[int, ...]]  # fields that more than one column claims, and none has

    @property
    def missing(self) -> tuple[Field, ...]:
        """Fields that every line needs, and no column is."""
        return tuple(field for field in REQUIRED if field not in self.chosen)

    @property
    def unmapped(self) -> tuple[int, ...]:
        """Columns that are nothing to us."""
        return tuple(index for index in range(len(self.headers)) if index not in self.chosen.values())

    @property
    def is_complete(self) -> bool:
        """Whether rows can be read."""
        return not self.missing

    def having(self, chosen: Mapping[Field, int]) -> "Columns":
        """The same columns as a person chose them. Raises UnfitError for one not there, or taken twice."""
        for field, index in chosen.items():
            if not 0 <= index < len(self.headers):
                raise UnfitError("columns-beyond", column=letter(index) if index >= 0 else str(index))
            if sum(1 for other in chosen.values() if other == index) > 1:
                raise UnfitError("column-twice", column=letter(index), field=field.label)
        return replace(self, chosen=dict(chosen), origins=dict.fromkeys(chosen, Origin.CHOSEN), doubled={})

    def memory(self) -> dict[str, str]:
        """What to remember for the supplier: every header with its field, or with none."""
        fields = {index: field.value for field, index in self.chosen.items()}
        return {key: fields.get(index, "") for index, key in enumerate(keys(self.headers))}


def keys(headers: Sequence[str]) -> list[str]:
    """What a column is remembered by: its header, equal ones with a number; without a header its letter."""
    seen: Counter[str] = Counter()
    named = []
    for index, header in enumerate(headers):
        key = folded(header) or f"#{letter(index)}"
        seen[key] += 1
        named.append(key if seen[key] == 1 else f"{key}#{seen[key]}")
    return named


def header_of(rows: Sequence[SheetRow], memory: Memory) -> int | None:
    """The place of the row that names the most columns, the first of several; None where none names two."""
    best, most = None, LEAST_KNOWN - 1
    for place, row in enumerate(rows[:HEADER_WITHIN]):
        known = _known(row, memory)
        if known > most:
            best, most = place, known
    return best


def _known(row: SheetRow, memory: Memory) -> int:
    """How many different columns the texts of a row name."""
    fields = set()
    for cell in row.cells:
        if isinstance(cell, str) and cell:
            meaning = meaning_of(cell)
            fields.add(memory.get(folded(cell)) or (meaning.field.value if meaning else ""))
    return len(fields - {""})


def looks_like_header(rows: Sequence[SheetRow]) -> bool:
    """Whether the first row is one of words, in a language that we do not know, above rows with numbers."""
    return len(rows) > 1 and _numbers(rows[0]) == 0 and any(_numbers(row) for row in rows[1:HEADER_WITHIN])


def _numbers(row: SheetRow) -> int:
    return sum(_number(cell) is not None for cell in row.cells)


def by_headers(headers: Sequence[str], memory: Memory) -> Columns:
    """What the headers say, what was chosen before coming first."""
    chosen: dict[Field, int] = {}
    origins: dict[Field, Origin] = {}
    free: list[int] = []
    for index, key in enumerate(keys(headers)):
        if key not in memory:
            free.append(index)
        elif memory[key] in set(Field) and Field(memory[key]) not in chosen:
            chosen[Field(memory[key])] = index
            origins[Field(memory[key])] = Origin.REMEMBERED
    doubled: dict[Field, tuple[int, ...]] = {}
    for field, claims in _claims(headers, free).items():
        if field in chosen:
            continue
        if len(claims) > 1:
            doubled[field] = claims
        else:
            chosen[field], origins[field] = claims[0], Origin.HEADER
    return Columns(tuple(headers), chosen, origins, doubled)


def _claims(headers: Sequence[str], free: Sequence[int]) -> dict[Field, tuple[int, ...]]:
    """By field the columns whose headers name it; weak words count where no strong one does."""
    meanings = [(index, meaning) for index in free if (meaning := meaning_of(headers[index]))]
    claims: dict[Field, tuple[int, ...]] = {}
    for field in dict.fromkeys(meaning.field for _index, meaning in meanings):
        claims[field] = tuple(_strongest(field, meanings))
    return claims


def _strongest(field: Field, meanings: Sequence[tuple[int, Meaning]]) -> Iterator[int]:
    named = [(index, meaning.is_weak) for index, meaning in meanings if meaning.field is field]
    is_weak = all(weak for _index, weak in named)
    return (index for index, weak in named if weak is is_weak)


def by_order(rows: Sequence[SheetRow], memory: Memory) -> Columns:
    """Without a header the template's order, where the first rows fit it; else nothing is chosen."""
    width = max(len(row.cells) for row in rows)
    headers = ("",) * width
    remembered = by_headers(headers, memory)
    if remembered.chosen or not _fits(rows[:HEADER_WITHIN]):
        return remembered
    chosen = {field: index for index, field in enumerate(BY_ORDER) if index < width}
    return Columns(headers, chosen, dict.fromkeys(chosen, Origin.POSITION), {})


def _fits(rows: Sequence[SheetRow]) -> bool:
    """A name, then three numbers of which the second, the sell price, is not below the first."""
    fit = 0
    for row in rows:
        name, buy, sell, quantity = (row.at(index) for index in range(4))
        first, second = _number(buy), _number(sell)
        has_numbers = first is not None and second is not None and _number(quantity) is not None
        is_name = bool(shown(name)) and _number(name) is None
        fit += is_name and has_numbers and (second or 0) >= (first or 0)
    return fit >= MOSTLY * len(rows)


def _number(cell: Cell) -> Decimal | None:
    if isinstance(cell, Decimal):
        return cell
    if not isinstance(cell, str) or not cell:
        return None
    try:
        return numbers.figure(cell).under("")
    except UnreadableError:
        return None
