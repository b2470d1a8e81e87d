"""How figures read."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from apps.core import figures

NOW = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)  # London keeps UTC in November
DASH = "\N{EM DASH}"
MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (Decimal("1234.5"), "£1,234.50"),
        (Decimal("0.005"), "£0.01"),
        (Decimal(-12), f"{MINUS}£12.00"),
        (0, "£0.00"),
        (None, DASH),
    ],
)
def test_money_is_grouped_rounded_half_up_and_never_zero_for_unknown(amount: Decimal | None, said: str):
    assert figures.money_text(amount) == said


def test_a_currency_without_a_sign_stands_as_its_code():
    assert figures.money_text(Decimal(5), currency="AED") == "AED\N{NO-BREAK SPACE}5.00"


@pytest.mark.parametrize(
    ("amount", "said"),
    [(Decimal("1250.500"), "1,250.5"), (Decimal("3.000"), "3"), (Decimal("-0.25"), f"{MINUS}0.25"), (0, "0")],
)
def test_a_quantity_has_no_zeros_that_say_nothing(amount: Decimal, said: str):
    assert figures.quantity_text(amount) == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [(Decimal("33.786"), "34"), (Decimal("3.786"), "3.8"), (Decimal("0.04"), "0"), (None, DASH)],
)
def test_what_was_reckoned_is_told_no_finer_than_it_is_known(amount: Decimal | None, said: str):
    assert figures.about_text(amount) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [(Decimal("0.125"), "+12.5%"), (Decimal("-0.5"), f"{MINUS}50.0%"), (Decimal(0), "0.0%"), (None, DASH)],
)
def test_a_change_carries_its_sign_unless_there_is_none(share: Decimal | None, said: str):
    assert figures.percent_text(share, signed=True) == said


@pytest.mark.parametrize(
    ("spell", "said"),
    [
        (timedelta(minutes=4, seconds=10), "4 min 10 s"),
        (timedelta(days=2, hours=3, minutes=5), "2 d 3 h"),
        (timedelta(milliseconds=240), "0.2 s"),
        (None, DASH),
    ],
)
def test_a_duration_says_its_two_largest_parts(spell: timedelta | None, said: str):
    assert figures.duration_text(spell) == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOW, "today 10:42"),
        (NOW - timedelta(days=1), "yesterday 10:42"),
        (datetime(2026, 11, 12, 9, tzinfo=UTC), "12 Nov 2026"),
        (None, DASH),
    ],
)
def test_a_moment_near_now_has_its_hour_and_a_far_one_its_day(at: datetime | None, said: str):
    assert figures.moment_text(at, now=NOW) == said


def test_the_day_of_a_moment_is_the_shops_and_not_utcs():
    just_after_midnight_in_london = datetime(2026, 6, 9, 23, 30, tzinfo=UTC)
    noon = datetime(2026, 6, 10, 11, tzinfo=UTC)
    assert figures.moment_text(just_after_midnight_in_london, now=noon) == "today 00:30"
    assert figures.stamp_text(just_after_midnight_in_london) == "10 Jun 2026, 00:30:00 BST"


def test_tomorrow_has_a_name():
    assert figures.day_text(date(2026, 11, 24), today=date(2026, 11, 23)) == "tomorrow"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(20, "just now"), (60, "1 minute ago"), (7200, "2 hours ago"), (90000, "yesterday 09:42")],
)
def test_what_is_fresh_is_told_by_its_distance(seconds: int, said: str):
    assert figures.ago_text(NOW - timedelta(seconds=seconds), now=NOW) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [(100_000, "100,000"), (999, "999"), (Decimal("12.50"), "12.50"), (Decimal("1E+5"), "100,000")],
)
def test_a_bound_is_said_exactly_with_its_thousands_apart(number: Decimal | int, said: str):
    assert figures.number_text(number) == said


def test_there_is_no_change_from_nothing():
    assert figures.change_of(5, 0) is None
    assert figures.change_of(None, 5) is None
    assert figures.change_of(Decimal(6), Decimal(-4)) == Decimal("2.5")
