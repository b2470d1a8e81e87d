"""The switches of a demo that is being served: what happens in its shop, and what fails.

They are no part of what a real ERPNext answers, so they stand beside its API, under ``/demo``.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any, Final

import orjson

from apps.sync.demo.alive import HAPPENINGS, Alive, UnknownHappeningError
from apps.sync.demo.envelopes import Answer, Body
from apps.sync.demo.faults import Fault
from apps.sync.demo.site import Site
from apps.sync.demo.throttle import RateLimit

MOST: Final = 1000  # things that one request may let happen
LONGEST: Final = 600.0  # seconds that anything may take
PATH: Final = "/demo"
STATES: Final = ("maintenance", "accepts_key", "latency", "tracebacks", "rate_limit")


class ControlError(Exception):
    """A switch that there is not, or a position that it has not."""


class Control:
    """Turns a site's switches as a request says."""

    def __init__(self, site: Site, *, seed: int = 1) -> None:
        self.site = site
        self.alive = Alive(site.store, site.desk, seed=seed)
        self._switches: Mapping[tuple[str, str], Callable[[Body], Body]] = {
            ("GET", ""): lambda _: self.state(),
            ("POST", "happen"): self._happen,
            ("POST", "faults"): self._plan,
            ("POST", "storm"): self._storm,
            ("POST", "calm"): self._calm,
            ("POST", "state"): self._set,
        }

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        """What a request under ``/demo`` does and says; 400 with a sentence where it asks for nonsense."""
        what = path.partition("?")[0].removeprefix(PATH).strip("/")
        if (method, what) not in self._switches:
            known = ", ".join(f"{verb} {PATH}/{name}".rstrip("/") for verb, name in self._switches)
            return _refused(HTTPStatus.NOT_FOUND, f"There is no such switch. There are: {known}.")
        try:
            return Answer(200, self._switches[method, what](_read(body)))
        except (ControlError, UnknownHappeningError) as why:
            return _refused(HTTPStatus.BAD_REQUEST, str(why))

    def turn(self, switch: str, given: Body) -> Body:
        """Turn one of the switches, as a POST would. Raises ControlError."""
        return self._switches["POST", switch](given)

    def state(self) -> Body:
        """How everything stands, and what can be asked for."""
        site, limit = self.site, self.site.rate_limit
        with site.faults.lock:
            planned = [asdict(one) for one in site.faults.planned]
        with site.store.lock:
            records = {name: len(one.rows) for name, one in sorted(site.store.doctypes.items()) if one.rows}
        return {
            "happenings": list(HAPPENINGS),
            "faults": [fault.value for fault in Fault],
            "planned": planned,
            "storm": site.faults.weather.rate if site.faults.weather else 0,
            "maintenance": site.maintenance,
            "accepts_key": site.accepts_key,
            "latency": site.latency,
            "tracebacks": site.tracebacks,
            "rate_limit": {"limit": limit.limit, "window": limit.window} if limit else None,
            "records": records,
        }

    def _happen(self, given: Body) -> Body:
        number, only = _number(given, "number", 1), given.get("only", [])
        if not 1 <= number <= MOST:
            raise ControlError(f"“number” is 1 to {MOST}.")
        names = [only] if isinstance(only, str) else only
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ControlError("“only” is a list of what may happen.")
        return {"happened": [asdict(one) for one in self.alive.happen(int(number), only=names)]}

    def _plan(self, given: Body) -> Body:
        self.site.faults.plan(
            _fault(given.get("fault")),
            where=str(given.get("where", "")),
            times=int(_number(given, "times", 1)),
            skip=int(_number(given, "skip", 0)),
            seconds=_seconds(given, "seconds", 0),
            only_writes=bool(given.get("only_writes", False)),
        )
        return self.state()

    def _storm(self, given: Body) -> Body:
        rate = _number(given, "rate", 0.1)
        if not 0 <= rate <= 1:
            raise ControlError("“rate” is the share of all requests that fail: 0 to 1.")
        self.site.faults.storm(seed=int(_number(given, "seed", 1)), rate=rate)
        return self.state()

    def _calm(self, _: Body) -> Body:
        self.site.faults.calm()
        return self.state()

    def _set(self, given: Body) -> Body:
        unknown = sorted(given.keys() - set(STATES))
        if unknown:
            raise ControlError(f"“{unknown[0]}” is no switch: {', '.join(STATES)} are.")
        site = self.site
        latency = _seconds(given, "latency", site.latency)  # before anything is set: all of it or nothing
        site.rate_limit = _rate_limit(given["rate_limit"]) if "rate_limit" in given else site.rate_limit
        site.latency = latency
        site.maintenance = bool(given.get("maintenance", site.maintenance))
        site.accepts_key = bool(given.get("accepts_key", site.accepts_key))
        site.tracebacks = bool(given.get("tracebacks", site.tracebacks))
        return self.state()


def _read(body: bytes) -> Body:
    try:
        given = orjson.loads(body) if body else {}
    except orjson.JSONDecodeError as why:
        raise ControlError(f"The body is no JSON: {why}.") from why
    if not isinstance(given, dict):
        raise ControlError("The body is a JSON object, such as {“number”: 10}.")
    return given


def _number(given: Body, name: str, usual: float) -> float:
    value: Any = given.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ControlError(f"“{name}” is a number, and not below 0.")
    return value


def _seconds(given: Body, name: str, usual: float) -> float:
    seconds = _number(given, name, usual)
    if seconds > LONGEST:
        raise ControlError(f"“{name}” is at most {LONGEST:g} seconds.")
    return seconds


def _rate_limit(given: Any) -> RateLimit | None:
    if not given:
        return None
    if not isinstance(given, dict):
        raise ControlError("“rate_limit” is null, or such as {“limit”: 60, “window”: 60}.")
    limit, window = _number(given, "limit", 60), _seconds(given, "window", 60)
    if window <= 0:
        raise ControlError("“window” is a number of seconds above 0.")
    return RateLimit(limit=limit, window=window)


def _fault(name: Any) -> Fault:
    try:
        return Fault(str(name))
    except ValueError as why:
        known = ", ".join(fault.value for fault in Fault)
        raise ControlError(f"“{name}” is no fault. There are: {known}.") from why


def _refused(status: HTTPStatus, sentence: str) -> Answer:
    return Answer(status, {"error": sentence})
