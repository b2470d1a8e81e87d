"""The site's rate limit: seconds of server time in a window, for everybody together (API.md 10)."""

import threading
import time
from typing import Final

MICRO: Final = 1_000_000
CHEAPEST: Final = 0.018  # what a ping costs a real site


class RateLimit:
    """How much server time a window has, and how much of it is used up."""

    def __init__(self, *, limit: float, window: float) -> None:
        self.limit = limit
        self.window = window
        self.lock = threading.Lock()
        self._at = 0  # which window it is
        self._used = 0.0

    def is_used_up(self) -> bool:
        """Whether a request that comes now is turned away."""
        with self.lock:
            self._turn()
            return self._used >= self.limit

    def use(self, seconds: float) -> None:
        """A request has been answered; none is free."""
        with self.lock:
            self._turn()
            self._used += max(seconds, CHEAPEST)

    def headers(self, *, refused: bool) -> dict[str, str]:
        """What every answer says of it."""
        with self.lock:
            self._turn()
            left = max(0, round(self.limit - self._used)) * MICRO
            reset = str(max(1, round(self.window - time.time() % self.window)))
        told = {
            "X-RateLimit-Limit": str(round(self.limit * MICRO)),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": reset,
        }
        return told | {"Retry-After": reset} if refused else told

    def _turn(self) -> None:
        at = int(time.time() // self.window)
        if at != self._at:
            self._at, self._used = at, 0.0
