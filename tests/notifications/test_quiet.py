"""Quiet hours by the shop's clock, on the nights that it changes as well."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from apps.core import options
from apps.core.actors import SYSTEM
from apps.core.clock import shop_zone
from apps.core.errors import InvalidInputError
from apps.notifications.quiet import night_end


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        ("2026-06-10 20:59", None),  # 21:59 in London
        ("2026-06-10 21:00", "2026-06-11 07:00"),
        ("2026-06-11 02:00", "2026-06-11 07:00"),
        ("2026-06-11 06:59:59", "2026-06-11 07:00"),
        ("2026-06-11 07:00", None),
        # the clock goes back on 25 October: the night is an hour longer
        ("2026-10-24 21:00", "2026-10-25 08:00"),
        ("2026-10-25 07:59", "2026-10-25 08:00"),
        # and forward on 29 March: an hour shorter
        ("2026-03-28 22:00", "2026-03-29 07:00"),
        ("2026-03-29 07:00", None),
    ],
)
def test_a_night_from_ten_to_eight(at, ends):
    assert night_end(utc(at), begins=22, ends=8) == (utc(ends) if ends else None)


def test_an_hour_that_comes_twice_ends_and_begins_the_longer_night():
    # 01:00 is read on the clock at 00:00 UTC and again at 01:00 UTC
    assert night_end(utc("2026-10-25 00:30"), begins=22, ends=1) == utc("2026-10-25 01:00")
    assert night_end(utc("2026-10-25 00:00"), begins=1, ends=6) == utc("2026-10-25 06:00")


def test_an_hour_that_never_comes_ends_the_night_all_the_same():
    end = night_end(utc("2026-03-29 00:30"), begins=22, ends=1)
    assert end == utc("2026-03-29 01:00")
    assert night_end(end, begins=22, ends=1) is None


def test_the_same_hour_twice_is_no_night():
    assert night_end(utc("2026-06-10 23:00"), begins=5, ends=5) is None


hours = st.integers(0, 23)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize("zone", ["Europe/London", "America/St_Johns", "Africa/Cairo", "Asia/Kolkata"])
@given(at=moments, begins=hours, ends=hours)
def test_whatever_the_clock_shows_within_the_night_is_quiet_and_a_night_has_one_end(zone, at, begins, ends):
    with override_settings(SHOP_TIME_ZONE=zone):
        end = night_end(at, begins=begins, ends=ends)
        hour = at.astimezone(shop_zone()).hour
        within = begins <= hour < ends if begins <= ends else not ends <= hour < begins
        if within:
            assert end is not None
        if end is not None:
            assert at < end <= at + timedelta(hours=25)
            assert night_end(end - timedelta(seconds=1), begins=begins, ends=ends) == end


@pytest.mark.django_db
def test_what_waits_through_the_night_is_still_worth_sending():
    with pytest.raises(InvalidInputError) as refusal:
        options.save({"notifications.pushed_within": "11 h"}, actor=SYSTEM)
    assert [error.field for error in refusal.value.errors] == ["notifications.pushed_within"]
    options.save({"notifications.pushed_within": "12 h"}, actor=SYSTEM)
    with pytest.raises(InvalidInputError):
        options.save({"notifications.quiet_until": "9"}, actor=SYSTEM)
    same = {"notifications.quiet_until": "22", "notifications.pushed_within": "1 h"}
    options.save(same, actor=SYSTEM)  # no night, nothing to wait through
