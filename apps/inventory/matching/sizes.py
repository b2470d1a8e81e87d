"""Sizes in a product's name as quantities: “6x1 L” is a unit of one litre, six to the pack.

A **measure** is what one unit holds, in whole base units: milligrams, microlitres, millimetres. **Packs** are
the counts around it, the outer first: “4x6x330ml” has (4, 6). Counts alone (“Kiwi x6”) have no measure.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from math import prod
from typing import Final

from apps.inventory.matching.letters import folded
from apps.inventory.matching.tables import named


class Kind(StrEnum):
    """What a measure measures; the comment is its base unit."""

    MASS = "mass"  # milligram
    VOLUME = "volume"  # microlitre
    LENGTH = "length"  # millimetre


@dataclass(frozen=True, slots=True)
class Measure:
    """What one unit holds."""

    kind: Kind
    amount: int  # in base units, at least 1

    def __str__(self) -> str:
        """The measure as people write it: “1.5 kg”, “330 ml”."""
        name, factor = next(unit for unit in SHOWN[self.kind] if self.amount >= unit[1])
        return f"{(Decimal(self.amount) / factor).quantize(Decimal('0.001')).normalize():f} {name}"


@dataclass(frozen=True, slots=True)
class Size:
    """All that a name says about how much it is."""

    measure: Measure | None = None
    packs: tuple[int, ...] = ()  # counts as they stand, each at least 2; () where nothing is said
    others: frozenset[Measure] = frozenset()  # further measures that are not the first, nor its total
    is_contested: bool = False  # the name and a column of its own count differently

    @property
    def pack(self) -> int:
        """How many units there are in all."""
        return prod(self.packs)

    def __str__(self) -> str:
        parts = [str(count) for count in self.packs]
        if self.measure:
            parts.append(str(self.measure))
        return ("× " if parts and not self.measure else "") + " × ".join(parts)


NOTHING: Final = Size()
SHOWN: Final = {
    Kind.MASS: (("kg", 1_000_000), ("g", 1000), ("mg", 1)),
    Kind.VOLUME: (("L", 1_000_000), ("ml", 1000), ("µl", 1)),
    Kind.LENGTH: (("m", 1000), ("mm", 1)),
}
# Exact by the Weights and Measures Act 1985: a pound is 0.45359237 kg, a gallon (eight pints) 4.54609 dm³.
FACTORS: Final = {
    "milligram": (Kind.MASS, Fraction(1)),
    "gram": (Kind.MASS, Fraction(1000)),
    "kilogram": (Kind.MASS, Fraction(1_000_000)),
    "ounce": (Kind.MASS, Fraction(45_359_237, 1600)),
    "pound": (Kind.MASS, Fraction(45_359_237, 100)),
    "millilitre": (Kind.VOLUME, Fraction(1000)),
    "centilitre": (Kind.VOLUME, Fraction(10_000)),
    "decilitre": (Kind.VOLUME, Fraction(100_000)),
    "litre": (Kind.VOLUME, Fraction(1_000_000)),
    "fluid ounce": (Kind.VOLUME, Fraction(4_546_090, 160)),
    "pint": (Kind.VOLUME, Fraction(4_546_090, 8)),
    "gallon": (Kind.VOLUME, Fraction(4_546_090)),
    "millimetre": (Kind.LENGTH, Fraction(1)),
    "centimetre": (Kind.LENGTH, Fraction(10)),
    "metre": (Kind.LENGTH, Fraction(1000)),
}
SPELLINGS: Final = dict(named("units.txt"))
UNITS: Final = {spelling: unit for name, unit in FACTORS.items() for spelling in SPELLINGS[name]}
SMALL: Final = frozenset(SPELLINGS["gram"] + SPELLINGS["millilitre"] + SPELLINGS["milligram"])
DOZENS: Final = frozenset(SPELLINGS["dozen"])
COUNTED: Final = DOZENS.union(SPELLINGS["count"])
_TIMES: Final = str.maketrans(
    {
        "×": "x",
        "✕": "x",
        "✖": "x",
        "х": "x",
        "⁄": "/",
        "’": "'",
        **dict(zip("٠١٢٣٤٥٦٧٨٩", "0123456789", strict=True)),
    }
)
# Every repetition is bounded: hostile text costs no more than its length. A unit is any word, seen to later.
_SIZES: Final = re.compile(
    r"""(?<![^\W\dx]|\d|[.,])
    (?P<times>(?:\d{1,4}\s?[x*/]\s?){1,3})?
    (?P<number>\d{1,7}(?:[.,]\d{1,4})?|[.]\d{1,3})
    (?: \s?(?P<by>[x*])(?!\w)
      | [\s'-]?(?P<unit>fl\.?\s?oz|[^\W\d_]{1,14}?)(?:(?!\w)|(?=\s?x\s?\d))
        (?P<after>\s?[x*]\s?\d{1,4}(?![\w%]|[.,]\d))?
      | (?P<bare>(?![\w%]|[.,/]\d))
    )
    | (?<!\w)[x*]\s?(?P<count>\d{1,4})(?![\w%]|[.,]\d)
    | (?<!\w)(?P<dozen>do?z(?:en)?)(?!\w)""",
    re.VERBOSE,
)
_OUTER: Final = re.compile(rf"(?<!\w)(?:{'|'.join(SPELLINGS['outer'])})\.?\s?(?:of|de|à|x|/)?\s?\Z")
_DIGIT_OR_DOZEN: Final = re.compile(r"\d|\bdo?z")
_LONGEST_OUTER: Final = 16  # signs of “multipack of ”, before its number
_FRACTIONS: Final = frozenset({"1/2", "1/3", "2/3", "1/4", "3/4"})
_COUNT_OF: Final = re.compile(r"(?<=\s)x\d{1,4}\Z")
_COUNT: Final = re.compile(r"\d{1,4}")
MOST: Final = 10**12  # base units: a ton; more is no size but a slip


def in_plain_signs(text: str) -> str:
    """A folded text with one sign each for “times”, the apostrophe and the digits."""
    return text if text.isascii() else text.translate(_TIMES)


def size_and_rest(text: str) -> tuple[Size, str]:
    """What a folded name says about its size, and the name without it."""
    first = _DIGIT_OR_DOZEN.search(text)
    if first is None:
        return NOTHING, text
    found: list[str] = []  # what is read, the outer counts first
    rest, end, at = [], 0, max(0, first.start() - 2)
    while match := _SIZES.search(text, at):
        part = _part(match, text, end)
        if part is None:
            at = match.end("number") if match["number"] else match.end()
            continue
        found.insert(0 if part.is_outer else len(found), part.said)
        rest.append(text[end : part.start])
        at = end = part.end
    rest.append(text[end:])
    return _size(tuple(found)), " ".join(rest)


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a name that says a size."""

    start: int
    end: int
    said: str
    is_outer: bool = False


def _part(match: re.Match[str], text: str, end: int) -> _Part | None:
    """What the pattern found, as far as it is a size; what stands before ``end`` is taken already."""
    if match["bare"] is None and _one(match[0]):
        return _Part(match.start(), match.end(), match[0])
    number = text[match.start() : match.end("number")] if match["number"] else ""
    if count := _COUNT_OF.search(number):  # “size 5 x40”: the five is no count
        return _Part(match.start() + count.start(), match.end("number"), count[0])
    if match["times"] and match["bare"] is not None:
        return _Part(match.start(), match.end("number"), f"{number}x")
    outer = _OUTER.search(text, max(end, match.start() - _LONGEST_OUTER), match.start())
    if outer and _COUNT.fullmatch(number):  # “case of 12”
        return _Part(outer.start(), match.end("number"), f"{number}x", is_outer=True)
    return None


@lru_cache(maxsize=10_000)
def _one(said: str) -> tuple[Measure | None, list[int]] | None:
    """A measure, counts, or both, in what the pattern found; None where it is no size after all."""
    found = _SIZES.match(said)
    if found is None:
        return None
    if found["count"] or found["dozen"]:
        return None, [int(found["count"] or 12)]
    if found["by"] or found["unit"] in COUNTED:
        return _counted(found)
    return _measured(found) if _unit_of(found) in UNITS else None


def _unit_of(found: re.Match[str]) -> str:
    return (found["unit"] or "").replace(".", "").replace(" ", "")


def _measured(found: re.Match[str]) -> tuple[Measure | None, list[int]] | None:
    counts = _counts(found["times"])
    unit = _unit_of(found)
    number = _number(found["number"], unit)
    if _is_fraction(found):  # “1/2 pt”, but “12/500 g” is a case
        number = counts.pop() / number
    kind, factor = UNITS[unit]
    amount = round(number * factor)
    if not 0 < amount < MOST:
        return None
    return Measure(kind, amount), _counts(found["after"]) + counts


def _is_fraction(found: re.Match[str]) -> bool:
    """Whether a number over a number is a part of a unit."""
    return "".join(f"{found['times']}{found['number']}".split()) in _FRACTIONS


def _counted(found: re.Match[str]) -> tuple[None, list[int]] | None:
    """Counts of “6pk”, “24s”, “6x”; “1,5 pk” is none."""
    number = found["number"]
    if not number.isdigit() or len(number) > 4:
        return None
    each = 12 if found["unit"] in DOZENS else 1
    return None, [*_counts(found["times"]), int(number) * each, *_counts(found["after"])]


def _counts(text: str | None) -> list[int]:
    return [int(count) for count in _COUNT.findall(text)] if text else []


def _number(text: str, unit: str) -> Fraction:
    """A number with its decimal sign. “1,000 g” is a thousand, but “1,500 kg” and “0,500 l” are not.

    Three places after the sign are thousands with small units, which nobody writes to three places.
    """
    whole, sign, part = text.replace(",", ".").partition(".")
    if len(part) == 3 and whole.strip("0") and len(whole) <= 3 and unit in SMALL:
        return Fraction(whole + part)
    return Fraction(f"{whole}{sign}{part}")


@lru_cache(maxsize=10_000)
def _size(found: tuple[str, ...]) -> Size:
    """One size of all that was read: the unit is what is multiplied, else what stands last."""
    read = [_one(text) or (None, []) for text in found]
    packs = tuple(count for _, counts in read for count in counts if count > 1)
    measures = [measure for measure, _ in read if measure]
    if not measures:
        return Size(None, packs)
    unit = next((measure for measure, counts in read if measure and counts), measures[-1])
    total = Measure(unit.kind, unit.amount * prod(packs))
    others = {one for one in measures if not (is_same(one, unit) or is_same(one, total))}
    return Size(unit, packs, frozenset(others))


def read_size(text: str) -> Size:
    """The size of a column of its own, where a bare number is a pack: “6x1 L”, “12”."""
    plain = in_plain_signs(folded(text[:100])[:100]).strip()
    if _COUNT.fullmatch(plain):
        return Size(None, (int(plain),) if int(plain) > 1 else ())
    return size_and_rest(plain)[0]


def with_column(size: Size, column: Size) -> Size:
    """A name's size with what a column of its own says; counts that differ stand around the name's."""
    if column == NOTHING:
        return size
    others = size.others | column.others
    if size.measure and column.measure and not is_same(size.measure, column.measure):
        others |= {column.measure}
    differ = bool(size.packs and column.packs) and size.pack != column.pack
    packs = column.packs + size.packs if differ else size.packs or column.packs
    return Size(size.measure or column.measure, packs, others, is_contested=differ)


# --- beside each other -----------------------------------------------------------------------------------
class Relation(StrEnum):
    """How a line's size stands to a product's."""

    EQUAL = "equal"  # the same unit; a pack may stand around it
    UNSAID = "unsaid"  # one of the two says nothing
    TOTAL = "total"  # the same in all, parted otherwise: “6 L” and “6x1 L”
    PART = "part"  # the same unit, other counts that may go into one another: “1 L” and “6x1 L”
    KIND = "kind"  # grams beside millilitres
    MIXED = "mixed"  # one of several measures is the same
    DIFFERENT = "different"  # the veto


@dataclass(frozen=True, slots=True)
class Beside:
    """A relation, and how many of the product there are in one of the line (None: it cannot be told)."""

    relation: Relation
    pack: int | None = None


VETO: Final = Beside(Relation.DIFFERENT)
TOLERANCE: Final = Fraction(6, 1000)  # a pint is 568.26 ml and is sold as 568; 2 pt as 1.13 l


def is_same(one: Measure, other: Measure) -> bool:
    """The same measure, but for how a pint or a pound is rounded on its label."""
    if one.kind != other.kind:
        return False
    return abs(one.amount - other.amount) <= TOLERANCE * max(one.amount, other.amount)


def beside(line: Size, product: Size) -> Beside:
    """How a line's size stands to a product's (spec/02: 6×1 L is not 2 L, 500 g is not 50 g)."""
    if line.is_contested and not product.packs:
        return Beside(Relation.PART) if beside(replace(line, is_contested=False), product) != VETO else VETO
    if line.others or product.others:
        return _several(line, product)
    if line.measure and product.measure:
        return _two_measures(line.measure, line, product.measure, product)
    if line.measure or product.measure:
        return Beside(Relation.UNSAID, _around(line.packs, product.packs) or None)
    return _counts_alone(line.packs, product.packs)


def _two_measures(mine: Measure, line: Size, its: Measure, product: Size) -> Beside:
    if mine.kind != its.kind:
        return Beside(Relation.KIND)
    if is_same(mine, its):
        return _same_unit(line.packs, product.packs)
    if min(line.pack, product.pack) == 1 and is_same(
        Measure(mine.kind, mine.amount * line.pack), Measure(its.kind, its.amount * product.pack)
    ):
        return Beside(Relation.TOTAL, 1)
    return VETO


def _same_unit(line: tuple[int, ...], product: tuple[int, ...]) -> Beside:
    if around := _around(line, product):
        return Beside(Relation.EQUAL, around)
    if prod(line) == prod(product):  # four of twenty are not eighty
        return Beside(Relation.TOTAL, 1)
    if prod(line) % prod(product) == 0:
        return Beside(Relation.PART, prod(line) // prod(product))
    return Beside(Relation.PART) if not line else VETO


def _counts_alone(line: tuple[int, ...], product: tuple[int, ...]) -> Beside:
    """Without a measure: six of a thing may be a case of it, or what one bag of it holds."""
    if line and not product:
        return Beside(Relation.UNSAID, prod(line))
    return _same_unit(line, product)


def _around(line: tuple[int, ...], product: tuple[int, ...]) -> int:
    """How many of the product's packs a line's counts say; 0 where they do not end in the product's."""
    if line == product:
        return 1
    outer = len(line) - len(product)
    return prod(line[:outer]) if outer > 0 and line[outer:] == product else 0


def _several(line: Size, product: Size) -> Beside:
    """Sizes where one names several measures (“400 g, drained 240 g”)."""
    mine, its = _all(line), _all(product)
    if not mine or not its:
        return Beside(Relation.UNSAID)
    shared = [one for one in mine if any(is_same(one, other) for other in its)]
    if len(shared) == len(mine) == len(its):
        return _same_unit(line.packs, product.packs)
    return Beside(Relation.MIXED) if shared else VETO


def _all(size: Size) -> frozenset[Measure]:
    return size.others | ({size.measure} if size.measure else frozenset())
