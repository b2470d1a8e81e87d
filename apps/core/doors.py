"""Every door of the project: its URL patterns, laid flat. The route table and the doors test walk them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.urls import URLPattern, URLResolver, get_resolver

NAMED_GROUP: Final = re.compile(r"\(\?P<(\w+)>[^)]*\)")


@dataclass(frozen=True)
class Door:
    """One URL pattern."""

    route: str  # as Django spells it: "admin/orders/order/<path:object_id>/change/"
    name: str  # with its namespaces; empty where it has none
    view: Any
    arguments: tuple[str, ...]


def doors(resolver: URLResolver | None = None) -> Iterator[Door]:
    """Every pattern below ``resolver``, or of the whole project."""
    return _walk((resolver or get_resolver()).url_patterns, route="", names=(), arguments=())


def _walk(
    patterns: list[URLPattern | URLResolver],
    *,
    route: str,
    names: tuple[str, ...],
    arguments: tuple[str, ...],
) -> Iterator[Door]:
    for entry in patterns:
        here = route + _spelled(entry)
        wanted = (*arguments, *_arguments(entry))
        if isinstance(entry, URLResolver):
            inner = (*names, entry.namespace) if entry.namespace else names
            yield from _walk(entry.url_patterns, route=here, names=inner, arguments=wanted)
        else:
            name = ":".join((*names, entry.name)) if entry.name else ""
            yield Door(here, name, entry.callback, wanted)


def _spelled(entry: URLPattern | URLResolver) -> str:
    """A regular expression's groups by name, as a route would have them."""
    return NAMED_GROUP.sub(r"<\1>", str(entry.pattern)).removeprefix("^").removesuffix("$")


def _arguments(entry: URLPattern | URLResolver) -> tuple[str, ...]:
    """The arguments that a pattern takes, whether it is a route or a regular expression."""
    return tuple(entry.pattern.regex.groupindex)
