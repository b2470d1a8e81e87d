"""How the demo stands, in words: what is broken now, the gravest first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from apps.sync.demo.alive.breaking import spoiled
from apps.sync.demo.faults import Fault, Faults, Planned
from apps.sync.demo.site import Site

NAMED: Final = 5  # of many


@dataclass(frozen=True)
class Trouble:
    """Something that is broken on purpose; ``says`` what that means, ``cure`` is the button that mends it."""

    headline: str
    says: str
    cure: str = "calm"


def troubles(site: Site) -> list[Trouble]:
    """All that is broken now."""
    return [*_shut(site), *_failing(site.faults), *_slow(site), *_spoiled(site)]


def _shut(site: Site) -> Iterator[Trouble]:
    if site.maintenance:
        yield Trouble("ERPNext is down", "Every request is answered with 503, as during an update.")
    if not site.accepts_key:
        yield Trouble("ERPNext refuses the key", "Every request with credentials is answered with 401.")


def _failing(faults: Faults) -> Iterator[Trouble]:
    with faults.lock:
        planned, rate = list(faults.planned), faults.weather.rate if faults.weather else 0
    if rate:
        yield Trouble(
            "ERPNext fails now and then", f"{rate * 100:g} % of all requests fail, in ways that pass."
        )
    lost = _lost(planned)
    if lost:
        which = "The answer to the next write" if lost == 1 else f"The answers to the next {lost} writes"
        yield Trouble("ERPNext will lose answers", f"{which} will be lost, and what was written is there.")
    others = [f"{one.fault} × {one.times}" for one in planned if one.fault != Fault.ANSWER_LOST]
    if others:
        yield Trouble("ERPNext is about to fail", f"Faults that were planned: {', '.join(others)}.")


def answers_to_lose(faults: Faults) -> int:
    """How many answers will be lost yet."""
    with faults.lock:
        return _lost(faults.planned)


def _lost(planned: Iterable[Planned]) -> int:
    return sum(one.times for one in planned if one.fault == Fault.ANSWER_LOST)


def _slow(site: Site) -> Iterator[Trouble]:
    if site.latency:
        yield Trouble("ERPNext answers slowly", f"Each answer takes {site.latency:g} s longer.")
    limit = site.rate_limit
    if limit:
        said = f"{limit.limit:g} s of server time are granted in {limit.window:g} s, then 429 is answered."
        yield Trouble("ERPNext limits its rate", said)


def _spoiled(site: Site) -> Iterator[Trouble]:
    names = spoiled(site.store)
    if names:
        headline = "1 record is spoiled" if len(names) == 1 else f"{len(names)} records are spoiled"
        named = ", ".join(names[:NAMED]) + (" and others" if len(names) > NAMED else "")
        yield Trouble(headline, f"No sync can read {named}.", cure="mend")
