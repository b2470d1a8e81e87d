"""The words of suppliers in ``words.toml``, read once, and how two spellings of a word are the same."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from apps.inventory.intake.fields import Field

FILE: Final = Path(__file__).with_name("words.toml")
MARKED: Final = str.maketrans("ıłøđ", "ilod")  # letters off which Unicode takes nothing
BETWEEN: Final = re.compile(r"[^\w%]+|_")
BRACKETED: Final = re.compile(r"\([^()]*\)|\[[^][]*\]")
PARTS: Final = re.compile(r"[/|\n]")  # "Artikel / Item": one name a language
IN_HEADERS: Final = re.compile(r"[£€$¥₺₹₪₽₴]|\b[A-Z]{3}\b")
LONGEST: Final = 120  # signs of a header that can be one of ours
SHORTEST_MONTH: Final = 3


class Meaning(NamedTuple):
    """What a header means; a weak one yields to a strong one for the same column."""

    field: Field
    is_weak: bool


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """A text without case, accents and punctuation: what two spellings of one word have in common."""
    parts = unicodedata.normalize("NFKD", text.casefold()).translate(MARKED)
    bare = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return " ".join(BETWEEN.sub(" ", bare.replace("%", " % ")).split())


def meaning_of(header: str) -> Meaning | None:
    """Which column a header names, whole, without its brackets, or in each of its parts."""
    if not header or len(header) > LONGEST:
        return None
    for text in (header, BRACKETED.sub(" ", header)):
        if meaning := _known(text):
            return meaning
    parts = [_known(BRACKETED.sub(" ", part)) for part in PARTS.split(header)]
    fields = {part.field for part in parts if part}
    return next(part for part in parts if part) if len(parts) > 1 and len(fields) == 1 else None


def _known(text: str) -> Meaning | None:
    word = folded(text)
    for sign in _money_words():
        word = word.removesuffix(f" {sign}")
    return _headers().get(word)


def is_discount(header: str) -> bool:
    """Whether a column lowers the price."""
    return folded(BRACKETED.sub(" ", header)) in _words("discount")


def is_total(text: str) -> bool:
    """Whether a text stands at the head of a sum: "Total", "VAT 20 %", "Summe EUR:"."""
    bare = re.sub(r"[\d.,%]+", " ", BRACKETED.sub(" ", text))
    return len(text) <= LONGEST and folded(bare).removeprefix("% ").removesuffix(" %") in _words("totals")


def is_nothing(text: str) -> bool:
    """Whether a text says that there is nothing."""
    return not text or text.casefold() in _nothing()


def month_of(word: str) -> int | None:
    """The month of a name in any of the languages, or of its first letters."""
    return _months().get(folded(word))


def unit_of(text: str) -> str:
    """Our name of a unit; what is unknown stays as it is."""
    return _units().get(folded(text), text)


def is_unit(text: str) -> bool:
    """Whether a text is a unit that we know."""
    return folded(text) in _units()


@cache
def money() -> Mapping[str, frozenset[str]]:
    """The signs and words of money, in small letters, and the currencies that each may be."""
    return {sign.casefold(): frozenset(codes) for sign, codes in _file()["money"].items()}


def money_in(header: str) -> frozenset[str]:
    """The signs of money in a header, and codes in capitals: other words of money may mean something else."""
    return frozenset(one for one in IN_HEADERS.findall(header) if one.casefold() in money())


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(folded(word) for word in _file()[name]["any"])


@cache
def _nothing() -> frozenset[str]:
    return frozenset(word.casefold() for word in _file()["nothing"]["any"])


@cache
def _money_words() -> tuple[str, ...]:
    words = {folded(sign) for sign in money()} - {""}
    return tuple(sorted(words, key=len, reverse=True))


@cache
def _headers() -> dict[str, Meaning]:
    known: dict[str, Meaning] = {}
    for name, languages in _file()["headers"].items():
        for language, words in languages.items():
            for word in words:
                known.setdefault(folded(word), Meaning(Field(name), language == "weak"))
    return known


@cache
def _units() -> dict[str, str]:
    return {folded(word): unit for unit, words in _file()["units"].items() for word in words}


@cache
def _months() -> dict[str, int]:
    """Every name and every beginning of one that fits a single month."""
    beginnings: dict[str, set[int]] = {}
    for names in _file()["months"].values():
        for number, name in enumerate(names, start=1):
            for beginning in _beginnings(folded(name)):
                beginnings.setdefault(beginning, set()).add(number)
    whole = {
        folded(name): number for names in _file()["months"].values() for number, name in enumerate(names, 1)
    }
    return {word: min(months) for word, months in beginnings.items() if len(months) == 1} | whole


def _beginnings(name: str) -> Iterable[str]:
    return (name[:length] for length in range(min(SHORTEST_MONTH, len(name)), len(name) + 1))
