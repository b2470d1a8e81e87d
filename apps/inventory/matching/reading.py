"""What a name says: its words in the catalogue's terms, and its size."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import Final

from apps.inventory.matching.letters import bare, folded, stem
from apps.inventory.matching.model import Line
from apps.inventory.matching.sizes import (
    NOTHING,
    Size,
    beside,
    in_plain_signs,
    read_size,
    size_and_rest,
    with_column,
)
from apps.inventory.matching.tables import OR, Phrase, tables

LONGEST: Final = 200  # signs of a name that are read; ERPNext's names end at 140
_WORDS: Final = re.compile(r"\d{1,3}(?:[.,]\d{1,2})?\s?%|[^\W_]+")
# What a supplier prints beside a name: prices (“PMP £1.99”) and dates (“BBE 03/27”).
_PRINTED: Final = re.compile(
    r"(?:\b(?:pmp|rrp|srp)\s?)?[£$€]\s?\d{1,5}(?:[.,]\d{1,2})?|\b(?:pmp|rrp|srp)\s?\d{1,5}(?:[.,]\d{1,2})?"
    r"|\b(?:bbe?|exp|use by)\s?\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?"
)
_APOSTROPHES: Final = re.compile(r"['’`´](?=s\b)")
_INITIALS: Final = re.compile(r"\b([^\W\d_])[/.]([^\W\d_])\b")
_KEY: Final = re.compile(r"[^\w%]+|_")


@dataclass(frozen=True, slots=True)
class Reading:
    """A name as the matcher sees it."""

    words: Phrase  # in their order; “whole|white” where a word may mean either
    size: Size = NOTHING


def read(name: str) -> Reading:
    """A name's words without noise, in English where the tables know them, and its size."""
    text = in_plain_signs(folded(name[:LONGEST])[:LONGEST])
    size, rest = size_and_rest(_PRINTED.sub(" ", text))
    return Reading(_in_our_words(_parted(rest)), size)


def words_of(text: str) -> Phrase:
    """The words of a text that has no size, such as a brand."""
    text = in_plain_signs(folded(text[:LONGEST])[:LONGEST])
    return _in_our_words(_parted(text))


def _parted(text: str) -> list[str]:
    """A text's words: “o'hara's” without its genitive, “g/f” as one."""
    if "'" in text:
        text = _APOSTROPHES.sub("", text)
    if "/" in text or "." in text:
        text = _INITIALS.sub(r"\1\2", text)
    return _WORDS.findall(text)


def pack_of(line: Line, name: str) -> int | None:
    """How many of a product of that name one of a line is; None where their sizes do not tell."""
    size = read(line.name).size
    if line.pack_size:
        size = with_column(size, read_size(line.pack_size))
    return beside(size, read(name).size).pack


def name_key(name: str) -> str:
    """What a supplier's name is remembered by: without case, accents, punctuation and double spaces.

    No table has a part in it: what was learned must not be forgotten because a table grew.
    """
    return " ".join(bare(word) for word in _KEY.sub(" ", in_plain_signs(folded(name[:500]))).split())


def part_key(part_number: str) -> str:
    """What a part number is remembered by: letters and digits in lower case."""
    return "".join(sign for sign in folded(part_number[:100]) if sign.isalnum())


def _in_our_words(words: list[str]) -> Phrase:
    """Words as the catalogue would have them, without noise. Most have no phrase and go the short way."""
    begun = tables().pairs
    kept = [word for word in words if _meaning(word)]
    if begun.isdisjoint(pairwise(map(_plain, words))) and begun.isdisjoint(pairwise(map(_plain, kept))):
        ours = list(chain.from_iterable(map(_meaning, kept)))
    else:
        ours = _with_phrases(words)
    return tuple(ours) if begun.isdisjoint(pairwise(ours)) else tuple(_with_phrases(ours))


def _with_phrases(words: list[str]) -> list[str]:
    """Words with what each phrase means in its place.

    A phrase is looked for twice: “no added sugar” has its noise in it, “pommes de terre” is one without.
    """
    once = _phrased([_plain(word) for word in words], list(words))
    kept = [word for word in once if isinstance(word, tuple) or _meaning(word)]
    twice = _phrased([_plain(word) if isinstance(word, str) else "" for word in kept], kept)
    return [one for word in twice for one in (word if isinstance(word, tuple) else _meaning(word))]


def _phrased(words: list[str], instead: list[str | Phrase]) -> list[str | Phrase]:
    """What stands ``instead`` of each word, but for a phrase (the longest) a tuple of what it means."""
    phrases = tables().phrases
    found: list[str | Phrase] = []
    at = 0
    while at < len(words):
        here = (
            pair for pair in phrases.get(words[at], ()) if tuple(words[at : at + len(pair[0])]) == pair[0]
        )
        said, meant = next(here, ((words[at],), instead[at]))
        found.append(meant)
        at += len(said)
    return found


@lru_cache(maxsize=50_000)
def _plain(word: str) -> str:
    """A folded word without accents and plural; a percentage in one spelling."""
    if word.endswith("%"):
        return word.replace(" ", "").replace(",", ".")
    return stem(bare(word))


@lru_cache(maxsize=50_000)
def _meaning(word: str) -> Phrase:
    """What one folded word means: looked up as it is spelled, then without its accents; () for noise."""
    known, plain = tables(), _plain(word)
    meant = known.meanings.get(word) or known.meanings.get(plain)
    if meant is not None:
        return meant
    return () if plain in known.noise else (plain,)


def alternatives(word: str) -> list[Phrase]:
    """The meanings of a word that has several; none for a plain one."""
    return [tuple(meaning.split()) for meaning in word.split(OR)] if OR in word else []


def joined(words: Iterable[str]) -> str:
    """Words as one text, for the eye."""
    return " ".join(words)
