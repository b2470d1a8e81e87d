"""A supplier's line against a catalogue: what was learned, barcode or code, then names (spec/02)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from heapq import nlargest
from typing import Final

from apps.inventory.matching.asking import Asked, asked
from apps.inventory.matching.explaining import reason, reasons_of
from apps.inventory.matching.index import Index
from apps.inventory.matching.model import (
    CERTAIN,
    CLEAR,
    DOUBTED,
    SHOWN,
    SUGGESTED,
    Because,
    Candidate,
    Known,
    Line,
    Match,
    State,
)
from apps.inventory.matching.proofs import Evidence, proof_of
from apps.inventory.matching.reading import read
from apps.inventory.matching.scoring import Words, of_words, points_of
from apps.inventory.matching.sizes import Beside, Relation, Size, beside, read_size, with_column

NOTHING_KNOWN: Final = Known()
LOOKED_AT: Final = 32  # wordings whose words are compared one by one
GATHERED: Final = 3000  # entries of the words' lists that are counted, the rarest words' first
HALF: Final = 0.5  # of what the best shares: with less, a wording is not looked at
FEW: Final = 200  # wordings; beyond, a common word only adds to those that are there


@dataclass(frozen=True, slots=True)
class Ranked:
    """A product with its points for a line."""

    points: float
    place: int
    size: Beside
    words: Words
    is_supplied: bool  # the supplier has delivered it before

    @property
    def order(self) -> tuple[float, bool, int]:
        """What candidates are sorted by: points, then what the supplier is known for, then the item code."""
        return -self.points, not self.is_supplied, self.place

    @property
    def is_of_size(self) -> bool:
        return self.size.relation is Relation.EQUAL


@dataclass(frozen=True, slots=True)
class Matcher:
    """Matches lines against one catalogue; remembers how sizes stand to one another for the next line."""

    index: Index
    sizes: dict[Size, dict[int, Beside]] = field(default_factory=dict, compare=False)

    def match(self, line: Line, known: Known = NOTHING_KNOWN) -> Match:
        """What a line is. What proves it stands before what its name is like."""
        reading = read(line.name)
        size = with_column(reading.size, read_size(line.pack_size)) if line.pack_size else reading.size
        question = asked(reading.words, size, self.index)
        proof = proof_of(Evidence(line, known, question, self.index))
        if proof is None:
            return _judged(self._by_name(question, known))
        if proof.is_enough:
            return Match(State.CERTAIN, proof.candidates)
        return self._doubted(proof.candidates, self._by_name(question, known))

    def _doubted(self, proved: tuple[Candidate, ...], by_name: Sequence[Candidate]) -> Match:
        """What something speaks for, but not enough: names come beside it, and nothing is certain."""
        codes = {one.code for one in proved}
        others = (one for one in by_name if one.code not in codes)
        return Match(State.SUGGESTED, tuple(sorted([*proved, *others], key=_by_score))[:SHOWN])

    def _by_name(self, line: Asked, known: Known) -> list[Candidate]:
        """The best by name."""
        ranked = self._likeliest(line, known)
        if _is_between_brands(line, ranked):
            ranked = sorted(
                (replace(one, points=min(one.points, DOUBTED)) for one in ranked), key=lambda one: one.order
            )
        return [self._candidate(line, one) for one in ranked[:SHOWN]]

    def _candidate(self, line: Asked, one: Ranked) -> Candidate:
        reasons = reasons_of(line, one.place, one.size, self.index)
        if one.is_supplied:
            reasons += (reason(Because.SUPPLIED_BEFORE),)
        return Candidate(self.index.codes[one.place], one.points, one.size.pack, reasons)

    def _likeliest(self, line: Asked, known: Known) -> list[Ranked]:
        """Products with their points, the best first; those of another size are none."""
        found: list[Ranked] = []
        least = 0.0  # the points of the last that is shown
        for words in sorted(self._wordings(line), key=lambda words: -words.points):
            if words.points < least and not words.is_sure_but_brand:
                continue
            found += self._members(line, words, known)
            found.sort(key=lambda one: one.order)
            least = found[SHOWN - 1].points if len(found) >= SHOWN else 0.0
        return found

    def _members(self, line: Asked, words: Words, known: Known) -> Iterator[Ranked]:
        for place in words.wording.members:
            size = self._beside(line.size, place)
            if size.relation is not Relation.DIFFERENT:
                is_supplied = self.index.codes[place] in known.supplied
                yield Ranked(points_of(words, size), place, size, words, is_supplied)

    def _beside(self, size: Size, place: int) -> Beside:
        """How a line's size stands to a product's, worked out once for each two sizes."""
        known = self.sizes.setdefault(size, {})
        number = self.index.size_of[place]
        found = known.get(number)
        if found is None:
            found = known[number] = beside(size, self.index.sizes[number])
        return found

    def _wordings(self, line: Asked) -> Iterator[Words]:
        """The wordings that share most with a line, each with its points."""
        wordings = self.index.wordings
        counted = self._gathered(line)
        least = HALF * max(counted.values(), default=0.0)
        fit = [(2 * shared - wordings[at].weight, -at) for at, shared in counted.items() if shared >= least]
        best = [-at for _, at in nlargest(LOOKED_AT, fit)]
        return (of_words(line, wordings[at]) for at in best)

    def _gathered(self, line: Asked) -> dict[int, float]:
        """Wordings by the weight of the words that they share with a line.

        Rare words come first: what has none of them, but a common word alone, is no likely candidate.
        """
        having, weights = self.index.having, self.index.weights
        counted: dict[int, float] = {}
        room = GATHERED
        for number in sorted(line.near, key=lambda number: (len(having[number]), number)):
            worth = weights[number] * line.near[number].sure
            if len(having[number]) <= room or len(counted) < FEW:
                for at in having[number]:
                    counted[at] = counted.get(at, 0.0) + worth
                room -= len(having[number])
            else:
                for at in counted.keys() & having[number]:
                    counted[at] += worth
        return counted


def match_all(lines: Iterable[Line], index: Index, known: Known = NOTHING_KNOWN) -> list[Match]:
    """Every line of a file."""
    matcher = Matcher(index)
    return [matcher.match(line, known) for line in lines]


def _is_between_brands(line: Asked, ranked: Sequence[Ranked]) -> bool:
    """Whether a line that names no brand fits products of several: then nobody can tell which it is.

    An own label's name has no brand in it, so a line without one looks like it, whoever made the thing.
    """
    if line.is_branded:
        return False
    fits = {one.words.wording.brand for one in ranked if one.words.is_sure_but_brand and one.is_of_size}
    return len(fits) > 1


def _judged(ranked: Sequence[Candidate]) -> Match:
    """What the points come to (spec/02): certain is high and clear of the next."""
    if not ranked or ranked[0].score < SUGGESTED:
        return Match(State.UNMATCHED, tuple(ranked))
    is_clear = len(ranked) == 1 or round(ranked[0].score - ranked[1].score, 1) >= CLEAR
    is_certain = ranked[0].score >= CERTAIN and is_clear
    return Match(State.CERTAIN if is_certain else State.SUGGESTED, tuple(ranked))


def _by_score(candidate: Candidate) -> float:
    return -candidate.score
