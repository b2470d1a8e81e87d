"""Zones and stamps: UTC inside, the shop's zone for days, ERPNext's naive stamps through one function."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings


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
