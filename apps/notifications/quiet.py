"""Quiet hours: when a phone is not to ring. By the shop's clock, whatever that does twice a year."""

from datetime import UTC, date, datetime, time, timedelta

from apps.core.clock import shop_zone
from apps.notifications.options import NotificationOptions


def quiet_until(at: datetime) -> datetime | None:
    """When the quiet hours around a moment end; None outside of them."""
    options = NotificationOptions()
    return night_end(at, begins=options.quiet_from, ends=options.quiet_until)


def night_end(at: datetime, *, begins: int, ends: int) -> datetime | None:
    """When the night around a moment ends, that goes from one hour of the shop's clock to another.

    Where a clock change makes an hour happen twice, or never, the longer night counts: it begins at the first
    moment that the clock may be read so, and ends at the last.
    """
    if begins == ends:
        return None
    today = at.astimezone(shop_zone()).date()
    for first in (today - timedelta(days=1), today):
        last = first if begins < ends else first + timedelta(days=1)
        end = max(_moments(last, ends))
        if min(_moments(first, begins)) <= at < end:
            return end
    return None


def _moments(day: date, hour: int) -> tuple[datetime, datetime]:
    """Both readings of an hour of the shop's clock: the same one but for the hour that the clock changes."""
    meant = datetime.combine(day, time(hour), tzinfo=shop_zone())
    return meant.astimezone(UTC), meant.replace(fold=1).astimezone(UTC)
