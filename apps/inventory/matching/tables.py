"""The matcher's words, read from ``words/``: what is read as what, what weighs little, what excludes what.

Each file says at its top how it is written.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from apps.inventory.matching.letters import bare, stem

FOLDER: Final = Path(__file__).parent / "words"
OR: Final = "|"  # between the meanings of a word that has several
WHOLE: Final = "!"  # behind an axis whose words no beginning stands for
Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """What the files say, keyed by stemmed words without accents (accented ones stand beside them)."""

    meanings: Mapping[str, Phrase]  # one word → words of the catalogue
    phrases: Mapping[str, tuple[tuple[Phrase, Phrase], ...]]  # by first word: (all its words, what they mean)
    pairs: frozenset[Phrase]  # the first two words of every phrase: a quick look whether there is one at all
    light: frozenset[str]
    noise: frozenset[str]
    axes: Mapping[str, tuple[str, ...]]  # word → the axes on which it excludes others
    whole: frozenset[str]  # words that no beginning stands for


@cache
def tables() -> Tables:
    """The tables, read once in each process."""
    spellings = {**dict(_foreign()), **dict(_abbreviations())}
    fillers = dict(named("fillers.txt"))
    noise = {_stemmed(word) for kind in ("noise", "small") for word in fillers[kind]}
    single = {said[0]: meant for said, meant in spellings.items() if len(said) == 1 and said != meant}
    noise_phrases = {said: () for said in noise if len(said) > 1}
    longer = {said: meant for said, meant in spellings.items() if len(said) > 1} | noise_phrases
    return Tables(
        meanings=single,
        phrases=_by_first_word(longer),
        pairs=frozenset(said[:2] for said in longer),
        light=frozenset(word for said in fillers["light"] for word in _stemmed(said)),
        noise=frozenset(said[0] for said in noise if len(said) == 1),
        axes=_axes(longer),
        whole=frozenset(
            word
            for axis, values in named("opposites.txt")
            if axis.endswith(WHOLE)
            for value in values
            for word in _stemmed(value)
        ),
    )


def _by_first_word(phrases: Mapping[Phrase, Phrase]) -> dict[str, tuple[tuple[Phrase, Phrase], ...]]:
    """Phrases by their first word, the longest first."""
    found: dict[str, list[tuple[Phrase, Phrase]]] = {}
    for said in sorted(phrases, key=lambda said: (-len(said), said)):
        found.setdefault(said[0], []).append((said, phrases[said]))
    return {first: tuple(pairs) for first, pairs in found.items()}


def _axes(phrases: Mapping[Phrase, Phrase]) -> dict[str, tuple[str, ...]]:
    """The axes of each word; of a value of several words, of each that no other value has."""
    found: dict[str, tuple[str, ...]] = {}
    for axis, values in named("opposites.txt"):
        for value in values:
            said = _stemmed(value)
            word = OR.join(phrases.get(said, said)) if len(said) > 1 else said[0]
            found[word] = (*found.get(word, ()), axis.rstrip(WHOLE))
    return found


def _foreign() -> Iterator[tuple[Phrase, Phrase]]:
    for line in _lines("foreign.txt"):
        english, *cells = line.split("|")
        for spelling in (spelling for cell in cells for spelling in cell.split(",") if spelling.strip()):
            meant = _stemmed(english)
            yield _accented(spelling.replace("!", "")), meant
            if "!" not in spelling:
                yield _stemmed(spelling), meant


def _abbreviations() -> Iterator[tuple[Phrase, Phrase]]:
    for line in _lines("abbreviations.txt"):
        left, _, right = line.partition("=")
        meanings = [_stemmed(meaning) for meaning in right.split(OR)]
        meant = meanings[0] if len(meanings) == 1 else (OR.join(" ".join(words) for words in meanings),)
        for spelling in left.split(","):
            yield _stemmed(spelling), meant


def named(file: str) -> Iterator[tuple[str, list[str]]]:
    """The lines of a file of “name: value, value”."""
    for line in _lines(file):
        name, _, values = line.partition(":")
        yield name, [value.strip() for value in values.split(",")]


def _lines(file: str) -> Iterator[str]:
    for line in (FOLDER / file).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line


def _stemmed(text: str) -> Phrase:
    return tuple(stem(bare(word)) for word in text.casefold().replace(".", " ").split())


def _accented(text: str) -> Phrase:
    return tuple(text.casefold().split())
