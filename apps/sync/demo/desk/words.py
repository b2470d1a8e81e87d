"""Money in words, as ERPNext prints it under a document: ``GBP Twenty Three only.``"""

from decimal import Decimal
from typing import Final

from apps.sync.demo.desk.figures import rounded

SMALL: Final = (
    "Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve",
    "Thirteen", "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen",
)  # fmt: skip
TENS: Final = ("", "", "Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety")
GROUPS: Final = ((10**9, "Billion"), (10**6, "Million"), (10**3, "Thousand"))
FRACTIONS: Final = {"GBP": "Pence"}


def money(amount: Decimal, currency: str) -> str:
    """A sum of money; what is owed by others has no words of its own, so the sign is lost."""
    whole, pence = divmod(int(rounded(amount) * 100), 100)
    fraction = FRACTIONS.get(currency, "Cent")
    if not whole and pence:
        return f"{_number(pence)} {fraction} only."
    return f"{currency} {_number(whole)}{f' and {_number(pence)} {fraction}' if pence else ''} only."


def _number(value: int) -> str:
    """A number in words, with "And" as English has it: before what is left under a hundred."""
    parts = []
    for size, name in GROUPS:
        count, value = divmod(value, size)
        if count:
            parts.append(f"{_hundreds(count)} {name}")
    if not parts:
        return _hundreds(value)
    if not value:
        return ", ".join(parts)
    joint = " And " if value < 100 else ", "
    return ", ".join(parts) + joint + _hundreds(value)


def _hundreds(value: int) -> str:
    hundreds, rest = divmod(value, 100)
    if not hundreds:
        return _tens(rest)
    return f"{SMALL[hundreds]} Hundred" + (f" And {_tens(rest)}" if rest else "")


def _tens(value: int) -> str:
    if value < len(SMALL):
        return SMALL[value]
    tens, rest = divmod(value, 10)
    return TENS[tens] + (f" {SMALL[rest]}" if rest else "")
