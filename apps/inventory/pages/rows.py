"""A line of an invoice as its row on the page shows it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from apps.core.admin.chips import Chip
from apps.inventory.pages.faces import line_face
from apps.inventory.pages.wording import why
from apps.inventory.reports import CandidateFacts, LineFacts
from apps.inventory.states import Decision
from apps.inventory.sums import HUNDRED


@dataclass(frozen=True)
class CandidateRow:
    """A product that may be taken, under its key."""

    key: int
    facts: CandidateFacts
    is_taken: bool

    @property
    def why(self) -> list[tuple[str, bool]]:
        return why(self.facts.reasons)


@dataclass(frozen=True)
class LineRow:
    """A line, with what this person may do to it."""

    facts: LineFacts
    may_change: bool

    @property
    def chip(self) -> Chip:
        return line_face(self.facts.line)

    @property
    def is_undecided(self) -> bool:
        return self.facts.line.decision == Decision.UNDECIDED

    @property
    def candidates(self) -> Iterator[CandidateRow]:
        taken = self.facts.line.product_id
        for key, one in enumerate(self.facts.candidates, start=1):
            yield CandidateRow(key, one, one.product_id == taken)

    @property
    def suggestion(self) -> CandidateFacts | None:
        """What Enter takes; nothing that cannot be bought in any more."""
        found = self.facts.suggestion
        return found if found and found.is_fit else None

    @property
    def plain(self) -> dict[str, str]:
        """Its numbers as fields of a form hold them: every place, no zeros that say nothing."""
        line = self.facts.line
        numbers = {name: getattr(line, name) for name in ("quantity", "buy_price", "pack_factor")}
        shown = {name: f"{value.normalize():f}" for name, value in numbers.items()}
        return shown | {"sell_price": "" if line.sell_price is None else f"{line.sell_price:f}"}

    @property
    def is_packed(self) -> bool:
        return self.facts.line.pack_factor != 1

    @property
    def rise_share(self) -> Decimal | None:
        """How much more it costs than last time, as a share of one."""
        return self.facts.margin.rise / HUNDRED if self.facts.margin.rise is not None else None

    @property
    def margin_share(self) -> Decimal | None:
        margin = self.facts.margin.margin
        return margin.percent / HUNDRED if margin and margin.percent is not None else None

    @property
    def floor_share(self) -> Decimal | None:
        margin = self.facts.margin.margin
        return margin.floor / HUNDRED if margin else None


def rows_of(facts: Iterable[LineFacts], *, may_change: bool) -> list[LineRow]:
    return [LineRow(one, may_change) for one in facts]
