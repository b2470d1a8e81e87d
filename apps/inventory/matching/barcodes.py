"""Barcodes as keys: GTINs of 8, 12, 13 and 14 digits are one number with zeros before it.

The check digit is GS1's: from the right, digits count three and one in turn, and all come to a multiple of
ten.
"""

import re
from typing import Final

_GTIN: Final = re.compile(r"\d{8,14}")
_IN_NAME: Final = re.compile(r"(?<!\d)\d{12,14}(?!\d)")
_BETWEEN: Final = str.maketrans("", "", " -\u00a0\t'")
WIDTH: Final = 14
SHORTEST: Final = 8  # an EAN-8 that keeps its zeros; a UPC that lost some has more


def barcode_key(text: str) -> str:
    """What a barcode is known by: a sound GTIN in fourteen digits, anything else as it stands."""
    plain = text.translate(_BETWEEN).casefold()[:64]
    return plain.zfill(WIDTH) if is_gtin(plain) else plain


def is_gtin(digits: str) -> bool:
    """Whether this is a trade item number with its right check digit; zeros may be lost at its front."""
    return (
        bool(_GTIN.fullmatch(digits)) and digits.isascii() and digits.strip("0") != "" and _is_checked(digits)
    )


def unit_of_case(key: str) -> str | None:
    """The key of what a case holds: its first digit (1 to 8) says which case it is of the same thing."""
    if len(key) != WIDTH or not is_gtin(key) or key[0] not in "12345678":
        return None
    body = "0" + key[1:-1]
    return body + _check_digit(body)


def barcodes_in(name: str) -> list[str]:
    """Barcodes that stand in a name, as keys."""
    return [barcode_key(digits) for digits in _IN_NAME.findall(name[:500]) if is_gtin(digits)]


def _is_checked(digits: str) -> bool:
    return _check_digit(digits[:-1]) == digits[-1]


def _check_digit(body: str) -> str:
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return str(-total % 10)
