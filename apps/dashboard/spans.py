"""The stretch of days that the dashboard looks at, and the same stretch before it, in the shop's zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.clock import day_named, midnight, shop_day, shop_zone
from apps.core.figures import day_text
from apps.dashboard.options import RANGES, AnalyticsOptions, Compare

LONGEST: Final = 366
WEEK: Final = 7


@dataclass(frozen=True)
class Span:
    """``days`` whole days of the shop up to ``last``; today counts up to this hour, and so does the day it is
    compared with: like for like."""

    first: date
    last: date
    now: datetime
    compare: Compare = Compare.WEEKDAYS

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def start(self) -> datetime:
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        return min(midnight(self.last + timedelta(days=1)), self.now)

    @property
    def shift(self) -> timedelta:
        """How far back each day's counterpart lies: never within the span itself."""
        if self.compare == Compare.YEAR:
            return max(self.first - _a_year_before(self.first), timedelta(days=self.days))
        weeks = -(-self.days // WEEK)
        return timedelta(days=weeks * WEEK if self.compare == Compare.WEEKDAYS else self.days)

    @property
    def start_before(self) -> datetime:
        return midnight(self.first - self.shift)

    @property
    def end_before(self) -> datetime:
        """The same hour on the clock, also across a clock change."""
        local = self.end.astimezone(shop_zone())
        return datetime.combine(local.date() - self.shift, local.time(), tzinfo=shop_zone())

    @property
    def is_custom(self) -> bool:
        return self.last != shop_day(self.now) or self.days not in RANGES

    @property
    def dates(self) -> list[date]:
        return [self.first + timedelta(days=offset) for offset in range(self.days)]

    @property
    def compared(self) -> str:
        """The span of a change, in words."""
        if self.compare == Compare.YEAR:
            return _("vs the same days a year before")
        if self.shift != timedelta(days=self.days):
            return _("vs the same weekday before") if self.days == 1 else _("vs the same weekdays before")
        if self.days == 1:
            return _("vs the day before, to this hour")
        return ngettext("vs the %(n)d day before", "vs the %(n)d days before", self.days) % {"n": self.days}

    @property
    def since(self) -> str:
        """What a figure that stands, not sums up, is compared with: how it was when the span began."""
        today = shop_day(self.now)
        if self.last != today:
            return _("vs %(day)s") % {"day": day_text(self.first, today=today)}
        if self.days == 1:
            return _("vs yesterday")
        return ngettext("vs %(n)d day ago", "vs %(n)d days ago", self.days) % {"n": self.days}

    @property
    def within(self) -> str:
        """The span itself, as the end of a sentence."""
        today = shop_day(self.now)
        if self.first == self.last == today:
            return _("today")
        if self.last == today:
            return ngettext("in the last %(n)d day", "in the last %(n)d days", self.days) % {"n": self.days}
        first, last = day_text(self.first, today=today), day_text(self.last, today=today)
        return _("from %(first)s to %(last)s") % {"first": first, "last": last}

    @property
    def words(self) -> str:
        """The span itself, in words."""
        today = shop_day(self.now)
        if self.first == self.last == today:
            return _("today")
        if self.last == today:
            return ngettext("last %(n)d day", "last %(n)d days", self.days) % {"n": self.days}
        return f"{day_text(self.first, today=today)} – {day_text(self.last, today=today)}"


def span_of(asked: Mapping[str, str], *, now: datetime) -> Span:
    """The span that a link asks for by ``days``, or ``from`` and ``to``; otherwise the usual one."""
    today, own = shop_day(now), AnalyticsOptions()
    compare = Compare(own.compare_with)
    first, last = day_named(asked.get("from", "")), day_named(asked.get("to", ""))
    if first and last and first <= last <= today and (last - first).days < LONGEST:
        return Span(first=first, last=last, now=now, compare=compare)
    days = asked.get("days", "")
    length = (
        int(days) if days.isascii() and days.isdigit() and int(days) in RANGES else int(own.default_range)
    )
    return Span(first=today - timedelta(days=length - 1), last=today, now=now, compare=compare)


def _a_year_before(day: date) -> date:
    """The same day of the calendar; of 29 February the 28th."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
