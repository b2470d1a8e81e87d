"""What a file is, is told by its bytes; what is no table is refused with a sentence that says what to do."""

import pytest

from apps.inventory.intake import open_file
from tests.inventory.intake.files import (
    HEADER,
    MILK,
    csv_file,
    inline,
    listed,
    one,
    raw_book,
    read,
    refusal,
    said,
    saved,
    text,
    workbook,
    xlsx,
    zipped,
)

CAFE = ("Café crème", "1.20", "2.00", "5")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_any_separator_and_any_end_of_line_is_seen(delimiter: str, end: str) -> None:
    table = open_file(listed(MILK, CAFE, delimiter=delimiter, end=end))
    assert table.dialect.delimiter == delimiter
    assert [row.number for row in table.rows] == [2, 3]
    assert [row.cells for row in table.rows] == [MILK, CAFE]


@pytest.mark.parametrize(
    ("encoding", "mark", "named"),
    [
        ("utf-8", b"", "UTF-8"),
        ("utf-8-sig", b"", "UTF-8 with a byte order mark"),
        ("utf-16-le", b"\xff\xfe", "UTF-16 (little-endian)"),
        ("utf-16-be", b"\xfe\xff", "UTF-16 (big-endian)"),
        ("utf-16-le", b"", "UTF-16 (little-endian)"),
        ("utf-16-be", b"", "UTF-16 (big-endian)"),
        ("cp1252", b"", "Windows-1252"),
    ],
)
def test_any_encoding_is_seen_and_said(encoding: str, mark: bytes, named: str) -> None:
    table = open_file(mark + listed(CAFE, encoding=encoding))
    assert table.dialect.encoding == named
    assert table.rows[0].cells == CAFE


def test_arabic_in_utf_16_without_a_mark_is_seen_by_its_separators() -> None:
    rows = [("اسم الصنف", "سعر الشراء", "سعر البيع", "الكمية"), ("حليب كامل الدسم", "١٫٢٠", "٢٫٠٠", "٥")]
    reading = read(csv_file(*rows, encoding="utf-16-le"))
    assert [(line.name, str(line.buy_price.normalize()), int(line.quantity)) for line in reading.lines] == [
        ("حليب كامل الدسم", "1.2", 5)
    ]


def test_windows_1252_is_said_so_that_somebody_checks_the_accents() -> None:
    table = open_file(listed(CAFE, ("Œufs – 12 €", "1", "2", "3"), delimiter=";", encoding="cp1252"))
    assert said(table) == ["The file is read as Windows-1252. Check that accents and signs are right."]
    assert table.rows[1].cells[0] == "Œufs – 12 €"


def test_a_registered_mark_after_a_capital_with_accent_is_no_utf_8() -> None:
    """In Windows-1252 the two bytes happen to be a phonetic sign of UTF-8."""
    content = listed(("NESTLÉ® KitKat", "1", "2", "3"), CAFE, encoding="cp1252")
    assert [row.cells[0] for row in open_file(content).rows] == ["NESTLÉ® KitKat", "Café crème"]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            [text([HEADER]).encode(), text([CAFE]).encode(), text([CAFE]).encode("cp1252")],
            "Line 3 is written in Windows-1252, lines before it in UTF-8.",
        ),
        (
            [
                text([HEADER]).encode(),
                text([CAFE]).encode("cp1252"),
                text([MILK]).encode(),
                text([CAFE]).encode(),
            ],
            "Line 4 is written in UTF-8, lines before it in Windows-1252.",
        ),
        (
            [b"\xef\xbb\xbf", text([HEADER]).encode(), text([CAFE]).encode("cp1252")],
            "Line 2 is written in Windows-1252, lines before it in UTF-8.",
        ),
        (
            [text([HEADER]).encode(), "Crème".encode(), "Café".encode("cp1252"), b",1,2,3\r\n"],
            "Line 2 is written partly in UTF-8 and partly in Windows-1252.",
        ),
    ],
)
def test_two_encodings_in_one_file_are_refused_with_the_line(lines: list[bytes], sentence: str) -> None:
    code, why = refusal(b"".join(lines))
    assert code in {"mixed-encodings", "mixed-line"}
    assert why.startswith(sentence)
    assert why.endswith("save it as “CSV UTF-8” or XLSX.")


def test_bytes_that_no_encoding_has_are_refused_with_the_line() -> None:
    assert refusal(listed(MILK) + b"Caf\x81,1,2,3") == (
        "unknown-encoding",
        (
            "Line 3 holds signs that are neither UTF-8, UTF-16 nor Windows-1252. Save the file as “CSV UTF-8”"
            " or XLSX."
        ),
    )


def test_utf_16_cut_within_a_letter_is_refused_with_the_line() -> None:
    content = ("\ufeff" + text([HEADER, CAFE])).encode("utf-16-le")[:-5]
    assert refusal(content) == (
        "broken-utf-16",
        "The file is UTF-16 and broken in line 2. Save it anew as “CSV UTF-8” or XLSX.",
    )


@pytest.mark.parametrize(
    ("content", "code", "sentence"),
    [
        (b"", "empty", "The file is empty. Choose it again, or save it anew first."),
        (b"\xef\xbb\xbf", "empty", "The file is empty. Choose it again, or save it anew first."),
        (b" \r\n\r\n ,,,\r\n", "empty", "The file is empty. Choose it again, or save it anew first."),
        (b"%PDF-1.7\n", "pdf", "This is a PDF. Ask the supplier for the invoice as XLSX or CSV"),
        (b"\n%PDF-1.7\n", "pdf", "This is a PDF."),
        (
            OLE + bytes(512),
            "old-excel",
            "This is an old Excel file (XLS). Open it and save it as “Excel Workbook",
        ),
        (
            OLE + bytes(99) + "EncryptedPackage".encode("utf-16-le"),
            "password",
            "The workbook is protected by a password. Open it, take the password off, and save it again.",
        ),
        (b"<html><table><tr><td>Milk</table>", "html", "This is a web page with the name of a spreadsheet."),
        (b"\xef\xbb\xbf  <!DOCTYPE html><p>", "html", "This is a web page with the name of a spreadsheet."),
        ("\ufeff<table>".encode("utf-16-le"), "html", "This is a web page with the name of a spreadsheet."),
        (b'<?xml version="1.0"?><Workbook/>', "xml", "This is an XML file. Open it in a spreadsheet"),
        (b"\x89PNG\r\n\x1a\n", "other-kind", "PNG is not taken. Save the table as XLSX or CSV."),
        (b"\xff\xd8\xff\xe0", "other-kind", "JPEG is not taken."),
        (b"\x1f\x8b\x08", "other-kind", "GZIP is not taken."),
        (b'[{"name": "Milk"}]', "other-kind", "JSON is not taken."),
        (b"{\\rtf1 Milk}", "other-kind", "RTF is not taken."),
        (b"Received: from shop\r\n", "other-kind", "E-mail is not taken."),
        (b"a,b\nc,\x00\x01\x02\xff", "unknown", ""),
        (bytes(range(256)) * 8, "unknown", ""),
    ],
)
def test_what_is_no_table_is_refused_and_named(content: bytes, code: str, sentence: str) -> None:
    found, why = refusal(content)
    assert why.startswith(sentence)
    assert found == code or (code == "unknown" and found in {"binary", "unknown-encoding"})


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        (
            {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"},
            "opendocument",
        ),
        ({"Index/Document.iwa": b"x"}, "numbers"),
        ({"invoice.csv": "a,b"}, "archive"),
        ({}, "damaged"),
    ],
)
def test_another_kind_of_archive_is_named(entries: dict[str, str | bytes], code: str) -> None:
    assert refusal(zipped(entries))[0] == code


def links(target: str) -> str:
    return (
        '<Relationships><Relationship Id="r" Type="http://x/officeDocument" Target="'
        + target
        + '"/></Relationships>'
    )


def test_a_word_file_and_a_binary_workbook_are_named() -> None:
    word = zipped({"_rels/.rels": links("word/document.xml"), "word/document.xml": "<x/>"})
    assert refusal(word) == ("other-kind", "Word is not taken. Save the table as XLSX or CSV.")
    binary = zipped({"_rels/.rels": links("xl/workbook.bin"), "xl/workbook.bin": b"x"})
    assert refusal(binary)[0] == "excel-binary"


def test_a_file_keeps_its_digest_whatever_it_is_called() -> None:
    assert open_file(listed(MILK)).digest == open_file(listed(MILK)).digest
    assert open_file(listed(MILK)).digest != open_file(listed(CAFE)).digest


def test_the_workbooks_first_sheet_is_read_and_the_others_are_said() -> None:
    book = workbook(MILK)
    book.active.title = "Delivery"
    book.create_sheet("Old")
    table = open_file(saved(book))
    assert (
        one(table, "other-sheets").reason == "Only the first sheet is read, “Delivery”; the workbook has 2."
    )
    assert table.dialect.sheet == "Delivery"


@pytest.mark.parametrize("cut", [30, 200, 1500, -30])
def test_a_workbook_that_was_cut_short_is_damaged(cut: int) -> None:
    assert refusal(xlsx(MILK)[:cut]) == (
        "damaged",
        "The workbook is damaged or cut short. Open it, save it anew, and choose that file.",
    )


def test_a_workbook_without_cells_is_empty() -> None:
    assert refusal(raw_book("<sheetData/>"))[0] == "empty"
    assert refusal(raw_book(f"<sheetData>{inline(1, 'Item name', 'Qty')}</sheetData>"))[0] == "no-rows"
