"""Files that are too large, and files that mean harm: each is refused, within bounds."""

import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from apps.core import children
from apps.inventory.intake import FileRefusedError, Level, open_file
from apps.inventory.intake.limits import MOST_BYTES
from tests.inventory.intake.files import (
    BOOK,
    BOOK_LINKS,
    HEADER,
    MAIN,
    MILK,
    ROOT_LINKS,
    codes,
    csv_file,
    inline,
    listed,
    raw_book,
    read,
    refusal,
    saved,
    text,
    workbook,
    xlsx,
    zipped,
)

MB = 1024 * 1024
HEAD = inline(1, *HEADER)


def rows(count: int) -> list[tuple[str, str, str, str]]:
    return [(f"Item {number}", "1.20", "2.00", "5") for number in range(count)]


# As large as is allowed, and a little larger


@pytest.mark.parametrize("build", [listed, xlsx])
def test_five_thousand_rows_are_taken_and_one_more_is_not(build: Callable[..., bytes]) -> None:
    assert len(read(build(*rows(5000))).lines) == 5000
    assert refusal(build(*rows(5001))) == (
        "too-many-rows",
        "The file has 5,001 rows; at most 5,000 are taken. Split it into several files.",
    )


def test_blank_rows_titles_and_sums_do_not_count_as_rows() -> None:
    content = csv_file(
        ("Delivery", "", "", ""), (), HEADER, *rows(5000), ("", "", "", ""), ("Total", "", "", "25000")
    )
    assert len(read(content).lines) == 5000
    assert refusal(content + text(rows(1)).encode())[1].startswith("The file has 5,002 rows;")


def test_very_many_rows_are_counted_to_the_last() -> None:
    assert refusal(listed(*rows(120_000)))[1].startswith("The file has 120,000 rows; at most 5,000")
    assert refusal(xlsx(*rows(5_200)))[1].startswith("The file has 5,200 rows; at most 5,000")


def test_five_megabytes_are_taken_and_one_byte_more_is_not() -> None:
    """The file is no larger by its cells: what is too large is not even decoded."""
    filler = (b" " * 99 + b"\n") * (MOST_BYTES // 100 + 1)
    filler = filler[: MOST_BYTES - len(listed(MILK))]
    assert len(open_file(listed(MILK) + filler).rows) == 1
    assert refusal(listed(MILK) + filler + b" ") == (
        "too-many-bytes",
        "The file has 5.00 MB; at most 5 MB are taken. Split it, or save only the sheet with the lines.",
    )


def test_of_a_stream_no_more_is_read_than_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)
    with pytest.raises(FileRefusedError, match=r"The file has 1907\.35 MB; at most 5 MB are taken"):
        open_file(path)
    with path.open("rb") as file, pytest.raises(FileRefusedError, match=r"1907\.35 MB"):
        open_file(file)


def test_a_file_is_read_from_a_path_a_stream_or_bytes_alike(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_bytes(listed(MILK))
    with path.open("rb") as file:
        assert open_file(path) == open_file(file) == open_file(listed(MILK))


# Text that means harm

HARM = {
    "one line of five megabytes": (b"a" * (MOST_BYTES - 1), "too-long-row"),
    "a cell of five thousand signs": (listed(("x" * 5000, "1", "2", "3")), "too-long-cell"),
    "five million separators": (b"," * MOST_BYTES, "too-many-columns"),
    "a hundred thousand columns": (b"a," * 100_000 + b"\n" + b"1," * 100_000, "too-many-columns"),
    "three hundred columns": (b"a;" * 299 + b"a\n" + b"1;" * 299 + b"1", "too-many-columns"),
    "a quotation mark never closed": (listed(MILK) + b'"' + b"a,b\n" * 1_000_000, "open-quote"),
    "only quotation marks": (b'"' * 1_000_001, "too-long-row"),
    "five million lines": (b"\n" * MOST_BYTES, "too-many-lines"),
    "a million blank lines": (b"\n" * 1_000_000, "empty"),
    "NUL within": (listed(MILK) + b"Bre\x00ad,1,2,3\n", "binary"),
    "NUL alone": (b"\x00" * 1000, "binary"),
    "a terminal's escapes": (listed(("\x1b[2JMilk\x07", "1", "2", "3")), "binary"),
    "half a pair of UTF-16": (b"\xff\xfe" + "a,b\n".encode("utf-16-le") + b"\x00\xd8a\x00", "broken-utf-16"),
    "UTF-32": (("\ufeff" + text([HEADER, MILK])).encode("utf-32-le"), "binary"),
}


@pytest.mark.parametrize("name", HARM)
def test_text_that_means_harm_is_refused_in_bounded_time_and_memory(name: str) -> None:
    content, code = HARM[name]
    began = time.monotonic()
    assert refusal(content)[0] == code
    assert time.monotonic() - began < 5


MEASURED = """
import sys
from pathlib import Path
from django.conf import settings
settings.configure(USE_I18N=False)
from apps.inventory.intake import FileRefusedError, open_file
def most():
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
before = most()
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        open_file(path)
    except FileRefusedError:
        pass
print(most() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for its memory")
def test_no_file_takes_more_memory_than_a_few_copies_of_itself(tmp_path: Path) -> None:
    for number, (content, _code) in enumerate(HARM.values()):
        (tmp_path / str(number)).write_bytes(content)
    told = subprocess.run(
        [sys.executable, "-c", MEASURED, str(tmp_path)],
        capture_output=True,
        check=True,
        cwd=children.ROOT,
        env=os.environ | {"PYTHONPATH": str(children.ROOT)},
    )
    assert int(told.stdout) < 80 * 1024  # kilobytes


def test_what_is_refused_names_its_row_and_column() -> None:
    assert refusal(HARM["a cell of five thousand signs"][0])[1].startswith(
        "Row 2, column A holds a text of more than 4,000 signs. Shorten it;"
    )
    assert refusal(HARM["three hundred columns"][0])[1].startswith(
        "Row 1 has 300 columns; at most 256 are taken."
    )
    assert refusal(HARM["NUL within"][0])[1] == (
        "This is not a table: line 3 holds signs that no text has. CSV and XLSX files are taken."
    )


def test_many_blank_columns_do_no_harm() -> None:
    assert len(read(listed(tuple(MILK) + ("",) * 2000)).lines) == 1


@pytest.mark.parametrize(
    "cell", ["9" * 3000, "1" + " " * 3000 + "x", "((((" * 700, "1," * 1900, "1/" * 1900, "6x" * 1900]
)
def test_a_long_cell_is_no_trap_for_a_pattern(cell: str) -> None:
    header = (*HEADER, "Expiry", "Pack size", "VAT", "EAN")
    content = listed(("Milk", cell, "2", "3", cell, cell, cell, cell), header=header)
    began = time.monotonic()
    reading = read(content)
    assert time.monotonic() - began < 2
    assert {each.code for each in reading.findings.of(Level.ERROR)} <= {
        "not-a-number",
        "formula",
        "not-a-date",
        "not-a-pack",
        "not-a-barcode",
    }


# Workbooks that mean harm


def bomb(megabytes: int, entry: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A workbook of which one part unpacks to so many megabytes of blanks."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", ROOT_LINKS)
        archive.writestr("xl/workbook.xml", BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", BOOK_LINKS)
        if entry != "xl/worksheets/sheet1.xml":
            archive.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{MAIN}"/>')
        with archive.open(entry, "w", force_zip64=True) as part:
            part.write(f'<worksheet xmlns="{MAIN}">'.encode())
            for _chunk in range(megabytes):
                part.write(b" " * MB)
            part.write(b"</worksheet>")
    return file.getvalue()


def lying(content: bytes, entry: bytes, *, says: int) -> bytes:
    """The same ZIP whose directory tells another size of one entry."""
    changed = bytearray(content)
    at = changed.rindex(entry)  # in the directory, 22 bytes behind the size
    changed[at - 22 : at - 18] = says.to_bytes(4, "little")
    return bytes(changed)


@pytest.mark.parametrize("entry", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_a_part_that_unpacks_to_a_hundred_megabytes_is_refused_before_it_does(entry: str) -> None:
    content = bomb(100, entry)
    assert len(content) < 2 * MB
    began = time.monotonic()
    assert refusal(content) == (
        "bomb",
        (
            "The workbook unpacks to more than it may. Copy the lines alone into a new file, without pictures"
            " and formats."
        ),
    )
    assert time.monotonic() - began < 10


def test_a_part_that_is_nearly_all_air_is_refused_by_its_ratio() -> None:
    assert refusal(bomb(32))[0] == "bomb"


def test_a_directory_that_lies_about_a_size_is_not_believed() -> None:
    assert refusal(lying(bomb(80), b"xl/worksheets/sheet1.xml", says=100))[0] in {"bomb", "damaged"}
    assert refusal(lying(xlsx(MILK), b"xl/worksheets/sheet1.xml", says=4_000_000_000))[0] == "bomb"


def test_ten_thousand_entries_are_refused() -> None:
    assert refusal(zipped({f"xl/{number}": b"" for number in range(10_000)}))[0] == "bomb"


def test_another_way_of_packing_is_refused() -> None:
    entries = {"_rels/.rels": ROOT_LINKS, "xl/workbook.xml": BOOK, "xl/_rels/workbook.xml.rels": BOOK_LINKS}
    assert refusal(zipped(entries, method=zipfile.ZIP_LZMA))[0] == "damaged"


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE worksheet [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + f']><worksheet xmlns="{MAIN}"><sheetData><row><c t="inlineStr"><is><t>&j;</t></is></c></row>'
    "</sheetData></worksheet>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    f'<sst xmlns="{MAIN}"><si><t>&x;</t></si></sst>'
)


def test_a_billion_laughs_are_not_laughed() -> None:
    assert refusal(raw_book(LAUGHS)) == (
        "entities",
        "The workbook holds an XML definition that no spreadsheet writes. Save it anew as XLSX.",
    )


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_no_part_reaches_for_a_file_of_ours(part: str) -> None:
    assert refusal(raw_book("<sheetData/>", **{part: OUTSIDE}))[0] == "entities"


def test_a_dimension_that_lies_is_not_believed() -> None:
    book = raw_book(f'<dimension ref="A1:XFD1048576"/><sheetData>{HEAD}{inline(2, *MILK)}</sheetData>')
    assert len(read(book).lines) == 1


def test_a_cell_in_the_farthest_corner_is_refused_with_how_far_it_is() -> None:
    far = (
        f'<sheetData>{HEAD}{inline(2, *MILK)}<row r="1048576"><c r="D1048576"><v>1</v></c></row></sheetData>'
    )
    assert refusal(raw_book(far)) == (
        "too-spread",
        (
            "The sheet reaches from row 1 to row 1,048,576 and over 4 columns, nearly all of it blank. Copy"
            " the lines"
            " into a new file."
        ),
    )
    wide = f'<sheetData>{HEAD}<row r="2"><c r="XFD2"><v>1</v></c></row></sheetData>'
    assert refusal(raw_book(wide))[1].startswith("Row 1 has 16,384 columns; at most 256 are taken.")


def test_cells_that_are_formatted_and_empty_do_not_count() -> None:
    book = workbook(MILK)
    for row in range(3, 6000):
        book.active.cell(row, 300).number_format = "0.00"
    assert len(read(saved(book)).lines) == 1


def test_one_long_text_in_a_hundred_thousand_cells_is_refused_before_it_is_laid_out() -> None:
    cells = '<c t="s"><v>0</v></c>' * 20
    body = "".join(f"<row>{cells}</row>" for _row in range(5000))
    book = raw_book(f"<sheetData>{body}</sheetData>", shared=f"<si><t>{'x' * 3900}</t></si>")
    assert refusal(book)[0] == "too-much-text"


def test_a_text_that_is_too_long_is_named_by_its_cell() -> None:
    assert refusal(xlsx(("Milk", 1, 2, 3), ("x" * 4001, 1, 2, 3)))[1].startswith(
        "Row 3, column A holds a text of more than 4,000 signs."
    )


@pytest.mark.parametrize(
    "sheet",
    [
        "<sheetData><row r='x'><c r='$'><v>1</v></c></row></sheetData>",
        "<sheetData><row><c t='s'><v>99</v></c></row></sheetData>",
        "<sheetData><row><c t='b'><v>7</v></c></row></sheetData>",
        "<sheetData><row><c><v>1",
        "no xml at all &",
        "<sheetData><row r='0'><c r='A0'><v>1</v></c></row></sheetData>",
        "<sheetData><row><c r='ZZZZ9999999999'><v>1</v></c><c r='A1'><v>x</v></c></row></sheetData>",
    ],
)
def test_xml_that_is_no_sheet_is_damaged(sheet: str) -> None:
    assert refusal(raw_book(sheet))[0] in {"damaged", "one-column", "empty"}


@pytest.mark.parametrize(
    "entry", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"]
)
def test_a_workbook_without_one_of_its_parts_is_refused(entry: str) -> None:
    parts = {
        "_rels/.rels": ROOT_LINKS,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": BOOK_LINKS,
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{HEAD}</sheetData></worksheet>',
    }
    del parts[entry]
    assert refusal(zipped(parts))[0] in {"damaged", "no-sheet", "empty", "archive"}


def test_a_part_that_is_encrypted_is_said_to_be() -> None:
    content = bytearray(xlsx(MILK))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + flags] |= 1
            at = content.find(mark, at + 4)
    assert refusal(bytes(content))[0] == "password"


# The child


def test_a_child_that_meets_its_bounds_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.inventory.intake.workbook.SECONDS", 0.01)
    assert refusal(xlsx(MILK)) == (
        "too-heavy",
        "The workbook takes too long or too much memory to open. Copy the lines alone into a new file.",
    )


def test_a_child_that_falls_over_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.inventory.intake.workbook.CHILD", "apps.inventory.intake.nothing")
    assert refusal(xlsx(MILK))[0] == "damaged"


def test_the_child_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    real = subprocess.run

    def spied(command: list[str], **how: Any) -> Any:
        given.update(how["env"])
        return real(command, **how)

    monkeypatch.setattr(children.subprocess, "run", spied)
    open_file(xlsx(MILK))
    assert set(given) == {"PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE"}


def test_a_refused_file_leaves_nothing_behind() -> None:
    """Each file is read by itself: what the last one was does not show."""
    before = open_file(listed(MILK))
    refusal(listed(MILK) + b'"')
    refusal(bomb(32))
    assert open_file(listed(MILK)) == before
    assert codes(before, Level.WARNING) == []
