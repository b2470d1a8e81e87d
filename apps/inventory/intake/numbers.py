"""Numbers as suppliers write them: with either decimal sign, grouped, in any digits, with money around them.

"1.234" is a thousand and more, or one and a little. A number alone cannot tell; its column mostly can. So
each number is read both ways, and what can be read one way only is evidence for the others (docs/adr/0231).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

from apps.inventory.intake.cells import UnreadableError, one_line
from apps.inventory.intake.vocabulary import money

LONGEST: Final = 48  # signs of a number with all that stands around it
POINT, COMMA, ARABIC_DECIMAL = ".", ",", "٫"
DIGITS: Final = {ord(first) + value: str(value) for first in "٠۰０" for value in range(10)}
SIGNS: Final = {
    **dict.fromkeys(map(ord, "−‐‑–—－"), "-"),
    **dict.fromkeys(map(ord, "’‘ʼ′´`٬"), "'"),
    **dict.fromkeys(map(ord, "\u00a0\u202f\u2009\u2007\u2002\u2003"), " "),
    ord("٪"): "%",
    ord("．"): ".",
    ord("，"): ",",
    ord("＋"): "+",
}
PLAIN: Final = DIGITS | SIGNS
NO_CENTS: Final = re.compile(r"[.,] ?-+(?=\D*$)")  # "12.-" and "5,-" are whole amounts, not negative ones
BODY: Final = r"(?P<body>(?:\d[\d.,' ٫]*|[.,٫]\d+)(?<! ))"
FORMULA: Final = re.compile(r"[=@]|[+-]\s*[A-Za-z_(]")
SHORTENED: Final = re.compile(r"[-+]?\d+(?:[.,]\d+)?[eE][+-]?\d+")
GROUPED: Final = re.compile(r"[1-9]\d{0,2}(?:([.,' ])\d{3}(?:\1\d{3})*|,(?:\d\d,)*\d{3})")
LONG: Final = 4  # digits in a row before the decimal sign: whoever writes them groups none


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is written, taken apart but for the one question of what its signs part."""

    is_negative: bool
    with_point: Decimal | None  # its value if the point is the decimal sign
    with_comma: Decimal | None
    money: str = ""
    is_percent: bool = False
    is_long: bool = False

    @property
    def is_ambiguous(self) -> bool:
        """Whether it means one thing with a point and another with a comma."""
        return None not in (self.with_point, self.with_comma) and self.with_point != self.with_comma

    @property
    def decimal_sign(self) -> str:
        """The only decimal sign under which it is a number; "" where it does not tell."""
        if self.with_comma is None:
            return POINT
        return COMMA if self.with_point is None else ""

    def under(self, sign: str) -> Decimal:
        """Its value, with that decimal sign where it matters."""
        first, second = self.with_point, self.with_comma
        value = (
            (second if sign == COMMA else first)
            if self.is_ambiguous
            else first
            if first is not None
            else second
        )
        return -value if self.is_negative and value else (value or Decimal(0))


@dataclass(frozen=True, slots=True)
class Style:
    """How a column writes its numbers."""

    sign: str = ""  # the decimal sign; "" where the column does not tell, or tells both
    is_mixed: bool = False


def figure(text: str) -> Figure:
    """A text taken apart. Raises UnreadableError."""
    written = NO_CENTS.sub("", one_line(text.translate(PLAIN)))
    found = _around().fullmatch(written) if len(written) <= LONGEST else None
    if found is None or found["body"] is None:
        raise _no_number(text)
    body = found["body"]
    point, comma = _value(body, POINT), _value(body, COMMA)
    signs = [sign for sign in (found["sign"], found["inner"], found["after"], found["last"]) if sign]
    if (point is None and comma is None) or len(signs) + bool(found["open"]) > 1:
        raise _no_number(text)
    if bool(found["open"]) != bool(found["close"]):
        raise _no_number(text)
    return Figure(
        is_negative=bool(found["open"]) or signs == ["-"],
        with_point=point,
        with_comma=comma,
        money=(found["before"] or found["behind"] or "").strip().rstrip("."),
        is_percent=bool(found["percent"]),
        is_long=bool(re.match(r"\d{4}", body)),
    )


def style_of(figures: Iterable[Figure]) -> Style:
    """The decimal sign that the numbers of a column show."""
    points = commas = longs = 0
    doubtful: set[str] = set()
    for one in figures:
        points += one.decimal_sign == POINT
        commas += one.decimal_sign == COMMA
        longs += one.is_long
        if one.is_ambiguous:
            doubtful.add(_sign_in(one))
    if points and commas:
        return Style(is_mixed=True)
    if points or commas:
        return Style(POINT if points else COMMA)
    # whoever writes 1500 ungrouped does not group 1.234 either
    return Style(doubtful.pop()) if longs and len(doubtful) == 1 else Style()


def _sign_in(one: Figure) -> str:
    """The sign that an ambiguous number holds: under the decimal sign that it is, the value is smaller."""
    return POINT if (one.with_point or 0) < (one.with_comma or 0) else COMMA


def _value(body: str, sign: str) -> Decimal | None:
    """The value of digits with that decimal sign; None where they are none."""
    if ARABIC_DECIMAL in body:
        sign = ARABIC_DECIMAL
    whole, _sign, cents = body.partition(sign)
    if cents and not cents.isdigit():
        return None
    if whole and not whole.isdigit():
        if not GROUPED.fullmatch(whole):
            return None
        whole = re.sub(r"\D", "", whole)
    return Decimal(f"{whole or 0}.{cents or 0}")


def _no_number(text: str) -> UnreadableError:
    """Why a text is no number, as exactly as can be told."""
    if FORMULA.match(text):
        return UnreadableError("formula")
    return UnreadableError("shortened-number" if SHORTENED.fullmatch(text) else "not-a-number")


@cache
def _around() -> re.Pattern[str]:
    words = sorted(map(re.escape, money()), key=len, reverse=True)
    coin = rf"(?:{'|'.join(words)})\.?"
    return re.compile(
        rf"(?P<open>\()? ?(?P<sign>[-+])? ?(?:(?P<before>{coin}) ?)?(?P<inner>[-+])? ?{BODY} ?(?P<after>-)?"
        rf" ?(?P<behind>{coin})? ?(?P<last>-)? ?(?P<percent>%)? ?(?P<close>\))?",
        re.IGNORECASE,
    )
