"""A page read column by column says what each document says by itself, to the bad one among them."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from apps.catalog.models import Barcode, Product
from apps.sync.engine import values
from apps.sync.engine.converting import convert
from apps.sync.engine.declarations import (
    Children,
    Source,
    always,
    check,
    day,
    derived,
    long_text,
    number,
    text,
    whole,
)
from apps.sync.erpnext import Page

FITTING: Any = {
    values.text: st.one_of(st.none(), st.text(st.characters(exclude_characters="\x00"), max_size=4)),
    values.long_text: st.one_of(st.none(), st.just(""), st.just("Olive oil"), st.just("ß" * 300)),
    values.needed_text: st.sampled_from(["a", "b", "SINV-1"]),
    values.number: st.one_of(
        st.integers(-(10**11), 10**11), st.floats(-1e9, 1e9), st.sampled_from([0, -0.0, 0.1, 1])
    ),
    values.whole: st.integers(-5, 5),
    values.check: st.sampled_from([0, 1]),
    values.docstatus: st.sampled_from([0, 1, 2]),
    values.day: st.sampled_from([None, "", "2026-11-26", "2024-02-29"]),
    values.clock_time: st.sampled_from(["8:42:30", "23:23:5.73704"]),
}
HOSTILE: Any = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=3),
    st.sampled_from(["\x00", "x" * 1000, 2**31, -(2**31), 10**12, 1e300, float("nan"), float("inf"), 1.5]),
    st.sampled_from(["2026-02-30", "24:00:00", [], {}, {"a": 1}, 0, 1, 2, "1", 1.0, True, "7"]),
)


@pytest.mark.parametrize("reader", FITTING, ids=lambda reader: reader.__name__)
@given(data=st.data())
def test_a_column_reads_as_each_of_its_values_does(reader: Callable[[Any], Any], data: st.DataObject) -> None:
    column = data.draw(st.lists(st.one_of(FITTING[reader], HOSTILE), min_size=1, max_size=6))
    try:
        one_by_one = [reader(value) for value in column]
    except (TypeError, ValueError, OverflowError):
        with pytest.raises((TypeError, ValueError, OverflowError)):
            values.read_all(reader, column)
        return
    together = values.read_all(reader, column)
    assert [(type(value), value) for value in together] == [(type(value), value) for value in one_by_one]


@pytest.mark.parametrize("reader", FITTING, ids=lambda reader: reader.__name__)
@given(data=st.data())
def test_a_column_that_fits_is_read(reader: Callable[[Any], Any], data: st.DataObject) -> None:
    column = data.draw(st.lists(FITTING[reader], min_size=1, max_size=6))
    assert list(values.read_all(reader, column)) == [reader(value) for value in column]


LINES = Children(
    doctype="Item Barcode",
    model=Barcode,
    parent="product",
    columns=(text("barcode", "barcode"), number("quantity", "qty"), always("unit", "Nos")),
)
SOURCE = Source(
    doctype="Item",
    model=Product,
    columns=(
        text("item_code", "item_code"),
        text("name", "item_name", twin="name_en"),
        long_text("notes", "notes"),
        number("rate", "rate"),
        whole("points", "points"),
        check("is_active", "disabled"),
        day("sold_until", "end_of_life"),
        derived("both", "item_code", "rate", by=lambda code, rate: f"{values.text(code)}{rate}"),
        always("kind", "item"),
    ),
    children=(LINES,),
)
GOOD_DOC = {
    "creation": st.just("2026-01-01 00:00:00.000001"),
    "modified": st.sampled_from(["2026-01-02 00:00:00.000001", "2026-01-03 00:00:00.000001"]),
    "item_code": FITTING[values.text],
    "item_name": FITTING[values.text],
    "notes": FITTING[values.long_text],
    "rate": FITTING[values.number],
    "points": FITTING[values.whole],
    "disabled": FITTING[values.check],
    "end_of_life": FITTING[values.day],
}
GOOD_LINE = {
    "idx": FITTING[values.whole],
    "barcode": FITTING[values.text],
    "qty": FITTING[values.number],
}


@st.composite
def pages(draw: st.DrawFn, *, bad: bool) -> Page:
    """Documents of which some come twice, with lines; where asked, with something amiss in places."""
    docs = [
        {"name": name} | draw(st.fixed_dictionaries(GOOD_DOC))
        for name in draw(st.lists(st.sampled_from("abcd"), max_size=5))
    ]
    lines = [
        {"name": f"row{at}", "parent": parent} | draw(st.fixed_dictionaries(GOOD_LINE))
        for at, parent in enumerate(draw(st.lists(st.sampled_from("abcd"), max_size=6)))
    ]
    for one in [*docs, *lines] if bad else []:
        for field in draw(st.lists(st.sampled_from(sorted(one.keys() - {"name", "parent"})), max_size=1)):
            if draw(st.booleans()):
                one[field] = draw(HOSTILE)
            else:
                del one[field]
    return Page(docs, {"Item Barcode": lines})


def _alone(page: Page) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """What becomes of each document of a page that it has to itself."""
    rows, parked = {}, []
    for doc in page.docs:
        lines = [line for line in page.children["Item Barcode"] if line["parent"] == doc["name"]]
        found = convert(SOURCE, Page([doc], {"Item Barcode": lines}))
        rows.update({row.name: row for row in found.rows})
        parked += [(one.name, one.field) for one in found.parked]
    return rows, parked


@given(page=pages(bad=True))
def test_a_page_says_what_its_documents_say_alone(page: Page) -> None:
    together = convert(SOURCE, page)
    rows, parked = _alone(page)
    assert {row.name: row for row in together.rows} == rows
    assert [(one.name, one.field) for one in together.parked] == parked


@given(page=pages(bad=False))
def test_nothing_of_a_good_page_is_parked(page: Page) -> None:
    together = convert(SOURCE, page)
    last = {doc["name"]: doc for doc in page.docs}
    assert not together.parked
    assert {row.name: row.modified for row in together.rows} == {
        name: doc["modified"] for name, doc in last.items()
    }
    for row in together.rows:
        assert dict(zip(SOURCE.targets, row.values, strict=True))["name"] == (
            last[row.name]["item_name"] or ""
        )
        assert row.values[-1] == row.values[SOURCE.targets.index("name")]
        assert len(row.children["Item Barcode"]) == sum(
            line["parent"] == row.name for line in page.children["Item Barcode"]
        )


@given(page=pages(bad=False), field=st.sampled_from(["rate", "disabled", "points"]))
def test_the_bad_one_is_found_with_its_field(page: Page, field: str) -> None:
    assume(page.docs)
    page.docs[-1][field] = ["no such thing"]
    bad = page.docs[-1]["name"]
    found = convert(SOURCE, page)
    assert [(one.name, one.field) for one in found.parked] == [(bad, field)]
    assert {row.name for row in found.rows} | {bad} == {doc["name"] for doc in page.docs}


def test_a_misfit_says_what_it_is_whichever_way_it_is_read() -> None:
    with pytest.raises(ValueError, match="is a list, not a date"):
        values.read_all(values.day, ["2026-11-26", []])


def test_there_is_no_zero_below_zero() -> None:
    [below, plain] = values.read_all(values.number, [-0.0, 0])
    assert str(below) == str(plain) == "0E-9"
