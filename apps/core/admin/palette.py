"""The command palette (Ctrl-K): pages, records and acts, found by a few letters.

An app offers its records in its ``palette.py``::

    palette.offer(Records(
        name="products", label=_("Products"), icon="nutrition", permission_key="products.view",
        find=lambda text: Product.objects.matching(text), show=lambda product: Found(...),
    ))

and what can be done as an ``Act``: choosing it opens the page where it is confirmed; nothing happens by
choosing alone. However much there is, a search reads at most ``MOST`` rows of each kind, and keeps nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.access import may

MOST: Final = 8
LEAST_LETTERS: Final = 2


@dataclass(frozen=True)
class Found:
    """One line of the palette."""

    title: str
    link: str
    icon: str = ""
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Records:
    """Rows of one kind. ``find`` narrows a queryset by what was typed; the palette takes the first few."""

    name: str
    label: str | Promise
    icon: str
    permission_key: str
    find: Callable[[str], QuerySet[Any]]
    show: Callable[[Any], Found]


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something to be done, where it is confirmed. ``words`` are other ways to ask for it."""

    name: str
    title: str | Promise
    icon: str
    permission_key: str
    url_name: str
    url_args: tuple[str, ...] = ()
    words: str = ""

    def link(self) -> str:
        """Where it is confirmed; nowhere while that page has not arrived."""
        try:
            return reverse(self.url_name, args=self.url_args)
        except NoReverseMatch:
            return ""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Few things that stand in no table, such as settings: all of them are looked through."""

    name: str
    label: str | Promise
    permission_key: str
    found: Callable[[], Iterable[Found]]


@dataclass(frozen=True)
class Section:
    """What was found of one kind."""

    label: str | Promise
    found: list[Found] = field(default_factory=list)


_records: dict[str, Records] = {}
_acts: dict[str, Act] = {}
_listed: dict[str, Listed] = {}


def offer(records: Records) -> None:
    """Let the palette find these records."""
    _records[records.name] = records


def offer_listed(listed: Listed) -> None:
    """Let the palette find these few things."""
    _listed[listed.name] = listed


def offer_act(act: Act) -> None:
    """Let the palette begin this act."""
    _acts[act.name] = act


def forget(name: str) -> None:
    """Take an offer back (a test does)."""
    _records.pop(name, None)
    _acts.pop(name, None)
    _listed.pop(name, None)


def search(text: str, *, person: object, pages: Iterable[Found]) -> list[Section]:
    """What this person may open, by what was typed. Too few letters find pages and acts only."""
    typed = text.strip()
    sections = [
        Section(_("Pages"), _matching(pages, typed)),
        Section(_("Acts"), _matching(_acts_of(person), typed) if typed else []),
    ]
    if len(typed) >= LEAST_LETTERS:
        sections += [
            Section(kind.label, _matching(kind.found(), typed))
            for kind in _listed.values()
            if may(person, kind.permission_key)
        ]
        sections += [_rows(kind, typed) for kind in _records.values() if may(person, kind.permission_key)]
    return [section for section in sections if section.found]


def _acts_of(person: object) -> list[Found]:
    return [
        Found(title=str(act.title), link=act.link(), icon=act.icon, description=act.words)
        for act in _acts.values()
        if may(person, act.permission_key) and act.link()
    ]


def _rows(kind: Records, typed: str) -> Section:
    return Section(kind.label, [kind.show(row) for row in kind.find(typed)[:MOST]])


def _matching(offers: Iterable[Found], typed: str) -> list[Found]:
    """Those in which every typed word begins some word of theirs, wherever it stands."""
    asked = typed.casefold().split()
    return [
        offer
        for offer in offers
        if all(
            any(word.startswith(part) for word in f"{offer.title} {offer.description}".casefold().split())
            for part in asked
        )
    ][: MOST if typed else 2 * MOST]
