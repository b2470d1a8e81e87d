"""How an upper app puts something of its own on a lower app's page, with the permission that it needs.

A lower app's page asks ``panels_for(Product, person)`` and shows what it gets; it never learns whose it is.
Upper apps register in a ``panels.py``, which ``core`` imports when the project starts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import models
from django.http import HttpRequest
from django.utils.functional import Promise

from apps.core.access import may


@dataclass(frozen=True, kw_only=True)
class Part:
    """Something on another app's page."""

    model: str  # "catalog.product": a string, so that registering imports no model
    name: str  # unique among the parts of that model and kind
    title: str | Promise
    permission_key: str
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class Drawn(Part):
    """Drawn by a template. ``facts`` gives it what it shows, by a fixed number of queries."""

    template_name: str
    facts: Callable[[models.Model, HttpRequest], Mapping[str, Any]]
    is_shown: Callable[[models.Model], bool] = field(default=lambda record: True)


@dataclass(frozen=True, kw_only=True)
class Panel(Drawn):
    """A card on a profile; its element is called ``panel-<name>``, so that a link can lead to it."""


@dataclass(frozen=True, kw_only=True)
class StripTool(Drawn):
    """A link or button in the *from ERPNext* strip of a mirrored record."""


@dataclass(frozen=True, kw_only=True)
class Tab(Part):
    """A tab on a profile, fetched when it is opened from the route ``url`` names for the record."""

    url: Callable[[models.Model], str]


@dataclass(frozen=True, kw_only=True)
class Action(Part):
    """A button on a profile: a page at ``url``, where alone it changes anything, by POST."""

    url: Callable[[models.Model], str]
    icon: str = ""
    is_shown: Callable[[models.Model], bool] = field(default=lambda record: True)


@dataclass(frozen=True, kw_only=True)
class Column(Part):
    """A column in a list: ``annotate`` adds to the query what ``value`` reads from the row.

    ``kind`` is how it reads (``core.admin.columns.Kind``); a usual one is shown until somebody chooses.
    """

    value: Callable[[Any], Any]
    kind: str = "text"
    is_usual: bool = False
    annotate: Callable[["models.QuerySet[Any]"], "models.QuerySet[Any]"] = field(default=lambda rows: rows)
    ordering: str = ""


@dataclass(frozen=True, kw_only=True)
class ListFilter(Part):
    """A filter of a list: choices by value, and the narrowing that a value means."""

    choices: Callable[[], list[tuple[str, str]]]
    narrow: Callable[["models.QuerySet[Any]", str], "models.QuerySet[Any]"]


PartKind = TypeVar("PartKind", bound=Part)
_parts: dict[tuple[type[Part], str, str], Part] = {}


def register(part: Part) -> None:
    """Offer a part to a page; the very same part twice is harmless. ValueError for another of its name."""
    key = (type(part), part.model.lower(), part.name)
    if _parts.setdefault(key, part) != part:
        raise ValueError(f"{part.model} has a {type(part).__name__} called “{part.name}” already")


def parts_for(kind: type[PartKind], model: type[models.Model], person: object) -> list[PartKind]:
    """The parts of one kind on a model's pages that this person may see, in their order."""
    label = model._meta.label_lower
    offered = [part for part in _parts.values() if isinstance(part, kind) and part.model.lower() == label]
    return sorted(
        (part for part in offered if may(person, part.permission_key)),
        key=lambda part: (part.order, part.name),
    )


def panels_for(model: type[models.Model], person: object) -> list[Panel]:
    return parts_for(Panel, model, person)


def strip_tools_for(model: type[models.Model], person: object) -> list[StripTool]:
    return parts_for(StripTool, model, person)


def tabs_for(model: type[models.Model], person: object) -> list[Tab]:
    return parts_for(Tab, model, person)


def actions_for(model: type[models.Model], person: object) -> list[Action]:
    return parts_for(Action, model, person)


def columns_for(model: type[models.Model], person: object) -> list[Column]:
    return parts_for(Column, model, person)


def filters_for(model: type[models.Model], person: object) -> list[ListFilter]:
    return parts_for(ListFilter, model, person)


def forget(part: Part) -> None:
    """Take a part away again (a test does; the running house never does)."""
    _parts.pop((type(part), part.model.lower(), part.name), None)
