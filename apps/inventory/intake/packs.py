"""Pack sizes as suppliers write them: how many pieces a pack has, and what one of them holds."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from apps.inventory.intake.cells import UnreadableError, one_line, plain
from apps.inventory.intake.numbers import DIGITS
from apps.inventory.intake.vocabulary import is_unit, unit_of

MOST_PIECES: Final = 10_000
LONGEST: Final = 60
MEASURES: Final = frozenset({"kg", "g", "l", "ml", "cl", "oz", "lb"})
COUNTS: Final = frozenset({"dozen"})
DOZEN: Final = 12
THOUSANDS: Final = re.compile(r"([1-9]\d{0,2})[.,](\d{3})(?= ?(?:g|gr|ml)$)", re.IGNORECASE)
FACTORS: Final = re.compile(r" ?[x×*✕] ?", re.IGNORECASE)
AROUND: Final = re.compile(r"^[x×] ?| ?[x×]$", re.IGNORECASE)
AMOUNT: Final = re.compile(r"(\d{1,6}(?:[.,]\d{1,4})?) ?([^\W\d_]+\.?)?")
OF: Final = re.compile(
    r"(?P<word>[^\W\d_]+)\.?(?: of| de| di| à| a| mit| met| von| z| po)?"
    r" (?P<number>\d{1,5})(?: ?(?P<unit>[^\W\d_]+))?",
    re.IGNORECASE,
)
BEHIND: Final = re.compile(
    r"(\d{1,5}) ?-?(?:er|li|lu|lü|lı|pk|pack|s|/case|/ctn|/cs|/pack|/box)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Pack:
    """How many pieces a pack has, and what a piece holds ("1 l"; "" where the file does not say)."""

    pieces: int
    content: str = ""


def pack(text: str) -> Pack:
    """A text as a pack size. Raises UnreadableError."""
    written = one_line(text.translate(DIGITS))
    if len(written) > LONGEST:
        raise UnreadableError("not-a-pack")
    found = _by_word(written) or _by_factors(written)
    if found is None:
        raise UnreadableError("not-a-pack")
    return found


def pieces(number: Decimal) -> Pack:
    """A number of a spreadsheet as a pack size. Raises UnreadableError."""
    if number != number.to_integral_value() or not 1 <= number <= MOST_PIECES:
        raise UnreadableError("not-a-pack")
    return Pack(int(number))


def _by_word(text: str) -> Pack | None:
    """ "case of 12", "12er", "12/case"."""
    if found := BEHIND.fullmatch(text):
        return _pack(int(found[1]))
    if unit_of(text) in COUNTS:
        return Pack(DOZEN)
    found = OF.fullmatch(text)
    if not found or not is_unit(found["word"]) or unit_of(found["word"]) in MEASURES:
        return None
    unit = unit_of(found["unit"]) if found["unit"] else ""
    return Pack(1, f"{found['number']} {unit}") if unit in MEASURES else _pack(int(found["number"]))


def _by_factors(text: str) -> Pack | None:
    """ "6", "6 x 1 L", "4x6x330ml", "12 pcs", "500 g"."""
    parts = [AMOUNT.fullmatch(THOUSANDS.sub(r"\1\2", part)) for part in FACTORS.split(AROUND.sub("", text))]
    if not all(parts):
        return None
    amounts = [(Decimal(part[1].replace(",", ".")), part[2] or "") for part in parts if part]
    content = _content(*amounts[-1])
    counts = amounts[:-1] if content else amounts
    if not all(_is_count(*amount) for amount in counts):
        return None
    product = 1
    for number, unit in counts:
        product *= int(number) * (DOZEN if _unit(unit) in COUNTS else 1)
    return _pack(product, content)


def _content(number: Decimal, unit: str) -> str:
    return f"{plain(number)} {_unit(unit)}" if _unit(unit) in MEASURES else ""


def _is_count(number: Decimal, unit: str) -> bool:
    is_word = not unit or (is_unit(unit) and _unit(unit) not in MEASURES)
    return is_word and number == number.to_integral_value()


def _unit(word: str) -> str:
    return unit_of(word.rstrip("."))


def _pack(number: int, content: str = "") -> Pack | None:
    return Pack(number, content) if 1 <= number <= MOST_PIECES else None
