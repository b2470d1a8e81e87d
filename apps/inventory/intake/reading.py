"""From a table to lines: every cell a value of its column, or a finding that names row, column and reason."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from apps.inventory.intake import packs, values
from apps.inventory.intake.cells import Cell, SheetRow, UnreadableError, letter, one_line, plain, shown
from apps.inventory.intake.closing import first_text, parted
from apps.inventory.intake.columns import Columns
from apps.inventory.intake.doubts import about_columns
from apps.inventory.intake.fields import NUMBERS, REQUIRED, Field
from apps.inventory.intake.findings import Collector, Finding, Level
from apps.inventory.intake.limits import UnfitError
from apps.inventory.intake.lines import Line, Reading
from apps.inventory.intake.numbers import COMMA, POINT
from apps.inventory.intake.opening import Table
from apps.inventory.intake.packs import Pack
from apps.inventory.intake.refusals import refusal
from apps.inventory.intake.twice import said_twice
from apps.inventory.intake.values import RULES, DateColumn, NumberColumn
from apps.inventory.intake.vocabulary import is_nothing, is_total, unit_of

LONGEST_NAME: Final = 250
LONGEST_CODE: Final = 100
FAR: Final = 10  # years ahead
Value = str | Decimal | date | Pack | None


def read_lines(
    table: Table, *, today: date, chosen: Mapping[Field, int] | None = None, currency: str = ""
) -> Reading:
    """The lines of a table, by the columns that were chosen, or else by those that are proposed.

    ``currency`` is the shop's: a price that is written in another one is warned of. Raises FileRefusedError
    where a column that every line needs is not chosen.
    """
    try:
        columns = _complete(table.columns if chosen is None else table.columns.having(chosen))
    except UnfitError as why:
        raise refusal(why) from why
    return _Reader(table, columns.chosen, today=today, currency=currency).reading()


def _complete(columns: Columns) -> Columns:
    if columns.missing:
        raise UnfitError("columns-missing", fields=", ".join(field.label for field in columns.missing))
    return columns


class _Reader:
    """One reading of one table."""

    def __init__(self, table: Table, chosen: Mapping[Field, int], *, today: date, currency: str) -> None:
        self._table = table
        self._chosen = chosen
        self._today = today
        self._far = today.replace(year=today.year + FAR, day=min(today.day, 28))
        self._found = Collector()
        self._parted = parted(table.rows, table.headers, chosen)
        self._numbers = {field: self._number_column(field) for field in NUMBERS if field in chosen}
        self._expiry = self._date_column()
        self._settle_signs()
        self._found.extend(
            about_columns(table, chosen, self._numbers, self._expiry, self._parted.lines, currency=currency)
        )

    def reading(self) -> Reading:
        """Go through the rows."""
        for out in self._parted.left_out:
            self._found.add(Finding(Level.NOTICE, out.code, row=out.row.number, facts={"value": out.text}))
        lines = [
            line
            for place, row in enumerate(self._parted.lines)
            if (line := self._line(place, row)) is not None
        ]
        self._found.extend(said_twice(lines, self._chosen, self._table.headers))
        bad = len(self._parted.lines) - len(lines)
        return Reading(tuple(lines), bad, self._found.done(), dict(self._chosen))

    def _cells(self, field: Field) -> Iterator[Cell]:
        return (row.at(self._chosen[field]) for row in self._parted.lines)

    def _number_column(self, field: Field) -> NumberColumn:
        return NumberColumn(field, self._cells(field))

    def _date_column(self) -> DateColumn | None:
        if Field.EXPIRY not in self._chosen:
            return None
        return DateColumn(self._cells(Field.EXPIRY), since_1904=self._table.sheet.counts_from_1904)

    def _settle_signs(self) -> None:
        """Where a column does not tell its decimal sign, the others do, or else the file's separator."""
        signs = {column.style.sign for column in self._numbers.values()} - {""}
        by_file = COMMA if self._table.dialect.delimiter == ";" else POINT
        for column in self._numbers.values():
            column.fallback = next(iter(signs)) if len(signs) == 1 else by_file

    def _line(self, place: int, row: SheetRow) -> Line | None:
        if code := self._whole_row_code(row):
            self._found.add(Finding(Level.ERROR, code, row=row.number, facts={"value": first_text(row)}))
            return None
        taken: dict[str, Value] = {}
        is_good = True
        for field in self._chosen:
            try:
                value = self._value(field, row)
            except UnreadableError as why:
                facts = {"value": shown(self._cell(field, row)), **why.facts}
                self._say(Level.ERROR, why.code, field, row, facts)
                is_good = False
            else:
                if value is not None:
                    taken[field.value] = value
        return Line(place=place, row=row.number, **taken) if is_good else None  # type: ignore[arg-type]

    def _whole_row_code(self, row: SheetRow) -> str:
        """What is wrong with the row as a whole: one reason instead of one for each of its cells."""
        if row.number in self._table.sheet.swallowed:
            return "swallowed-rows"
        blank = [field for field in REQUIRED if self._cell(field, row) == ""]
        if blank and is_total(first_text(row)):
            return "total-between"
        return "only-a-name" if blank == list(REQUIRED[1:]) and not self._is_merged(row, blank) else ""

    def _is_merged(self, row: SheetRow, fields: list[Field]) -> bool:
        return any(self._merged_with(field, row) for field in fields)

    def _cell(self, field: Field, row: SheetRow) -> Cell:
        return row.at(self._chosen[field])

    def _value(self, field: Field, row: SheetRow) -> Value:
        """The value of a cell; None for a blank one that may be blank. Raises UnreadableError."""
        cell = self._cell(field, row)
        if field not in REQUIRED and isinstance(cell, str) and is_nothing(cell):
            return None
        if cell == "":
            raise self._blank(field, row)
        if field in self._numbers:
            return self._number(self._numbers[field], row, cell)
        if field is Field.EXPIRY:
            return self._expires(row, cell)
        if field is Field.PACK_SIZE:
            return _pack(cell)
        return self._text(field, row, cell)

    def _blank(self, field: Field, row: SheetRow) -> UnreadableError:
        other = self._merged_with(field, row)
        return UnreadableError("merged" if other else "blank", field=field.label, cell=other)

    def _merged_with(self, field: Field, row: SheetRow) -> str:
        """The cell that holds the value of a merged block this cell lies in."""
        column = self._chosen[field]
        areas = (area for area in self._table.sheet.merged if area.covers(row.number - 1, column))
        return next((f"{letter(area.left)}{area.top + 1}" for area in areas), "")

    def _number(self, column: NumberColumn, row: SheetRow, cell: Cell) -> Decimal:
        value = column.within(column.value(cell))
        rounded, places = column.rounded(value), RULES[column.field].places
        if rounded != value and not isinstance(cell, Decimal):
            raise UnreadableError("too-many-places", places=places)
        if rounded != value:  # worked out by a formula: nobody sees those places in the sheet
            column.within(rounded)
            facts: dict[str, str | int] = {"value": plain(value), "taken": plain(rounded), "places": places}
            self._say(Level.WARNING, "rounded", column.field, row, facts)
        if column.field is Field.BUY_PRICE and value == 0:
            self._say(Level.WARNING, "zero-price", column.field, row)
        return rounded

    def _expires(self, row: SheetRow, cell: Cell) -> date:
        assert self._expiry is not None  # noqa: S101  asked only for a column that is chosen
        expiry = self._expiry.value(cell)
        if expiry < self._today:
            self._say(Level.WARNING, "expired", Field.EXPIRY, row, {"value": expiry.isoformat()})
        elif expiry > self._far:
            self._say(Level.WARNING, "far-expiry", Field.EXPIRY, row, {"value": expiry.isoformat()})
        return expiry

    def _text(self, field: Field, row: SheetRow, cell: Cell) -> str:
        values.sound(cell)
        if isinstance(cell, date):
            self._say(Level.WARNING, "date-as-code", field, row, {"value": cell.isoformat()})
        if field is Field.BARCODE:
            return self._barcode(row, cell)
        text = plain(cell) if isinstance(cell, Decimal) else one_line(str(cell))
        most = LONGEST_NAME if field is Field.NAME else LONGEST_CODE
        if len(text) > most:
            raise UnreadableError("too-long", signs=len(text), most=most)
        return unit_of(text) if field is Field.UNIT else text

    def _barcode(self, row: SheetRow, cell: Cell) -> str:
        code = values.barcode(cell)
        if values.has_wrong_check_digit(code):
            self._say(Level.WARNING, "check-digit", Field.BARCODE, row, {"value": code})
        return code

    def _say(
        self,
        level: Level,
        code: str,
        field: Field,
        row: SheetRow,
        facts: Mapping[str, str | int] | None = None,
    ) -> None:
        column = self._chosen[field]
        header = self._table.headers[column]
        self._found.add(Finding(level, code, row.number, letter(column), header, facts or {}))


def _pack(cell: Cell) -> Pack:
    cell = values.sound(cell)
    if isinstance(cell, Decimal):
        return packs.pieces(cell)
    if isinstance(cell, date):
        raise UnreadableError("a-date", value=cell.isoformat())
    return packs.pack(str(cell))
