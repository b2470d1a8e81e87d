"""What words a name comes to, and by what it is remembered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.inventory.matching.reading import LONGEST, name_key, part_key, read
from apps.inventory.matching.tables import FOLDER, tables

EVERYTHING = st.text(max_size=300) | st.text(alphabet="aAéßıİﷺ½x1.,/ '’%\u0301\u200f", max_size=300)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Org. Whole Milk 6x1L", "organic whole milk"),
        ("ORGANIC WHOLE MILK 1 LITRE", "organic whole milk"),
        ("S/Skimmed Mlk 2pt", "semiskimmed milk"),
        ("Semi-Skimmed Milk", "semiskimmed milk"),
        ("Lait demi-écrémé bio", "semiskimmed milk organic"),
        ("H-Vollmilch 3,5 % 1L", "h whole milk 3.5%"),
        ("Pommes de terre 2kg", "potato"),
        ("Huile d’olive vierge extra 75cl", "olive oil extra virgin"),
        ("Thé vert", "tea green"),
        ("Tereyağı tuzsuz", "butter unsalted"),
        ("Oliwa z oliwek 1l", "olive oil"),
        ("الحليب كامل الدسم", "whole milk"),
        ("Zumo de naranja", "orange juice"),
        ("Prosciutto affumicato", "ham smoked"),
        ("Cola w/o sugar", "cola sugarfree"),
        ("Flour S/R", "flour selfraising"),
        ("Strawberries & Cream", "strawberry cream"),
        ("Cherry Tomatoes", "cherry tomato"),
        ("Dark Choc 70 %", "dark chocolate 70%"),
        ("PROMO Ketchup PMP £1.99 BBE 03/27", "ketchup"),
        ("Milk WH", "milk whole|white|wholemeal"),
        ("No added sugar jam", "nosugaradded jam"),
        ("＃ＦＵＬＬ　ＷＩＤＴＨ", "full width"),
        ("", ""),
        ("6x1L", ""),
    ],
)
def test_a_name_comes_to_the_catalogues_words(name: str, words: str):
    assert " ".join(read(name).words) == words


def test_tea_is_no_article():
    assert read("the green").words == ("green",)


@given(EVERYTHING)
def test_any_text_can_be_read_and_remembered(text: str):
    assert all(read(text).words)
    assert name_key(name_key(text)) == name_key(text)
    assert part_key(text) == part_key(f" {text} "[: len(text) + 2]) or len(text) > 98


@pytest.mark.parametrize("sign", ["1x", "9 ", "1.1", "1/", "ﷺ", "\u0301", "aé", "case of ", "1 x ", "%1"])
def test_of_a_hostile_name_no_more_is_read_than_of_a_long_one(sign: str):
    """Which is what makes the time linear: no test measures seconds."""
    hostile = sign * (10_000 // len(sign))
    assert read(hostile) == read(hostile[:LONGEST])
    assert name_key(hostile) == name_key(hostile[:500])
    assert part_key(hostile) == part_key(hostile[:100])


def test_what_was_learned_is_remembered_by_the_name_alone():
    """No table has a part in it: a new abbreviation must not make the shop forget."""
    assert name_key("  Org.  WHOLE-Milk, 6×1 L ") == "org whole milk 6x1 l"
    assert name_key("Lait demi-écrémé") == "lait demi ecreme"
    assert name_key("Org Milk 1L") != name_key("Org Milk 2L")


def test_a_part_number_is_letters_and_digits():
    assert part_key(" ab-0012/X ") == part_key("AB0012X") == "ab0012x"


def test_the_tables_are_written_as_they_say():
    for line in (FOLDER / "foreign.txt").read_text(encoding="utf-8").splitlines():
        assert line.startswith("#") or line.count("|") == 7, line
    known = tables()
    assert len(known.meanings) > 900
    assert {"salt", "fat", "smoke", "colour"} <= {axis for axes in known.axes.values() for axis in axes}
    assert all(len(said) > 1 for phrases in known.phrases.values() for said, _ in phrases)
