"""Rows that are lines and rows that are none; everything that is bad is listed, and none of it is written."""

from decimal import Decimal

import pytest

from apps.inventory.intake import Level
from tests.inventory.intake.files import HEADER, MILK, codes, errors, listed, one, read, said

TEA = ("Tea", "3", "4", "2")


def test_all_bad_cells_of_all_rows_are_listed_in_the_order_of_the_file() -> None:
    rows = [("", "x", "y", "z"), MILK, ("Jam", "-1", "2.999", "0")]
    assert [(each.place, each.code) for each in read(listed(*rows)).findings.of(Level.ERROR)] == [
        ("Row 2, column A (Item name)", "blank"),
        ("Row 2, column B (Buy price)", "not-a-number"),
        ("Row 2, column C (Sell price)", "not-a-number"),
        ("Row 2, column D (Qty)", "not-a-number"),
        ("Row 4, column B (Buy price)", "negative"),
        ("Row 4, column C (Sell price)", "too-many-places"),
        ("Row 4, column D (Qty)", "not-above-zero"),
    ]


def test_bad_rows_keep_their_place_so_that_the_numbers_of_batches_stay() -> None:
    reading = read(listed(MILK, ("Jam", "x", "2", "3"), TEA))
    assert [(line.place, line.row) for line in reading.lines] == [(0, 2), (2, 4)]
    assert (reading.bad_rows, reading.is_good) == (1, False)


def test_of_very_many_findings_five_hundred_are_shown_and_all_are_counted() -> None:
    reading = read(listed(*(("Jam", "x", "0", "1") for _each in range(700))))
    assert len(reading.findings.of(Level.ERROR)) == 500
    assert reading.findings.count(Level.ERROR) == 700
    assert reading.bad_rows == 700


@pytest.mark.parametrize(
    "total",
    ["Total", "TOTAL:", "Total (GBP)", "Grand total", "VAT 20%", "VAT @ 20 %", "Sub-total", "Summe",
     "MwSt. 7 %",
     "Gesamtbetrag",
     "Total HT", "Net à payer", "TVA 5,5 %", "Importe total", "Totale imponibile", "Te betalen", "Razem",
        "Genel Toplam",
     "KDV", "المجموع", "الإجمالي"],
)  # fmt: skip
def test_sums_at_the_end_are_left_out_and_said(total: str) -> None:
    reading = read(listed(MILK, TEA, (total, "", "", "7"), ("", "", "", "")))
    assert len(reading.lines) == 2
    assert said(reading) == [f"Row 4: “{total}” is a sum, not a line; the row is left out."]


def test_a_sum_may_stand_in_any_column_with_remarks_below() -> None:
    reading = read(
        listed(MILK, ("", "Subtotal", "12.00", ""), ("", "VAT", "2.40", ""), ("Thank you", "", "", ""))
    )
    assert len(reading.lines) == 1
    assert codes(reading, Level.NOTICE) == [("left-out-total", 3), ("left-out-total", 4), ("below-total", 5)]


def test_what_may_be_a_line_below_the_sums_is_not_lost() -> None:
    reading = read(listed(MILK, ("Total", "", "", "5"), ("Late jam", "", "", "3")))
    assert codes(reading, Level.ERROR) == [("blank", 4), ("blank", 4)]


def test_a_sum_between_the_lines_is_bad() -> None:
    assert errors(listed(MILK, ("Subtotal", "", "5", ""), TEA)) == [
        "Row 3: “Subtotal” looks like a sum between the lines. Delete the row."
    ]


def test_a_cereal_called_total_is_a_line() -> None:
    assert [line.name for line in read(listed(MILK, ("Total", "3", "4", "2"))).lines] == ["Milk", "Total"]


def test_a_delivery_charge_stays_a_line() -> None:
    assert [line.name for line in read(listed(MILK, ("Delivery charge", "5", "0", "1"))).lines] == [
        "Milk",
        "Delivery charge",
    ]


def test_a_heading_between_the_lines_is_one_reason_and_not_three() -> None:
    assert errors(listed(("DAIRY", "", "", ""), MILK)) == [
        "Row 2: The row has a name and neither prices nor a quantity. Fill them in, or delete the row."
    ]


def test_an_item_that_stands_twice_is_said_with_both_rows() -> None:
    reading = read(listed(MILK, TEA, ("  MILK ", "1", "2", "3")))
    assert len(reading.lines) == 3
    assert said(reading) == [
        "Row 4, column A (Item name): “MILK” stands in row 2 too. Delete one if it was delivered once."
    ]


def test_an_item_is_known_by_its_number_before_its_name() -> None:
    header = (*HEADER, "Part no", "EAN", "Expiry")
    rows = [
        ("Milk", "1", "2", "3", "A1", "", ""),
        ("Milk", "1", "2", "3", "A2", "", ""),
        ("Cow's milk", "1", "2", "3", "a1", "", ""),
        ("Milk", "1", "2", "3", "A1", "", "2027-01-31"),
        ("Tea", "1", "2", "3", "", "5012345678900", ""),
        ("Té", "1", "2", "3", "", "5012345678900", ""),
    ]
    reading = read(listed(*rows, header=header))
    assert [(each.row, each.column, each.facts["other"]) for each in reading.findings.shown] == [
        (4, "E", "2"),
        (7, "F", "6"),
    ]


def test_a_finding_can_be_kept_and_worded_later() -> None:
    finding = one(read(listed(("Milk", "-1", "2", "3"))), "negative")
    assert (finding.level, finding.row, finding.column, finding.header, dict(finding.facts)) == (
        Level.ERROR,
        2,
        "B",
        "Buy price",
        {"value": "-1"},
    )


def test_optional_columns_may_be_blank() -> None:
    header = (*HEADER, "Part no", "Expiry", "Pack size", "Unit", "VAT rate", "Barcode")
    (line,) = read(listed((*MILK, "", "-", "n/a", "–", "k.A.", ""), header=header)).lines
    assert (line.part_number, line.expiry, line.pack_size, line.unit, line.vat_rate, line.barcode) == (
        "",
        None,
        None,
        "",
        None,
        "",
    )
    assert line.buy_price == Decimal("1.2")
