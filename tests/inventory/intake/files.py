"""Suppliers' files, really written as bytes: by a spreadsheet library, or by hand where none would."""

import csv
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook

from apps.inventory.intake import (
    FileRefusedError,
    Finding,
    Level,
    Reading,
    Table,
    open_file,
    read_lines,
)

TODAY = date(2026, 12, 1)
HEADER = ("Item name", "Buy price", "Sell price", "Qty")
MILK = ("Milk", "1.20", "2.00", "5")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
ROOT_LINKS = (
    f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r" Type="{LINKS}/officeDocument"'
    ' Target="xl/workbook.xml"/></Relationships>'
)
SHEETS = '<sheets><sheet name="Lines" sheetId="1" r:id="r1"/></sheets>'
BOOK = f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">{SHEETS}</workbook>'
TO_SHEET = f'<Relationship Id="r1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
TO_TEXTS = f'<Relationship Id="r2" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/>'
BOOK_LINKS = f'<Relationships xmlns="{PACKAGE}">{TO_SHEET}{TO_TEXTS}</Relationships>'


def text(rows: Iterable[Sequence[Any]], *, delimiter: str = ",", end: str = "\r\n") -> str:
    """Rows as a file with separators."""
    out = StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue()


def csv_file(*rows: Sequence[Any], delimiter: str = ",", encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    """Rows as the bytes of a file with separators."""
    return text(rows, delimiter=delimiter, end=end).encode(encoding)


def listed(*rows: Sequence[Any], header: Sequence[str] = HEADER, **how: Any) -> bytes:
    """A header and rows."""
    return csv_file(header, *rows, **how)


def workbook(*rows: Sequence[Any], header: Sequence[Any] = HEADER) -> Workbook:
    """A workbook of one sheet, still open to changes."""
    book = Workbook()
    for row in (header, *rows):
        book.active.append(list(row))
    return book


def saved(book: Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def xlsx(*rows: Sequence[Any], header: Sequence[Any] = HEADER) -> bytes:
    """A header and rows as a workbook."""
    return saved(workbook(*rows, header=header))


def zipped(entries: Mapping[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of these entries."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def raw_book(sheet: str, *, shared: str = "", **others: str | bytes) -> bytes:
    """A workbook with a sheet of hand-written XML; others are entries by name."""
    entries: dict[str, str | bytes] = {
        "_rels/.rels": ROOT_LINKS,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": BOOK_LINKS,
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}">{sheet}</worksheet>'
        if sheet[:2] != "<?"
        else sheet,
    }
    if shared:
        entries["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{shared}</sst>'
    return zipped(entries | others)


def inline(row: int, *cells: str) -> str:
    """A row of texts in hand-written XML."""
    inner = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
    return f'<row r="{row}">{inner}</row>'


def read(content: bytes, **how: Any) -> Reading:
    """A file from its bytes to its lines."""
    return read_lines(open_file(content), today=TODAY, **how)


def refusal(content: bytes) -> tuple[str, str]:
    """The code and the sentence by which a file is refused."""
    try:
        open_file(content)
    except FileRefusedError as why:
        return why.code.removeprefix("file-"), str(why)
    raise AssertionError("the file was taken")


def said(found: Reading | Table, level: Level | None = None) -> list[str]:
    """What was found, as staff read it."""
    return [str(one) for one in found.findings.shown if level in (None, one.level)]


def errors(content: bytes, **how: Any) -> list[str]:
    """The bad cells of a file, as staff read them; no line of their rows is among the good ones."""
    reading = read(content, **how)
    bad = {one.row for one in reading.findings.of(Level.ERROR)}
    assert not bad & {line.row for line in reading.lines}
    assert reading.bad_rows == len(bad)
    assert reading.is_good is not bool(bad)
    return said(reading, Level.ERROR)


def codes(found: Reading | Table, level: Level) -> list[tuple[str, int | None]]:
    return [(one.code, one.row) for one in found.findings.of(level)]


def one(found: Reading | Table, code: str) -> Finding:
    """The only finding of a code."""
    (finding,) = [each for each in found.findings.shown if each.code == code]
    return finding
