"""What the draft receipt of an invoice comes to in ERPNext, whose rates have whole pennies only."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from apps.core import outgoing
from apps.core.money import PENNY, money
from apps.inventory.models import UploadLine
from apps.inventory.services.invoices import telling
from apps.inventory.sums import line_total

NAMED: Final = 10


@dataclass(frozen=True, kw_only=True)
class Told:
    """A line as the receipt says it."""

    line: UploadLine
    quantity: Decimal
    unit: str
    rate: Decimal

    @property
    def amount(self) -> Decimal:
        return money(self.quantity * self.rate)

    @property
    def total(self) -> Decimal:
        """As the invoice has it."""
        return line_total(self.line.quantity, self.line.buy_price)

    @property
    def is_off(self) -> bool:
        """Whether it is beyond the penny that rounding may always cost."""
        return abs(self.amount - self.total) > PENNY


@dataclass(frozen=True, kw_only=True)
class ReceiptFacts:
    """A receipt against its invoice: whoever checks the one by the other has to find the same sum."""

    amount: Decimal
    total: Decimal
    off: Sequence[Told]  # the lines that are off, those that are furthest first

    @property
    def difference(self) -> Decimal:
        return self.amount - self.total

    @property
    def named(self) -> Sequence[Told]:
        return self.off[:NAMED]

    @property
    def left(self) -> int:
        return len(self.off) - len(self.named)

    @property
    def is_off(self) -> bool:
        return bool(self.off) or abs(self.difference) > PENNY


def receipt_facts(lines: Sequence[UploadLine]) -> ReceiptFacts | None:
    """Of an invoice's lines, which need their products; None where ERPNext is told of no receipt."""
    if not outgoing.is_wanted(telling.RECEIPT):
        return None
    received = [line for line in lines if line.product is not None]
    units = telling.units_of(received)
    rows = [(line, telling.receipt_row(line, "", units=units, places={})) for line in received]
    told = [
        Told(line=line, quantity=Decimal(row["quantity"]), unit=row["unit"], rate=Decimal(row["rate"]))
        for line, row in rows
    ]
    off = sorted((one for one in told if one.is_off), key=lambda one: -abs(one.amount - one.total))
    return ReceiptFacts(
        amount=sum((one.amount for one in told), Decimal()),
        total=sum((one.total for one in told), Decimal()),
        off=off,
    )
