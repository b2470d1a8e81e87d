"""Zones and stamps: UTC inside, the shop's zone for days, ERPNext's naive stamps through one function."""

from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings

FIRST_DAY: Final = date(1970, 1, 1)  # between these a shop can have traded; beyond, sums of days overflow
LAST_DAY: Final = date(2199, 12, 31)


def shop_zone() -> ZoneInfo:
    """The zone in which a day, a window and a cutoff are meant."""
    return ZoneInfo(settings.SHOP_TIME_ZONE)


def erp_zone() -> ZoneInfo:
    """The zone of ERPNext's System Settings, in which it writes its stamps."""
    return ZoneInfo(settings.ERP_TIME_ZONE)


def from_erp(stamp: str) -> datetime:
    """An ERPNext stamp ("2026-02-02 08:05:17.324600", or without the fraction) as an aware UTC datetime.

    The hour that an autumn change repeats is read as its first pass: the text itself does not tell.
    Raises ValueError for what is no stamp.
    """
    return datetime.fromisoformat(stamp).replace(tzinfo=erp_zone()).astimezone(UTC)


def erp_moment(day: date, at: time) -> datetime:
    """A business moment that ERPNext holds as a date and a time of its zone, in UTC."""
    return datetime.combine(day, at, tzinfo=erp_zone()).astimezone(UTC)


def shop_day(at: datetime) -> date:
    """The shop's calendar day of a moment."""
    return at.astimezone(shop_zone()).date()


def midnight(day: date) -> datetime:
    """When a day of the shop begins."""
    return datetime.combine(day, time.min, tzinfo=shop_zone())


def day_named(text: str) -> date | None:
    """The day that somebody wrote as ``2026-11-23``; None for what is no day on which a shop can trade."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None
