"""A switch for the ways in which a real ERPNext fails now and then."""

import threading
from collections import deque
from dataclasses import dataclass, replace
from enum import StrEnum


class Fault(StrEnum):
    """What happens to a request instead of, or to, its answer."""

    SERVER_ERROR = "500"
    THROTTLED = "429"
    MAINTENANCE = "503"
    TRUNCATED = "truncated"
    NOT_JSON = "not json"
    RESET = "reset"
    SLOW = "slow"


@dataclass(frozen=True)
class Planned:
    """A fault for the next ``times`` requests whose path or body holds ``where``, after ``skip`` of them."""

    fault: Fault
    where: str
    times: int
    skip: int
    seconds: float


class Faults:
    """The faults that are still to come."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.planned: deque[Planned] = deque()

    def plan(
        self, fault: Fault, *, where: str = "", times: int = 1, skip: int = 0, seconds: float = 0.0
    ) -> None:
        """Let the next fitting requests fail; ``seconds`` is the delay, or what Retry-After asks for."""
        with self.lock:
            self.planned.append(Planned(fault, where, times, skip, seconds))

    def next_for(self, request: str) -> Planned | None:
        """What befalls this request, if anything."""
        with self.lock:
            for at, planned in enumerate(self.planned):
                if planned.where in request:
                    return self._struck(at, planned)
        return None

    def _struck(self, at: int, planned: Planned) -> Planned | None:
        if planned.skip:
            self.planned[at] = replace(planned, skip=planned.skip - 1)
            return None
        if planned.times > 1:
            self.planned[at] = replace(planned, times=planned.times - 1)
        else:
            del self.planned[at]
        return planned
