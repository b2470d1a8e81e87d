"""How a figure reads on a screen: money, quantities, counts, times, durations (LOOK: words).

Digits stay Latin in every language; a template isolates them from right-to-left text with ``<bdi>``.
What is not known is a dash, never a zero.
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import gettext, ngettext

from apps.core.clock import shop_day, shop_zone
from apps.core.money import money

NONE: Final = "—"
MINUS: Final = "−"
SYMBOLS: Final = {"GBP": "£", "EUR": "€", "USD": "$", "TRY": "₺", "JPY": "¥", "INR": "₹"}
FINE_BELOW: Final = 10  # what was reckoned below this keeps one place
A_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
A_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)", re.ASCII)
Number = Decimal | int | float


def money_text(amount: Number | None, *, currency: str = "", places: int = 2) -> str:
    """As "£1,234.50"; a currency without a sign of its own stands before the amount as its code."""
    if amount is None:
        return NONE
    code = currency or settings.SHOP_CURRENCY
    sign = SYMBOLS.get(code, f"{code}\N{NO-BREAK SPACE}")
    exact = Decimal(str(amount))
    shown = money(exact) if places == 2 else exact
    return f"{MINUS if shown < 0 else ''}{sign}{abs(shown):,.{places}f}"


def count_text(count: int | None) -> str:
    """As "12,480"."""
    return NONE if count is None else f"{count:,}"


def number_text(number: Decimal | int) -> str:
    """As "100,000" or "12.345": exactly what it is, for the bounds that a sentence names."""
    return f"{number:,f}" if isinstance(number, Decimal) else f"{number:,}"


def quantity_text(amount: Number | None) -> str:
    """As "1,250.5": at most three places, and no zeros that say nothing."""
    if amount is None:
        return NONE
    text = f"{Decimal(str(amount)):,.3f}".rstrip("0").rstrip(".")
    return text.replace("-", MINUS) or "0"


def about_text(amount: Number | None) -> str:
    """What was reckoned, no finer than it is known: "34" of 33.786, "3.8" of 3.786."""
    if amount is None:
        return NONE
    exact = Decimal(str(amount))
    return quantity_text(round(exact, 0 if abs(exact) >= FINE_BELOW else 1))


def percent_text(share: Number | None, *, signed: bool = False) -> str:
    """A share of one as "12.5%"; a change carries its sign."""
    if share is None:
        return NONE
    percent = Decimal(str(share)) * 100
    shown = round(percent, 1)
    return f"{shown:{'+' if signed and shown else ''},.1f}%".replace("-", MINUS)


def duration_text(spell: timedelta | None) -> str:
    """As "4 min 10 s": the two largest parts, so that it stays short."""
    if spell is None:
        return NONE
    seconds = int(spell.total_seconds())
    parts = (
        (gettext("d"), seconds // 86400),
        (gettext("h"), seconds // 3600 % 24),
        (gettext("min"), seconds // 60 % 60),
        (gettext("s"), seconds % 60),
    )
    said = [f"{count} {unit}" for unit, count in parts if count]
    return " ".join(said[:2]) or f"{spell.total_seconds():.1f} {gettext('s')}"


def day_text(day: date | None, *, today: date) -> str:
    """As "today", "yesterday", "tomorrow" or "12 Nov 2026"."""
    if day is None:
        return NONE
    near = {0: gettext("today"), -1: gettext("yesterday"), 1: gettext("tomorrow")}
    return near.get((day - today).days) or f"{day.day} {date_format(day, 'M Y')}"


def moment_text(at: datetime | None, *, now: datetime) -> str:
    """As "today 10:42", "yesterday 17:05", or the day alone when it is further off."""
    if at is None:
        return NONE
    day = day_text(shop_day(at), today=shop_day(now))
    return f"{day} {at.astimezone(shop_zone()):%H:%M}" if abs(shop_day(at) - shop_day(now)).days <= 1 else day


def stamp_text(at: datetime) -> str:
    """The whole moment with its zone, for the hover."""
    local = at.astimezone(shop_zone())
    return f"{local.day} {date_format(local, 'M Y')}, {local:%H:%M:%S %Z}"


def time_text(text: str) -> str:
    """A day or a moment as JSON holds it, for people; empty for any other text.

    Never “tomorrow”: what is written down may be read days later.
    """
    try:
        if A_DAY.fullmatch(text):
            return day_text(date.fromisoformat(text), today=date.min)
        if A_MOMENT.fullmatch(text):
            return stamp_text(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        pass
    return ""


def ago_text(at: datetime | None, *, now: datetime) -> str:
    """As "3 minutes ago", for what is fresh enough that the distance says more than the hour."""
    if at is None:
        return NONE
    seconds = max(int((now - at).total_seconds()), 0)
    if seconds < 60:
        return gettext("just now")
    if seconds < 3600:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", seconds // 60) % {"n": seconds // 60}
    if seconds < 86400:
        return ngettext("%(n)d hour ago", "%(n)d hours ago", seconds // 3600) % {"n": seconds // 3600}
    return moment_text(at, now=now)


def age_text(since: datetime, *, now: datetime) -> str:
    """As "3 hours, 5 minutes": how long something has waited; "just now" before it is a minute."""
    return gettext("just now") if now - since < timedelta(minutes=1) else timesince(since, now)


def change_of(now: Number | None, before: Number | None) -> Decimal | None:
    """The change as a share of what was before; none when there is nothing to compare with."""
    if now is None or not before:
        return None
    return (Decimal(str(now)) - Decimal(str(before))) / abs(Decimal(str(before)))
