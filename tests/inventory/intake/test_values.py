"""Numbers, dates and packs as suppliers write them, and what a column's other cells say about one of them."""

from datetime import date
from decimal import Decimal

import pytest

from apps.inventory.intake import Level, Pack
from apps.inventory.intake.cells import UnreadableError
from apps.inventory.intake.dates import day
from apps.inventory.intake.numbers import figure
from apps.inventory.intake.packs import pack
from tests.inventory.intake.files import HEADER, MILK, codes, errors, listed, one, read, said

COLUMN = "Row {row}, column B (Buy price): "


def prices(*texts: str, delimiter: str = "\t") -> list[Decimal]:
    """Buy prices, each in a row of its own, in a file that says nothing else about its numbers."""
    rows = [(f"Item {place}", text, "9", "1") for place, text in enumerate(texts)]
    reading = read(listed(*rows, delimiter=delimiter))
    assert said(reading, Level.ERROR) == []
    return [line.buy_price for line in reading.lines]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.5", "1.5"),
        ("1,5", "1.5"),
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("1\u00a0234,56", "1234.56"),
        ("1\u202f234.56", "1234.56"),
        ("1'234.50", "1234.5"),
        ("1’234.50", "1234.5"),
        ("12,34,567.50", "1234567.5"),
        ("1,234,567", "1234567"),
        ("0.123", "0.123"),
        ("1234,567", "1234.567"),
        (".5", "0.5"),
        (",5", "0.5"),
        ("5.", "5"),
        ("£1.20", "1.2"),
        ("1,20 €", "1.2"),
        ("EUR 1.20", "1.2"),
        ("1.20 GBP", "1.2"),
        ("zł 3,50", "3.5"),
        ("12,50 TL", "12.5"),
        ("CHF 12.-", "12"),
        ("5,-", "5"),
        ("5,— €", "5"),
        ("+5", "5"),
        ("٣٫٥", "3.5"),
        ("١٬٢٣٤٫٥", "1234.5"),
        ("۱۲", "12"),
        ("١٢٫٥ ر.س", "12.5"),
        ("１２", "12"),
        ("-5", "-5"),
        ("−5", "-5"),
        ("5-", "-5"),
        ("(5)", "-5"),
        ("(£5.20)", "-5.2"),
        ("£-5", "-5"),
        ("-£5", "-5"),
        ("1.20 EUR-", "-1.2"),
        ("0", "0"),
        ("-0", "0"),
    ],
)
def test_a_number_in_any_dress(text: str, value: str) -> None:
    one = figure(text)
    assert not one.is_ambiguous
    assert one.under(".") == one.under(",") == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["", "abc", "1.2.3", "1,23,4", "--5", "-(5)", "(5", "5)", "5 kg", "1-2", "5²", "½", "1 2", "1..2", "€",
     "12:30",
     "0x10", "1_000", "9" * 49, "1 " * 24, "NaN", "Infinity", "١٬٢٫٣٫٤"],
)  # fmt: skip
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(UnreadableError) as why:
        figure(text)
    assert why.value.code in {"not-a-number", "formula"}


def test_a_shortened_number_is_told_from_no_number() -> None:
    assert errors(listed(("Milk", "5.01E+12", "2", "3"))) == [
        COLUMN.format(row=2) + "“5.01E+12” is a number that the spreadsheet has shortened. Type it in full."
    ]


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (("1.234", "2,50"), (1234, "2.5")),
        (("1.234", "2.50"), ("1.234", "2.5")),
        (("1,234", "2.50"), (1234, "2.5")),
        (("1,234", "2,5"), ("1.234", "2.5")),
        (("1,234", "1,234,567"), (1234, 1234567)),
        (("1.234", "1.234.567"), (1234, 1234567)),
        (("1.234", "0.750"), ("1.234", "0.75")),
        (("1,234", "1500"), ("1.234", 1500)),
        (("1.234", "1'000.5"), ("1.234", "1000.5")),
    ],
)
def test_the_column_tells_what_a_number_alone_does_not(
    texts: tuple[str, ...], values: tuple[object, ...]
) -> None:
    assert prices(*texts) == [Decimal(str(value)) for value in values]


@pytest.mark.parametrize(("delimiter", "taken"), [(",", "1.234"), (";", "1234"), ("\t", "1.234")])
def test_a_column_that_does_not_tell_is_said_with_what_was_taken(delimiter: str, taken: str) -> None:
    reading = read(listed(("Milk", "1.234", "9", "1"), ("Tea", "5.678", "9", "2"), delimiter=delimiter))
    assert said(reading) == [
        (
            f"Row 2, column B (Buy price): “1.234” can be 1.234 or 1234. Nothing in this column tells which;"
            f" {taken} is"
            " taken."
        )
    ]
    assert reading.lines[0].buy_price == Decimal(taken)


def test_a_column_that_does_not_tell_follows_the_others() -> None:
    reading = read(listed(("Milk", "1.234", "2000,50", "1")))
    assert reading.lines[0].buy_price == Decimal(1234)
    assert codes(reading, Level.WARNING) == [("ambiguous-column", 2)]


def test_a_column_that_writes_both_ways_is_read_where_it_is_certain_and_refused_where_not() -> None:
    rows = [("Milk", "1.50", "9", "1"), ("Tea", "1,50", "9", "1"), ("Jam", "1,234", "9", "1")]
    assert errors(listed(*rows, delimiter=";")) == [
        COLUMN.format(row=4)
        + "“1,234” can be 1234 or 1.234, and the column writes numbers both ways. Write all alike."
    ]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        (1, "-1", "-1 is below zero. A return does not belong into a delivery: delete the row."),
        (1, "(1.20)", "-1.2 is below zero. A return does not belong into a delivery: delete the row."),
        (1, "1.2345678", "1.2345678 has more than 6 places after the point. Round it."),
        (1, "10000000", "10000000 is above 9999999. Check it."),
        (1, "20%", "“20%” is not a number. Type digits only, such as 12.50."),
        (1, "", "Buy price is empty. Fill it in."),
        (1, "n/a", "“n/a” is not a number. Type digits only, such as 12.50."),
        (2, "1.205", "1.205 has more than 2 places after the point. Round it."),
        (2, "-0.01", "-0.01 is below zero. A return does not belong into a delivery: delete the row."),
        (3, "0", "0 is not above zero. Type what was delivered, or delete the row."),
        (3, "-2", "-2 is below zero. A return does not belong into a delivery: delete the row."),
        (3, "1.2345", "1.2345 has more than 3 places after the point. Round it."),
        (3, "two", "“two” is not a number. Type digits only, such as 12.50."),
        (0, "", "Item name is empty. Fill it in."),
        (0, "x" * 251, "The text has 251 signs; at most 250 are taken. Shorten it."),
    ],
)
def test_a_value_that_its_column_may_not_have_is_named(column: int, value: str, reason: str) -> None:
    row = list(MILK)
    row[column] = value
    content = listed(("Tea", "0.5", "1.5", "2.5"), row)
    letter, header = "ABCD"[column], HEADER[column]
    assert errors(content) == [f"Row 3, column {letter} ({header}): {reason}"]


def test_trailing_zeros_are_no_places() -> None:
    (line,) = read(listed(("Milk", "1.20000000", "2.5000", "5.0000"))).lines
    assert (line.buy_price, line.sell_price, line.quantity) == (Decimal("1.2"), Decimal("2.5"), Decimal(5))


def test_free_goods_are_taken_and_said() -> None:
    reading = read(listed(("Milk", "0", "2", "5")))
    assert reading.is_good
    assert said(reading) == [COLUMN.format(row=2) + "The buy price is 0. Free goods?"]


# Rates of VAT


@pytest.mark.parametrize(
    ("rates", "values"),
    [
        (("20", "5.5", "0"), ("20", "5.5", "0")),
        (("20%", "5,5 %", ""), ("20", "5.5", None)),
        (("0.2", "0.055", "0"), ("20", "5.5", "0")),
        (("0.2", "20%"), ("20", "20")),
        (("1", "10"), ("1", "10")),
        (("1",), ("1",)),
        (("٢٠٪",), ("20",)),
    ],
)
def test_a_rate_is_a_percentage_unless_the_whole_column_is_shares(
    rates: tuple[str, ...], values: tuple[str | None, ...]
) -> None:
    rows = [(f"Item {place}", "1", "2", "3", rate) for place, rate in enumerate(rates)]
    lines = read(listed(*rows, header=(*HEADER, "VAT rate"))).lines
    assert [line.vat_rate for line in lines] == [
        None if value is None else Decimal(value) for value in values
    ]


def test_shares_are_said_and_a_share_among_percentages_is_bad() -> None:
    header = (*HEADER, "VAT rate")
    shares = read(listed((*MILK, "0.2"), header=header))
    assert said(shares) == [
        "Column E (VAT rate): VAT rates are written as shares of one; 0.2 is taken as 20 %."
    ]
    assert errors(
        listed((*MILK, "20"), ("Tea", "1", "2", "3", "0.2"), ("Jam", "1", "2", "3", "120"), header=header)
    ) == [
        (
            "Row 3, column E (VAT rate): 0.2 can be a share or a percentage. Write it with a percent sign,"
            " such as 20%."
        ),
        "Row 4, column E (VAT rate): 120 is above 100. Check it.",
    ]


# Money


@pytest.mark.parametrize(
    ("header", "price", "sentence"),
    [
        ("Buy price", "1.20 €", "The column writes €; the price is taken as GBP."),
        ("Buy price (EUR)", "1.20", "The column writes EUR; the price is taken as GBP."),
        ("Buy price (€)", "$1.20", "The column writes prices in more than one currency: $, €."),
        ("Buy price (£)", "1.20", ""),
        ("Buy price", "GBP 1.20", ""),
        ("Buy price", "1.20", ""),
    ],
)
def test_another_currency_than_the_shops_is_said(header: str, price: str, sentence: str) -> None:
    reading = read(
        listed(("Milk", price, "2", "5"), header=("Item name", header, "RRP", "Qty")),
        currency="GBP",
    )
    assert said(reading) == ([f"Column B ({header}): {sentence}"] if sentence else [])


# Dates


@pytest.mark.parametrize(
    "text",
    [
        "2027-01-31", "2027/01/31", "2027.01.31", "20270131", "31/01/2027", "31-01-2027", "31.01.2027",
        "31.1.27",
        "31 01 2027", "1/31/2027", "01-31-27", "31 Jan 2027", "31-Jan-27", "Jan 31, 2027", "January 31 2027",
        "31st January 2027", "31 janvier 2027", "31-janv.-27", "31. Januar 2027", "31. Jänner 2027",
        "31 de enero de 2027", "31 gennaio 2027", "31 januari 2027", "31 stycznia 2027", "31 Ocak 2027",
        "31 يناير 2027", "٣١/٠١/٢٠٢٧", "31 كانون الثاني 2027", "46418", "46418.5", "2027-01-31T00:00:00",
        "31/01/2027 00:00", "2027-01-31 12:30:00", "01/2027", "2027-01", "Jan 2027", "janv. 2027",
    ],
)  # fmt: skip
def test_a_date_in_any_dress(text: str) -> None:
    found = day(text)
    assert not found.is_ambiguous
    assert found.under("day") == date(2027, 1, 31)


@pytest.mark.parametrize(
    "text", ["soon", "31/02/2027", "32/01/2027", "13/13/2027", "12.12.", "1 Jui 2027", "2027", "5",
        "31/1", "1/2/3/4",
             "31 Smarch 2027", "2027-13-01", "x" * 50, "1e5"]
)  # fmt: skip
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(UnreadableError, match="not-a-date"):
        day(text)


def expiries(*texts: str) -> list[date | None]:
    rows = [(f"Item {place}", "1", "2", "3", text) for place, text in enumerate(texts)]
    reading = read(listed(*rows, header=(*HEADER, "Best before")))
    assert said(reading, Level.ERROR) == []
    return [line.expiry for line in reading.lines]


def test_the_columns_other_dates_tell_what_comes_first() -> None:
    assert expiries("03/04/2027", "31/12/2027") == [date(2027, 4, 3), date(2027, 12, 31)]
    assert expiries("03/04/2027", "12/31/2027") == [date(2027, 3, 4), date(2027, 12, 31)]
    assert expiries("2027-04-03", "03/04/2027", "", "-") == [date(2027, 4, 3), date(2027, 4, 3), None, None]


def test_dates_that_do_not_tell_are_day_first_and_said() -> None:
    rows = [("Milk", "1", "2", "3", "03/04/2027"), ("Tea", "1", "2", "3", "05/05/2027")]
    reading = read(listed(*rows, header=(*HEADER, "Best before")))
    assert [line.expiry for line in reading.lines] == [date(2027, 4, 3), date(2027, 5, 5)]
    assert said(reading) == [
        (
            "Row 2, column E (Best before): “03/04/2027” can be 2027-04-03 or 2027-03-04. Nothing in this"
            " column tells"
            " which; the day is taken to come first."
        )
    ]


def test_dates_with_dots_are_day_first_without_a_word() -> None:
    reading = read(listed((*MILK, "03.04.2027"), header=(*HEADER, "MHD")))
    assert (reading.lines[0].expiry, said(reading)) == (date(2027, 4, 3), [])


def test_dates_both_ways_are_read_where_certain_and_refused_where_not() -> None:
    rows = [("A", "31/12/2027"), ("B", "12/31/2027"), ("C", "03/04/2027")]
    content = listed(*((name, "1", "2", "3", text) for name, text in rows), header=(*HEADER, "Expiry"))
    assert errors(content) == [
        (
            "Row 4, column E (Expiry): “03/04/2027” can be 2027-04-03 or 2027-03-04, and the column writes"
            " dates both"
            " ways. Type it as 2027-01-31."
        )
    ]


def test_a_past_and_a_far_expiry_are_said_and_an_impossible_one_is_bad() -> None:
    rows = [("A", "2026-11-30"), ("B", "2026-12-01"), ("C", "2036-12-01"), ("D", "2036-12-02"),
            ("E", "1999-01-01"),
            ("F", "soon")]  # fmt: skip
    content = listed(*((name, "1", "2", "3", text) for name, text in rows), header=(*HEADER, "Expiry"))
    assert said(read(content)) == [
        "Row 2, column E (Expiry): 2026-11-30 is past.",
        "Row 5, column E (Expiry): 2036-12-02 is more than ten years ahead. Check the year.",
        "Row 6, column E (Expiry): The date 1999-01-01 is not between 2000 and 2099. Check it.",
        "Row 7, column E (Expiry): “soon” is not a date. Type it as 2027-01-31.",
    ]


# Packs, units, barcodes


@pytest.mark.parametrize(
    ("text", "pieces", "content"),
    [
        ("6", 6, ""),
        ("x6", 6, ""),
        ("6x1L", 6, "1 l"),
        ("6 × 1,5 L", 6, "1.5 l"),
        ("4x6x330ml", 24, "330 ml"),
        ("1 x 12", 12, ""),
        ("case of 12", 12, ""),
        ("Karton à 24", 24, ""),
        ("12/case", 12, ""),
        ("12er", 12, ""),
        ("6 pk", 6, ""),
        ("12 pcs", 12, ""),
        ("12 Stk.", 12, ""),
        ("dozen", 12, ""),
        ("2 dozen", 24, ""),
        ("500 g", 1, "500 g"),
        ("1,500 g", 1, "1500 g"),
        ("2.5kg", 1, "2.5 kg"),
        ("sack 25 kg", 1, "25 kg"),
        ("٦", 6, ""),
        ("10000", 10000, ""),
    ],
)
def test_a_pack_size_in_any_dress(text: str, pieces: int, content: str) -> None:
    assert pack(text) == Pack(pieces, content)


@pytest.mark.parametrize(
    "text", ["0", "1.5", "10001", "-6", "big", "6 of them", "x", "6xx1", "9" * 70, "case of milk"]
)
def test_what_is_no_pack_size_is_bad(text: str) -> None:
    assert errors(listed((*MILK, text), header=(*HEADER, "Pack size"))) == [
        (
            f"Row 2, column E (Pack size): “{text}” is not a pack size. Type the number of pieces, such as 6"
            f" or 6 x 1 L."
        )
    ]


@pytest.mark.parametrize(
    ("text", "unit"), [("KG", "kg"), ("Stück", "piece"), ("Ltr.", "l"), ("tub", "tub"), ("-", "")]
)
def test_a_unit_is_called_as_we_call_it_and_an_unknown_one_stays(text: str, unit: str) -> None:
    assert [line.unit for line in read(listed((*MILK, text), header=(*HEADER, "Unit"))).lines] == [unit]


def test_a_barcode_is_its_signs_and_checked_by_its_last() -> None:
    header = (*HEADER, "EAN")
    rows = [
        ("A", "5 012345-678900"),
        ("B", "5012345678901"),
        ("C", "shop 17"),
        ("D", "5.01234E+12"),
        ("E", "a/b"),
    ]
    content = listed(*((name, "1", "2", "3", code) for name, code in rows), header=header)
    reading = read(content)
    assert [line.barcode for line in reading.lines] == ["5012345678900", "5012345678901", "shop17"]
    assert one(reading, "check-digit").place == "Row 3, column E (EAN)"
    assert said(reading, Level.ERROR) == [
        (
            "Row 5, column E (EAN): “5.01234E+12” is a number that the spreadsheet has shortened. Type it in"
            " full."
        ),
        "Row 6, column E (EAN): “a/b” is not a barcode. Type its digits, with the column formatted as text.",
    ]
