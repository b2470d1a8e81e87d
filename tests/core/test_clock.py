"""Moments in UTC, days in the shop's zone, and ERPNext's stamps without a zone."""

from datetime import UTC, date, datetime, time

import pytest

from apps.core import clock


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stamp", "moment"),
    [
        ("2026-02-02 08:05:17.324600", utc(2026, 2, 2, 8, 5, 17, 324600)),
        ("2026-07-02 08:05:17", utc(2026, 7, 2, 7, 5, 17)),
        ("2026-10-25 01:30:00", utc(2026, 10, 25, 0, 30)),  # comes twice; read as the first
    ],
)
def test_a_stamp_of_erpnext_is_meant_in_its_zone(settings, stamp, moment):
    settings.ERP_TIME_ZONE = "Europe/London"
    assert clock.from_erp(stamp) == moment


def test_another_zone_of_erpnext_changes_the_moment_and_not_the_shops_day(settings):
    settings.ERP_TIME_ZONE = "Asia/Dubai"
    assert clock.from_erp("2026-02-02 01:00:00") == utc(2026, 2, 1, 21)
    assert clock.erp_moment(date(2026, 2, 2), time(1)) == utc(2026, 2, 1, 21)
    assert clock.shop_day(utc(2026, 2, 1, 21)) == date(2026, 2, 1)


def test_what_is_no_stamp_is_said():
    with pytest.raises(ValueError, match="yesterday"):
        clock.from_erp("yesterday")


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (utc(2026, 7, 1, 22, 59), date(2026, 7, 1)),
        (utc(2026, 7, 1, 23), date(2026, 7, 2)),
        (utc(2026, 1, 1, 23), date(2026, 1, 1)),
    ],
)
def test_a_day_ends_at_the_shops_midnight(at, day):
    assert clock.shop_day(at) == day


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 7, 1), 24)])
def test_days_of_a_clock_change_are_shorter_and_longer(day, hours):
    first = date(*day)
    span = clock.midnight(date.fromordinal(first.toordinal() + 1)).astimezone(UTC) - clock.midnight(
        first
    ).astimezone(UTC)
    assert span.total_seconds() == hours * 3600


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-23", date(2026, 11, 23)),
        ("1970-01-01", date(1970, 1, 1)),
        ("2199-12-31", date(2199, 12, 31)),
        ("1969-12-31", None),
        ("9999-12-31", None),
        ("2026-02-30", None),
        ("23.11.2026", None),
        ("", None),
    ],
)
def test_a_day_is_one_on_which_a_shop_can_trade(text, day):
    assert clock.day_named(text) == day
