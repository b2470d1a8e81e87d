"""The seam to ``intake``, which reads suppliers' files: from its words into columns of ours."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import IO, Any, Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.errors import FieldError, InvalidInputError
from apps.inventory.errors import RowsRefusedError
from apps.inventory.intake.cells import shown
from apps.inventory.intake.fields import Field
from apps.inventory.intake.findings import Finding, Level
from apps.inventory.intake.limits import MOST_BYTES
from apps.inventory.intake.lines import Line, Reading
from apps.inventory.intake.opening import Table, open_file
from apps.inventory.intake.reading import read_lines

ONE: Final = Decimal(1)
LONGEST_NAME: Final = 300
LONGEST_TEXT: Final = 140


@dataclass(frozen=True, kw_only=True)
class Read:
    """All rows of a file by chosen columns, as lines in the making, and what to remember of the columns."""

    rows: list[dict[str, Any]]  # columns of UploadLine
    mapping: dict[str, int]
    memory: dict[str, str]
    notices: list[dict[str, Any]]


def content_of(file: IO[bytes]) -> bytes:
    """A file's bytes; of one that is too large only as many as tell so."""
    return file.read(MOST_BYTES + 1)


def look(content: bytes, *, remembered: Mapping[str, str]) -> Table:
    """What the head of a file says. Raises FileRefusedError."""
    return open_file(content, remembered=remembered)


def of_table(table: Table) -> dict[str, Any]:
    """What an upload keeps of a file that was opened."""
    return {
        "dialect": asdict(table.dialect),
        "headers": list(table.headers),
        "mapping": {field.value: index for field, index in table.columns.chosen.items()},
        "notices": [said(finding) for finding in table.findings.shown],
    }


def rows_of(
    content: bytes, *, remembered: Mapping[str, str], mapping: Mapping[str, int], today: date
) -> Read:
    """Every row. Raises FileRefusedError (a needed column is not chosen, too), and RowsRefusedError with
    every bad row."""
    table, chosen = look(content, remembered=remembered), _fields(mapping)
    reading = read_lines(table, today=today, chosen=chosen, currency=settings.SHOP_CURRENCY)
    _check(reading)
    cells = {row.number: [shown(cell) for cell in row.cells] for row in table.rows}
    return Read(
        rows=[_row(line, cells.get(line.row, [])) for line in reading.lines],
        mapping={field.value: index for field, index in reading.columns.items()},
        memory=table.columns.having(reading.columns).memory(),
        notices=[said(finding) for finding in (*table.findings.shown, *reading.findings.shown)],
    )


def _fields(mapping: Mapping[str, int]) -> dict[Field, int]:
    unknown = sorted(set(mapping) - set(Field))
    if unknown:
        said = _("There is no such field: %(names)s.")
        raise InvalidInputError(said % {"names": ", ".join(unknown)}, code="unknown-field")
    return {Field(name): index for name, index in mapping.items()}


def _check(reading: Reading) -> None:
    if reading.is_good:
        return
    bad = reading.findings.of(Level.ERROR)
    number = max(reading.bad_rows, 1)
    words = ngettext(
        "%(n)d row of the file cannot be taken; nothing was written. Mend it and upload the file again.",
        "%(n)d rows of the file cannot be taken; nothing was written. Mend them and upload the file again.",
        number,
    )
    raise RowsRefusedError(
        words % {"n": number},
        errors=[FieldError(_place(one), one.code, f"{one.place}: {one.reason}") for one in bad],
    )


def _place(finding: Finding) -> str:
    """``rows[12].B``: the row as the sheet numbers it, and its column's letter."""
    row = "" if finding.row is None else f"[{finding.row}]"
    return f"rows{row}.{finding.column}".rstrip(".")


def _row(line: Line, cells: list[str]) -> dict[str, Any]:
    pieces = Decimal(line.pack_size.pieces) if line.pack_size else None
    return {
        "position": line.place,
        "row": line.row,
        "cells": cells,
        "name": line.name[:LONGEST_NAME],
        "part_number": line.part_number[:LONGEST_TEXT],
        "barcode": line.barcode[:LONGEST_TEXT],
        "quantity": line.quantity,
        "buy_price": line.buy_price,
        "sell_price": line.sell_price,
        "unit": line.unit[:LONGEST_TEXT],
        "pack_stated": pieces,
        "pack_text": f"{line.pack_size.pieces} x {line.pack_size.content}"
        if line.pack_size and line.pack_size.content
        else "",
        "vat_rate": line.vat_rate,
        "expires_on": line.expiry,
    }


def said(finding: Finding) -> dict[str, Any]:
    """A finding as an upload keeps it, to be worded for each reader."""
    return {
        "level": str(finding.level),
        "code": finding.code,
        "row": finding.row,
        "column": finding.column,
        "header": finding.header,
        "facts": dict(finding.facts),
    }
