"""What is proposed, in words for people."""

import pytest

from apps.approvals.models import Item
from apps.approvals.reading import MOST_LISTED, lines, shown, word_difference
from apps.approvals.registry import Format, ItemKind

PRICE = ItemKind(
    key="test.reading",
    title="Price",
    permission_key="products.approve",
    apply=lambda item, actor: None,
    labels={"price": "Price", "margin": "Margin"},
    formats={"price": Format.MONEY, "margin": Format.PERCENT},
    links=lambda item: {"of": {"MILK": "/admin/milk/"}},
)


@pytest.mark.parametrize(
    ("value", "reads", "text"),
    [
        (None, None, "—"),
        ("", None, "—"),
        ([], None, "—"),
        (True, None, "Yes"),
        (False, None, "No"),
        (0, None, "0"),
        ("1234.5", Format.MONEY, "£1,234.50"),
        ("about a pound", Format.MONEY, "about a pound"),
        ("12.5", Format.PERCENT, "12.5%"),
        ("2026-11-23", None, "23 Nov 2026"),
        ("2026-11-23", Format.TEXT, "2026-11-23"),
        ("2026-06-23T09:30:00Z", None, "23 Jun 2026, 10:30:00 BST"),
        ("2026-99-99", None, "2026-99-99"),
        (["a", "b"], None, "a\nb"),
        ({"MILK": "1.10 → 9", "TEA": ""}, None, "MILK (1.10 → 9)\nTEA"),
    ],
)
def test_a_value_reads_as_people_say_it(value, reads, text):
    assert shown(value, reads, {}).text == text


def test_records_lead_to_where_they_are_shown():
    item = Item(before={}, after={"of": {"MILK": "", "TEA": ""}, "price": "1"})
    price, of = lines(item, PRICE)
    assert (price.title, price.asked.text) == ("Price", "£1.00")
    assert [(part.text, part.link) for part in of.asked.parts] == [("MILK", "/admin/milk/"), ("TEA", "")]


def test_of_a_long_list_the_first_are_shown_and_the_rest_counted():
    value = shown([str(number) for number in range(MOST_LISTED + 7)], None, {})
    assert (len(value.parts), value.more) == (MOST_LISTED, 7)


def test_a_long_text_shows_word_for_word_what_changed():
    said = "word " * 60
    item = Item(before={"text": f"{said}old end"}, after={"text": f"{said}new end"})
    (line,) = lines(item, PRICE)
    assert [(part.text, part.tone) for part in line.difference][-3:] == [
        ("old", "gone"),
        ("new", "added"),
        (" end", ""),
    ]
    assert line.asked.is_long


def test_the_difference_holds_both_texts_whole():
    was, now = "a b  c\nd", "a x  c\ne f"
    parts = list(word_difference(was, now))
    assert "".join(part.text for part in parts if part.tone != "added") == was
    assert "".join(part.text for part in parts if part.tone != "gone") == now
