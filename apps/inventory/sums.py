"""What a line comes to: stock units, cost, margin. Plain numbers; their rules stand here once."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Final

from apps.core.money import PENNY, money, unit_cost

THOUSANDTH: Final = Decimal("0.001")
TENTH: Final = Decimal("0.1")
HUNDRED: Final = Decimal(100)


def in_stock_units(quantity: Decimal, pack: Decimal) -> Decimal:
    """So many cases as stock units, to three places."""
    return (quantity * pack).quantize(THOUSANDTH, rounding=ROUND_HALF_UP)


def cost_of_one(buy_price: Decimal, pack: Decimal) -> Decimal:
    """What one stock unit of a case costs, to six places."""
    return unit_cost(buy_price / pack)


@dataclass(frozen=True, kw_only=True)
class Margin:
    """What is left of a sell price, without VAT, over the cost of a stock unit."""

    cost: Decimal
    sell_price: Decimal  # with VAT, as the shelf says it
    vat_rate: Decimal  # per cent
    floor: Decimal  # per cent of the sell price without VAT

    @property
    def net_price(self) -> Decimal:
        """The sell price without VAT, unrounded."""
        return self.sell_price * HUNDRED / (HUNDRED + self.vat_rate)

    @property
    def percent(self) -> Decimal | None:
        """The margin as a share of the sell price without VAT; None for what is given away."""
        if self.net_price <= 0:
            return None
        return tenths((self.net_price - self.cost) * HUNDRED / self.net_price)

    @property
    def is_under_floor(self) -> bool:
        """Whether it is less than it is to be: by the exact figures, with nothing divided."""
        return self.sell_price * (HUNDRED - self.floor) < self.cost * (HUNDRED + self.vat_rate)

    @property
    def restoring_price(self) -> Decimal:
        """The least sell price, with VAT and to the penny, that keeps the floor."""
        return price_that_keeps(self.floor, cost=self.cost, vat_rate=self.vat_rate)


def price_that_keeps(floor: Decimal, *, cost: Decimal, vat_rate: Decimal) -> Decimal:
    """The least price to the penny, with VAT, that leaves so many per cent over a cost."""
    exact = cost * (HUNDRED + vat_rate) / (HUNDRED - floor)
    return exact.quantize(PENNY, rounding=ROUND_CEILING)


def rise(cost: Decimal, last: Decimal | None) -> Decimal | None:
    """By how many per cent a cost is above the last one (below: negative); None where none is known."""
    if not last or last <= 0:
        return None
    return tenths((cost - last) * HUNDRED / last)


def tenths(percent: Decimal) -> Decimal:
    """A share as it is shown: to one place, half-up."""
    return percent.quantize(TENTH, rounding=ROUND_HALF_UP)


def line_total(quantity: Decimal, buy_price: Decimal) -> Decimal:
    """What a line costs, without VAT."""
    return money(quantity * buy_price)
