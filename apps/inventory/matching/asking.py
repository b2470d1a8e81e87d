"""A line's name as a question to a catalogue: which of its words each word of the line may be."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from apps.inventory.matching.index import LIGHT, TELLING, Index, axes_of, brands_in, has_digit
from apps.inventory.matching.reading import alternatives
from apps.inventory.matching.sizes import Size
from apps.inventory.matching.spelling import Speller, speller_of
from apps.inventory.matching.tables import OR, Phrase, tables

UNKNOWN: Final = 0.9  # the weight of a word that the catalogue has not
EITHER: Final = 0.93  # how sure a word with several meanings is of each of them
SURE: Final = 0.8  # a guess below this is in doubt
LONGEST_JOIN: Final = 24
SHORTEST_PART: Final = 3  # letters of a word within a compound
LONG_ENOUGH: Final = 6  # letters of a table's spelling that a slip may be in
SHORTEST_CODE: Final = 4  # letters and digits that the catalogue has not: the supplier's own code


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of the catalogue that a word of the line may be."""

    place: int  # of the line's word
    sure: float  # 0 to 1; 1 for the very word


@dataclass(frozen=True, slots=True)
class Asked:
    """A line, ready to be compared."""

    words: Phrase
    size: Size
    weights: tuple[float, ...]  # by place
    weight: float  # of them all
    near: dict[int, Hit]  # by number of the catalogue's word
    unclear: frozenset[int]  # places of words that may mean several things
    brands: frozenset[int]  # that it may name
    is_branded: bool  # one of them is a name and no plain word
    axes: dict[str, frozenset[str]]


def asked(words: Phrase, size: Size, index: Index) -> Asked:
    """A reading as a question."""
    words = tuple(dict.fromkeys(_without_codes(_as_catalogue_has_them(words, index), index)))
    guesses = [tuple(_may_be(word, index)) for word in words]
    near: dict[int, Hit] = {}
    for place, found in enumerate(guesses):
        for number, sure in found:
            if number not in near or sure > near[number].sure:
                near[number] = Hit(place, sure)
    likeliest = tuple(
        index.words[found[0][0]] if found else word for word, found in zip(words, guesses, strict=True)
    )
    weights = tuple(_weight(word, found, index) for word, found in zip(words, guesses, strict=True))
    brands = frozenset(brands_in(likeliest, index.brands, index.by_first_word))
    return Asked(
        words=words,
        size=size,
        weights=weights,
        weight=sum(weights),
        near=near,
        unclear=frozenset(place for place, word in enumerate(words) if OR in word),
        brands=brands,
        is_branded=any(not index.brands[brand].is_plain for brand in brands),
        axes=dict(axes_of(likeliest)),
    )


def _weight(word: str, found: tuple[tuple[int, float], ...], index: Index) -> float:
    if found:
        return index.weights[found[0][0]]
    if word in tables().light:
        return LIGHT
    return UNKNOWN + TELLING if word in tables().axes else UNKNOWN


def _may_be(word: str, index: Index) -> Iterator[tuple[int, float]]:
    """The catalogue's words that a word may be, the likeliest first. One that it has is that one alone."""
    if word in index.numbers:
        yield index.numbers[word], 1.0
    if OR in word:
        for meaning in alternatives(word):
            yield from ((index.numbers[one], EITHER) for one in meaning if one in index.numbers)
    elif word not in index.numbers and word not in tables().axes and not has_digit(word):
        # A word that tells twins apart is never taken for a slip: “salted” is not “unsalted”.
        guesses = index.speller.guesses(word)
        yield from ((index.numbers[guess], sure) for guess, sure in guesses)
        if not guesses or guesses[0][1] < SURE:
            yield from _by_table(word, index)


def _by_table(word: str, index: Index) -> Iterator[tuple[int, float]]:
    """What a word with a slip in it means, where the word it should be is one of the tables'."""
    for spelling, sure in _spellings().guesses(word):
        for meant in tables().meanings[spelling]:
            if meant in index.numbers:
                yield index.numbers[meant], sure


@cache
def _spellings() -> Speller:
    """The tables' longer spellings; in a short one a slip makes another word."""
    return speller_of(word for word in tables().meanings if len(word) >= LONG_ENOUGH)


def _as_catalogue_has_them(words: Phrase, index: Index) -> Iterator[str]:
    """Words joined or parted as the catalogue has them: “sun flower” is “sunflower”, and the other way."""
    known, at = index.numbers, 0
    while at < len(words):
        word, following = words[at], words[at + 1] if at + 1 < len(words) else ""
        if following and not (word in known and following in known) and word + following in known:
            yield word + following
            at += 1
        elif word in known or not (parts := _parts(word, index)):
            yield word
        else:
            yield from parts
        at += 1


def _parts(word: str, index: Index) -> Phrase:
    """The two words of the catalogue that a long one is made of; () where it is not."""
    if not 2 * SHORTEST_PART <= len(word) <= LONGEST_JOIN:
        return ()
    for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        if word[:cut] in index.numbers and word[cut:] in index.numbers:
            return word[:cut], word[cut:]
    return ()


def _without_codes(words: Iterator[str], index: Index) -> Iterator[str]:
    """Words without the supplier's codes: letters and digits together that the catalogue does not know."""
    for word in words:
        if word in index.numbers or not has_digit(word) or len(word) < SHORTEST_CODE or word.endswith("%"):
            yield word
