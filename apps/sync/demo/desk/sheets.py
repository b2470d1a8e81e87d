"""The arithmetic of a document with lines: rates, what is off the whole, taxes, totals and rounding.

Receipts, orders, invoices and till invoices share it, step by step as ERPNext does it, so that a penny falls
on the line on which it falls there. Columns that a DocType has not are left out.
"""

from decimal import Decimal
from typing import Any, Final

from apps.sync.demo.desk import breakdown, refusals, taxes, words
from apps.sync.demo.desk.document import Document
from apps.sync.demo.desk.figures import FLOAT, ZERO, exact, rounded, told
from apps.sync.demo.desk.work import Work
from apps.sync.demo.store import Row

MONEY: Final = (
    "price_list_rate",
    "margin_rate_or_amount",
    "rate_with_margin",
    "discount_amount",
    "rate",
)
QUANTITIES: Final = ("qty", "conversion_factor", "stock_qty", "discount_percentage")
HUNDRED: Final = Decimal(100)


def add_up(work: Work, document: Document) -> None:
    """Work out all figures of a document from its lines, taxes and discount. Raises RefusalError."""
    Sheet(document).add_up(is_rounded=is_rounded(work, document))


def check_total(document: Document) -> None:
    """That nobody is to be paid for taking goods. Raises RefusalError."""
    if not document["is_return"] and exact(document["base_grand_total"]) < 0:
        raise refusals.by_erpnext("Incorrect value:Grand Total (Company Currency) must be >= 0.0")


def is_rounded(work: Work, document: Document) -> bool:
    """Whether whole pounds are owed."""
    off = document["disable_rounded_total"] or work.setting("Global Defaults", "disable_rounded_total")
    return not off


def owed(document: Document) -> Decimal:
    """What is to be paid: the rounded total, where there is one."""
    return exact(document["rounded_total"]) or exact(document["grand_total"])


def say_in_words(work: Work, document: Document) -> None:
    """The total as it is printed in words."""
    field = "rounded_total" if is_rounded(work, document) else "grand_total"
    total, base = abs(exact(document[field])), abs(exact(document[f"base_{field}"]))
    home = work.setting("Global Defaults", "default_currency")
    note(document.head, in_words=words.money(total, document["currency"] or home))
    note(document.head, base_in_words=words.money(base, home))


def note(row: Row, **values: Any) -> None:
    """Write what the row has columns for."""
    row |= {name: value for name, value in values.items() if name in row}


class Sheet:
    """A document while its figures are worked out."""

    def __init__(self, document: Document) -> None:
        self.doctype = document.doctype
        self.head = document.head
        self.lines = document.tables.get("items", [])
        self.taxes = document.tables.get("taxes", [])
        self.is_discounted = False
        self.exchange = exact(self.head.get("conversion_rate")) or Decimal(1)

    def add_up(self, *, is_rounded: bool) -> None:
        if not self.head.get("is_consolidated"):
            for line in self.lines:
                line["distributed_discount_amount"] = 0.0
                self._rate(line)
        self._total(is_rounded=is_rounded)
        if self.head.get("additional_discount_percentage"):
            self._take_percentage()
        self._note(base_discount_amount=exact(self.head["discount_amount"]) * self.exchange)
        if self.head["discount_amount"]:
            self._spread()
            self.is_discounted = True
            self._total(is_rounded=is_rounded)
        if self.taxes:
            note(self.head, other_charges_calculation=breakdown.printed(self.lines, self.taxes))

    # --- lines ---------------------------------------------------------------------------------------------
    def _rate(self, line: Row) -> None:
        for field in MONEY:
            line[field] = told(rounded(exact(line.get(field))))
        for field in QUANTITIES:
            line[field] = told(rounded(exact(line.get(field)), FLOAT))
        self._discount(line)
        self._margin(line)
        rate, quantity = exact(line["rate"]), exact(line["qty"])
        amount = rounded(rate * quantity)
        self._both(line, price_list_rate=exact(line["price_list_rate"]), rate=rate, amount=amount)
        self._both(line, net_rate=rate, net_amount=amount)
        if self.doctype != "POS Invoice":
            note(line, stock_uom_rate=told(rounded(rate / (exact(line["conversion_factor"]) or 1))))

    def _discount(self, line: Row) -> None:
        """The rate of a line that was given none, or by a rule; a 0 counts as none (WRITING.md, trap 3)."""
        listed, percent = exact(line["price_list_rate"]), exact(line["discount_percentage"])
        has_rule = bool(line.get("pricing_rules"))
        if percent == HUNDRED:
            line["rate"] = 0.0
        elif not listed:
            return
        elif not line["rate"] or (has_rule and percent > 0):
            line["rate"] = told(rounded(listed * (1 - percent / HUNDRED)))
        elif has_rule and line["discount_amount"]:
            line["rate"] = told(listed - exact(line["discount_amount"]))

    def _margin(self, line: Row) -> None:
        """What a rule adds to the list price, or how far the rate is above it; else what it is below."""
        listed, rate = exact(line["price_list_rate"]), exact(line["rate"])
        is_above = bool(listed) and not line.get("pricing_rules") and rate > listed
        if is_above:
            line |= {"margin_type": "Amount", "margin_rate_or_amount": told(rate - listed)}
        raised = ZERO if is_above else _raised(line)
        self._both(line, rate_with_margin=raised)
        if raised:
            self._take_from_raised(line, raised)
        elif listed:
            # ERPNext subtracts floats here and answers what comes out: 4.75 - 1.43 is 3.3200000000000003
            line["discount_amount"] = line["price_list_rate"] - line["rate"]

    def _take_from_raised(self, line: Row, raised: Decimal) -> None:
        percent, off = exact(line["discount_percentage"]), exact(line["discount_amount"])
        rate = raised - off if off and not percent else rounded(raised * (1 - percent / HUNDRED))
        line |= {"rate": told(rate), "discount_amount": told(raised - rate)}

    # --- totals --------------------------------------------------------------------------------------------
    def _total(self, *, is_rounded: bool) -> None:
        if not self.is_discounted:
            self._take_taxes_out()
        total, net = self._sum("amount"), self._sum("net_amount")
        self._note(total=total, net_total=net)
        note(self.head, total_qty=told(sum((exact(line["qty"]) for line in self.lines), ZERO)))
        keeps_tax = self.is_discounted and self.head["apply_discount_on"] == "Grand Total"
        taxes.charge(self.lines, self.taxes, keeps_tax=keeps_tax, exchange=self.exchange)
        grand, charged = net, ZERO
        if self.taxes:
            gap = self._gap(total)
            grand = exact(self.taxes[-1]["total"]) + gap
            charged = grand - net - gap
        self._note(grand_total=grand, total_taxes_and_charges=charged)
        self._note(**taxes.added_and_deducted(self.taxes))
        self._round(grand, is_rounded=is_rounded)

    def _take_taxes_out(self) -> None:
        """What remains of each line without the taxes that are in its price."""
        share = taxes.share_inside(self.taxes)
        for line in self.lines:
            if share and line["qty"]:
                amount = rounded(exact(line["amount"]) / (1 + share))
                self._both(line, net_amount=amount, net_rate=rounded(amount / exact(line["qty"])))

    def _gap(self, total: Decimal) -> Decimal:
        """What rounding tax out of prices has lost of the total: up to five pence are made good."""
        if not any(tax["included_in_print_rate"] for tax in self.taxes):
            return self._lost_by_discount()
        outside = (exact(tax["tax_amount_after_discount_amount"]) for tax in self.taxes)
        on_top = sum(
            amount
            for amount, tax in zip(outside, self.taxes, strict=True)
            if not tax["included_in_print_rate"]
        )
        gap = total + on_top - exact(self.taxes[-1]["total"])
        if self.is_discounted:
            gap -= exact(self.head["discount_amount"])
        return rounded(gap) if abs(rounded(gap)) <= Decimal("0.05") else ZERO

    def _lost_by_discount(self) -> Decimal:
        """What spreading a discount over taxed lines has lost of it."""
        if not self.is_discounted or self.head["apply_discount_on"] != "Grand Total":
            return ZERO
        before, off = exact(self.head["grand_total"]), exact(self.head["discount_amount"])
        return rounded(before - off - exact(self.taxes[-1]["total"]))

    def _round(self, grand: Decimal, *, is_rounded: bool) -> None:
        if self.head.get("is_consolidated") and self.head.get("rounding_adjustment"):
            return
        whole = rounded(grand, 0) if is_rounded else ZERO
        self._note(rounded_total=whole, rounding_adjustment=whole - grand if is_rounded else ZERO)

    # --- what is off the whole -----------------------------------------------------------------------------
    def _take_percentage(self) -> None:
        """A percentage wins over an amount that was sent beside it (WRITING.md 6)."""
        of = "net_total" if self.head["apply_discount_on"] == "Net Total" else "grand_total"
        percent = exact(self.head["additional_discount_percentage"])
        self.head["discount_amount"] = told(rounded(exact(self.head[of]) * percent / HUNDRED))

    def _spread(self) -> None:
        """Take the discount off the lines, and what rounding leaves over off the line that it shows on."""
        of = self._total_to_discount()
        if not of:
            return
        share, wanted, taken = exact(self.head["discount_amount"]) / of, ZERO, ZERO
        for line in self.lines:
            off = share * exact(line["net_amount"])
            wanted += exact(line["net_amount"]) - off
            net = rounded(exact(line["net_amount"]) - off)
            over = rounded(wanted - taken - net)
            taken += net + over
            self._both(line, net_amount=net + over)
            note(line, distributed_discount_amount=told(rounded(off + over)))
            if line["qty"]:
                self._both(line, net_rate=rounded((net + over) / exact(line["qty"])))

    def _total_to_discount(self) -> Decimal:
        if self.head["apply_discount_on"] == "Net Total":
            return exact(self.head["net_total"])
        fixed = (exact(tax["tax_amount"]) for tax in self.taxes if tax["charge_type"] == "Actual")
        return exact(self.head["grand_total"]) - sum(fixed, ZERO)

    # --- writing -------------------------------------------------------------------------------------------
    def _sum(self, field: str) -> Decimal:
        return sum((exact(line[field]) for line in self.lines), ZERO)

    def _note(self, **figures: Decimal) -> None:
        self._both(self.head, **{name: rounded(figure) for name, figure in figures.items()})

    def _both(self, row: Row, **figures: Decimal) -> None:
        """A figure in the document's currency and in the company's."""
        for name, figure in figures.items():
            note(row, **{name: told(figure), f"base_{name}": told(rounded(figure * self.exchange))})


def _raised(line: Row) -> Decimal:
    """The list price with the margin of a rule."""
    listed, margin = exact(line["price_list_rate"]), exact(line["margin_rate_or_amount"])
    if not listed or not line.get("margin_type") or not margin:
        return ZERO
    return listed + (margin if line["margin_type"] == "Amount" else listed * margin / HUNDRED)
