"""Barcodes as keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.inventory.matching.barcodes import barcode_key, barcodes_in, is_gtin, unit_of_case


@pytest.mark.parametrize("text", ["5012345678900", "05012345678900", " 5 012345 678900", "5012345-678900"])
def test_zeros_and_spaces_make_no_other_barcode(text: str):
    assert barcode_key(text) == "05012345678900"


def test_an_american_code_is_the_european_one_with_a_zero():
    assert barcode_key("036000291452") == barcode_key("0036000291452") == barcode_key("36000291452")


@pytest.mark.parametrize(
    "text", ["5012345678901", "123", "INT00003", "00000000", "501234567890012", "٥٠١٢٣٤٥٦"]
)
def test_what_is_no_sound_number_stands_as_it_is(text: str):
    assert not is_gtin(text)
    assert barcode_key(text) == text.casefold()


def test_a_cases_number_tells_what_is_in_it():
    assert unit_of_case(barcode_key("15012345678907")) == barcode_key("5012345678900")
    assert unit_of_case(barcode_key("5012345678900")) is None
    assert unit_of_case("INT00003") is None


def test_barcodes_stand_in_names():
    assert barcodes_in("Milk 1L 5012345678900 x6") == ["05012345678900"]
    assert barcodes_in("Milk 1L 5012345678901") == []


@given(st.text(max_size=80))
def test_any_text_has_a_key(text: str):
    assert barcode_key(barcode_key(text)) == barcode_key(text)
    assert unit_of_case(barcode_key(text)) is None or is_gtin(barcode_key(text))
