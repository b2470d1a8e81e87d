"""Money is Decimal, rounded half-up, once, at the end (spec/00 rule 2)."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

PENNY: Final = Decimal("0.01")
UNIT_COST: Final = Decimal("0.000001")


def money(amount: Decimal) -> Decimal:
    """Round to what the shop charges or shows: two places, half-up. The only rounding of money."""
    return amount.quantize(PENNY, rounding=ROUND_HALF_UP)


def unit_cost(amount: Decimal) -> Decimal:
    """Round a cost per unit to six places, half-up."""
    return amount.quantize(UNIT_COST, rounding=ROUND_HALF_UP)


def decimal_of(number: float | int | str) -> Decimal:
    """A number that came through JSON, as Decimal without the float's tail.

    Raises ValueError for text that is no number, and for infinities.
    """
    try:
        value = Decimal(repr(number) if isinstance(number, float) else str(number).strip())
    except ArithmeticError as why:
        raise ValueError(f"“{number}” is not a number") from why
    if not value.is_finite():
        raise ValueError(f"“{number}” is not a finite number")
    return value
