"""Taxes and charges of a document, line by line, inside the prices or on top of them.

Rates by item (item tax templates) are not known here: every line bears the rate of its tax.
"""

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from apps.sync.demo.desk.figures import ZERO, exact, rounded, told
from apps.sync.demo.store import Row

HUNDRED: Final = Decimal(100)
ON_PREVIOUS: Final = ("On Previous Row Amount", "On Previous Row Total")


class _Run:
    """One pass over the lines: what each tax took from the line in hand, and with it all before."""

    def __init__(self, lines: Sequence[Row], taxes: Sequence[Row]) -> None:
        self.lines, self.taxes = lines, taxes
        self.net = sum((exact(line["net_amount"]) for line in lines), ZERO)
        self.taken = [ZERO] * len(taxes)
        self.reached = [ZERO] * len(taxes)

    def take(self, line: Row, place: int) -> Decimal:
        """What a tax takes from a line."""
        tax, net = self.taxes[place], exact(line["net_amount"])
        rate = exact(tax["rate"]) / HUNDRED
        before = int(exact(tax.get("row_id"))) - 1
        kinds: dict[str, Callable[[], Decimal]] = {
            "Actual": lambda: exact(tax["tax_amount"]) * net / self.net if self.net else ZERO,
            "On Previous Row Amount": lambda: rate * self.taken[before],
            "On Previous Row Total": lambda: rate * self.reached[before],
            "On Item Quantity": lambda: exact(tax["rate"]) * exact(line["stock_qty"]),
        }
        self.taken[place] = kinds.get(tax["charge_type"], lambda: rate * net)()
        so_far = self.reached[place - 1] if place else net
        self.reached[place] = so_far + signed(tax, self.taken[place])
        return self.taken[place]


def charge(lines: Sequence[Row], taxes: Sequence[Row], *, keeps_tax: bool, exchange: Decimal) -> None:
    """Work out what each tax takes. ``keeps_tax``: it goes on showing what it took before the discount."""
    run, sums = _Run(lines, taxes), [ZERO] * len(taxes)
    for line in lines:
        for place in range(len(taxes)):
            sums[place] += run.take(line, place)
    total = run.net
    for tax, amount in zip(taxes, sums, strict=True):
        is_fixed = tax["charge_type"] == "Actual"
        taken = rounded(exact(tax["tax_amount"]) if is_fixed else amount)
        total += signed(tax, taken)
        told_before = taken if not (keeps_tax or is_fixed) else exact(tax["tax_amount"])
        figures = {"tax_amount": told_before, "tax_amount_after_discount_amount": taken, "total": total}
        tax |= {name: told(figure) for name, figure in figures.items()}
        tax |= {f"base_{name}": told(rounded(figure * exchange)) for name, figure in figures.items()}
        tax["item_wise_tax_detail"] = _by_item(lines, tax)


def share_inside(taxes: Sequence[Row]) -> Decimal:
    """How much of a net price the taxes inside it add up to."""
    shares: list[Decimal] = []
    for tax in taxes:
        rate = exact(tax["rate"]) / HUNDRED if tax["included_in_print_rate"] else ZERO
        if tax["charge_type"] in ON_PREVIOUS:
            before = int(exact(tax.get("row_id"))) - 1
            is_total = tax["charge_type"] == "On Previous Row Total"
            rate *= 1 + sum(shares[: before + 1], ZERO) if is_total else shares[before]
        shares.append(rate)
    return sum(shares, ZERO)


def signed(tax: Row, amount: Decimal) -> Decimal:
    """What a tax does to the total: one of a purchase may be taken off it, or be of the valuation alone."""
    if tax.get("category") == "Valuation":
        return ZERO
    return -amount if tax.get("add_deduct_tax") == "Deduct" else amount


def added_and_deducted(taxes: Sequence[Row]) -> dict[str, Decimal]:
    """The two sums that purchases tell apart."""
    amounts = [signed(tax, exact(tax["tax_amount_after_discount_amount"])) for tax in taxes]
    return {
        "taxes_and_charges_added": sum((amount for amount in amounts if amount > 0), ZERO),
        "taxes_and_charges_deducted": -sum((amount for amount in amounts if amount < 0), ZERO),
    }


def _by_item(lines: Sequence[Row], tax: Row) -> str:
    """Rate and amount by item; ERPNext multiplies floats here and prints what comes out."""
    taken: dict[str, list[float]] = {}
    for line in lines:
        item = str(line["item_code"] or line["item_name"])
        amount = tax["rate"] / 100 * line["net_amount"]
        taken[item] = [tax["rate"], amount + (taken[item][1] if item in taken else 0.0)]
    return json.dumps(taken, separators=(",", ":"))
