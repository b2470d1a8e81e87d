"""Where pictures are shown: each app that shows one says so here, and a picture that is shown cannot go.

A model says it by its ``MediaField`` alone. Anything else, a setting for instance, registers a ``Source``::

    usage.register(Source(key="shop.logo", title=_("Shop logo"), used=…, uses=…))
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.functional import Promise


@dataclass(frozen=True)
class Use:
    """One place that shows a picture."""

    title: str
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class Source:
    """A kind of place that shows pictures."""

    key: str
    title: str | Promise
    used: Callable[[], Q]  # which pictures it shows
    uses: Callable[[Collection[int]], Mapping[int, Sequence[Use]]]  # where, by picture: a few queries for all
    hold: Callable[[], None] = field(default=lambda: None)  # it shows no other until the transaction ends


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Protect what a kind of place shows; the same key again takes its place."""
    _sources[source.key] = source


def forget(key: str) -> None:
    """Take a source away again (a test does; the running house never does)."""
    _sources.pop(key, None)


def used() -> Iterator[Q]:
    """Which pictures are shown, a condition for each kind of place."""
    return (source.used() for source in _sources.values())


def hold() -> None:
    """Let no place begin to show a picture until the transaction ends."""
    for source in _sources.values():
        source.hold()


def uses_of(asset_ids: Collection[int]) -> dict[int, list[Use]]:
    """Where these pictures are shown."""
    found: dict[int, list[Use]] = {pk: [] for pk in asset_ids}
    for source in _sources.values():
        for pk, uses in source.uses(asset_ids).items():
            found[pk].extend(uses)
    return found
