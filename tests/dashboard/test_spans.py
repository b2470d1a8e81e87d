"""The dashboard's days, in the shop's zone."""

from datetime import UTC, date, datetime

import pytest

from apps.core import options
from apps.core.actors import COMMAND
from apps.core.clock import shop_day
from apps.dashboard.spans import span_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)


def test_the_usual_span_is_four_weeks_up_to_now():
    span = span_of({}, now=NOW)
    assert (span.first, span.last, span.days) == (date(2026, 10, 27), date(2026, 11, 23), 28)
    assert span.end == NOW


def test_is_compared_with_the_same_days_before_up_to_the_same_hour():
    span = span_of({"days": "7"}, now=NOW)
    assert span.start_before == datetime(2026, 11, 10, tzinfo=UTC)
    assert span.end_before == datetime(2026, 11, 16, 10, 42, tzinfo=UTC)


def test_the_same_hour_is_the_clocks_across_its_change():
    after = datetime(2026, 10, 25, 12, tzinfo=UTC)  # the day on which London went back to UTC
    options.save({"analytics.compare_with": "span"}, actor=COMMAND)
    span = span_of({"days": "1"}, now=after)
    assert span.end_before == datetime(2026, 10, 24, 11, tzinfo=UTC)  # noon in London, on summer time
    assert (span.start, span.start_before) == (
        datetime(2026, 10, 24, 23, tzinfo=UTC),
        datetime(2026, 10, 23, 23, tzinfo=UTC),
    )


def test_days_of_ones_own_choice_are_whole_days():
    span = span_of({"from": "2026-11-01", "to": "2026-11-07"}, now=NOW)
    assert span.is_custom
    assert span.days == 7
    assert span.end == datetime(2026, 11, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "asked",
    [
        {"days": "5"},
        {"days": "-7"},
        {"days": "٧"},
        {"from": "2026-11-07", "to": "2026-11-01"},
        {"from": "2026-11-01", "to": "2027-01-01"},
        {"from": "2020-01-01", "to": "2026-11-01"},
        {"from": "x", "to": "y"},
    ],
)
def test_what_makes_no_span_gives_the_usual_one(asked: dict[str, str]):
    assert span_of(asked, now=NOW).days == 28


def test_says_what_it_is_in_words():
    assert span_of({"days": "1"}, now=NOW).words == "today"
    assert span_of({"days": "7"}, now=NOW).words == "last 7 days"
    assert span_of({"days": "7"}, now=NOW).compared == "vs the 7 days before"
    assert span_of({"from": "2026-11-01", "to": "2026-11-02"}, now=NOW).words == "1 Nov 2026 – 2 Nov 2026"


def test_a_figure_that_stands_is_compared_with_how_it_was_when_the_span_began():
    assert span_of({"days": "1"}, now=NOW).since == "vs yesterday"
    assert span_of({"days": "7"}, now=NOW).since == "vs 7 days ago"
    assert span_of({"from": "2026-11-01", "to": "2026-11-02"}, now=NOW).since == "vs 1 Nov 2026"


def test_says_within_which_days_something_happened():
    assert span_of({"days": "1"}, now=NOW).within == "today"
    assert span_of({"days": "7"}, now=NOW).within == "in the last 7 days"
    chosen = span_of({"from": "2026-11-01", "to": "2026-11-02"}, now=NOW)
    assert chosen.within == "from 1 Nov 2026 to 2 Nov 2026"


@pytest.mark.parametrize(
    ("compare", "asked", "first_before", "said"),
    [
        ("weekdays", {"days": "1"}, date(2026, 11, 16), "vs the same weekday before"),
        ("weekdays", {"days": "28"}, date(2026, 9, 29), "vs the 28 days before"),
        ("weekdays", {"days": "90"}, date(2026, 5, 27), "vs the same weekdays before"),
        ("span", {"days": "1"}, date(2026, 11, 22), "vs the day before, to this hour"),
        ("span", {"days": "90"}, date(2026, 5, 28), "vs the 90 days before"),
        ("year", {"days": "7"}, date(2025, 11, 17), "vs the same days a year before"),
        (
            "year",
            {"from": "2024-02-29", "to": "2024-02-29"},
            date(2023, 2, 28),
            "vs the same days a year before",
        ),
    ],
)
def test_staff_choose_what_a_span_is_compared_with(compare, asked, first_before, said):
    options.save({"analytics.compare_with": compare}, actor=COMMAND)
    span = span_of(asked, now=NOW)
    assert shop_day(span.start_before) == first_before
    assert span.compared == said


def test_weekdays_are_set_beside_the_same_weekdays():
    for days in (1, 7, 28, 90):
        span = span_of({"days": str(days)}, now=NOW)
        assert shop_day(span.start_before).weekday() == span.first.weekday()
        assert span.end_before <= span.start


def test_a_year_before_never_overlaps_the_span_itself():
    options.save({"analytics.compare_with": "year"}, actor=COMMAND)
    span = span_of({"from": "2024-01-01", "to": "2024-12-31"}, now=NOW)
    assert (span.days, span.end_before) == (366, span.start)


def test_the_range_that_a_dashboard_opens_with_is_a_setting():
    options.save({"analytics.default_range": "7"}, actor=COMMAND)
    assert span_of({}, now=NOW).days == 7
    assert span_of({"days": "28"}, now=NOW).days == 28
