"""What the buttons do: most turn the switches of the JSON API, some touch records; each says what it did."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from apps.sync.demo.alive import breaking
from apps.sync.demo.control import Control
from apps.sync.demo.envelopes import Body
from apps.sync.demo.faults import Fault
from apps.sync.demo.pages.journal import Journal

LOST: Final = 3  # answers to writes
AT_REST: Final = {"maintenance": False, "accepts_key": True, "latency": 0, "rate_limit": None}


class UnknownActError(Exception):
    """There is no such button."""


@dataclass(frozen=True)
class Act:
    """The switches that a button turns, and what is said then; ``state`` is how the site stands after it."""

    said: str
    turns: tuple[tuple[str, Body], ...]
    state: Body = field(default_factory=dict)


def _state(said: str, **given: Any) -> Act:
    return Act(said, (("state", given),), given)


def _storm(said: str, rate: float) -> Act:
    return Act(said, (("storm", {"rate": rate}),), {"storm": rate})


ACTS: Final[Mapping[str, Act]] = {
    "take-down": _state("ERPNext was taken down.", maintenance=True),
    "bring-back": _state("ERPNext was brought back.", maintenance=False),
    "refuse-key": _state("The key is refused from now on.", accepts_key=False),
    "accept-key": _state("The key is accepted again.", accepts_key=True),
    "answer-at-once": _state("Answers come at once again.", latency=0),
    "answer-slowly": _state("Each answer takes 0.2 s from now on.", latency=0.2),
    "answer-very-slowly": _state("Each answer takes 2 s from now on.", latency=2),
    "fail-never": _storm("No request fails by chance any more.", 0),
    "fail-seldom": _storm("10 % of all requests fail from now on.", 0.1),
    "fail-often": _storm("40 % of all requests fail from now on.", 0.4),
    "lose-answers": Act(
        f"The answers to the next {LOST} writes will be lost.",
        (("faults", {"fault": Fault.ANSWER_LOST, "times": LOST, "only_writes": True}),),
    ),
    "calm": Act("Every fault is off: ERPNext answers as it should.", (("calm", {}), ("state", AT_REST))),
}
# How many things happen, and of which kinds; any where none is named.
HAPPENING: Final[Mapping[str, tuple[int, tuple[str, ...]]]] = {
    "live": (10, ()),
    "sell": (5, ("sell", "sell on account")),
    "edit": (5, ("edit an item", "reprice", "edit a customer")),
    "rename": (1, ("rename an item", "rename a customer")),
    "delete": (1, ("delete a price", "delete a draft")),
}


class Switchboard:
    """Presses buttons, and notes in the journal what that did."""

    def __init__(self, control: Control, journal: Journal) -> None:
        self.control = control
        self.journal = journal
        self._on_records: Mapping[str, Callable[[], int]] = {
            "spoil": self._spoil,
            "mend": self._mend,
            "change-silently": self._change_silently,
        }

    def press(self, button: str, form: Mapping[str, str]) -> int:
        """Do what a button says; answers where the journal has it.

        Raises UnknownActError, and what a switch raises that is turned wrongly; NothingToDoError where there
        is no record for it.
        """
        if button in ACTS:
            return self._turn(ACTS[button])
        if button in HAPPENING:
            return self._let_happen(*HAPPENING[button])
        if button in self._on_records:
            return self._on_records[button]()
        if button == "happen":
            return self._let_happen(1, (form.get("only", ""),))
        raise UnknownActError(button)

    def _turn(self, act: Act) -> int:
        for switch, given in act.turns:
            self.control.turn(switch, given)
        return self.journal.note(act.said)

    def _let_happen(self, number: int, only: tuple[str, ...]) -> int:
        happened = self.control.turn("happen", {"number": number, "only": list(only)})["happened"]
        return self.journal.note(_summed_up(len(happened), wanted=number), is_sum=True)

    def _spoil(self) -> int:
        name = breaking.spoil(self.control.alive.hand)
        return self.journal.note("A customer was spoiled", doctype="Customer", name=name)

    def _mend(self) -> int:
        names = breaking.mend(self.control.alive.hand)
        if len(names) == 1:
            return self.journal.note("A customer was mended", doctype="Customer", name=names[0])
        return self.journal.note(f"{len(names)} customers were mended." if names else "No record is spoiled.")

    def _change_silently(self) -> int:
        name = breaking.cancel_silently(self.control.alive.hand)
        words = "A sale was cancelled, and its stamp stands still"
        return self.journal.note(words, doctype="Sales Invoice", name=name)


def held(state: Body) -> list[str]:
    """The buttons that would change nothing now."""
    return [name for name, act in ACTS.items() if act.state and act.state.items() <= state.items()]


def _summed_up(number: int, *, wanted: int) -> str:
    """How much of what was wanted came about."""
    if not number:
        return "Nothing happened in the shop: there is no record that this could happen to."
    things = "1 thing" if number == 1 else f"{number} things"
    return (
        f"{things} happened in the shop." if number == wanted else f"Only {things} could happen in the shop."
    )
