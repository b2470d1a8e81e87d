"""Which words of a catalogue a misspelled or shortened word may be: the only module that knows rapidfuzz."""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

Key = TypeVar("Key", int, str)
SHORTEST_GUESS: Final = 3  # letters of a word that may be the beginning of another
SHORTEST_SLIP: Final = 4  # letters of a word that may have a slip in it
LEAST: Final = 0.72  # alike enough to be a slip: one letter of four, two of eight
CLOSE: Final = 0.1  # this near to the best guess, another is kept beside it
_VOWELS: Final = str.maketrans("", "", "aeiou")
MOST_GUESSES: Final = 6
BEGINNING: Final = (0.80, 0.16)  # a beginning is worth this, and so much more the nearer it is to the whole
SKELETON: Final = 0.80  # “chkn”: letters left out, in their order
MOST_COMPLETIONS: Final = 40  # a beginning of so many words says nothing


@dataclass(frozen=True, slots=True)
class Speller:
    """A catalogue's words, sorted in the ways that they are looked for."""

    words: Sequence[str]  # sorted; those that may be shortened
    by_length: Mapping[int, tuple[str, ...]]
    by_letter: Mapping[str, tuple[str, ...]]
    near: dict[str, tuple[tuple[str, float], ...]] = field(default_factory=dict, compare=False)

    def guesses(self, word: str) -> tuple[tuple[str, float], ...]:
        """Words that an unknown one may stand for and how sure that is (0 to 1), the likeliest first."""
        known = self.near.get(word)
        if known is None:
            if len(self.near) > MOST_REMEMBERED:
                self.near.clear()
            known = self.near[word] = self._guess(word)
        return known

    def _guess(self, word: str) -> tuple[tuple[str, float], ...]:
        if not word.isalpha() or len(word) < SHORTEST_GUESS:
            return ()
        found: dict[str, float] = {}
        for guess, sure in (*self._slips(word), *self._completions(word), *self._skeletons(word)):
            found[guess] = max(sure, found.get(guess, 0.0))
        ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_GUESSES]
        return tuple(pair for pair in ranked if pair[1] >= ranked[0][1] - CLOSE)

    def _slips(self, word: str) -> list[tuple[str, float]]:
        if len(word) < SHORTEST_SLIP:
            return []
        reach = 1 if len(word) < 2 * SHORTEST_SLIP else 2
        lengths = range(len(word) - reach, len(word) + reach + 1)
        near = [other for length in lengths for other in self.by_length.get(length, ())]
        alike = process.extract(
            word,
            near,
            scorer=OSA.normalized_similarity,
            processor=None,
            score_cutoff=LEAST,
            limit=MOST_GUESSES,
        )
        return [(other, _sureness(word, other, share)) for other, share, _ in alike]

    def _completions(self, word: str) -> list[tuple[str, float]]:
        at = bisect_left(self.words, word)
        end = bisect_left(self.words, word + "\U0010ffff", lo=at)
        if end - at > MOST_COMPLETIONS:
            return []
        least, more = BEGINNING
        return [(other, least + more * len(word) / len(other)) for other in self.words[at:end]]

    def _skeletons(self, word: str) -> list[tuple[str, float]]:
        rest = word[1:]
        return [
            (other, SKELETON)
            for other in self.by_letter.get(word[0], ())
            if len(other) <= 3 * len(word) and _is_within(rest, other) and _is_skeleton(word, other)
        ]


MOST_REMEMBERED: Final = 50_000


def speller_of(words: Iterable[str], whole: Collection[str] = frozenset()) -> Speller:
    """A speller over words that people misspell: those of letters alone; ``whole`` ones nobody shortens."""
    plain = sorted(word for word in words if word.isalpha() and len(word) >= SHORTEST_GUESS)
    short = [word for word in plain if word not in whole]
    return Speller(short, _grouped(plain, len), _grouped(short, lambda word: word[0]))


def _grouped(words: Iterable[str], by: Callable[[str], Key]) -> dict[Key, tuple[str, ...]]:
    found: dict[Key, list[str]] = {}
    for word in words:
        found.setdefault(by(word), []).append(word)
    return {key: tuple(those) for key, those in found.items()}


def order_kept(line: Sequence[int], product: Sequence[int]) -> float:
    """How far two sets of the same words stand in the same order: 1 for the same, 0 for the reverse."""
    return OSA.normalized_similarity(line, product)


def _sureness(word: str, other: str, share: float) -> float:
    """A slip at the first letter is rarer than elsewhere."""
    return share if word[0] == other[0] else share - 0.06


def _is_skeleton(word: str, other: str) -> bool:
    """Whether letters were left out within a word, not at its end; or all its vowels were."""
    return other[-1] == word[-1] or other[0] + other[1:].translate(_VOWELS) == word


def _is_within(letters: str, word: str) -> bool:
    """Whether letters stand in a word in their order."""
    rest = iter(word[1:])
    return all(letter in rest for letter in letters)
