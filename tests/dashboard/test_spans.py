"""The dashboard's days, in the shop's zone."""

from datetime import UTC, date, datetime

import pytest

from apps.dashboard.spans import span_of

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
