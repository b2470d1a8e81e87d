"""How the matcher fares with labelled lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from apps.inventory.matching.matcher import Matcher
from apps.inventory.matching.model import Line, Match, State
from bench._supplier.lines import Labelled


@dataclass(frozen=True, slots=True)
class Verdict:
    """A line, and what was made of it."""

    line: Labelled
    match: Match

    @property
    def is_certain(self) -> bool:
        return self.match.state is State.CERTAIN

    @property
    def is_wrong(self) -> bool:
        """Certain of another product, or of the right one in another number."""
        best = self.match.candidates[0] if self.match.candidates else None
        return self.is_certain and (
            best is None or (best.code, best.pack) != (self.line.code, self.line.pack)
        )

    @property
    def rank(self) -> int:
        """The place of the right product among the candidates, from 1; 0 where it is not there."""
        codes = [candidate.code for candidate in self.match.candidates]
        return codes.index(self.line.code) + 1 if self.line.code in codes else 0


@dataclass(frozen=True, slots=True)
class Figures:
    """What spec/02 asks about, as shares of a hundred."""

    lines: int
    present: int  # those whose product is in the catalogue
    wrong: int  # certain of a product that it is not
    precision: float  # of those that are certain, the right ones
    certain: float  # of the present, those matched for certain and rightly
    first: float  # of the present, those where it is the first candidate
    five: float  # of the present, those where it is among the five


def verdicts(lines: Iterable[Labelled], matcher: Matcher) -> list[Verdict]:
    """Every line, matched by its name alone."""
    return [Verdict(line, matcher.match(Line(line.name))) for line in lines]


def figures(judged: Sequence[Verdict]) -> Figures:
    """The figures of some verdicts."""
    certain = [one for one in judged if one.is_certain]
    present = [one for one in judged if one.line.code]
    right = sum(1 for one in certain if not one.is_wrong)
    return Figures(
        lines=len(judged),
        present=len(present),
        wrong=len(certain) - right,
        precision=_percent(right, len(certain)),
        certain=_percent(right, len(present)),
        first=_percent(sum(1 for one in present if one.rank == 1), len(present)),
        five=_percent(sum(1 for one in present if one.rank), len(present)),
    )


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 100.0
