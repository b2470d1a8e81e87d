"""Delivers webhooks over HTTP, after the request that they tell of, from a thread of its own."""

import heapq
import ipaddress
import itertools
import json
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import requests

from apps.sync.demo.desk.deliveries import Delivery, deliveries
from apps.sync.demo.desk.work import Event, Work
from apps.sync.demo.store import Store
from apps.sync.demo.users import User

WAITS: Final = (1.0, 4.0)  # seconds before the second attempt and before the third
PATIENCE: Final = 60.0  # seconds for one receiver, whatever its hook allows: the others wait
GRACE: Final = 6.0  # seconds that an attempt under way gets when the demo stops
KEPT: Final = 1000  # attempts in the log; frappe forgets them by age
SYSTEM: Final = User("Administrator", "")
REFUSED: Final = "The demo ERPNext delivers to this machine only."


@dataclass(order=True)
class Due:
    """An attempt that is to be made; two of the same time are made in the order in which they came."""

    at: float
    number: int
    delivery: Delivery = field(compare=False)
    waits: Sequence[float] = field(compare=False)  # before the attempts that are left after this one


class Courier:
    """Takes what happened on a site to the webhooks that asked for it; ``waits`` may be set at any time.

    Its thread begins with the first delivery. What still waits when it is stopped is lost, as it is where
    ERPNext's workers are down.
    """

    def __init__(self, store: Store, *, waits: Sequence[float] = WAITS) -> None:
        self.store = store
        self.waits = waits
        self._due: list[Due] = []
        self._numbers = itertools.count()
        self._bell = threading.Condition()
        self._thread: threading.Thread | None = None
        self._logged: deque[str] = deque()

    def tell(self, events: Sequence[Event]) -> None:
        """What one request did, now that it is done; whoever calls holds the store's lock."""
        found = deliveries(self.store, events)
        if found:
            with self._bell:
                for delivery in found:
                    self._put(delivery, self.waits, after=0.0)
                self._start()

    def stop(self) -> None:
        """Send no more."""
        with self._bell:
            thread, self._thread = self._thread, None
            self._due.clear()
            self._bell.notify_all()
        if thread is not None:
            thread.join(timeout=GRACE)

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="demo-erp-courier", daemon=True)
            self._thread.start()
        self._bell.notify_all()

    def _put(self, delivery: Delivery, waits: Sequence[float], *, after: float) -> None:
        heapq.heappush(self._due, Due(time.monotonic() + after, next(self._numbers), delivery, waits))

    def _run(self) -> None:
        while (due := self._next()) is not None:
            self._attempt(due)

    def _next(self) -> Due | None:
        """The next attempt when it is time for it; None once this thread is no longer wanted."""
        with self._bell:
            while self._thread is threading.current_thread():
                left = self._due[0].at - time.monotonic() if self._due else None
                if left is not None and left <= 0:
                    return heapq.heappop(self._due)
                self._bell.wait(left)
        return None

    def _attempt(self, due: Due) -> None:
        """Send once; what did not arrive is due again, as long as there are attempts left."""
        response, error = _sent(due.delivery)
        self._log(due.delivery, response, error)
        is_final = not error or error == REFUSED or due.delivery.lost
        if is_final or not due.waits:
            return
        with self._bell:
            if self._thread is threading.current_thread():
                self._put(due.delivery, due.waits[1:], after=due.waits[0])

    def _log(self, delivery: Delivery, response: str, error: str) -> None:
        """A Webhook Request Log of the attempt; only now is the store's lock needed."""
        with self.store.lock:
            work = Work(self.store, SYSTEM, {})
            name, at = work.key("Webhook Request Log"), work.stamp()
            by = {"owner": SYSTEM.name, "creation": at, "modified": at, "modified_by": SYSTEM.name}
            work.put(
                "Webhook Request Log",
                name,
                **by,
                webhook=delivery.hook,
                reference_doctype=delivery.doctype,
                reference_document=delivery.name,
                url=delivery.url,
                headers=_shown(dict(delivery.headers or {})),
                data=_shown(json.loads(delivery.body or "null")),
                response=response or None,
                error=error or None,
            )
            self._logged.append(name)
            if len(self._logged) > KEPT:
                work.take("Webhook Request Log", self._logged.popleft())


def _sent(delivery: Delivery) -> tuple[str, str]:
    """What the receiver answered, and what went wrong."""
    if delivery.lost:
        return "", delivery.lost
    asked = requests.Request(
        delivery.method, delivery.url, headers=dict(delivery.headers or {}), data=delivery.body
    )
    with requests.Session() as session:
        session.trust_env = False  # a proxy would be another machine
        try:
            request = session.prepare_request(asked)
            if not _is_here(request.url or ""):
                return "", REFUSED
            response = session.send(request, timeout=min(delivery.timeout, PATIENCE), allow_redirects=False)
        except (requests.RequestException, ValueError) as why:  # ValueError: a header that cannot be sent
            return "", f"{type(why).__module__}.{type(why).__name__}: {why}"
    is_taken = 200 <= response.status_code < 300
    return response.text, "" if is_taken else f"{response.status_code} {response.reason} for {delivery.url}"


def _is_here(url: str) -> bool:
    """Whether an address is of this machine by what it says; names are not looked up, they may change."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _shown(value: Any) -> str | None:
    return json.dumps(value, indent=1, sort_keys=True) if value else None
