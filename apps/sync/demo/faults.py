"""A switch for the ways in which a real ERPNext fails now and then."""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random
from typing import Any

from apps.sync.demo.envelopes import Answer, RefusalError, closed, error_page, too_many


class Fault(StrEnum):
    """What happens to a request instead of, or to, its answer."""

    SERVER_ERROR = "500"
    THROTTLED = "429"
    MAINTENANCE = "503"
    BAD_GATEWAY = "502"
    GATEWAY_TIMEOUT = "504"
    TRUNCATED = "truncated"
    NOT_JSON = "not json"
    WRONG_TYPE = "wrong type"  # JSON, but not what was asked for
    SHORTENED = "shortened"  # a list without its second half, and no sign of it
    RESET = "reset"
    CLOSED = "closed"  # before a byte of the answer, and before anything is done
    ANSWER_LOST = "answer lost"  # done, and the connection closed instead of saying so
    HANGING = "hanging"  # no answer for so many seconds, then none at all
    SLOW = "slow"


# What passes by itself: a client that asks again gets its answer.
PASSING = (
    Fault.SERVER_ERROR,
    Fault.MAINTENANCE,
    Fault.BAD_GATEWAY,
    Fault.GATEWAY_TIMEOUT,
    Fault.TRUNCATED,
    Fault.NOT_JSON,
    Fault.RESET,
    Fault.CLOSED,
)


@dataclass(frozen=True)
class Planned:
    """A fault for the next ``times`` requests whose path or body holds ``where``, after ``skip`` of them.

    ``only_writes``: those that only ask are spared, and not counted.
    """

    fault: Fault
    where: str = ""
    times: int = 1
    skip: int = 0
    seconds: float = 0.0
    only_writes: bool = False

    def fits(self, request: str, *, writes: bool) -> bool:
        """Whether it is meant for this request."""
        return self.where in request and (writes or not self.only_writes)


@dataclass
class Storm:
    """Faults at random, the same ones for the same seed; never more than ``in_a_row`` in succession."""

    dice: Random
    rate: float
    kinds: Sequence[Fault]
    seconds: float
    in_a_row: int
    struck: int = 0

    def next(self) -> Planned | None:
        """What befalls the next request."""
        if self.struck >= self.in_a_row or self.dice.random() >= self.rate:
            self.struck = 0
            return None
        self.struck += 1
        return Planned(self.dice.choice(self.kinds), seconds=self.seconds)


class Faults:
    """The faults that are still to come."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.planned: deque[Planned] = deque()
        self.weather: Storm | None = None

    def plan(
        self,
        fault: Fault,
        *,
        where: str = "",
        times: int = 1,
        skip: int = 0,
        seconds: float = 0.0,
        only_writes: bool = False,
    ) -> None:
        """Let the next fitting requests fail; ``seconds`` is the delay, or what Retry-After asks for."""
        with self.lock:
            self.planned.append(Planned(fault, where, times, skip, seconds, only_writes))

    def storm(
        self,
        *,
        seed: int,
        rate: float,
        kinds: Sequence[Fault] = PASSING,
        seconds: float = 0.0,
        in_a_row: int = 2,
    ) -> None:
        """Let this share of all requests fail, until ``calm``; ``in_a_row`` is less than a client's tries."""
        with self.lock:
            self.weather = Storm(Random(seed), rate, tuple(kinds), seconds, in_a_row)  # noqa: S311 - dice

    def calm(self) -> None:
        """No more faults, neither planned nor at random."""
        with self.lock:
            self.weather = None
            self.planned.clear()

    def next_for(self, request: str, *, writes: bool = False) -> Planned | None:
        """What befalls this request, if anything; ``writes`` says that it makes or changes a document."""
        with self.lock:
            for at, planned in enumerate(self.planned):
                if planned.fits(request, writes=writes):
                    return self._struck(at, planned)
            return self.weather.next() if self.weather else None

    def _struck(self, at: int, planned: Planned) -> Planned | None:
        if planned.skip:
            self.planned[at] = replace(planned, skip=planned.skip - 1)
            return None
        if planned.times > 1:
            self.planned[at] = replace(planned, times=planned.times - 1)
        else:
            del self.planned[at]
        return planned


def failing(planned: Planned) -> Answer | None:
    """The answer of a site that cannot answer; None for a fault that leaves one to be given."""
    match planned.fault:
        case Fault.SERVER_ERROR:
            exception = "frappe.exceptions.QueryDeadlockError"
            return Answer(500, RefusalError(500, "QueryDeadlockError", exception=exception).body)
        case Fault.THROTTLED:
            return Answer(429, too_many().body, {"Retry-After": f"{planned.seconds:g}"})
        case Fault.MAINTENANCE:
            return Answer(503, closed().body)
        case Fault.BAD_GATEWAY:
            return Answer(502, error_page(502, "nginx"))
        case Fault.GATEWAY_TIMEOUT:
            return Answer(504, error_page(504, "nginx"))
        case Fault.NOT_JSON:
            return Answer(200, "<html><body>Bad gateway</body></html>")
        case _:
            return None


def spoiled(answer: Answer, planned: Planned) -> Answer:
    """An answer that looks well and is not."""
    if not isinstance(answer.body, dict) or answer.status != 200:
        return answer
    if planned.fault == Fault.WRONG_TYPE:
        return replace(answer, body=dict.fromkeys(answer.body, "spoiled"))
    if planned.fault == Fault.SHORTENED:
        return replace(answer, body={key: _shorter(value) for key, value in answer.body.items()})
    return answer


def _shorter(value: Any) -> Any:
    return value[: len(value) // 2] if isinstance(value, list) else value
