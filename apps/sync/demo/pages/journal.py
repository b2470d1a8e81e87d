"""What happened lately, in words: what people did on these pages, and what the shop did."""

import itertools
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from apps.sync.demo.alive import Alive
from apps.sync.demo.pages.records import linked
from apps.sync.demo.pages.words import HAPPENED

KEPT: Final = 50
SHOWN: Final = 12


@dataclass(frozen=True)
class Noted:
    """Something that happened; ``name`` and ``link`` lead to the document that it happened to.

    ``is_sum`` says that it only counts what the shop tells of itself.
    """

    at: datetime
    words: str
    name: str = ""
    link: str = ""
    is_sum: bool = False


class Journal:
    """Remembers what was done on these pages, and reads what happened in the shop."""

    def __init__(self, alive: Alive) -> None:
        self.alive = alive
        self.store = alive.hand.store
        self._numbers = itertools.count(1)
        self._done: deque[tuple[int, Noted]] = deque(maxlen=KEPT)

    def note(self, words: str, *, doctype: str = "", name: str = "", is_sum: bool = False) -> int:
        """Write down what was done; answers by which number it is found again."""
        number = next(self._numbers)
        link = linked(self.store, doctype, name)
        self._done.append((number, Noted(self.store.now(), words, name, link, is_sum)))
        return number

    def found(self, number: str) -> Noted | None:
        """What was noted under a number; None when it is no number, or forgotten."""
        return next((noted for one, noted in list(self._done) if str(one) == number), None)

    def lately(self) -> list[Noted]:
        """The last dozen, the newest first."""
        done = [noted for _, noted in list(self._done) if not noted.is_sum]
        noted = [*done, *self._happened()]
        return sorted(noted, key=lambda one: one.at, reverse=True)[:SHOWN]

    def _happened(self) -> Iterator[Noted]:
        for at, happened in list(self.alive.lately)[-SHOWN:]:
            words, doctype = HAPPENED[happened.what]
            yield Noted(at, words, happened.to, linked(self.store, doctype, happened.to))
