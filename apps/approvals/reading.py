"""What is proposed, as people read it: a line a field, money as money, long texts word against word."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher
from typing import Any, Final

from django.utils.translation import gettext as _

from apps.approvals.models import Item
from apps.approvals.registry import Format, ItemKind
from apps.core import figures

MOST_LISTED: Final = 100
LONG: Final = 240  # characters from which a text is folded
MOST_COMPARED: Final = 2000  # words; beyond, the two versions just stand side by side


@dataclass(frozen=True)
class Part:
    """Words of one line: of a list, each with where it leads; of a changed text, whether added or gone."""

    text: str
    link: str = ""
    tone: str = ""  # added | gone


@dataclass(frozen=True)
class Value:
    """A value as it is shown."""

    parts: tuple[Part, ...]
    is_list: bool = False
    is_long: bool = False
    more: int = 0

    @property
    def text(self) -> str:
        return ("\n" if self.is_list else "").join(part.text for part in self.parts)


@dataclass(frozen=True)
class Line:
    """One field: as it is, as proposed, and as it was accepted."""

    title: str
    was: Value
    asked: Value
    accepted: Value
    is_changed: bool
    difference: tuple[Part, ...] = field(default=())


def lines(item: Item, kind: ItemKind | None) -> list[Line]:
    """Everything that an item proposes, in the order in which its kind names the fields."""
    links = kind.links(item) if kind and kind.links else {}
    return [_line(item, kind, name, links.get(name, {})) for name in _in_order(item, kind)]


def _in_order(item: Item, kind: ItemKind | None) -> list[str]:
    """As the kind names its fields; the database keeps no order of its own."""
    named = list((kind.labels if kind else None) or {})
    present = {*item.before, *item.after, *(item.edited or {})}
    return [name for name in named if name in present] + sorted(present - set(named))


def _line(item: Item, kind: ItemKind | None, name: str, links: Mapping[str, str]) -> Line:
    was, asked = item.before.get(name), item.after.get(name)
    reads = (kind.formats or {}).get(name) if kind else None
    is_changed = was != asked
    return Line(
        title=kind.label_of(name) if kind else name,
        was=shown(was, reads, links),
        asked=shown(asked, reads, links),
        accepted=shown((item.edited or {}).get(name), reads, links),
        is_changed=is_changed,
        difference=tuple(word_difference(was, asked)) if is_changed and _are_long(was, asked) else (),
    )


def _are_long(was: Any, asked: Any) -> bool:
    return isinstance(was, str) and isinstance(asked, str) and max(len(was), len(asked)) > LONG


def shown(value: Any, reads: Format | None, links: Mapping[str, str]) -> Value:
    """A value for a person: money with its sign, days and moments by the shop's clock, lists line by line."""
    if isinstance(value, dict):
        pairs = [(str(name), f"{name} ({said})" if said else str(name)) for name, said in value.items()]
        return _listed(pairs, links)
    if isinstance(value, list):
        return _listed([(str(part), _worded(part, reads)) for part in value], links)
    text = _worded(value, reads)
    return Value((Part(text, links.get(str(value), "")),), is_long=len(text) > LONG)


def _listed(pairs: list[tuple[str, str]], links: Mapping[str, str]) -> Value:
    """The first of a list that may be long; all of it stands on the item itself."""
    if not pairs:
        return Value((Part(figures.NONE),))
    parts = tuple(Part(said, links.get(name, "")) for name, said in pairs[:MOST_LISTED])
    return Value(parts, is_list=True, more=max(0, len(pairs) - MOST_LISTED))


def _worded(value: Any, reads: Format | None) -> str:
    if value is None or value == "":
        return figures.NONE
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if reads in {Format.MONEY, Format.PERCENT}:
        return _figure(value, reads)
    if isinstance(value, str) and reads != Format.TEXT:
        return figures.time_text(value) or value
    return str(value)


def _figure(value: Any, reads: Format | None) -> str:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    return figures.money_text(number) if reads == Format.MONEY else figures.percent_text(number / 100)


def word_difference(was: str, now: str) -> Iterator[Part]:
    """The new text with what was added, and what is gone, in their places."""
    before, after = _words(was), _words(now)
    if len(before) + len(after) > MOST_COMPARED:
        return
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Part("".join(after[c:d]))
            continue
        if b > a:
            yield Part("".join(before[a:b]), tone="gone")
        if d > c:
            yield Part("".join(after[c:d]), tone="added")


def _words(text: str) -> list[str]:
    return re.findall(r"\S+|\s+", text)
