"""Workbooks: values as the sheet shows them, and flaws named by the cell that has them."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl.comments import Comment

from apps.inventory.intake import Level, Pack, open_file
from tests.inventory.intake.files import (
    HEADER,
    LINKS,
    MAIN,
    MILK,
    PACKAGE,
    codes,
    errors,
    inline,
    one,
    raw_book,
    read,
    said,
    saved,
    workbook,
    xlsx,
)

WIDE = (*HEADER, "Part no", "Expiry", "Pack size", "Unit", "VAT rate", "Barcode")
HEAD = inline(1, *HEADER)


def line_of(cells: str, **others: str) -> bytes:
    return raw_book(f"<sheetData>{HEAD}<row r='2'>{cells}</row></sheetData>", **others)


def test_every_kind_of_value_comes_out_typed() -> None:
    expiry = date(2027, 1, 31)
    (line,) = read(xlsx(("Milk", 1.1, 2.5, 12, 4711, expiry, 6, "ea", 0.2, 5012345678900), header=WIDE)).lines
    assert (line.buy_price, line.sell_price, line.quantity) == (Decimal("1.1"), Decimal("2.5"), Decimal(12))
    assert (line.part_number, line.expiry, line.pack_size) == ("4711", expiry, Pack(6))
    assert (line.unit, line.vat_rate, line.barcode) == ("piece", Decimal(20), "5012345678900")


@pytest.mark.parametrize(
    ("stored", "meant"), [("3.3000000000000003", "3.3"), ("0.30000000000000004", "0.3"), ("1.10", "1.1")]
)
def test_a_number_is_what_the_sheet_shows_and_not_the_floats_tail(stored: str, meant: str) -> None:
    (line,) = read(
        line_of(f'<c t="str"><v>Milk</v></c><c><v>{stored}</v></c><c><v>9</v></c><c><v>1</v></c>')
    ).lines
    assert line.buy_price == Decimal(meant)


def test_texts_that_are_numbers_are_read_as_in_a_csv() -> None:
    (line,) = read(xlsx(("Milk", "1,20 €", "2,50", "5"))).lines
    assert (line.buy_price, line.sell_price) == (Decimal("1.2"), Decimal("2.5"))


def test_a_formula_counts_by_its_value() -> None:
    cells = '<c t="str"><f>A9</f><v>Milk</v></c><c><f>1+0.2</f><v>1.2</v></c><c><v>2</v></c><c><v>1</v></c>'
    (line,) = read(line_of(cells)).lines
    assert (line.name, line.buy_price) == ("Milk", Decimal("1.2"))


def test_a_formula_without_a_value_is_named_by_its_cell() -> None:
    assert errors(xlsx(("Milk", "=1+1", 2, 5), ("Bread", 1, 2, 3))) == [
        (
            "Row 2, column B (Buy price): The formula in this cell has no value. Open the file in a"
            " spreadsheet, save"
            " it, and choose it again."
        )
    ]


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#N/A", "#NAME?"])
def test_an_error_is_named_by_its_cell(error: str) -> None:
    assert errors(xlsx((error, 1, error, 5))) == [
        (
            f"Row 2, column A (Item name): The cell shows the error {error}. Mend the formula, or type the"
            f" value."
        ),
        (
            f"Row 2, column C (Sell price): The cell shows the error {error}. Mend the formula, or type the"
            f" value."
        ),
    ]


def test_a_merged_cell_is_named_by_the_one_it_is_merged_with() -> None:
    book = workbook(("Milk", 1, 2, 5), (None, 1, 2, 6))
    book.active.merge_cells("A2:A3")
    assert errors(saved(book)) == [
        (
            "Row 3, column A (Item name): Item name is merged with the cell A2. Take the cells apart and fill"
            " in each."
        )
    ]


def test_a_title_blank_rows_and_a_blank_column_above_and_beside_do_no_harm() -> None:
    book = workbook(header=())
    sheet = book.active
    sheet["B3"] = "Delivery note 4711"
    sheet.merge_cells("B3:E3")
    for column, header in zip("BCDE", HEADER, strict=True):
        sheet[f"{column}6"] = header
    for column, value in zip("BCDE", ("Milk", 1, 2, 3), strict=True):
        sheet[f"{column}9"] = value
    sheet["B10"] = "Bread"
    reading = read(saved(book))
    assert [(line.row, line.name) for line in reading.lines] == [(9, "Milk")]
    assert said(reading, Level.ERROR) == [
        "Row 10: The row has a name and neither prices nor a quantity. Fill them in, or delete the row."
    ]
    table = open_file(saved(book))
    assert one(table, "above-header").reason == "The header is row 6; what stands above it is left out."
    assert table.headers == ("", *HEADER)


def test_hidden_columns_and_rows_are_read_and_said() -> None:
    book = workbook(MILK, ("Bread", "1", "2", "3"), ("Cup", "1", "2", "3"))
    book.active.column_dimensions["C"].hidden = True
    for row in (3, 4):
        book.active.row_dimensions[row].hidden = True
    table = open_file(saved(book))
    assert said(table, Level.WARNING) == [
        "Rows are hidden in the spreadsheet, and read like the others: 3–4.",
        "Column C (Sell price): The column is hidden in the spreadsheet, and read like the others.",
    ]
    assert len(table.rows) == 3


def test_a_hidden_first_sheet_is_passed_over() -> None:
    book = workbook(("Secret", 1, 2, 3))
    book.active.sheet_state = "hidden"
    shown = book.create_sheet("Shown")
    for row in (HEADER, ("Milk", 1, 2, 3)):
        shown.append(row)
    book.active = 1
    assert [line.name for line in read(saved(book)).lines] == ["Milk"]


def test_dates_since_1904_are_the_same_days() -> None:
    book = workbook(("Milk", 1, 2, 3, date(2027, 1, 31)), header=(*HEADER, "Expiry"))
    book.epoch = datetime(1904, 1, 1)  # noqa: DTZ001  Excel knows no zones
    (line,) = read(saved(book)).lines
    assert line.expiry == date(2027, 1, 31)


def test_a_bare_serial_counts_since_1904_where_the_workbook_does() -> None:
    head = inline(1, *HEADER, "Expiry")
    cells = '<c t="str"><v>Milk</v></c><c><v>1</v></c><c><v>2</v></c><c><v>1</v></c><c><v>44956</v></c>'
    since = f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><workbookPr date1904="1"/><sheets><sheet name="L"'
    book = raw_book(
        f"<sheetData>{head}<row>{cells}</row></sheetData>",
        **{"xl/workbook.xml": f'{since} sheetId="1" r:id="r1"/></sheets></workbook>'},
    )
    assert [line.expiry for line in read(book).lines] == [date(2027, 1, 31)]


def test_cells_without_places_follow_one_another() -> None:
    cells = '<c t="str"><v>Milk</v></c><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c>'
    (line,) = read(raw_book(f"<sheetData>{HEAD}<row>{cells}</row></sheetData>")).lines
    assert (line.row, line.quantity) == (2, Decimal(3))


def test_comments_pictures_and_formats_are_left_where_they_are() -> None:
    book = workbook(MILK)
    book.active["A2"].comment = Comment("=cmd|calc", "Mallory")
    book.active.auto_filter.ref = "A1:D2"
    assert [line.name for line in read(saved(book)).lines] == ["Milk"]


def test_a_sheet_may_lie_anywhere_its_link_says() -> None:
    to = f'<Relationship Id="r1" Type="{LINKS}/worksheet" Target="/other/place.xml"/>'
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{HEAD}{inline(2, *MILK)}</sheetData></worksheet>'
    book = raw_book(
        "<sheetData/>",
        **{
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{to}</Relationships>',
            "other/place.xml": sheet,
        },
    )
    assert [line.name for line in read(book).lines] == ["Milk"]


def test_a_formula_that_gives_more_places_is_rounded_and_said() -> None:
    reading = read(xlsx(("Milk", 16 / 12, 2.345, 1.0005)))
    (line,) = reading.lines
    assert (line.buy_price, line.sell_price, line.quantity) == (
        Decimal("1.333333"),
        Decimal("2.35"),
        Decimal("1.001"),
    )
    assert said(reading) == [
        "Row 2, column B (Buy price): 1.33333333333333 has more than 6 places; 1.333333 is taken.",
        "Row 2, column C (Sell price): 2.345 has more than 2 places; 2.35 is taken.",
        "Row 2, column D (Qty): 1.0005 has more than 3 places; 1.001 is taken.",
    ]


def test_a_quantity_that_rounds_to_nothing_is_bad() -> None:
    assert errors(xlsx(("Milk", 1, 2, 0.0004))) == [
        "Row 2, column D (Qty): 0 is not above zero. Type what was delivered, or delete the row."
    ]


def test_a_date_where_a_number_or_a_code_should_be_is_said() -> None:
    day = date(2027, 6, 12)
    header = (*HEADER, "Part no", "Pack size")
    assert errors(xlsx(("Milk", day, 2, 5, None, day), header=header)) == [
        (
            "Row 2, column B (Buy price): The cell holds the date 2027-06-12. Type the value again, with the"
            " column"
            " formatted as text."
        ),
        (
            "Row 2, column F (Pack size): The cell holds the date 2027-06-12. Type the value again, with the"
            " column"
            " formatted as text."
        ),
    ]
    assert codes(read(xlsx(("Milk", 1, 2, 5, day, 6), header=header)), Level.WARNING) == [("date-as-code", 2)]


def test_yes_and_no_are_no_numbers() -> None:
    assert errors(xlsx(("Milk", True, 2, 5))) == [
        "Row 2, column B (Buy price): “TRUE” is not a number. Type digits only, such as 12.50."
    ]
