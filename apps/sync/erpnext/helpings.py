"""How much to ask for at once: as much as wanted while ERPNext answers quickly, less while it labours."""

from collections.abc import Callable
from typing import Any, Final, Protocol

from apps.sync.errors import ErpTooSlowError

LEAST: Final = 20
SLOW: Final = 10.0  # seconds; an answer that takes longer is one that nearly did not come
QUICK: Final = 2.0
Rows = list[dict[str, Any]]


class Answering(Protocol):
    """A client, as far as it concerns us here."""

    took: float

    @property
    def is_out_of_patience(self) -> bool: ...


class Helping:
    """The number of rows (or of parents) to ask for next. A client keeps one for each list that it reads."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.least = min(LEAST, most)
        self.size = most
        self.relapses = 0
        self.calm = 0  # quick answers since it last laboured

    def of(self, erp: Answering, ask: Callable[..., Rows]) -> tuple[Rows, int]:
        """What ``ask(size=, shrinks=)`` finds, and which size that was.

        The same question again, for half as much, while no answer comes in time. Raises an ErpError; that
        of no answer even to the least is ErpTooSlowError, after all the patience that any question gets.
        """
        while True:
            size = self.size
            can_shrink = size > self.least and not erp.is_out_of_patience
            try:
                found = ask(size=size, shrinks=can_shrink)
            except ErpTooSlowError:
                if not can_shrink:
                    raise
                self._halve()
                continue
            self._learn(erp.took)
            return found, size

    def _learn(self, took: float) -> None:
        if took > SLOW:
            self._halve()
        elif took < QUICK:
            self.calm += 1
            if self.calm >= self._proof:
                self.size = min(self.most, self.size * 2)

    @property
    def _proof(self) -> int:
        """How many quick answers it takes to ask for more: more of them after each time that this went wrong.

        A size that never works would otherwise be tried again, and waited for, at every second page.
        """
        return int(min(64, 4 ** max(self.relapses - 1, 0)))

    def _halve(self) -> None:
        if self.calm or not self.relapses:
            self.relapses += 1
        self.calm = 0
        self.size = max(self.least, self.size // 2)
