"""What a name says of its size, and how two sizes stand to one another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.inventory.matching.sizes import (
    NOTHING,
    Beside,
    Kind,
    Measure,
    Relation,
    Size,
    beside,
    in_plain_signs,
    read_size,
    size_and_rest,
    with_column,
)


def said(text: str) -> str:
    return str(read_size(text))


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("6x1L", "6 × 1 L"),
        ("6×1 L", "6 × 1 L"),
        ("1L x 6", "6 × 1 L"),
        ("6/1L", "6 × 1 L"),
        ("6x1L (6L)", "6 × 1 L"),
        ("12 x 500g", "12 × 500 g"),
        ("500gx12", "12 × 500 g"),
        ("Case of 12 x 500g", "12 × 500 g"),
        ("1.5kg", "1.5 kg"),
        ("1,5 kg", "1.5 kg"),
        ("1,500 kg", "1.5 kg"),
        ("1,000 g", "1 kg"),
        ("0,5 l", "500 ml"),
        (".5L", "500 ml"),
        ("½ pt", "284.131 ml"),
        ("500 gr", "500 g"),
        ("2 pt", "1.137 L"),
        ("12 fl. oz", "340.957 ml"),
        ("1lb", "453.592 g"),
        ("75cl", "750 ml"),
        ("1 litre", "1 L"),
        ("30m", "30 m"),
        ("500 جرام", "500 g"),
        ("١ لتر", "1 L"),
        ("6pk", "× 6"),
        ("x6", "× 6"),
        ("24's", "× 24"),
        ("case of 12", "× 12"),
        ("10 Stück", "× 10"),
        ("2 dozen", "× 24"),
        ("6-pack 330ml", "6 × 330 ml"),
        ("4 x 6 x 330ml", "4 × 6 × 330 ml"),
        ("6x330ml case of 4", "4 × 6 × 330 ml"),
        ("3-ply x4", "× 4"),
        ("Size 5 x40", "× 40"),
        ("fat 3.6%", ""),
        ("70% cocoa", ""),
        ("Size 5", ""),
        ("WD40", ""),
        ("7up", ""),
        ("0 g", ""),
        ("12", "× 12"),
    ],
)
def test_a_size_is_read_as_what_it_is(text: str, size: str):
    assert said(text) == size


def test_of_several_measures_none_is_lost():
    size = size_and_rest("olives 400g drained 240g")[0]
    assert (size.measure, size.others) == (grams(240), frozenset({grams(400)}))


def test_the_rest_of_a_name_is_without_its_size():
    assert size_and_rest("whole milk 6x1l fresh")[1].split() == ["whole", "milk", "fresh"]


AMOUNTS = st.integers(1, 4999)
COUNTS = st.integers(2, 48)


@given(AMOUNTS, COUNTS)
def test_one_size_reads_the_same_however_it_is_spelled(amount: int, count: int):
    expected = Size(Measure(Kind.VOLUME, amount * 1000), (count,))
    litres = f"{amount / 1000:.3f}"
    forms = (
        f"{count}x{amount}ml",
        f"{count} × {amount} ML",
        f"{amount}ml x {count}",
        f"{amount} ml {count}pk",
        f"case of {count} {amount}ml",
        f"{count} x {litres} l",
        f"{count}x{litres.replace('.', ',')}L",
    )
    assert {read_size(form) for form in forms} == {expected}


@given(st.text(alphabet="0123456789 xX×.,/*gkmlLpt%'-cs½", max_size=200))
def test_nothing_that_looks_like_a_size_is_a_trap(text: str):
    size, rest = size_and_rest(in_plain_signs(text.casefold()))
    assert all(count > 1 for count in size.packs)
    assert size.measure is None or size.measure.amount > 0
    assert isinstance(rest, str)


# --- beside each other -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("line", "product", "relation", "pack"),
    [
        ("6x1L", "1L", Relation.EQUAL, 6),
        ("6x1L", "6x1L", Relation.EQUAL, 1),
        ("4x6x1L", "6x1L", Relation.EQUAL, 4),
        ("6x1L", "2L", Relation.DIFFERENT, None),
        ("500g", "50g", Relation.DIFFERENT, None),
        ("500g", "0.5 kg", Relation.EQUAL, 1),
        ("2pt", "1.13L", Relation.EQUAL, 1),
        ("454g", "1lb", Relation.EQUAL, 1),
        ("500g", "510g", Relation.DIFFERENT, None),
        ("6L", "6x1L", Relation.TOTAL, 1),
        ("6x1L", "6L", Relation.TOTAL, 1),
        ("2x3L", "3x2L", Relation.DIFFERENT, None),
        ("1L", "6x1L", Relation.PART, None),
        ("24x330ml", "6x330ml", Relation.PART, 4),
        ("8x330ml", "6x330ml", Relation.DIFFERENT, None),
        ("500g", "500ml", Relation.KIND, None),
        ("", "500g", Relation.UNSAID, 1),
        ("500g", "", Relation.UNSAID, 1),
        ("6pk", "500g", Relation.UNSAID, 6),
        ("", "", Relation.EQUAL, 1),
        ("x6", "x6", Relation.EQUAL, 1),
        ("x12", "x6", Relation.PART, 2),
        ("20s case of 4", "x80", Relation.TOTAL, 1),
        ("20s case of 4", "x20", Relation.EQUAL, 4),
        ("2x6x1L", "12x1L", Relation.TOTAL, 1),
        ("x10", "x6", Relation.DIFFERENT, None),
        ("x6", "", Relation.UNSAID, 6),
        ("400g drained 240g", "400g", Relation.MIXED, None),
        ("400g drained 240g", "500g", Relation.DIFFERENT, None),
        ("400g drained 240g", "240g / 400g", Relation.EQUAL, 1),
    ],
)
def test_a_lines_size_stands_to_a_products(line: str, product: str, relation: Relation, pack: int | None):
    assert beside(read_size(line), read_size(product)) == Beside(relation, pack)


MEASURES = st.builds(Measure, st.sampled_from(Kind), st.integers(1, 10**8))
SIZES = st.builds(Size, st.none() | MEASURES, st.lists(COUNTS, max_size=2).map(tuple))


@given(SIZES, SIZES)
def test_a_veto_holds_both_ways_where_units_differ(one: Size, other: Size):
    """Which of the two is the product's matters for packs alone."""
    if one.packs == other.packs:
        vetoes = {size.relation is Relation.DIFFERENT for size in (beside(one, other), beside(other, one))}
        assert len(vetoes) == 1


@given(SIZES)
def test_a_size_equals_itself(size: Size):
    assert beside(size, size) == Beside(Relation.EQUAL, 1)


# --- a column of its own -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "column", "together"),
    [
        ("1L", "6", Size(Measure(Kind.VOLUME, 10**6), (6,))),
        ("", "6x1 L", Size(Measure(Kind.VOLUME, 10**6), (6,))),
        ("6x1L", "6", Size(Measure(Kind.VOLUME, 10**6), (6,))),
        ("1L", "", Size(Measure(Kind.VOLUME, 10**6))),
        ("1L", "1", Size(Measure(Kind.VOLUME, 10**6))),
    ],
)
def test_a_column_adds_what_the_name_leaves_out(name: str, column: str, together: Size):
    assert with_column(read_size(name), read_size(column)) == together


def test_counts_that_contradict_each_other_are_no_equal_size():
    size = with_column(read_size("6x1L"), read_size("12"))
    assert beside(size, read_size("1L")) == Beside(Relation.PART)
    assert beside(size, read_size("2L")).relation is Relation.DIFFERENT


def test_a_column_of_another_measure_leaves_both_standing():
    size = with_column(read_size("500g"), read_size("450g"))
    assert beside(size, read_size("500g")) == Beside(Relation.MIXED)


def test_nothing_said_is_nothing():
    assert read_size("") == read_size("each") == NOTHING


def grams(amount: int) -> Measure:
    return Measure(Kind.MASS, amount * 1000)
