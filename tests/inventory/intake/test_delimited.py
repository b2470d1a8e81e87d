"""Files with separators: rows are numbered and quotation marks read as a spreadsheet does."""

import pytest

from apps.inventory.intake import Level, open_file
from tests.inventory.intake.files import HEADER, MILK, codes, csv_file, errors, listed, read, refusal, text


def test_a_decimal_comma_does_not_make_the_comma_a_separator() -> None:
    content = b"Artikel;EK;VK;Menge\r\nMilch, frisch;1,20;2,00;5\r\nBrot, hell;0,80;1,50;3\r\n"
    table = open_file(content)
    assert table.dialect.delimiter == ";"
    assert [str(line.buy_price.normalize()) for line in read(content).lines] == ["1.2", "0.8"]


def test_without_a_known_header_the_separator_that_leaves_numbers_is_taken() -> None:
    table = open_file(b"Milk;1,20;2,00;5\nBread;0,80;1,50;3\n")
    assert table.dialect.delimiter == ";"
    assert table.rows[0].cells == ("Milk", "1,20", "2,00", "5")


def test_the_separator_that_the_file_names_is_taken_and_its_line_is_no_row() -> None:
    table = open_file(b"sep=|\r\n" + listed(MILK, delimiter="|"))
    assert (table.dialect.delimiter, table.header_row, table.rows[0].number) == ("|", 1, 2)


@pytest.mark.parametrize("separator", ["!", ":", " ", "^"])
def test_another_separator_leaves_one_column_which_is_no_table(separator: str) -> None:
    content = separator.join(("Name", "Buy", "Sell", "Qty")) + "\n" + separator.join(MILK)
    assert refusal(content.encode()) == (
        "one-column",
        "Everything stands in one column. Save the table as XLSX, or as CSV with commas, semicolons or tabs.",
    )


def test_quotation_marks_hold_separators_lines_and_marks() -> None:
    content = b'Item name,Buy price,Sell price,Qty\n"Pan, 10"" ""steel""\nblack",1,2,3\nCup,1,2,3\n'
    assert [(line.row, line.name) for line in read(content).lines] == [
        (2, 'Pan, 10" "steel" black'),
        (3, "Cup"),
    ]


def test_an_inch_within_a_name_is_no_quotation() -> None:
    assert [
        line.name for line in read(b'Item name;Buy price;Sell price;Qty\nPan 10" steel;1;2;3\n').lines
    ] == ['Pan 10" steel']


def test_a_quotation_mark_that_is_never_closed_is_refused_with_its_row_and_line() -> None:
    rows = [MILK, ("two\nlines", "1", "2", "3")]
    content = listed(*rows) + b'"Bread,1,2,3\r\nCup,1,2,3\r\n'
    assert refusal(content) == (
        "open-quote",
        "A quotation mark in row 4 (line 5 of the file) is never closed. Close it or delete it.",
    )


def test_a_quotation_mark_that_a_later_row_closes_makes_a_bad_row() -> None:
    content = listed(MILK) + b'"Bread,1,2,3\r\nCup,1,2,3\r\nTea",1,2,3\r\n' + text([MILK]).encode()
    assert errors(content) == [
        "Row 3: A quotation mark in this row is closed in a later one. Close it, or delete it."
    ]


def test_blank_rows_are_passed_over_and_counted() -> None:
    content = (
        b"\r\n\r\n"
        + csv_file(HEADER)
        + b"\r\n,,,\r\n"
        + csv_file(MILK)
        + b'" ",\xc2\xa0,,\r\n'
        + csv_file(MILK)
    )
    reading = read(content)
    assert [(line.place, line.row) for line in reading.lines] == [(0, 6), (1, 8)]
    assert codes(reading, Level.WARNING) == [("same-item", 8)]


def test_rows_shorter_and_longer_than_the_header_are_read() -> None:
    table = open_file(b"Item name,Buy price,Sell price,Qty\nMilk,1,2,3,,,\nBread,1\nCup,1,2,3,left\n")
    assert table.headers == ("Item name", "Buy price", "Sell price", "Qty", "")
    assert [row.cells for row in table.rows] == [
        ("Milk", "1", "2", "3"),
        ("Bread", "1"),
        ("Cup", "1", "2", "3", "left"),
    ]


def test_what_looks_like_a_formula_stays_the_text_that_it_is() -> None:
    """It is made harmless when it is exported, not here (spec/00 rule 17)."""
    names = ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3"]
    reading = read(listed(*((name, "1", "2", "3") for name in names)))
    assert [line.name for line in reading.lines] == names


@pytest.mark.parametrize("formula", ["=1+1", "=SUM(A1:A9)", "+cmd", "@A1", "-(2)"])
def test_what_looks_like_a_formula_is_no_number(formula: str) -> None:
    assert errors(listed(("Milk", formula, "2", "3"))) == [
        f"Row 2, column B (Buy price): “{formula}” is a formula. Type the value instead."
    ]


def test_signs_that_are_not_seen_do_not_count() -> None:
    row = ("\ufeffMi\u00adlk\u200b  fresh", "\u200e1.20", "2.00\u00a0", "5")
    (line,) = read(listed(row)).lines
    assert (line.name, str(line.buy_price.normalize())) == ("Milk fresh", "1.2")
