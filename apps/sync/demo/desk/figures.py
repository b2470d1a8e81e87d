"""Figures as ERPNext rounds them: exact inside, floats in the store and in answers."""

import re
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from apps.sync.demo.desk.values import number

CURRENCY: Final = 2  # places of money
FLOAT: Final = 3  # places of quantities and percentages
COLUMN: Final = 9  # places that the database keeps
ZERO: Final = Decimal()
CLOCK: Final = re.compile(r"0(\d:\d\d:\d\d.*)")


def exact(value: Any) -> Decimal:
    """What a column holds, without what floats add to it; nothing is 0."""
    return Decimal(repr(number(value))) if value not in (None, "") else ZERO


def rounded(value: Decimal, places: int = CURRENCY) -> Decimal:
    """Banker's rounding, which is the site's (a half goes to the even neighbour)."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)


def told(value: Decimal) -> float:
    """A figure as it is stored and answered; there is no negative zero."""
    return float(value) or 0.0


def kept(value: Any) -> Any:
    """What a column makes of a value: nine places of a number, no zero before the hour of a clock."""
    if isinstance(value, float):
        return round(value, COLUMN)
    if isinstance(value, str) and (clock := CLOCK.fullmatch(value)):
        return clock.group(1)
    return value
