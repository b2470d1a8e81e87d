"""Settings that are an address, a share of a hundred, or chosen from what the database offers."""

import json
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core import options
from apps.core.actors import Actor
from apps.core.errors import InvalidInputError
from apps.core.models import AuditEntry, OptionValue
from apps.core.options import Email, OneOf, OptionGroup, Percent, Several, Url

pytestmark = pytest.mark.django_db
AYSE = Actor(kind="staff", id="7", label="Ayşe Demir")
OFFERED = ["Cold Store", "Shop, Floor", "مخزن"]
NUL = "\x00"


class Chosen(OptionGroup):
    key, title = "chosen_test", "Test"

    mailbox = Email("Mailbox")
    page = Url("Site of help")
    share = Percent("Share", default="10")
    place = OneOf("Place", default="Cold Store", offers=lambda: OFFERED, source="the places read")
    places = Several("Places", offers=lambda: OFFERED, source="the places read", unset="all places")


def save(**values):
    return options.save({f"chosen_test.{name}": value for name, value in values.items()}, actor=AYSE)


@pytest.fixture
def without_shop_floor(monkeypatch):
    """ERPNext no longer has it."""
    left = [name for name in OFFERED if name != "Shop, Floor"]
    monkeypatch.setattr(Chosen.place, "offers", lambda: left)
    monkeypatch.setattr(Chosen.places, "offers", lambda: left)


@pytest.mark.parametrize(
    ("name", "typed", "value", "shown"),
    [
        ("mailbox", " it@shop.example ", "it@shop.example", "it@shop.example"),
        (
            "page",
            "https://shop.example/help?a=1",
            "https://shop.example/help?a=1",
            "https://shop.example/help?a=1",
        ),
        ("share", "12.5 %", Decimal("12.5"), "12.5%"),
        ("share", "0", Decimal(0), "0%"),
        ("place", "Shop, Floor", "Shop, Floor", "Shop, Floor"),
        ("places", '["مخزن", "Shop, Floor"]', ("Shop, Floor", "مخزن"), "Shop, Floor, مخزن"),
        ("places", "Shop, Floor", ("Shop, Floor",), "Shop, Floor"),
        ("places", ["Cold Store", "Cold Store"], ("Cold Store",), "Cold Store"),
    ],
)
def test_each_is_read_kept_and_shown(name, typed, value, shown):
    (change,) = save(**{name: typed})
    options.forget()
    assert getattr(options.chosen_test, name) == value
    assert change.now == shown


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("mailbox", "it@", "“it@” is not an e-mail address."),
        ("mailbox", "a@b.example\nBcc: c@d.example", "One line only."),
        ("mailbox", f"{'a' * 300}@b.example", "At most 254 characters, not 310."),
        ("page", "http://shop.example", "“http://shop.example” is not the address of a page; it begins with https://."),
        ("page", "javascript:alert(1)", "“javascript:alert(1)” is not the address of a page; it begins with https://."),
        ("page", "https://me:secret@shop.example", "Leave out the name and password before the @."),
        ("page", "https://", "“https://” is not the address of a page; it begins with https://."),
        ("share", "101", "At most 100%."),
        ("share", "-1", "At least 0%."),
        ("share", "1.25", "At most 1 decimal places."),
        ("share", "%", "“” is not a number."),
        ("share", "1e999999", "At most 100%."),
        ("place", "Moon", "“Moon” is not among the places read."),
        ("place", f"Moon{NUL}", "No NUL characters."),
        ("place", "x" * 201, "No name has more than 200 characters."),
        ("places", '["Moon", "Cold Store"]', "“Moon”: not among the places read."),
        ("places", "[1, 2]", "A list of names, and nothing else."),
        ("places", '[["Cold Store"]]', "A list of names, and nothing else."),
        ("places", "[", "This is no list; write [\"One\", \"Another\"]."),
        ("places", "[" * 100_000, "This is no list; write [\"One\", \"Another\"]."),
        ("places", [f"P{n}" for n in range(301)], "At most 300 names."),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_at_its_field_and_nothing_is_saved(name, typed, sentence):
    with pytest.raises(InvalidInputError) as refusal:
        save(**{name: typed})
    assert [(error.field, error.message) for error in refusal.value.errors] == [
        (f"chosen_test.{name}", sentence)
    ]
    assert (OptionValue.objects.count(), AuditEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize("none", ["", "[]", [], '[""]', None])
def test_nothing_chosen_is_unset(none):
    save(places=["Cold Store"])
    save(places=none)
    assert options.chosen_test.places is None
    assert Chosen.places.shown(None) == "all places"


def test_what_was_chosen_and_has_gone_is_still_read_and_named(without_shop_floor):
    OptionValue.objects.create(key="chosen_test.place", value="Shop, Floor")
    OptionValue.objects.create(key="chosen_test.places", value=["Cold Store", "Shop, Floor"])
    options.forget()
    assert options.chosen_test.place == "Shop, Floor"
    assert options.chosen_test.places == ("Cold Store", "Shop, Floor")
    assert Chosen.place.amiss("Shop, Floor") == "“Shop, Floor” is not among the places read"
    assert Chosen.places.amiss(("Cold Store", "Shop, Floor")) == "“Shop, Floor”: not among the places read"


def test_what_has_gone_cannot_be_chosen_again(without_shop_floor):
    OptionValue.objects.create(key="chosen_test.places", value=["Cold Store", "Shop, Floor"])
    with pytest.raises(InvalidInputError):
        save(places=["مخزن", "Shop, Floor"])
    assert options.chosen_test.places == ("Cold Store", "Shop, Floor")


def test_reading_asks_the_database_nothing(django_assert_num_queries, monkeypatch):
    save(place="Shop, Floor", places=OFFERED)
    _ = options.chosen_test.place
    monkeypatch.setattr(Chosen.place, "offers", pytest.fail)
    monkeypatch.setattr(Chosen.places, "offers", pytest.fail)
    with django_assert_num_queries(0):
        assert (options.chosen_test.place, len(options.chosen_test.places)) == ("Shop, Floor", 3)


@given(st.lists(st.text(st.characters(exclude_characters=NUL), max_size=60), max_size=20))
def test_any_names_come_back_as_they_were_sent(names):
    """Whatever is in a name: commas, brackets, quotes, line ends."""
    kept = Chosen.places.parse(Chosen.places.posted(names))
    assert kept == (tuple(sorted({name.strip() for name in names} - {""})) or None)
    if kept:
        assert Chosen.places.parse(json.loads(json.dumps(Chosen.places.stored(kept)))) == kept
        assert Chosen.places.parse(Chosen.places.typed(kept)) == kept


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_value_or_is_refused(text):
    for option in Chosen.own_options():
        with suppress(ValueError):
            value = option.parse(text)
            assert value is None or option.parse(option.stored(value)) == value


def test_a_variable_that_cannot_be_read_leaves_the_default(settings):
    settings.OPTIONS_FROM_ENVIRONMENT = {"OPTION_CHOSEN_TEST_SHARE": "much"}
    assert options.chosen_test.share == 10
    settings.OPTIONS_FROM_ENVIRONMENT = {"OPTION_CHOSEN_TEST_PLACES": '["Cold Store"]'}
    assert options.chosen_test.places == ("Cold Store",)
