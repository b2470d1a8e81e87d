"""What a stored file would come to by chosen columns: read as it will be, and nothing is written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from apps.inventory import files
from apps.inventory.intake import (
    Field,
    FileRefusedError,
    Finding,
    Level,
    Reading,
    Table,
    letter,
    open_file,
    read_lines,
    shown,
)
from apps.inventory.intake.fields import REQUIRED
from apps.inventory.models import InvoiceUpload

ROWS = 4  # of the file that are shown


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of the file: its letter, its header, its first cells, and what it is taken for."""

    index: int
    letter: str
    header: str
    cells: Sequence[str]
    field: Field | None


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The head of a file and, once every needed column is chosen, what all of it comes to."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]  # the first of the file, cell by cell
    chosen: Mapping[Field, int]
    header_row: int | None
    table_findings: Sequence[Finding]
    reading: Reading | None  # None while it cannot be read
    refusal: str

    @property
    def missing(self) -> list[Field]:
        return [field for field in REQUIRED if field not in self.chosen]

    @property
    def is_good(self) -> bool:
        """Whether every row can be taken."""
        return self.reading is not None and self.reading.is_good and bool(self.reading.lines)

    @property
    def errors(self) -> Sequence[Finding]:
        return self.reading.findings.of(Level.ERROR) if self.reading else ()

    @property
    def error_count(self) -> int:
        return self.reading.findings.count(Level.ERROR) if self.reading else 0

    @property
    def remarks(self) -> list[Finding]:
        """What is to be looked at, and what was done with the file."""
        found = [*self.table_findings, *(self.reading.findings.shown if self.reading else ())]
        return [one for one in found if one.level is not Level.ERROR]


def preview(upload: InvoiceUpload, *, chosen: Mapping[str, int] | None, today: date) -> Preview:
    """By the columns that stand, or by these. Raises StorageError and FileRefusedError."""
    table = open_file(files.read(upload.file_key), remembered=upload.supplier.column_mapping)
    said = upload.mapping if chosen is None else chosen
    mapping = {Field(name): index for name, index in said.items()}
    reading, refusal = None, ""
    if all(field in mapping for field in REQUIRED):
        try:
            reading = read_lines(table, today=today, chosen=mapping, currency=settings.SHOP_CURRENCY)
        except FileRefusedError as why:
            refusal = str(why)
    return Preview(
        columns=list(_columns(table, mapping)),
        rows=[[shown(row.at(index)) for index in range(len(table.headers))] for row in table.rows[:ROWS]],
        chosen=mapping,
        header_row=table.header_row,
        table_findings=table.findings.shown,
        reading=reading,
        refusal=refusal,
    )


def _columns(table: Table, mapping: Mapping[Field, int]) -> Iterator[Column]:
    fields = {index: field for field, index in mapping.items()}
    for index, header in enumerate(table.headers):
        cells = [shown(row.at(index)) for row in table.rows[:ROWS]]
        yield Column(index=index, letter=letter(index), header=header, cells=cells, field=fields.get(index))
